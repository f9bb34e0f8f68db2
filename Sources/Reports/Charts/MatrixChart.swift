/// Counts by two things: access points and tactics.
struct MatrixChart {
  private static let rowsMax = 60

  static func svg(rows: [String], columns: [String], counts: [[Int]], title: String) -> String {
    let (left, top, cellWidth, cellHeight) = (250, 78, max(52, 700 / max(columns.count, 1)), 24)
    let width = left + columns.count * cellWidth + 10
    let shown = rows.prefix(rowsMax)
    var drawing = Drawing(width: width, height: top + shown.count * cellHeight + 24, title: title)
    for (column, name) in columns.enumerated() {
      let x = left + column * cellWidth + cellWidth / 2
      // Every second name stands lower, so that neighbours do not touch.
      drawing.text(
        x, column % 2 == 0 ? 24 : 52, Drawing.fitted(name, pixels: cellWidth * 2 - 8, size: 11), size: 11,
        anchor: "middle")
      if column % 2 == 0 { drawing.line(x, 30, x, top - 6, Palette.faint) }
    }
    for (row, name) in shown.enumerated() {
      let y = top + row * cellHeight
      drawing.text(left - 8, y + 15, Drawing.fitted(name, pixels: left - 12), anchor: "end")
      for column in columns.indices {
        let count =
          counts.indices.contains(row) && counts[row].indices.contains(column) ? counts[row][column] : 0
        drawing.box(
          left + column * cellWidth, y, cellWidth - 2, cellHeight - 2, Palette.heat(count),
          stroke: Palette.faint)
        if count > 0 {
          drawing.text(
            left + column * cellWidth + cellWidth / 2, y + 15, "\(count)", size: 11,
            color: count >= 16 ? "#ffffff" : "#1b1f24", anchor: "middle")
        }
      }
    }
    if rows.count > rowsMax {
      drawing.text(left, top + rowsMax * cellHeight + 14, "… +\(rows.count - rowsMax)")
    }
    return drawing.svg
  }
}
