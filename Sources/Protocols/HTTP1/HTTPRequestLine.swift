/// The parts of a request line (RFC 9112 §3), read as leniently as servers do.
///
///     method SP request-target SP HTTP-version
///
/// The target ends at the last blank, so that it may hold blanks; without a last part the request has no
/// version.
struct HTTPRequestLine {
  var method: Range<Int>
  var target: Range<Int>
  var version: Range<Int>
  var events: [HTTPEvent] = []

  /// Has no version: HTTP/0.9, unless headers follow.
  var lacksVersion: Bool { version.isEmpty }

  /// Reads a line without its terminator.
  init(_ line: [UInt8]) {
    let end = line.count
    var position = 0
    while position < end, HTTPText.isSpace(line[position]) { position &+= 1 }
    if position > 0 { events.append(.requestLineLeadingWhitespace) }
    let start = position
    while position < end, !HTTPText.isSpace(line[position]) { position &+= 1 }
    method = start..<position
    let delimiter = position
    while position < end, HTTPText.isSpace(line[position]) { position &+= 1 }
    if line[delimiter..<position].contains(where: { $0 != 0x20 }) {
      events.append(.methodDelimiterNonCompliant)
    }
    target = position..<position
    version = end..<end
    guard position < end else { return }
    readTarget(line, from: position)
  }

  private mutating func readTarget(_ line: [UInt8], from start: Int) {
    var last = line.count
    while last > start, HTTPText.isSpace(line[last &- 1]) { last &-= 1 }
    var split = last
    while split > start, line[split &- 1] != 0x20 { split &-= 1 }
    if split == start {
      // No blank: other white space may stand for it.
      split = last
      while split > start, !HTTPText.isSpace(line[split &- 1]) { split &-= 1 }
      if split > start { events.append(.uriDelimiterNonCompliant) }
    }
    guard split > start else {
      target = start..<last
      return
    }
    var targetEnd = split
    while targetEnd > start, HTTPText.isSpace(line[targetEnd &- 1]) { targetEnd &-= 1 }
    target = start..<targetEnd
    if events.last != .uriDelimiterNonCompliant,
      line[target].contains(where: { $0 != 0x20 && HTTPText.isSpace($0) })
    {
      events.append(.uriDelimiterNonCompliant)
    }
    version = split..<last
  }
}

/// What a version text stands for.
enum HTTPVersion: UInt8, Sendable {
  case none, invalid, v09, v10, v11, v2

  /// Reads `HTTP/1.1`, in any case.
  init(_ line: [UInt8], _ range: Range<Int>) {
    guard !range.isEmpty else {
      self = .none
      return
    }
    guard range.count >= 8 else {
      self = .invalid
      return
    }
    if HTTPText.equals(line, range, "http/1.1") {
      self = .v11
    } else if HTTPText.equals(line, range, "http/1.0") {
      self = .v10
    } else if HTTPText.equals(line, range, "http/0.9") {
      self = .v09
    } else {
      self = .invalid
    }
  }
}

extension HTTPVersion {
  /// Whether a version is before 1.1, which knows no chunks.
  static func isOld(_ version: [UInt8]) -> Bool {
    let number = HTTPVersion(version, version.indices)
    return number == .v10 || number == .v09
  }
}

/// The methods that are known, in the order in which they are looked for.
enum HTTPMethods {
  static let names = [
    "GET", "PUT", "POST", "HEAD", "TRACE", "OPTIONS", "CONNECT", "DELETE", "PATCH", "PROPFIND", "PROPPATCH",
    "MKCOL",
    "COPY", "MOVE", "LOCK", "UNLOCK", "CHECKOUT", "UNCHECKOUT", "CHECKIN", "UPDATE", "LABEL", "REPORT",
    "MKWORKSPACE", "MKACTIVITY", "MERGE", "VERSION-CONTROL", "BASELINE-CONTROL",
  ].map { Array($0.utf8) }

  static func contains(_ line: [UInt8], _ range: Range<Int>) -> Bool {
    let text = line[range]
    return names.contains { $0.elementsEqual(text) }
  }
}
