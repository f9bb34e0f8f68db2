package import Events
import Wire

/// Turns alerts into incidents on the events' own time: deterministic, with bounded memory.
///
/// In: alerts in order. Out: incidents raised or revised. It keeps no clock, draws no numbers and asks no
/// network.
/// An alert joins the chain in which its attacker already attacks, or in which its attacker had fallen as a
/// victim (a role flip), or whose fallen victim calls out to it; otherwise it begins a chain of its own.
package struct Correlator: ~Copyable {
  package let site: SiteModel
  private let limits: CorrelationLimits
  private var chains: [Chain] = []
  /// Chains by the hosts that attack in them, and by those that have fallen, newest last.
  private var attacking: [IPAddress: Int] = [:]
  private var fallen: [IPAddress: Int] = [:]
  private var accessPoints: [IPAddress: String] = [:]
  /// Alerts that say nothing of an attack, that an allowed scanner caused, and chains that left for want of
  /// room.
  package private(set) var ignoredCount: UInt64 = 0
  package private(set) var allowedCount: UInt64 = 0
  package private(set) var evictedCount: UInt64 = 0

  package init(site: SiteModel, limits: CorrelationLimits = CorrelationLimits()) {
    self.site = site
    self.limits = limits
  }

  /// Takes one alert; returns the incident that it raised or revised, if any.
  package mutating func take(_ alert: AlertEvent) -> Incident? {
    guard let assessment = Assessment(alert, site: site) else {
      ignoredCount += 1
      return nil
    }
    if site.scanners.contains(assessment.attacker), assessment.outcome == .attempt {
      allowedCount += 1
      return nil
    }
    let position = chain(for: assessment, at: alert.timeNanoseconds)
    let point = accessPoint(of: assessment.victim) ?? accessPoint(of: assessment.attacker) ?? ""
    let isNews = chains[position].add(alert, assessment, accessPoint: point, limits: limits)
    attacking[assessment.attacker] = position
    if chains[position].hasFallen(assessment.victim) { fallen[assessment.victim] = position }
    return isNews ? revise(position, at: alert.timeNanoseconds) : nil
  }

  /// All incidents raised so far, earliest first.
  package func incidents() -> [Incident] {
    chains.filter { $0.identifier != nil && $0.mergedInto == nil }
      .map { IncidentBuilder(chain: $0, site: site).incident() }
      .sorted { ($0.firstNanoseconds, $0.identifier) < ($1.firstNanoseconds, $1.identifier) }
  }

  private mutating func chain(for assessment: Assessment, at nanoseconds: Int64) -> Int {
    let own = live(attacking[assessment.attacker], at: nanoseconds)
    let flipped = live(fallen[assessment.attacker], at: nanoseconds)
    let callsOut = assessment.tactic == .commandAndControl || assessment.tactic == .exfiltration
    let calling = callsOut ? live(fallen[assessment.victim], at: nanoseconds) : nil
    let candidates = [own, flipped, calling].compactMap { $0 }
    guard let first = candidates.min() else { return begin(at: nanoseconds) }
    for other in Set(candidates).sorted() where other != first { merge(other, into: first) }
    return first
  }

  /// The chain at a position, following merges, unless it has been silent too long.
  private func live(_ position: Int?, at nanoseconds: Int64) -> Int? {
    guard var position else { return nil }
    while let next = chains[position].mergedInto { position = next }
    let idleSeconds = (nanoseconds - chains[position].lastNanoseconds) / 1_000_000_000
    return idleSeconds <= limits.idleSecondsMax ? position : nil
  }

  private mutating func begin(at nanoseconds: Int64) -> Int {
    if chains.count >= limits.chainsMax { makeRoom() }
    chains.append(Chain(at: nanoseconds))
    return chains.count - 1
  }

  private mutating func merge(_ other: Int, into first: Int) {
    chains[first].absorb(chains[other])
    let (left, right) = (chains[first].identifier, chains[other].identifier)
    if left == nil, right != nil {
      chains[first].identifier = right
      chains[first].raisedNanoseconds = chains[other].raisedNanoseconds
    }
    chains[first].version = max(chains[first].version, chains[other].version)
    var gone = Chain(at: chains[other].firstNanoseconds)
    gone.mergedInto = first
    chains[other] = gone
  }

  /// Lets the idler half of the chains go that were never raised; what left is counted.
  private mutating func makeRoom() {
    let unraised = chains.indices.filter { chains[$0].identifier == nil && chains[$0].mergedInto == nil }
      .sorted { (chains[$0].lastNanoseconds, $0) < (chains[$1].lastNanoseconds, $1) }
    let leaving = Set(unraised.prefix(max(unraised.count / 2, 1)))
    evictedCount += UInt64(leaving.count)
    var moved: [Int: Int] = [:]
    var kept: [Chain] = []
    for index in chains.indices where !leaving.contains(index) && chains[index].mergedInto == nil {
      moved[index] = kept.count
      kept.append(chains[index])
    }
    let resolved = { (chains: [Chain], position: Int) -> Int in
      var position = position
      while let next = chains[position].mergedInto { position = next }
      return position
    }
    let old = chains
    attacking = attacking.compactMapValues { moved[resolved(old, $0)] }
    fallen = fallen.compactMapValues { moved[resolved(old, $0)] }
    chains = kept
  }

  private mutating func revise(_ position: Int, at nanoseconds: Int64) -> Incident? {
    let builder = IncidentBuilder(chain: chains[position], site: site)
    if chains[position].identifier == nil {
      guard builder.isToBeRaised else { return nil }
      chains[position].identifier = builder.identifier
      chains[position].raisedNanoseconds = nanoseconds
    }
    chains[position].version += 1
    return IncidentBuilder(chain: chains[position], site: site).incident()
  }

  private mutating func accessPoint(of address: IPAddress) -> String? {
    if let known = accessPoints[address] { return known.isEmpty ? nil : known }
    let found = site.accessPoint(of: address)?.identifier ?? ""
    if accessPoints.count < 1 << 20 { accessPoints[address] = found }
    return found.isEmpty ? nil : found
  }
}
