package import Wire

/// What a direction sent on a stream besides its headers and its body.
package struct HTTP2Signals: Sendable {
  /// Types of the frames, in order, each kind once in a row.
  package var types: [UInt8] = []
  package var settings: [HTTP2Setting] = []
  package var errorCode: UInt32?
  /// The code is that of a GOAWAY frame.
  package var endsConnection = false
  package var priorities: [UInt8] = []
  package var windows: [UInt32] = []
  package var tableSizes: [UInt64] = []
  /// Headers in order, with the changes of the table's size among them.
  package var headers: [HTTP2Header] = []

  /// Signals of each kind that are kept for rules.
  static let countMax = 64
}

/// A stream of HTTP/2, seen as a request and its response, or one frame about the connection as a whole.
///
/// It is an HTTP transaction, so that all keywords of HTTP work on it.
package final class HTTP2Transaction: HTTPTransaction {
  /// 0: the connection.
  package let stream: UInt32
  package var signals = Pair<HTTP2Signals>(both: HTTP2Signals())
  /// The DNS messages that the request and the response bring.
  package internal(set) var dns = Pair<DNSTransaction?>(both: nil)

  private static let version = Array("HTTP/2".utf8)

  init(number: UInt64, stream: UInt32) {
    self.stream = stream
    super.init(number: number)
    requestVersion = Self.version
    if stream == 0 { responseVersion = Self.version }
    // There are no reason phrases; the buffer is there, and empty.
    statusMessage = []
  }

  /// Adds an event once.
  func add(_ event: HTTP2Event) { add(number: event.rawValue) }

  /// Whatever goes wrong in a body is its decompression here.
  package override func add(_ event: HTTPEvent) { add(.failedDecompression) }

  private func add(number: UInt8) {
    guard !events.contains(number) else { return }
    events.append(number)
    revision &+= 1
  }

  /// Notes the type of a frame.
  func note(_ type: UInt8, _ direction: Direction) {
    if signals[direction].types.contains(type) { return }
    signals[direction].types.append(type)
    revision &+= 1
  }

  /// There is something that a record can tell.
  package var isTelling: Bool {
    Direction.allCases.contains { direction in
      let signal = signals[direction]
      return !signal.headers.isEmpty || !signal.settings.isEmpty || signal.errorCode != nil
        || !signal.priorities.isEmpty
    }
  }

  /// What the response, or else the request, says of the length of its body.
  package var announcedLength: Int64? {
    for direction in [Direction.toClient, .toServer] {
      if let text = header(.contentLength, direction) { return HTTPText.decimal(text, text.indices) }
    }
    return nil
  }

  /// Takes a whole block of headers; those after the body are added to the others.
  func take(_ headers: [HTTP2Header], _ direction: Direction) {
    let message = message(direction)
    var joined = message.headers
    for header in headers {
      guard signals[direction].headers.count < HPACKDecoder.Limits.headers else { break }
      signals[direction].headers.append(header)
      if let size = header.tableSize {
        if signals[direction].tableSizes.count < HTTP2Signals.countMax {
          signals[direction].tableSizes.append(size)
        }
        continue
      }
      join(header, into: &joined)
    }
    message.headers = joined
    message.rawHeaders = message.headers.bytes
    message.hasHeaders = true
    if direction == .toServer { settleRequest() } else { settleResponse() }
    advance(direction, to: Step.body)
    revision &+= 1
  }

  /// Repeated headers make one value, as one would be read (RFC 9110 §5.3).
  private func join(_ header: HTTP2Header, into headers: inout HTTPHeaders) {
    guard !header.name.isEmpty else { return }
    let known = HTTPHeaderName(header.name.rawSpan)
    if let position = headers.position(of: header.name.rawSpan, known) {
      headers.join(position, with: header.value.rawSpan)
    } else {
      headers.append(name: header.name.rawSpan, known, value: header.value.rawSpan)
    }
  }

  private func settleRequest() {
    hasRequest = true
    if let method = request.value(of: ":method") { self.method = method }
    rawURI = request.value(of: ":path")
    uri = rawURI
    let authority = request.value(of: ":authority")
    let named = header(.host, .toServer)
    rawHost = authority ?? named
    host = rawHost.map(Self.hostName)
    if let authority, let named, authority != named { add(.authorityHostMismatch) }
    if authority?.contains(0x40) == true { add(.userInfoInURI) }
    request.line = method + [0x20] + (rawURI ?? []) + Array(" HTTP/2\r\n".utf8)
  }

  /// The server has sent something of a response.
  func noteResponse() { responseVersion = Self.version }

  private func settleResponse() {
    hasResponse = true
    noteResponse()
    guard let status = response.value(of: ":status") else { return }
    self.status = status
    statusNumber = HTTPText.decimal(status, status.indices).flatMap { Int(exactly: $0) }
    response.line = Array("HTTP/2 ".utf8) + status
    response.lineEnd = [0x0D, 0x0A]
    if let range = header(.contentRange, .toClient) { contentRange = HTTPContentRange(range) }
  }

  /// The host of an authority in lower case: without user and port.
  private static func hostName(_ authority: [UInt8]) -> [UInt8] {
    var name = authority[...]
    if let at = name.lastIndex(of: 0x40) { name = name[(at + 1)...] }
    let isLiteral = name.first == 0x5B
    if let colon = name.lastIndex(of: 0x3A), !isLiteral || name[..<colon].last == 0x5D {
      name = name[..<colon]
    }
    return name.map(HTTPText.lowercased)
  }

  /// Each header as `name: value`, for the keywords on single headers.
  func headerList(_ direction: Direction) -> [[UInt8]] {
    signals[direction].headers.filter { $0.tableSize == nil }.map { $0.name + [0x3A, 0x20] + $0.value }
  }
}
