import Testing
import Wire

@testable import Protocols

/// Frames written by hand (RFC 9113).
enum HTTP2Writer {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  static func frame(_ type: UInt8, flags: UInt8 = 0, stream: Int = 0, _ payload: [UInt8] = []) -> [UInt8] {
    big(payload.count, bytes: 3) + [type, flags] + big(stream, bytes: 4) + payload
  }

  /// Headers without compression.
  static func block(_ headers: [(String, String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in headers {
      bytes += [0, UInt8(name.utf8.count)]
      bytes += Array(name.utf8)
      bytes.append(UInt8(value.utf8.count))
      bytes += Array(value.utf8)
    }
    return bytes
  }

  static func request(_ stream: Int, _ path: String, flags: UInt8 = 5, more: [(String, String)] = [])
    -> [UInt8]
  {
    frame(
      1, flags: flags, stream: stream,
      block([(":method", "GET"), (":path", path), (":authority", "User@Example.COM:8080")] + more))
  }
}

@Suite struct HTTP2Tests {
  private static func exchange(_ client: [UInt8], _ server: [UInt8], pieces: Int = .max) -> [HTTP2Transaction]
  {
    let flow = conversation(.tcp, to: 8080)
    flow.send(HTTP2Writer.preface + client, .toServer, pieces: pieces)
    flow.send(server, .toClient, pieces: pieces)
    return flow.session?.openTransactions.compactMap { $0 as? HTTP2Transaction } ?? []
  }

  private static let settings = HTTP2Writer.frame(4, [0, 3, 0, 0, 0, 100])

  @Test("a request and its response on one stream", arguments: [Int.max, 1, 7])
  func stream(pieces: Int) throws {
    let body = HTTP2Writer.frame(0, flags: 8, stream: 1, [2] + Array("hello".utf8) + [0, 0])
    let answer =
      Self.settings + HTTP2Writer.frame(1, flags: 4, stream: 1, HTTP2Writer.block([(":status", "200")]))
      + body
      + HTTP2Writer.frame(0, flags: 1, stream: 1, Array(" world".utf8))
    let all = Self.exchange(Self.settings + HTTP2Writer.request(1, "/a"), answer, pieces: pieces)
    #expect(all.map(\.stream).sorted() == [0, 0, 1])
    let transaction = try #require(all.first { $0.stream == 1 })
    #expect(text(transaction.method) == "GET" && transaction.uri.map(text) == "/a")
    #expect(transaction.host.map(text) == "example.com")
    #expect(text(transaction.request.line) == "GET /a HTTP/2\r\n")
    #expect(transaction.statusNumber == 200)
    #expect(text(transaction.response.body.bytes) == "hello world")
    #expect(transaction.files.count == 1 && transaction.files[0].state == .closed)
    #expect(transaction.isComplete(.toServer) && transaction.isComplete(.toClient))
    #expect(transaction.events == [HTTP2Event.userInfoInURI.rawValue])
    #expect(all.first?.signals.toServer.settings.first?.value == 100)
  }

  @Test("headers go on in continuation frames, repeated ones are joined")
  func continuation() throws {
    let block = HTTP2Writer.block([(":method", "GET"), (":path", "/"), ("cookie", "a=1"), ("cookie", "b=2")])
    let client =
      HTTP2Writer.frame(1, flags: 1, stream: 1, Array(block.prefix(9)))
      + HTTP2Writer.frame(9, flags: 4, stream: 1, Array(block.dropFirst(9)))
    let transaction = try #require(Self.exchange(client, []).first)
    #expect(transaction.header(.cookie, .toServer).map(text) == "a=1, b=2")
    #expect(transaction.headerList(.toServer).map(text).suffix(2) == ["cookie: a=1", "cookie: b=2"])
    #expect(transaction.signals.toServer.types == [1, 9])
    #expect(transaction.isComplete(.toServer))
  }

  @Test("rules see each header as it came, and every name, repeated ones as well")
  func headerBlocks() throws {
    let client = HTTP2Writer.request(1, "/", more: [("cookie", "a=1"), ("cookie", "b=2")])
    let transaction = try #require(Self.exchange(client, []).first)
    func value(_ keyword: String) throws -> String? {
      let field = try #require(HTTP2.fields.first { $0.keyword == keyword })
      guard case .bytes(let bytes) = field.extract(transaction, .toServer) else { return nil }
      return text(bytes)
    }
    #expect(
      try value("http.header.raw")
        == ":method: GET\r\n:path: /\r\n:authority: User@Example.COM:8080\r\ncookie: a=1\r\ncookie: b=2\r\n")
    #expect(
      try value("http.header_names") == "\r\n:method\r\n:path\r\n:authority\r\ncookie\r\ncookie\r\n\r\n")
  }

