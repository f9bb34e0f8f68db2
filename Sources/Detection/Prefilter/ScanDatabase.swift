import Glibc
import Wire

/// A database of literals and, for each of them, the rules that it stands for.
final class ScanDatabase: Sendable {
  /// Patterns of four bytes and more.
  let literals: LiteralDatabase?
  /// Patterns of two and three bytes.
  let pairs: PairTable?
  /// Patterns that stand at the very beginning.
  let anchors: AnchorTable?
  /// Rules of each literal.
  let rules: [[Int32]]
  /// Bytes of the longest literal: how far a scan of new data reaches back.
  let longest: Int
  let patternCount: Int
  /// How many bytes from the start are searched for long patterns, and for short ones.
  let literalsReach: Int
  let pairsReach: Int

  /// A literal and a rule that it stands for.
  struct Entry {
    var literal: LiteralDatabase.Literal
    var rule: Int32
    /// The literal is of use where it ends within so many bytes of the start of what is scanned.
    var endMax = Int.max
  }

  /// What makes two databases the same.
  struct Key: Hashable {
    var literals: [LiteralDatabase.Literal]
    var rules: [[Int32]]
    var endsMax: [Int]
    var isJoint = false
  }

  /// At how many of a million places the short patterns of a list may stand that Vectorscan searches for
  /// beside many long ones, and how rare each of them is at least.
  private static let shortPlacesMax = 4000.0
  private static let shortRarityMin = 110

  /// Literals that Vectorscan searches for, among these; the others are looked up as pairs of bytes. Where it
  /// looks at every place anyway, short ones cost nothing if all of them together are rare.
  static func scannable(_ entries: [Entry], besideMany: Bool = false) -> Set<LiteralDatabase.Literal> {
    scannable(Set(entries.map(\.literal)), placesMax: shortPlacesMax, besideMany)
  }

  private static func scannable(
    _ literals: Set<LiteralDatabase.Literal>, placesMax: Double, _ besideMany: Bool = false
  ) -> Set<LiteralDatabase.Literal> {
    var scannable = literals.filter { $0.bytes.count >= FastPattern.bytesMin }
    guard besideMany || scannable.count >= LiteralDatabase.fineFrom else { return scannable }
    var places = 0.0
    let rare = literals.filter { literal in
      guard literal.bytes.count > 1, literal.bytes.count < FastPattern.bytesMin else { return false }
      let rarity = literal.bytes.reduce(0) { $0 + TextRarity.of($1) }
      guard rarity >= shortRarityMin else { return false }
      places += 1_000_000 / exp2(Double(rarity) / 10)
      return true
    }
    if places <= placesMax { scannable.formUnion(rare) }
    return scannable
  }

  /// Joins entries with the same literal, in order of the first.
  static func key(_ entries: [Entry]) -> Key {
    var positions: [LiteralDatabase.Literal: Int] = [:]
    var key = Key(literals: [], rules: [], endsMax: [])
    for entry in entries {
      if let position = positions[entry.literal] {
        if key.rules[position].last != entry.rule { key.rules[position].append(entry.rule) }
        key.endsMax[position] = max(key.endsMax[position], entry.endMax)
      } else {
        positions[entry.literal] = key.literals.count
        key.literals.append(entry.literal)
        key.rules.append([entry.rule])
        key.endsMax.append(entry.endMax)
      }
    }
    return key
  }

  init(_ key: Key, cache: (any PatternCache)? = nil) throws(LiteralDatabase.Failure) {
    // What is joined comes from two lists.
    let scannable = Self.scannable(Set(key.literals), placesMax: Self.shortPlacesMax * 2)
    let isAnchored = zip(key.literals, key.endsMax).map { literal, endMax in
      endMax == literal.bytes.count && endMax >= AnchorTable.bytesMin
    }
    let isLong = key.literals.map { scannable.contains($0) }
    let long = key.literals.indices.filter { isLong[$0] && !isAnchored[$0] }
    let short = key.literals.indices.filter { !isLong[$0] && !isAnchored[$0] }
    let anchored = key.literals.indices.filter { isAnchored[$0] }
    anchors = anchored.isEmpty ? nil : AnchorTable(anchored.map { (key.literals[$0], key.rules[$0]) })
    literals = long.isEmpty ? nil : try LiteralDatabase(long.map { key.literals[$0] }, cache: cache)
    pairs = short.isEmpty ? nil : PairTable(short.map { (key.literals[$0], key.rules[$0]) })
    rules = long.map { key.rules[$0] }
    patternCount = key.literals.count
    literalsReach = long.lazy.map { key.endsMax[$0] }.max() ?? 0
    pairsReach = short.lazy.map { key.endsMax[$0] }.max() ?? 0
    longest = key.literals.lazy.map(\.bytes.count).max() ?? 1
  }
}

/// Compiles databases, each different one once.
struct DatabaseStore {
  private(set) var databases: [ScanDatabase] = []
  private var numbers: [ScanDatabase.Key: Int32] = [:]
  private let cache: (any PatternCache)?

  init(cache: (any PatternCache)? = nil) {
    self.cache = cache
  }

  /// Number of the database with these entries; −1 where there are none.
  mutating func number(
    _ entries: [ScanDatabase.Entry], isJoint: Bool = false
  ) throws(LiteralDatabase.Failure) -> Int32 {
    guard !entries.isEmpty else { return -1 }
    var key = ScanDatabase.key(entries)
    key.isJoint = isJoint
    if let number = numbers[key] { return number }
    let number = Int32(clamping: databases.count)
    databases.append(try ScanDatabase(key, cache: cache))
    numbers[key] = number
    return number
  }
}
