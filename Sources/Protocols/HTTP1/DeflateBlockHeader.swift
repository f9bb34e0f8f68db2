import Wire

/// Bits of a DEFLATE stream, lowest first (RFC 1951 §3.1.1): some read before, then bytes.
struct DeflateBits: ~Escapable {
  private(set) var held: UInt64
  private(set) var heldCount: Int
  private let heldAtStart: Int
  private let bytes: RawSpan
  private var position = 0

  /// The lowest `count` bits of `held`, then `bytes`.
  @_lifetime(copy bytes)
  init(_ held: UInt64, count: Int, _ bytes: RawSpan) {
    self.held = count < 64 ? held & (1 << UInt64(count) &- 1) : held
    heldCount = count
    heldAtStart = count
    self.bytes = bytes
  }

  /// How many bits were taken so far.
  var taken: Int { heldAtStart &+ position &* 8 &- heldCount }

  /// Whether there are `wanted` bits, at most 57.
  @inline(__always)
  mutating func has(_ wanted: Int) -> Bool {
    while heldCount < wanted {
      guard position < bytes.byteCount else { return false }
      held |= UInt64(bytes[position]) << UInt64(heldCount)
      heldCount &+= 8
      position &+= 1
    }
    return true
  }

  /// Takes bits that are there.
  @inline(__always)
  mutating func take(_ count: Int) -> Int {
    let value = Int(truncatingIfNeeded: held & (1 << UInt64(count) &- 1))
    held >>= UInt64(count)
    heldCount &-= count
    return value
  }
}

/// The beginning of a block of DEFLATE (RFC 1951 §3.2.3 to §3.2.7), read as strictly as zlib reads it.
///
/// It tells the blocks that every decoder understands alike from those on which decoders differ: incomplete
/// or oversubscribed codes, repeats of nothing, too many symbols. What zlib would find wrong is found here
/// with the same bit, however the bytes are cut.
struct DeflateBlockHeader {
  /// What a block is made of.
  enum Kind { case stored, coded }

  /// What there is at the beginning of a block.
  enum Reading {
    /// The header goes on behind the bytes that are there.
    case incomplete
    /// It is wrong, or decoders differ on it.
    case odd
    case read(isLast: Bool, Kind, bits: Int)
  }

  private static let order: InlineArray<19, UInt8> = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  /// Lengths of the codes: literals and lengths, then distances.
  private var lengths = InlineArray<320, UInt8>(repeating: 0)
  private var literalCount = 0
  /// How many codes there are of each length, and their symbols in order: made when they are asked for.
  private var counts = InlineArray<16, UInt16>(repeating: 0)
  private var symbols = InlineArray<288, UInt16>(repeating: 0)
  private var hasSymbols = false

  /// Reads the header at the beginning of `bits`.
  mutating func read(_ bits: inout DeflateBits) -> Reading {
    hasSymbols = false
    guard bits.has(3) else { return .incomplete }
    let isLast = bits.take(1) == 1
    switch bits.take(2) {
    case 0:
      _ = bits.take(bits.heldCount & 7)
      guard bits.has(32) else { return .incomplete }
      guard bits.take(16) == ~bits.take(16) & 0xFFFF else { return .odd }
      return .read(isLast: isLast, .stored, bits: bits.taken)
    case 1:
      setFixed()
      return .read(isLast: isLast, .coded, bits: bits.taken)
    case 2:
      return readCodes(&bits, isLast)
    default:
      return .odd
    }
  }

  /// The literal with which `bits` begin, of which the lowest `count` are there; nil where they begin with
  /// something else, or are too few.
  mutating func literal(_ bits: UInt64, count: Int) -> (byte: UInt8, bits: Int)? {
    if !hasSymbols { setSymbols() }
    var (code, first, index) = (0, 0, 0)
    for length in 1..<16 {
      guard length <= count else { return nil }
      code |= Int(truncatingIfNeeded: bits >> UInt64(length &- 1)) & 1
      let codes = Int(counts[length])
      if code &- first < codes {
        let symbol = symbols[index &+ code &- first]
        return symbol < 256 ? (UInt8(truncatingIfNeeded: symbol), length) : nil
      }
      index &+= codes
      first = (first &+ codes) << 1
      code <<= 1
    }
    return nil
  }

