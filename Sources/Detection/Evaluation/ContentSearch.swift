import Wire

/// Searches for one content in a span, many positions at a time.
///
/// The first and the last byte of the content are compared with 64 positions at once, at the end with 32;
/// where both agree at one of them, with eight positions in one word each, and only then are the bytes
/// between compared. Case is ignored by comparing with bit 5 set, then exactly.
enum ContentSearch {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// Offset of the first match in `bytes[from ..< end]`, or −1. `content` is a part of the pool of contents;
  /// with `ignoresCase` it is in lower case.
  static func first(
    of contents: [UInt8], _ start: Int, _ count: Int, ignoresCase: Bool, in bytes: RawSpan, from: Int,
    to end: Int
  ) -> Int {
    let lastStart = end &- count
    let pool = contents.rawSpan
    guard from >= 0, count > 0, lastStart >= from, end <= bytes.byteCount else { return -1 }
    let firstByte = pool[start]
    let lastByte = pool[start &+ count &- 1]
    let fold: UInt64 = ignoresCase ? 0x2020_2020_2020_2020 : 0
    let firsts = (UInt64(firstByte) &* ones) | fold
    let lasts = (UInt64(lastByte) &* ones) | fold
    var position = from
    // Both loads of a round must lie inside the span: the second ends eight bytes after the last start.
    let roundsEnd = bytes.byteCount &- count &- 7
    var sought = position
    while position <= lastStart && position < roundsEnd {
      if position >= sought {
        let (first, last) = (UInt8(truncatingIfNeeded: firsts), UInt8(truncatingIfNeeded: lasts))
        position =
          ignoresCase
          ? skip(bytes, position, lastStart, count, first, last, fold: 0x20)
          : skip(bytes, position, lastStart, count, first, last, fold: 0)
        if position > lastStart || position >= roundsEnd { break }
        if position &+ count &+ 31 <= bytes.byteCount {
          if !agree(bytes, position, count, first, last, fold) {
            position &+= 32
            continue
          }
          sought = position &+ 32
        }
      }
      let head = (bytes.load(position, as: UInt64.self) | fold) ^ firsts
      let tail = (bytes.load(position &+ count &- 1, as: UInt64.self) | fold) ^ lasts
      let both = head | tail
      var zeros = (both &- ones) & ~both & highs
      while zeros != 0 {
        let candidate = position &+ (zeros.trailingZeroBitCount >> 3)
        if candidate > lastStart { return -1 }
        if equal(pool, start, count, ignoresCase, bytes, candidate) { return candidate }
        zeros &= zeros &- 1
      }
      position &+= 8
    }
    if position > lastStart { return -1 }
    return last(pool, start, count, ignoresCase, bytes, position, lastStart, firsts, lasts, fold)
  }

  /// The end of a search, where a round would reach beyond the bytes: the last round overlaps the one before,
  /// if there is room for one; else the few places are looked at one by one.
  private static func last(
    _ pool: RawSpan, _ start: Int, _ count: Int, _ ignoresCase: Bool, _ bytes: RawSpan, _ from: Int,
    _ lastStart: Int, _ firsts: UInt64, _ lasts: UInt64, _ fold: UInt64
  ) -> Int {
    let round = bytes.byteCount &- count &- 7
    if round >= 0, round <= from {
      let head = (bytes.load(round, as: UInt64.self) | fold) ^ firsts
      let tail = (bytes.load(round &+ count &- 1, as: UInt64.self) | fold) ^ lasts
      let both = head | tail
      var zeros = (both &- ones) & ~both & highs & (~0 << UInt64((from &- round) &* 8))
      while zeros != 0 {
        let candidate = round &+ (zeros.trailingZeroBitCount >> 3)
        if candidate > lastStart { return -1 }
        if equal(pool, start, count, ignoresCase, bytes, candidate) { return candidate }
        zeros &= zeros &- 1
      }
      return -1
    }
    let (first, mask) = (UInt8(truncatingIfNeeded: firsts), UInt8(truncatingIfNeeded: fold))
    var position = from
    while position <= lastStart {
      if bytes[position] | mask == first, equal(pool, start, count, ignoresCase, bytes, position) {
        return position
      }
      position &+= 1
    }
    return -1
  }

  /// The next of the blocks of 64 positions that follow from a place, in which first and last byte of a
  /// content agree somewhere, or the place behind the last whole block.
  @inline(__always)
  private static func skip(
    _ bytes: RawSpan, _ start: Int, _ lastStart: Int, _ count: Int, _ first: UInt8, _ last: UInt8,
    fold: UInt8
  ) -> Int {
    let fold = SIMD16(repeating: fold)
    let firsts = SIMD16(repeating: first)
    let lasts = SIMD16(repeating: last)
    var position = start
    while position <= lastStart, position &+ count &+ 63 <= bytes.byteCount {
      let heads = bytes.sixtyFour(position)
      let tails = bytes.sixtyFour(position &+ count &- 1)
      let low =
        (((heads.0 | fold) .== firsts) .& ((tails.0 | fold) .== lasts))
        .| (((heads.1 | fold) .== firsts) .& ((tails.1 | fold) .== lasts))
      let high =
        (((heads.2 | fold) .== firsts) .& ((tails.2 | fold) .== lasts))
        .| (((heads.3 | fold) .== firsts) .& ((tails.3 | fold) .== lasts))
      if (low .| high).holdsAnywhere { break }
      position &+= 64
    }
    return position
  }

  /// Whether first and last byte of a content agree at one of 32 positions at least.
  @inline(__always)
  private static func agree(
    _ bytes: RawSpan, _ position: Int, _ count: Int, _ first: UInt8, _ last: UInt8, _ fold: UInt64
  ) -> Bool {
    let fold = SIMD16(repeating: UInt8(truncatingIfNeeded: fold))
    let firsts = SIMD16(repeating: first)
    let lasts = SIMD16(repeating: last)
    let end = position &+ count &- 1
    let low =
      ((bytes.sixteen(position) | fold) .== firsts) .& ((bytes.sixteen(end) | fold) .== lasts)
    let high =
      ((bytes.sixteen(position &+ 16) | fold) .== firsts) .& ((bytes.sixteen(end &+ 16) | fold) .== lasts)
    return (low .| high).holdsAnywhere
  }

  /// Whether the content stands at `offset`.
  static func stands(
    _ contents: [UInt8], _ start: Int, _ count: Int, ignoresCase: Bool, in bytes: RawSpan, at offset: Int
  ) -> Bool {
    guard offset >= 0, offset &+ count <= bytes.byteCount else { return false }
    return equal(contents.rawSpan, start, count, ignoresCase, bytes, offset)
  }

  /// The same for an offset that leaves room for the content.
  @inline(__always)
  private static func equal(
    _ pool: RawSpan, _ start: Int, _ count: Int, _ ignoresCase: Bool, _ bytes: RawSpan, _ offset: Int
  ) -> Bool {
    var index = 0
    if ignoresCase {
      while index < count {
        if bytes[offset &+ index].lowercased != pool[start &+ index] { return false }
        index &+= 1
      }
      return true
    }
    while index &+ 8 <= count {
      if bytes.load(offset &+ index, as: UInt64.self) != pool.load(start &+ index, as: UInt64.self) {
        return false
      }
      index &+= 8
    }
    while index < count {
      if bytes[offset &+ index] != pool[start &+ index] { return false }
      index &+= 1
    }
    return true
  }
}
