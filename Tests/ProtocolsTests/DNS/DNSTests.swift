import Protocols
import Testing
import Wire

@Suite("DNS")
struct DNSTests {
  private func flow(_ messages: [(Direction, [UInt8])]) -> Conversation {
    let conversation = conversation(.udp, to: 53)
    for (direction, message) in messages { conversation.datagram(message, direction) }
    return conversation
  }

  private func transactions(_ conversation: Conversation) -> [DNSTransaction] {
    conversation.session?.openTransactions.compactMap { $0 as? DNSTransaction } ?? []
  }

  @Test("a request and its response are transactions of their own")
  func requestAndResponse() throws {
    let flow = flow([(.toServer, DNSMessages.request), (.toClient, DNSMessages.response)])
    #expect(flow.state.name == "dns")
    let all = transactions(flow)
    #expect(all.map(\.number) == [0, 1])
    #expect(all.map(\.onlyDirection) == [.toServer, .toClient])
    let response = try #require(all.last)
    let names = response.message.answers.map { text(response.message.name($0)) }
    #expect(names == ["www.example.com", "real.example.com", "www.example.com"])
    let data = response.message.answers.map { response.message.data($0) }
    #expect(
      data == [
        .name(Array("real.example.com".utf8), isTruncated: false), .address([192, 0, 2, 1]),
        .text([Array("ab".utf8), Array("c".utf8)]),
      ])
  }

  @Test("fields give the names of their sections in the direction of the message only")
  func fields() throws {
    let all = transactions(flow([(.toServer, DNSMessages.request), (.toClient, DNSMessages.response)]))
    let index = try #require(ProtocolCatalogue.index(named: "dns"))
    func value(_ keyword: String, _ transaction: Int, _ direction: Direction) -> [String] {
      let field = ProtocolCatalogue.all[index].fields.first { $0.keyword == keyword }
      guard case .list(let names)? = field?.extract(all[transaction], direction) else { return [] }
      return names.map(text)
    }
    #expect(value("dns.query", 0, .toServer) == ["www.example.com"])
    #expect(value("dns.query", 1, .toClient) == [])
    #expect(value("dns.queries.rrname", 1, .toClient) == ["www.example.com"])
    #expect(value("dns.queries.rrname", 1, .toServer) == [])
    #expect(value("dns.response.rrname", 1, .toClient).contains("real.example.com"))
  }

  @Test("record types are those of a request's questions and of a response's answers")
  func recordTypes() throws {
    let all = transactions(flow([(.toServer, DNSMessages.request), (.toClient, DNSMessages.response)]))
    let index = try #require(ProtocolCatalogue.index(named: "dns"))
    let field = try #require(ProtocolCatalogue.all[index].fields.first { $0.keyword == "dns.rrtype" })
    let types = zip(all, [Direction.toServer, .toClient]).map { (transaction, direction) in
      "\(field.extract(transaction, direction))"
    }
    #expect(types == ["numbers([1])", "numbers([5, 1, 16])"])
  }

  @Test("a name that points at itself makes the message unreadable, and the flow goes on")
  func loop() {
    let bad = DNSMessages.message(flags: 0x0100, question: [0xC0, 0x0C])
    let flow = flow([(.toServer, DNSMessages.request), (.toServer, bad), (.toServer, DNSMessages.request)])
    let all = transactions(flow)
    #expect(all.count == 2)
    #expect(flow.names(ofEventsIn: all[0]) == ["malformed_data"])
  }

  @Test("a name that points round in a circle is cut and raises events")
  func circle() {
    let odd = DNSMessages.message(flags: 0x0100, question: [0x01, 0x61, 0xC0, 0x0C])
    let flow = flow([(.toServer, odd)])
    let all = transactions(flow)
    #expect(all.map { flow.names(ofEventsIn: $0) } == [["name_too_long", "too_many_labels"]])
    let name = all[0].message.questions.first.map { all[0].message.name($0).count }
    #expect(name == 255)
  }

  @Test("sections that promise more than there is raise their event")
  func sections() {
    let flow = flow([
      (.toServer, DNSMessages.message(flags: 0x0100, extraAdditionals: 1)),
      (.toClient, DNSMessages.message(flags: 0x8180, extraAuthorities: 2)),
    ])
    #expect(
      transactions(flow).map { flow.names(ofEventsIn: $0) } == [
        ["invalid_additionals"], ["invalid_authorities"],
      ])
  }

  @Test("odd flags raise their events")
  func flags() {
    let flow = flow([
      (.toServer, DNSMessages.message(flags: 0x0140)), (.toServer, DNSMessages.message(flags: 0x3900)),
    ])
    #expect(transactions(flow).map { flow.names(ofEventsIn: $0) } == [["z_flag_set"], ["invalid_opcode"]])
  }

  @Test("messages over TCP are the same however the stream is cut", arguments: [1, 2, 3, 7, 13, 50, 1000])
  func splits(size: Int) {
    let flow = conversation(.tcp, to: 53)
    flow.send(
      DNSMessages.framed(DNSMessages.request) + DNSMessages.framed(DNSMessages.request), .toServer,
      pieces: size)
    flow.send(DNSMessages.framed(DNSMessages.response), .toClient, pieces: size)
    #expect(
      transactions(flow).map { $0.message.bytes } == [
        DNSMessages.request, DNSMessages.request, DNSMessages.response,
      ])
  }

  @Test("after a gap within a message the next one is found by the length")
  func gap() {
    let flow = conversation(.tcp, to: 53)
    let first = DNSMessages.framed(DNSMessages.request)
    flow.send(Array(first.prefix(20)), .toServer)
    flow.gap(6, .toServer, clock)
    flow.send(Array(first.dropFirst(26)) + first, .toServer)
    #expect(transactions(flow).count == 1)
  }

  @Test("no prefix and no change of bytes makes the parser trap")
  func mutations() {
    var random = SeededGenerator(state: 1)
    for message in [DNSMessages.request, DNSMessages.response] {
      for count in 0...message.count {
        let flow = conversation(.udp, to: 53)
        flow.datagram(Array(message.prefix(count)), .toClient)
      }
      for _ in 0..<2000 {
        var changed = message
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
        let flow = flow([(.toServer, changed), (.toClient, changed)])
        for transaction in transactions(flow) {
          for record in transaction.message.records {
            #expect(transaction.message.name(record).count <= 1025)
            _ = transaction.message.data(record)
          }
        }
      }
    }
  }
}
