extension ProtocolSample {
  private static func word(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func message(_ kind: Character, _ content: [UInt8]) -> [UInt8] {
    Array(String(kind).utf8) + word(UInt32(content.count + 4)) + content
  }

  private static func texts(_ texts: String...) -> [UInt8] { texts.flatMap { Array($0.utf8) + [0] } }

  private static func early(_ code: UInt32, _ content: [UInt8]) -> [UInt8] {
    word(UInt32(content.count + 8)) + word(code) + content
  }

  private static let start = early(0x0003_0000, texts("user", "watch", "database", "towers", ""))
  private static let ready = message("Z", [0x49])
  private static let welcome = joined(
    message("R", word(0)), message("S", texts("TimeZone", "UTC")), message("K", word(7) + word(9)), ready)
  private static let row = message("D", [0, 1] + word(5) + Array("north".utf8))
  private static let failure = message("E", texts("SERROR", "C42P01", "Mno such tower", ""))

  /// Passwords, queries with rows and errors, COPY both ways, a request that is cancelled; a screen that is
  /// shared.
  static let postgreSQL = [
    ProtocolSample(
      "pgsql", of: "pgsql", .tcp, 5432,
      [
        (.toServer, early(80_877_103, [])), (.toClient, [0x4E]), (.toServer, start),
        (.toClient, message("R", word(5) + [1, 2, 3, 4])), (.toServer, message("p", texts("md5secret"))),
        (.toClient, welcome), (.toServer, message("Q", texts("SELECT name FROM towers"))),
        (.toClient, joined(message("T", [0, 1]), row, row, message("C", texts("SELECT 2")), ready)),
        (.toServer, message("Q", texts("SELECT nothing"))), (.toClient, joined(failure, ready)),
        (.toServer, message("Q", texts("COPY towers FROM STDIN"))), (.toClient, message("G", [0, 0, 1])),
        (.toServer, joined(message("d", [0x31, 0x0A]), message("c", []))),
        (.toClient, joined(message("C", texts("COPY 1")), ready)),
        (.toServer, message("Q", texts("COPY towers TO STDOUT"))),
        (.toClient, joined(message("H", [0, 0, 1]), message("d", [0x31, 0x0A]), message("c", []), ready)),
        (.toServer, message("X", [])),
      ]),
    ProtocolSample(
      "pgsql cancel", of: "pgsql", .tcp, 5432, [(.toServer, early(80_877_102, word(7) + word(9)))]),
    ProtocolSample(
      "pgsql sasl", of: "pgsql", .tcp, 5432,
      [
        (.toServer, start), (.toClient, message("R", word(10) + texts("SCRAM-SHA-256", ""))),
        (.toServer, message("p", texts("SCRAM-SHA-256") + word(5) + Array("n,,n=".utf8))),
        (.toClient, message("R", word(11) + Array("r=1".utf8))), (.toServer, message("p", Array("c=b".utf8))),
        (.toClient, joined(message("R", word(12) + Array("v=3".utf8)), welcome)),
      ]),
  ]

  private static func version(_ minor: String) -> [UInt8] { Array("RFB 003.\(minor)\n".utf8) }

  private static let screen = joined(
    [3, 32, 2, 88, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0], word(5), Array("tower".utf8))

  /// Versions 3.3 and 3.8, let in and refused.
  static let rfb = [
    ProtocolSample(
      "rfb 3.3", of: "rfb", .tcp, 5900,
      [
        (.toClient, version("003")), (.toServer, version("003")),
        (.toClient, word(2) + [UInt8](repeating: 7, count: 16)),
        (.toServer, [UInt8](repeating: 9, count: 16)),
        (.toClient, word(0)), (.toServer, [1]), (.toClient, screen),
      ]),
    ProtocolSample(
      "rfb 3.8", of: "rfb", .tcp, 5900,
      [
        (.toClient, version("008")), (.toServer, version("008")), (.toClient, [2, 1, 2]), (.toServer, [1]),
        (.toClient, word(1) + word(3) + Array("off".utf8)),
      ]),
  ]

  private static func clock(_ first: UInt8, _ stratum: UInt8, _ reference: String) -> [UInt8] {
    joined([first, stratum, 6, 0xEC], [UInt8](repeating: 0, count: 8), Array(reference.utf8))
      + [UInt8](repeating: 7, count: 32)
  }

  /// A question, its answer, and a message of version 3.
  static let ntp = [
    ProtocolSample(
      "ntp", of: "ntp", .udp, 123,
      [
        (.toServer, clock(0x23, 0, "INIT")), (.toClient, clock(0x24, 2, "LOCL")),
        (.toServer, clock(0x1B, 0, "INIT")),
      ])
  ]

  private static func lease(_ kind: UInt8, _ options: [UInt8]) -> [UInt8] {
    joined(
      [kind, 1, 6, 0], word(7), [0, 1, 0, 0], [UInt8](repeating: 10, count: 16), [2, 0, 0, 0, 1, 7],
      [UInt8](repeating: 0, count: 202), word(0x6382_5363), options)
  }

  /// A request and what answers it; options that are cut and too short.
  static let dhcp = [
    ProtocolSample(
      "dhcp", of: "dhcp", .udp, 67,
      [
        (.toServer, lease(1, [53, 1, 3, 55, 3, 1, 3, 6, 61, 2, 1, 7, 12, 1, 0x61, 0, 255])),
        (
          .toClient,
          lease(2, [53, 1, 5, 51, 4] + word(3600) + [58, 4] + word(1800) + [3, 4, 10, 1, 1, 1, 255])
        ),
        (.toServer, lease(1, [53, 1, 1, 51, 2, 0, 1, 61, 0, 12, 9, 1])),
      ])
  ]
}
