import Wire

/// Samples of remote procedure calls and of the protocol of files that carries them.
extension ProtocolSample {
  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private static func wide(_ text: String) -> [UInt8] { text.utf16.flatMap { little(Int($0), 2) } }

  // MARK: Calls

  private static let interface: [UInt8] = [
    0x81, 0xbb, 0x7a, 0x36, 0x44, 0x98, 0xf1, 0x35, 0xad, 0x32, 0x98, 0xf0, 0x38, 0, 0x10, 3,
  ]

  private static func packet(_ type: UInt8, call: Int, flags: UInt8 = 3, _ body: [UInt8]) -> [UInt8] {
    joined([5, 0, type, flags, 0x10, 0, 0, 0], little(16 + body.count, 2), [0, 0], little(call, 4), body)
  }

  private static let bind = packet(
    11, call: 1,
    joined(zeros(8), [1, 0, 0, 0, 0, 0, 1, 0], interface, little(2, 4), [UInt8](repeating: 0x8a, count: 20)))

  private static let bindAcknowledge = packet(
    12, call: 1, joined(zeros(8), little(4, 2), [0x31, 0x33, 0x35, 0, 0, 0], [1, 0, 0, 0], zeros(24)))

  private static func request(call: Int, flags: UInt8 = 3, _ arguments: String) -> [UInt8] {
    packet(0, call: call, flags: flags, joined(zeros(6), little(15, 2), Array(arguments.utf8)))
  }

  private static func response(call: Int, _ results: String) -> [UInt8] {
    packet(2, call: call, joined(zeros(8), Array(results.utf8)))
  }

  private static func datagram(_ type: UInt8, _ text: String) -> [UInt8] {
    joined(
      [4, type, 0, 0, 0x10, 0, 0, 0], zeros(16), interface, [UInt8](1...16), zeros(4), little(2, 4),
      little(7, 4),
      little(3, 2), zeros(4), little(text.utf8.count, 2), zeros(4), Array(text.utf8))
  }

  static let dcerpc = [
    ProtocolSample(
      "dcerpc over TCP", of: "dcerpc", .tcp, 135,
      [
        (.toServer, bind), (.toClient, bindAcknowledge),
        (
          .toServer,
          joined(
            request(call: 2, flags: 1, "open the "), request(call: 2, flags: 2, "manager"),
            request(call: 3, "x"))
        ),
        (.toClient, joined(response(call: 3, "first"), response(call: 2, "second"))),
      ]),
    ProtocolSample(
      "dcerpc over UDP", of: "dcerpc", .udp, 135,
      [(.toServer, datagram(0, "asked")), (.toClient, datagram(2, "answered"))]),
  ]

  // MARK: Files

  private static func record(_ message: [UInt8]) -> [UInt8] {
    joined(Array(little(message.count, 4).reversed()), message)
  }

  private static func command2(
    _ command: Int, isResponse: Bool = false, message: Int, next: Int = 0, _ body: [UInt8]
  ) -> [UInt8] {
    joined(
      [0xFE, 0x53, 0x4D, 0x42], little(64, 2), zeros(6), little(command, 2), zeros(2),
      little(isResponse ? 1 : 0, 4),
      little(next, 4), little(message, 8), zeros(4), little(1, 4), little(0x55, 8), zeros(16), body)
  }

  private static func request2(_ command: Int, message: Int, _ body: [UInt8]) -> [UInt8] {
    record(command2(command, message: message, body))
  }

  private static func response2(_ command: Int, message: Int, _ body: [UInt8]) -> [UInt8] {
    record(command2(command, isResponse: true, message: message, body))
  }

  private static func handle(_ number: Int) -> [UInt8] { joined(little(number, 8), little(0xFFFF, 8)) }

  private static func create(_ text: String, message: Int) -> [UInt8] {
    let name = wide(text)
    return request2(
      5, message: message,
      joined(
        little(57, 2), zeros(34), little(1, 4), zeros(4), little(120, 2), little(name.count, 2), zeros(8),
        name))
  }

  private static func write(_ data: [UInt8], at offset: Int, _ number: Int, message: Int) -> [UInt8] {
    request2(
      9, message: message,
      joined(
        little(49, 2), little(112, 2), little(data.count, 4), little(offset, 8), handle(number), zeros(16),
        data))
  }

  private static func read(at offset: Int, _ number: Int, message: Int) -> [UInt8] {
    request2(
      8, message: message,
      joined(little(49, 2), zeros(2), little(4096, 4), little(offset, 8), handle(number), zeros(17)))
  }

