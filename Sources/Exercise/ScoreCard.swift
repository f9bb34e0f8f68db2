/// What an exercise came to. The coded keys are the form that other programs read.
package struct ScoreCard: Sendable, Equatable {
  /// What became of an action.
  package enum Outcome: String, Sendable, CaseIterable, Codable {
    /// An incident holds it.
    case detected
    /// An alert saw it, that is in no incident.
    case logged
    /// An incident holds it, but only since the campaign was over.
    case late
    case missed
  }

  package struct Action: Sendable, Equatable {
    package var id: String
    package var outcome: Outcome
    /// From its first packet until an incident that was raised held it; nil where none does.
    package var milliseconds: Int64?
    package var incidents: [String]
    package var signatures: [UInt32]
    /// First alert of it, in an incident or not.
    package var firstAlertNanoseconds: Int64?
  }

  package struct Campaign: Sendable, Equatable {
    package var id: String
    /// Incidents that hold its actions.
    package var incidents: [String]
    /// Visible actions that they hold, and how many there are.
    package var held: Int
    package var visible: Int
    /// Evidence in those incidents that is its own, and all of it.
    package var own: Int
    package var evidence: Int
    /// From its first action until its first incident.
    package var reportMilliseconds: Int64?
    package var isReportInTime: Bool

    package var completeness: Double { ScoreCard.share(held, visible) }
    package var purity: Double { ScoreCard.share(own, evidence) }
  }

  /// Counts of a tactic.
  package struct Stage: Sendable, Equatable {
    package var tactic: String
    package var actions: Int
    package var detected: Int
    package var medianMilliseconds: Int64?
  }

  /// Points of one head of the scoring.
  package struct Head: Sendable, Equatable {
    package var name: String
    /// Thousandths of the head's points that were reached.
    package var permille: Int
    package var points: Int
    package var weight: Int
  }

  package var actions: [Action] = []
  package var campaigns: [Campaign] = []
  package var stages: [Stage] = []
  package var techniques: [(name: String, isCovered: Bool)] = []
  /// Incidents that hold no action of the red side.
  package var falseIncidents: [String] = []
  package var spanNanoseconds: Int64 = 0
  package var medianMilliseconds: Int64?
  package var heads: [Head] = []
  /// Points taken off for false incidents, in thousandths of all points.
  package var penaltyPermille = 0
  /// Thousandths of all points.
  package var scorePermille = 0

  package init() {}

  /// False incidents in an hour of the scenario's time.
  package var falsePerHour: Double {
    guard spanNanoseconds > 0 else { return 0 }
    let perHour = Double(falseIncidents.count) * 3_600e9 / Double(spanNanoseconds)
    return (perHour * 1_000).rounded() / 1_000
  }

  /// A share with four digits.
  static func share(_ part: Int, _ whole: Int) -> Double {
    whole > 0 ? (Double(part) * 10_000 / Double(whole)).rounded() / 10_000 : 0
  }

  package static func == (left: ScoreCard, right: ScoreCard) -> Bool {
    left.actions == right.actions && left.campaigns == right.campaigns && left.stages == right.stages
      && left.falseIncidents == right.falseIncidents && left.scorePermille == right.scorePermille
      && left.heads == right.heads && left.medianMilliseconds == right.medianMilliseconds
  }
}

// The form that other programs read.
extension ScoreCard: Encodable {
  private struct ActionForm: Encodable {
    let id: String
    let outcome: Outcome
    let seconds: Double?

    enum CodingKeys: CodingKey { case id, outcome, seconds }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(outcome, forKey: .outcome)
      try container.encode(seconds, forKey: .seconds)
    }
  }

  private struct CampaignForm: Encodable {
    let id: String
    let incidents: Int
    let completeness: Double
    let purity: Double
  }

  private enum CodingKeys: String, CodingKey {
    case actions, campaigns, score
    case falseIncidents = "false_incidents"
    case falsePerHour = "false_per_hour"
    case medianSeconds = "median_seconds"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      actions.map {
        ActionForm(id: $0.id, outcome: $0.outcome, seconds: $0.milliseconds.map { Double($0) / 1_000 })
      }, forKey: .actions)
    try container.encode(
      campaigns.map {
        CampaignForm(
          id: $0.id, incidents: $0.incidents.count, completeness: $0.completeness, purity: $0.purity)
      }, forKey: .campaigns)
    try container.encode(falseIncidents.count, forKey: .falseIncidents)
    try container.encode(falsePerHour, forKey: .falsePerHour)
    try container.encode(medianMilliseconds.map { Double($0) / 1_000 }, forKey: .medianSeconds)
    try container.encode(Double(scorePermille) / 10, forKey: .score)
  }
}
