import Testing
import Wire

@testable import Protocols

@Suite("Frames")
struct FrameTests {
  /// A conversation whose parser announces all of its frames.
  private func flow(
    _ transport: ApplicationProtocol.Transport, to port: UInt16, _ frames: [String: UInt64]? = nil
  ) -> Conversation {
    var settings = ProtocolSettings()
    if let frames { settings.frames = frames } else { settings.announcesAllFrames = true }
    return conversation(transport, to: port, settings)
  }

  /// Frames of a direction as `name start+length tx`.
  private func names(_ flow: Conversation, _ direction: Direction) -> [String] {
    guard let index = flow.protocolIndex, let log = flow.session?.frames else { return [] }
    return log.frames[direction].map { frame in
      let name = ProtocolCatalogue.all[index].frameNames[Int(frame.kind)]
      let length = frame.length.map { "\($0)" } ?? "?"
      return "\(name) \(frame.start)+\(length)" + (frame.transaction.map { " tx \($0)" } ?? "")
    }
  }

  private let requests = Array(
    ("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + "POST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc").utf8)

  @Test("requests are frames from their first byte to their last", arguments: [Int.max, 7, 1])
  func requests(size: Int) {
    let flow = flow(.tcp, to: 80)
    flow.send(requests, .toServer, pieces: size)
    #expect(names(flow, .toServer) == ["stream 0+?", "request 0+28 tx 0", "request 28+42 tx 1"])
    #expect(flow.reached(.toServer) == 70)
  }

  @Test("a response that has not come to its end has no length, and later line breaks do not count to it")
  func responses() {
    let flow = flow(.tcp, to: 80)
    flow.send(requests, .toServer)
    let first = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)
    flow.send(first, .toClient)
    #expect(names(flow, .toClient).last == "response 0+40 tx 0")
    flow.send(Array("\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok".utf8), .toClient)
    #expect(names(flow, .toClient) == ["stream 0+?", "response 0+40 tx 0", "response 42+? tx 1"])
  }

  @Test("a frame goes on behind bytes that were lost within it")
  func gap() {
    let flow = flow(.tcp, to: 80)
    flow.send(requests, .toServer)
    flow.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234".utf8), .toClient)
    flow.gap(5, .toClient, clock)
    flow.send(Array("0123456789".utf8), .toClient)
    #expect(names(flow, .toClient).last == "response 0+59 tx 0")
  }

  @Test("messages of DNS are frames without their length, over TCP and UDP")
  func dns() {
    let stream = flow(.tcp, to: 53)
    let message = DNSMessages.request
    let framed = big(message.count, bytes: 2) + message
    stream.send(framed + framed, .toServer, pieces: 5)
    let second = framed.count + 2
    #expect(
      names(stream, .toServer) == [
        "stream 0+?", "pdu 2+\(message.count) tx 0", "pdu \(second)+\(message.count) tx 1",
      ])
    let datagrams = flow(.udp, to: 53)
    datagrams.datagram(message, .toServer)
    datagrams.datagram(message, .toServer)
    #expect(names(datagrams, .toServer) == ["pdu 0+\(message.count) tx 1"])
  }

  @Test("records of TLS are frames with header and data")
  func tls() {
    let flow = flow(.tcp, to: 443)
    flow.send(TLSMessages.client, .toServer, pieces: 3)
    let length = TLSMessages.client.count
    #expect(
      names(flow, .toServer) == [
        "stream 0+?", "hdr 0+5", "pdu 0+\(length)", "data 5+\(length - 5)",
      ])
  }

  @Test("only what is asked for is announced, and nothing is kept where nobody asks")
  func asked() {
    let some = flow(.tcp, to: 443, ["tls": 1 << 2])
    some.send(TLSMessages.client, .toServer)
    #expect(names(some, .toServer) == ["hdr 0+5"])
    let none = conversation(.tcp, to: 443)
    none.send(TLSMessages.client, .toServer)
    #expect(none.session != nil && none.session?.frames == nil)
  }

  @Test("frames beyond the bound push out the oldest, and what is over can be forgotten")
  func bounds() {
    let log = FrameLog(wanted: .max)
    for start in 0..<3000 { log.announce(1, .toServer, start: UInt64(start), length: 1) }
    #expect(log.frames.toServer.count == FrameLog.framesMax)
    #expect(log.frames.toServer.first?.identifier == 3000 - 1024 + 1)
    log.removeAll(.toServer) { ($0.end ?? 0) < 2990 }
    #expect(log.frames.toServer.count == 11)
    // What was forgotten is not announced again.
    log.announce(1, .toServer, start: 2000, length: 1)
    #expect(log.frames.toServer.count == 11)
  }
}
