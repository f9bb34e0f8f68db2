import Wire

/// Finds patterns of one to three bytes: a table tells of every pair of bytes whether a pattern ends with
/// it, and of every byte whether it is one.
///
/// Vectorscan's scan would cost twice as much with them. Pairs of letters whose case is ignored stand in the
/// table in every spelling; whether the third byte is right is left to evaluation.
struct PairTable: Sendable {
  /// A bit for each pair, as a 16-bit number in the machine's byte order.
  private var bits = [UInt64](repeating: 0, count: 1024)
  /// The pairs in order, and the rules of each: `rules[ends[n − 1] ..< ends[n]]`.
  private var pairs: [UInt16] = []
  private var ends: [Int32] = []
  private var rules: [Int32] = []
  /// Rules of each single byte; empty where there are none.
  private var singles: [[Int32]] = []

  init(_ entries: [(literal: LiteralDatabase.Literal, rules: [Int32])]) {
    var lists: [UInt16: [Int32]] = [:]
    for entry in entries {
      if entry.literal.bytes.count == 1 {
        addSingle(entry.literal, entry.rules)
        continue
      }
      for pair in Self.spellings(of: entry.literal) { lists[pair, default: []] += entry.rules }
    }
    for pair in lists.keys.sorted() {
      bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
      pairs.append(pair)
      rules += lists[pair] ?? []
      ends.append(Int32(clamping: rules.count))
    }
  }

  private mutating func addSingle(_ literal: LiteralDatabase.Literal, _ added: [Int32]) {
    if singles.isEmpty { singles = [[Int32]](repeating: [], count: 256) }
    let byte = literal.bytes[0]
    singles[Int(byte)] += added
    if literal.ignoresCase, byte >= 97, byte <= 122 { singles[Int(byte) - 32] += added }
  }

  /// The last two bytes of the pattern, in all spellings that count as equal.
  private static func spellings(of literal: LiteralDatabase.Literal) -> Set<UInt16> {
    let last = literal.bytes.suffix(2).map { byte in
      literal.ignoresCase && byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte]
    }
    guard last.count == 2 else { return [] }
    return Set(last[0].flatMap { first in last[1].map { UInt16(first) | UInt16($0) << 8 } })
  }

  /// Adds the rules of all pairs that end after `minimumEnd`.
  func scan(_ bytes: RawSpan, after minimumEnd: Int, into candidates: inout CandidateSet) {
    let count = bytes.byteCount
    if !singles.isEmpty { scanSingles(bytes, after: minimumEnd, &candidates) }
    if pairs.isEmpty { return }
    var position = max(0, minimumEnd &- 1)
    var before = -1
    // Eight bytes hold seven pairs.
    while position &+ 8 <= count {
      var word = UInt64(littleEndian: bytes.load(position, as: UInt64.self))
      var index = 0
      while index < 7 {
        let pair = Int(word & 0xffff)
        if bits[pair >> 6] &>> UInt64(pair & 63) & 1 != 0, pair != before {
          before = pair
          add(UInt16(truncatingIfNeeded: pair), &candidates)
        }
        word >>= 8
        index &+= 1
      }
      position &+= 7
    }
    while position &+ 2 <= count {
      let pair = Int(UInt16(littleEndian: bytes.load(position, as: UInt16.self)))
      if bits[pair >> 6] &>> UInt64(pair & 63) & 1 != 0 { add(UInt16(truncatingIfNeeded: pair), &candidates) }
      position &+= 1
    }
  }

  @inline(never)
  private func scanSingles(_ bytes: RawSpan, after minimumEnd: Int, _ candidates: inout CandidateSet) {
    var position = max(0, minimumEnd)
    while position < bytes.byteCount {
      let byte = Int(bytes.load(position, as: UInt8.self))
      var index = 0
      while index < singles[byte].count {
        candidates.insert(singles[byte][index])
        index &+= 1
      }
      position &+= 1
    }
  }

  @inline(never)
  private func add(_ pair: UInt16, _ candidates: inout CandidateSet) {
    var low = 0
    var high = pairs.count
    while low < high {
      let middle = (low &+ high) >> 1
      if pairs[middle] < pair { low = middle &+ 1 } else { high = middle }
    }
    guard low < pairs.count, pairs[low] == pair else { return }
    var index = low == 0 ? 0 : Int(ends[low &- 1])
    while index < Int(ends[low]) {
      candidates.insert(rules[index])
      index &+= 1
    }
  }
}
