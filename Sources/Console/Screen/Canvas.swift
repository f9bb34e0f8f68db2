/// How a piece of text looks: colours by meaning, not by number.
package enum Style: UInt8, Sendable, CaseIterable {
  case plain, dim, heading, selected, accent, good, warning, danger, critical, bar
}

/// A screen of character cells that views draw on: kept apart from the terminal, so that every view can be
/// drawn and checked at any size without one.
package struct Canvas: Sendable {
  package let width: Int
  package let height: Int
  /// Pieces of each row, in order, that fill it exactly.
  private var cells: [[Cell]]

  /// One column of the screen: a character, or the second half of a wide one before it (empty text).
  struct Cell: Sendable, Equatable {
    var text: String
    var style: Style
  }

  package init(width: Int, height: Int) {
    self.width = max(width, 1)
    self.height = max(height, 1)
    cells = Array(
      repeating: Array(repeating: Cell(text: " ", style: .plain), count: max(width, 1)), count: max(height, 1)
    )
  }

  /// Writes a text from a column on, clipped at the right edge or after `columns`. Hostile characters are
  /// made safe. Returns the column after it.
  @discardableResult
  package mutating func write(
    _ text: String, row: Int, column: Int, columns: Int? = nil, _ style: Style = .plain
  )
    -> Int
  {
    guard row >= 0, row < height, column < width else { return column }
    let end = min(width, columns.map { column + max($0, 0) } ?? width)
    var position = column
    for character in DisplayText.safe(text) {
      let size = DisplayText.width(String(character))
      if size == 0 { continue }
      if position + size > end { break }
      if position >= 0 { put(character, size, row, position, style) }
      position += size
    }
    return position
  }

  /// Fills a row from a column on with spaces of a style.
  package mutating func fill(row: Int, column: Int = 0, columns: Int? = nil, _ style: Style) {
    guard row >= 0, row < height else { return }
    let end = min(width, columns.map { column + max($0, 0) } ?? width)
    for position in max(column, 0)..<max(end, max(column, 0)) {
      cells[row][position] = Cell(text: " ", style: style)
    }
  }

  /// Gives all cells of a row another style, keeping their text.
  package mutating func restyle(row: Int, _ style: Style) {
    guard row >= 0, row < height else { return }
    for position in 0..<width { cells[row][position].style = style }
  }

  private mutating func put(_ character: Character, _ size: Int, _ row: Int, _ column: Int, _ style: Style) {
    // A wide character that is half overwritten would leave a ghost: its other half becomes a space.
    if cells[row][column].text.isEmpty, column > 0 { cells[row][column - 1].text = " " }
    let after = column + size
    if after < width, cells[row][after].text.isEmpty { cells[row][after].text = " " }
    cells[row][column] = Cell(text: String(character), style: style)
    if size == 2 { cells[row][column + 1] = Cell(text: "", style: style) }
  }

  /// A row as runs of one style each.
  package func runs(row: Int) -> [(text: String, style: Style)] {
    var result: [(text: String, style: Style)] = []
    for cell in cells[row] {
      if let last = result.last, last.style == cell.style {
        result[result.count - 1].text += cell.text
      } else {
        result.append((cell.text, cell.style))
      }
    }
    return result
  }

  /// A row's text, without styles.
  package func text(row: Int) -> String { cells[row].map(\.text).joined() }

  /// The whole screen's text, for tests and for a screen that is printed.
  package var text: String { (0..<height).map { text(row: $0) }.joined(separator: "\n") }
}
