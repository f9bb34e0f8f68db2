import Protocols
import Testing
import Wire

@Suite struct HTTPResponseTests {
  private static let request = HTTPHarness.Input.client("GET /dir/f HTTP/1.1\r\nHost: h\r\n\r\n")

  private func answer(_ text: String, ends: Bool = false) -> HTTPHarness {
    HTTPHarness([Self.request, .server(text)] + (ends ? [.serverEnds] : []))
  }

  @Test("a response gives its parts as rules see them")
  func parts() {
    let http = answer(
      "HTTP/1.1 200 Very  OK \r\nServer: apache\r\nSet-Cookie: q=1\r\nContent-Type: text/html; charset=x\r\n"
        + "Content-Length: 3\r\nX:\r\n\r\nabc")
    #expect(http.field("http.stat_code", .toClient) == "200")
    #expect(http.field("http.stat_msg", .toClient) == "Very  OK ")
    #expect(http.field("http.response_line", .toClient) == "HTTP/1.1 200 Very  OK \r\n")
    #expect(http.field("http.server", .toClient) == "apache")
    #expect(http.field("http.cookie", .toClient) == "q=1")
    #expect(
      http.field("http.header", .toClient)
        == "Server: apache\r\nContent-Type: text/html; charset=x\r\nContent-Length: 3\r\nX: \r\n")
    #expect(http.field("http.response_body", .toClient) == "abc")
    #expect(http.first?.files.map { String(decoding: $0.name, as: UTF8.self) } == ["/dir/f"])
    #expect(http.first?.responseMediaType == Array("text/html".utf8))
    #expect(http.first?.isComplete(.toClient) == true)
  }

  @Test("a body without length ends with the stream")
  func untilClose() {
    let open = answer("HTTP/1.0 200 OK\r\n\r\nabc")
    #expect(open.first?.isComplete(.toClient) == false)
    let closed = answer("HTTP/1.0 200 OK\r\n\r\nabc", ends: true)
    #expect(closed.first?.isComplete(.toClient) == true)
    #expect(closed.field("http.response_body", .toClient) == "abc")
  }

  @Test("a lone carriage return ends a line of a response, as browsers have it")
  func loneCarriageReturn() {
    let http = answer("HTTP/1.1 200 OK\rTransfer-Encoding:chunked\r\nA: b\rC: d\r\n\r\n1\r\nx\r\n0\r\n\r\n")
    #expect(http.field("http.response_body", .toClient) == "x")
    #expect(http.field("http.response_header", .toClient) == "Transfer-Encoding: chunked|A: b|C: d")
  }

  @Test("a folded line that is a header of its own is one; a name may be folded before its colon")
  func folding() {
    let http = answer(
      "HTTP/1.1 200 OK\r\nA: b\r\n C: d\r\nE\r\n :f\r\nG: h\r\n  i\r\nContent-Length: 0\r\n\r\n")
    #expect(http.field("http.response_header", .toClient) == "A: b|C: d|E: f|G: h  i|Content-Length: 0")
  }

  @Test("what is announced as chunked and is not passes as it is")
  func notChunked() {
    let http = answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nX5O!P% no chunk", ends: true)
    #expect(http.field("http.response_body", .toClient) == "X5O!P% no chunk")
    #expect(http.events() == ["invalid_response_chunk_len"])
  }

  @Test("interim responses are passed over, a second one is an event")
  func interim() {
    let http = answer(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length:"
        + " 1\r\n\r\nx"
    )
    #expect(http.transactions.count == 1)
    #expect(http.first?.statusNumber == 200)
    #expect(http.events() == ["100_continue_already_seen"])
  }

  @Test("HEAD, 204 and 304 have no body")
  func noBody() {
    let http = HTTPHarness([
      .client(
        "HEAD /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3"
          + " HTTP/1.1\r\nHost: h\r\n\r\n"
      ),
      .server(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No\r\n\r\nHTTP/1.1 200"
          + " OK\r\nContent-Length: 1\r\n\r\nx"
      ),
    ])
    #expect(http.transactions.map(\.statusNumber) == [200, 204, 200])
    #expect(http.transactions.allSatisfy { $0.isComplete(.toClient) })
  }

  @Test("a response without a request is a transaction of its own")
  func unmatched() {
    let http = HTTPHarness([.server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")])
    #expect(http.events() == ["unable_to_match_response_to_request"])
    #expect(http.first?.rawURI == HTTPTransaction.unseenTarget)
    #expect(http.field("http.uri", .toServer) == nil)
  }

  @Test("an upgrade hands the flow over")
  func upgrade() {
    let http = answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
    #expect(http.outcomes == [.changesProtocol("websocket")])
  }

  @Test("a gap within a body of known length is passed over, one beyond it too")
  func gaps() {
    let http = HTTPHarness([
      .client("GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"),
      .server("HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\n"),
      .serverGap(14), .server("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"),
    ])
    #expect(http.outcomes == [.goesOn])
    #expect(http.transactions.map(\.statusNumber) == [200, 200])
    #expect(http.first?.files.first?.size == 12)
    #expect(http.first?.files.first?.hasGaps == true)
    #expect(http.first?.files.first?.state == .truncated)
    #expect(http.events(1) == ["invalid_gap"])
  }

  @Test("a file over the limit is truncated and the message is still followed")
  func bodyLimit() {
    var settings = ProtocolSettings()
    settings.http.responseBodyBytesMax = 10
    let http = HTTPHarness(
      [Self.request, .server("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789")],
      settings: settings)
    #expect(http.first?.files.first?.state == .truncated)
    #expect(http.first?.files.first?.size == 10)
    #expect(http.first?.isComplete(.toClient) == true)
  }

  @Test("digests of a file are those of its bytes")
  func digests() {
    var settings = ProtocolSettings()
    settings.hashesMD5 = true
    let http = HTTPHarness(
      [Self.request, .server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")], settings: settings)
    let digest = http.first?.files.first?.md5?.map { String($0, radix: 16) }.joined()
    #expect(digest == "90150983cd24fb0d6963f7d28e17f72")
  }

  @Test("what little input unpacks to is there at once, however it is cut", arguments: [1, 7, 100, .max])
  func unpacked(pieceBytes: Int) {
    // 64,000 bytes, 0 to f again and again, as zlib packs them.
    let packed: [UInt8] =
      [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc7, 0xc9, 0x01, 0xc0, 0x10,
        0x00, 0x00, 0xb0, 0x95, 0x94, 0xba, 0xc6, 0x41, 0xd9, 0x7f, 0x84, 0x0e, 0x22, 0xf9, 0x25, 0x3c,
        0x31, 0xbd, 0xb9, 0xd4, 0xd6, 0xc7, 0x5c, 0xdf, 0x3e, 0xc1,
      ] + [UInt8](repeating: 0xdd, count: 123) + [
        0xaf, 0xff, 0x0f, 0x85, 0x8a, 0x3d, 0x7f, 0x00, 0xfa, 0x00, 0x00,
      ]
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"
    let begun = HTTPHarness(
      [Self.request, .serverBytes(Array(head.utf8) + packed.prefix(100))], pieceBytes: pieceBytes)
    #expect(begun.first?.files.first?.size == 29945)
    let whole = HTTPHarness(
      [Self.request, .serverBytes(Array(head.utf8) + packed)], pieceBytes: pieceBytes)
    #expect(whole.first?.files.first?.size == 64_000)
    #expect(whole.first?.files.first?.state == .closed)
  }
}
