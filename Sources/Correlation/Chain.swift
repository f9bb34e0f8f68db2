import Events
import Wire

/// Alerts that hang together by who attacks whom: what an incident is made of, raised or not.
struct Chain {
  var aggregates: [Aggregate] = []
  /// Position in `aggregates` by key.
  var positions: [Aggregate.Key: Int] = [:]
  /// Hosts that attack in it, in order of appearance.
  var attackers: [IPAddress] = []
  var victims: [IPAddress] = []
  var firstNanoseconds: Int64
  var lastNanoseconds: Int64
  /// Set when raised; the identifier never changes after that.
  var identifier: String?
  var raisedNanoseconds: Int64 = 0
  var version: UInt32 = 0
  /// A chain that was merged into another one leaves its position behind.
  var mergedInto: Int?
  /// Alerts counted in it, and those whose aggregates had no room any more.
  var alertCount: UInt64 = 0
  var droppedCount: UInt64 = 0

  init(at nanoseconds: Int64) {
    firstNanoseconds = nanoseconds
    lastNanoseconds = nanoseconds
  }

  /// Adds an alert, counting it with its equals. Returns whether it tells something new: a first of its kind,
  /// or the doubling of a count. Floods are thus not weighed again at every alert.
  mutating func add(
    _ alert: AlertEvent, _ assessment: Assessment, accessPoint: String, limits: CorrelationLimits
  ) -> Bool {
    let key = Aggregate.Key(
      signatureGroup: alert.signature.group, signatureID: alert.signature.id, attacker: assessment.attacker,
      victim: assessment.victim, accessPoint: accessPoint)
    alertCount += 1
    firstNanoseconds = min(firstNanoseconds, alert.timeNanoseconds)
    lastNanoseconds = max(lastNanoseconds, alert.timeNanoseconds)
    let evidence = Evidence(alert)
    if let position = positions[key] {
      aggregates[position].count += 1
      aggregates[position].last = evidence
      return aggregates[position].count.nonzeroBitCount == 1
    }
    guard aggregates.count < limits.aggregatesPerChainMax else {
      droppedCount += 1
      return false
    }
    positions[key] = aggregates.count
    aggregates.append(
      Aggregate(
        key: key, message: alert.signature.message, tactic: assessment.tactic,
        technique: assessment.technique,
        outcome: assessment.outcome, isHighConfidence: assessment.isHighConfidence, first: evidence,
        last: evidence))
    if !attackers.contains(assessment.attacker) { attackers.append(assessment.attacker) }
    if !victims.contains(assessment.victim) { victims.append(assessment.victim) }
    return true
  }

  /// Takes over everything of another chain.
  mutating func absorb(_ other: Chain) {
    for aggregate in other.aggregates {
      if let position = positions[aggregate.key] {
        aggregates[position].count += aggregate.count
        if aggregates[position].last.order < aggregate.last.order {
          aggregates[position].last = aggregate.last
        }
      } else {
        positions[aggregate.key] = aggregates.count
        aggregates.append(aggregate)
      }
    }
    for host in other.attackers where !attackers.contains(host) { attackers.append(host) }
    for host in other.victims where !victims.contains(host) { victims.append(host) }
    firstNanoseconds = min(firstNanoseconds, other.firstNanoseconds)
    lastNanoseconds = max(lastNanoseconds, other.lastNanoseconds)
    alertCount += other.alertCount
    droppedCount += other.droppedCount
  }

  /// Some step against this host went further than looking: what it does next may be the attacker's doing.
  func hasFallen(_ host: IPAddress) -> Bool {
    aggregates.contains {
      $0.key.victim == host && ($0.outcome == .success || $0.tactic >= .initialAccess)
    }
  }
}

/// Bounds of the correlator's memory, each with its reason.
package struct CorrelationLimits: Sendable {
  /// A flood of different attackers must not exhaust memory; the idlest unraised chain leaves first.
  package var chainsMax = 20_000
  /// One noisy scanner must not fill a chain with its victims.
  package var aggregatesPerChainMax = 2_000
  /// A chain that was silent for so long takes no more alerts: 24 hours.
  package var idleSecondsMax: Int64 = 86_400

  package init() {}
}
