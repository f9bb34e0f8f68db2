import Wire

// Chains that turn out to be one, that have to be taken apart, and that leave.
extension Correlator {
  /// Puts a chain into another one. The identifier that was told first stays; the other one is listed.
  mutating func merge(_ other: Int, into first: Int) {
    guard let gone = state.chains[other], var chain = state.chains[first] else { return }
    state.chains[other] = nil
    state.chains[first] = nil
    let before = chain.aggregates.count + gone.aggregates.count
    chain.absorb(gone, limits: limits)
    state.aggregateCount += chain.aggregates.count - before
    chain.formerIdentifiers += gone.formerIdentifiers
    if let theirs = gone.identifier {
      if let ours = chain.identifier {
        let isTheirsOlder = (gone.raisedNanoseconds, other) < (chain.raisedNanoseconds, first)
        chain.identifier = isTheirsOlder ? theirs : ours
        chain.formerIdentifiers.append(isTheirsOlder ? ours : theirs)
        chain.raisedNanoseconds = min(chain.raisedNanoseconds, gone.raisedNanoseconds)
        state.raisedCount -= 1
      } else {
        chain.identifier = theirs
        chain.raisedNanoseconds = gone.raisedNanoseconds
        chain.splitFrom = gone.splitFrom
      }
    }
    chain.version = max(chain.version, gone.version)
    state.chains[first] = chain
    state.forward[other] = first
    state.changed.remove(other)
    state.nearest[other] = nil
    state.counts.merged &+= 1
  }

  /// Takes a chain apart that held together only by a host that turned out to be a hub. The part with the
  /// earliest evidence keeps number and identifier.
  mutating func split(_ number: Int, at hub: IPAddress) {
    guard let chain = state.chains[number], chain.aggregates.count > 1 else { return }
    let parts = Self.parts(chain.aggregates, without: hub)
    guard parts.count > 1 else { return }
    state.counts.split &+= 1
    for (index, part) in parts.enumerated() {
      var piece = chain.holding(part, number: index == 0 ? number : state.nextNumber + 1)
      if index == 0 {
        piece.identifier = chain.identifier
        piece.raisedNanoseconds = chain.raisedNanoseconds
        piece.formerIdentifiers = chain.formerIdentifiers
        piece.splitFrom = chain.splitFrom
        piece.version = chain.version &+ 1
        piece.droppedCount = chain.droppedCount
        if chain.identifier != nil { state.changed.insert(number) }
      } else {
        state.nextNumber += 1
        piece.splitFrom = chain.identifier ?? ""
        for host in piece.attackers.all where host != hub {
          _ = state.graph.tie(.address(host), .attacks, to: piece.number, at: piece.lastNanoseconds)
        }
      }
      state.chains[piece.number] = piece
    }
    if let identifier = chain.identifier { state.usedIdentifiers.insert(identifier) }
  }

  /// Aggregates that hang together by their hosts without the hub, the part with the earliest first.
  private static func parts(_ aggregates: [Aggregate], without hub: IPAddress) -> [[Aggregate]] {
    var group: [IPAddress: Int] = [:]
    var parent: [Int] = []
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index { index = parent[index] }
      return index
    }
    func node(_ host: IPAddress) -> Int {
      if let known = group[host] { return root(known) }
      parent.append(parent.count)
      group[host] = parent.count - 1
      return parent.count - 1
    }
    var ends: [Int] = []
    for aggregate in aggregates {
      let hosts = [aggregate.key.attacker, aggregate.key.victim].filter { $0 != hub }
      guard let first = hosts.first else {
        ends.append(node(hub))
        continue
      }
      let one = node(first)
      if hosts.count > 1 {
        let other = node(hosts[1])
        parent[max(one, other)] = min(one, other)
      }
      ends.append(one)
    }
    var parts: [Int: [Aggregate]] = [:]
    for (aggregate, end) in zip(aggregates, ends) { parts[root(end), default: []].append(aggregate) }
    let ranked = parts.map { number, part in
      let first = part.map { ($0.first.timeNanoseconds, $0.key.signatureID) }.min { $0 < $1 } ?? (.max, 0)
      return (rank: (first.0, first.1, number), part: part)
    }
    return ranked.sorted { $0.rank < $1.rank }.map(\.part)
  }

  /// Lets chains go: a quarter of those never raised, and of the raised ones what is beyond their bound.
  ///
  /// Chains whose rarest signature is the most common leave first, then the idlest: so a rule that floods
  /// pushes out its own chains, never those of others.
  mutating func makeRoom() {
    var leaving: [Int] = []
    let unraised = state.chains.values.filter { $0.identifier == nil }
    let ranked = unraised.map { chain in
      let rarest =
        chain.signatures.keys.map {
          state.commonness.chains(UInt32(truncatingIfNeeded: $0 >> 32), UInt32(truncatingIfNeeded: $0))
        }.min() ?? 0
      return (rank: (-rarest, chain.lastNanoseconds, chain.number), chain: chain)
    }.sorted { $0.rank < $1.rank }
    leaving = ranked.prefix(max(ranked.count / 4, 1)).map(\.chain.number)
    if state.raisedCount > limits.incidentsMax || unraised.isEmpty {
      let raised = state.chains.values.filter { $0.identifier != nil }
        .sorted { ($0.lastNanoseconds, $0.number) < ($1.lastNanoseconds, $1.number) }
      let surplus = max(state.raisedCount - limits.incidentsMax, 1)
      leaving += raised.prefix(surplus).map(\.number)
    }
    for number in leaving { remove(number) }
    let (chains, forward) = (state.chains, state.forward)
    state.graph.follow { CorrelatorState.resolve($0, chains, forward) }
    state.forward = [:]
    let entities = limits.entitiesMax - limits.entitiesMax / 4
    if state.graph.count > limits.entitiesMax { _ = state.graph.shrink(to: entities) }
  }

  private mutating func remove(_ number: Int) {
    guard let chain = state.chains.removeValue(forKey: number) else { return }
    state.counts.evicted &+= 1
    state.counts.evictedAlerts &+= chain.alertCount
    state.aggregateCount -= chain.aggregates.count
    state.nearest[number] = nil
    state.changed.remove(number)
    guard let identifier = chain.identifier else { return }
    state.counts.evictedIncidents &+= 1
    state.raisedCount -= 1
    if state.usedIdentifiers.count < limits.incidentsMax { state.usedIdentifiers.insert(identifier) }
  }
}
