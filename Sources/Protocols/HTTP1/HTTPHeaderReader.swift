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
  private var value: [UInt8] = []

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
    guard let first = line.first.map({ block[$0] }) else { return }
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
      let whole = value
      self.name = nil
      beginFolded(whole, name, rest, of: block)
    } else {
      value.append(contentsOf: block[line].drop { $0 == 0 })
    }
  }

  /// Whether a continuation is a header of its own: browsers take `name:` for one.
  private func beginsHeader(_ rest: Range<Int>, of block: [UInt8]) -> Bool {
    guard isResponse, let colon = rest.first(where: { block[$0] == 0x3A }), colon > rest.lowerBound else {
      return false
    }
    return hasColon && block[rest.lowerBound..<colon].allSatisfy(HTTPText.isToken)
  }

  private static func colon(_ line: Range<Int>, of block: [UInt8]) -> Int? {
    var position = line.lowerBound
    while position < line.upperBound {
      if block[position] == 0x3A { return position }
      position &+= 1
    }
    return nil
  }

  private mutating func begin(_ line: Range<Int>, of block: [UInt8]) {
    guard let colon = Self.colon(line, of: block) else {
      name = line
      hasColon = false
      take(block[line])
      return
    }
    let wanted = HTTPText.trimmed(block, line.lowerBound..<colon)
    if wanted.isEmpty {
      headers.faults.append(.emptyName)
    } else if wanted != line.lowerBound..<colon {
      headers.faults.append(.spaceAfterName)
    } else if wanted.contains(where: { !HTTPText.isToken(block[$0]) }) {
      headers.faults.append(.invalid)
    }
    name = wanted
    hasColon = true
    take(block[(colon &+ 1)..<line.upperBound])
  }

  /// A header whose name stood on the line before its colon.
  private mutating func beginFolded(
    _ text: [UInt8], _ name: Range<Int>, _ rest: Range<Int>, of block: [UInt8]
  ) {
    self.name = HTTPText.trimmed(block, name)
    hasColon = true
    headers.faults.append(.invalid)
    take(block[rest.dropFirst()])
  }

  /// Begins a value, in the storage of the one before.
  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    value.removeAll(keepingCapacity: true)
    value.append(contentsOf: bytes)
  }

  private mutating func finishHeader(_ block: [UInt8]) {
    guard var name else { return }
    self.name = nil
    if !hasColon {
      headers.faults.append(.missingColon)
      name = name.lowerBound..<name.lowerBound
    }
    let text = value[HTTPText.trimmed(value, value.indices)]
    guard let position = headers.position(of: block[name]) else {
      guard headers.entries.count <= headersMax else { return }
      if headers.entries.count == headersMax {
        headers.faults.append(.tooMany)
        headers.hasTooMany = true
      }
      headers.append(name: block[name], value: text)
      return
    }
    headers.faults.append(.repetition)
    if HTTPText.equals(block, name, "content-length") {
      let known = headers.entries[position].value
      if !headers.bytes[known].elementsEqual(text) { headers.hasAmbiguousContentLength = true }
      headers.markRepeated(position)
      return
    }
    repetitions &+= 1
    guard repetitions <= Self.repetitionsMax else { return }
    headers.join(position, with: text)
  }
}
