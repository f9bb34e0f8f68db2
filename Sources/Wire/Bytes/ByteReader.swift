/// A bounds-checked big-endian cursor over borrowed bytes: the only way application parsers read.
///
/// It throws `ParseFailure(.truncated)` instead of reading past the end, and never copies.
@frozen
package struct ByteReader: ~Escapable {
  /// The bytes being read.
  package let bytes: RawSpan
  /// Offset of the next byte to read.
  package var position: Int

  /// A reader that begins at an offset.
  @inlinable @inline(__always)
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// How many bytes are left.
  @inlinable @inline(__always)
  package var remaining: Int { bytes.byteCount &- position }

  /// Whether nothing is left.
  @inlinable @inline(__always)
  package var isAtEnd: Bool { remaining <= 0 }

  /// The next byte.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  package mutating func u8() throws(ParseFailure) -> UInt8 {
    guard remaining >= 1 else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= 1 }
    return bytes[position]
  }

  /// A big-endian integer of 16 bits.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  package mutating func u16() throws(ParseFailure) -> UInt16 {
    guard remaining >= 2 else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= 2 }
    return bytes.u16(position)
  }

  /// A big-endian integer of 24 bits.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  package mutating func u24() throws(ParseFailure) -> UInt32 {
    guard remaining >= 3 else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= 3 }
    return UInt32(bytes[position]) << 16 | UInt32(bytes.u16(position &+ 1))
  }

  /// A big-endian integer of 32 bits.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  package mutating func u32() throws(ParseFailure) -> UInt32 {
    guard remaining >= 4 else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= 4 }
    return bytes.u32(position)
  }

  /// A big-endian integer of 64 bits.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  package mutating func u64() throws(ParseFailure) -> UInt64 {
    guard remaining >= 8 else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= 8 }
    return bytes.u64(position)
  }

  /// The next `count` bytes, borrowed. Throws `.truncated` where there are fewer.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func take(_ count: Int) throws(ParseFailure) -> RawSpan {
    guard count >= 0, count <= remaining else { throw ParseFailure(.truncated, at: position) }
    defer { position &+= count }
    return bytes.part(position, count)
  }

  /// Passes over bytes. Throws `.truncated` where there are fewer.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  package mutating func skip(_ count: Int) throws(ParseFailure) {
    guard count >= 0, count <= remaining else { throw ParseFailure(.truncated, at: position) }
    position &+= count
  }

  /// All that is left.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  package mutating func rest() -> RawSpan {
    defer { position = bytes.byteCount }
    return bytes.part(position, remaining)
  }
}
