import Wire

/// What a client says of itself (MS-RDPBCGR §2.2.1.3), little-endian:
///
///     … "Duca" | length (8 or 16) | blocks: type (16) | length (16) | content
///     0xC001: version, width, height, colours … name, keyboard …; more, each only behind the one before
///     0xC003: count (32) | channels: name (8 bytes) | options (32)
///
/// A block that is cut makes the message unreadable; one that is unsound ends the list.
package struct RDPConnectRequest: Sendable {
  package enum Block: Sendable {
    case client(RDPClient)
    case channels([[UInt8]])
  }

  package private(set) var blocks: [Block] = []

  /// Channels that are kept: a client may have 31.
  private static let channelsMax = 64

  private enum Kind {
    static let core: UInt16 = 0xC001
    static let network: UInt16 = 0xC003
  }

  init(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = RDPReader(try Self.userData(bytes))
    while !reader.isAtEnd, try readBlock(&reader) {}
  }

  private static let mark: UInt32 = 0x4475_6361

  private static func behindMark(_ bytes: RawSpan) throws(ParseFailure) -> Int {
    var position = 0
    while position &+ 4 <= bytes.byteCount {
      if bytes.u32(position) == mark { return position &+ 4 }
      position &+= 1
    }
    throw ParseFailure(.truncated, at: position)
  }

  @_lifetime(copy bytes)
  private static func userData(_ bytes: RawSpan) throws(ParseFailure) -> RawSpan {
    var reader = ByteReader(bytes, at: try behindMark(bytes))
    let first = try reader.u8()
    guard first < 0xC0 else { throw ParseFailure(.malformed, at: reader.position) }
    let length = first < 0x80 ? Int(first) : Int(first & 0x3F) << 8 | Int(try reader.u8())
    return try reader.take(length)
  }

  /// Reads a block; false where nothing can be read behind it.
  @_lifetime(reader: copy reader)
  private mutating func readBlock(_ reader: inout RDPReader) throws(ParseFailure) -> Bool {
    let type = try reader.u16()
    let length = Int(try reader.u16())
    switch type {
    case Kind.core:
      guard length >= 4 else { return false }
      var content = RDPReader(try reader.take(length &- 4))
      guard let client = try RDPClient(&content) else { return false }
      blocks.append(.client(client))
    case Kind.network:
      guard length >= 8 else { return false }
      let count = try reader.u32()
      var content = RDPReader(try reader.take(length &- 8))
      var channels: [[UInt8]] = []
      for _ in 0..<count {
        let name = try content.take(8).copied().prefix { $0 != 0 }
        guard String(validating: name, as: UTF8.self) != nil else { return false }
        _ = try content.u32()
        if channels.count < Self.channelsMax { channels.append(Array(name)) }
      }
      blocks.append(.channels(channels))
    default:
      guard length >= 4 else { return false }
      _ = try reader.take(length &- 4)
    }
    return true
  }
}

