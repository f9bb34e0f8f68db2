import Store

/// The list of alerts in order of time, read a page at a time; all, or those of one incident.
struct AlertsView: View {
  private let incident: String?
  private var count: Int64?
  private var rows: [AlertRecord] = []
  private var rowsFrom = -1
  private var scroll = ScrollPosition()
  private var page = 1

  var canFilter: Bool { true }

  init(incident: String? = nil) {
    self.incident = incident
  }

  func title(_ context: ViewContext) -> String {
    incident.map { context("Alerts of incident \($0)", "事件 \($0) 的告警") } ?? context("Alerts", "告警")
  }

  func keys(_ context: ViewContext) -> [(key: String, does: String)] {
    [("Enter", context("open the alert", "打开告警"))]
  }

  mutating func reload() {
    count = nil
    rowsFrom = -1
  }

  mutating func draw(on canvas: inout Canvas, rows area: Range<Int>, _ context: ViewContext) throws {
    page = max(area.count - 1, 1)
    let total = try readPage(context)
    let columns = Self.columns(context)
    columns.drawHeading(on: &canvas, row: area.lowerBound)
    for (index, alert) in rows.dropFirst(scroll.top - rowsFrom).prefix(page).enumerated() {
      let row = area.lowerBound + 1 + index
      columns.draw(Self.cells(alert), on: &canvas, row: row)
      if scroll.top + index == scroll.selected { canvas.restyle(row: row, .selected) }
    }
    if total == 0 { canvas.write(context("No alert.", "没有告警。"), row: area.lowerBound + 1, column: 1, .good) }
  }

  mutating func handle(_ key: Key, _ context: ViewContext) throws -> ViewAction {
    if key == .enter {
      let index = scroll.selected - rowsFrom
      return rows.indices.contains(index) ? .open(AlertView(rows[index])) : .stay
    }
    return scroll.move(key, count: Int(clamping: count ?? 0), page: page) ? .stay : .unhandled
  }

  /// Reads what is shown and a screen before and after it; returns how many there are in all.
  private mutating func readPage(_ context: ViewContext) throws -> Int64 {
    let total: Int64
    if let count {
      total = count
    } else if incident != nil {
      total = Int64(
        try context.database.alerts(
          run: context.run, filter: context.filter, incident: incident, limit: 100_000
        ).count)
    } else {
      total = try context.database.alertCount(run: context.run, filter: context.filter)
    }
    count = total
    scroll.fit(count: Int(clamping: total), page: page)
    if rowsFrom < 0 || scroll.top < rowsFrom || scroll.top + page > rowsFrom + max(rows.count, page) {
      rowsFrom = max(scroll.top - page, 0)
      rows = try context.database.alerts(
        run: context.run, filter: context.filter, incident: incident, limit: page * 3, offset: rowsFrom)
    }
    return total
  }

  static func columns(_ context: ViewContext) -> Columns {
    Columns([
      Columns.Column(context("time", "时间"), 19), Columns.Column(context("pri", "级"), 3, alignsRight: true),
      Columns.Column(context("source", "源"), 21), Columns.Column(context("destination", "目的"), 21),
      Columns.Column(context("incident", "事件"), 12), Columns.Column(context("message", "说明"), 20),
    ])
  }

  static func cells(_ alert: AlertRecord) -> [(text: String, style: Style)] {
    let style: Style = alert.priority <= 1 ? .danger : alert.priority == 2 ? .warning : .plain
    return [
      (Moment.text(alert.time), .plain), ("\(alert.priority)", style),
      (TextTable.endpoint(alert.source, alert.sourcePort), .plain),
      (TextTable.endpoint(alert.destination, alert.destinationPort), .plain), (alert.incident ?? "", .accent),
      (alert.subject.isEmpty ? alert.message : "\(alert.message)  [\(alert.subject)]", style),
    ]
  }
}
