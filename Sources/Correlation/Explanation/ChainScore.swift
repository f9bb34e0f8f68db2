import Wire

/// What a chain weighs, part by part: the numbers that its explanation then puts into words.
struct ChainScore {
  /// Why a chain is an incident.
  enum Reason { case progression, success, correlation, roleFlip, volume }

  /// A tactic with the aggregate that showed it first, and what it gave.
  struct Step {
    let tactic: Tactic
    let first: Int
    let points: Int
    /// How often its points were halved, as its rarest signature is common.
    let damping: Int
  }

  let steps: [Step]
  /// Aggregates of successes, one for each victim, with their points.
  private(set) var successes: [(position: Int, points: Int)] = []
  private(set) var advances: [(position: Int, points: Int)] = []
  private(set) var correlations: [Int] = []
  private(set) var correlationPoints = 0
  private(set) var roleFlip: Int?
  /// Access points of victims and inside attackers, in order of first appearance.
  private(set) var accessPoints: [String] = []
  private(set) var importance: (level: Int, asset: SiteModel.Asset?, point: SiteModel.AccessPoint?)?
  private(set) var repeats = 0
  private(set) var isVoluminous = false
  /// Points of spread, importance and repeats that were not counted, as all that was seen are attempts.
  private(set) var withheld = 0
  private(set) var spreadPoints = 0
  private(set) var importancePoints = 0
  /// More was seen than attempts: a success, a role flip, a correlation.
  private var hasProof = false
  private(set) var total = 0
  private(set) var reason: Reason?

  init(_ chain: Chain, site: SiteModel, commonness: Commonness) {
    let damping = chain.aggregates.map { commonness.damping($0.key.signatureGroup, $0.key.signatureID) }
    steps = Self.steps(chain, damping)
    findSuccesses(chain, damping)
    correlations = chain.aggregates.indices.filter {
      chain.aggregates[$0].isCorrelation && chain.aggregates[$0].confidence >= .medium
    }
    if chain.hasRoleFlip { findRoleFlip(chain) }
    if !correlations.isEmpty {
      let isSure = correlations.contains { chain.aggregates[$0].confidence == .high }
      correlationPoints = isSure ? Weights.sureCorrelation : Weights.correlation
    }
    hasProof = roleFlip != nil || !correlations.isEmpty || successes.contains { $0.points > 0 }
    findAdvances(chain)
    findPlaces(chain, site)
    let logarithms = chain.aggregates.map { 63 - max($0.count, 1).leadingZeroBitCount }.reduce(0, +)
    repeats = min(logarithms, Weights.repeatsMax)
    isVoluminous =
      chain.repeatsMax >= Weights.volumeRepeats
      || (chain.repeatsMax > 0 && chain.victims.all.count >= Weights.volumeVictims)
    findReason(chain)
    sum()
  }

  var isToBeRaised: Bool { reason != nil && total >= Weights.raise }

  /// Whether a chain can have a reason at all: what is looked at before weighing.
  static func mayHaveReason(_ chain: Chain) -> Bool {
    let beyond = chain.tacticBits >> UInt32(Tactic.initialAccess.rawValue) != 0
    return (beyond && chain.tacticBits.nonzeroBitCount >= 2) || chain.hasSuccess || chain.hasCorrelation
      || chain.hasRoleFlip || chain.repeatsMax >= Weights.volumeRepeats
      || (chain.repeatsMax > 0 && chain.victims.all.count >= Weights.volumeVictims)
  }

  private static func steps(_ chain: Chain, _ damping: [Int]) -> [Step] {
    var firsts: [Tactic: Int] = [:], least: [Tactic: Int] = [:], sure: Set<Tactic> = []
    for (position, aggregate) in chain.aggregates.enumerated() {
      if let known = firsts[aggregate.tactic] {
        if aggregate.first.isBefore(chain.aggregates[known].first) { firsts[aggregate.tactic] = position }
      } else {
        firsts[aggregate.tactic] = position
      }
      least[aggregate.tactic] = min(least[aggregate.tactic] ?? .max, damping[position])
      if aggregate.confidence > .low { sure.insert(aggregate.tactic) }
    }
    return firsts.map { tactic, position in
      let halved = min(least[tactic] ?? 0, 8)
      let points = (sure.contains(tactic) ? tactic.points : tactic.points / 2) >> halved
      return Step(tactic: tactic, first: position, points: points, damping: halved)
    }.sorted { left, right in
      let (one, other) = (chain.aggregates[left.first].first, chain.aggregates[right.first].first)
      return one.isAtOnce(with: other) ? left.tactic < right.tactic : one.isBefore(other)
    }
  }

