import Store

/// The list of flows in order of their beginning, read a page at a time.
struct FlowsView: View {
  private var count: Int64?
  private var rows: [FlowRecord] = []
  private var rowsFrom = -1
  private var scroll = ScrollPosition()
  private var page = 1

  var canFilter: Bool { true }

  init() {}

  func title(_ context: ViewContext) -> String { context("Flows", "流") }

  func keys(_ context: ViewContext) -> [(key: String, does: String)] { [] }

  mutating func reload() {
    count = nil
    rowsFrom = -1
  }

  mutating func draw(on canvas: inout Canvas, rows area: Range<Int>, _ context: ViewContext) throws {
    page = max(area.count - 1, 1)
    let total = try count ?? context.database.flowCount(run: context.run, filter: context.filter)
    count = total
    scroll.fit(count: Int(clamping: total), page: page)
    if rowsFrom < 0 || scroll.top < rowsFrom || scroll.top + page > rowsFrom + max(rows.count, page) {
      rowsFrom = max(scroll.top - page, 0)
      rows = try context.database.flows(
        run: context.run, filter: context.filter, limit: page * 3, offset: rowsFrom)
    }
    let columns = Self.columns(context)
    columns.drawHeading(on: &canvas, row: area.lowerBound)
    for (index, flow) in rows.dropFirst(scroll.top - rowsFrom).prefix(page).enumerated() {
      let row = area.lowerBound + 1 + index
      columns.draw(Self.cells(flow), on: &canvas, row: row)
      if scroll.top + index == scroll.selected { canvas.restyle(row: row, .selected) }
    }
    if total == 0 { canvas.write(context("No flow.", "没有流。"), row: area.lowerBound + 1, column: 1, .dim) }
  }

  mutating func handle(_ key: Key, _ context: ViewContext) throws -> ViewAction {
    scroll.move(key, count: Int(clamping: count ?? 0), page: page) ? .stay : .unhandled
  }

  private static func columns(_ context: ViewContext) -> Columns {
    Columns([
      Columns.Column(context("start", "开始"), 19), Columns.Column(context("client", "客户端"), 21),
      Columns.Column(context("server", "服务端"), 21), Columns.Column(context("protocol", "协议"), 8),
      Columns.Column(context("state", "状态"), 11),
      Columns.Column(context("bytes", "字节"), 9, alignsRight: true),
      Columns.Column(context("packets", "包数"), 8, alignsRight: true), Columns.Column("", 2),
    ])
  }

  private static func cells(_ flow: FlowRecord) -> [(text: String, style: Style)] {
    let name = flow.applicationProtocol.isEmpty
      ? TextTable.protocolName(flow.ipProtocol) : flow.applicationProtocol
    return [
      (Moment.text(flow.start), .plain), (TextTable.endpoint(flow.client, flow.clientPort), .plain),
      (TextTable.endpoint(flow.server, flow.serverPort), .plain), (name, .accent), (flow.state, .dim),
      (Amount.bytes(flow.bytesToServer + flow.bytesToClient), .plain),
      (Amount.count(flow.packetsToServer + flow.packetsToClient), .plain), (flow.alerted ? "!" : "", .danger),
    ]
  }
}
