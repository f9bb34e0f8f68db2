package import Correlation
package import Wire

/// What a run saw, as the scoring takes it: alerts, and the incidents that hold them.
package struct Observation: Sendable {
  /// One alert, or what stands for one in an incident's evidence.
  package struct Evidence: Sendable {
    package var timeNanoseconds: Int64
    /// Both ends, in no order.
    package var ends: [IPAddress]
    package var signature: UInt32
    /// ATT&CK's technique and tactic as the rule or pattern has them; empty where it has none.
    package var technique: String
    package var tactic: String
    /// The incident that holds it; nil: none does.
    package var incident: String?
    package var message: String

    package init(
      timeNanoseconds: Int64, ends: [IPAddress], signature: UInt32, technique: String = "",
      tactic: String = "", incident: String? = nil, message: String = ""
    ) {
      self.timeNanoseconds = timeNanoseconds
      self.ends = ends
      self.signature = signature
      self.technique = technique
      self.tactic = tactic
      self.incident = incident
      self.message = message
    }
  }

  /// An incident that was raised.
  package struct Incident: Sendable {
    package var identifier: String
    package var raisedNanoseconds: Int64
    package var attackers: [IPAddress]
    package var accessPoints: [String]
    package var title: Text

    package init(
      identifier: String, raisedNanoseconds: Int64, attackers: [IPAddress] = [], accessPoints: [String] = [],
      title: Text = Text("", "")
    ) {
      self.identifier = identifier
      self.raisedNanoseconds = raisedNanoseconds
      self.attackers = attackers
      self.accessPoints = accessPoints
      self.title = title
    }
  }

  package var evidence: [Evidence] = []
  package var incidents: [Incident] = []
  /// First and last packet.
  package var firstNanoseconds: Int64 = 0
  package var lastNanoseconds: Int64 = 0

  package init() {}
}
