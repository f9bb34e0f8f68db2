import Correlation
import Store

/// The list of incidents, gravest first.
struct IncidentsView: View {
  private var incidents: [IncidentRecord]?
  private var scroll = ScrollPosition()
  private var page = 1

  let canFilter = true

  init() {}

  func title(_ context: ViewContext) -> String { context("Incidents", "事件") }

  func keys(_ context: ViewContext) -> [(key: String, does: String)] {
    [("Enter", context("open: explanation and timeline", "打开：说明与时间线"))]
  }

  mutating func reload() { incidents = nil }

  mutating func draw(on canvas: inout Canvas, rows: Range<Int>, _ context: ViewContext) throws {
    let incidents = try incidents ?? context.database.incidents(run: context.run, filter: context.filter)
    self.incidents = incidents
    page = max(rows.count - 1, 1)
    scroll.fit(count: incidents.count, page: page)
    let columns = Self.columns(context)
    columns.drawHeading(on: &canvas, row: rows.lowerBound)
    for (index, incident) in incidents.dropFirst(scroll.top).prefix(page).enumerated() {
      let row = rows.lowerBound + 1 + index
      columns.draw(Self.cells(incident, context), on: &canvas, row: row)
      if scroll.top + index == scroll.selected { canvas.restyle(row: row, .selected) }
    }
    if incidents.isEmpty {
      canvas.write(context("No incident.", "没有事件。"), row: rows.lowerBound + 1, column: 1, .good)
    }
  }

  mutating func handle(_ key: Key, _ context: ViewContext) throws -> ViewAction {
    guard let incidents else { return .unhandled }
    if key == .enter {
      return incidents.indices.contains(scroll.selected)
        ? .open(IncidentView(incidents[scroll.selected])) : .stay
    }
    return scroll.move(key, count: incidents.count, page: page) ? .stay : .unhandled
  }

  static func columns(_ context: ViewContext) -> Columns {
    Columns([
      Columns.Column(context("severity", "级别"), 8),
      Columns.Column(context("score", "得分"), 5, alignsRight: true),
      Columns.Column(context("begin", "开始"), 19),
      Columns.Column(context("alerts", "告警"), 7, alignsRight: true),
      Columns.Column(context("tactics", "战术"), 7, alignsRight: true),
      Columns.Column(context("access points", "接入点"), 20), Columns.Column(context("what", "内容"), 20),
    ])
  }

  static func cells(_ incident: IncidentRecord, _ context: ViewContext) -> [(text: String, style: Style)] {
    let style = style(of: incident.severity)
    return [
      (incident.severityName(context.language), style), ("\(incident.score)", style),
      (Moment.text(incident.first), .plain), (Amount.count(incident.alerts), .plain),
      ("\(incident.tactics.count)", .plain), (incident.accessPoints.joined(separator: " "), .accent),
      (incident.title(context.language), .plain),
    ]
  }

  static func style(of severity: String) -> Style {
    switch severity {
    case "critical": .critical
    case "high": .danger
    case "medium": .warning
    default: .plain
    }
  }
}
