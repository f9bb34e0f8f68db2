import COpenSSL
import Events
import Wire

/// Weighs a chain: whether it is an incident, how grave, and why, sentence by sentence.
struct IncidentBuilder {
  let chain: Chain
  let site: SiteModel

  /// Progression over two tactics, one of them beyond looking, or one success seen with high confidence.
  var isToBeRaised: Bool {
    let seen = Set(chain.aggregates.map(\.tactic))
    let progressed = seen.count >= 2 && seen.contains { $0 >= .initialAccess }
    return progressed || chain.aggregates.contains { $0.outcome == .success && $0.isHighConfidence }
  }

  /// First twelve hexadecimal digits of the SHA-256 over the earliest evidence.
  var identifier: String {
    guard let first = chain.aggregates.min(by: { $0.first.order < $1.first.order }) else { return "" }
    let text =
      "\(first.first.timeNanoseconds) \(first.key.signatureGroup):\(first.key.signatureID) "
      + "\(first.key.attacker) \(first.key.victim)"
    return hexadecimal(Digest.sha256(Array(text.utf8)).prefix(6))
  }

  func incident() -> Incident {
    let sentences = explanation
    let score = sentences.reduce(0) { $0 + $1.points }
    let points = accessPoints
    let units = unique(points.compactMap { id in site.accessPoints.first { $0.identifier == id }?.unit })
    return Incident(
      identifier: chain.identifier ?? identifier, version: chain.version, title: title,
      severity: severity(score),
      score: score, firstNanoseconds: chain.firstNanoseconds, lastNanoseconds: chain.lastNanoseconds,
      raisedNanoseconds: chain.raisedNanoseconds, attackers: chain.attackers, victims: chain.victims,
      accessPoints: points, units: units, districts: unique(units.compactMap { site.unit($0)?.district }),
      tactics: tactics.map { ($0.tactic, $0.first.first.timeNanoseconds) },
      techniques: unique(chain.aggregates.map(\.technique).filter { !$0.isEmpty }),
      aggregates: chain.aggregates,
      explanation: sentences, alertCount: chain.alertCount)
  }

  /// Each tactic with the aggregate that showed it first, in the order of time.
  var tactics: [(tactic: Tactic, first: Aggregate)] {
    var seen: [Tactic: Aggregate] = [:]
    for aggregate in chain.aggregates {
      if let known = seen[aggregate.tactic], known.first.order < aggregate.first.order { continue }
      seen[aggregate.tactic] = aggregate
    }
    return seen.map { ($0.key, $0.value) }.sorted { $0.1.first.order < $1.1.first.order }
  }

  /// Access points of victims and inside attackers, in order of first appearance.
  var accessPoints: [String] {
    let hosts = chain.aggregates.flatMap { [$0.key.victim, $0.key.attacker] }
    return unique(hosts.compactMap { site.accessPoint(of: $0)?.identifier })
  }

  private var title: Text {
    let last = tactics.max { $0.tactic < $1.tactic }?.tactic ?? .reconnaissance
    let origin = chain.attackers.first.map { name($0) } ?? ""
    let count = chain.victims.count
    return Text(
      "\(origin): \(last.name.english) against \(count) host\(count == 1 ? "" : "s")",
      "\(origin)：对 \(count) 台主机的\(last.name.chinese)")
  }

  private func severity(_ score: Int) -> Incident.Severity {
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
