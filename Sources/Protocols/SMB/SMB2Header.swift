import Wire

/// The header of every message of SMB 2 and 3 ([MS-SMB2] §2.2.1).
///
///     0xFE "SMB" | structure size (16) = 64 | credit charge (16)
///     status (32) | command (16) | credits (16) | flags (32)
///     next command (32) | message (64)
///     process (32) | tree (32)          or: asynchronous identifier (64)
///     session (64) | signature (128)
struct SMB2Header {
  static let byteCount = 64

  enum Command {
    static let negotiate: UInt16 = 0
    static let sessionSetup: UInt16 = 1
    static let treeConnect: UInt16 = 3
    static let treeDisconnect: UInt16 = 4
    static let create: UInt16 = 5
    static let close: UInt16 = 6
    static let read: UInt16 = 8
    static let write: UInt16 = 9
    static let control: UInt16 = 11
    static let cancel: UInt16 = 12
    static let queryInfo: UInt16 = 16
    static let setInfo: UInt16 = 17
  }

  let status: UInt32
  let command: UInt16
  let flags: UInt32
  /// Distance to the next command of the same message; 0: none.
  let next: Int
  let message: UInt64
  private(set) var tree: UInt32
  private(set) var session: UInt64

  var isResponse: Bool { flags & 1 != 0 }
  var isAsynchronous: Bool { flags & 2 != 0 }
  var isRelated: Bool { flags & 4 != 0 }

  /// Reads a header from the front; nil where it is none, or not whole.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Self.byteCount, bytes.u32(0) == 0xFE53_4D42 else { return nil }
    status = bytes.u32(8, isLittleEndian: true)
    command = bytes.u16(12, isLittleEndian: true)
    flags = bytes.u32(16, isLittleEndian: true)
    next = Int(bytes.u32(20, isLittleEndian: true))
    message = bytes.u64(24).byteSwapped
    tree = flags & 2 != 0 ? 0 : bytes.u32(36, isLittleEndian: true)
    session = bytes.u64(40).byteSwapped
  }

  /// Takes session and tree from the command before where this one refers to them.
  mutating func relate(session: UInt64, tree: UInt32) {
    guard isRelated else { return }
    if self.session == .max { self.session = session }
    if self.tree == .max { self.tree = tree }
  }
}

/// The header of every message of SMB 1 ([MS-CIFS] §2.2.3.1).
///
///     0xFF "SMB" | command (8) | status (32) | flags (8) | flags 2 (16)
///     process, high (16) | signature (64) | reserved (16)
///     tree (16) | process (16) | user (16) | message (16)
struct SMB1Header {
  static let byteCount = 32

  enum Command {
    static let close: UInt8 = 0x04
    static let rename: UInt8 = 0x07
    static let write: UInt8 = 0x0B
    static let transaction: UInt8 = 0x25
    static let openAndX: UInt8 = 0x2D
    static let readAndX: UInt8 = 0x2E
    static let writeAndX: UInt8 = 0x2F
    static let transaction2: UInt8 = 0x32
    static let treeDisconnect: UInt8 = 0x71
    static let negotiate: UInt8 = 0x72
    static let sessionSetupAndX: UInt8 = 0x73
    static let logoffAndX: UInt8 = 0x74
    static let treeConnectAndX: UInt8 = 0x75
    static let createAndX: UInt8 = 0xA2
    static let none: UInt8 = 0xFF
  }

  let command: UInt8
  let status: UInt32
  let flags: UInt8
  let flags2: UInt16
  let tree: UInt16
  let process: UInt16
  let user: UInt16
  let message: UInt16

  var isResponse: Bool { flags & 0x80 != 0 }
  var isUnicode: Bool { flags2 & 0x8000 != 0 }
  var hasNTStatus: Bool { flags2 & 0x4000 != 0 }
  /// What request and response have in common.
  var key: UInt64 { UInt64(message) << 16 | UInt64(process) }

  /// Reads a header from the front; nil where it is none, or not whole.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Self.byteCount, bytes.u32(0) == 0xFF53_4D42 else { return nil }
    command = bytes[4]
    status = bytes.u32(5, isLittleEndian: true)
    flags = bytes[9]
    flags2 = bytes.u16(10, isLittleEndian: true)
    tree = bytes.u16(24, isLittleEndian: true)
    process = bytes.u16(26, isLittleEndian: true)
    user = bytes.u16(28, isLittleEndian: true)
    message = bytes.u16(30, isLittleEndian: true)
  }
}
