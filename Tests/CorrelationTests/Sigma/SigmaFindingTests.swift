import Correlation
import Events
import Foundation
import Testing
import Wire

/// Sigma rules over EVE lines: what they find becomes incidents.
@Suite struct SigmaFindingTests {
  /// A line of EVE `second` seconds after the begin.
  static func line(
    _ type: String, _ second: Int, from source: String, to destination: String, port: Int = 80, _ more: String
  ) -> String {
    let time = String(format: "2026-11-20T01:%02d:%02d.000000+0000", second / 60 % 60, second % 60)
    return
      "{\"timestamp\":\"\(time)\",\"flow_id\":\(second + 1),\"event_type\":\"\(type)\","
      + "\"src_ip\":\"\(source)\","
      + "\"src_port\":\(40000 + second),\"dest_ip\":\"\(destination)\",\"dest_port\":\(port),"
      + "\"proto\":\"TCP\",\(more)}"
  }

  static func incidents(_ lines: [String], _ rules: SigmaRules, watermark: Int64 = 0) -> [Incident] {
    var limits = CorrelationLimits()
    limits.watermarkSeconds = watermark
    var correlator = Correlator(site: site, limits: limits, sigma: rules)
    var reader = EVEReader(keepsLines: true)
    for (number, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      if let event = reader.event(bytes, from: 0, to: bytes.count, number: UInt64(number)) {
        correlator.accept(event)
      }
    }
    correlator.finish()
    return correlator.incidents()
  }

  static let site: SiteModel = {
    let text = """
      centre: {name: c}
      districts: [{id: D, name: d}]
      units: [{id: U, name: u, district: D}]
      access_points:
        - {id: A, name: a, unit: U, type: leased, ranges: [10.0.0.0/8], importance: 3}
      assets: []
      scanners: []
      """
    if case .success(let site) = SiteLoader.load(text, file: "site.yaml") { return site }
    return SiteModel()
  }()

  private static let probing = """
    title: missing
    name: missing
    logsource: {product: suricata, service: http}
    detection: {selection: {http.status: 404}, condition: selection}
    level: informational
    tags: [attack.reconnaissance, attack.t1595.003]
    ---
    title: Many missing paths
    name: many
    fengsui: {chinese: 大量不存在的路径}
    correlation:
      type: value_count
      rules: [missing]
      group-by: [src_ip]
      timespan: 5m
      condition: {field: http.url, gte: 5}
    level: high
    """

  private static func missing(_ count: Int, from source: String = "203.0.113.7") -> [String] {
    (0..<count).map {
      line("http", $0, from: source, to: "10.1.1.1", "\"http\":{\"url\":\"/\($0)\",\"status\":404}")
    }
  }

  private static func load(_ text: String) -> SigmaRules {
    let (rules, problems) = SigmaLoader.load(text, file: "r.yml")
    #expect(problems.map(\.description) == [])
    return SigmaRules(rules)
  }

  @Test("a correlation raises an incident that names it in both languages, with its group")
  func raised() throws {
    let incident = try #require(Self.incidents(Self.missing(5), Self.load(Self.probing)).first)
    #expect(incident.attackers == [IPAddress("203.0.113.7")])
    #expect(incident.techniques == ["T1595.003"])
    let english = incident.explanation.map(\.text.english).joined()
    let chinese = incident.explanation.map(\.text.chinese).joined()
    #expect(english.contains("Many missing paths (203.0.113.7)"))
    #expect(chinese.contains("大量不存在的路径"))
    #expect(incident.aggregates.allSatisfy { $0.key.signatureGroup == Finding.sigmaGroup })
  }

  @Test("four paths, or five of two clients, raise nothing")
  func nearMiss() {
    let rules = Self.load(Self.probing)
    #expect(Self.incidents(Self.missing(4), rules).isEmpty)
    #expect(Self.incidents(Self.missing(3) + Self.missing(2, from: "203.0.113.8"), rules).isEmpty)
  }

  @Test("delivered in any order within the watermark, the same incident")
  func shuffled() {
    let rules = Self.load(Self.probing)
    let lines = Self.missing(9)
    let told = { (lines: [String]) in
      Self.incidents(lines, rules, watermark: 60).map { "\($0.identifier) \($0.score) \($0.alertCount)" }
    }
    #expect(told(lines).count == 1)
    #expect(told(lines.reversed()) == told(lines))
    #expect(
      told(lines.enumerated().sorted { $0.offset * 5 % 9 < $1.offset * 5 % 9 }.map(\.element)) == told(lines))
  }

  @Test("a state that is kept goes on with what correlations had seen")
  func checkpoint() throws {
    let rules = Self.load(Self.probing)
    var first = Correlator(site: Self.site, sigma: rules)
    var reader = EVEReader(keepsLines: true)
    let events = Self.missing(6).enumerated().compactMap { number, line in
      reader.event(Array(line.utf8), from: 0, to: line.utf8.count, number: UInt64(number))
    }
    for event in events.prefix(3) { first.accept(event) }
    var second = Correlator(site: Self.site, sigma: rules)
    try second.restore(try first.checkpoint())
    for event in events.dropFirst(3) { second.accept(event) }
    second.finish()
    #expect(second.incidents().count == 1)
  }

  @Test("rules for other logs are left out, and counted")
  func foreign() {
    let rules = Self.load(
      "title: w\nlogsource: {product: windows}\ndetection: {s: [svchost], condition: s}\n")
    #expect(rules.isEmpty)
    #expect(rules.foreignCount == 1)
  }

  @Test("the taxonomy's names of DNS, firewall and web logs are EVE's fields")
  func taxonomy() {
    func found(_ source: String, _ search: String, _ line: String) -> Bool {
      let text = """
        title: t
        logsource: {\(source)}
        detection: {s: {\(search)}, condition: s}
        level: critical
        fengsui: {outcome: success}
        tags: [attack.execution]
        """
      return !Self.incidents([line], Self.load(text)).isEmpty
    }
    let http = Self.line(
      "http", 0, from: "203.0.113.7", to: "10.1.1.1",
      "\"http\":{\"url\":\"/a.php?x\",\"http_user_agent\":\"Evil/1\",\"status\":200}")
    #expect(found("category: webserver", "cs-uri-query|contains: a.php, sc-status: 200", http))
    #expect(found("category: proxy", "c-useragent|startswith: evil", http))
    #expect(!found("category: dns", "c-useragent|startswith: evil", http))
    let dns = Self.line(
      "dns", 0, from: "10.1.1.1", to: "10.1.1.2", port: 53,
      "\"dns\":{\"version\":3,\"type\":\"request\","
        + "\"queries\":[{\"rrname\":\"x.evil.example\",\"rrtype\":\"TXT\"}]}"
    )
    #expect(found("category: dns", "query|endswith: .evil.example, record_type: TXT", dns))
    let flow = Self.line(
      "flow", 0, from: "10.1.1.1", to: "10.1.1.2", port: 3389,
      "\"flow\":{\"pkts_toserver\":9,\"pkts_toclient\":9,\"bytes_toserver\":900,\"bytes_toclient\":900}")
    #expect(found("category: firewall", "dst_port: 3389, src_ip|cidr: 10.0.0.0/8", flow))
  }
}
