package import Correlation
package import Store
import Wire

/// The report of one incident: what a defender hands in.
package struct IncidentReport {
  private let incident: IncidentRecord
  private let alerts: [AlertRecord]
  private let site: SiteModel
  private let clock: ReportingClock
  private let traits: IncidentTraits
  private var document: Document

  /// Alerts that are listed one by one; the others are counted.
  private static let alertsShown = 60

  /// The report.
  package static func document(
    _ incident: IncidentRecord, alerts: [AlertRecord], site: SiteModel, clock: ReportingClock,
    language: Language
  ) -> Document {
    var report = IncidentReport(incident, alerts, site, clock, language)
    report.write()
    return report.document
  }

  private init(
    _ incident: IncidentRecord, _ alerts: [AlertRecord], _ site: SiteModel, _ clock: ReportingClock,
    _ language: Language
  ) {
    self.incident = incident
    self.alerts = alerts
    self.site = site
    self.clock = clock
    traits = IncidentTraits(alerts)
    let title = incident.title(language)
    document = Document(
      title: language == .chinese ? "安全事件报告：\(title)" : "Incident report: \(title)", language: language)
  }

  private func say(_ english: String, _ chinese: String) -> String { document.say(english, chinese) }

  private mutating func write() {
    writeSummary()
    writeClock()
    document.heading("Why it was raised", "研判依据")
    document.add(
      .numbered(
        incident.explanation.map { sentence in
          let points = sentence.points == 0 ? "" : " [+\(sentence.points)]"
          let packets = sentence.packets.prefix(4).map { "\($0)" }.joined(separator: ", ")
          let evidence = packets.isEmpty ? "" : say(" (packets \(packets))", "（报文 \(packets)）")
          return (document.language == .chinese ? sentence.chinese : sentence.english) + points + evidence
        }))
    writeCharts()
    writeHosts()
    writeLines()
    writeCrypto()
    writeSteps()
    writeAlerts()
    document.heading("Signatures", "签发")
    let head = [("Written by", "填报人"), ("Checked by", "审核人"), ("Approved by", "签发人"), ("Time", "时间")]
    document.add(.table(head: head.map { say($0.0, $0.1) }, rows: [["", "", "", ""]]))
  }

  private mutating func writeSummary() {
    let rows: [[String]] = [
      [say("Number", "事件编号"), "\(incident.id) (v\(incident.version))"],
      [
        say("Severity", "级别"),
        "\(incident.severityName(document.language)), \(say("score", "得分")) \(incident.score)",
      ],
      [say("First seen", "最早时间"), Timestamp.text(incident.first)],
      [say("Last seen", "最近时间"), Timestamp.text(incident.last)],
      [say("Raised", "立案时间"), Timestamp.text(incident.raised)],
      [say("Districts", "区域"), names(incident.districts) { site.district($0)?.name }],
      [say("Units", "单位"), names(incident.units) { site.unit($0)?.name }],
      [say("Access points", "接入点"), names(incident.accessPoints) { pointName($0) }],
      [say("Tactics", "战术"), incident.tactics.map { $0.name(document.language) }.joined(separator: " → ")],
      [say("Techniques", "技术"), incident.techniques.joined(separator: ", ")],
      [say("Alerts", "告警数"), "\(incident.alerts)"],
    ]
    document.heading("Summary", "概要")
    document.add(.table(head: [say("Item", "项目"), say("Value", "内容")], rows: rows))
  }

  private mutating func writeClock() {
    let rows = clock.rows(severity: incident.severity, raised: incident.raised)
    guard !rows.isEmpty else { return }
    document.heading("Reporting clock", "报告时限")
    document.add(
      .table(
        head: [say("Report", "报告"), say("To", "报送对象"), say("Minutes", "时限（分钟）"), say("Due", "截止时间")],
        rows: rows))
  }

  private mutating func writeCharts() {
    document.heading("How it went", "攻击过程")
    let rows = incident.aggregates.sorted { ($0.first, $0.sid) < ($1.first, $1.sid) }.map { aggregate in
      TimelineChart.Row(
        label: aggregate.message, from: aggregate.first, until: aggregate.last,
        color: aggregate.outcome == "success" ? Palette.red : Palette.orange, found: nil,
        note: "\(aggregate.attacker) → \(aggregate.victim)")
    }
    document.add(
      .chart(
        svg: TimelineChart.svg(rows, title: say("Timeline", "时间线")),
        caption: say(
          "Timeline (UTC): red what was seen to succeed, orange attempts.", "时间线（UTC）：红色为观察到成功，橙色为尝试。")))
    document.add(
      .chart(
        svg: AttackGraph.svg(
          edges, names: Dictionary(uniqueKeysWithValues: hosts.map { ($0, hostName($0)) }),
          isInside: { IPAddress($0).map { site.isInside($0) } ?? false }, title: say("Attack graph", "攻击图")),
        caption: say(
          "Attack graph: from left to right as it spread; red arrows succeeded.", "攻击图：自左向右为扩散方向，红色箭头为成功。")))
    let points = incident.accessPoints
    guard !points.isEmpty else { return }
    let tactics = incident.tactics
    let counts = points.map { point in
      tactics.map { tactic in
        incident.aggregates.filter { $0.accessPoint == point && $0.tactic == tactic.tactic }
          .reduce(0) { $0 + Int(clamping: $1.count) }
      }
    }
    document.add(
      .chart(
        svg: MatrixChart.svg(
          rows: points.map { "\($0) \(pointName($0) ?? "")" },
          columns: tactics.map { $0.name(document.language) }, counts: counts,
          title: say("Access points and tactics", "接入点与战术矩阵")),
        caption: say("Alerts by access point and tactic.", "各接入点、各战术的告警数。")))
  }

  /// Hosts, attackers first.
  private var hosts: [String] {
    var seen: Set<String> = []
    let ends = incident.aggregates.flatMap { [$0.attacker, $0.victim] }
    return (incident.attackers + incident.victims + ends).filter { seen.insert($0).inserted }
  }

  private var edges: [AttackGraph.Edge] {
    var order: [String] = []
    var groups: [String: [AggregateRecord]] = [:]
    for aggregate in incident.aggregates.sorted(by: { ($0.first, $0.sid) < ($1.first, $1.sid) }) {
      let key = "\(aggregate.attacker) \(aggregate.victim)"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(aggregate)
    }
    return order.compactMap { key in
      guard let group = groups[key], let first = group.first else { return nil }
      var techniques: [String] = []
      for item in group where !techniques.contains(item.technique) && !item.technique.isEmpty {
        techniques.append(item.technique)
      }
      let more = techniques.count > 2 ? " +\(techniques.count - 2)" : ""
      return AttackGraph.Edge(
        from: first.attacker, to: first.victim, label: techniques.prefix(2).joined(separator: " ") + more,
        isSuccess: group.contains { $0.outcome == "success" })
    }
  }

  private mutating func writeHosts() {
    document.heading("Hosts", "涉及主机")
    document.add(
      .table(
        head: [say("Address", "地址"), say("Role", "角色"), say("Asset", "资产"), say("Access point", "接入点")],
        rows: hosts.map { host in
          let role = [
            incident.attackers.contains(host) ? say("attacker", "攻击者") : nil,
            incident.victims.contains(host) ? say("victim", "受害者") : nil,
          ].compactMap { $0 }.joined(separator: ", ")
          return [host, role, hostName(host), hostPoint(host)]
        }))
  }

  private mutating func writeLines() {
    guard !traits.lines.isEmpty else { return }
    document.heading("Accounts and lines", "账号与线路")
    let head = [
      ("Address", "地址"), ("Account", "账号"), ("Line", "线路"), ("Session", "会话"), ("Access point", "接入点"),
      ("First alert", "首次告警"), ("Last alert", "末次告警"),
    ]
    document.add(
      .table(
        head: head.map { say($0.0, $0.1) },
        rows: traits.lines.map {
          let point = $0.accessPoint.isEmpty ? "" : names([$0.accessPoint]) { pointName($0) }
          return [
            $0.address, $0.account, $0.circuit, $0.session, point, Timestamp.text($0.first),
            Timestamp.text($0.last),
          ]
        }))
  }

  private mutating func writeCrypto() {
    guard !traits.crypto.isEmpty else { return }
    document.heading("Encryption", "密码应用")
    let head = [
      ("Service", "服务"), ("Spoken", "协议"), ("Suite", "密码套件"), ("Certificate", "证书"), ("Findings", "问题"),
      ("First alert", "首次告警"), ("Alerts", "告警数"),
    ]
    document.add(
      .table(
        head: head.map { say($0.0, $0.1) },
        rows: traits.crypto.map {
          let wrong = $0.findings.map { IncidentTraits.text(finding: $0)(document.language) }
          let server = $0.server.contains(":") ? "[\($0.server)]" : $0.server
          return [
            "\(server):\($0.port)", $0.version, $0.suite, $0.subject, wrong.joined(separator: say("; ", "；")),
            Timestamp.text($0.first), "\($0.count)",
          ]
        }))
  }

  private mutating func writeSteps() {
    document.heading("Steps", "攻击步骤")
    document.add(
      .table(
        head: [
          say("Time", "时间"), say("Attacker → victim", "攻击者 → 受害者"), say("What", "内容"), say("Technique", "技术"),
          say("Outcome", "结果"), say("Count", "次数"),
        ],
        rows: incident.aggregates.sorted { ($0.first, $0.sid) < ($1.first, $1.sid) }.prefix(200).map {
          [
            Timestamp.text($0.first), "\($0.attacker) → \($0.victim)", "\($0.message) (\($0.sid))",
            $0.technique,
            $0.outcome == "success" ? say("seen to succeed", "观察到成功") : say("attempt", "尝试"), "\($0.count)",
          ]
        }))
  }

  private mutating func writeAlerts() {
    document.heading("Evidence", "证据")
    document.add(
      .table(
        head: [
          say("Time", "时间"), say("Packet", "报文"), say("Rule", "规则"), say("From", "源"), say("To", "目的"),
          say("Subject", "对象"),
        ],
        rows: alerts.prefix(Self.alertsShown).map {
          [
            Timestamp.text($0.time), "\($0.packet)", "\($0.sid)", "\($0.source):\($0.sourcePort)",
            "\($0.destination):\($0.destinationPort)", $0.subject,
          ]
        }))
    if alerts.count > Self.alertsShown {
      let more = alerts.count - Self.alertsShown
      document.add(
        .paragraph(
          say("\(more) more alerts are in the evidence's alerts.jsonl.", "其余 \(more) 条告警见证据包 alerts.jsonl。")))
    }
  }

  private func names(_ identifiers: [String], _ name: (String) -> String?) -> String {
    identifiers.map { identifier in name(identifier).map { "\(identifier) \($0)" } ?? identifier }
      .joined(separator: say(", ", "、"))
  }

  private func pointName(_ identifier: String) -> String? {
    site.accessPoints.first { $0.identifier == identifier }?.name
  }

  /// Access points of a host: of the lines that it was seen at, else of its address.
  private func hostPoint(_ host: String) -> String {
    var points: [String] = []
    for line in traits.lines where line.address == host && !line.accessPoint.isEmpty {
      if !points.contains(line.accessPoint) { points.append(line.accessPoint) }
    }
    if points.isEmpty, let point = IPAddress(host).flatMap({ site.accessPoint(of: $0) }) {
      points = [point.identifier]
    }
    return names(points) { pointName($0) }
  }

  private func hostName(_ host: String) -> String {
    guard let address = IPAddress(host) else { return "" }
    if let asset = site.asset(at: address) { return asset.name }
    return site.isInside(address) ? "" : say("outside", "外部")
  }
}
