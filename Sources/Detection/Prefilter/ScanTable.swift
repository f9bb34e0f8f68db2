import Wire

/// The databases of a rule set as plain numbers: a search follows no reference and counts none.
///
/// Whoever searches holds the rule set, and with it the databases that this table was made of.
struct ScanTable: Sendable {
  /// What a search needs of a database.
  struct Entry: BitwiseCopyable, Sendable {
    /// Patterns of four bytes and more; nil: there are none.
    var automaton: LiteralDatabase.Automaton?
    /// Place of the table of patterns of two and three bytes; −1: there are none.
    var pairs: Int32 = -1
    /// Place of the table of patterns at the very beginning; −1: there are none.
    var anchors: Int32 = -1
    /// Place in `ends` of what stands before the first literal's rules.
    var firstEnd: Int32 = 0
    /// Bytes of the longest literal: how far a search of new data reaches back.
    var longest = 1
    /// How many bytes from the start are searched for long patterns, and for short ones.
    var literalsReach = 0
    var pairsReach = 0
  }

  private let entries: [Entry]
  /// Rules of literal n of a database: `rules[ends[firstEnd + n] ..< ends[firstEnd + n + 1]]`.
  private let ends: [Int32]
  private let rules: [Int32]
  private let pairs: [PairTable]
  private let anchors: [AnchorTable]
  /// The bits of all of these, one table after the other.
  private let anchorBits: [UInt64]

  init(_ databases: [ScanDatabase]) {
    var entries: [Entry] = []
    var ends: [Int32] = []
    var rules: [Int32] = []
    var pairs: [PairTable] = []
    var anchors: [AnchorTable] = []
    for database in databases {
      var entry = Entry(automaton: database.literals?.automaton, firstEnd: Int32(clamping: ends.count))
      if let table = database.pairs {
        entry.pairs = Int32(clamping: pairs.count)
        pairs.append(table)
      }
      if let table = database.anchors {
        entry.anchors = Int32(clamping: anchors.count)
        anchors.append(table)
      }
      entry.longest = database.longest
      entry.literalsReach = database.literalsReach
      entry.pairsReach = database.pairsReach
      entries.append(entry)
      ends.append(Int32(clamping: rules.count))
      for list in database.rules {
        rules += list
        ends.append(Int32(clamping: rules.count))
      }
    }
    (self.entries, self.ends, self.rules, self.pairs) = (entries, ends, rules, pairs)
    self.anchors = anchors
    anchorBits = anchors.flatMap(\.bits)
  }

  /// Bytes of a database's longest literal.
  @inline(__always)
  func longest(_ database: Int32) -> Int { entries[Int(database)].longest }

  /// Searches the bytes and adds the rules of all patterns that end after `minimumEnd` to the candidates.
  @inline(__always)
  func scan(
    _ database: Int32, _ bytes: RawSpan, after minimumEnd: Int = 0, _ scratch: inout LiteralScratch,
    into candidates: inout CandidateSet
  ) {
    let entry = entries[Int(database)]
    if entry.anchors >= 0, bytes.byteCount >= AnchorTable.bytesMin {
      let pair = Int(bytes.load(0, as: UInt16.self).littleEndian)
      if anchorBits[Int(entry.anchors) &<< 10 &+ pair &>> 6] &>> UInt64(pair & 63) & 1 != 0 {
        anchors[Int(entry.anchors)].scan(bytes, after: minimumEnd, into: &candidates)
      }
    }
    if entry.pairs >= 0 {
      pairs[Int(entry.pairs)].scan(bytes.part(0, entry.pairsReach), after: minimumEnd, into: &candidates)
    }
    guard let automaton = entry.automaton else { return }
    scratch.scan(automaton, bytes.part(0, entry.literalsReach), after: minimumEnd)
    var position = 0
    let count = scratch.count
    while position < count {
      let end = Int(entry.firstEnd) &+ scratch.number(position)
      var index = Int(ends[end])
      while index < Int(ends[end &+ 1]) {
        candidates.insert(rules[index])
        index &+= 1
      }
      position &+= 1
    }
  }

  /// Searches the bytes for the patterns of packets and streams at once: the rules on packets are added to
  /// the candidates, those on streams to `ahead`, each perhaps several times.
  @inline(__always)
  func scanJoint(
    _ database: Int32, _ bytes: RawSpan, after minimumEnd: Int, _ scratch: inout LiteralScratch,
    into candidates: inout CandidateSet, ahead: inout [Int32]
  ) {
    let entry = entries[Int(database)]
    guard let automaton = entry.automaton else { return }
    scratch.scan(automaton, bytes, after: minimumEnd)
    var position = 0
    let count = scratch.count
    while position < count {
      let end = Int(entry.firstEnd) &+ scratch.number(position)
      var index = Int(ends[end])
      while index < Int(ends[end &+ 1]) {
        let rule = rules[index]
        if rule & 1 == 0 { candidates.insert(rule >> 1) } else { ahead.append(rule >> 1) }
        index &+= 1
      }
      position &+= 1
    }
  }
}
