import Wire

extension ProtocolSample {
  private static func message(_ kind: UInt8, _ body: [UInt8]) -> [UInt8] {
    joined([kind, UInt8(body.count)], body)
  }

  private static func string(_ text: String) -> [UInt8] {
    joined([0, UInt8(text.utf8.count)], Array(text.utf8))
  }

  /// A session of version 3.1.1 and one of version 5, with every kind of message.
  static let mqtt = [
    ProtocolSample(
      "mqtt 3.1.1", of: "mqtt", .tcp, 1883,
      [
        (.toServer, message(0x10, joined(string("MQTT"), [4, 2, 0, 60], string("tower")))),
        (.toClient, message(0x20, [0, 0])),
        (.toServer, message(0x82, joined([0, 1], string("a/#"), [0], string("b"), [1]))),
        (.toClient, message(0x90, [0, 1, 0, 0x80])),
        (.toServer, message(0x30, joined(string("a/b"), Array("fire".utf8)))),
        (.toClient, message(0x3B, joined(string("a/c"), [0, 7], Array("smoke".utf8)))),
        (.toServer, message(0x40, [0, 7])), (.toServer, message(0xA2, joined([0, 2], string("b")))),
        (.toClient, message(0xB0, [0, 2])), (.toServer, joined(message(0xC0, []), message(0xE0, []))),
      ]),
    ProtocolSample(
      "mqtt 5", of: "mqtt", .tcp, 1883,
      [
        (
          .toServer,
          message(
            0x10,
            joined(
              string("MQTT"), [5, 0xEE, 0, 60, 10, 33, 0, 20, 38, 0, 1, 0x6B, 0, 1, 0x76], string(""),
              [5, 24, 0, 0, 0, 1], string("gone"), string("dark"), string("watch"), string("beacon")))
        ),
        (.toClient, message(0x20, [1, 0, 3, 34, 0, 10])),
        (.toServer, message(0x34, joined(string("t"), [0, 3, 2, 11, 5], Array("fire".utf8)))),
        (.toClient, message(0x50, [0, 3, 16, 0])), (.toServer, message(0x62, [0, 3])),
        (.toClient, message(0x70, [0, 3, 146])), (.toClient, message(0xF0, [24, 0])),
        (.toServer, message(0xE0, joined([4, 5, 31], string("ok")))),
      ]),
  ]
}
