package import Wire

/// Request or response as read so far: its first line, headers and body.
package final class HTTPMessage {
  /// How the body's end is found.
  package enum BodyFraming: UInt8, Sendable {
    case unknown, none, length, chunked, untilClose, invalid
  }

  /// The first line without its terminator.
  package var line: [UInt8] = []
  /// The first line's terminator as it came.
  package var lineEnd: [UInt8] = []
  /// The header block as it came, with the empty line that ends it.
  package var rawHeaders: [UInt8] = []
  package var headers = HTTPHeaders()
  /// Headers after a chunked body, as they came.
  package var rawTrailers: [UInt8] = []
  /// The body after undoing its codings, up to the limit.
  package let body = Body()
  package var framing = BodyFraming.unknown
  /// What Content-Length says.
  package var contentLength: Int64?
  /// Bytes of the body as transferred: with the lines of its chunks, content codings not undone.
  package var transferredBytes: UInt64 = 0
  /// The headers were read to their end.
  package var hasHeaders = false
  package var hasTrailers = false
  /// The chunk that ends a body has come: headers may follow.
  package var hasLastChunk = false

  package init() {}

  /// The value of the header with this name (given in lower case).
  package func value(of name: String) -> [UInt8]? { headers.value(of: name) }

  /// Buffer of `http.header`: all headers but the cookies, as text.
  package func headerText(_ direction: Direction) -> [UInt8] {
    let cookie = direction == .toServer ? "cookie" : "set-cookie"
    return headers.text { !HTTPText.equals(headers.bytes, $0.name, cookie) }
  }

  /// Buffer of `http.header_names`: the names between CR LF pairs, ended by two of them.
  package var headerNames: [UInt8] {
    guard !headers.entries.isEmpty else { return [] }
    var text: [UInt8] = []
    text.reserveCapacity(headers.bytes.count)
    text.append(0x0D)
    text.append(0x0A)
    for entry in headers.entries {
      text.append(contentsOf: headers.bytes[entry.name])
      text.append(0x0D)
      text.append(0x0A)
    }
    text.append(0x0D)
    text.append(0x0A)
    return text
  }

  /// Buffer of `http.start`: first line, headers and the empty line, in normal form.
  package func start(_ direction: Direction) -> [UInt8] {
    // The response line keeps its own line break and gets another one, as Suricata shows it.
    var text: [UInt8] = []
    text.reserveCapacity(line.count &+ lineEnd.count &+ headers.bytes.count &+ 4)
    text += line
    if direction == .toClient { text += lineEnd }
    text.append(0x0D)
    text.append(0x0A)
    if headers.entries.isEmpty { return text }
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
