import Protocols
import Testing
import Wire

@Suite struct HTTPLawTests {
  /// Conversations that go through every state of the parser. They are nothing but messages: what stands
  /// between two of them depends on what it came with.
  static let conversations: [(client: String, server: String)] = [
    (
      "\r\nPOST http://u@H.com:81/a/%2e%2e/b?c=%u0041 HTTP/1.1\r\nHost: h\r\nA: b\r\n"
        + " c\r\nTransfer-Encoding: chunked\r\n"
        + "\r\n3;x\r\nabc\r\n0\r\nT: r\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
      "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\rA: b\r\nTransfer-Encoding\r\n :"
        + " chunked\n\r\nB: c\r\n\r\n"
        + "2\r\nab\r\n0\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nabc"
    ),
    (
      "POST /up HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: 96\r\n\r\n"
        + "--XX\r\nContent-Disposition: form-data;"
        + " filename=\"f\\\"x\"\r\n\r\nda\r\n--X\r\nta\r\n--XX--\r\nrest of all this\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: deflate, gzip\r\nContent-Length: 30\r\n\r\nthis is not"
        + " compressed at all."
    ),
    ("GET /short\r\n\r\n", "any content\r\nHTTP/1.1 200 OK\r\n"),
    ("CONNECT a:1 HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"),
    ("GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n \nuntil close"),
    (
      "GET / HTTP/1.0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nzz\r\nrest"
    ),
  ]

  private func inputs(_ conversation: (client: String, server: String)) -> [HTTPHarness.Input] {
    [.client(conversation.client), .server(conversation.server), .clientEnds, .serverEnds]
  }

  @Test("any split of the streams gives the same transactions", arguments: 0..<conversations.count)
  func splits(index: Int) {
    let inputs = inputs(Self.conversations[index])
    let whole = HTTPHarness(inputs).everything
    for pieceBytes in [1, 2, 3, 5, 7, 11, 16, 31] {
      #expect(HTTPHarness(inputs, pieceBytes: pieceBytes).everything == whole, "pieces of \(pieceBytes)")
    }
  }

  @Test("lines between messages belong to the one that they came with, or begin an exchange of their own")
  func linesBetween() {
    let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    let together = HTTPHarness([.client(get + "FOO bar\r\n"), .clientEnds]).everything
    let apart = HTTPHarness([.client(get), .client("FOO bar\r\n"), .clientEnds]).everything
    #expect(!together.contains("http.method/toServer=[70, 79, 79]"))
    #expect(apart.contains("http.method/toServer=[70, 79, 79]"))
  }

  @Test("every prefix and every changed byte is taken without a trap", arguments: 0..<conversations.count)
  func damage(index: Int) {
    let (client, server) = Self.conversations[index]
    var random = Drawing(state: UInt64(index &+ 1))
    for cut in stride(from: 0, through: server.utf8.count, by: 5) {
      let bytes = Array(server.utf8.prefix(cut))
      _ = HTTPHarness([.client(client), .serverBytes(bytes), .serverEnds]).everything
    }
    for _ in 0..<60 {
      var bytes = Array(server.utf8)
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      let http = HTTPHarness([
        .client(client), .serverBytes(bytes), .serverGap(5), .serverBytes(bytes), .serverEnds,
      ])
      #expect(http.everything.utf8.count < 1 << 20)
    }
  }

  @Test("events have a name each")
  func eventNames() {
    #expect(HTTPEvent.allCases.count == HTTPEvent.names.count)
    #expect(Set(HTTPEvent.names).count == HTTPEvent.names.count)
  }

  @Test(
    "the first bytes tell HTTP in both directions",
    arguments: [
      ("GET / HTTP/1.1", Direction.toServer, Recognition.yes), ("GE", .toServer, .needsMore),
      ("GEX", .toServer, .no),
      ("HTTP/1.1 200", .toClient, .yes), ("HTTP/1.1 200", .toServer, .yesReversed),
      ("HTT", .toClient, .needsMore),
      ("SSH-2.0", .toClient, .no),
    ])
  func recognition(text: String, direction: Direction, wanted: Recognition) {
    let bytes = Array(text.utf8)
    let verdict = HTTP.entry.recognise?(bytes.rawSpan, direction, .tcp)
    #expect(verdict == wanted)
  }
}

/// A generator of the same numbers for the same seed (SplitMix64), so that a failure can be repeated.
private struct Drawing: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