  private static func data(_ data: [UInt8], message: Int) -> [UInt8] {
    response2(8, message: message, joined(little(17, 2), [80, 0], little(data.count, 4), zeros(8), data))
  }

  private static func connect(_ path: String, type: UInt8) -> [(Direction, [UInt8])] {
    let name = wide(path)
    return [
      (
        .toServer,
        request2(
          0, message: 0,
          joined(little(36, 2), little(1, 2), zeros(8), [UInt8](1...16), zeros(8), little(0x302, 2)))
      ),
      (
        .toClient,
        response2(
          0, message: 0,
          joined(little(65, 2), zeros(2), little(0x302, 2), zeros(2), [UInt8](1...16), zeros(40)))
      ),
      (
        .toServer,
        request2(3, message: 1, joined(little(9, 2), zeros(2), little(72, 2), little(name.count, 2), name))
      ),
      (.toClient, response2(3, message: 1, joined(little(16, 2), [type], zeros(13)))),
      (.toServer, create("plan.txt", message: 2)),
      (.toClient, response2(5, message: 2, joined(little(89, 2), zeros(62), handle(77), zeros(8)))),
    ]
  }

  private static let close2 = request2(6, message: 9, joined(little(24, 2), zeros(6), handle(77)))

  private static func command1(
    _ command: UInt8, isResponse: Bool = false, message: Int, _ words: [UInt8], _ bytes: [UInt8]
  ) -> [UInt8] {
    record(
      joined(
        [0xFF, 0x53, 0x4D, 0x42, command], zeros(4), [isResponse ? 0x80 : 0], little(0x4001, 2), zeros(12),
        little(7, 2),
        little(11, 2), little(100, 2), little(message, 2), [UInt8(words.count / 2)], words,
        little(bytes.count, 2),
        bytes))
  }

  private static let andX: [UInt8] = [0xFF, 0, 0, 0]

  private static func write1(_ text: String, at offset: Int, message: Int) -> [UInt8] {
    command1(
      0x2F, message: message,
      joined(
        andX, little(64, 2), little(offset, 4), zeros(10), little(text.utf8.count, 2), little(64, 2), zeros(4)
      ),
      joined([0], Array(text.utf8)))
  }

  private static let version1: [(Direction, [UInt8])] = [
    (.toServer, command1(0x72, message: 1, [], joined([2], Array("NT LM 0.12".utf8), [0]))),
    (.toClient, command1(0x72, isResponse: true, message: 1, zeros(34), [])),
    (
      .toServer,
      command1(
        0x75, message: 2, joined(andX, zeros(2), little(1, 2)),
        joined([0], Array("\\\\t\\C$".utf8), [0, 63, 0]))
    ),
    (
      .toClient,
      command1(0x75, isResponse: true, message: 2, joined(andX, zeros(2)), joined(Array("A:".utf8), [0]))
    ),
    (
      .toServer,
      command1(
        0xA2, message: 3, joined(andX, [0], little(4, 2), zeros(28), little(5, 4), zeros(9)),
        Array("\\a.b".utf8))
    ),
    (
      .toClient,
      command1(0xA2, isResponse: true, message: 3, joined(andX, [0], little(64, 2), zeros(61)), [])
    ),
    (.toServer, joined(write1("beacon ", at: 0, message: 4), write1("lit", at: 7, message: 5))),
    (.toServer, command1(0x04, message: 6, joined(little(64, 2), zeros(4)), [])),
  ]

  static let smb = [
    ProtocolSample(
      "smb 2 files", of: "smb", .tcp, 445,
      connect("\\\\t\\files", type: 1) + [
        (
          .toServer,
          joined(
            write(Array("beacon".utf8), at: 0, 77, message: 3),
            write(Array("lit".utf8), at: 10, 77, message: 4))
        ),
        (.toServer, joined(write(Array(" was".utf8), at: 6, 77, message: 5), read(at: 0, 77, message: 6))),
        (.toClient, data([UInt8](repeating: 0x61, count: 300), message: 6)), (.toServer, close2),
      ]),
    ProtocolSample(
      "smb 2 named pipe", of: "smb", .tcp, 445,
      connect("\\\\t\\IPC$", type: 2) + [
        (.toServer, joined(write(bind, at: 0, 77, message: 3), read(at: 0, 77, message: 4))),
        (.toClient, data(bindAcknowledge, message: 4)),
        (
          .toServer,
          joined(write(request(call: 2, "create"), at: 0, 77, message: 5), read(at: 0, 77, message: 6))
        ),
        (.toClient, data(response(call: 2, "done"), message: 6)), (.toServer, close2),
      ]),
    ProtocolSample("smb 1", of: "smb", .tcp, 139, version1),
  ]
}
