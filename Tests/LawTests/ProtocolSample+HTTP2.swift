import Wire

extension ProtocolSample {
  private static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
    joined([0, 0, UInt8(payload.count), type, flags, 0, 0, 0, stream], payload)
  }

  private static func header(_ name: String, _ value: String) -> [UInt8] {
    joined([0x40, UInt8(name.utf8.count)], Array(name.utf8), [UInt8(value.utf8.count)], Array(value.utf8))
  }

  /// Two streams, one with a body in both directions, with settings, padding and a continuation.
  static let http2 = [
    ProtocolSample(
      "http2", of: "http2", .tcp, 8080,
      [
        (
          .toServer,
          joined(
            Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8), frame(4, 0, 0, [0, 3, 0, 0, 0, 100]),
            frame(1, 0x24, 1, joined([0, 0, 0, 0, 15, 0x83, 0x86], header(":path", "/upload"))),
            frame(0, 8, 1, joined([2], Array("body".utf8), [0, 0])), frame(0, 1, 1, Array("end".utf8)),
            frame(1, 1, 3, [0x82, 0x84]), frame(9, 4, 3, header("user-agent", "sample"))
          )
        ),
        (
          .toClient,
          joined(
            frame(4, 0, 0, []), frame(8, 0, 0, [0, 0, 1, 0]),
            frame(1, 4, 1, joined([0x88], header("content-type", "text/plain"))),
            frame(0, 1, 1, Array("answer".utf8)), frame(1, 5, 3, [0x8D]),
            frame(7, 0, 0, [UInt8](repeating: 0, count: 8))
          )
        ),
      ]),
    ProtocolSample(
      "dns over http2", of: "doh2", .tcp, 8080,
      [
        (
          .toServer,
          joined(
            Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
            frame(
              1, 5, 1,
              joined([0x82], header(":path", "/?dns=AAABAAABAAAAAAAAAWEAAAEAAQ"), header("accept", dnsType))),
            frame(1, 4, 3, joined([0x83], header(":path", "/"), header("content-type", dnsType))),
            frame(0, 1, 3, [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x62, 0, 0, 1, 0, 1])
          )
        ),
        (
          .toClient,
          joined(
            frame(1, 4, 1, joined([0x88], header("content-type", dnsType))),
            frame(0, 1, 1, [0, 0, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1])
          )
        ),
      ]),
  ]

  private static let dnsType = "application/dns-message"
}
