import Wire

/// Samples of the protocols of access lines that go over UDP.
extension ProtocolSample {
  private static func value(_ type: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [type, UInt8(bytes.count + 2)] + bytes
  }

  private static func message(_ code: UInt8, _ attributes: [UInt8]) -> [UInt8] {
    [code, 7, 0, UInt8(20 + attributes.count)] + [UInt8](repeating: 0xAA, count: 16) + attributes
  }

  private static let start = message(
    4,
    joined(
      value(1, Array("gz-301".utf8)), value(4, [10, 40, 0, 1]), value(8, [10, 40, 7, 20]),
      value(31, Array("olt-3 1/1/7".utf8)), value(40, [0, 0, 0, 1]), value(44, Array("00000064".utf8)),
      value(26, [0, 0, 0x0D, 0xE9] + value(1, Array("olt-3 1/1/7".utf8))),
      value(97, [0, 64, 0x20, 0x01, 0x0D, 0xB8, 0, 1, 0, 2])))

  static let radius = [
    ProtocolSample(
      "RADIUS accounting", of: "radius", .udp, 1813, [(.toServer, start), (.toClient, message(5, []))])
  ]

  private static func pair(_ type: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [0x80, UInt8(bytes.count + 6), 0, 0, 0, type] + bytes
  }

  private static func control(_ session: UInt8, _ values: [UInt8]) -> [UInt8] {
    [0xC8, 2, 0, UInt8(12 + values.count), 0, 5, 0, session, 0, 0, 0, 0] + values
  }

  private static let login: [UInt8] =
    [0, 2, 0, 6, 0, 60, 0xFF, 3, 0xC0, 0x23, 1, 1, 0, 14, 4]
    + Array("c-09".utf8) + [4] + Array("word".utf8)

  static let l2tp = [
    ProtocolSample(
      "L2TP with a log-in", of: "l2tp", .udp, 1701,
      [
        (.toServer, control(0, joined(pair(0, [0, 1]), pair(7, Array("lac".utf8)), pair(9, [0, 6])))),
        (.toClient, control(0, joined(pair(0, [0, 2]), pair(9, [0, 5])))),
        (.toServer, control(50, joined(pair(0, [0, 12]), pair(30, Array("c-09".utf8))))),
        (.toServer, login),
      ])
  ]
}
