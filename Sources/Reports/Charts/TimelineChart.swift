import Correlation

/// Bars over time, one row each: what happened, and when it was seen.
struct TimelineChart {
  /// One row.
  struct Row {
    let label: String
    let from: Int64
    let until: Int64
    let color: String
    /// When it was found, with a mark; nil: it was not.
    let found: Int64?
    let note: String
  }

  private static let rowsMax = 80
  private static let (left, right, rowHeight, top) = (340, 225, 24, 30)

  static func svg(_ rows: [Row], width: Int = 1000, title: String) -> String {
    let shown = rows.prefix(rowsMax)
    let height = top + shown.count * rowHeight + 34
    var drawing = Drawing(width: width, height: height, title: title)
    let first = shown.map(\.from).min() ?? 0
    let last = max(shown.map { max($0.until, $0.found ?? $0.until) }.max() ?? 1, first &+ 1)
    let room = width - left - right
    let place = { (time: Int64) -> Int in
      left + Int(Double(time &- first) / Double(last &- first) * Double(room))
    }
    for step in 0...4 {
      let time = first &+ (last &- first) / 4 * Int64(step)
      let x = place(time)
      drawing.line(x, top - 6, x, height - 30, Palette.faint)
      drawing.text(
        x, 16, String(Timestamp.text(time).dropFirst(11).prefix(8)), size: 11, color: "#57606a",
        anchor: "middle")
    }
    for (index, row) in shown.enumerated() {
      let y = top + index * rowHeight
      drawing.text(left - 8, y + 14, Drawing.fitted(row.label, pixels: left - 16), anchor: "end")
      drawing.box(place(row.from), y + 3, place(row.until) - place(row.from) + 3, 14, row.color)
      if let found = row.found { drawing.dot(place(found), y + 10, 5, Palette.blue) }
      drawing.text(
        width - right + 14, y + 14, Drawing.fitted(row.note, pixels: right - 18), size: 11, color: "#57606a")
    }
    if rows.count > rowsMax { drawing.text(left, height - 8, "… +\(rows.count - rowsMax)") }
    return drawing.svg
  }
}
