package import Events
import Wire

/// Turns findings into incidents on the events' own time: deterministic, with bounded memory.
///
/// In: alerts, flows and records (`accept`), in which Sigma's rules look for what they want. Out: incidents
/// raised or revised (`changes`). It keeps no clock, draws no numbers and asks no network. Events wait until
/// the watermark has passed them, so that the order of their delivery does not matter. A finding joins the
/// chains that strong enough edges tie it to: its attacker already attacks there, or had fallen there (a
/// role flip), or its victim had fallen there and calls out, or they share a domain, certificate, file or
/// account. Otherwise it begins a chain of its own.
package struct Correlator: ~Copyable {
  package private(set) var site: SiteModel
  let limits: CorrelationLimits
  private var normaliser: Normaliser
  var state = CorrelatorState()
  private let usesPatterns: Bool
  let sigma: SigmaRules
  private let categories: [String: Text]

  package init(
    site: SiteModel, limits: CorrelationLimits = CorrelationLimits(), map: TacticMap = .standard,
    sigma: SigmaRules = SigmaRules(), usesPatterns: Bool = true
  ) {
    self.site = site
    self.sigma = sigma
    self.limits = limits
    self.usesPatterns = usesPatterns
    normaliser = Normaliser(map: map)
    categories = map.categories
  }

  /// The site has changed: what comes is placed by the new one, what was seen keeps its places.
  package mutating func exchange(_ site: SiteModel) { self.site = site }

  // MARK: Taking events

  /// Takes an event. It is weighed when the watermark has passed it.
  package mutating func accept(_ event: Event) {
    if !sigma.isEmpty, let sighting = sigma.sighting(event) { wait(.sigma(sighting)) }
    switch event {
    case .alert(let alert):
      state.counts.alerts &+= 1
      guard let finding = normaliser.finding(alert, site: site) else {
        state.counts.ignored &+= 1
        // It says nothing of an attack, but time has passed.
        advance(to: alert.timeNanoseconds)
        return
      }
      wait(.finding(finding))
    case .flow(let flow): if usesPatterns { wait(.flow(FlowSighting(flow))) }
    case .record(let record):
      if usesPatterns, record.type == "dns", let name = NameSighting(record) { wait(.name(name)) }
      if let trace = TraceSighting(record, site: site) { wait(.trace(trace)) }
    }
  }

  /// Takes what another source found: patterns that are kept elsewhere.
  package mutating func accept(_ finding: Finding) { wait(.finding(finding)) }

  /// Takes one alert; returns the incident that it raised or revised, if any.
  package mutating func take(_ alert: AlertEvent) -> Incident? {
    accept(.alert(alert))
    return changes().last
  }

  /// No event before this time will come any more, but for late ones.
  package mutating func advance(to nanoseconds: Int64) {
    state.newestNanoseconds = max(state.newestNanoseconds, nanoseconds)
    release()
  }

  /// No more events will come: what waits is weighed.
  package mutating func finish() {
    while let sighting = state.waiting.removeFirst() { weigh(sighting) }
  }

  private mutating func wait(_ sighting: Sighting) {
    let time = sighting.timeNanoseconds
    if time < state.weighedNanoseconds { state.counts.late &+= 1 }
    if limits.watermarkSeconds == 0 || time < state.weighedNanoseconds {
      // In order, or too late for it: it revises what was found without it.
      state.newestNanoseconds = max(state.newestNanoseconds, time)
      weigh(sighting)
      return
    }
    state.waiting.insert(sighting)
    if state.waiting.count > limits.waitingMax, let first = state.waiting.removeFirst() {
      state.counts.hurried &+= 1
      weigh(first)
    }
    advance(to: time)
  }

  private mutating func release() {
    let (bound, overflow) = state.newestNanoseconds.subtractingReportingOverflow(
      limits.watermarkSeconds &* 1_000_000_000)
    if overflow { return }
    while let first = state.waiting.first, first.timeNanoseconds <= bound,
      let sighting = state.waiting.removeFirst()
    {
      weigh(sighting)
    }
  }

  // MARK: Weighing

  private mutating func weigh(_ sighting: Sighting) {
    state.weighedNanoseconds = max(state.weighedNanoseconds, sighting.timeNanoseconds)
    switch sighting {
    case .finding(let finding): process(finding)
    case .trace(let trace): attach(trace)
    case .sigma(let sighting):
      for finding in sigma.findings(sighting, &state.sigma, site: site) { process(finding) }
    case .flow, .name: break
    }
    guard usesPatterns else { return }
    for finding in state.patterns.observe(sighting, site: site) { process(finding) }
  }

  private mutating func process(_ found: Finding) {
    var finding = found
    for entity in state.flows.entities(of: finding.evidence.endpoints)
    where !finding.entities.contains(entity) {
      finding.entities.append(entity)
    }
    if finding.outcome == .attempt, site.mayScan(finding.attacker) {
      state.counts.allowed &+= 1
      return
    }
    let time = finding.evidence.timeNanoseconds
    let places = (
      attacker: site.place(
        of: finding.attacker, vlans: finding.vlans, pppoeSession: finding.pppoeSession, at: time),
      victim: site.place(
        of: finding.victim, vlans: finding.vlans, pppoeSession: finding.pppoeSession, at: time)
    )
    let number = chain(for: finding, at: time)
    let signature = UInt64(finding.group) << 32 | UInt64(finding.number)
    let before = state.chains[number]?.aggregates.count ?? 0
    let news =
      state.chains[number, default: Chain(number, at: time)].add(finding, places, limits: limits)
    state.aggregateCount += (state.chains[number]?.aggregates.count ?? 0) - before
    let period = Commonness.period(of: time)
    if state.chains[number]?.signatures[signature] ?? Int64.min < period {
      state.chains[number]?.signatures[signature] = period
      state.commonness.add(finding.group, finding.number, at: time)
    }
    tie(finding, to: number, at: time)
    if finding.tactic >= .initialAccess { state.flows.note(finding.evidence.endpoints, in: number, at: time) }
    if news != .nothing { consider(number, news, at: time) }
    if state.aggregateCount > limits.aggregatesMax || state.graph.count > limits.entitiesMax { makeRoom() }
  }

  private func isHub(_ address: IPAddress) -> Bool { Self.isHub(address, site) }

  private static func isHub(_ address: IPAddress, _ site: SiteModel) -> Bool {
    (site.asset(at: address)?.isHub ?? false) || site.mayScan(address)
  }

  /// The entity as which an attacker is known: a hub stands for many, so only what it does to one victim is
  /// taken together.
  private func attackerEntity(_ finding: Finding) -> Entity {
    isHub(finding.attacker)
      ? .host("\(finding.attacker)>\(finding.victim)")
      : hostEntity(finding.attacker, at: finding.evidence.timeNanoseconds)
  }

  /// The entity as which a host is known: the account or line behind its address, where that is known, as the
  /// address goes to others; else the address.
  private func hostEntity(_ address: IPAddress, at time: Int64) -> Entity {
    site.lineName(of: address, at: time).map(Entity.account) ?? .address(address)
  }

  private mutating func tie(_ finding: Finding, to number: Int, at time: Int64) {
    var newHubs: [IPAddress] = []
    _ = state.graph.tie(attackerEntity(finding), .attacks, to: number, at: time)
    if finding.outcome == .success || finding.tactic >= .initialAccess {
      let kind: EdgeKind = finding.outcome == .success ? .fallen : .tried
      if state.graph.tie(hostEntity(finding.victim, at: time), kind, to: number, at: time) {
        newHubs.append(finding.victim)
      }
    }
    for entity in finding.ties { _ = state.graph.tie(entity, .shares, to: number, at: time) }
    for hub in newHubs { split(number, at: hub) }
  }

  /// A flow of a chain showed a certificate, file or account: the chain has it, and joins the one that had it
  /// before.
  private mutating func attach(_ trace: TraceSighting) {
    guard let known = state.flows.note(trace), let number = state.resolve(known) else { return }
    let time = trace.evidence.timeNanoseconds
    var others: Set<Int> = []
    for entity in trace.entities where state.chains[number]?.note(entity) ?? false {
      if case .account = entity { continue }
      if !state.graph.isHub(entity),
        let other = live(state.graph.best(entity, [.shares], at: time)?.edge, time)
      {
        others.insert(other)
      }
      _ = state.graph.tie(entity, .shares, to: number, at: time)
    }
    var first = number
    for other in others.sorted() where other != first {
      let (older, newer) = (min(first, other), max(first, other))
      merge(newer, into: older)
      first = older
    }
    if state.chains[first]?.identifier != nil {
      state.chains[first]?.version &+= 1
      state.changed.insert(first)
    }
    if first != number || !others.isEmpty { consider(first, .doubling, at: time) }
  }

  /// The chain that an edge leads to, unless it has left or been silent for too long.
  private func live(_ edge: EntityGraph.Edge?, _ time: Int64) -> Int? {
    guard let edge, let number = state.resolve(edge.chain), let chain = state.chains[number] else {
      return nil
    }
    let idle = (time &- chain.lastNanoseconds) / 1_000_000_000
    return idle <= limits.idleSecondsMax ? number : nil
  }

  private mutating func chain(for finding: Finding, at time: Int64) -> Int {
    var found: [Int] = []
    let graph = state.graph
    if let number = live(graph.best(attackerEntity(finding), [.attacks], at: time)?.edge, time) {
      found.append(number)
    }
    let flipped = graph.best(
      hostEntity(finding.attacker, at: time), [.fallen, .tried], at: time,
      damping: isHub(finding.attacker) ? 2 : 0)
    if let number = live(flipped?.edge, time) {
      found.append(number)
      followed(flipped?.edge, finding.attacker, finding, in: number)
    }
    if finding.callsOut {
      let calling = graph.best(
        hostEntity(finding.victim, at: time), [.fallen, .tried], at: time,
        damping: isHub(finding.victim) ? 2 : 0)
      if let number = live(calling?.edge, time) {
        found.append(number)
        followed(calling?.edge, finding.victim, finding, in: number)
      }
    }
    for entity in finding.ties where !graph.isHub(entity) {
      if let number = live(graph.best(entity, [.shares], at: time)?.edge, time) { found.append(number) }
    }
    guard let first = found.min() else { return begin(at: time) }
    for other in Set(found).sorted() where other != first { merge(other, into: first) }
    return first
  }

  /// A host does what an attacker would let it do, soon after attempts on it: they have succeeded.
  private mutating func followed(
    _ edge: EntityGraph.Edge?, _ host: IPAddress, _ finding: Finding, in number: Int
  ) {
    guard let edge, edge.kind == .tried, finding.confidence >= .medium,
      finding.evidence.timeNanoseconds &- edge.lastNanoseconds < Self.inferenceNanoseconds
    else { return }
    state.chains[number]?.inferSuccess(on: host, before: finding.evidence.timeNanoseconds)
  }

  /// What a host does so long after an attempt on it may be the attempt's doing: 15 minutes.
  private static let inferenceNanoseconds: Int64 = 900_000_000_000

  private mutating func begin(at time: Int64) -> Int {
    if state.chains.count >= limits.chainsMax { makeRoom() }
    state.nextNumber += 1
    state.chains[state.nextNumber] = Chain(state.nextNumber, at: time)
    return state.nextNumber
  }

  private mutating func consider(_ number: Int, _ news: Chain.News, at time: Int64) {
    guard let chain = state.chains[number] else { return }
    if chain.identifier != nil {
      state.chains[number]?.version &+= 1
      state.changed.insert(number)
      return
    }
    guard ChainScore.mayHaveReason(chain) else { return }
    // A large chain is weighed now and then only: each weighing looks at all of it.
    if chain.aggregates.count > 64, news == .first, chain.aggregates.count % 16 != 0 { return }
    let score = ChainScore(chain, site: site, commonness: state.commonness)
    guard score.isToBeRaised else {
      state.noteNearest(number, score.total)
      return
    }
    state.nearest[number] = nil
    let identifier = uniqueIdentifier(chain)
    if state.usedIdentifiers.count < limits.incidentsMax * 4 { state.usedIdentifiers.insert(identifier) }
    state.chains[number]?.identifier = identifier
    state.chains[number]?.raisedNanoseconds = time
    state.chains[number]?.version = 1
    state.raisedCount += 1
    state.changed.insert(number)
  }

  private func uniqueIdentifier(_ chain: Chain) -> String {
    let site = site
    let identifier = IncidentBuilder.identifier(chain) { Self.isHub($0, site) }
    // After a split both parts may begin with the same attacker.
    return state.usedIdentifiers.contains(identifier) ? "\(identifier)-\(chain.number)" : identifier
  }

  // MARK: Results

  /// Incidents raised or revised since the last call, in order of their chains.
  package mutating func changes() -> [Incident] {
    let numbers = state.changed.sorted()
    state.changed.removeAll(keepingCapacity: true)
    return numbers.compactMap { incident($0) }
  }

  /// All incidents raised so far, earliest first.
  package func incidents() -> [Incident] {
    state.chains.keys.sorted().compactMap { incident($0) }
      .sorted { ($0.firstNanoseconds, $0.identifier) < ($1.firstNanoseconds, $1.identifier) }
  }

  private func incident(_ number: Int) -> Incident? {
    guard let chain = state.chains[number], chain.identifier != nil else { return nil }
    var builder = IncidentBuilder(chain, site: site, commonness: state.commonness)
    builder.categories = categories
    builder.nearest = nearest(to: chain)
    return builder.incident()
  }

  /// The unraised chain that came nearest; one that shares a host with the incident before others.
  private func nearest(to chain: Chain) -> (chain: Chain, score: ChainScore)? {
    var best: (rank: (Int, Int, Int), chain: Chain)?
    for (number, total) in state.nearest {
      guard let other = state.chains[number], other.identifier == nil else { continue }
      let shares = other.victims.all.prefix(32).contains {
        chain.victims.contains($0) || chain.attackers.contains($0)
      }
      let rank = (shares ? 1 : 0, total, -number)
      if best.map({ $0.rank < rank }) ?? true { best = (rank, other) }
    }
    return best.map { ($0.chain, ChainScore($0.chain, site: site, commonness: state.commonness)) }
  }

  /// What was counted.
  package var counts: CorrelationCounts { state.counts }
  package var ignoredCount: UInt64 { state.counts.ignored }
  package var allowedCount: UInt64 { state.counts.allowed }
  package var evictedCount: UInt64 { state.counts.evicted }
}
