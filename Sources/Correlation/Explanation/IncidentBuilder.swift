import Events
import Wire

/// Makes an incident of a chain: how grave it is, and why, sentence by sentence.
struct IncidentBuilder {
  let chain: Chain
  let site: SiteModel
  let score: ChainScore
  let commonness: Commonness
  /// The chain that came nearest without being raised, and its score.
  var nearest: (chain: Chain, score: ChainScore)?
  var categories: [String: Text] = [:]

  init(_ chain: Chain, site: SiteModel, commonness: Commonness) {
    self.chain = chain
    self.site = site
    self.commonness = commonness
    score = ChainScore(chain, site: site, commonness: commonness)
  }

  /// First twelve hexadecimal digits of the SHA-256 over who began it, and in which hour: sensors that
  /// differ in which of an attacker's first packets they tell of, and order thresholds otherwise, name it
  /// alike. What a hub does is told apart by whom it hit first.
  static func identifier(_ chain: Chain, namesVictim: (IPAddress) -> Bool = { _ in false }) -> String {
    guard var first = chain.aggregates.first else { return "" }
    for other in chain.aggregates.dropFirst() where isBefore(other, first) { first = other }
    let hour = first.first.timeNanoseconds / 3_600_000_000_000
    let victim = namesVictim(first.key.attacker) ? " \(first.key.victim)" : ""
    return hexadecimal(Digest.sha256(Array("\(hour) \(first.key.attacker)\(victim)".utf8)).prefix(6))
  }

  private static func isBefore(_ left: Aggregate, _ right: Aggregate) -> Bool {
    let (one, other) = (left.first.timeNanoseconds / 1_000, right.first.timeNanoseconds / 1_000)
    if one != other { return one < other }
    if left.key.signatureID != right.key.signatureID { return left.key.signatureID < right.key.signatureID }
    return (left.key.attacker, left.key.victim) < (right.key.attacker, right.key.victim)
  }

  func incident() -> Incident {
    let sentences = explanation
    let points = score.accessPoints
    let units = unique(points.compactMap { site.accessPoint($0)?.unit })
    let total = sentences.reduce(0) { $0 + $1.points }
    var incident = Incident(
      identifier: chain.identifier ?? Self.identifier(chain), version: chain.version, title: title,
      severity: Self.severity(total), score: total, firstNanoseconds: chain.firstNanoseconds,
      lastNanoseconds: chain.lastNanoseconds, raisedNanoseconds: chain.raisedNanoseconds,
      attackers: chain.attackers.all, victims: chain.victims.all, accessPoints: points, units: units,
      districts: unique(units.compactMap { site.unit($0)?.district }),
      tactics: score.steps.map { ($0.tactic, chain.aggregates[$0.first].first.timeNanoseconds) },
      techniques: unique(chain.aggregates.map(\.technique).filter { !$0.isEmpty }),
      aggregates: chain.aggregates, explanation: sentences, alertCount: chain.alertCount)
    incident.formerIdentifiers = chain.formerIdentifiers
    incident.splitFrom = chain.splitFrom
    incident.confidence = confidence
    incident.hosts = hosts
    incident.entities = chain.entities
    incident.categories = unique(chain.aggregates.map(\.category).filter { !$0.isEmpty })
    incident.nextSteps = NextSteps(chain, score: score, site: site).steps
    incident.droppedCount = chain.droppedCount
    return incident
  }

  /// The surest of what was seen; two sure ones that fit together make it high.
  private var confidence: Confidence {
    let sure = chain.aggregates.filter { $0.confidence == .high }
    if sure.count >= 2 || sure.contains(where: { $0.outcome == .success }) { return .high }
    return chain.aggregates.contains { $0.confidence >= .medium } ? .medium : .low
  }

  private var hosts: [IncidentHost] {
    var places: [IPAddress: Place] = [:]
    for aggregate in chain.aggregates {
      places[aggregate.key.attacker] = aggregate.attackerPlace
      places[aggregate.key.victim] = aggregate.victimPlace
    }
    return unique(chain.attackers.all + chain.victims.all).map { host in
      IncidentHost(
        address: host, isAttacker: chain.attackers.contains(host), isVictim: chain.victims.contains(host),
        asset: site.asset(at: host)?.identifier ?? "", place: places[host] ?? Place())
    }
  }

  private var title: Text {
    let last = score.steps.max { $0.tactic < $1.tactic }?.tactic ?? .reconnaissance
    let origin = chain.attackers.all.first.map { name($0) } ?? ""
    let count = chain.victims.all.count
    return Text(
      "\(origin): \(last.name.english) against \(count) host\(count == 1 ? "" : "s")",
      "\(origin)：对 \(count) 台主机的\(last.name.chinese)")
  }

  static func severity(_ score: Int) -> Incident.Severity {
    if score >= Weights.critical { return .critical }
    if score >= Weights.high { return .high }
    return score >= Weights.medium ? .medium : .low
  }

  /// The address, with the asset's name where there is one.
  func name(_ address: IPAddress) -> String {
    guard let asset = site.asset(at: address) else { return "\(address)" }
    return "\(asset.name) (\(address))"
  }

  private func unique<T: Hashable>(_ values: [T]) -> [T] {
    var seen: Set<T> = []
    return values.filter { seen.insert($0).inserted }
  }
}

/// Lower-case hexadecimal digits of some bytes.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return String(decoding: text, as: UTF8.self)
}
