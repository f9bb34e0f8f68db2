import Wire

/// Finds patterns that stand at the very beginning of what is searched: their first two bytes are looked up,
/// and only where those begin a pattern is anything compared.
///
/// Vectorscan would look at all the places behind the beginning, too.
final class AnchorTable: Sendable {
  /// A bit for each pair of first bytes, as a number whose low byte comes first: 1024 words.
  let bits: [UInt64]
  /// Places in `patterns` by pair, for the pairs of which the bit is set.
  private let places: [UInt16: [Int]]
  private let patterns: [(literal: LiteralDatabase.Literal, rules: [Int32])]

  /// A pattern of one byte has no pair.
  static let bytesMin = 2

  init(_ patterns: [(literal: LiteralDatabase.Literal, rules: [Int32])]) {
    var bits = [UInt64](repeating: 0, count: 1024)
    var places: [UInt16: [Int]] = [:]
    for (number, pattern) in patterns.enumerated() {
      precondition(pattern.literal.bytes.count >= Self.bytesMin, "a pattern of one byte has no pair")
      for first in Self.spellings(pattern.literal, 0) {
        for second in Self.spellings(pattern.literal, 1) {
          let pair = UInt16(first) | UInt16(second) << 8
          bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
          places[pair, default: []].append(number)
        }
      }
    }
    (self.bits, self.places, self.patterns) = (bits, places, patterns)
  }

  private static func spellings(_ literal: LiteralDatabase.Literal, _ place: Int) -> [UInt8] {
    let byte = literal.bytes[place]
    return literal.ignoresCase && byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte]
  }

  /// Adds the rules of all patterns that the bytes begin with and that end after `minimumEnd`.
  func scan(_ bytes: RawSpan, after minimumEnd: Int, into candidates: inout CandidateSet) {
    guard bytes.byteCount >= Self.bytesMin else { return }
    for place in places[bytes.load(0, as: UInt16.self).littleEndian] ?? [] {
      let (literal, rules) = patterns[place]
      if literal.bytes.count > minimumEnd, Self.stands(literal, bytes) {
        for rule in rules { candidates.insert(rule) }
      }
    }
  }

  private static func stands(_ literal: LiteralDatabase.Literal, _ bytes: RawSpan) -> Bool {
    guard literal.bytes.count <= bytes.byteCount else { return false }
    for (place, byte) in literal.bytes.enumerated() {
      let found = bytes[place]
      if found != byte, !literal.ignoresCase || found.lowercased != byte { return false }
    }
    return true
  }
}
