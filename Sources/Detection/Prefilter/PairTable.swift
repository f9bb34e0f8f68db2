import Wire

/// Finds patterns of one to three bytes: a table tells of every pair of bytes whether a pattern holds it, and
/// of every byte whether it is a pattern.
///
/// Vectorscan's scan would cost twice as much with them. Pairs of letters whose case is ignored stand in the
/// table in every spelling; whether a third byte is right is left to evaluation.
final class PairTable: Sendable {
  /// A bit for each pair, as a number whose low byte comes first. In place, as its size is known: no place
  /// need be checked.
  private let bits: InlineArray<1024, UInt64>
  /// The pairs in order, and the rules of each: `rules[ends[n − 1] ..< ends[n]]`.
  private let pairs: [UInt16]
  private let ends: [Int32]
  private let rules: [Int32]
  /// The first and the last bytes of the pairs, sixteen times each, where the pairs are few.
  private let firsts: [SIMD16<UInt8>]
  private let lasts: [SIMD16<UInt8>]
  /// Up to so many pairs are compared with many places at once; more of them are looked up place by place.
  private static let fewMax = 24
  /// Rules of each single byte; empty where there are none.
  private let singles: [[Int32]]

  init(_ entries: [(literal: LiteralDatabase.Literal, rules: [Int32])]) {
    var lists: [UInt16: [Int32]] = [:]
    var singles: [[Int32]] = []
    for entry in entries {
      if entry.literal.bytes.count == 1 {
        Self.add(entry.literal, entry.rules, to: &singles)
        continue
      }
      for pair in Self.spellings(of: entry.literal) { lists[pair, default: []] += entry.rules }
    }
    var bits = InlineArray<1024, UInt64>(repeating: 0)
    var ends: [Int32] = []
    var rules: [Int32] = []
    for pair in lists.keys.sorted() {
      bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
      rules += lists[pair] ?? []
      ends.append(Int32(clamping: rules.count))
    }
    self.bits = bits
    let pairs = lists.keys.sorted()
    self.pairs = pairs
    self.ends = ends
    self.rules = rules
    self.singles = singles
    let few = pairs.count <= Self.fewMax ? pairs : []
    firsts = few.map { SIMD16(repeating: UInt8($0 & 0xff)) }
    lasts = few.map { SIMD16(repeating: UInt8($0 >> 8)) }
  }

  private static func add(_ literal: LiteralDatabase.Literal, _ added: [Int32], to singles: inout [[Int32]]) {
    if singles.isEmpty { singles = [[Int32]](repeating: [], count: 256) }
    let byte = literal.bytes[0]
    singles[Int(byte)] += added
    if literal.ignoresCase, byte >= 97, byte <= 122 { singles[Int(byte) - 32] += added }
  }

  /// The rarer two neighbours of the pattern's bytes, in all spellings that count as equal.
  private static func spellings(of literal: LiteralDatabase.Literal) -> Set<UInt16> {
    let bytes = literal.bytes
    let isFirst = bytes.count > 2 && TextRarity.of(bytes.first ?? 0) > TextRarity.of(bytes.last ?? 0)
    let pair = (isFirst ? bytes.prefix(2) : bytes.suffix(2)).map { byte in
      literal.ignoresCase && byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte]
    }
    guard pair.count == 2 else { return [] }
    return Set(pair[0].flatMap { first in pair[1].map { UInt16(first) | UInt16($0) << 8 } })
  }

  /// Adds the rules of all patterns that end after `minimumEnd`, and perhaps of some that end there.
  func scan(_ bytes: RawSpan, after minimumEnd: Int, into candidates: inout CandidateSet) {
    let count = bytes.byteCount
    if !singles.isEmpty { scanSingles(bytes, after: minimumEnd, &candidates) }
    if pairs.isEmpty { return }
    // The pair of a pattern of three bytes may end one byte before the pattern does.
    var position = max(0, minimumEnd &- 2)
    var before: UInt64 = 1 << 16
    if !firsts.isEmpty { position = scanFew(bytes, from: position, &before, &candidates) }
    // Eight bytes hold seven pairs: what they tell is joined, as most of the time it is nothing.
    while position &+ 8 <= count {
      let word = UInt64(littleEndian: bytes.load(position, as: UInt64.self))
      let found =
        bit(word) | bit(word &>> 8) | bit(word &>> 16) | bit(word &>> 24) | bit(word &>> 32)
        | bit(word &>> 40) | bit(word &>> 48)
      if found & 1 != 0 { addAll(word, &before, &candidates) }
      position &+= 7
    }
    while position &+ 2 <= count {
      let pair = Int(UInt16(littleEndian: bytes.load(position, as: UInt16.self)))
      if bits[pair >> 6] &>> UInt64(pair & 63) & 1 != 0 { add(UInt16(truncatingIfNeeded: pair), &candidates) }
      position &+= 1
    }
  }

  /// Compares the pairs with 64 places at once, as long as there are so many; gives the place to go on from.
  private func scanFew(
    _ bytes: RawSpan, from start: Int, _ before: inout UInt64, _ candidates: inout CandidateSet
  ) -> Int {
    var position = start
    let few = min(firsts.count, lasts.count)
    while position &+ 65 <= bytes.byteCount {
      let heads = (
        bytes.sixteen(position), bytes.sixteen(position &+ 16), bytes.sixteen(position &+ 32),
        bytes.sixteen(position &+ 48)
      )
      let tails = (
        bytes.sixteen(position &+ 1), bytes.sixteen(position &+ 17), bytes.sixteen(position &+ 33),
        bytes.sixteen(position &+ 49)
      )
      var found = SIMDMask<SIMD16<Int8>>(repeating: false)
      var index = 0
      while index < few {
        let (first, last) = (firsts[index], lasts[index])
        let low = ((heads.0 .== first) .& (tails.0 .== last)) .| ((heads.1 .== first) .& (tails.1 .== last))
        let high = ((heads.2 .== first) .& (tails.2 .== last)) .| ((heads.3 .== first) .& (tails.3 .== last))
        found .|= low .| high
        index &+= 1
      }
      if found.holdsAnywhere {
        for word in 0..<9 {
          addAll(bytes.load(position &+ word &* 7, as: UInt64.self).littleEndian, &before, &candidates)
        }
        addLast(bytes, position &+ 63, &before, &candidates)
      }
      position &+= 64
    }
    return position
  }

  /// Looks at one place.
  private func addLast(
    _ bytes: RawSpan, _ place: Int, _ before: inout UInt64, _ candidates: inout CandidateSet
  ) {
    let pair = UInt64(bytes.load(place, as: UInt16.self).littleEndian)
    guard bit(pair) & 1 != 0, pair != before else { return }
    before = pair
    add(UInt16(truncatingIfNeeded: pair), &candidates)
  }

  /// The lowest bit tells whether the two lowest bytes are a pair sought.
  @inline(__always)
  private func bit(_ word: UInt64) -> UInt64 {
    let pair = Int(UInt16(truncatingIfNeeded: word))
    return bits[pair &>> 6] &>> UInt64(pair & 63)
  }

  @inline(never)
  private func addAll(_ word: UInt64, _ before: inout UInt64, _ candidates: inout CandidateSet) {
    for shift in 0..<7 {
      let pair = (word &>> UInt64(shift &* 8)) & 0xffff
      if bit(pair) & 1 != 0, pair != before {
        before = pair
        add(UInt16(truncatingIfNeeded: pair), &candidates)
      }
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
