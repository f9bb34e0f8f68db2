package import Events
package import Wire

/// Equal findings counted as one: the same signature, attacker, victim and access point.
package struct Aggregate: Sendable, Codable {
  package struct Key: Sendable, Hashable, Codable {
    package let signatureGroup: UInt32
    package let signatureID: UInt32
    package let attacker: IPAddress
    package let victim: IPAddress
    /// Access point of the victim, else of the attacker, or empty.
    package let accessPoint: String
  }

  package let key: Key
  package let text: Text
  package let tactic: Tactic
  package let technique: String
  package var outcome: Outcome
  /// The success was not answered in the traffic, but shown by what the victim did next.
  package var isInferred = false
  package var confidence: Confidence
  package var isCorrelation = false
  /// Category of the operator's national table, or empty.
  package var category = ""
  package var attackerPlace = Place()
  package var victimPlace = Place()
  package var first: Evidence
  package var last: Evidence
  package var count: UInt64 = 1

  /// The signature's message.
  package var message: String { text.english }
  package var isHighConfidence: Bool { confidence == .high }
}

/// A pointer to what was seen: enough to find the alert, the flow and the packet again.
package struct Evidence: Sendable, Hashable, Codable {
  /// What kind of record it points to.
  package enum Kind: String, Sendable, Codable { case alert, flow, record }

  package let kind: Kind
  package let order: EventOrder
  package let timeNanoseconds: Int64
  package let signatureID: UInt32
  package let endpoints: Endpoints
  /// Host and URL, server name or query, as the alert had it.
  package let subject: String

  package init(_ alert: AlertEvent) {
    self.init(
      kind: .alert, order: alert.order, timeNanoseconds: alert.timeNanoseconds,
      signatureID: alert.signature.id, endpoints: alert.endpoints, subject: alert.subject)
  }

  package init(
    kind: Kind, order: EventOrder, timeNanoseconds: Int64, signatureID: UInt32 = 0, endpoints: Endpoints,
    subject: String = ""
  ) {
    self.kind = kind
    self.order = order
    self.timeNanoseconds = timeNanoseconds
    self.signatureID = signatureID
    self.endpoints = endpoints
    self.subject = subject
  }

  /// Name of the alert within its run: packet number and sequence.
  package var alertName: String { "\(order.packet).\(order.sequence)" }

  /// Earlier by time in microseconds, as that is all that EVE tells, then by what it says: the same whoever
  /// delivers it, and in whatever order. Its place in the run decides only among those that say the same.
  func isBefore(_ other: Evidence) -> Bool {
    let (one, two) = (timeNanoseconds / 1_000, other.timeNanoseconds / 1_000)
    if one != two { return one < two }
    if signatureID != other.signatureID { return signatureID < other.signatureID }
    let (ends, others) = (endpoints, other.endpoints)
    if (ends.source, ends.destination) != (others.source, others.destination) {
      return (ends.source, ends.destination) < (others.source, others.destination)
    }
    if (ends.sourcePort, ends.destinationPort) != (others.sourcePort, others.destinationPort) {
      return (ends.sourcePort, ends.destinationPort) < (others.sourcePort, others.destinationPort)
    }
    return order < other.order
  }

  /// It was in the same microsecond.
  func isAtOnce(with other: Evidence) -> Bool {
    timeNanoseconds / 1_000 == other.timeNanoseconds / 1_000
  }
}

/// One sentence of an explanation: the points it gave and the evidence it stands on.
package struct Sentence: Sendable, Codable {
  /// What part of the story it tells, for reports that order by it.
  package enum Part: String, Sendable, Codable {
    case reason, step, success, progression, roleFlip, spread, importance, volume, damping, threshold
    case nearest, losses
  }

  package let part: Part
  package let text: Text
  package let points: Int
  package let evidence: [Evidence]

  package init(_ part: Part, _ text: Text, points: Int = 0, evidence: [Evidence] = []) {
    self.part = part
    self.text = text
    self.points = points
    self.evidence = evidence
  }
}

/// What may come next, and what to look at before it does.
package struct NextStep: Sendable, Codable {
  package let tactic: Tactic
  /// Hosts it would concern.
  package let hosts: [IPAddress]
  package let expectation: Text
  package let check: Text
}

/// A host of an incident, its part in it, and where it stands.
package struct IncidentHost: Sendable, Codable {
  package let address: IPAddress
  package let isAttacker: Bool
  package let isVictim: Bool
  /// The site's asset there, or empty.
  package let asset: String
  package let place: Place
}

/// What an analyst acts on: alerts that belong together, with the reasons.
package struct Incident: Sendable {
  package enum Severity: UInt8, Sendable, CaseIterable, Comparable, Codable {
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
  /// Identifiers of incidents that turned out to be this one, in order of merging.
  package var formerIdentifiers: [String] = []
  /// The incident from which it was split, or empty.
  package var splitFrom = ""
  /// Raised with every revision.
  package var version: UInt32
  package var title: Text
  package var severity: Severity
  package var score: Int
  package var confidence: Confidence = .medium
  package var firstNanoseconds: Int64
  package var lastNanoseconds: Int64
  /// Time of the alert with which it was raised.
  package var raisedNanoseconds: Int64
  package var attackers: [IPAddress]
  package var victims: [IPAddress]
  /// Attackers and victims with their places, in order of first appearance.
  package var hosts: [IncidentHost] = []
  /// Domains, accounts, certificates and files that hold it together.
  package var entities: [Entity] = []
  /// Identifiers of the site model, in order of first appearance.
  package var accessPoints: [String]
  package var units: [String]
  package var districts: [String]
  /// Tactics in the order of the intrusion, with the time each was first seen.
  package var tactics: [(tactic: Tactic, firstNanoseconds: Int64)]
  package var techniques: [String]
  /// Categories of the operator's national table, in order of first appearance.
  package var categories: [String] = []
  package var aggregates: [Aggregate]
  package var explanation: [Sentence]
  package var nextSteps: [NextStep] = []
  /// Alerts behind it.
  package var alertCount: UInt64
  /// Of these, alerts whose aggregates had to leave for want of room.
  package var droppedCount: UInt64 = 0
}

extension EventOrder: Codable {
  /// Reads packet, flow and sequence.
  package init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    self.init(
      packet: try values.decode(UInt64.self), flow: try values.decode(UInt64.self),
      sequence: try values.decode(UInt32.self))
  }

  /// Writes packet, flow and sequence.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(packet)
    try values.encode(flow)
    try values.encode(sequence)
  }
}

extension Endpoints: Codable {
  /// Reads both ends and the protocol.
  package init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    self.init(
      source: try values.decode(IPAddress.self), destination: try values.decode(IPAddress.self),
      sourcePort: try values.decode(UInt16.self), destinationPort: try values.decode(UInt16.self),
      ipProtocol: try values.decode(UInt8.self))
  }

  /// Writes both ends and the protocol.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(source)
    try values.encode(destination)
    try values.encode(sourcePort)
    try values.encode(destinationPort)
    try values.encode(ipProtocol)
  }
}
