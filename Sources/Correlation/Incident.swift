package import Events
package import Wire

/// Equal alerts counted as one: the same signature, attacker, victim and access point.
package struct Aggregate: Sendable {
  package struct Key: Sendable, Hashable {
    package let signatureGroup: UInt32
    package let signatureID: UInt32
    package let attacker: IPAddress
    package let victim: IPAddress
    /// Access point of the victim, else of the attacker, or empty.
    package let accessPoint: String
  }

  package let key: Key
  package let message: String
  package let tactic: Tactic
  package let technique: String
  package var outcome: Assessment.Outcome
  package var isHighConfidence: Bool
  package let first: Evidence
  package var last: Evidence
  package var count: UInt64 = 1
}

/// A pointer to what was seen: enough to find the alert, the flow and the packet again.
package struct Evidence: Sendable, Hashable {
  package let order: EventOrder
  package let timeNanoseconds: Int64
  package let signatureID: UInt32
  package let endpoints: Endpoints
  /// Host and URL, server name or query, as the alert had it.
  package let subject: String

  package init(_ alert: AlertEvent) {
    order = alert.order
    timeNanoseconds = alert.timeNanoseconds
    signatureID = alert.signature.id
    endpoints = alert.endpoints
    subject = alert.subject
  }

  /// Name of the alert within its run: packet number and sequence.
  package var alertName: String { "\(order.packet).\(order.sequence)" }
}

/// One sentence of an explanation: the points it gave and the evidence it stands on.
package struct Sentence: Sendable {
  package let text: Text
  package let points: Int
  package let evidence: [Evidence]

  package init(_ text: Text, points: Int = 0, evidence: [Evidence] = []) {
    self.text = text
    self.points = points
    self.evidence = evidence
  }
}

/// What an analyst acts on: alerts that belong together, with the reasons.
package struct Incident: Sendable {
  package enum Severity: UInt8, Sendable, CaseIterable, Comparable {
    case low, medium, high, critical

    package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

    package var name: Text {
      switch self {
      case .low: return Text("low", "低")
      case .medium: return Text("medium", "中")
      case .high: return Text("high", "高")
      case .critical: return Text("critical", "严重")
      }
    }
  }

  /// Hash of the earliest evidence: the same however often, and with how many workers, the traffic is read.
  package let identifier: String
  /// Raised with every revision.
  package var version: UInt32
  package var title: Text
  package var severity: Severity
  package var score: Int
  package var firstNanoseconds: Int64
  package var lastNanoseconds: Int64
  /// Time of the alert with which it was raised.
  package var raisedNanoseconds: Int64
  package var attackers: [IPAddress]
  package var victims: [IPAddress]
  /// Identifiers of the site model, in order of first appearance.
  package var accessPoints: [String]
  package var units: [String]
  package var districts: [String]
  /// Tactics in the order of the intrusion, with the time each was first seen.
  package var tactics: [(tactic: Tactic, firstNanoseconds: Int64)]
  package var techniques: [String]
  package var aggregates: [Aggregate]
  package var explanation: [Sentence]
  /// Alerts behind it.
  package var alertCount: UInt64
}
