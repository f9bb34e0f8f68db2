import Protocols
import Testing
import Wire

@Suite struct SIPTests {
  private static let headers = "Via: SIP/2.0/UDP a\r\nf: <sip:a@b>\r\nTO: <sip:c@d>\r\nTo: e\r\n"
  private static let description =
    "v=0\r\no=watch  1 2 IN IP4 tower.example\r\ns=-\r\nt=0 0\r\nr=7d 1h 0 25h\r\na=sendrecv\r\n"
    + "m=audio 49170 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\na=ice-ufrag:x\r\nm=image 1 udptl t38\r\n"

  private func request(_ method: String, body: String = "", length: Int? = nil) -> String {
    let length = length.map { "Content-Length: \($0)\r\n" } ?? ""
    return "\(method) sip:c@d SIP/2.0\r\n\(Self.headers)\(length)\r\n\(body)"
  }

  private func transactions(_ conversation: Conversation) -> [SIPTransaction] {
    (conversation.session?.openTransactions ?? []).compactMap { $0 as? SIPTransaction }
  }

  /// Values of a keyword in a transaction.
  private func values(_ keyword: String, _ transaction: SIPTransaction, _ direction: Direction) -> [String] {
    let fields = ProtocolCatalogue.all.first { $0.name == "sip" }?.fields ?? []
    guard let field = fields.first(where: { $0.keyword == keyword }) else { return ["no such field"] }
    return switch field.extract(transaction, direction) {
    case .bytes(let bytes): [text(bytes)]
    case .list(let list): list.map(text)
    default: []
    }
  }

  @Test("a datagram is a message; requests go to the server, responses to the client")
  func datagrams() throws {
    let flow = conversation(.udp, to: 7000)
    flow.datagram(Array(request("INVITE", body: Self.description).utf8), .toServer)
    flow.datagram(Array("SIP/2.0 180 Ringing\r\n\(Self.headers)\r\n".utf8), .toClient)
    flow.datagram(Array(request("BYE").utf8), .toClient)
    flow.datagram(Array("\r\n\r\n".utf8), .toServer)
    let found = transactions(flow)
    #expect(found.count == 2 && !flow.hasFailed)
    #expect(values("sip.method", found[0], .toServer) == ["INVITE"])
    #expect(values("sip.uri", found[0], .toServer) == ["sip:c@d"])
    #expect(values("sip.request_line", found[0], .toServer) == ["INVITE sip:c@d SIP/2.0"])
    #expect(values("sip.to", found[0], .toServer) == ["<sip:c@d>", "e"])
    #expect(values("sip.from", found[0], .toServer) == ["<sip:a@b>"])
    #expect(values("sip.to", found[0], .toClient) == [])
    #expect(values("sdp.origin", found[0], .toServer) == ["watch 1 2 IN IP4 tower.example"])
    #expect(values("sdp.session_name", found[0], .toServer) == ["-"])
    #expect(values("sdp.attribute", found[0], .toServer) == ["sendrecv"])
    #expect(values("sdp.media.media", found[0], .toServer) == ["audio 49170 RTP/AVP 0", "image 1 udptl t38"])
    #expect(values("sdp.media.connection_data", found[0], .toServer) == ["IN IP4 192.0.2.1"])
    #expect(values("sip.stat_code", found[1], .toClient) == ["180"])
    #expect(values("sip.stat_msg", found[1], .toClient) == ["Ringing"])
    #expect(flow.names(ofEventsIn: found[1]) == ["invalid_data"])
  }

  @Test(
    "a stream's messages end where Content-Length says, keep-alives between them", arguments: [1, 7, 4000])
  func streams(pieces: Int) {
    let flow = conversation(.tcp, to: 5060)
    let body = Self.description
    flow.send(
      Array((request("INVITE", body: body, length: body.utf8.count) + "\r\n\r\n" + request("ACK")).utf8),
      .toServer, pieces: pieces)
    flow.send(
      Array("SIP/2.0 200 OK\r\nl: 3\r\n\r\nabcSIP/2.0 200 OK\r\n\r\n".utf8), .toClient, pieces: pieces)
    let found = transactions(flow)
    #expect(found.count == 4 && !flow.hasFailed)
    let methods = found.flatMap { values("sip.method", $0, .toServer) }
    #expect(methods == ["INVITE", "ACK"])
    let names = found.flatMap { values("sdp.session_name", $0, .toServer) }
    #expect(names == ["-"])
    let areComplete = found.allSatisfy { $0.onlyDirection.map($0.isComplete) == true }
    #expect(areComplete)
  }

