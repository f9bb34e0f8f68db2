import Store

/// One alert with all that was recorded of it.
struct AlertView: View {
  private let alert: AlertRecord
  private var scroll = ScrollPosition()
  private var lineCount = 0
  private var page = 1

  let canFilter = false

  init(_ alert: AlertRecord) {
    self.alert = alert
  }

  func title(_ context: ViewContext) -> String {
    context("Alert \(alert.packet).\(alert.sequence)", "告警 \(alert.packet).\(alert.sequence)")
  }

  func keys(_ context: ViewContext) -> [(key: String, does: String)] { [] }

  mutating func reload() {}

  mutating func draw(on canvas: inout Canvas, rows: Range<Int>, _ context: ViewContext) throws {
    let facts: [(String, String)] = [
      (context("message", "说明"), alert.message),
      (context("signature", "签名"), "\(alert.gid):\(alert.sid):\(alert.revision)"),
      (context("category", "类别"), "\(alert.category) (\(alert.priority))"),
      (context("time", "时间"), Moment.rfc3339(alert.time)),
      (context("source", "源"), TextTable.endpoint(alert.source, alert.sourcePort)),
      (context("destination", "目的"), TextTable.endpoint(alert.destination, alert.destinationPort)),
      (context("protocol", "协议"), "\(TextTable.protocolName(alert.ipProtocol)) \(alert.applicationProtocol)"),
      (context("request", "请求"), alert.subject), (context("action", "动作"), alert.action),
      (context("packet", "包号"), "\(alert.packet)"), (context("flow", "流"), "\(alert.flow)"),
      (context("incident", "事件"), alert.incident ?? "-"),
    ]
    var lines = facts.map { "\(DisplayText.fitted($0.0, to: 12)) \($0.1)" }
    lines += ["", "EVE"] + DisplayText.wrapped(alert.eve, to: max(canvas.width - 2, 20))
    lineCount = lines.count
    page = max(rows.count, 1)
    scroll.fit(count: max(lineCount - page + 1, 1), page: 1)
    for (index, line) in lines.dropFirst(scroll.top).prefix(page).enumerated() {
      canvas.write(line, row: rows.lowerBound + index, column: 1)
    }
  }

  mutating func handle(_ key: Key, _ context: ViewContext) throws -> ViewAction {
    scroll.move(key, count: max(lineCount - page + 1, 1), page: page) ? .stay : .unhandled
  }
}
