/// A drawing being written as SVG (SVG 1.1), without scripts, links or anything from outside.
struct Drawing {
  private let width: Int
  private let height: Int
  private let title: String
  private var parts: [String] = []

  init(width: Int, height: Int, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  /// The element.
  var svg: String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
      + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(ReportText.escaped(title))\">\n"
      + parts.joined(separator: "\n") + "\n</svg>"
  }

  mutating func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ color: String, width: Int = 1) {
    let ends = "x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\""
    parts.append("<line \(ends) stroke=\"\(color)\" stroke-width=\"\(width)\"/>")
  }

  mutating func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ fill: String, stroke: String = "none")
  {
    parts.append(
      "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(max(width, 1))\" height=\"\(height)\" rx=\"3\" fill=\"\(fill)\" "
        + "stroke=\"\(stroke)\"/>")
  }

  mutating func dot(_ x: Int, _ y: Int, _ radius: Int, _ fill: String) {
    parts.append("<circle cx=\"\(x)\" cy=\"\(y)\" r=\"\(radius)\" fill=\"\(fill)\" stroke=\"#fff\"/>")
  }

  /// An arrow that bends a little, so that the one back does not lie on it.
  mutating func arrow(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ color: String, width: Int) {
    let (mx, my) = ((x1 + x2) / 2 - (y2 - y1) / 8, (y1 + y2) / 2 + (x2 - x1) / 8)
    parts.append(
      "<path d=\"M\(x1) \(y1) Q\(mx) \(my) \(x2) \(y2)\" fill=\"none\" stroke=\"\(color)\" "
        + "stroke-width=\"\(width)\"/>")
    // The tip: a triangle along the last part of the curve.
    let (dx, dy) = (Double(x2 - mx), Double(y2 - my))
    let length = max((dx * dx + dy * dy).squareRoot(), 1)
    let (ux, uy) = (dx / length, dy / length)
    let point = { (along: Double, across: Double) in
      "\(Int((Double(x2) - along * ux - across * uy).rounded())),"
        + "\(Int((Double(y2) - along * uy + across * ux).rounded()))"
    }
    parts.append("<polygon points=\"\(point(0, 0)) \(point(9, 4)) \(point(9, -4))\" fill=\"\(color)\"/>")
  }

  /// A text that stays readable where lines run below it.
  mutating func label(_ x: Int, _ y: Int, _ text: String, size: Int, color: String) {
    parts.append(
      "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" fill=\"\(color)\" text-anchor=\"middle\" "
        + "stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">\(ReportText.escaped(text))</text>")
  }

  mutating func text(
    _ x: Int, _ y: Int, _ text: String, size: Int = 12, color: String = "#1b1f24", anchor: String = "start"
  ) {
    parts.append(
      "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" fill=\"\(color)\" text-anchor=\"\(anchor)\">"
        + "\(ReportText.escaped(text))</text>")
  }

  /// A text cut to about so many pixels: a CJK character is as wide as two letters.
  static func fitted(_ text: String, pixels: Int, size: Int = 12) -> String {
    var used = 0, result = ""
    for character in text {
      let isWide = character.unicodeScalars.first.map { $0.value >= 0x1100 } ?? false
      used += isWide ? size : character.isUppercase ? size * 3 / 4 : size * 3 / 5
      if used > pixels { return result + "…" }
      result.append(character)
    }
    return result
  }
}

/// Colours: of severities and outcomes, that differ in lightness too.
enum Palette {
  static let red = "#b3261e"
  static let orange = "#c96a12"
  static let green = "#1f7a4d"
  static let blue = "#2b5f9e"
  static let grey = "#8c959f"
  static let faint = "#e3e6ea"

  /// Eight steps from nearly white to dark red, for counts by their logarithm.
  static func heat(_ count: Int) -> String {
    let steps = ["#f6f7f8", "#fde5df", "#f9c9bd", "#f2a594", "#e67d6a", "#d45445", "#b9332a", "#8a1c1c"]
    let logarithm = count <= 0 ? 0 : Int.bitWidth - count.leadingZeroBitCount
    return steps[min(logarithm, steps.count - 1)]
  }
}
