package import Correlation

/// A score card as lines for people.
package struct ScoreText {
  private let card: ScoreCard
  private let scenario: Scenario
  private let language: Language

  package init(_ card: ScoreCard, _ scenario: Scenario, language: Language) {
    self.card = card
    self.scenario = scenario
    self.language = language
  }

  private func say(_ english: String, _ chinese: String) -> String {
    language == .chinese ? chinese : english
  }

  package var lines: [String] {
    var lines = [summary, ""]
    if !card.actions.isEmpty { lines += timeline + [""] }
    for campaign in card.campaigns { lines.append(line(campaign)) }
    if !card.stages.isEmpty { lines += ["", say("Stages:", "阶段：")] + card.stages.map(line) }
    if !card.techniques.isEmpty { lines += ["", coverage] }
    lines += ["", falseLine, ""]
    lines += card.heads.map { head in
      "  \(Self.name(of: head.name)(language)): \(head.points) / \(head.weight)"
    }
    if card.penaltyPermille > 0 {
      let points = Self.tenths(card.penaltyPermille)
      lines.append("  " + say("false incidents: −\(points) of 100", "误报事件：−\(points)（满分 100）"))
    }
    return lines + [say("Score: ", "得分：") + "\(Self.tenths(card.scorePermille)) / 100"]
  }

  private var summary: String {
    let counts = ScoreCard.Outcome.allCases.map { outcome in
      "\(Self.name(of: outcome)(language)) \(card.actions.count { $0.outcome == outcome })"
    }
    let median = card.medianMilliseconds.map { Self.seconds($0) } ?? "–"
    return "\(scenario.truth.exercise): " + counts.joined(separator: ", ")
      + say("; median time to detect \(median)", "；发现时间中位数 \(median)")
  }

  /// Red actions against detections, in order of time.
  private var timeline: [String] {
    let rows = zip(scenario.truth.actions, card.actions).sorted {
      ($0.0.timeNanoseconds, $0.0.identifier) < ($1.0.timeNanoseconds, $1.0.identifier)
    }
    return rows.map { action, score in
      let clock = Timestamp.text(action.timeNanoseconds).dropFirst(11).prefix(8)
      let delay = score.milliseconds.map { "+" + Self.seconds($0) } ?? ""
      let outcome = Self.name(of: score.outcome)(language)
      let ends = "\(action.source) → \(action.target)"
      let where_ = score.incidents.isEmpty ? "" : " [\(score.incidents.joined(separator: " "))]"
      return "\(clock)  \(action.identifier)  \(action.technique)  \(outcome) \(delay)\(where_)  \(ends)  "
        + DocumentReader.shown(action.note)
    }
  }

  private func line(_ campaign: ScoreCard.Campaign) -> String {
    let report = campaign.reportMilliseconds.map { Self.seconds($0) } ?? "–"
    let inTime = campaign.isReportInTime ? say("in time", "按时") : say("too late", "超时")
    return "\(campaign.id): "
      + say(
        "\(campaign.incidents.count) incidents, complete \(campaign.held)/\(campaign.visible), "
          + "pure \(campaign.own)/\(campaign.evidence), first report after \(report) (\(inTime))",
        "事件 \(campaign.incidents.count) 个，完整度 \(campaign.held)/\(campaign.visible)，"
          + "纯度 \(campaign.own)/\(campaign.evidence)，首报用时 \(report)（\(inTime)）")
  }

  private func line(_ stage: ScoreCard.Stage) -> String {
    let name = Tactic(stage.tactic)?.name(language) ?? stage.tactic
    let median = stage.medianMilliseconds.map { Self.seconds($0) } ?? "–"
    return "  \(name): \(stage.detected)/\(stage.actions), " + say("median \(median)", "中位数 \(median)")
  }

  private var coverage: String {
    let covered = card.techniques.filter(\.isCovered).count
    let missing = card.techniques.filter { !$0.isCovered }.map(\.name)
    let rest = missing.isEmpty ? "" : say("; not: ", "；未覆盖：") + missing.joined(separator: ", ")
    return say("Techniques covered: ", "技术覆盖：") + "\(covered)/\(card.techniques.count)\(rest)"
  }

  private var falseLine: String {
    let list = card.falseIncidents.isEmpty ? "" : " [\(card.falseIncidents.joined(separator: " "))]"
    return say("False incidents: ", "误报事件：") + "\(card.falseIncidents.count)\(list), "
      + "\(card.falsePerHour)" + say(" an hour", " 个/小时")
  }

  /// An outcome's name.
  package static func name(of outcome: ScoreCard.Outcome) -> Text {
    switch outcome {
    case .detected: return Text("detected", "已发现")
    case .logged: return Text("logged only", "仅记录")
    case .late: return Text("found late", "迟发现")
    case .missed: return Text("missed", "未发现")
    }
  }

  /// A head's name.
  package static func name(of head: String) -> Text {
    switch head {
    case "finding": return Text("monitoring and finding", "监测发现")
    case "analysis": return Text("analysis", "分析研判")
    case "handling": return Text("handling", "应急处置")
    case "notification": return Text("notification", "通报预警")
    case "cooperation": return Text("cooperation", "协同联动")
    default: return Text("tracing", "追踪溯源")
    }
  }

  /// `12.3 s` of milliseconds, without floating point.
  package static func seconds(_ milliseconds: Int64) -> String {
    "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
  }

  /// `87.5` of 875.
  package static func tenths(_ permille: Int) -> String { "\(permille / 10).\(permille % 10)" }
}
