import Protocols
import Testing
import Wire

@Suite struct LDAPTests {
  private func element(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    let content = parts.flatMap { $0 }
    if content.count < 128 { return [tag, UInt8(content.count)] + content }
    return [tag, 0x84] + big(content.count, bytes: 4) + content
  }

  private func message(_ number: Int, _ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    element(0x30, element(2, big(number, bytes: 2)), element(tag, parts.flatMap { $0 }))
  }

  private func string(_ value: String) -> [UInt8] { element(4, Array(value.utf8)) }

  private func search(_ number: Int, base: String = "dc=tower") -> [UInt8] {
    message(
      number, 0x63, string(base), [10, 1, 2, 10, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0],
      element(0x87, Array("objectClass".utf8)), element(0x30, string("cn")))
  }

  private func result(_ number: Int, _ tag: UInt8, code: UInt8 = 0, _ more: [UInt8] = []) -> [UInt8] {
    message(number, tag, [10, 1, code], string("dc=tower"), string("fine"), more)
  }

  private func entry(_ number: Int, _ name: String, value: [UInt8] = [98]) -> [UInt8] {
    let attribute = element(0x30, string("sn"), element(0x31, element(4, value)))
    return message(number, 0x64, string(name), element(0x30, attribute))
  }

  private func transactions(_ flow: Conversation) -> [LDAPTransaction] {
    (flow.session?.openTransactions ?? []).compactMap { $0 as? LDAPTransaction }
  }

  private func values(_ keyword: String, _ transaction: LDAPTransaction) -> [String] {
    let fields = ProtocolCatalogue.all.first { $0.name == "ldap" }?.fields ?? []
    guard let field = fields.first(where: { $0.keyword == keyword }) else { return ["no such field"] }
    return switch field.extract(transaction, field.direction ?? .toServer) {
    case .bytes(let bytes): [text(bytes)]
    case .list(let list): list.map(text)
    case .number(let number): ["\(number)"]
    case .numbers(let numbers): numbers.map { "\($0)" }
    default: []
    }
  }

  @Test("responses belong to the request with their number", arguments: [1, 7, 4000])
  func numbers(pieces: Int) {
    let flow = conversation(.tcp, to: 389)
    flow.send(search(2) + search(300, base: "dc=gate"), .toServer, pieces: pieces)
    flow.send(
      entry(300, "cn=a") + result(2, 0x65, code: 4) + entry(300, "cn=b") + result(300, 0x65), .toClient,
      pieces: pieces)
    let found = transactions(flow)
    #expect(found.count == 2 && !flow.hasFailed)
    #expect(found.map { values("ldap.request.dn", $0) } == [["dc=tower"], ["dc=gate"]])
    #expect(found.map { values("ldap.responses.count", $0) } == [["1"], ["3"]])
    #expect(values("ldap.responses.operation", found[1]) == ["4", "4", "5"])
    #expect(values("ldap.responses.result_code", found[0]) == ["4"])
    #expect(values("ldap.responses.result_code", found[1]) == ["\(Int64.min)", "\(Int64.min)", "0"])
    #expect(values("ldap.responses.dn", found[1]) == ["cn=a", "cn=b", "dc=tower"])
    #expect(values("ldap.responses.message", found[1]) == ["fine"])
    #expect(values("ldap.request.attribute_type", found[1]) == ["cn"])
    #expect(values("ldap.responses.attribute_type", found[1]) == ["sn", "sn"])
    let areComplete = found.allSatisfy { $0.isComplete(.toServer) && $0.isComplete(.toClient) }
    #expect(areComplete)
  }

  @Test("a response without a request has an event, a notice of the server has none")
  func unasked() {
    let flow = conversation(.tcp, to: 389)
    flow.send(search(1), .toServer)
    flow.send(result(9, 0x65) + result(0, 0x78), .toClient)
    let events = transactions(flow).map { flow.names(ofEventsIn: $0) }
    #expect(events == [[], ["request_not_found"], []])
  }

  @Test("what is no message ends a stream, and is passed over in datagrams")
  func malformed() {
    let flow = conversation(.tcp, to: 389)
    flow.send(search(1), .toServer)
    flow.send([0x30, 3, 2, 1, 1], .toServer)
    #expect(flow.names(ofEventsIn: transactions(flow)[0]) == [])
    flow.send(element(0x30, [2, 1, 3], element(0x7E, [1])), .toServer)
    #expect(flow.hasFailed)
    #expect(flow.names(ofEventsIn: transactions(flow)[0]) == ["invalid_data"])
    let datagrams = conversation(.udp, to: 389)
    datagrams.datagram(search(1), .toServer)
    datagrams.datagram(Array(search(2).dropLast(3)), .toServer)
    datagrams.datagram(entry(1, "cn=a") + result(1, 0x65), .toClient)
    #expect(!datagrams.hasFailed)
    #expect(datagrams.names(ofEventsIn: transactions(datagrams)[0]) == ["incomplete_data"])
    #expect(values("ldap.responses.count", transactions(datagrams)[0]) == ["2"])
  }

  @Test("TLS follows where it was asked for and granted, once the client begins it")
  func startTLS() {
    for code in [UInt8(0), 2] {
      let flow = conversation(.tcp, to: 389)
      flow.send(message(1, 0x77, element(0x80, Array("1.3.6.1.4.1.1466.20037".utf8))), .toServer)
      flow.send(result(1, 0x78, code: code), .toClient)
      #expect(!flow.isChangeDue)
      flow.send([0x16, 3, 1], .toServer)
      #expect(flow.isChangeDue == (code == 0))
    }
  }

  @Test("requests and responses are bounded")
  func bounds() {
    var settings = ProtocolSettings()
    settings.ldap.transactionsMax = 10
    settings.ldap.responsesMax = 5
    let flow = conversation(.tcp, to: 389, settings)
    for number in 1...13 { flow.send(search(number), .toServer) }
    for _ in 0..<7 { flow.send(entry(13, "cn=a"), .toClient) }
    let found = transactions(flow)
    #expect(flow.names(ofEventsIn: found[0]) == ["too_many_transactions"])
    #expect(found.filter { $0.isComplete(.toServer) }.count == 2)
    #expect(flow.names(ofEventsIn: found[12]) == ["too_many_responses"])
    #expect(values("ldap.responses.count", found[12]) == ["5"])
  }

  @Test("a message that is too large is stepped over and counts as what it is", arguments: [1000, 400_000])
  func large(pieces: Int) {
    let flow = conversation(.tcp, to: 389)
    flow.send(search(1), .toServer)
    flow.send(
      entry(1, "cn=a", value: [UInt8](repeating: 65, count: 300_000)) + entry(1, "cn=b") + result(1, 0x65),
      .toClient, pieces: pieces)
    #expect(!flow.hasFailed)
    #expect(values("ldap.responses.operation", transactions(flow)[0]) == ["4", "4", "5"])
    #expect(values("ldap.responses.attribute_type", transactions(flow)[0]) == ["sn"])
  }

  @Test("a gap within a message is followed by the next one")
  func gaps() {
    let flow = conversation(.tcp, to: 389)
    flow.send(search(1), .toServer)
    flow.send(entry(1, "cn=a"), .toClient)
    flow.gap(100, .toClient, clock)
    flow.send(result(1, 0x65), .toClient)
    #expect(values("ldap.responses.operation", transactions(flow)[0]) == ["4", "5"])
    #expect(transactions(flow)[0].isComplete(.toClient))
  }
}