/// The first block.
package struct RDPClient: Sendable {
  package let version: UInt32
  package let width: UInt16
  package let height: UInt16
  private let colours: UInt16
  package let keyboardLayout: UInt32
  package let build: UInt32
  package let name: [UInt8]
  package let keyboardType: UInt32
  package let keyboardSubtype: UInt32
  package let functionKeys: UInt32
  package let inputMethod: [UInt8]
  private var coloursLater: UInt16?
  private var coloursHigh: UInt16?
  package private(set) var product: UInt16?
  package private(set) var serialNumber: UInt32?
  package private(set) var capabilities: UInt16?
  package private(set) var identifier: [UInt8]?
  package private(set) var connectionHint: UInt8?
  /// Millimetres.
  package private(set) var physicalWidth: UInt32?
  package private(set) var physicalHeight: UInt32?
  /// Degrees.
  package private(set) var orientation: UInt16?
  /// Per cent.
  package private(set) var desktopScale: UInt32?
  package private(set) var deviceScale: UInt32?

  /// Nil: a name is no UTF-16.
  @_lifetime(reader: copy reader)
  init?(_ reader: inout RDPReader) throws(ParseFailure) {
    version = try reader.u32()
    width = try reader.u16()
    height = try reader.u16()
    colours = try reader.u16()
    _ = try reader.u16()
    keyboardLayout = try reader.u32()
    build = try reader.u32()
    let name = try reader.take(32).copied()
    keyboardType = try reader.u32()
    keyboardSubtype = try reader.u32()
    functionKeys = try reader.u32()
    let inputMethod = try reader.take(64).copied()
    guard let nameText = Self.text(name), let inputText = Self.text(inputMethod) else { return nil }
    self.name = nameText
    self.inputMethod = inputText
    // What is missing, or cannot be, ends what may follow.
    try? readMore(&reader)
  }

  @_lifetime(reader: copy reader)
  private mutating func readMore(_ reader: inout RDPReader) throws(ParseFailure) {
    coloursLater = try Self.check(try reader.u16()) { $0 == 0 || 0xCA00...0xCA04 ~= $0 }
    product = try reader.u16()
    serialNumber = try reader.u32()
    coloursHigh = try Self.check(try reader.u16()) { [0, 4, 8, 15, 16, 24].contains($0) }
    _ = try Self.check(try reader.u16()) { $0 < 16 }
    capabilities = try Self.check(try reader.u16()) { $0 < 0x800 }
    guard let text = Self.text(try reader.take(64).copied()) else { return }
    identifier = text
    connectionHint = try Self.check(try reader.u8()) { $0 < 8 }
    _ = try reader.u8()
    _ = try Self.check(try reader.u32()) { $0 < 16 }
    physicalWidth = try Self.check(try reader.u32()) { 10...10_000 ~= $0 }
    physicalHeight = try Self.check(try reader.u32()) { 10...10_000 ~= $0 }
    orientation = try Self.check(try reader.u16()) { [0, 90, 180, 270].contains($0) }
    desktopScale = try Self.check(try reader.u32()) { 100...500 ~= $0 }
    deviceScale = try Self.check(try reader.u32()) { [100, 140, 180].contains($0) }
  }

  private static func check<Number>(_ number: Number, _ isSound: (Number) -> Bool) throws(ParseFailure)
    -> Number
  {
    guard isSound(number) else { throw ParseFailure(.malformed, at: 0) }
    return number
  }

  /// UTF-16 up to a NUL, as UTF-8.
  private static func text(_ bytes: [UInt8]) -> [UInt8]? {
    let units = stride(from: 0, to: bytes.count &- 1, by: 2).map {
      UInt16(bytes[$0]) | UInt16(bytes[$0 &+ 1]) << 8
    }
    return String(validating: units.prefix { $0 != 0 }, as: UTF16.self).map { Array($0.utf8) }
  }

  /// Bits of a pixel, by the newest of the ways to tell it.
  package var colourDepth: Int? {
    if let coloursHigh, coloursHigh > 0 { return Int(coloursHigh) }
    if let depth = Self.depths[coloursLater ?? 0] { return depth }
    return colours <= 0xCA01 ? Self.depths[colours] : nil
  }

  private static let depths: [UInt16: Int] = [0xCA00: 4, 0xCA01: 8, 0xCA02: 15, 0xCA03: 16, 0xCA04: 24]
}

/// Reads little-endian numbers.
struct RDPReader: ~Escapable {
  private var reader: ByteReader

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) {
    reader = ByteReader(bytes)
  }

  var isAtEnd: Bool { reader.isAtEnd }

  @_lifetime(self: copy self)
  mutating func u8() throws(ParseFailure) -> UInt8 { try reader.u8() }

  @_lifetime(self: copy self)
  mutating func u16() throws(ParseFailure) -> UInt16 { try reader.u16().byteSwapped }

  @_lifetime(self: copy self)
  mutating func u32() throws(ParseFailure) -> UInt32 { try reader.u32().byteSwapped }

  @_lifetime(copy self)
  @_lifetime(self: copy self)
  mutating func take(_ count: Int) throws(ParseFailure) -> RawSpan { try reader.take(count) }
}
