import Foundation
import Protocols
import Testing
import Wire

/// A conversation of one protocol, as its parser is shown it: what the laws cut, join and damage.
struct ProtocolSample: Sendable, CustomTestStringConvertible {
  struct Turn: Sendable {
    let direction: Direction
    let bytes: [UInt8]
  }

  let name: String
  let entryName: String
  let transport: ApplicationProtocol.Transport
  let port: UInt16
  let turns: [Turn]

  var testDescription: String { name }
  var byteCount: Int { turns.reduce(0) { $0 + $1.bytes.count } }

  /// Samples of every protocol in the catalogue; a law says that none is without.
  static let all: [ProtocolSample] = dns + http + tls

  private init(
    _ name: String, of entryName: String, _ transport: ApplicationProtocol.Transport, _ port: UInt16,
    _ turns: [(Direction, [UInt8])]
  ) {
    self.name = name
    self.entryName = entryName
    self.transport = transport
    self.port = port
    self.turns = turns.map { Turn(direction: $0.0, bytes: $0.1) }
  }

  // MARK: DNS

  private static let question: [UInt8] =
    [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1] + label("signal") + label("example") + [0, 0, 16, 0, 1]
    + [0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0]

  private static let answer: [UInt8] =
    [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 5, 0, 1, 0, 0] + label("signal") + label("example") + [0, 0, 16, 0, 1]
    + record(16, label("smoke by day") + label("fire by night"))
    + record(5, label("alias") + [0xc0, 0x13])
    + record(1, [192, 0, 2, 7]) + record(15, [0, 10] + label("mail") + [0xc0, 0x13])
    + record(33, [0, 1, 0, 2, 0x1f, 0x90] + label("host") + [0])
    + record(6, label("ns") + [0xc0, 0x13] + label("root") + [0xc0, 0x13] + [UInt8](repeating: 1, count: 20))

  private static func label(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

  private static func record(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
  }

  private static func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message
  }

  private static let dns = [
    ProtocolSample("dns over UDP", of: "dns", .udp, 53, [(.toServer, question), (.toClient, answer)]),
    ProtocolSample(
      "dns over TCP", of: "dns", .tcp, 53,
      [(.toServer, framed(question) + framed(question)), (.toClient, framed(answer) + framed(answer))]),
  ]

  // MARK: HTTP

  /// `hello` in gzip, stored (RFC 1952).
  private static let zipped: [UInt8] =
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 5, 0, 0xfa, 0xff] + Array("hello".utf8)
    + [0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0]

  private static let upload =
    "--edge\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.jsp\"\r\nContent-Type: text/plain\r\n\r\n"
    + "<% out %>\r\n--edge\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\ntext\r\n--edge--\r\n"

  private static let http = [
    ProtocolSample(
      "http pipelined, compressed, in chunks", of: "http", .tcp, 80,
      [
        (
          .toServer,
          Array(
            ("GET /a/%2e%2e/b?x=1&y=%41 HTTP/1.1\r\nHost: tower.example:8080\r\nCookie: a=b\r\n"
              + "User-Agent: x\r\nX-Long: 1\r\n 2\r\n\r\nHEAD / HTTP/1.0\r\n\r\n").utf8)
        ),
        (
          .toClient,
          Array("HTTP/1.1 200 OK\r\nServer: s\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            + chunked(zipped) + Array("HTTP/1.0 304 Not Modified\r\n\r\n".utf8)
        ),
      ]),
    ProtocolSample(
      "http upload", of: "http", .tcp, 80,
      [
        (
          .toServer,
          Array(
            ("POST /up.jsp HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=edge\r\n"
              + "Content-Length: \(upload.utf8.count)\r\n\r\n" + upload).utf8)
        ),
        (.toClient, Array("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok".utf8)),
        (.toServer, Array("GET /next HTTP/1.1\r\nHost: h\r\nRange: bytes=0-9\r\n\r\n".utf8)),
        (
          .toClient,
          Array("HTTP/1.1 206 P\r\nContent-Range: bytes 0-9/20\r\nContent-Length: 10\r\n\r\n0123456789".utf8)
        ),
      ]),
  ]

  private static func chunked(_ bytes: [UInt8]) -> [UInt8] {
    let (first, second) = (bytes.prefix(9), bytes.dropFirst(9))
    let last = Array("\r\n0\r\nTrailer: t\r\n\r\n".utf8)
    return Array("9;x=y\r\n".utf8) + first + Array("\r\n\(String(second.count, radix: 16))\r\n".utf8) + second + last
  }

  // MARK: TLS

  private static let tls = ["portal", "news", "mail"].map { recording in
    ProtocolSample("tls \(recording)", of: "tls", .tcp, 443, turns(of: recording))
  }

  /// A recorded session of `Captures/tls`: a line for each turn, `>` from the client, `<` from the server.
  private static func turns(of recording: String) -> [(Direction, [UInt8])] {
    let file = Project.folder.appendingPathComponent("Captures/tls/\(recording).hex")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isWhitespace).map { line in
      (line.first == ">" ? .toServer : .toClient, bytes(ofHexadecimal: line.dropFirst()))
    }
  }

  private static func bytes(ofHexadecimal text: Substring) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

/// Where the project's files are.
enum Project {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}

/// Numbers that look random and are the same each time.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var value = state ^ (state >> 33)
    value &*= 0xff51_afd7_ed55_8ccd
    return value ^ (value >> 29)
  }
}
