/// Reads a header block: lines up to the empty one, already gathered (RFC 9112 §5).
///
///     Name ":" OWS value OWS CRLF
///     SP|HTAB continuation CRLF        (obs-fold: joined to the value before it with one blank)
///
/// Servers and clients accept far more than that; what is accepted here follows what the reference engine
/// accepts, because a line that it reads and we do not is a way past us.
struct HTTPHeaderReader {
  /// Repetitions of one message that are joined; more are dropped, so that the joining stays linear.
  static let repetitionsMax = 64

  let headersMax: Int
  private var headers = HTTPHeaders()
  private var repetitions = 0
  private var name: Range<Int>?
  private var value: [UInt8] = []

  init(headersMax: Int) {
    self.headersMax = headersMax
  }

  /// Reads all lines of `block`.
  static func read(
    _ block: [UInt8], lines: [Range<Int>], headersMax: Int, into headers: HTTPHeaders = HTTPHeaders()
  )
    -> HTTPHeaders
  {
    var reader = HTTPHeaderReader(headersMax: headersMax)
    reader.headers = headers
    for line in lines { reader.take(line, of: block) }
    reader.finishHeader(block)
    return reader.headers
  }

  private mutating func take(_ line: Range<Int>, of block: [UInt8]) {
    guard let first = line.first.map({ block[$0] }) else { return }
    if HTTPText.isBlank(first) || first == 0 {
      if name != nil {
        fold(line, of: block)
        return
      }
      headers.faults.append(.invalidFolding)
    }
    finishHeader(block)
    begin(line, of: block)
  }

  private mutating func fold(_ line: Range<Int>, of block: [UInt8]) {
    let part = HTTPText.trimmed(block, line)
    if !value.isEmpty { value.append(0x20) }
    value.append(contentsOf: block[part])
    headers.faults.append(.invalidFolding)
  }

  private mutating func begin(_ line: Range<Int>, of block: [UInt8]) {
    guard let colon = line.first(where: { block[$0] == 0x3A }) else {
      headers.faults.append(.missingColon)
      name = line.lowerBound..<line.lowerBound
      value = Array(block[HTTPText.trimmed(block, line)])
      return
    }
    let wanted = HTTPText.trimmed(block, line.lowerBound..<colon)
    if wanted.isEmpty || wanted != line.lowerBound..<colon
      || wanted.contains(where: { !HTTPText.isToken(block[$0]) })
    {
      headers.faults.append(.invalid)
    }
    name = wanted
    value = Array(block[HTTPText.trimmed(block, (colon &+ 1)..<line.upperBound)])
  }

  private mutating func finishHeader(_ block: [UInt8]) {
    guard let name else { return }
    self.name = nil
    guard let position = headers.position(of: block[name]) else {
      guard headers.entries.count < headersMax else {
        if !headers.hasTooMany { headers.faults.append(.tooMany) }
        headers.hasTooMany = true
        return
      }
      headers.append(name: block[name], value: value)
      return
    }
    if HTTPText.equals(block, name, "content-length") {
      headers.markRepeated(position)
      headers.hasDuplicateContentLength = true
      return
    }
    headers.faults.append(.repetition)
    repetitions &+= 1
    guard repetitions <= Self.repetitionsMax else { return }
    headers.join(position, with: value)
  }
}
