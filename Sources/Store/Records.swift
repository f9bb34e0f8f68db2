package import Correlation
import GRDB

/// An alert as it is stored and shown: every value is text or a number that a terminal and JSON can take.
package struct AlertRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
  package static let databaseTableName = "alerts"

  package var run: Int64
  /// Packet number and sequence, together the alert's name.
  package var packet: Int64
  package var sequence: Int64
  /// Nanoseconds since 1970 (UTC).
  package var time: Int64
  package var flow: Int64
  package var transactionNumber: Int64?
  package var gid: Int64
  package var sid: Int64
  package var revision: Int64
  package var message: String
  package var category: String
  package var priority: Int
  package var action: String
  package var source: String
  package var sourcePort: Int
  package var destination: String
  package var destinationPort: Int
  package var ipProtocol: Int
  package var applicationProtocol: String
  package var subject: String
  /// Incident that it belongs to, or nil.
  package var incident: String?
  /// The EVE line.
  package var eve: String
  // Places of both ends, by the site: access point, unit and district, empty outside. Databases of earlier
  // forms have none.
  package var sourcePoint: String?
  package var sourceUnit: String?
  package var sourceDistrict: String?
  package var destinationPoint: String?
  package var destinationUnit: String?
  package var destinationDistrict: String?
}

/// A flow as it is stored and shown.
package struct FlowRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
  package static let databaseTableName = "flows"

  package var run: Int64
  package var flow: Int64
  /// Nanoseconds since 1970 (UTC).
  package var start: Int64
  package var end: Int64
  package var client: String
  package var clientPort: Int
  package var server: String
  package var serverPort: Int
  package var ipProtocol: Int
  package var applicationProtocol: String
  package var state: String
  package var packetsToServer: Int64
  package var packetsToClient: Int64
  package var bytesToServer: Int64
  package var bytesToClient: Int64
  package var alerted: Bool
  package var pppoeSession: Int
  // Places of both ends, as an alert's.
  package var clientPoint: String?
  package var clientUnit: String?
  package var clientDistrict: String?
  package var serverPoint: String?
  package var serverUnit: String?
  package var serverDistrict: String?
}

/// One sentence of an explanation as it is stored and shown.
package struct SentenceRecord: Codable, Sendable {
  package let english: String
  package let chinese: String
  package let points: Int
  /// Names of the alerts (packet.sequence) that it stands on.
  package let evidence: [String]
  /// Packet numbers in the capture.
  package let packets: [UInt64]
}

/// Equal alerts counted as one, as stored and shown.
package struct AggregateRecord: Codable, Sendable {
  package let sid: UInt32
  package let message: String
  package let attacker: String
  package let victim: String
  package let accessPoint: String
  package let tactic: String
  package let technique: String
  package let outcome: String
  package let count: UInt64
  /// Nanoseconds since 1970 (UTC).
  package let first: Int64
  package let last: Int64
  package let firstAlert: String
  package let lastAlert: String
}

/// A tactic of an incident and when it was first seen.
package struct TacticRecord: Codable, Sendable {
  package let tactic: String
  package let name: Text
  package let first: Int64
}

/// An incident as it is stored and shown.
package struct IncidentRecord: Codable, Sendable {
  package let id: String
  package let version: UInt32
  package let title: Text
  package let severity: String
  package let severityName: Text
  package let score: Int
  /// Nanoseconds since 1970 (UTC).
  package let first: Int64
  package let last: Int64
  package let raised: Int64
  package let attackers: [String]
  package let victims: [String]
  package let accessPoints: [String]
  package let units: [String]
  package let districts: [String]
  package let tactics: [TacticRecord]
  package let techniques: [String]
  package let aggregates: [AggregateRecord]
  package let explanation: [SentenceRecord]
  package let alerts: UInt64
  // Later forms have more; databases of earlier ones are read without.
  package let confidence: String?
  /// Incidents that turned out to be this one, and the one that it was split from.
  package let formerIDs: [String]?
  package let splitFrom: String?
  package let hosts: [HostRecord]?
  /// Domains, accounts, certificates and files: kind and value.
  package let entities: [[String]]?
  package let categories: [String]?
  package let nextSteps: [NextStepRecord]?
  /// Alerts that are counted only.
  package let dropped: UInt64?

  /// The stored form of an incident.
  package init(_ incident: Incident) {
    id = incident.identifier
    version = incident.version
    title = incident.title
    severity = "\(incident.severity)"
    severityName = incident.severity.name
    score = incident.score
    first = incident.firstNanoseconds
    last = incident.lastNanoseconds
    raised = incident.raisedNanoseconds
    attackers = incident.attackers.map(\.description)
    victims = incident.victims.map(\.description)
    accessPoints = incident.accessPoints
    units = incident.units
    districts = incident.districts
    tactics = incident.tactics.map {
      TacticRecord(tactic: $0.tactic.shortName, name: $0.tactic.name, first: $0.firstNanoseconds)
    }
    techniques = incident.techniques
    aggregates = incident.aggregates.map { AggregateRecord($0) }
    explanation = incident.explanation.map { SentenceRecord($0) }
    alerts = incident.alertCount
    confidence = "\(incident.confidence)"
    formerIDs = incident.formerIdentifiers
    splitFrom = incident.splitFrom
    hosts = incident.hosts.map { HostRecord($0) }
    entities = incident.entities.map { [$0.kind, $0.text] }
    categories = incident.categories
    nextSteps = incident.nextSteps.map { NextStepRecord($0) }
    dropped = incident.droppedCount
  }
}

/// A host of an incident as stored and shown: its part, and where it stands.
package struct HostRecord: Codable, Sendable {
  package let address: String
  package let isAttacker: Bool
  package let isVictim: Bool
  package let asset: String
  package let accessPoint: String
  package let unit: String
  package let district: String

  init(_ host: IncidentHost) {
    address = host.address.description
    isAttacker = host.isAttacker
    isVictim = host.isVictim
    asset = host.asset
    accessPoint = host.place.accessPoint
    unit = host.place.unit
    district = host.place.district
  }
}

/// What may come next, as stored and shown.
package struct NextStepRecord: Codable, Sendable {
  package let tactic: String
  package let hosts: [String]
  package let expectation: Text
  package let check: Text

  init(_ step: NextStep) {
    tactic = step.tactic.shortName
    hosts = step.hosts.map(\.description)
    expectation = step.expectation
    check = step.check
  }
}

extension AggregateRecord {
  init(_ aggregate: Aggregate) {
    sid = aggregate.key.signatureID
    message = aggregate.message
    attacker = aggregate.key.attacker.description
    victim = aggregate.key.victim.description
    accessPoint = aggregate.key.accessPoint
    tactic = aggregate.tactic.shortName
    technique = aggregate.technique
    outcome = aggregate.outcome.rawValue
    count = aggregate.count
    first = aggregate.first.timeNanoseconds
    last = aggregate.last.timeNanoseconds
    firstAlert = aggregate.first.alertName
    lastAlert = aggregate.last.alertName
  }
}

extension SentenceRecord {
  init(_ sentence: Sentence) {
    english = sentence.text.english
    chinese = sentence.text.chinese
    points = sentence.points
    evidence = sentence.evidence.map(\.alertName)
    packets = sentence.evidence.map(\.order.packet)
  }
}
