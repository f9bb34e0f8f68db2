import Wire

/// The Huffman code of header texts (RFC 7541 appendix B): it is canonical, so that the lengths of its codes
/// are all there is to know.
enum HPACKHuffman {
  /// Bits of the code of each byte, then of the end mark.
  private static let lengths: [UInt8] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5,
    5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6,
    6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22,
    23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22,
    21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20,
    22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19,
    21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22,
    22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
  ]

  /// Codes of one length: the first of them, how many, and where their bytes begin in `symbols`.
  private struct Rank: Sendable {
    var bits: UInt64
    var first: UInt64
    var count: UInt64
    var start: Int
  }

  /// Bytes (256: the end mark) in order of their codes.
  private static let symbols: [UInt16] = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    .map { UInt16(truncatingIfNeeded: $0) }

  private static let ranks: [Rank] = {
    var ranks: [Rank] = []
    var code: UInt64 = 0
    for (place, symbol) in symbols.enumerated() {
      let bits = UInt64(lengths[Int(symbol)])
      if let last = ranks.last, last.bits == bits {
        ranks[ranks.count - 1].count += 1
      } else {
        code <<= bits - (ranks.last?.bits ?? bits)
        ranks.append(Rank(bits: bits, first: code, count: 1, start: place))
      }
      code += 1
    }
    return ranks
  }()

  /// Appends the decoded text, at most `bytesMax` bytes of it. False: the code is damaged or too long.
  static func decode(_ bytes: RawSpan, into text: inout [UInt8], bytesMax: Int) -> Bool {
    var window: UInt64 = 0
    var bits: UInt64 = 0
    var position = 0
    let end = text.count &+ bytesMax
    while true {
      while bits <= 56, position < bytes.byteCount {
        window = window << 8 | UInt64(bytes[position])
        bits &+= 8
        position &+= 1
      }
      guard let (symbol, taken) = next(window, bits) else { break }
      guard symbol < 256, text.count < end else { return false }
      text.append(UInt8(truncatingIfNeeded: symbol))
      bits &-= taken
      window &= (1 << bits) &- 1
    }
    // What is left is less than a byte of the end mark's ones.
    return bits < 8 && window == (1 << bits) &- 1
  }

  /// The first symbol of the window's `count` bits, and how many bits it takes; nil where it is not whole.
  private static func next(_ window: UInt64, _ count: UInt64) -> (symbol: UInt16, bits: UInt64)? {
    for rank in ranks {
      guard rank.bits <= count else { return nil }
      let code = window >> (count &- rank.bits)
      if code >= rank.first, code &- rank.first < rank.count {
        return (symbols[rank.start &+ Int(code &- rank.first)], rank.bits)
      }
    }
    return nil
  }
}
