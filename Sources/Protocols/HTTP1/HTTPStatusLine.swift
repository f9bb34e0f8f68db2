/// The parts of a status line (RFC 9112 §4): `HTTP-version SP status-code SP reason-phrase`.
struct HTTPStatusLine {
  var version: Range<Int>
  var status: Range<Int>
  var message: Range<Int>
  /// The status as a number between 100 and 999, or nil.
  var number: Int?

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
    while position < end, HTTPText.isSpace(line[position]) { position &+= 1 }
    message = position..<end
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
