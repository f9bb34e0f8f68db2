import Events
import Wire

/// Findings that hang together: what an incident is made of, raised or not.
struct Chain: Sendable, Codable {
  /// Its number, in order of beginning; never given twice.
  let number: Int
  var aggregates: [Aggregate] = []
  /// Position in `aggregates` by key.
  var positions: [Aggregate.Key: Int] = [:]
  /// Hosts that attack in it, in order of appearance.
  var attackers = HostList()
  var victims = HostList()
  /// Domains, certificates, files and accounts.
  var entities: [Entity] = []
  var firstNanoseconds: Int64
  var lastNanoseconds: Int64
  /// Set when raised; the identifier never changes after that.
  var identifier: String?
  var formerIdentifiers: [String] = []
  var splitFrom = ""
  var raisedNanoseconds: Int64 = 0
  var version: UInt32 = 0
  /// Findings counted in it, and those whose aggregates had to leave.
  var alertCount: UInt64 = 0
  var droppedCount: UInt64 = 0
  /// Bits of the tactics seen.
  var tacticBits: UInt32 = 0
  var hasSuccess = false
  var hasCorrelation = false
  var hasRoleFlip = false
  /// Highest count of one aggregate beyond looking.
  var repeatsMax: UInt64 = 0
  /// Signatures that occur in it, each with the period in which it was last counted as common.
  var signatures: [UInt64: Int64] = [:]

  /// More hosts or names than this are not listed.
  static let entitiesMax = 64

  init(_ number: Int, at nanoseconds: Int64) {
    self.number = number
    firstNanoseconds = nanoseconds
    lastNanoseconds = nanoseconds
  }

  /// What adding a finding told.
  enum News { case nothing, doubling, first }

  /// Adds a finding, counting it with its equals. Floods are weighed again only when a count doubles.
  mutating func add(_ finding: Finding, _ places: (attacker: Place, victim: Place), limits: CorrelationLimits)
    -> News
  {
    let point = places.victim.isOutside ? places.attacker.accessPoint : places.victim.accessPoint
    let key = Aggregate.Key(
      signatureGroup: finding.group, signatureID: finding.number, attacker: finding.attacker,
      victim: finding.victim, accessPoint: point)
    let time = finding.evidence.timeNanoseconds
    alertCount &+= 1
    firstNanoseconds = min(firstNanoseconds, time)
    lastNanoseconds = max(lastNanoseconds, time)
    for entity in finding.entities where entities.count < Self.entitiesMax && !entities.contains(entity) {
      entities.append(entity)
    }
    if let position = positions[key] {
      return count(finding, at: position)
    }
    if aggregates.count >= limits.aggregatesPerChainMax { makeRoom(limits) }
    positions[key] = aggregates.count
    var aggregate = Aggregate(
      key: key, text: finding.message, tactic: finding.tactic, technique: finding.technique,
      outcome: finding.outcome, confidence: finding.confidence, first: finding.evidence,
      last: finding.evidence)
    aggregate.isCorrelation = finding.isCorrelation
    aggregate.category = finding.category
    aggregate.attackerPlace = places.attacker
    aggregate.victimPlace = places.victim
    note(aggregate)
    aggregates.append(aggregate)
    return .first
  }

  /// Lists an entity; false: it was there, or there is no room.
  mutating func note(_ entity: Entity) -> Bool {
    guard entities.count < Self.entitiesMax, !entities.contains(entity) else { return false }
    entities.append(entity)
    return true
  }

  private mutating func count(_ finding: Finding, at position: Int) -> News {
    aggregates[position].count &+= 1
    if aggregates[position].last.isBefore(finding.evidence) { aggregates[position].last = finding.evidence }
    if finding.evidence.isBefore(aggregates[position].first) { aggregates[position].first = finding.evidence }
    if isBeyondLooking(aggregates[position]) { repeatsMax = max(repeatsMax, aggregates[position].count) }
    return aggregates[position].count.nonzeroBitCount == 1 ? .doubling : .nothing
  }

  private func isBeyondLooking(_ aggregate: Aggregate) -> Bool {
    aggregate.tactic >= .initialAccess && aggregate.tactic != .discovery && aggregate.confidence >= .medium
  }

  private mutating func note(_ aggregate: Aggregate) {
    let signature = UInt64(aggregate.key.signatureGroup) << 32 | UInt64(aggregate.key.signatureID)
    if signatures[signature] == nil { signatures[signature] = Int64.min }
    if isBeyondLooking(aggregate) { repeatsMax = max(repeatsMax, aggregate.count) }
    if victims.contains(aggregate.key.attacker), aggregate.key.attacker != aggregate.key.victim {
      hasRoleFlip = true
    }
    attackers.add(aggregate.key.attacker)
    victims.add(aggregate.key.victim)
    tacticBits |= 1 << UInt32(aggregate.tactic.rawValue)
    hasSuccess = hasSuccess || (aggregate.outcome == .success && aggregate.confidence == .high)
    hasCorrelation = hasCorrelation || (aggregate.isCorrelation && aggregate.confidence >= .medium)
  }

