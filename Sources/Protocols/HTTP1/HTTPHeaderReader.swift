import Wire

/// Reads the lines of a header block that was gathered (RFC 9112 §5).
///
///     Name ":" OWS value OWS CRLF
///     SP|HTAB continuation CRLF        (obs-fold: joined to the value before it with one blank)
///
/// Servers and clients accept far more than that; what is accepted here follows what the reference engine
/// accepts, because a line that it reads and we do not is a way past us.
struct HTTPHeaderReader {
  /// Repetitions of one message that are joined; more are dropped, so that the joining stays linear.
  static let repetitionsMax = 65

  let headersMax: Int
  let isResponse: Bool
  private var headers: HTTPHeaders
  private var repetitions = 0
  /// The header being read, and whether its colon was seen.
  private var name: Range<Int>?
  private var hasColon = false
  /// What its name is known as.
  private var known: HTTPHeaderName?
  /// Where its value stands, or, once a line was folded, the value itself.
  private var place = 0..<0
  private var folded: [UInt8] = []
  private var isFolded = false

  private init(headersMax: Int, isResponse: Bool, _ headers: HTTPHeaders) {
    self.headersMax = headersMax
    self.isResponse = isResponse
    self.headers = headers
  }

  /// Reads all lines of `block`, adding to `headers`.
  static func read(
    _ block: [UInt8], lines: [Range<Int>], headersMax: Int, isResponse: Bool = false,
    into headers: HTTPHeaders = HTTPHeaders()
  ) -> HTTPHeaders {
    var reader = HTTPHeaderReader(headersMax: headersMax, isResponse: isResponse, headers)
    for line in lines { reader.take(line, of: block) }
    reader.finishHeader(block)
    return reader.headers
  }

  private mutating func take(_ line: Range<Int>, of block: [UInt8]) {
    guard !line.isEmpty else { return }
    let first = block[line.lowerBound]
    guard HTTPText.isBlank(first) || first == 0 else {
      finishHeader(block)
      begin(line, of: block)
      return
    }
    var lower = line.lowerBound
    while lower < line.upperBound, HTTPText.isSpace(block[lower]) || block[lower] == 0 { lower &+= 1 }
    let rest = lower..<line.upperBound
    if name == nil { headers.faults.append(.invalidFolding) }
    if name == nil || beginsHeader(rest, of: block) {
      finishHeader(block)
      begin(rest, of: block)
    } else if let name, !hasColon, block[rest].first == 0x3A {
      // The fold stood between the name and its colon.
      beginFolded(name, rest, of: block)
    } else {
      if !isFolded {
        isFolded = true
        folded.removeAll(keepingCapacity: true)
        folded.append(contentsOf: block[place])
      }
      folded.append(contentsOf: block[line].drop { $0 == 0 })
    }
  }

  /// Whether a continuation is a header of its own: browsers take `name:` for one.
  private func beginsHeader(_ rest: Range<Int>, of block: [UInt8]) -> Bool {
    guard isResponse, let colon = rest.first(where: { block[$0] == 0x3A }), colon > rest.lowerBound else {
      return false
    }
    return hasColon && block[rest.lowerBound..<colon].allSatisfy(HTTPText.isToken)
  }

  private mutating func begin(_ line: Range<Int>, of block: [UInt8]) {
    isFolded = false
    known = nil
    name = line
    let span = block.rawSpan.part(line.lowerBound, line.count)
    guard let length = span.firstIndex(of: 0x3A, from: 0) else {
      hasColon = false
      place = line
      return
    }
    hasColon = true
    let whole = line.lowerBound..<(line.lowerBound &+ length)
    place = (whole.upperBound &+ 1)..<line.upperBound
    name = whole
    known = HTTPHeaderName(span.part(0, length))
    if known == nil { check(whole, of: block) }
  }

  /// Finds what is odd about a name that is not known.
  private mutating func check(_ whole: Range<Int>, of block: [UInt8]) {
    var index = whole.lowerBound
    while index < whole.upperBound, HTTPText.isToken(block[index]) { index &+= 1 }
    if index == whole.upperBound, !whole.isEmpty { return }
    let wanted = HTTPText.trimmed(block, whole)
    if wanted.isEmpty {
      headers.faults.append(.emptyName)
    } else if wanted != whole {
      headers.faults.append(.spaceAfterName)
      known = HTTPHeaderName(block.rawSpan.part(wanted.lowerBound, wanted.count))
    } else {
      headers.faults.append(.invalid)
    }
    name = wanted
  }

  /// A header whose name stood on the line before its colon.
  private mutating func beginFolded(_ name: Range<Int>, _ rest: Range<Int>, of block: [UInt8]) {
    let wanted = HTTPText.trimmed(block, name)
    self.name = wanted
    known = HTTPHeaderName(block.rawSpan.part(wanted.lowerBound, wanted.count))
    hasColon = true
    headers.faults.append(.invalid)
    isFolded = false
    place = (rest.lowerBound &+ 1)..<rest.upperBound
  }

  private mutating func finishHeader(_ block: [UInt8]) {
    guard var name else { return }
    self.name = nil
    if !hasColon {
      headers.faults.append(.missingColon)
      name = name.lowerBound..<name.lowerBound
    }
    if isFolded {
      let whole = folded
      add(block, name, whole, HTTPText.trimmed(whole, 0..<whole.count))
    } else {
      add(block, name, block, HTTPText.trimmed(block, place))
    }
  }

  /// A header stands as it is to be kept: between name and value a colon and a blank, and CR LF behind it.
  private func isPlain(_ block: [UInt8], _ name: Range<Int>, _ value: Range<Int>) -> Bool {
    !isFolded && hasColon && value.lowerBound == name.upperBound &+ 2
      && value.upperBound &+ 1 < block.count && block[name.upperBound] == 0x3A
      && block[name.upperBound &+ 1] == 0x20 && block[value.upperBound] == 0x0D
      && block[value.upperBound &+ 1] == 0x0A
  }

  private mutating func add(_ block: [UInt8], _ name: Range<Int>, _ bytes: [UInt8], _ range: Range<Int>) {
    let text = block.rawSpan.part(name.lowerBound, name.count)
    guard let position = headers.position(of: text, known) else {
      guard headers.entries.count <= headersMax else { return }
      if headers.entries.count == headersMax {
        headers.faults.append(.tooMany)
        headers.hasTooMany = true
      }
      if isPlain(block, name, range) {
        let line = block.rawSpan.part(name.lowerBound, range.upperBound &+ 2 &- name.lowerBound)
        headers.append(line: line, nameCount: name.count, known)
      } else {
        headers.append(name: text, known, value: bytes.rawSpan.part(range.lowerBound, range.count))
      }
      return
    }
    headers.faults.append(.repetition)
    if known == .contentLength {
      let before = headers.entries[position].value
      if !headers.bytes[before].elementsEqual(bytes[range]) { headers.hasAmbiguousContentLength = true }
      headers.markRepeated(position)
      return
    }
    repetitions &+= 1
    guard repetitions <= Self.repetitionsMax else { return }
    headers.join(position, with: bytes.rawSpan.part(range.lowerBound, range.count))
  }
}
