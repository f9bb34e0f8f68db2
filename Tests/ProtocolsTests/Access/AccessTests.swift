import Protocols
import Testing
import Wire

/// PPPoE, PPP, L2TP and RADIUS as parsers read them.
@Suite struct AccessTests {
  private func values(_ conversation: Conversation) throws -> [String: String] {
    let index = try #require(conversation.protocolIndex)
    let transaction = try #require(conversation.session?.openTransactions.last)
    var found: [String: String] = [:]
    for field in ProtocolCatalogue.all[index].fields {
      guard let keyword = field.keyword else { continue }
      switch field.extract(transaction, transaction.onlyDirection ?? .toServer) {
      case .bytes(let bytes): found[keyword] = text(bytes)
      case .list(let list): found[keyword] = list.map(text).joined(separator: " ")
      case .number(let number): found[keyword] = "\(number)"
      case .none, .numbers, .body: break
      }
    }
    return found
  }

  private func line(_ code: UInt8, _ session: Int, _ body: [UInt8]) throws -> [String: String] {
    let lines = try #require(
      Conversation(flowless: "pppoe", detector: ProtocolDetector(ProtocolSettings())))
    let frame: [UInt8] = [0x11, code] + big(session, bytes: 2) + big(body.count, bytes: 2) + body
    lines.message(frame.rawSpan, clock)
    return try values(lines)
  }

  private func ppp(_ number: Int, _ code: UInt8, _ data: [UInt8]) throws -> [String: String] {
    try line(0, 7, big(number, bytes: 2) + [code, 1] + big(data.count + 4, bytes: 2) + data)
  }

  @Test("discovery tells service, concentrator, and the line as the access node adds it")
  func discovery() throws {
    func tag(_ type: Int, _ value: [UInt8]) -> [UInt8] {
      big(type, bytes: 2) + big(value.count, bytes: 2) + value
    }
    let circuit = Array("olt-3 1/1/7".utf8), remote = Array("r7".utf8)
    let vendor: [UInt8] = big(3561, bytes: 4) + [1, UInt8(circuit.count)] + circuit + [2, 2] + remote
    let found = try line(
      0x65, 7,
      tag(0x0101, Array("net".utf8)) + tag(0x0102, Array("bras".utf8)) + tag(0x0103, [0x41])
        + tag(0x0105, vendor))
    #expect(
      found == [
        "pppoe.code": "101", "pppoe.session_id": "7", "pppoe.service_name": "net", "pppoe.ac_name": "bras",
        "pppoe.host_uniq": "A", "pppoe.circuit_id": "olt-3 1/1/7", "pppoe.remote_id": "r7",
      ])
  }

  @Test("a log-in tells the name, and never password, challenge or response")
  func logins() throws {
    let pap = try ppp(0xC023, 1, [2] + Array("me".utf8) + [6] + Array("secret".utf8))
    #expect(pap["ppp.account"] == "me")
    let challenge = try ppp(0xC223, 1, [6] + Array("secret".utf8) + Array("bras".utf8))
    #expect(challenge["ppp.server_name"] == "bras" && challenge["ppp.account"] == nil)
    let response = try ppp(0xC223, 2, [6] + Array("secret".utf8) + Array("me".utf8))
    #expect(response["ppp.account"] == "me")
    let eap = try ppp(0xC227, 2, [1] + Array("me".utf8))
    #expect(eap["ppp.account"] == "me")
    for found in [pap, challenge, response, eap] {
      #expect(found.values.allSatisfy { !$0.contains("secret") })
    }
  }

  @Test("options tell the log-in's protocol, addresses and interface identifiers")
  func options() throws {
    #expect(try ppp(0xC021, 1, [1, 4, 5, 0xD4, 3, 5, 0xC2, 0x23, 5])["ppp.auth"] == "\(0xC223)")
    #expect(try ppp(0x8021, 2, [3, 6, 10, 40, 7, 20])["ppp.address"] == "10.40.7.20")
    let found = try ppp(0x8057, 1, [1, 10, 2, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55])
    #expect(found["ppp.interface_id"] == "0211:22ff:fe33:4455")
  }

  @Test("a frame that carries data is no message")
  func data() throws {
    let lines = try #require(
      Conversation(flowless: "pppoe", detector: ProtocolDetector(ProtocolSettings())))
    let frame: [UInt8] = [0x11, 0, 0, 7, 0, 4, 0, 0x21, 0x45, 0]
    lines.message(frame.rawSpan, clock)
    #expect(lines.session?.openTransactions.isEmpty == true)
  }

  private func message(_ code: UInt8, _ attributes: [UInt8]) -> [UInt8] {
    [code, 9] + big(20 + attributes.count, bytes: 2) + [UInt8](repeating: 0x55, count: 16) + attributes
  }

  @Test("accounting tells who, where and what; passwords and states are not read")
  func radius() throws {
    let flow = conversation(.udp, to: 1812)
    var attributes: [UInt8] = [1, 4] + Array("me".utf8) + [2, 8] + Array("secret".utf8)
    attributes += [24, 8] + Array("secret".utf8) + [4, 6, 10, 40, 0, 1, 6, 6, 0, 0, 0, 2]
    flow.datagram(message(1, attributes), .toServer)
    #expect(
      try values(flow) == [
        "radius.code": "1", "radius.id": "9", "radius.username": "me", "radius.nas_ip": "10.40.0.1",
        "radius.service_type": "2",
      ])
  }

  @Test(
    "what is no whole message of RADIUS is none",
    arguments: [
      [UInt8](repeating: 0, count: 20), [1, 9, 0, 21] + [UInt8](repeating: 0, count: 16) + [1],
      [1, 9, 0, 22] + [UInt8](repeating: 0, count: 16) + [1, 1],
      [1, 9, 0, 30] + [UInt8](repeating: 0, count: 20),
    ] as [[UInt8]])
  func noRADIUS(bytes: [UInt8]) {
    let flow = conversation(.udp, to: 1812)
    flow.datagram(bytes, .toServer)
    #expect(flow.session == nil)
  }

  @Test("L2TP tells its control messages, and hidden values are passed over")
  func l2tp() throws {
    let flow = conversation(.udp, to: 1701)
    var values: [UInt8] = [0x80, 8, 0, 0, 0, 0, 0, 10, 0x80, 8, 0, 0, 0, 14, 0, 60]
    values += [0xC0, 10, 0, 0, 0, 30] + Array("hide".utf8) + [0x80, 9, 0, 0, 0, 7] + Array("lac".utf8)
    flow.datagram(
      [0xC8, 2] + big(12 + values.count, bytes: 2) + [0, 5, 0, 0, 0, 0, 0, 0] + values, .toServer)
    #expect(
      try self.values(flow) == [
        "l2tp.message_type": "10", "l2tp.tunnel_id": "5", "l2tp.session_id": "0",
        "l2tp.assigned_session_id": "60", "l2tp.host_name": "lac",
      ])
  }
}
