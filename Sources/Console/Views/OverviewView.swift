import Correlation
import Store

/// A run at a glance: totals, activity over time, the gravest incidents, what alerted most.
struct OverviewView: View {
  private var overview: Overview?
  private var incidents: [IncidentRecord] = []
  private var scroll = ScrollPosition()

  let canFilter = false

  func title(_ context: ViewContext) -> String { context("Overview", "总览") }

  func keys(_ context: ViewContext) -> [(key: String, does: String)] {
    [
      ("Enter", context("open the incident", "打开事件")), ("i", context("incidents", "事件")),
      ("a", context("alerts", "告警")),
      ("f", context("flows", "流")),
    ]
  }

  mutating func reload() { overview = nil }

  mutating func draw(on canvas: inout Canvas, rows: Range<Int>, _ context: ViewContext) throws {
    let width = max(min(canvas.width - 26, 120), 10)
    if overview?.alertsOverTime.count != width { overview = nil }
    if overview == nil {
      overview = try context.database.overview(run: context.run, slices: width)
      incidents = try context.database.incidents(run: context.run)
    }
    guard let overview else { return }
    var row = rows.lowerBound
    drawTotals(overview, on: &canvas, &row, context)
    drawActivity(overview, on: &canvas, &row, context)
    drawIncidents(on: &canvas, &row, rows, context)
    drawTop(overview, on: &canvas, &row, rows, context)
  }

  private func drawTotals(
    _ overview: Overview, on canvas: inout Canvas, _ row: inout Int, _ context: ViewContext
  ) {
    let parts: [(String, String, Style)] = [
      (
        context("incidents", "事件"), Amount.count(overview.incidents), overview.incidents > 0 ? .danger : .good
      ),
      (context("alerts", "告警"), Amount.count(overview.alerts), overview.alerts > 0 ? .warning : .good),
      (context("flows", "流"), Amount.count(overview.flows), .accent),
      (context("traffic", "流量"), Amount.bytes(overview.bytes), .accent),
    ]
    var column = 1
    for (name, value, style) in parts {
      column = canvas.write("\(name) ", row: row, column: column, .dim)
      column = canvas.write(value, row: row, column: column, style) + 3
    }
    row += 1
    if overview.first > 0 {
      canvas.write(
        "\(Moment.text(overview.first)) – \(Moment.text(overview.last)) UTC", row: row, column: 1, .dim)
    }
    row += 2
  }

  private func drawActivity(
    _ overview: Overview, on canvas: inout Canvas, _ row: inout Int, _ context: ViewContext
  ) {
    let lines: [(String, [Int64], Style)] = [
      (context("alerts", "告警"), overview.alertsOverTime, .danger),
      (context("flows", "流"), overview.flowsOverTime, .accent),
      (context("bytes", "字节"), overview.bytesOverTime, .accent),
    ]
    for (name, values, style) in lines {
      canvas.write(name, row: row, column: 1, .dim)
      let end = canvas.write(Sparkline.text(values), row: row, column: 10, style)
      canvas.write(" ≤ \(Amount.count(values.max() ?? 0))", row: row, column: end, .dim)
      row += 1
    }
    row += 1
  }

  private mutating func drawIncidents(
    on canvas: inout Canvas, _ row: inout Int, _ rows: Range<Int>, _ context: ViewContext
  ) {
    canvas.write(context("Gravest incidents", "最严重事件"), row: row, column: 1, .heading)
    row += 1
    let shown = max(min(incidents.count, (rows.upperBound - row) / 2), 0)
    scroll.fit(count: shown, page: max(shown, 1))
    for (index, incident) in incidents.prefix(shown).enumerated() {
      IncidentsView.columns(context).draw(IncidentsView.cells(incident, context), on: &canvas, row: row)
      if index == scroll.selected { canvas.restyle(row: row, .selected) }
      row += 1
    }
    if incidents.isEmpty {
      canvas.write(context("none", "无"), row: row, column: 1, .good)
      row += 1
    }
    row += 1
  }

  private func drawTop(
    _ overview: Overview, on canvas: inout Canvas, _ row: inout Int, _ rows: Range<Int>,
    _ context: ViewContext
  ) {
    guard row + 1 < rows.upperBound else { return }
    let half = canvas.width / 2
    canvas.write(context("Most frequent signatures", "最多的签名"), row: row, column: 1, .heading)
    canvas.write(context("Protocols by flows", "协议（按流）"), row: row, column: half + 2, .heading)
    row += 1
    for index in 0..<max(rows.upperBound - row, 0) {
      if overview.topSignatures.indices.contains(index) {
        let item = overview.topSignatures[index]
        let count = DisplayText.fitted(Amount.count(item.count), to: 8, alignsRight: true)
        canvas.write("\(count)  \(item.message)", row: row + index, column: 1, columns: half - 2)
      }
      if overview.protocols.indices.contains(index) {
        let item = overview.protocols[index]
        let name = item.name.isEmpty ? context("other", "其他") : item.name
        let count = DisplayText.fitted(Amount.count(item.flows), to: 8, alignsRight: true)
        canvas.write(
          "\(count)  \(DisplayText.fitted(name, to: 16)) \(Amount.bytes(item.bytes))", row: row + index,
          column: half + 2)
      }
    }
  }

  mutating func handle(_ key: Key, _ context: ViewContext) throws -> ViewAction {
    switch key {
    case .enter:
      guard incidents.indices.contains(scroll.selected) else { return .stay }
      return .open(IncidentView(incidents[scroll.selected]))
    case .character("i"): return .open(IncidentsView())
    case .character("a"): return .open(AlertsView())
    case .character("f"): return .open(FlowsView())
    default: return scroll.move(key, count: incidents.count, page: 10) ? .stay : .unhandled
    }
  }
}
