import Events
import Wire

/// Sigma rules in force: detections look at each event by itself, correlations at what detections found, in
/// order of time.
///
/// In: events with their EVE lines. Out: findings, as signatures' alerts are. Detections keep nothing, so
/// that they may look before the watermark; what correlations have seen is in `SigmaWindows`.
package struct SigmaRules: Sendable {
  /// The rules that can match events of a network sensor.
  package let rules: [SigmaRule]
  /// Rules for logs of another kind, that were left out.
  package let foreignCount: Int
  private var numbers: [UInt32] = []
  private var positions: [UInt32: Int] = [:]
  /// Per correlation the positions of the rules that it looks at.
  private var members: [Int: [Int]] = [:]
  /// Rules that speak only through correlations.
  private var silent: Set<Int> = []
  private var wanted: SigmaFields?
  /// Fields that correlations group by, count or sum.
  private var kept: Set<String> = []

  /// Correlations of correlations of correlations: deeper ones nobody writes.
  private static let levelsMax = 4

  package init(_ all: [SigmaRule] = [], keepsForeign: Bool = false) {
    rules = keepsForeign ? all : all.filter { !$0.isForeign }
    foreignCount = all.count - rules.count
    numbers = rules.map { Finding.number(of: $0.identifier) }
    for (position, number) in numbers.enumerated() { positions[number] = position }
    var fields: Set<String> = ["event_type", "timestamp", "dns.queries.rrname", "dns.queries.rrtype"]
    var hasKeywords = false
    for (position, rule) in rules.enumerated() {
      switch rule.body {
      case .detection(_, let searches):
        for match in searches.values.flatMap(\.alternatives).joined() {
          if let field = match.field { fields.insert(field) } else { hasKeywords = true }
          for case .field(let name, _) in match.values { fields.insert(name) }
        }
      case .correlation(let correlation):
        let found = correlation.rules.compactMap { name in
          rules.firstIndex { $0.identifier == name || $0.name == name && !name.isEmpty }
        }
        members[position] = found
        if !correlation.generates { silent.formUnion(found) }
        kept.formUnion(correlation.groupBy + [correlation.field].compactMap { $0 })
        for alias in correlation.aliases.values { kept.formUnion(alias.values) }
      }
    }
    fields.formUnion(kept)
    wanted = hasKeywords ? nil : SigmaFields(fields)
  }

  package var isEmpty: Bool { rules.isEmpty }

  /// What detections find in an event; nil: nothing.
  func sighting(_ event: Event) -> SigmaSighting? {
    switch event {
    case .alert(let alert):
      let ends = alert.isToServer ? alert.endpoints : alert.endpoints.reversed
      return sighting(
        alert.line, Evidence(alert), client: ends.source, server: ends.destination, alert.vlans,
        alert.pppoeSession)
    case .flow(let flow):
      let evidence = Evidence(
        kind: .flow, order: flow.order, timeNanoseconds: flow.endNanoseconds, endpoints: flow.endpoints)
      return sighting(
        flow.line, evidence, client: flow.endpoints.source, server: flow.endpoints.destination, flow.vlans,
        flow.pppoeSession)
    case .record(let record):
      guard let ends = record.name?.endpoints ?? record.endpoints else { return nil }
      let evidence = Evidence(
        kind: .record, order: record.order, timeNanoseconds: record.timeNanoseconds, endpoints: ends,
        subject: record.name?.name ?? "")
      return sighting(record.line, evidence, client: ends.source, server: ends.destination, [], 0)
    }
  }

  private func sighting(
    _ line: [UInt8], _ evidence: Evidence, client: IPAddress, server: IPAddress, _ vlans: [UInt16],
    _ pppoeSession: UInt16
  ) -> SigmaSighting? {
    guard !line.isEmpty, let event = SigmaEvent(line: line, wanted: wanted) else { return nil }
    let found = matches(event)
    guard !found.isEmpty else { return nil }
    var sighting = SigmaSighting(evidence: evidence, client: client, server: server, rules: found)
    sighting.values = keptValues(event)
    sighting.vlans = vlans
    sighting.pppoeSession = pppoeSession
    return sighting
  }

  /// Numbers of the detections that match.
  func matches(_ event: SigmaEvent) -> [UInt32] {
    rules.indices.filter { rules[$0].matches(event) }.map { numbers[$0] }
  }

  /// The values that correlations want to know later.
  func keptValues(_ event: SigmaEvent) -> [String: String] {
    var values: [String: String] = [:]
    for field in kept {
      if let value = event.values[field]?.first { values[field] = String(value.prefix(Self.valueBytesMax)) }
    }
    return values
  }

  private static let valueBytesMax = 256

  /// Goes through the correlations; gives all rules that matched, with the values of a correlation's group.
  func hits(_ sighting: SigmaSighting, _ windows: inout SigmaWindows) -> [(position: Int, group: [String])] {
    var hits: [(position: Int, group: [String])] = sighting.rules.compactMap { number in
      positions[number].map { ($0, []) }
    }
    var fresh = hits.map(\.position)
    for _ in 0..<Self.levelsMax where !fresh.isEmpty {
      var next: [Int] = []
      for position in members.keys.sorted() {
        for rule in members[position] ?? [] where fresh.contains(rule) {
          guard let group = note(sighting, rule, in: position, &windows) else { continue }
          hits.append((position, group))
          next.append(position)
        }
      }
      fresh = next
    }
    return hits
  }

  private func note(
    _ sighting: SigmaSighting, _ rule: Int, in position: Int, _ windows: inout SigmaWindows
  ) -> [String]? {
    guard case .correlation(let correlation) = rules[position].body else { return nil }
    let member = rules[rule]
    let value = { (field: String) -> String? in
      let names = correlation.aliases[field]
      return sighting.values[names.flatMap { $0[member.name] ?? $0[member.identifier] } ?? field]
    }
    let group = correlation.groupBy.map { value($0) ?? "" }
    if !correlation.groupBy.isEmpty, group.contains("") { return nil }
    let seen = SigmaWindows.Seen(
      time: sighting.evidence.timeNanoseconds, rule: numbers[rule],
      value: correlation.field.flatMap(value))
    let isHeld = windows.note(
      seen, group: group, of: numbers[position], correlation,
      members: (members[position] ?? []).map { numbers[$0] })
    return isHeld ? group : nil
  }

  /// Findings of what detections saw, and of the correlations that it completes.
  func findings(
    _ sighting: SigmaSighting, _ windows: inout SigmaWindows, site: SiteModel
  ) -> [Finding] {
    hits(sighting, &windows).compactMap { position, group in
      silent.contains(position) ? nil : finding(position, group, sighting, site)
    }
  }

  private func finding(
    _ position: Int, _ group: [String], _ sighting: SigmaSighting, _ site: SiteModel
  ) -> Finding? {
    let rule = rules[position]
    guard let confidence = rule.confidence else { return nil }
    let (tactic, technique) = meaning(position, depth: 0)
    var (attacker, victim) = (sighting.client, sighting.server)
    let callsOut = tactic == .commandAndControl || tactic == .exfiltration
    if callsOut, site.isInside(sighting.client), !site.isInside(sighting.server) {
      (attacker, victim) = (sighting.server, sighting.client)
    }
    let tail = group.isEmpty ? "" : " (\(group.joined(separator: ", ")))"
    let chinese = rule.chinese.isEmpty ? rule.title : rule.chinese
    var finding = Finding(
      group: Finding.sigmaGroup, number: numbers[position],
      message: Text("\(rule.title)\(tail)", "\(chinese)\(tail)"), tactic: tactic ?? .initialAccess,
      technique: technique, outcome: rule.outcome, confidence: confidence, attacker: attacker,
      victim: victim, evidence: sighting.evidence)
    if case .correlation = rule.body { finding.isCorrelation = true }
    finding.vlans = sighting.vlans
    finding.pppoeSession = sighting.pppoeSession
    return finding
  }

  /// Tactic and technique of a rule's tags; a correlation without has those of the rules that it looks at.
  private func meaning(_ position: Int, depth: Int) -> (tactic: Tactic?, technique: String) {
    let own = (rules[position].tactic, rules[position].technique)
    guard own.0 == nil, own.1.isEmpty, depth < Self.levelsMax else { return own }
    for member in members[position] ?? [] {
      let theirs = meaning(member, depth: depth + 1)
      if theirs.tactic != nil || !theirs.technique.isEmpty { return theirs }
    }
    return own
  }
}

/// What detections found in one event, until the watermark has passed it and correlations see it.
package struct SigmaSighting: Sendable, Codable {
  var evidence: Evidence
  var client: IPAddress
  var server: IPAddress
  /// Numbers of the rules.
  var rules: [UInt32]
  /// Values that correlations want, by field.
  var values: [String: String] = [:]
  var vlans: [UInt16] = []
  var pppoeSession: UInt16 = 0

  init(evidence: Evidence, client: IPAddress, server: IPAddress, rules: [UInt32]) {
    self.evidence = evidence
    self.client = client
    self.server = server
    self.rules = rules
  }
}
