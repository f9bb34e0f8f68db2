import Correlation
import Store

/// One incident: who and where, why, and its timeline.
struct IncidentView: View {
  private let incident: IncidentRecord
  /// Read once, as the incident is.
  private var traits: IncidentTraits?
  private var scroll = ScrollPosition()
  private var lineCount = 0
  private var page = 1

  let canFilter = false

  init(_ incident: IncidentRecord) {
    self.incident = incident
  }

  func title(_ context: ViewContext) -> String {
    context("Incident \(incident.id)", "事件 \(incident.id)")
  }

  func keys(_ context: ViewContext) -> [(key: String, does: String)] {
    [("a", context("its alerts", "相关告警"))]
  }

  mutating func reload() {}

  mutating func draw(on canvas: inout Canvas, rows: Range<Int>, _ context: ViewContext) throws {
    let traits = try traits ?? context.database.traits(run: context.run, incident: incident.id)
    self.traits = traits
    let lines =
      facts(context) + told(traits, context, width: canvas.width)
      + explanation(context, width: canvas.width) + timeline(context)
    lineCount = lines.count
    page = max(rows.count, 1)
    scroll.fit(count: max(lineCount - page + 1, 1), page: 1)
    for (index, line) in lines.dropFirst(scroll.top).prefix(page).enumerated() {
      canvas.write(line.text, row: rows.lowerBound + index, column: 1, line.style)
    }
    if lineCount > scroll.top + page {
      canvas.write("↓", row: rows.upperBound - 1, column: canvas.width - 1, .dim)
    }
  }

  mutating func handle(_ key: Key, _ context: ViewContext) throws -> ViewAction {
    if key == .character("a") { return .open(AlertsView(incident: incident.id)) }
    return scroll.move(key, count: max(lineCount - page + 1, 1), page: page) ? .stay : .unhandled
  }

  private typealias Line = (text: String, style: Style)

  private func facts(_ context: ViewContext) -> [Line] {
    let level = "\(incident.severityName(context.language))  \(context("score", "得分")) \(incident.score)"
    var lines: [Line] = [
      (incident.title(context.language), .heading), (level, IncidentsView.style(of: incident.severity)),
      ("\(Moment.text(incident.first)) – \(Moment.text(incident.last)) UTC", .dim),
    ]
    let rows: [(String, [String])] = [
      (context("attackers", "攻击者"), incident.attackers), (context("victims", "受害者"), incident.victims),
      (context("access points", "接入点"), incident.accessPoints), (context("units", "单位"), incident.units),
      (context("districts", "区域"), incident.districts),
      (context("tactics", "战术"), incident.tactics.map { $0.name(context.language) }),
      (context("techniques", "技术"), incident.techniques),
    ]
    for (name, values) in rows where !values.isEmpty {
      lines.append(("\(DisplayText.fitted(name, to: 14)) \(values.joined(separator: ", "))", .plain))
    }
    return lines + [("", .plain)]
  }

  /// Who was behind the addresses, and what is wrong with the encryption, where alerts tell of it.
  private func told(_ traits: IncidentTraits, _ context: ViewContext, width: Int) -> [Line] {
    let parts: [(String, [String], Style)] = [
      (context("Lines", "线路"), traits.lines.map(IncidentText.line), .plain),
      (
        context("Encryption", "密码应用"), traits.crypto.map { IncidentText.crypto($0, context.language) },
        .danger
      ),
    ]
    var lines: [Line] = []
    for (heading, texts, style) in parts where !texts.isEmpty {
      lines.append((heading, .heading))
      for text in texts {
        for (part, line) in DisplayText.wrapped(DisplayText.safe(text), to: max(width - 5, 20)).enumerated() {
          lines.append(((part == 0 ? "  " : "    ") + line, style))
        }
      }
      lines.append(("", .plain))
    }
    return lines
  }

  private func explanation(_ context: ViewContext, width: Int) -> [Line] {
    var lines: [Line] = [(context("Why", "原因"), .heading)]
    for (index, sentence) in incident.explanation.enumerated() {
      let text = IncidentText.explained(sentence, context.language)
      let wrapped = DisplayText.wrapped(text, to: max(width - 7, 20))
      for (part, line) in wrapped.enumerated() {
        let number = DisplayText.fitted(part == 0 ? "\(index + 1)." : "", to: 4)
        lines.append(("\(number)\(line)", sentence.points > 0 ? .plain : .dim))
      }
    }
    return lines + [("", .plain)]
  }

  private func timeline(_ context: ViewContext) -> [Line] {
    var lines: [Line] = [(context("Timeline", "时间线"), .heading)]
    for aggregate in incident.aggregates.sorted(by: { $0.first < $1.first }) {
      let count = aggregate.count > 1 ? " ×\(aggregate.count)" : ""
      let mark = aggregate.outcome == "success" ? "●" : "○"
      let place = aggregate.accessPoint.isEmpty ? "" : " [\(aggregate.accessPoint)]"
      lines.append(
        (
          "\(Moment.clock(nanoseconds: aggregate.first)) \(mark) \(aggregate.attacker) → "
            + "\(aggregate.victim)\(place)  "
            + "\(aggregate.message)\(count)", aggregate.outcome == "success" ? .danger : .plain
        ))
    }
    return lines
  }
}