  private mutating func findSuccesses(_ chain: Chain, _ damping: [Int]) {
    var victims: Set<IPAddress> = []
    let found = chain.aggregates.indices.filter { chain.aggregates[$0].outcome == .success }
    // What was answered goes before what is only inferred.
    for position in found.filter({ !chain.aggregates[$0].isInferred })
      + found.filter({ chain.aggregates[$0].isInferred })
    {
      let aggregate = chain.aggregates[position]
      guard victims.insert(aggregate.key.victim).inserted else { continue }
      let counted = successes.count < Weights.successesCounted
      let full = aggregate.isInferred ? Weights.inferredSuccess : Weights.success
      let sure = aggregate.confidence == .low ? full / 2 : full
      successes.append((position, counted ? sure >> min(damping[position], 8) : 0))
    }
  }

  private mutating func findAdvances(_ chain: Chain) {
    guard var highest = steps.first?.tactic else { return }
    var victims: [Tactic: Set<IPAddress>] = [:]
    for aggregate in chain.aggregates where !hasProof {
      victims[aggregate.tactic, default: []].insert(aggregate.key.victim)
    }
    for step in steps.dropFirst() where step.tactic > highest {
      // Attempts progress only where they meet the same host: who tries one thing here and another there
      // has got nowhere.
      let mine = victims[step.tactic] ?? []
      let isSameHost = victims.contains { $0.key < step.tactic && !$0.value.isDisjoint(with: mine) }
      guard hasProof || isSameHost else { continue }
      highest = step.tactic
      advances.append((step.first, Weights.progression >> step.damping))
    }
  }

  private mutating func findRoleFlip(_ chain: Chain) {
    var fellAt: [IPAddress: Evidence] = [:]
    for aggregate in chain.aggregates where aggregate.key.attacker != aggregate.key.victim {
      let known = fellAt[aggregate.key.victim]
      if known.map({ aggregate.first.isBefore($0) }) ?? true {
        fellAt[aggregate.key.victim] = aggregate.first
      }
    }
    roleFlip = chain.aggregates.firstIndex { aggregate in
      aggregate.key.attacker != aggregate.key.victim
        && (fellAt[aggregate.key.attacker].map { $0.isBefore(aggregate.first) } ?? false)
    }
  }

  private mutating func findPlaces(_ chain: Chain, _ site: SiteModel) {
    var seen: Set<String> = []
    for aggregate in chain.aggregates {
      for place in [aggregate.victimPlace, aggregate.attackerPlace]
      where !place.isOutside && seen.insert(place.accessPoint).inserted {
        accessPoints.append(place.accessPoint)
      }
    }
    var best: SiteModel.Asset?
    for host in chain.victims.all {
      guard let asset = site.asset(at: host) else { continue }
      if asset.importance > best?.importance ?? 3 { best = asset }
    }
    let points = accessPoints.compactMap { site.accessPoint($0) }
    let point = points.max { ($0.importance, $1.identifier) < ($1.importance, $0.identifier) }
    if let best, best.importance >= point?.importance ?? 0 {
      importance = (best.importance, best, nil)
    } else if let point, point.importance > 3 {
      importance = (point.importance, nil, point)
    }
  }

  private mutating func findReason(_ chain: Chain) {
    let beyond = steps.contains { $0.tactic >= .initialAccess }
    if steps.count >= 2, beyond, hasProof || !advances.isEmpty {
      reason = .progression
    } else if !correlations.isEmpty {
      reason = .correlation
    } else if successes.contains(where: {
      $0.points > 0 && chain.aggregates[$0.position].confidence == .high
    }) {
      reason = .success
    } else if roleFlip != nil {
      reason = .roleFlip
    } else if isVoluminous {
      reason = .volume
    }
  }

  private mutating func sum() {
    let base =
      steps.reduce(0) { $0 + $1.points } + advances.reduce(0) { $0 + $1.points }
      + (isVoluminous ? Weights.volume >> (steps.map(\.damping).min() ?? 0) : 0)
    let proof =
      successes.reduce(0) { $0 + $1.points } + (roleFlip == nil ? 0 : Weights.roleFlip)
      + correlationPoints
    spreadPoints =
      min(max(accessPoints.count - 1, 0), Weights.furtherAccessPointsCounted) * Weights.furtherAccessPoint
    importancePoints = max((importance?.level ?? 3) - 3, 0) * Weights.importance
    let extras = spreadPoints + importancePoints + repeats
    // Attempts alone are worth nothing for being spread, and no more for what they hit than they are.
    withheld = hasProof ? 0 : spreadPoints + max(extras - spreadPoints - base, 0)
    total = base + proof + extras - withheld
  }

  /// What a voluminous attack gave.
  var volumePoints: Int { isVoluminous ? Weights.volume >> (steps.map(\.damping).min() ?? 0) : 0 }
}
