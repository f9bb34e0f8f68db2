extension ProtocolSample {
  /// A frame's header or block of data, with its checksum behind it.
  private static func checked(_ bytes: [UInt8]) -> [UInt8] {
    var value: UInt16 = 0
    for byte in bytes {
      value ^= UInt16(byte)
      for _ in 0..<8 { value = value & 1 != 0 ? value >> 1 ^ 0xA6BC : value >> 1 }
    }
    return bytes + [UInt8(truncatingIfNeeded: ~value), UInt8(truncatingIfNeeded: ~value >> 8)]
  }

  private static func frame(_ control: UInt8, _ content: [UInt8]) -> [UInt8] {
    let head = checked([5, 0x64, UInt8(5 + content.count), control, 1, 0, 10, 0])
    return stride(from: 0, to: content.count, by: 16).reduce(head) {
      $0 + checked(Array(content[$1..<min($1 + 16, content.count)]))
    }
  }

  private static let relay: [UInt8] = [12, 1, 0x28, 1, 0, 4, 0, 0x41, 1, 100, 0, 0, 0, 200, 0, 0, 0, 0]
  private static let file: [UInt8] =
    [70, 5, 0x5B, 1, 12, 0, 1, 0, 0, 0, 2, 0, 0, 0] + Array("fire".utf8)
  private static let points: [UInt8] =
    [1, 1, 0, 0, 9, 0x55, 1, 30, 5, 0x17, 1, 3, 1, 0, 0, 0xC0, 0x3F, 120, 1, 0x5B, 1, 9, 0] + [1, 0, 0, 0]
    + [2, 0, 3, 4, 0x61, 99, 9, 7, 1]

  private static func unit(_ number: UInt8, _ function: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0, number, 0, 0, 0, UInt8(content.count + 2), 1, function] + content
  }

  /// Requests with answers, an exception, an answer that nobody asked for, one that says too much.
  static let modbus = [
    ProtocolSample(
      "modbus", of: "modbus", .tcp, 502,
      [
        (.toServer, joined(unit(1, 3, [0, 5, 0, 2]), unit(2, 16, [0, 0, 0, 2, 4, 0, 10, 1, 2]))),
        (.toClient, joined(unit(1, 3, [4, 0, 1, 0, 2]), unit(2, 16, [0, 0, 0, 2]), unit(9, 0x86, [2]))),
        (
          .toServer, joined(unit(3, 8, [0, 4, 0, 0]), unit(4, 43, [14, 1, 0]), unit(5, 6, [0, 1, 0, 2, 3]))
        ),
        (
          .toServer, joined(unit(6, 23, [0, 3, 0, 2, 0, 14, 0, 1, 2, 0, 255]), unit(7, 22, [0, 4, 0, 1, 0]))
        ),
        (.toClient, joined(unit(6, 23, [4, 0, 1, 0, 2]), unit(3, 8, [0, 4, 0, 0]), unit(4, 66, [1]))),
      ])
  ]

  private static func encapsulated(_ command: UInt8, _ content: [UInt8]) -> [UInt8] {
    joined(
      [command, 0, UInt8(content.count), 0, 7, 0, 0, 0], [UInt8](repeating: 0, count: 16), content)
  }

  private static func carried(_ sequence: UInt8, _ message: [UInt8]) -> [UInt8] {
    encapsulated(
      0x70,
      [0, 0, 0, 0, 0, 0, 2, 0, 0xA1, 0, 4, 0, 9, 0, 0, 0, 0xB1, 0, UInt8(message.count + 2), 0, sequence, 0]
        + message)
  }

  private static let device: [UInt8] = joined(
    [1, 0, 0x0C, 0, 38, 0, 1, 0], [UInt8](repeating: 0, count: 16),
    [1, 0, 12, 0, 58, 0, 4, 3, 0x30, 0, 1, 2, 3, 4, 4], Array("wall".utf8), [3])

  /// A session, what a device is, several services in one message, one that cannot be read.
  static let enip = [
    ProtocolSample(
      "enip", of: "enip", .tcp, 44_818,
      [
        (.toServer, joined(encapsulated(0x65, [1, 0, 0, 0]), encapsulated(0x63, []))),
        (.toClient, joined(encapsulated(0x65, [1, 0, 0, 0]), encapsulated(0x63, device))),
        (
          .toServer,
          carried(1, [10, 2, 0x20, 2, 0x24, 1, 2, 0, 6, 0, 12, 0, 14, 2, 0x20, 1, 0x30, 7, 3, 0, 1, 0, 5, 0])
        ),
        (.toClient, carried(1, [0x8A, 0, 0, 0, 2, 0, 6, 0, 10, 0, 0x8E, 0, 0, 0, 0x83, 0, 1, 2, 7, 1])),
        (.toServer, joined(carried(2, [3, 1, 0x91, 0]), encapsulated(0x66, []))),
      ]),
    ProtocolSample(
      "enip over UDP", of: "enip", .udp, 44_818,
      [(.toServer, encapsulated(0x63, [])), (.toClient, encapsulated(0x63, device))]),
  ]

  /// Messages in one and in several frames, a banner, a damaged header.
  static let dnp3 = [
    ProtocolSample(
      "dnp3", of: "dnp3", .tcp, 20_000,
      [
        (.toServer, frame(0xC4, [0xC0, 0xC0, 1, 60, 2, 6, 1, 0, 6])),
        (.toClient, frame(0x44, [0xC1, 0xE0, 129, 0x80, 1] + points)),
        (.toServer, joined(frame(0xC4, [0x42, 0xC1, 2] + relay), frame(0xC4, [0x83] + file))),
        (.toServer, joined(frame(0xC4, [0xC0, 0xC0, 0]), frame(0xC9, []), frame(0xC4, [0xC0]))),
        (
          .toServer,
          joined(frame(0xC4, [0xC0, 0xC0, 13]).enumerated().map { $0 == 4 ? $1 ^ 1 : $1 }, [1, 2])
        ),
        (.toServer, frame(0xC4, [0xC0, 0xC0, 14])),
      ]),
    ProtocolSample(
      "dnp3 banner", of: "dnp3", .tcp, 20_000,
      [
        (.toClient, Array("DNP3 tower".utf8)), (.toServer, frame(0xC4, [0xC0, 0xC0, 1, 60, 1, 6])),
        (.toClient, frame(0x44, [0xC1, 0xE0, 130, 0, 0])),
      ]),
  ]
}
