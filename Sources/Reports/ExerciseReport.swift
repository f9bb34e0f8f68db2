package import Correlation
package import Exercise

/// The report of an exercise: what was done, what was seen of it, and the score.
package struct ExerciseReport {
  private let card: ScoreCard
  private let scenario: Scenario
  private let observation: Observation
  private var document: Document

  /// The report.
  package static func document(
    _ card: ScoreCard, _ scenario: Scenario, _ observation: Observation, language: Language
  ) -> Document {
    var report = ExerciseReport(card, scenario, observation, language)
    report.write()
    return report.document
  }

  private init(_ card: ScoreCard, _ scenario: Scenario, _ observation: Observation, _ language: Language) {
    self.card = card
    self.scenario = scenario
    self.observation = observation
    let name = scenario.truth.exercise
    document = Document(
      title: language == .chinese ? "演习报告：\(name)" : "Exercise report: \(name)", language: language)
  }

  private func say(_ english: String, _ chinese: String) -> String { document.say(english, chinese) }

  private mutating func write() {
    writeScore()
    writeTimeline()
    writeCampaigns()
    writeCoverage()
    writeMatrix()
    writeGraph()
    writeActions()
    writeBenign()
  }

  private mutating func writeScore() {
    document.heading("Score", "得分")
    let median = card.medianMilliseconds.map { ScoreText.seconds($0) } ?? "–"
    let counts = ScoreCard.Outcome.allCases.map { outcome in
      "\(ScoreText.name(of: outcome)(document.language)) \(card.actions.count { $0.outcome == outcome })"
    }
    document.add(
      .paragraph(
        say("Score ", "总分 ") + "\(ScoreText.tenths(card.scorePermille)) / 100. "
          + counts.joined(separator: ", ")
          + say(". Median time to detect: ", "。发现时间中位数：") + median
          + say(". False incidents: ", "。误报事件：") + "\(card.falseIncidents.count)"))
    document.add(
      .table(
        head: [say("Head", "评分项"), say("Points", "得分"), say("Of", "满分")],
        rows: card.heads.map {
          [ScoreText.name(of: $0.name)(document.language), "\($0.points)", "\($0.weight)"]
        }))
  }

  private var pairs: [(action: Truth.Action, score: ScoreCard.Action)] {
    zip(scenario.truth.actions, card.actions).map { ($0, $1) }
      .sorted {
        ($0.action.timeNanoseconds, $0.action.identifier) < ($1.action.timeNanoseconds, $1.action.identifier)
      }
  }

  private mutating func writeTimeline() {
    guard !card.actions.isEmpty else { return }
    document.heading("Red actions against detections", "红方行动与发现对照")
    let rows = pairs.map { action, score in
      let found = score.milliseconds.map { action.timeNanoseconds &+ $0 * 1_000_000 }
      let delay = score.milliseconds.map { " +" + ScoreText.seconds($0) } ?? ""
      return TimelineChart.Row(
        label: "\(action.identifier) \(action.technique) \(action.note)", from: action.timeNanoseconds,
        until: action.untilNanoseconds, color: Self.color(score.outcome), found: found,
        note: ScoreText.name(of: score.outcome)(document.language) + delay)
    }
    document.add(
      .chart(
        svg: TimelineChart.svg(rows, title: say("Timeline", "时间线")),
        caption: say(
          "Bars: red actions (UTC), green detected, orange late or logged only, red missed. "
            + "Dots: the incident held it.",
          "条形为红方行动（UTC）：绿色已发现，橙色迟发现或仅记录，红色未发现；圆点为事件立案并包含该行动的时刻。")))
  }

  private static func color(_ outcome: ScoreCard.Outcome) -> String {
    switch outcome {
    case .detected: return Palette.green
    case .late, .logged: return Palette.orange
    case .missed: return Palette.red
    }
  }

  private mutating func writeCampaigns() {
    guard !card.campaigns.isEmpty else { return }
    document.heading("Campaigns", "攻击行动")
    document.add(
      .table(
        head: [
          say("Campaign", "行动"), say("Incidents", "事件"), say("Completeness", "完整度"), say("Purity", "纯度"),
          say("First report after", "首报用时"),
        ],
        rows: zip(scenario.truth.campaigns, card.campaigns).map { campaign, score in
          let report = score.reportMilliseconds.map { ScoreText.seconds($0) } ?? "–"
          return [
            "\(campaign.identifier) \(campaign.name)", score.incidents.joined(separator: " "),
            "\(score.held) / \(score.visible)", "\(score.own) / \(score.evidence)",
            report + " (" + (score.isReportInTime ? say("in time", "按时") : say("too late", "超时")) + ")",
          ]
        }))
  }

  private mutating func writeCoverage() {
    guard !card.stages.isEmpty else { return }
    document.heading("Stages and techniques", "阶段与技术覆盖")
    document.add(
      .table(
        head: [say("Stage", "阶段"), say("Detected", "发现"), say("Median", "中位数")],
        rows: card.stages.map {
          [
            Tactic($0.tactic)?.name(document.language) ?? $0.tactic, "\($0.detected) / \($0.actions)",
            $0.medianMilliseconds.map { ScoreText.seconds($0) } ?? "–",
          ]
        }))
    document.add(
      .list(
        card.techniques.map {
          "\($0.name): \($0.isCovered ? say("covered", "已覆盖") : say("not covered", "未覆盖"))"
        }))
  }

  private mutating func writeMatrix() {
    let tactics = card.stages.map(\.tactic)
    var rows: [String] = []
    var counts: [String: [Int]] = [:]
    for (action, score) in pairs where !score.incidents.isEmpty {
      guard let column = tactics.firstIndex(of: action.tactic) else { continue }
      let points = Set(
        [action.target, action.source].compactMap { scenario.site.accessPoint(of: $0)?.identifier })
      for point in points.sorted() {
        if counts[point] == nil { rows.append(point) }
        counts[point, default: Array(repeating: 0, count: tactics.count)][column] += 1
      }
    }
    guard !rows.isEmpty else { return }
    document.heading("Access points and tactics", "接入点与战术矩阵")
    let names = rows.map { row in
      "\(row) \(scenario.site.accessPoints.first { $0.identifier == row }?.name ?? "")"
    }
    document.add(
      .chart(
        svg: MatrixChart.svg(
          rows: names, columns: tactics.map { Tactic($0)?.name(document.language) ?? $0 },
          counts: rows.map { counts[$0] ?? [] }, title: say("Matrix", "矩阵")),
        caption: say("Detected actions by access point and tactic.", "各接入点、各战术已发现的行动数。")))
  }

  private mutating func writeGraph() {
    guard !card.actions.isEmpty else { return }
    var edges: [AttackGraph.Edge] = []
    for (action, _) in pairs {
      let (from, to) = ("\(action.source)", "\(action.target)")
      if edges.contains(where: { $0.from == from && $0.to == to }) { continue }
      let all = pairs.filter { $0.action.source == action.source && $0.action.target == action.target }
      let more = all.count > 1 ? " +\(all.count - 1)" : ""
      edges.append(
        AttackGraph.Edge(
          from: from, to: to, label: action.technique + more, isSuccess: all.contains { $0.action.success }))
    }
    let hosts = Set(scenario.truth.actions.flatMap { [$0.source, $0.target] })
    let names = hosts.map { ("\($0)", scenario.site.asset(at: $0)?.name ?? "") }
    document.heading("What the red side did", "红方行动图")
    let inside = Set(hosts.filter { scenario.site.isInside($0) }.map { "\($0)" })
    document.add(
      .chart(
        svg: AttackGraph.svg(
          edges, names: Dictionary(names, uniquingKeysWith: { first, _ in first }),
          isInside: { inside.contains($0) }, title: say("Attack graph", "攻击图")),
        caption: say("From left to right as it spread; red arrows succeeded.", "自左向右为扩散方向，红色箭头为成功。")))
  }

  private mutating func writeActions() {
    guard !card.actions.isEmpty else { return }
    document.heading("Actions", "行动明细")
    document.add(
      .table(
        head: [
          say("Action", "行动"), say("Time", "时间"), say("Technique", "技术"), say("From → to", "源 → 目标"),
          say("Outcome", "结果"), say("After", "用时"), say("Rules", "规则"), say("Note", "说明"),
        ],
        rows: pairs.map { action, score in
          [
            action.identifier, Timestamp.text(action.timeNanoseconds), action.technique,
            "\(action.source) → \(action.target)", ScoreText.name(of: score.outcome)(document.language),
            score.milliseconds.map { ScoreText.seconds($0) } ?? "–",
            score.signatures.map { "\($0)" }.joined(separator: " "), action.note,
          ]
        }))
  }

  private mutating func writeBenign() {
    if !scenario.truth.benign.isEmpty {
      document.heading("Harmless events", "正常活动")
      document.add(
        .list(
          scenario.truth.benign.map {
            "\(Timestamp.text($0.timeNanoseconds)) \($0.source) → \($0.target): \($0.note)"
          }))
    }
    guard !card.falseIncidents.isEmpty else { return }
    document.heading("False incidents", "误报事件")
    document.add(
      .list(
        observation.incidents.filter { card.falseIncidents.contains($0.identifier) }
          .map { "\($0.identifier) \($0.title(document.language))" }))
  }
}
