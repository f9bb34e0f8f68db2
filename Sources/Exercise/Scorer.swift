package import Correlation
import Wire

/// Compares what a run saw with what the red side did.
package struct Scorer {
  private let truth: Truth
  private let observation: Observation
  private let site: SiteModel
  private let weights: ScoringWeights
  private let owners: [Attribution.Owner]
  private let raised: [String: Int64]

  package init(
    _ truth: Truth, _ observation: Observation, site: SiteModel, weights: ScoringWeights = ScoringWeights()
  ) {
    self.truth = truth
    self.observation = observation
    self.site = site
    self.weights = weights
    let attribution = Attribution(truth)
    owners = observation.evidence.map { attribution.owner(of: $0) }
    raised = Dictionary(
      observation.incidents.map { ($0.identifier, $0.raisedNanoseconds) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The score card.
  package func card() -> ScoreCard {
    var card = ScoreCard()
    card.spanNanoseconds = max(observation.lastNanoseconds &- observation.firstNanoseconds, 0)
    var position = 0
    for campaign in truth.campaigns {
      let range = position..<position + campaign.actions.count
      let actions = range.map { action($0, campaign.actions[$0 - position], campaign) }
      card.actions += actions
      card.campaigns.append(self.campaign(campaign, range, actions))
      position = range.upperBound
    }
    let owned = Set(
      zip(observation.evidence, owners).compactMap { evidence, owner -> String? in
        if case .action = owner { return evidence.incident }
        return nil
      })
    card.falseIncidents = observation.incidents.map(\.identifier).filter { !owned.contains($0) }
    card.medianMilliseconds = Self.median(card.actions.compactMap(\.milliseconds))
    fillStages(&card)
    fillScore(&card)
    return card
  }

  /// Evidence of an action, earliest first.
  private func evidence(of action: Int) -> [Observation.Evidence] {
    zip(observation.evidence, owners).filter { $1 == .action(action) }.map(\.0)
  }

  private func action(_ index: Int, _ action: Truth.Action, _ campaign: Truth.Campaign) -> ScoreCard.Action {
    let evidence = evidence(of: index)
    var found: Int64?
    var incidents: [String] = []
    for item in evidence {
      guard let incident = item.incident, let raised = raised[incident] else { continue }
      if !incidents.contains(incident) { incidents.append(incident) }
      found = min(found ?? .max, max(raised, item.timeNanoseconds))
    }
    let end = (campaign.endNanoseconds ?? action.untilNanoseconds) &+ Attribution.lagNanoseconds
    let outcome: ScoreCard.Outcome =
      if let found { found > end ? .late : .detected } else { evidence.isEmpty ? .missed : .logged }
    return ScoreCard.Action(
      id: action.identifier, outcome: outcome,
      milliseconds: found.map { max($0 &- action.timeNanoseconds, 0) / 1_000_000 }, incidents: incidents,
      signatures: Set(evidence.map(\.signature)).sorted(),
      firstAlertNanoseconds: evidence.first?.timeNanoseconds)
  }

  private func campaign(_ campaign: Truth.Campaign, _ range: Range<Int>, _ actions: [ScoreCard.Action])
    -> ScoreCard.Campaign
  {
    var incidents: [String] = []
    for action in actions {
      for incident in action.incidents where !incidents.contains(incident) { incidents.append(incident) }
    }
    let holding = Set(incidents)
    var own = 0, all = 0
    for (item, owner) in zip(observation.evidence, owners) where item.incident.map(holding.contains) == true {
      all += 1
      if case .action(let index) = owner, range.contains(index) { own += 1 }
    }
    let visible = zip(campaign.actions, actions).filter { $0.0.visible != .none }
    let first = campaign.actions.map(\.timeNanoseconds).min() ?? 0
    let report = incidents.compactMap { raised[$0] }.min().map { max($0 &- first, 0) / 1_000_000 }
    return ScoreCard.Campaign(
      id: campaign.identifier, incidents: incidents, held: visible.count { !$0.1.incidents.isEmpty },
      visible: visible.count, own: own, evidence: all, reportMilliseconds: report,
      isReportInTime: report.map { $0 <= Int64(weights.reportSeconds) * 1_000 } ?? false)
  }

  private func fillStages(_ card: inout ScoreCard) {
    let pairs = Array(zip(truth.actions, card.actions)).filter { $0.0.visible != .none }
    for tactic in Attack.tactics {
      let those = pairs.filter { $0.0.tactic == tactic }
      guard !those.isEmpty else { continue }
      card.stages.append(
        ScoreCard.Stage(
          tactic: tactic, actions: those.count, detected: those.count { $0.1.outcome == .detected },
          medianMilliseconds: Self.median(those.compactMap(\.1.milliseconds))))
    }
    let names = Set(pairs.map(\.0.technique)).sorted()
    card.techniques = names.map { name in
      (name, pairs.contains { $0.0.technique == name && !$0.1.incidents.isEmpty })
    }
  }

  // MARK: Points

  private func fillScore(_ card: inout ScoreCard) {
    let heads = [
      ("finding", weights.finding, finding(card)), ("analysis", weights.analysis, analysis(card)),
      ("handling", weights.handling, naming(card, isInTime: true)),
      ("notification", weights.notification, average(card.campaigns.map { $0.isReportInTime ? 1_000 : 0 })),
      ("cooperation", weights.cooperation, cooperation(card)),
      ("tracing", weights.tracing, naming(card, isInTime: false)),
    ]
    card.heads = heads.map { name, weight, permille in
      ScoreCard.Head(name: name, permille: permille, points: weight * permille / 1_000, weight: weight)
    }
    let total = max(card.heads.reduce(0) { $0 + $1.weight }, 1)
    let reached = card.heads.reduce(0) { $0 + $1.weight * $1.permille }
    // At least as an hour: a short scenario must not make one mistake count for many.
    let hours = max(Int(clamping: card.spanNanoseconds / 3_600_000_000), 1_000)
    let penalty = card.falseIncidents.count * weights.falseIncident * 1_000_000 / hours
    card.penaltyPermille = min(penalty / total, 1_000)
    card.scorePermille = max(reached / total - card.penaltyPermille, 0)
  }

  /// Where there was nothing to find, nothing was missed.
  private func average(_ values: [Int]) -> Int { values.isEmpty ? 1_000 : values.reduce(0, +) / values.count }

  private func finding(_ card: ScoreCard) -> Int {
    average(
      zip(truth.actions, card.actions).filter { $0.0.visible != .none }.map { _, action in
        switch action.outcome {
        case .missed: return 0
        case .logged: return weights.logged * 10
        case .late: return weights.late * 10
        case .detected:
          let isSlow = (action.milliseconds ?? 0) > Int64(weights.findingSeconds) * 1_000
          return weights.detected * (isSlow ? weights.slowPercent : 100) / 10
        }
      })
  }

  /// Completeness times purity, divided by how many incidents tell of one campaign.
  private func analysis(_ card: ScoreCard) -> Int {
    average(
      card.campaigns.map { campaign in
        guard campaign.visible > 0, campaign.evidence > 0 else { return campaign.visible == 0 ? 1_000 : 0 }
        let product = campaign.held * 1_000 / campaign.visible * campaign.own / campaign.evidence
        return product / max(campaign.incidents.count, 1)
      })
  }

  /// Outside sources that the campaign's incidents name: at all, or raised before the campaign was over, so
  /// that they could be blocked.
  private func naming(_ card: ScoreCard, isInTime: Bool) -> Int {
    average(
      zip(truth.campaigns, card.campaigns).flatMap { campaign, score in
        let incidents = observation.incidents.filter { incident in
          score.incidents.contains(incident.identifier)
            && (!isInTime || incident.raisedNanoseconds <= campaign.endNanoseconds ?? 0)
        }
        let named = Set(incidents.flatMap(\.attackers))
        let sources = Set(campaign.actions.filter { $0.visible != .none }.map(\.source)).sorted()
        return sources.filter { !site.isInside($0) }.map { named.contains($0) ? 1_000 : 0 }
      })
  }

  /// Access points of the actions' ends that the campaign's incidents name.
  private func cooperation(_ card: ScoreCard) -> Int {
    average(
      zip(truth.campaigns, card.campaigns).flatMap { campaign, score in
        let incidents = observation.incidents.filter { score.incidents.contains($0.identifier) }
        let named = Set(incidents.flatMap(\.accessPoints))
        let ends = campaign.actions.filter { $0.visible != .none }.flatMap { [$0.source, $0.target] }
        let touched = Set(ends.compactMap { site.accessPoint(of: $0)?.identifier })
        return touched.sorted().map { named.contains($0) ? 1_000 : 0 }
      })
  }

  /// The middle value; of two middle ones, the mean.
  static func median(_ values: [Int64]) -> Int64? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted(), middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