  private mutating func setFixed() {
    literalCount = 288
    for symbol in 0..<288 {
      lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8
    }
  }

  private mutating func readCodes(_ bits: inout DeflateBits, _ isLast: Bool) -> Reading {
    guard bits.has(14) else { return .incomplete }
    literalCount = bits.take(5) &+ 257
    let distanceCount = bits.take(5) &+ 1
    let lengthCount = bits.take(4) &+ 4
    guard literalCount <= 286, distanceCount <= 30 else { return .odd }
    var ofLengths = InlineArray<19, UInt8>(repeating: 0)
    for index in 0..<lengthCount {
      guard bits.has(3) else { return .incomplete }
      ofLengths[Int(Self.order[index])] = UInt8(truncatingIfNeeded: bits.take(3))
    }
    guard let table = Self.table(ofLengths) else { return .odd }
    let total = literalCount &+ distanceCount
    var have = 0
    while have < total {
      _ = bits.has(14)
      let entry = table[Int(truncatingIfNeeded: bits.held & 127)]
      let length = Int(entry >> 5)
      guard length <= bits.heldCount else { return .incomplete }
      let symbol = entry & 31
      if symbol < 16 {
        _ = bits.take(length)
        lengths[have] = symbol
        have &+= 1
        continue
      }
      let extra = symbol == 16 ? 2 : symbol == 17 ? 3 : 7
      guard bits.has(length &+ extra) else { return .incomplete }
      _ = bits.take(length)
      if symbol == 16, have == 0 { return .odd }
      let repeated = symbol == 16 ? lengths[have &- 1] : 0
      let end = have &+ bits.take(extra) &+ (symbol == 18 ? 11 : 3)
      guard end <= total else { return .odd }
      for index in have..<end { lengths[index] = repeated }
      have = end
    }
    guard lengths[256] != 0, isComplete(0..<literalCount), isComplete(literalCount..<total) else {
      return .odd
    }
    return .read(isLast: isLast, .coded, bits: bits.taken)
  }

  /// Symbol and length (from bit 5 on) by the next seven bits; nil where the code is not complete.
  private static func table(_ lengths: InlineArray<19, UInt8>) -> InlineArray<128, UInt8>? {
    var table = InlineArray<128, UInt8>(repeating: 0)
    var code = 0
    for length in 1...7 {
      for symbol in 0..<19 where Int(lengths[symbol]) == length {
        guard code < 1 << length else { return nil }
        var slot = 0
        for bit in 0..<length where code >> bit & 1 != 0 { slot |= 1 << (length &- 1 &- bit) }
        while slot < 128 {
          table[slot] = UInt8(symbol | length << 5)
          slot &+= 1 << length
        }
        code &+= 1
      }
      if length < 7 { code <<= 1 }
    }
    return code == 128 ? table : nil
  }

  /// Whether the codes of these symbols are all that their lengths allow.
  private func isComplete(_ symbols: Range<Int>) -> Bool {
    // Through a span, as each read of the array itself would copy all of it.
    let lengths = lengths.span
    var share = 0
    for symbol in symbols {
      let length = lengths[symbol]
      if length != 0 { share &+= 1 << (15 &- Int(length)) }
    }
    return share == 1 << 15
  }

  private mutating func setSymbols() {
    hasSymbols = true
    counts = .init(repeating: 0)
    for symbol in 0..<literalCount { counts[Int(lengths[symbol])] &+= 1 }
    counts[0] = 0
    var next = InlineArray<16, Int>(repeating: 0)
    for length in 1..<15 { next[length &+ 1] = next[length] &+ Int(counts[length]) }
    for symbol in 0..<literalCount where lengths[symbol] != 0 {
      let length = Int(lengths[symbol])
      symbols[next[length]] = UInt16(symbol)
      next[length] &+= 1
    }
  }
}
