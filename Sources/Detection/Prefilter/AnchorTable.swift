import Wire

/// Finds patterns that stand at the very beginning of what is searched: their first two bytes are looked up,
/// and only where those begin a pattern is anything compared.
///
/// Vectorscan would look at all the places behind the beginning, too.
final class AnchorTable: Sendable {
  /// A bit for each pair of first bytes, as a number whose low byte comes first: 1024 words.
  let bits: [UInt64]
  /// The pairs whose bit is set, in order, and the patterns that begin with each: `numbers[ends[n − 1] ..<
  /// ends[n]]`.
  private let pairs: [UInt16]
  private let ends: [Int32]
  private let numbers: [Int32]
  private let patterns: [Pattern]
  private let pool: [UInt8]
  private let rules: [Int32]

  /// A pattern: where its bytes stand in the pool, and its rules in their list.
  private struct Pattern: BitwiseCopyable {
    var bytes: IndexRange
    var rules: IndexRange
    var ignoresCase: Bool
  }

  /// A pattern of one byte has no pair.
  static let bytesMin = 2

  init(_ entries: [(literal: LiteralDatabase.Literal, rules: [Int32])]) {
    var bits = [UInt64](repeating: 0, count: 1024)
    var places: [UInt16: [Int32]] = [:]
    var (patterns, pool, rules) = ([Pattern](), [UInt8](), [Int32]())
    for (number, entry) in entries.enumerated() {
      let bytes = entry.literal.bytes
      precondition(bytes.count >= Self.bytesMin, "a pattern of one byte has no pair")
      for first in Self.spellings(entry.literal, 0) {
        for second in Self.spellings(entry.literal, 1) {
          let pair = UInt16(first) | UInt16(second) << 8
          bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
          places[pair, default: []].append(Int32(clamping: number))
        }
      }
      patterns.append(
        Pattern(
          bytes: IndexRange(pool.count, pool.count + bytes.count),
          rules: IndexRange(rules.count, rules.count + entry.rules.count),
          ignoresCase: entry.literal.ignoresCase))
      pool += bytes
      rules += entry.rules
    }
    (self.bits, self.patterns, self.pool, self.rules) = (bits, patterns, pool, rules)
    var (numbers, ends) = ([Int32](), [Int32]())
    pairs = places.keys.sorted()
    for pair in pairs {
      numbers += places[pair] ?? []
      ends.append(Int32(clamping: numbers.count))
    }
    (self.numbers, self.ends) = (numbers, ends)
  }

  private static func spellings(_ literal: LiteralDatabase.Literal, _ place: Int) -> [UInt8] {
    let byte = literal.bytes[place]
    return literal.ignoresCase && byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte]
  }

  /// Adds the rules of all patterns that the bytes begin with and that end after `minimumEnd`.
  func scan(_ bytes: RawSpan, after minimumEnd: Int, into candidates: inout CandidateSet) {
    guard bytes.byteCount >= Self.bytesMin else { return }
    let pair = bytes.load(0, as: UInt16.self).littleEndian
    var (low, high) = (0, pairs.count)
    while low < high {
      let middle = (low &+ high) >> 1
      if pairs[middle] < pair { low = middle &+ 1 } else { high = middle }
    }
    guard low < pairs.count, pairs[low] == pair else { return }
    var index = low == 0 ? 0 : Int(ends[low &- 1])
    while index < Int(ends[low]) {
      let pattern = patterns[Int(numbers[index])]
      if pattern.bytes.count > minimumEnd, stands(pattern, bytes) {
        for rule in pattern.rules.start..<pattern.rules.end { candidates.insert(rules[rule]) }
      }
      index &+= 1
    }
  }

  private func stands(_ pattern: Pattern, _ bytes: RawSpan) -> Bool {
    let count = pattern.bytes.count
    guard count <= bytes.byteCount else { return false }
    var place = Self.bytesMin
    while place < count {
      let (found, wanted) = (bytes[place], pool[pattern.bytes.start &+ place])
      if found != wanted, !pattern.ignoresCase || found.lowercased != wanted { return false }
      place &+= 1
    }
    return true
  }
}
