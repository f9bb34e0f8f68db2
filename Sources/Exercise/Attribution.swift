import Wire

/// Finds the action that an alert belongs to, by time and by who speaks with whom.
///
/// The nearest match wins: both ends before one, within the action's time before soon after it, the same
/// technique before another, the later beginning before the earlier. Between an action and something harmless
/// that match as well, the action has it.
struct Attribution {
  /// What an alert belongs to.
  enum Owner: Hashable {
    /// Position among all actions of the record.
    case action(Int)
    case benign(Int)
    case nobody
  }

  /// A stream may be looked at only when its next bytes come: an alert may be that much later.
  static let lagNanoseconds: Int64 = 5_000_000_000
  /// What is told when a flow ends, or when behaviour has been watched for a while, comes after the action.
  static let aftermathNanoseconds: Int64 = 900_000_000_000
  /// How long something harmless goes on: the record has no end of it.
  static let benignNanoseconds: Int64 = 300_000_000_000

  private let actions: [Truth.Action]
  private let benign: [Truth.Benign]

  init(_ truth: Truth) {
    actions = truth.actions
    benign = truth.benign
  }

  func owner(of evidence: Observation.Evidence) -> Owner {
    var best = (rank: 0, start: Int64.min, owner: Owner.nobody)
    for (index, action) in actions.enumerated() {
      let rank = rank(evidence, action)
      guard rank > 0, (rank, action.timeNanoseconds) > (best.rank, best.start) else { continue }
      best = (rank, action.timeNanoseconds, .action(index))
    }
    for (index, event) in benign.enumerated() {
      let rank = rank(evidence, event)
      if rank > best.rank { best = (rank, event.timeNanoseconds, .benign(index)) }
    }
    return best.owner
  }

  /// 0: it is not the action's.
  private func rank(_ evidence: Observation.Evidence, _ action: Truth.Action) -> Int {
    let since = evidence.timeNanoseconds &- action.timeNanoseconds
    let after = evidence.timeNanoseconds &- action.untilNanoseconds
    guard since >= 0, after <= Self.aftermathNanoseconds else { return 0 }
    let hasSource = evidence.ends.contains(action.source)
    let hasTarget = evidence.ends.contains(action.target)
    let isTechnique = Self.isRelated(evidence.technique, action.technique)
    let isWithin = after <= Self.lagNanoseconds
    var rank = 0
    if hasSource, hasTarget {
      rank = isWithin ? 80 : 30
    } else if hasSource {
      // A scan or a flood names one of many targets.
      rank = isWithin ? 40 : isTechnique ? 20 : 0
    } else if hasTarget, isTechnique {
      rank = isWithin ? 35 : 10
    }
    guard rank > 0 else { return 0 }
    return rank + (isTechnique ? 4 : 0) + (evidence.tactic == action.tactic ? 2 : 0)
  }

  private func rank(_ evidence: Observation.Evidence, _ event: Truth.Benign) -> Int {
    let since = evidence.timeNanoseconds &- event.timeNanoseconds
    guard since >= 0, since <= Self.benignNanoseconds, evidence.ends.contains(event.source) else { return 0 }
    return evidence.ends.contains(event.target) ? 79 : 39
  }

  /// The same technique, or one is a part of the other.
  static func isRelated(_ left: String, _ right: String) -> Bool {
    guard !left.isEmpty, !right.isEmpty else { return false }
    return left.split(separator: ".")[0] == right.split(separator: ".")[0]
  }
}