  /// Lets an eighth of the aggregates go that tell least: attempts before successes, early tactics before
  /// later ones, old before new; what shows a tactic first stays.
  private mutating func makeRoom(_ limits: CorrelationLimits) {
    var firsts: [Tactic: Int] = [:]
    for (position, aggregate) in aggregates.enumerated() {
      guard let known = firsts[aggregate.tactic] else {
        firsts[aggregate.tactic] = position
        continue
      }
      if aggregate.first.isBefore(aggregates[known].first) { firsts[aggregate.tactic] = position }
    }
    let kept = Set(firsts.values)
    func rank(_ position: Int) -> (Int, UInt8, UInt8, Int64, Int) {
      let aggregate = aggregates[position]
      let weight = aggregate.isCorrelation || aggregate.outcome == .success ? 1 : 0
      return (
        weight, aggregate.tactic.rawValue, aggregate.confidence.rawValue, aggregate.last.timeNanoseconds,
        position
      )
    }
    let leaving = Set(
      aggregates.indices.filter { !kept.contains($0) }.sorted { rank($0) < rank($1) }
        .prefix(max(aggregates.count / 8, 1)))
    for position in leaving { droppedCount &+= aggregates[position].count }
    aggregates = aggregates.indices.filter { !leaving.contains($0) }.map { aggregates[$0] }
    renumber()
  }

  private mutating func renumber() {
    positions = [:]
    for (position, aggregate) in aggregates.enumerated() { positions[aggregate.key] = position }
  }

  /// Takes over everything of another chain.
  mutating func absorb(_ other: Chain, limits: CorrelationLimits) {
    for aggregate in other.aggregates {
      guard let position = positions[aggregate.key] else {
        if aggregates.count >= limits.aggregatesPerChainMax { makeRoom(limits) }
        positions[aggregate.key] = aggregates.count
        aggregates.append(aggregate)
        continue
      }
      aggregates[position].count &+= aggregate.count
      if aggregates[position].last.isBefore(aggregate.last) { aggregates[position].last = aggregate.last }
      if aggregate.first.isBefore(aggregates[position].first) { aggregates[position].first = aggregate.first }
    }
    hasRoleFlip =
      hasRoleFlip || other.hasRoleFlip || other.attackers.all.contains { victims.contains($0) }
      || attackers.all.contains { other.victims.contains($0) }
    for host in other.attackers.all { attackers.add(host) }
    for host in other.victims.all { victims.add(host) }
    for entity in other.entities where entities.count < Self.entitiesMax && !entities.contains(entity) {
      entities.append(entity)
    }
    firstNanoseconds = min(firstNanoseconds, other.firstNanoseconds)
    lastNanoseconds = max(lastNanoseconds, other.lastNanoseconds)
    alertCount &+= other.alertCount
    droppedCount &+= other.droppedCount
    tacticBits |= other.tacticBits
    hasSuccess = hasSuccess || other.hasSuccess
    hasCorrelation = hasCorrelation || other.hasCorrelation
    repeatsMax = max(repeatsMax, other.repeatsMax)
    signatures.merge(other.signatures) { max($0, $1) }
  }

  /// The same chain with other aggregates: what is left of it after a split.
  func holding(_ aggregates: [Aggregate], number: Int) -> Chain {
    var chain = Chain(number, at: aggregates.first?.first.timeNanoseconds ?? firstNanoseconds)
    chain.entities = entities
    for aggregate in aggregates {
      chain.note(aggregate)
      chain.aggregates.append(aggregate)
      chain.alertCount &+= aggregate.count
      chain.firstNanoseconds = min(chain.firstNanoseconds, aggregate.first.timeNanoseconds)
      chain.lastNanoseconds = max(chain.lastNanoseconds, aggregate.last.timeNanoseconds)
    }
    chain.renumber()
    return chain
  }

  /// What the victim did next shows that the attempts on it succeeded: the furthest of them is taken for it.
  mutating func inferSuccess(on host: IPAddress, before nanoseconds: Int64) {
    guard !aggregates.contains(where: { $0.key.victim == host && $0.outcome == .success }) else { return }
    let furthest = aggregates.indices.filter {
      aggregates[$0].key.victim == host && aggregates[$0].tactic >= .initialAccess
        && aggregates[$0].first.timeNanoseconds <= nanoseconds
    }.max {
      (aggregates[$0].tactic, aggregates[$0].confidence, -$0)
        < (aggregates[$1].tactic, aggregates[$1].confidence, -$1)
    }
    guard let furthest else { return }
    aggregates[furthest].outcome = .success
    aggregates[furthest].isInferred = true
  }
}

/// Addresses in order of appearance, each once; bounded.
struct HostList: Sendable, Codable {
  private(set) var all: [IPAddress] = []
  private var known: Set<IPAddress> = []
  /// An incident that spans more hosts is not told better by listing them.
  private static let max = 4_096

  mutating func add(_ host: IPAddress) {
    guard all.count < Self.max, known.insert(host).inserted else { return }
    all.append(host)
  }

  func contains(_ host: IPAddress) -> Bool { known.contains(host) }
}

/// Bounds of the correlator's memory, each with its reason.
package struct CorrelationLimits: Sendable {
  /// A flood of different attackers must not exhaust memory; what tells least leaves first.
  package var chainsMax = 20_000
  /// Incidents that are kept; the idlest leaves first.
  package var incidentsMax = 5_000
  /// One noisy scanner must not fill a chain with its victims.
  package var aggregatesPerChainMax = 1_024
  /// Over all chains: some 500 bytes each.
  package var aggregatesMax = 300_000
  /// Addresses, names and files that tie chains together.
  package var entitiesMax = 200_000
  /// A chain that was silent for so long takes no more alerts: 24 hours.
  package var idleSecondsMax: Int64 = 86_400
  /// Events may come so much later than others that are newer; 0: they come in order.
  package var watermarkSeconds: Int64 = 0
  /// Events that wait for earlier ones.
  package var waitingMax = 200_000

  package init() {}
}
