import Glibc

/// The audited loads under every parser. All offsets are checked; a bad one traps here, so parsers use
/// `ByteReader`, which throws, unless they have checked the length themselves.
extension RawSpan {
  /// Loads an integer in the machine's byte order from any offset. Traps if it does not fit.
  @inlinable @inline(__always)
  package func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as: T.Type) -> T {
    precondition(offset >= 0 && offset <= byteCount &- MemoryLayout<T>.size, "load past the end of the bytes")
    // Sound: the precondition has just shown that all bytes of T lie inside the span.
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self)
  }

  /// The sixteen bytes from `offset` on. Traps if there are fewer.
  @inlinable @inline(__always)
  package func sixteen(_ offset: Int) -> SIMD16<UInt8> {
    precondition(offset >= 0 && offset <= byteCount &- 16, "load past the end of the bytes")
    // Sound: the precondition has just shown that all sixteen bytes lie inside the span.
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
  }

  /// Of the bytes from `offset` on, words at 0, 16, 32 and 48. Traps if there are fewer than 56 bytes.
  @inlinable @inline(__always)
  package func everySecondWord(_ offset: Int) -> (UInt64, UInt64, UInt64, UInt64) {
    precondition(offset >= 0 && offset <= byteCount &- 56, "load past the end of the bytes")
    // Sound: the precondition has just shown that all bytes of the four words lie inside the span.
    let first = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    let second = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 16, as: UInt64.self)
    let third = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 32, as: UInt64.self)
    let fourth = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 48, as: UInt64.self)
    return (first, second, third, fourth)
  }

  /// The sixty-four bytes from `offset` on, in four parts. Traps if there are fewer.
  @inlinable @inline(__always)
  package func sixtyFour(
    _ offset: Int
  ) -> (SIMD16<UInt8>, SIMD16<UInt8>, SIMD16<UInt8>, SIMD16<UInt8>) {
    precondition(offset >= 0 && offset <= byteCount &- 64, "load past the end of the bytes")
    // Sound: the precondition has just shown that all bytes of the four parts lie inside the span.
    let first = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
    let second = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 16, as: SIMD16<UInt8>.self)
    let third = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 32, as: SIMD16<UInt8>.self)
    let fourth = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 48, as: SIMD16<UInt8>.self)
    return (first, second, third, fourth)
  }

  /// Byte at `offset`. Traps if there is none.
  @inlinable @inline(__always)
  package subscript(_ offset: Int) -> UInt8 { load(offset, as: UInt8.self) }

  /// Big-endian 16-bit integer at `offset`. Traps if it does not fit.
  @inlinable @inline(__always)
  package func u16(_ offset: Int) -> UInt16 { UInt16(bigEndian: load(offset, as: UInt16.self)) }

  /// Big-endian 32-bit integer at `offset`. Traps if it does not fit.
  @inlinable @inline(__always)
  package func u32(_ offset: Int) -> UInt32 { UInt32(bigEndian: load(offset, as: UInt32.self)) }

  /// Big-endian 64-bit integer at `offset`. Traps if it does not fit.
  @inlinable @inline(__always)
  package func u64(_ offset: Int) -> UInt64 { UInt64(bigEndian: load(offset, as: UInt64.self)) }

  /// The part of the span at `range`, clamped to its bounds.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  package func part(_ offset: Int, _ count: Int) -> RawSpan {
    let start = Swift.min(Swift.max(offset, 0), byteCount)
    let length = Swift.min(Swift.max(count, 0), byteCount &- start)
    return extracting(start..<(start &+ length))
  }

  /// Whether two spans hold the same bytes.
  package func holdsSame(as other: RawSpan) -> Bool {
    guard byteCount == other.byteCount else { return false }
    // Sound: both buffers are only read inside the closures, as far as both are long.
    return unsafe withUnsafeBytes { mine in
      unsafe other.withUnsafeBytes { theirs in
        guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
        return unsafe memcmp(left, right, mine.count) == 0
      }
    }
  }

  /// A copy of the bytes.
  @inlinable
  package func copied() -> [UInt8] {
    // Sound: the buffer is only read inside the closure, and copied.
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

extension Array where Element == UInt8 {
  /// The array's bytes without copying them, for as long as the array is borrowed.
  @inlinable @inline(__always)
  package var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get { RawSpan(_elements: span) }
  }

  /// Appends the bytes of a span.
  @inlinable
  package mutating func append(_ bytes: RawSpan) {
    // Sound: the buffer is only read inside the closure, and copied.
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}

extension SIMDMask where Storage == SIMD16<Int8> {
  /// Whether any of the sixteen holds, asked of two words at once.
  @inlinable @inline(__always)
  package var holdsAnywhere: Bool {
    // Sound: both types are sixteen bytes, all of which are values of the other.
    let words = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
    return words[0] | words[1] != 0
  }
}
