/// Text made fit for a terminal: control bytes shown instead of sent, and widths counted in columns.
///
/// Everything that came from traffic, rules or files passes through here before it is drawn or printed.
package enum DisplayText {
  /// The text with every control, formatting and bidirectional character replaced, so that nothing in it can
  /// move the cursor, colour the screen, ring, or turn the direction of writing (ECMA-48, Unicode UAX #9).
  package static func safe(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { replacement(of: $0) != nil }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let shown = replacement(of: scalar) {
        result.append(contentsOf: shown.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// Columns that the text takes on a terminal.
  package static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// The text cut to at most `columns` columns, with an ellipsis where something was cut, and filled up with
  /// spaces to exactly that many.
  package static func fitted(_ text: String, to columns: Int, alignsRight: Bool = false) -> String {
    let text = safe(text)
    let width = width(text)
    if width <= columns {
      let fill = String(repeating: " ", count: columns - width)
      return alignsRight ? fill + text : text + fill
    }
    guard columns > 0 else { return "" }
    var result = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      let next = Self.width(scalar)
      if used + next > columns - 1 { break }
      result.append(scalar)
      used += next
    }
    return String(result) + "…" + String(repeating: " ", count: columns - 1 - used)
  }

  /// The text broken into lines of at most `columns` columns, at spaces where there are any, between wide
  /// characters else.
  package static func wrapped(_ text: String, to columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    func isWideStart(_ word: Substring) -> Bool { word.unicodeScalars.contains { width($0) == 2 } }
    for word in safe(text).split(separator: " ", omittingEmptySubsequences: true) {
      let size = width(String(word))
      if used > 0, used + 1 + size > columns, size <= columns, !isWideStart(word) {
        lines.append(line)
        (line, used) = ("", 0)
      }
      if used > 0 { (line, used) = (line + " ", used + 1) }
      for character in word {
        let next = width(String(character))
        if used + next > columns {
          lines.append(line)
          (line, used) = ("", 0)
        }
        line.append(character)
        used += next
      }
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
  }

  /// Columns of one character: 0 for combining ones, 2 for wide ones (Unicode UAX #11), else 1.
  package static func width(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value < 0x20 || (value >= 0x7f && value < 0xa0) ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide(value) ? 2 : 1
    }
  }

  /// East Asian wide and full-width characters, and emoji that terminals draw wide.
  private static func isWide(_ value: UInt32) -> Bool {
    wideRanges.contains { $0.contains(value) }
  }

  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x231a...0x231b, 0x2329...0x232a, 0x23e9...0x23ec, 0x23f0...0x23f0, 0x23f3...0x23f3,
    0x25fd...0x25fe, 0x2614...0x2615, 0x2648...0x2653, 0x267f...0x267f, 0x2693...0x2693, 0x26a1...0x26a1,
    0x26aa...0x26ab, 0x26bd...0x26be, 0x26c4...0x26c5, 0x26ce...0x26ce, 0x26d4...0x26d4, 0x26ea...0x26ea,
    0x26f2...0x26f3, 0x26f5...0x26f5, 0x26fa...0x26fa, 0x26fd...0x26fd, 0x2705...0x2705, 0x270a...0x270b,
    0x2728...0x2728, 0x274c...0x274c, 0x274e...0x274e, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27b0...0x27b0, 0x27bf...0x27bf, 0x2b1b...0x2b1c, 0x2b50...0x2b50, 0x2b55...0x2b55, 0x2e80...0x303e,
    0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3,
    0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18cff,
    0x1b000...0x1b2ff, 0x1f004...0x1f004, 0x1f0cf...0x1f0cf, 0x1f18e...0x1f18e, 0x1f191...0x1f19a,
    0x1f200...0x1f320, 0x1f32d...0x1f335, 0x1f337...0x1f37c, 0x1f37e...0x1f393, 0x1f3a0...0x1f3ca,
    0x1f3cf...0x1f3d3, 0x1f3e0...0x1f3f0, 0x1f3f4...0x1f3f4, 0x1f3f8...0x1f43e, 0x1f440...0x1f440,
    0x1f442...0x1f4fc, 0x1f4ff...0x1f53d, 0x1f54b...0x1f54e, 0x1f550...0x1f567, 0x1f57a...0x1f57a,
    0x1f595...0x1f596, 0x1f5a4...0x1f5a4, 0x1f5fb...0x1f64f, 0x1f680...0x1f6c5, 0x1f6cc...0x1f6cc,
    0x1f6d0...0x1f6d2, 0x1f6d5...0x1f6d7, 0x1f6dc...0x1f6df, 0x1f6eb...0x1f6ec, 0x1f6f4...0x1f6fc,
    0x1f7e0...0x1f7eb, 0x1f7f0...0x1f7f0, 0x1f90c...0x1f93a, 0x1f93c...0x1f945, 0x1f947...0x1f9ff,
    0x1fa70...0x1faff, 0x20000...0x2fffd, 0x30000...0x3fffd,
  ]

  /// What is shown instead of a character that a terminal would obey.
  private static func replacement(of scalar: Unicode.Scalar) -> String? {
    let value = scalar.value
    if value < 0x20 { return Unicode.Scalar(0x2400 + value).map { String($0) } ?? "?" }
    if value == 0x7f { return "␡" }
    if value < 0xa0, value > 0x7f { return "·" }
    switch scalar.properties.generalCategory {
    case .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return "·"
    default: return nil
    }
  }
}
