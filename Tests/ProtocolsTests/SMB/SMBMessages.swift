@testable import Protocols

/// Messages of SMB in their records.
enum SMBMessages {
  static func little(_ value: Int, bytes count: Int) -> [UInt8] { Array(big(value, bytes: count).reversed()) }

  static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  /// UTF-16, little-endian.
  static func wide(_ text: String) -> [UInt8] { text.utf16.flatMap { little(Int($0), bytes: 2) } }

  static func record(_ message: [UInt8]) -> [UInt8] { [0] + big(message.count, bytes: 3) + message }

  /// A command of SMB 2; `next` is given where another one follows.
  static func command2(
    _ command: Int, isResponse: Bool = false, status: Int = 0, message: Int, tree: Int = 1, flags: Int = 0,
    next: Int = 0, _ body: [UInt8]
  ) -> [UInt8] {
    var bytes: [UInt8] =
      [0xFE, 0x53, 0x4D, 0x42] + little(64, bytes: 2) + zeros(2) + little(status, bytes: 4)
    bytes += little(command, bytes: 2) + zeros(2) + little((isResponse ? 1 : 0) | flags, bytes: 4)
    bytes += little(next, bytes: 4) + little(message, bytes: 8) + zeros(4) + little(tree, bytes: 4)
    return bytes + little(0x55, bytes: 8) + zeros(16) + body
  }

  static func negotiate2(message: Int = 0) -> [UInt8] {
    record(
      command2(
        0, message: message,
        little(36, bytes: 2) + little(2, bytes: 2) + zeros(8) + [UInt8](1...16) + zeros(8)
          + little(0x0202, bytes: 2) + little(0x0302, bytes: 2)))
  }

  static func negotiated2(message: Int = 0) -> [UInt8] {
    record(
      command2(
        0, isResponse: true, message: message,
        little(65, bytes: 2) + zeros(2) + little(0x0302, bytes: 2) + zeros(2) + [UInt8](1...16) + zeros(8)
          + little(0x10000, bytes: 4) + little(0x20000, bytes: 4) + zeros(24)))
  }

  static func treeConnect2(_ path: String, message: Int) -> [UInt8] {
    let name = wide(path)
    return record(
      command2(
        3, message: message, tree: 0,
        little(9, bytes: 2) + zeros(2) + little(72, bytes: 2) + little(name.count, bytes: 2) + name))
  }

  static func treeConnected2(type: UInt8, message: Int, tree: Int = 1) -> [UInt8] {
    record(
      command2(3, isResponse: true, message: message, tree: tree, little(16, bytes: 2) + [type] + zeros(13)))
  }

  static func handle(_ number: Int) -> [UInt8] { little(number, bytes: 8) + little(0xFFFF, bytes: 8) }

  static func create2(_ name: String, message: Int) -> [UInt8] {
    let name = wide(name)
    return record(
      command2(
        5, message: message,
        little(57, bytes: 2) + zeros(34) + little(1, bytes: 4) + zeros(4) + little(120, bytes: 2)
          + little(name.count, bytes: 2) + zeros(8) + name))
  }

  static func created2(_ number: Int, message: Int) -> [UInt8] {
    record(
      command2(
        5, isResponse: true, message: message, little(89, bytes: 2) + zeros(62) + handle(number) + zeros(8)))
  }

  static func write2(_ data: [UInt8], at offset: Int, _ number: Int, message: Int, tree: Int = 1) -> [UInt8] {
    record(
      command2(
        9, message: message, tree: tree,
        little(49, bytes: 2) + little(112, bytes: 2) + little(data.count, bytes: 4) + little(offset, bytes: 8)
          + handle(number) + zeros(16) + data))
  }

  static func written2(message: Int, tree: Int = 1) -> [UInt8] {
    record(command2(9, isResponse: true, message: message, tree: tree, little(17, bytes: 2) + zeros(14)))
  }

  static func read2(at offset: Int, _ number: Int, message: Int, tree: Int = 1) -> [UInt8] {
    record(
      command2(
        8, message: message, tree: tree,
        little(49, bytes: 2) + zeros(2) + little(4096, bytes: 4) + little(offset, bytes: 8) + handle(number)
          + zeros(17)))
  }

  static func data2(_ data: [UInt8], status: Int = 0, message: Int, tree: Int = 1) -> [UInt8] {
    record(
      command2(
        8, isResponse: true, status: status, message: message, tree: tree,
        little(17, bytes: 2) + [80, 0] + little(data.count, bytes: 4) + zeros(8) + data))
  }

  static func close2(_ number: Int, message: Int) -> [UInt8] {
    record(command2(6, message: message, little(24, bytes: 2) + zeros(6) + handle(number)))
  }

  static func closed2(message: Int) -> [UInt8] {
    record(command2(6, isResponse: true, message: message, little(60, bytes: 2) + zeros(58)))
  }

  /// A command of SMB 1 from its words and bytes.
  static func command1(
    _ command: UInt8, isResponse: Bool = false, status: Int = 0, message: Int, tree: Int = 7,
    _ words: [UInt8], _ bytes: [UInt8]
  ) -> [UInt8] {
    var result: [UInt8] = [0xFF, 0x53, 0x4D, 0x42, command] + little(status, bytes: 4)
    result += [isResponse ? 0x80 : 0] + little(0x4001, bytes: 2) + zeros(12) + little(tree, bytes: 2)
    result += little(11, bytes: 2) + little(100, bytes: 2) + little(message, bytes: 2)
    return record(result + [UInt8(words.count / 2)] + words + little(bytes.count, bytes: 2) + bytes)
  }

  static let andX: [UInt8] = [0xFF, 0, 0, 0]

  static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  static func negotiate1() -> [UInt8] {
    command1(0x72, message: 1, [], [2] + text("NT LM 0.12") + [2] + text("SMB 2.002"))
  }

  static func negotiated1() -> [UInt8] {
    command1(
      0x72, isResponse: true, message: 1,
      little(0, bytes: 2) + zeros(17) + little(0x8000_0000, bytes: 4) + zeros(11), [UInt8](1...16))
  }

  static func treeConnect1(_ path: String) -> [UInt8] {
    command1(0x75, message: 2, andX + zeros(2) + little(1, bytes: 2), [0] + text(path) + text("?????"))
  }

  static func treeConnected1(_ service: String) -> [UInt8] {
    command1(0x75, isResponse: true, message: 2, andX + zeros(2), text(service) + text("NTFS"))
  }

  static func create1(_ name: String) -> [UInt8] {
    command1(
      0xA2, message: 3,
      andX + [0] + little(name.utf8.count, bytes: 2) + zeros(28) + little(5, bytes: 4) + zeros(9),
      Array(name.utf8))
  }

  static func created1(_ number: Int) -> [UInt8] {
    command1(
      0xA2, isResponse: true, message: 3, andX + [0] + little(number, bytes: 2) + zeros(61), [])
  }

  static func write1(_ data: String, at offset: Int, _ number: Int, message: Int) -> [UInt8] {
    command1(
      0x2F, message: message,
      andX + little(number, bytes: 2) + little(offset, bytes: 4) + zeros(10)
        + little(data.utf8.count, bytes: 2)
        + little(64, bytes: 2) + zeros(4), [0] + Array(data.utf8))
  }

  static func close1(_ number: Int) -> [UInt8] {
    command1(0x04, message: 9, little(number, bytes: 2) + zeros(4), [])
  }
}