  @Test("a setting is shown to rules as it was sent")
  func settingBytes() {
    #expect(HTTP2Setting(identifier: 4, value: 0x0102_0304).bytes == [0, 4, 1, 2, 3, 4])
    #expect(HTTP2Setting.names.firstIndex(of: "SETTINGSENABLECONNECTPROTOCOL") == 7)
  }

  @Test("RST_STREAM leaves its stream open, GOAWAY is told of the connection, acknowledgements are not")
  func signals() {
    let client =
      HTTP2Writer.request(1, "/") + HTTP2Writer.frame(3, stream: 1, big(8, bytes: 4))
      + HTTP2Writer.frame(4, flags: 1) + HTTP2Writer.frame(7, big(1, bytes: 4) + big(2, bytes: 4))
      + HTTP2Writer.frame(8, stream: 1, big(5, bytes: 4))
    let all = Self.exchange(client, [])
    #expect(all.map(\.stream) == [1, 0])
    #expect(all[0].signals.toServer.errorCode == 8 && !all[0].isComplete(.toClient))
    #expect(all[1].signals.toServer.errorCode == 2 && all[1].signals.toServer.endsConnection)
    #expect(HTTP2ErrorCode.name(2, isOfConnection: true) == "INTERNALERROR")
    #expect(HTTP2ErrorCode.name(13, isOfConnection: false) == "Http11Required")
    #expect(HTTP2ErrorCode.name(99, isOfConnection: false) == "99")
  }

  @Test("of the streams that were reset the latest stay open")
  func resets() {
    let streams = (0..<100).map { $0 * 2 + 1 }
    let client = streams.flatMap {
      HTTP2Writer.request($0, "/") + HTTP2Writer.frame(3, stream: $0, big(8, bytes: 4))
    }
    let all = Self.exchange(client, [])
    #expect(all.count { !$0.isComplete(.toClient) } == HTTP2Session.Limits.resetStreams)
    #expect(all[0].isComplete(.toClient) && !all[99].isComplete(.toClient))
  }

  @Test(
    "what is wrong becomes an event",
    arguments: [
      (HTTP2Event.invalidFrameData, HTTP2Writer.frame(3, stream: 1, [1])),
      (.invalidFrameData, HTTP2Writer.frame(1, flags: 12, stream: 1, [200, 0])),
      (.invalidHeader, HTTP2Writer.frame(1, flags: 4, stream: 1, [0xFE])),
      (
        .headerIntegerOverflow,
        HTTP2Writer.frame(1, flags: 4, stream: 1, [0xFF] + [UInt8](repeating: 0xFF, count: 9))
      ),
      (.authorityHostMismatch, HTTP2Writer.request(1, "/", more: [("host", "other")])),
      (.longFrameData, HTTP2Writer.frame(1, flags: 4, stream: 1, [UInt8](repeating: 0, count: 70_000))),
    ])
  func events(event: HTTP2Event, client: [UInt8]) {
    #expect(Self.exchange(client, []).contains { $0.events.contains(event.rawValue) })
  }

  @Test("lost bytes within a body are passed over, elsewhere the flow is given up")
  func gaps() throws {
    let session = HTTP2Session(ProtocolSettings())
    let head = HTTP2Writer.preface + HTTP2Writer.request(1, "/", flags: 4)
    _ = session.consume(head.rawSpan, .toServer, clock)
    let data = HTTP2Writer.frame(0, flags: 1, stream: 1, [UInt8](repeating: 7, count: 100))
    _ = session.consume(data.rawSpan.part(0, 40), .toServer, clock)
    #expect(session.skipGap(69, .toServer, clock) == .goesOn)
    let transaction = try #require(session.openTransactions.first as? HTTP2Transaction)
    #expect(transaction.isComplete(.toServer) && transaction.files[0].hasGaps)
    #expect(session.skipGap(1, .toServer, clock) == .failed)
  }

  @Test("damaged frames neither trap nor hang, however they are cut")
  func damage() {
    var generator = SeededGenerator(state: 3)
    var whole = Self.settings
    whole += HTTP2Writer.request(1, "/a", flags: 4)
    whole += HTTP2Writer.frame(0, flags: 9, stream: 1, [3, 1, 2, 3, 0, 0, 0])
    whole += HTTP2Writer.frame(5, flags: 4, stream: 1, big(2, bytes: 4))
    whole += HTTP2Writer.request(3, "/b")
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0..<6 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      let all = Self.exchange(bytes, bytes, pieces: Int.random(in: 1...40, using: &generator))
      #expect(all.count <= 40)
    }
  }
}
