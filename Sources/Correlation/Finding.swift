import Events
package import Wire

/// How sure it is that what was seen is what it is taken for.
package enum Confidence: UInt8, Sendable, Codable, CaseIterable, Comparable {
  case low, medium, high

  package static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }

  /// From a rule's metadata: `High`, `medium`.
  package init?(_ text: String) {
    switch text.lowercased() {
    case "low": self = .low
    case "medium": self = .medium
    case "high": self = .high
    default: return nil
    }
  }

  /// The word, in both languages.
  package var name: Text {
    switch self {
    case .low: Text("low", "低")
    case .medium: Text("medium", "中")
    case .high: Text("high", "高")
    }
  }
}

/// What came of an attack, as far as it was seen.
package enum Outcome: String, Sendable, Codable, CaseIterable {
  case attempt, success
}

/// Something that speaks of an attack, in one form whatever saw it: a signature's alert, a pattern of
/// behaviour, a Sigma rule. The correlator takes nothing else.
package struct Finding: Sendable, Codable {
  /// Groups of what is no signature of a rule file: patterns and Sigma rules have numbers of their own there.
  package static let patternGroup: UInt32 = 0xf001
  package static let sigmaGroup: UInt32 = 0xf002

  /// The rule's group and number; for patterns and Sigma, a group of above and a number that never changes.
  package var group: UInt32
  package var number: UInt32
  package var message: Text
  package var tactic: Tactic
  /// ATT&CK technique (`T1190`), or empty.
  package var technique: String
  package var outcome: Outcome
  package var confidence: Confidence
  package var attacker: IPAddress
  package var victim: IPAddress
  /// A Sigma correlation rule: it is a reason to raise by itself.
  package var isCorrelation = false
  /// Further entities that tie it to others: domain, account, certificate, file.
  package var entities: [Entity] = []
  /// Where in the traffic it was seen; its time is the finding's.
  package var evidence: Evidence
  /// Category of the operator's national table, or empty.
  package var category = ""
  /// Tags of the frame, that tell access points with the same ranges apart.
  package var vlans: [UInt16] = []
  package var pppoeSession: UInt16 = 0

  package init(
    group: UInt32, number: UInt32, message: Text, tactic: Tactic, technique: String = "",
    outcome: Outcome = .attempt, confidence: Confidence = .medium, attacker: IPAddress, victim: IPAddress,
    evidence: Evidence
  ) {
    self.group = group
    self.number = number
    self.message = message
    self.tactic = tactic
    self.technique = technique
    self.outcome = outcome
    self.confidence = confidence
    self.attacker = attacker
    self.victim = victim
    self.evidence = evidence
  }

  /// A number for a pattern's or Sigma rule's name that is the same everywhere: FNV-1a over its bytes.
  package static func number(of name: String) -> UInt32 {
    var hash: UInt32 = 0x811c_9dc5
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return hash
  }

  /// The entities by which it joins others: looking ties nothing, and an account only once it is used, as
  /// many guess the same names.
  var ties: [Entity] {
    guard tactic >= .initialAccess, tactic != .discovery else { return [] }
    return entities.filter { entity in
      if case .account = entity { return outcome == .success || tactic >= .lateralMovement }
      return true
    }
  }

  /// The inside end calls or sends out: who is called is the attacker.
  var callsOut: Bool { tactic == .commandAndControl || tactic == .exfiltration }
}
