package import Wire

/// Request or response as read so far: its first line, headers and body.
package final class HTTPMessage {
  /// How the body's end is found.
  package enum BodyFraming: UInt8, Sendable, BitwiseCopyable {
    case unknown, none, length, chunked, untilClose, invalid
  }

  /// What is asked for again and again. It is the module's own: the compiler sees all that changes it, and
  /// proves once that accesses keep apart instead of having that asked at each of them.
  private var core = Core()
  private var texts = Texts()
  /// Where the values of the known headers stand.
  private var places = HTTPHeaders.Places(repeating: 0)

  /// The part of a message that is small.
  private struct Core: BitwiseCopyable {
    var framing = BodyFraming.unknown
    var contentLength: Int64?
    var transferredBytes: UInt64 = 0
    var present: UInt32 = 0
    var hasHeaders = false
    var hasTrailers = false
    var hasLastChunk = false
  }

  /// The text of a message.
  private struct Texts {
    var line: [UInt8] = []
    var lineEnd: [UInt8] = []
    var rawHeaders: [UInt8] = []
    var rawTrailers: [UInt8] = []
    var headers = HTTPHeaders()
    var headerText: [UInt8]?
    var headerNames: [UInt8]?
  }

  /// The first line without its terminator.
  package var line: [UInt8] {
    get { texts.line }
    set { texts.line = newValue }
  }
  /// The first line's terminator as it came.
  package var lineEnd: [UInt8] {
    get { texts.lineEnd }
    set { texts.lineEnd = newValue }
  }
  /// The header block as it came, with the empty line that ends it.
  package var rawHeaders: [UInt8] {
    get { texts.rawHeaders }
    set { texts.rawHeaders = newValue }
  }
  /// The headers that were read; to be put in anew, as a whole, where they change.
  package var headers: HTTPHeaders {
    get { texts.headers }
    set {
      core.present = newValue.present
      places = newValue.places
      texts.headers = newValue
      texts.headerText = nil
      texts.headerNames = nil
    }
  }
  /// Headers after a chunked body, as they came.
  package var rawTrailers: [UInt8] {
    get { texts.rawTrailers }
    set { texts.rawTrailers = newValue }
  }
  /// The body after undoing its codings, up to the limit.
  package let body = Body()
  package var framing: BodyFraming {
    get { core.framing }
    set { core.framing = newValue }
  }
  /// What Content-Length says.
  package var contentLength: Int64? {
    get { core.contentLength }
    set { core.contentLength = newValue }
  }
  /// Bytes of the body as transferred: with the lines of its chunks, content codings not undone.
  package var transferredBytes: UInt64 {
    get { core.transferredBytes }
    set { core.transferredBytes = newValue }
  }
  /// The headers were read to their end.
  package var hasHeaders: Bool {
    get { core.hasHeaders }
    set { core.hasHeaders = newValue }
  }
  package var hasTrailers: Bool {
    get { core.hasTrailers }
    set { core.hasTrailers = newValue }
  }
  /// The chunk that ends a body has come: headers may follow.
  package var hasLastChunk: Bool {
    get { core.hasLastChunk }
    set { core.hasLastChunk = newValue }
  }

  package init() {}

  /// Whether there may be a header of this name.
  @inline(__always)
  func has(_ name: HTTPHeaderName) -> Bool { core.present & name.bit != 0 }

  /// The value of a header.
  package func value(of name: HTTPHeaderName) -> [UInt8]? {
    guard has(name) else { return nil }
    let place = places[Int(name.rawValue)]
    guard place != 0 else { return texts.headers.value(of: name) }
    let bytes = texts.headers.bytes
    return bytes.rawSpan.part(HTTPHeaders.start(place), HTTPHeaders.count(place)).copied()
  }

  /// The value of the header with this name (given in lower case).
  package func value(of name: String) -> [UInt8]? { texts.headers.value(of: name) }

  /// Buffer of `http.header`: all headers but the cookies, as text. The message's direction does not change,
  /// so that it is made once.
  package func headerText(_ direction: Direction) -> [UInt8] {
    let cookie = direction == .toServer ? HTTPHeaderName.cookie : .setCookie
    guard has(cookie) else { return texts.headers.bytes }
    if let known = texts.headerText { return known }
    let text = texts.headers.text(without: cookie)
    texts.headerText = text
    return text
  }

  /// Buffer of `http.header_names`: the names between CR LF pairs, ended by two of them. Made once it is
  /// asked for.
  package var headerNames: [UInt8] {
    if let known = texts.headerNames { return known }
    let names = texts.headers.names
    texts.headerNames = names
    return names
  }

  /// Buffer of `http.start`: first line, headers and the empty line, in normal form.
  package func start(_ direction: Direction) -> [UInt8] {
    // The response line keeps its own line break and gets another one, as Suricata shows it.
    let (line, lineEnd, headers) = (line, lineEnd, headers)
    var text: [UInt8] = []
    text.reserveCapacity(line.count &+ lineEnd.count &+ headers.bytes.count &+ 4)
    text += line
    if direction == .toClient { text += lineEnd }
    text.append(0x0D)
    text.append(0x0A)
    if headers.bytes.isEmpty { return text }
    text += headers.bytes
    text.append(0x0D)
    text.append(0x0A)
    return text
  }

  /// Instances of `http.request_header` and `http.response_header`: `Name: value` of each header.
  package var headerList: [[UInt8]] {
    headers.entries.map { Array(headers.bytes[$0.name.lowerBound..<$0.value.upperBound]) }
  }
}
