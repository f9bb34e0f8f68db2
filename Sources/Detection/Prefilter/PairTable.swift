import Wire

/// Finds patterns of one to three bytes: a table tells of every pair of bytes whether a pattern holds it, and
/// of every byte whether it is a pattern.
///
/// Vectorscan's scan would cost twice as much with them. Pairs of letters whose case is ignored stand in the
/// table in every spelling; a third byte is looked at where a pair stands.
final class PairTable: Sendable {
  /// A bit for each pair, as a number whose low byte comes first. In place, as its size is known: no place
  /// need be checked.
  private let bits: InlineArray<1024, UInt64>
  /// The pairs in order, and the rules of each: `rules[ends[n − 1] ..< ends[n]]`.
  private let pairs: [UInt16]
  private let ends: [Int32]
  private let rules: [Int32]
  /// What stands beside the pair for each of these rules.
  private let thirds: [Third]
  /// The first and the last bytes of the pairs, sixteen times each, where the pairs are few.
  private let firsts: [SIMD16<UInt8>]
  private let lasts: [SIMD16<UInt8>]
  /// Up to so many pairs are compared with many places at once; more of them are looked up place by place.
  private static let fewMax = 24
  /// Rules of each single byte; empty where there are none.
  private let singles: [[Int32]]

  /// A byte beside a pair.
  private struct Third: BitwiseCopyable {
    /// Its place from the pair's first byte; 0: there is none.
    var offset: Int8 = 0
    /// The byte, after this bit has been set in it.
    var byte: UInt8 = 0
    var fold: UInt8 = 0
  }

  init(_ entries: [(literal: LiteralDatabase.Literal, rules: [Int32])]) {
    var lists: [UInt16: [(rule: Int32, third: Third)]] = [:]
    var singles: [[Int32]] = []
    for entry in entries {
      if entry.literal.bytes.count == 1 {
        Self.add(entry.literal, entry.rules, to: &singles)
        continue
      }
      let third = Self.third(of: entry.literal)
      for pair in Self.spellings(of: entry.literal) {
        lists[pair, default: []] += entry.rules.map { (rule: $0, third: third) }
      }
    }
    var bits = InlineArray<1024, UInt64>(repeating: 0)
    var ends: [Int32] = []
    var rules: [Int32] = []
    var thirds: [Third] = []
    for pair in lists.keys.sorted() {
      bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
      for entry in lists[pair] ?? [] {
        rules.append(entry.rule)
        thirds.append(entry.third)
      }
      ends.append(Int32(clamping: rules.count))
    }
    self.bits = bits
    let pairs = lists.keys.sorted()
    self.pairs = pairs
    self.ends = ends
    self.rules = rules
    self.thirds = thirds
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
    let pair = (beginsWithPair(literal) ? bytes.prefix(2) : bytes.suffix(2)).map { byte in
      literal.ignoresCase && byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte]
    }
    guard pair.count == 2 else { return [] }
    return Set(pair[0].flatMap { first in pair[1].map { UInt16(first) | UInt16($0) << 8 } })
  }

  /// The pair of a pattern of three bytes is its first two.
  private static func beginsWithPair(_ literal: LiteralDatabase.Literal) -> Bool {
    let bytes = literal.bytes
    return bytes.count > 2 && TextRarity.of(bytes.first ?? 0) > TextRarity.of(bytes.last ?? 0)
  }

  /// What stands beside the pair of a pattern.
  private static func third(of literal: LiteralDatabase.Literal) -> Third {
    let isBehind = beginsWithPair(literal)
    guard literal.bytes.count > 2, let byte = isBehind ? literal.bytes.last : literal.bytes.first else {
      return Third()
    }
    let fold: UInt8 = literal.ignoresCase && byte >= 97 && byte <= 122 ? 0x20 : 0
    return Third(offset: isBehind ? 2 : -1, byte: byte, fold: fold)
  }

  /// Adds the rules of all patterns that end after `minimumEnd`, and perhaps of some that end there.
  func scan(_ bytes: RawSpan, after minimumEnd: Int, into candidates: inout CandidateSet) {
    let count = bytes.byteCount
    if !singles.isEmpty { scanSingles(bytes, after: minimumEnd, &candidates) }
    if pairs.isEmpty { return }
    // The pair of a pattern of three bytes may end one byte before the pattern does.
    var position = max(0, minimumEnd &- 2)
    var before = 1 << 16
    if !firsts.isEmpty { position = scanFew(bytes, from: position, &before, &candidates) }
    // Eight bytes hold seven pairs: what they tell is joined, as most of the time it is nothing.
    while position &+ 8 <= count {
      let word = UInt64(littleEndian: bytes.load(position, as: UInt64.self))
      let found =
        bit(word) | bit(word &>> 8) | bit(word &>> 16) | bit(word &>> 24) | bit(word &>> 32)
        | bit(word &>> 40) | bit(word &>> 48)
      if found & 1 != 0 { addAll(bytes, position, 7, &before, &candidates) }
      position &+= 7
    }
    if position &+ 2 <= count { addAll(bytes, position, count &- 1 &- position, &before, &candidates) }
  }

  /// Compares the pairs with 64 places at once, as long as there are so many; gives the place to go on from.
  private func scanFew(
    _ bytes: RawSpan, from start: Int, _ before: inout Int, _ candidates: inout CandidateSet
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
      if found.holdsAnywhere { addAll(bytes, position, 64, &before, &candidates) }
      position &+= 64
    }
    return position
  }

  /// The lowest bit tells whether the two lowest bytes are a pair sought.
  @inline(__always)
  private func bit(_ word: UInt64) -> UInt64 {
    let pair = Int(UInt16(truncatingIfNeeded: word))
    return bits[pair &>> 6] &>> UInt64(pair & 63)
  }

  /// Looks at some places one by one. Where all rules of a pair were called up, it is not looked up again
  /// before another one stands somewhere.
  @inline(never)
  private func addAll(
    _ bytes: RawSpan, _ start: Int, _ count: Int, _ before: inout Int, _ candidates: inout CandidateSet
  ) {
    var place = start
    while place < start &+ count {
      let pair = Int(bytes.load(place, as: UInt16.self).littleEndian)
      if bits[pair &>> 6] &>> UInt64(pair & 63) & 1 != 0, pair != before {
        let isAll = add(UInt16(truncatingIfNeeded: pair), bytes, place, &candidates)
        before = isAll ? pair : 1 << 16
      }
      place &+= 1
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

  /// Adds the rules of the pair at a place whose third byte is there as well; whether those are all.
  @inline(never)
  private func add(
    _ pair: UInt16, _ bytes: RawSpan, _ place: Int, _ candidates: inout CandidateSet
  ) -> Bool {
    var low = 0
    var high = pairs.count
    while low < high {
      let middle = (low &+ high) >> 1
      if pairs[middle] < pair { low = middle &+ 1 } else { high = middle }
    }
    guard low < pairs.count, pairs[low] == pair else { return true }
    var isAll = true
    var index = low == 0 ? 0 : Int(ends[low &- 1])
    while index < Int(ends[low]) {
      if holds(thirds[index], bytes, place) { candidates.insert(rules[index]) } else { isAll = false }
      index &+= 1
    }
    return isAll
  }

  @inline(__always)
  private func holds(_ third: Third, _ bytes: RawSpan, _ place: Int) -> Bool {
    if third.offset == 0 { return true }
    let beside = place &+ Int(third.offset)
    return beside >= 0 && beside < bytes.byteCount && bytes[beside] | third.fold == third.byte
  }
}
