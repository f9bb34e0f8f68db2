import Testing
import Wire

@testable import Protocols

@Suite struct DNSOverHTTP2Tests {
  /// A question for the address of a name (RFC 1035 §4.1).
  private static func message(_ name: String, isResponse: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, isResponse ? 0x81 : 1, isResponse ? 0x80 : 0, 0, 1, 0, 0, 0, 0, 0, 0]
    for label in name.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
    return bytes + [0, 0, 1, 0, 1]
  }

  private static func base64url(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(digits[Int(bits >> UInt32(count) & 63)])
      }
    }
    if count > 0 { text.append(digits[Int(bits << UInt32(6 - count) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }

  private static let type = "application/dns-message"

  private func exchange(_ client: [UInt8], _ server: [UInt8]) -> (Conversation, HTTP2Transaction?) {
    let flow = conversation(.tcp, to: 8080)
    flow.send(HTTP2Writer.preface + client, .toServer)
    flow.send(server, .toClient)
    return (flow, flow.session?.openTransactions.first as? HTTP2Transaction)
  }

  private func names(_ transaction: HTTP2Transaction?, _ direction: Direction) -> [String]? {
    guard let inner = transaction?.dns[direction] else { return nil }
    return inner.message.questions.map { text(inner.message.name($0)) }
  }

  private static func answer(_ body: [UInt8]) -> [UInt8] {
    HTTP2Writer.frame(
      1, flags: 4, stream: 1, HTTP2Writer.block([(":status", "200"), ("content-type", type)]))
      + HTTP2Writer.frame(0, flags: 1, stream: 1, body)
  }

  @Test("a question in the target makes the flow one of DNS over HTTP/2; its answer is read from the body")
  func get() {
    let path = "/dns-query?ct=x&dns=" + Self.base64url(Self.message("www.example.com"))
    let (flow, transaction) = exchange(
      HTTP2Writer.request(1, path, more: [("accept", Self.type)]),
      Self.answer(Self.message("www.example.com", isResponse: true)))
    #expect(flow.state.name == "doh2" && flow.original.name == "http2")
    #expect(names(transaction, .toServer) == ["www.example.com"])
    #expect(names(transaction, .toClient) == ["www.example.com"])
  }

  @Test("a question in the body of a request is read when the body is whole")
  func post() {
    let body = Self.message("a.example")
    let client =
      HTTP2Writer.request(1, "/dns-query", flags: 4, more: [("content-type", Self.type)])
      + HTTP2Writer.frame(0, stream: 1, Array(body.prefix(9)))
    let (flow, transaction) = exchange(client, [])
    #expect(names(transaction, .toServer) == nil)
    flow.send(HTTP2Writer.frame(0, flags: 1, stream: 1, Array(body.dropFirst(9))), .toServer)
    #expect(names(transaction, .toServer) == ["a.example"])
  }

  @Test(
    "what is no message is none, and the flow goes on",
    arguments: [
      "/dns-query", "/?dns=", "/?dns=*", "/?dns=AAAA", "/?dns=\(String(repeating: "A", count: 100))",
    ])
  func noMessage(path: String) {
    let (flow, transaction) = exchange(
      HTTP2Writer.request(1, path, more: [("accept", Self.type)]), Self.answer([1, 2, 3]))
    #expect(flow.state.name == "doh2" && transaction?.statusNumber == 200)
    #expect(names(transaction, .toServer).map(\.isEmpty) ?? true && names(transaction, .toClient) == nil)
  }

  @Test("other requests leave the flow one of HTTP/2")
  func other() {
    let (flow, _) = exchange(HTTP2Writer.request(1, "/?dns=AAAA"), [])
    #expect(flow.state.name == "http2")
  }
}
