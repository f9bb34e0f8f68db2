/// The parts of a status line (RFC 9112 §4): `HTTP-version SP status-code SP reason-phrase`.
struct HTTPStatusLine {
  var version: Range<Int>
  var status: Range<Int>
  /// Empty where the line ends behind the status; nil where it has none.
  var message: Range<Int>?
  /// The status as a number between 100 and 999, or nil.
  var number: Int?

  private static let verticalTab: UInt8 = 0x0B

  /// Reads a line without its terminator.
  init(_ line: [UInt8]) {
    let end = line.count
    var position = 0
    while position < end, HTTPText.isSpace(line[position]) || line[position] == 0 { position &+= 1 }
    let start = position
    while position < end, !HTTPText.isSpace(line[position]) { position &+= 1 }
    version = start..<position
    while position < end, HTTPText.isSpace(line[position]) { position &+= 1 }
    let statusStart = position
    while position < end, !HTTPText.isSpace(line[position]) { position &+= 1 }
    status = statusStart..<position
    // A vertical tab ends the status as well; but it belongs to the phrase, and right behind the status there
    // is no phrase.
    let isClosed = position < end && line[position] == Self.verticalTab
    while position < end, HTTPText.isSpace(line[position]), line[position] != Self.verticalTab {
      position &+= 1
    }
    message = status.isEmpty || isClosed ? nil : position..<end
    if let value = HTTPText.decimal(line, status), value >= 100, value <= 999 { number = Int(value) }
  }

  /// Whether a first line of a response looks like one; else browsers show it as content.
  static func looksLikeOne(_ line: [UInt8]) -> Bool {
    HTTPText.startsWith(line, withoutLeadingSpace(line, line.indices), "http")
  }

  /// The range without the white space and NUL bytes at its beginning.
  static func withoutLeadingSpace(_ line: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var position = range.lowerBound
    while position < range.upperBound, HTTPText.isSpace(line[position]) || line[position] == 0 {
      position &+= 1
    }
    return position..<range.upperBound
  }
}
