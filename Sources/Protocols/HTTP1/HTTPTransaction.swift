package import Wire

/// One request and its response, of HTTP/1 or (as a subclass) of HTTP/2.
package class HTTPTransaction: Transaction {
  /// Steps of `progress` in both directions: the step that is being read.
  package enum Step {
    package static let started: UInt8 = 0
    package static let line: UInt8 = 1
    package static let headers: UInt8 = 2
    package static let body: UInt8 = 3
    package static let trailer: UInt8 = 4
    package static let complete: UInt8 = 5
  }

  /// Kinds of faults of headers, each told once for an exchange, whichever side it is found on.
  struct HeaderFaults: OptionSet {
    let rawValue: UInt8
    static let unreadable = HeaderFaults(rawValue: 1)
    static let invalid = HeaderFaults(rawValue: 2)
    static let folding = HeaderFaults(rawValue: 4)
  }

  private final var headerFaults: HeaderFaults = []

  /// Whether a fault is the first of its kind; it is noted.
  final func takesFault(_ kind: HeaderFaults) -> Bool { headerFaults.insert(kind).inserted }

  /// Target shown where the request of a response was not seen: EVE's `url` and the name of its file.
  package static let unseenTarget = Array("/libhtp::request_uri_not_seen".utf8)

  package final let request = HTTPMessage()
  package final let response = HTTPMessage()
  /// What the lines say. It is the module's own: the compiler sees all that changes it, and proves once that
  /// accesses keep apart instead of having that asked at each of them.
  private final var lines = Lines()

  /// What is taken from the first lines of both messages, and from the Host header.
  private struct Lines {
    var hasRequest = false
    var hasResponse = false
    var method: [UInt8] = []
    var rawURI: [UInt8]?
    var uri: [UInt8]?
    var path: [UInt8] = []
    var requestVersion: [UInt8] = []
    var responseVersion: [UInt8] = []
    var host: [UInt8]?
    var rawHost: [UInt8]?
    var port: UInt16?
    var status: [UInt8]?
    var statusNumber: Int?
    var statusMessage: [UInt8]?
    var hasContinue = false
    var isHTTP09 = false
  }

  /// The request was seen, at least its line.
  package final var hasRequest: Bool {
    get { lines.hasRequest }
    set { lines.hasRequest = newValue }
  }
  package final var hasResponse: Bool {
    get { lines.hasResponse }
    set { lines.hasResponse = newValue }
  }
  package final var method: [UInt8] {
    get { lines.method }
    set { lines.method = newValue }
  }
  /// The target as sent: EVE's `url`. Where no request was seen, a text that says so.
  package final var rawURI: [UInt8]? {
    get { lines.rawURI }
    set { lines.rawURI = newValue }
  }
  /// The target in normal form: `http.uri`.
  package final var uri: [UInt8]? {
    get { lines.uri }
    set { lines.uri = newValue }
  }
  /// The path of the target in normal form, which names files.
  package final var path: [UInt8] {
    get { lines.path }
    set { lines.path = newValue }
  }
  /// Versions as sent; empty where there is none.
  package final var requestVersion: [UInt8] {
    get { lines.requestVersion }
    set { lines.requestVersion = newValue }
  }
  package final var responseVersion: [UInt8] {
    get { lines.responseVersion }
    set { lines.responseVersion = newValue }
  }
  /// Host in lower case without port, from the target or the Host header.
  package final var host: [UInt8]? {
    get { lines.host }
    set { lines.host = newValue }
  }
  /// Host as sent, with port.
  package final var rawHost: [UInt8]? {
    get { lines.rawHost }
    set { lines.rawHost = newValue }
  }
  /// Port given in the target or the Host header.
  package final var port: UInt16? {
    get { lines.port }
    set { lines.port = newValue }
  }
  /// The status as sent, and as a number where it is one.
  package final var status: [UInt8]? {
    get { lines.status }
    set { lines.status = newValue }
  }
  package final var statusNumber: Int? {
    get { lines.statusNumber }
    set { lines.statusNumber = newValue }
  }
  package final var statusMessage: [UInt8]? {
    get { lines.statusMessage }
    set { lines.statusMessage = newValue }
  }
  /// An interim response was seen.
  package final var hasContinue: Bool {
    get { lines.hasContinue }
    set { lines.hasContinue = newValue }
  }
  /// The request lacks a version: HTTP/0.9.
  package final var isHTTP09: Bool {
    get { lines.isHTTP09 }
    set { lines.isHTTP09 = newValue }
  }
  /// File of each direction that the whole body is.
  package final var bodyFiles = Pair<TransferredFile?>(both: nil)
  /// Where the file of a response begins in the whole resource (`Content-Range`).
  package final var contentRange: HTTPContentRange?

  /// The message of a direction.
  package final func message(_ direction: Direction) -> HTTPMessage {
    direction == .toServer ? request : response
  }

  package init(number: UInt64) {
    super.init(number: number, completeFrom: Pair(both: Step.complete))
  }

  /// Adds an event once.
  package func add(_ event: HTTPEvent) {
    guard !events.contains(event.rawValue) else { return }
    events.append(event.rawValue)
    revision &+= 1
  }

  /// Moves a direction on; it never goes back.
  package final func advance(_ direction: Direction, to step: UInt8) {
    guard step > core.progress[direction] else { return }
    core.progress[direction] = step
    core.revision &+= 1
  }

  /// `urilen`: length of the target in normal form, or as sent.
  package final func uriLength(raw: Bool) -> Int { (raw ? rawURI : uri)?.count ?? 0 }

  /// The value of a request or response header.
  package final func header(_ name: HTTPHeaderName, _ direction: Direction) -> [UInt8]? {
    direction == .toServer ? request.value(of: name) : response.value(of: name)
  }

  /// EVE's `http_content_type`: the media type of the response without parameters.
  package final var responseMediaType: [UInt8]? {
    header(.contentType, .toClient).map { Array($0.prefix { $0 != 0x3B }) }
  }

  /// EVE's `length`: bytes of the response's body as transferred.
  package final var responseLength: UInt64 { response.transferredBytes }
}

/// What a Content-Range header says (RFC 9110 §14.4): `bytes 0-99/200`.
package struct HTTPContentRange: Sendable {
  /// The header's value.
  package let raw: [UInt8]
  /// First and last byte, and the whole length, each where given.
  package var start: Int64?
  package var end: Int64?
  package var size: Int64?

  /// Reads a value; nil where it is not a byte range.
  package init?(_ value: [UInt8]) {
    raw = value
    guard HTTPText.startsWith(value, value.indices, "bytes") else { return nil }
    var position = 5
    while position < value.count, HTTPText.isSpace(value[position]) { position &+= 1 }
    guard position > 5, let slash = value.firstIndex(of: 0x2F), slash >= position else { return nil }
    if let dash = value[position..<slash].firstIndex(of: 0x2D) {
      guard let first = HTTPText.decimal(value, position..<dash),
        let last = HTTPText.decimal(value, (dash &+ 1)..<slash)
      else { return nil }
      guard first <= last else { return nil }
      (start, end) = (first, last)
    } else if value[position..<slash] != [0x2A] {
      return nil
    }
    let total = (slash &+ 1)..<value.count
    if value[total] != [0x2A] {
      guard let number = HTTPText.decimal(value, total) else { return nil }
      size = number
    }
  }
}
