package import Events
import Wire

/// Brings alerts into the form that correlation takes: tactic, technique, who attacks whom, how sure, and
/// what came of it.
///
/// A signature's meaning is worked out once: by its rule's metadata, else by the map. What is left for an
/// alert is who attacks whom.
package struct Normaliser {
  private struct Meaning {
    let entry: TacticMap.Entry?
    let aimsAtClients: Bool
  }

  private struct Key: Hashable {
    let group: UInt32
    let number: UInt32
    let revision: UInt32
  }

  private let map: TacticMap
  private var meanings: [Key: Meaning] = [:]
  /// A rule set has some ten thousand rules; more than this is made up by a hostile sender.
  private static let meaningsMax = 200_000

  package init(map: TacticMap = .standard) {
    self.map = map
  }

  /// What the alert says of an attack; nil: nothing.
  package mutating func finding(_ alert: AlertEvent, site: SiteModel) -> Finding? {
    let meaning = meaning(of: alert)
    guard let entry = meaning.entry, !entry.isIgnored, let tactic = entry.tactic else { return nil }
    let outcome = entry.outcome ?? .attempt
    let (attacker, victim) = roles(alert, meaning, tactic: tactic, site: site)
    var finding = Finding(
      group: alert.signature.group, number: alert.signature.id,
      message: Text(alert.signature.message, alert.signature.message), tactic: tactic,
      technique: entry.technique ?? "", outcome: outcome,
      confidence: entry.confidence ?? (outcome == .success ? .high : .medium), attacker: attacker,
      victim: victim, evidence: Evidence(alert))
    finding.category = entry.category ?? map.category(technique: finding.technique)
    if finding.callsOut, let domain = Self.domain(alert.host.isEmpty ? alert.subject : alert.host) {
      finding.entities = [.domain(domain)]
    }
    finding.entities += TraceSighting.entities(
      alert.traces, sender: alert.endpoints.source,
      server: alert.isToServer ? alert.endpoints.destination : alert.endpoints.source,
      applicationProtocol: alert.applicationProtocol, site: site)
    finding.vlans = alert.vlans
    finding.pppoeSession = alert.pppoeSession
    return finding
  }

  private mutating func meaning(of alert: AlertEvent) -> Meaning {
    let signature = alert.signature
    let key = Key(group: signature.group, number: signature.id, revision: signature.revision)
    if let known = meanings[key] { return known }
    var entry =
      map.entry(
        group: signature.group, number: signature.id, classType: signature.classType,
        category: signature.category)
      ?? TacticMap.Entry()
    func value(_ key: String) -> String? { signature.metadata.first { $0.key == key }?.value }
    let named =
      value("mitre_tactic_id").flatMap { Tactic($0) } ?? value("mitre_tactic_name").flatMap { Tactic($0) }
    // A classification's outcome goes with its own tactic: beside another one it says nothing.
    entry.tactic = named ?? entry.tactic
    entry.technique = value("mitre_technique_id") ?? entry.technique
    entry.outcome = value("attack_outcome").flatMap { Outcome(rawValue: $0.lowercased()) } ?? entry.outcome
    entry.confidence = value("confidence").flatMap { Confidence($0) } ?? entry.confidence
    let meaning = Meaning(
      entry: entry.tactic == nil ? nil : entry,
      aimsAtClients: value("attack_target").map { $0.lowercased().hasPrefix("client") } ?? false)
    if meanings.count < Self.meaningsMax { meanings[key] = meaning }
    return meaning
  }

  /// Who attacks whom. The map decides, then the rule's `target`; else an inside host that calls or sends out
  /// is the victim of whom it calls, a client that is aimed at that of its server; else the client of the
  /// flow attacks its server.
  private func roles(
    _ alert: AlertEvent, _ meaning: Meaning, tactic: Tactic, site: SiteModel
  ) -> (IPAddress, IPAddress) {
    let ends = alert.endpoints
    let client = alert.isToServer ? ends.source : ends.destination
    let server = alert.isToServer ? ends.destination : ends.source
    switch meaning.entry?.attacker {
    case .client: return (client, server)
    case .server: return (server, client)
    case .source: return (ends.source, ends.destination)
    case .destination: return (ends.destination, ends.source)
    case nil: break
    }
    switch alert.signature.target {
    case .source: return (ends.destination, ends.source)
    case .destination: return (ends.source, ends.destination)
    case nil: break
    }
    let callsOut = tactic == .commandAndControl || tactic == .exfiltration
    let isAimedAt = meaning.aimsAtClients && (tactic == .initialAccess || tactic == .execution)
    if callsOut || isAimedAt, site.isInside(client), !site.isInside(server) { return (server, client) }
    return (client, server)
  }

  /// The name of a host at the beginning of a subject (`host/path`, a server name, a query); nil for
  /// addresses and anything else.
  static func domain(_ subject: String) -> String? {
    let bytes = subject.utf8.prefix { $0 != 0x2f && $0 != 0x20 && $0 != 0x3a }
    guard bytes.count >= 4, bytes.count <= 253, bytes.contains(0x2e) else { return nil }
    var hasLetter = false
    for byte in bytes {
      switch byte {
      case 0x61...0x7a, 0x41...0x5a: hasLetter = true
      case 0x30...0x39, 0x2d, 0x2e, 0x5f: break
      default: return nil
      }
    }
    guard hasLetter else { return nil }
    // Tunnels put their data into the front labels: the last three say whose it is.
    let labels = String(decoding: bytes, as: UTF8.self).lowercased().split(separator: ".")
    return labels.suffix(3).joined(separator: ".")
  }
}
