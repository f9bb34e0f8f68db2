package import Events
package import Wire

/// What an alert means for correlation: tactic, technique, outcome, and who attacks whom.
package struct Assessment: Sendable {
  package enum Outcome: String, Sendable {
    case attempt, success
  }

  package let tactic: Tactic
  /// ATT&CK technique (`T1190`), or empty.
  package let technique: String
  package let outcome: Outcome
  package let isHighConfidence: Bool
  package let attacker: IPAddress
  package let victim: IPAddress

  /// Judges an alert by its rule's metadata, else by its classification. Nil: it says nothing of an attack.
  package init?(_ alert: AlertEvent, site: SiteModel) {
    let metadata = alert.signature.metadata
    func value(_ key: String) -> String? { metadata.first { $0.key == key }?.value }
    let named =
      value("mitre_tactic_id").flatMap { Tactic($0) } ?? value("mitre_tactic_name").flatMap { Tactic($0) }
    guard let tactic = named ?? Self.tacticsByClass[alert.signature.classType] else { return nil }
    self.tactic = tactic
    technique = value("mitre_technique_id") ?? ""
    let confidence = value("confidence")?.lowercased()
    outcome =
      value("attack_outcome") == "success" || Self.successClasses.contains(alert.signature.classType)
      ? .success : .attempt
    isHighConfidence = confidence == "high" || (confidence == nil && outcome == .success)
    (attacker, victim) = Self.roles(alert, tactic: tactic, site: site)
  }

  /// Who attacks whom. The rule's `target` decides; else an inside host that calls or sends out is the victim
  /// of whom it calls; else the client of the flow attacks its server.
  private static func roles(_ alert: AlertEvent, tactic: Tactic, site: SiteModel) -> (IPAddress, IPAddress) {
    let ends = alert.endpoints
    switch alert.signature.target {
    case .source: return (ends.destination, ends.source)
    case .destination: return (ends.source, ends.destination)
    case nil: break
    }
    let client = alert.isToServer ? ends.source : ends.destination
    let server = alert.isToServer ? ends.destination : ends.source
    let callsOut = tactic == .commandAndControl || tactic == .exfiltration
    if callsOut, site.isInside(client), !site.isInside(server) { return (server, client) }
    return (client, server)
  }

  /// Classifications that see a success rather than an attempt.
  private static let successClasses: Set<String> = [
    "successful-admin", "successful-user", "successful-recon-largescale", "successful-recon-limited",
    "successful-dos", "trojan-activity", "command-and-control", "domain-c2", "exfiltration",
    "successful-credential-theft",
  ]

  /// The tactic that a classification stands for, where the rule's metadata names none.
  private static let tacticsByClass: [String: Tactic] = [
    "attempted-recon": .reconnaissance, "successful-recon-limited": .reconnaissance,
    "successful-recon-largescale": .reconnaissance, "network-scan": .reconnaissance,
    "web-application-attack": .initialAccess, "web-application-activity": .initialAccess,
    "attempted-admin": .initialAccess, "attempted-user": .initialAccess, "exploit-kit": .initialAccess,
    "social-engineering": .initialAccess, "successful-admin": .execution, "successful-user": .execution,
    "shellcode-detect": .execution, "system-call-detect": .execution, "suspicious-login": .credentialAccess,
    "default-login-attempt": .credentialAccess, "unsuccessful-user": .credentialAccess,
    "credential-theft": .credentialAccess, "successful-credential-theft": .credentialAccess,
    "trojan-activity": .commandAndControl, "command-and-control": .commandAndControl,
    "domain-c2": .commandAndControl, "targeted-activity": .commandAndControl, "coin-mining": .impact,
    "exfiltration": .exfiltration, "denial-of-service": .impact, "attempted-dos": .impact,
    "successful-dos": .impact,
  ]
}
