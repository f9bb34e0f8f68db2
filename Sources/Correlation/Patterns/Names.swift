import Wire

/// Names that carry data (DNS tunnels) or are made by an algorithm (many that do not exist).
struct Names: Codable, Sendable {
  private struct Domain: Codable, Hashable, Sendable {
    let client: IPAddress
    let base: String
  }

  private struct Labels: Codable, Sendable {
    var span: SpanSet<UInt64>
    var bytes: Int
  }

  private var domains = RecentTable<Domain, Labels>(max: 20_000)
  private var missing = RecentTable<IPAddress, SpanSet<UInt64>>(max: 20_000)
  private static let spanSeconds: Int64 = 600
  private static let labelsMin = 40
  private static let labelBytesMin = 24
  private static let missingMin = 30
  private static let tunnel = PatternKind(
    name: "dns-tunnel", text: Text("Names that carry data", "域名中携带数据（DNS 隧道）"), tactic: .exfiltration,
    technique: "T1048.003")
  private static let algorithm = PatternKind(
    name: "algorithmic-names", text: Text("Many names made by an algorithm", "大量算法生成的域名"),
    tactic: .commandAndControl, technique: "T1568.002")

  mutating func observe(_ sighting: NameSighting, site: SiteModel) -> Finding? {
    guard site.isInside(sighting.client) else { return nil }
    let time = sighting.evidence.timeNanoseconds
    let labels = sighting.name.split(separator: ".")
    guard labels.count >= 2 else { return nil }
    let baseCount = Self.baseCount(labels)
    let base = labels.suffix(baseCount).joined(separator: ".")
    let hash = Self.hash(sighting.name)
    if sighting.isMissing {
      guard labels.count >= baseCount, Self.looksMade(labels[labels.count - baseCount]) else { return nil }
      let count = missing.update(sighting.client, at: time, initial: SpanSet(at: time)) { span -> Int? in
        span.add(hash, at: time, seconds: Self.spanSeconds)
        guard !span.isTold, span.elements.count >= Self.missingMin else { return nil }
        span.isTold = true
        return span.elements.count
      }
      return count.map {
        Self.algorithm.finding(
          sighting.evidence, attacker: sighting.client, victim: sighting.client, detail: "\($0)")
      }
    }
    let front = labels.dropLast(baseCount).reduce(0) { $0 + $1.utf8.count }
    guard front >= Self.labelBytesMin else { return nil }
    let key = Domain(client: sighting.client, base: base)
    let initial = Labels(span: SpanSet(at: time), bytes: 0)
    let count = domains.update(key, at: time, initial: initial) { labels -> Int? in
      labels.span.add(hash, at: time, seconds: Self.spanSeconds)
      guard !labels.span.isTold, labels.span.elements.count >= Self.labelsMin else { return nil }
      labels.span.isTold = true
      return labels.span.elements.count
    }
    guard let count else { return nil }
    var finding = Self.tunnel.finding(
      sighting.evidence, attacker: sighting.client, victim: sighting.client, detail: "\(base), \(count)")
    finding.entities = [.domain(base)]
    return finding
  }

  /// How many labels belong to who registered the name: three below `com.cn`, `gov.cn` and their like.
  private static func baseCount(_ labels: [Substring]) -> Int {
    guard labels.count >= 3, let last = labels.last, last.utf8.count == 2 else { return 2 }
    let kinds: Set<Substring> = ["com", "net", "org", "gov", "edu", "ac", "co", "mil", "go", "or", "ne"]
    return kinds.contains(labels[labels.count - 2]) ? 3 : 2
  }

  /// A label that nobody would think of: long, and rich in digits or consonants in a row.
  static func looksMade(_ label: Substring) -> Bool {
    guard label.utf8.count >= 10 else { return false }
    var run = 0, longest = 0, digits = 0
    for byte in label.utf8 {
      let isVowel = [0x61, 0x65, 0x69, 0x6f, 0x75, 0x79].contains(byte)
      run = isVowel || byte == 0x2d ? 0 : run + 1
      longest = max(longest, run)
      if (0x30...0x39).contains(byte) { digits += 1 }
    }
    return longest >= 5 || digits >= 3
  }

  private static func hash(_ name: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