  @Test("what a body has is known when it is whole, the headers before")
  func progress() {
    let flow = conversation(.tcp, to: 5060)
    let body = Self.description
    let message = Array(request("INVITE", body: body, length: body.utf8.count).utf8)
    flow.send(Array(message.dropLast(20)), .toServer)
    let transaction = transactions(flow)[0]
    #expect(!transaction.isComplete(.toServer))
    #expect(values("sip.method", transaction, .toServer) == ["INVITE"])
    #expect(values("sdp.origin", transaction, .toServer) == [])
    flow.send(Array(message.suffix(20)), .toServer)
    #expect(transaction.isComplete(.toServer))
    #expect(values("sdp.origin", transaction, .toServer).count == 1)
  }

  @Test("a body that has a hole is stepped over, and one that never comes ends with the stream")
  func holes() {
    let flow = conversation(.tcp, to: 5060)
    flow.send(Array(request("INVITE", body: "v=0\r\n", length: 1000).utf8), .toServer)
    flow.gap(995, .toServer, clock)
    flow.send(Array(request("BYE", body: "x", length: 5).utf8), .toServer)
    #expect(transactions(flow).map { $0.isComplete(.toServer) } == [true, false])
    flow.end(.toServer, clock)
    #expect(transactions(flow).map { $0.isComplete(.toServer) } == [true, true])
    let cut = conversation(.tcp, to: 5060)
    cut.send(Array(request("INVITE", body: "v=0\r\n", length: 100).utf8), .toServer)
    cut.gap(996, .toServer, clock)
    #expect(cut.hasFailed)
  }

  @Test(
    "what is no SIP ends a stream with an event",
    arguments: [
      "hello\r\n", "BYE sip:c@d HTTP/1.1\r\n", "BYE sip:c@d SIP/2.0\r\nTo\r\n\r\n", "BYE x SIP/2.0\n",
    ])
  func malformed(junk: String) {
    let flow = conversation(.tcp, to: 5060)
    flow.send(Array(request("BYE").utf8), .toServer)
    flow.send(Array(junk.utf8), .toServer)
    #expect(flow.hasFailed)
    #expect(flow.names(ofEventsIn: transactions(flow)[0]) == ["invalid_data"])
  }

  @Test("headers without an end do not fill the memory")
  func endless() {
    for line in ["X: y\r\n", "t:\r\n", " folded"] {
      let flow = conversation(.tcp, to: 5060)
      flow.send(Array("BYE sip:c@d SIP/2.0\r\nTo: a\r\n".utf8), .toServer)
      flow.send(Array(String(repeating: line, count: 80_000 / line.utf8.count).utf8), .toServer, pieces: 1000)
      #expect(flow.hasFailed && !flow.hasPending(.toServer))
    }
    let flow = conversation(.udp, to: 5060)
    flow.datagram(
      Array(("BYE sip:c@d SIP/2.0\r\n" + String(repeating: "t: a\r\n", count: 5000) + "\r\n").utf8), .toServer
    )
    #expect(values("sip.to", transactions(flow)[0], .toServer).count == 256)
  }

  @Test("methods that other protocols have tell SIP by its name in their line", arguments: [1, 5, 1000])
  func recognition(pieces: Int) {
    for (line, name) in [
      ("OPTIONS sip:a SIP/2.0\r\n", "sip"), ("OPTIONS / HTTP/1.1\r\n", "http"),
      ("UPDATE tel:1 SIP/2.0\r\n", "sip"),
      ("NOTIFY a SIP/2.0\r\n", "sip"), ("INFO hello world, friends\r\n", nil), ("PUBLISH \u{1}", "sip"),
    ] as [(String, String?)] {
      let flow = conversation(.tcp, to: 7000)
      flow.send(Array(line.utf8), .toServer, pieces: pieces)
      #expect(flow.state.name == name, "\(line)")
    }
  }

  @Test("a first flight that is longer than what waits for recognition is read as a whole")
  func longFlight() {
    let flow = conversation(.tcp, to: 5060)
    let body = Self.description + "k=" + String(repeating: "x", count: 60_000)
    flow.send(Array(request("INVITE", body: body, length: body.utf8.count).utf8), .toServer)
    #expect(values("sdp.session_name", transactions(flow)[0], .toServer) == ["-"])
  }
}
