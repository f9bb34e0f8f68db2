/// Since when each rule of a set has been in force: what a flow was asked before stays answered, and rules
/// that came later are asked of it then.
package struct RuleHistory: Sendable {
  /// Grows with every exchange of rules.
  package let generation: UInt64
  /// The generation with which each rule came, by its position; empty: all with this one.
  let since: [UInt64]

  /// The history of a run's first rules.
  package static let first = RuleHistory(generation: 1, since: [])

  /// Whether a rule came after a generation.
  func isNew(_ rule: Int32, after generation: UInt64) -> Bool {
    let index = Int(rule)
    return (since.indices.contains(index) ? since[index] : self.generation) > generation
  }
}

/// How one rule set follows another: which rules, names and buffers are the same in both.
///
/// A rule is the same where group, number and text are: then everything that was found out for it stays as
/// it is. One whose text has changed is another rule.
package struct Succession: Sendable {
  /// How many rules came, went, and have another text under the same number.
  package struct Changes: Sendable, Equatable {
    package var added = 0
    package var removed = 0
    package var changed = 0

    package init() {}
  }

  package let old: RuleSet
  package let new: RuleSet
  /// The new set's history.
  package let history: RuleHistory
  /// The generation before.
  let before: UInt64
  package let changes: Changes
  /// Rules came: what flows have seen is shown to them.
  let hasAdditions: Bool
  /// New positions by old ones: of the same rules, of rules of the same number, of names; −1: gone.
  private let same: [Int32]
  private let numbered: [Int32]
  private let names: [Int32]
  /// For each group on transactions the new positions of its growing buffers.
  private let bodies: [[Int32]]

  package init(from old: RuleSet, _ history: RuleHistory, to new: RuleSet) {
    self.old = old
    self.new = new
    self.before = history.generation
    // Signatures are looked at where they lie: traffic waits, and a copy of each would be most of the work.
    let (before, after) = (old.signatures, new.signatures)
    let (olds, news) = (before.span, after.span)
    let places = Self.places(news)
    var same: [Int32] = []
    var numbered: [Int32] = []
    var since = [UInt64](repeating: history.generation &+ 1, count: news.count)
    var changes = Changes()
    same.reserveCapacity(olds.count)
    numbered.reserveCapacity(olds.count)
    for index in olds.indices {
      let place = places[Self.key(olds[index])]
      numbered.append(place.map { Int32(clamping: $0) } ?? -1)
      guard let place else {
        changes.removed += 1
        same.append(-1)
        continue
      }
      let isSame = news[place].identity.text == olds[index].identity.text
      same.append(isSame ? Int32(clamping: place) : -1)
      if isSame {
        since[place] = history.since.indices.contains(index) ? history.since[index] : history.generation
      } else {
        changes.changed += 1
      }
    }
    changes.added = news.count - numbered.count { $0 >= 0 }
    self.same = same
    self.numbered = numbered
    self.changes = changes
    hasAdditions = since.contains { $0 > history.generation }
    self.history = RuleHistory(generation: history.generation &+ 1, since: since)
    names = Self.positions(old.program.names, new.program.names)
    bodies = Self.bodies(old, new)
  }

  /// The position of a rule among the new ones; nil: it is gone, or has another text.
  package func rule(_ old: Int32) -> Int32? { Self.found(same, old) }

  /// The position of the rule that has an old one's number, whatever its text.
  package func numbered(_ old: Int32) -> Int32? { Self.found(numbered, old) }

  /// The position of a name that alerts and events show.
  func name(_ old: Int32) -> Int32? { Self.found(names, old) }

  /// The position of a group's growing buffer.
  func body(_ old: Int32, group: Int) -> Int32? {
    bodies.indices.contains(group) ? Self.found(bodies[group], old) : nil
  }

  private static func found(_ list: [Int32], _ position: Int32) -> Int32? {
    let index = Int(position)
    guard list.indices.contains(index), list[index] >= 0 else { return nil }
    return list[index]
  }

  private static func key(_ signature: borrowing Signature) -> UInt64 {
    UInt64(signature.identity.group) << 32 | UInt64(signature.identity.id)
  }

  private static func places(_ signatures: Span<Signature>) -> [UInt64: Int] {
    var places: [UInt64: Int] = [:]
    places.reserveCapacity(signatures.count)
    for index in signatures.indices {
      let key = key(signatures[index])
      if places[key] == nil { places[key] = index }
    }
    return places
  }

  private static func positions<Item: Hashable>(_ old: [Item], _ new: [Item]) -> [Int32] {
    let places = Dictionary(new.enumerated().map { ($0.element, Int32(clamping: $0.offset)) }) { first, _ in
      first
    }
    return old.map { places[$0] ?? -1 }
  }

  private static func bodies(_ old: RuleSet, _ new: RuleSet) -> [[Int32]] {
    zip(old.transactionGroups, new.transactionGroups).map { before, after in
      positions(
        before.bodies.map { old.program.buffers[Int($0.buffer)] },
        after.bodies.map { new.program.buffers[Int($0.buffer)] })
    }
  }
}
