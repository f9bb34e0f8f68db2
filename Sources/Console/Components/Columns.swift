/// Columns of a list on a canvas: fixed ones keep their width, the last takes what is left.
package struct Columns: Sendable {
  package struct Column: Sendable {
    let heading: String
    let width: Int
    let alignsRight: Bool

    package init(_ heading: String, _ width: Int, alignsRight: Bool = false) {
      self.heading = heading
      self.width = width
      self.alignsRight = alignsRight
    }
  }

  private let columns: [Column]

  package init(_ columns: [Column]) {
    self.columns = columns
  }

  package func drawHeading(on canvas: inout Canvas, row: Int) {
    draw(columns.map { ($0.heading, .heading) }, on: &canvas, row: row)
  }

  /// Draws one row of cells, each with its style.
  package func draw(_ cells: [(text: String, style: Style)], on canvas: inout Canvas, row: Int) {
    var position = 0
    for (index, column) in columns.enumerated() where index < cells.count {
      let isLast = index == columns.count - 1
      let width = isLast ? canvas.width - position : min(column.width, canvas.width - position)
      guard width > 0 else { return }
      let text = DisplayText.fitted(cells[index].text, to: width, alignsRight: column.alignsRight)
      canvas.write(text, row: row, column: position, columns: width, cells[index].style)
      position += width + 1
    }
  }
}
