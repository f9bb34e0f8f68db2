import Wire

/// The data sets of a run while it goes on. Rules that change them make the run use one worker, so that the
/// order of packets decides; others share what was loaded.
package final class DatasetTable {
  /// The sets as they are now.
  package private(set) var sets: [Dataset]
  /// Values that had no room.
  package private(set) var refused: UInt64 = 0

  init(_ sets: [Dataset]) {
    self.sets = sets
  }

  /// What a set says of a buffer.
  enum Answer {
    case fails, holds
    /// It is a member with a JSON object.
    case holdsWith([UInt8])
  }

  /// Asks or changes a set.
  func answer(_ step: DatasetStep, _ bytes: RawSpan, _ lists: [Int64]) -> Answer {
    let number = Int(step.dataset)
    guard sets.indices.contains(number), sets[number].kind.accepts(bytes.byteCount) else { return .fails }
    let key = bytes.copied()
    switch step.command {
    case .set:
      let insertion = sets[number].insert(key)
      if insertion == .full { refused &+= 1 }
      return insertion == .added ? .holds : .fails
    case .unset: return sets[number].remove(key) ? .holds : .fails
    case .isNotSet: return member(of: number, key, step) == nil ? .holds : .fails
    case .isSet:
      guard let member = member(of: number, key, step) else { return .fails }
      return member.record.isEmpty ? .holds : .holdsWith(member.record)
    case .reputation:
      guard let member = member(of: number, key, step) else { return .fails }
      return step.check.holds(Int64(member.reputation), lists) ? .holds : .fails
    }
  }

  /// Adds a value for a script: 1 if it is new, 0 if it was known, 2 where there is no room.
  func add(_ key: [UInt8], to number: Int) -> Int {
    guard sets.indices.contains(number), sets[number].kind.accepts(key.count) else { return 2 }
    switch sets[number].insert(key) {
    case .added: return 1
    case .known: return 0
    case .full:
      refused &+= 1
      return 2
    }
  }

  /// Labels of a name that are tried for `match subdomain`: DNS allows 127.
  private static let labelsMax = 128

  /// The member, or with `match subdomain` the nearest of its parents that is one.
  private func member(of number: Int, _ key: [UInt8], _ step: DatasetStep) -> DatasetMember? {
    if let member = sets[number].members[key] { return member }
    guard step.matchesSubdomains else { return nil }
    var start = 0
    for _ in 0..<Self.labelsMax {
      guard let dot = key[(start + 1)...].firstIndex(of: 0x2e) else { return nil }
      if let member = sets[number].members[Array(key[dot...])] { return member }
      start = dot
      if start + 1 >= key.count { return nil }
    }
    return nil
  }
}

/// A data set's condition, compiled.
struct DatasetStep: BitwiseCopyable, Sendable {
  enum Command: UInt8, BitwiseCopyable, Sendable { case set, unset, isSet, isNotSet, reputation }

  var dataset: Int32
  var command: Command
  /// The reputation's test.
  var check: NumberCheck
  var matchesSubdomains: Bool
  /// Position of the key under which alerts show the member's object, among the program's names; −1: none.
  var contextKey: Int32
}
