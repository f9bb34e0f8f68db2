import Wire

/// The first line and the headers of a SIP message (RFC 3261 §7).
package struct SIPMessage: Sendable {
  /// What the first line says.
  package enum Start: Sendable {
    case request(method: [UInt8], uri: [UInt8])
    case response(code: [UInt8], reason: [UInt8])
  }

  /// Headers that fields show.
  enum Header: CaseIterable {
    case from, to, via, userAgent, contentType, contentLength

    /// Its name in small letters, and the short one (§7.3.3), if there is one.
    var names: (name: String, short: String?) {
      switch self {
      case .from: ("from", "f")
      case .to: ("to", "t")
      case .via: ("via", "v")
      case .userAgent: ("user-agent", nil)
      case .contentType: ("content-type", "c")
      case .contentLength: ("content-length", "l")
      }
    }
  }

  package let start: Start
  /// `SIP/2.0`.
  package let version: [UInt8]
  /// The first line without its end.
  package let line: [UInt8]
  /// Bytes of the first line and of the header lines, line ends included.
  let lineBytes: Int
  private(set) var headerBytes = 0
  private var headers: [Header: [[UInt8]]] = [:]

  /// Where the body begins: behind an empty line.
  var bodyOffset: Int { lineBytes &+ headerBytes &+ 2 }

  /// Values of a header, in order; those of lines that are folded keep their line ends.
  func values(_ header: Header) -> [[UInt8]] { headers[header] ?? [] }

  /// Bytes of the body as the header says, where it says a number.
  var contentLength: Int? {
    guard let value = values(.contentLength).first, !value.isEmpty, value.count <= 9 else { return nil }
    var length = 0
    for byte in value {
      guard let digit = ASCII.decimalDigit(byte) else { return nil }
      length = length &* 10 &+ Int(digit)
    }
    return length
  }

  /// Reads a first line, given without its end; `lineBytes` counts that as well.
  init(line: RawSpan, lineBytes: Int, _ direction: Direction) throws(ParseFailure) {
    self.lineBytes = lineBytes
    self.line = line.copied()
    var words = SIPWords(line)
    if direction == .toServer {
      let method = words.take(SIPCharacters.letter)
      try words.blank()
      let uri = words.take(SIPCharacters.uri)
      guard !uri.isEmpty else { throw ParseFailure(.malformed, at: words.position) }
      try words.blank()
      version = try words.version()
      start = .request(method: method, uri: uri)
    } else {
      version = try words.version()
      try words.blank()
      let code = try words.take(3)
      try words.blank()
      start = .response(code: code, reason: words.take(SIPCharacters.reason))
    }
    guard words.isAtEnd else { throw ParseFailure(.malformed, at: words.position) }
  }

  /// Adds a header line, given without its end; `lineBytes` counts that as well.
  mutating func add(header line: RawSpan, lineBytes: Int) throws(ParseFailure) {
    headerBytes &+= lineBytes
    var words = SIPWords(line)
    let name = words.take(SIPCharacters.token)
    words.skipBlanks()
    try words.expect(UInt8(ascii: ":"))
    words.skipBlanks()
    let value = try words.rest()
    guard let header = Self.header(named: name) else { return }
    if headers[header, default: []].count < SIPLimits.headerValues {
      headers[header, default: []].append(value)
    }
  }

  private static func header(named name: [UInt8]) -> Header? {
    names[String(decoding: name.map(ASCII.lowercased), as: UTF8.self)]
  }

  private static let names: [String: Header] = {
    var names: [String: Header] = [:]
    for header in Header.allCases {
      names[header.names.name] = header
      if let short = header.names.short { names[short] = header }
    }
    return names
  }()
}

/// Reads a message's first line and headers as their bytes come in: each line once.
///
///     method SP uri SP version CR LF, or version SP code SP reason CR LF
///     name *blank ":" *blank value CR LF         a line that begins with a blank goes on with the one before
///     CR LF
struct SIPMessageReader {
  private var message: SIPMessage?
  /// Bytes of lines that were read.
  private var position = 0
  /// Bytes behind them in which no line end was found.
  private var searched = 0

  /// Reads on. `bytes` begin where the message does.
  ///
  /// Throws `.truncated` where more bytes may complete the message.
  mutating func read(_ bytes: RawSpan, _ direction: Direction) throws(ParseFailure) -> SIPMessage {
    while true {
      let end = try lineEnd(in: bytes)
      guard end <= SIPLimits.headerBytes else { throw ParseFailure(.limit, at: end) }
      let line = bytes.part(position, end &- 2 &- position)
      if line.byteCount == 0, let message { return message }
      if message == nil {
        message = try SIPMessage(line: line, lineBytes: end, direction)
      } else {
        try message?.add(header: line, lineBytes: end &- position)
      }
      position = end
      searched = end
    }
  }

  /// Offset behind the line that begins at `position`, with those that it is folded into.
  private mutating func lineEnd(in bytes: RawSpan) throws(ParseFailure) -> Int {
    searched = max(searched, position)
    while let feed = bytes.firstIndex(of: 0x0A, from: searched) {
      guard feed > position, bytes[feed &- 1] == 0x0D else { throw ParseFailure(.malformed, at: feed) }
      if message == nil || feed == position &+ 1 { return feed &+ 1 }
      guard feed &+ 1 < bytes.byteCount else { throw ParseFailure(.truncated, at: bytes.byteCount) }
      let next = bytes[feed &+ 1]
      if next != 0x20, next != 0x09 { return feed &+ 1 }
      searched = feed &+ 1
    }
    searched = bytes.byteCount
    guard bytes.byteCount < SIPLimits.headerBytes else { throw ParseFailure(.limit, at: bytes.byteCount) }
    throw ParseFailure(.truncated, at: bytes.byteCount)
  }
}
