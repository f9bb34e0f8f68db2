import Wire

/// SIP (RFC 3261) over UDP and TCP: the protocol's entry in the catalogue.
enum SIP {
  static let entry = ApplicationProtocol(
    name: "sip", transports: [.udp, .tcp], ports: [5060, 5061],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: SIPEvent.allCases.map(\.name), fields: fields, frames: SIPFrame.names,
    recognise: { bytes, direction, _ in
      direction == .toServer ? recogniseRequest(bytes) : recogniseResponse(bytes)
    },
    makeSession: { _ in SIPSession(isStream: true) },
    makeDatagramSession: { _ in SIPSession(isStream: false) })

  private static let ownMethods = methods([
    "BYE", "CANCEL", "INVITE", "MESSAGE", "PRACK", "PUBLISH", "REFER", "REGISTER",
  ])
  /// Methods that other protocols of text have as well: their line must name SIP.
  private static let sharedMethods = methods(["ACK", "INFO", "NOTIFY", "OPTIONS", "SUBSCRIBE", "UPDATE"])

  /// First letters of all of them: what most traffic does not begin with.
  private static let initials: UInt32 = (ownMethods + sharedMethods).reduce(0) {
    $0 | 1 << UInt32($1[0] - 0x41)
  }
  private static let version = Array("SIP/2.0".utf8)

  private static func methods(_ names: [String]) -> [[UInt8]] { names.map { Array($0.utf8) } }

  /// Tells a client by the method that its first line begins with.
  private static func recogniseRequest(_ bytes: RawSpan) -> Recognition {
    if bytes.byteCount > 0, initials >> (bytes[0] &- 0x41) & 1 == 0 { return .no }
    var result = Recognition.no
    for method in ownMethods {
      switch begins(bytes, method) {
      case .yes: return .yes
      case .needsMore: result = .needsMore
      default: break
      }
    }
    for method in sharedMethods {
      switch begins(bytes, method) {
      case .yes: return isNamed(in: bytes)
      case .needsMore: result = .needsMore
      default: break
      }
    }
    return result
  }

  private static func recogniseResponse(_ bytes: RawSpan) -> Recognition {
    begins(bytes, version)
  }

  private static func begins(_ bytes: RawSpan, _ word: [UInt8]) -> Recognition {
    for index in 0..<min(word.count, bytes.byteCount) where bytes[index] != word[index] { return .no }
    return bytes.byteCount < word.count ? .needsMore : .yes
  }

  /// Says whether the first line has the protocol's name in it.
  static func isNamed(in bytes: RawSpan) -> Recognition {
    let word = Array("SIP/".utf8)
    var matched = 0
    for index in 0..<bytes.byteCount {
      let byte = bytes[index]
      if byte == 0x0A { return .no }
      matched = byte == word[matched] ? matched &+ 1 : byte == word[0] ? 1 : 0
      if matched == word.count { return .yes }
    }
    return bytes.byteCount < SIPLimits.recognisedLineBytes ? .needsMore : .no
  }
}

/// Frames of SIP (rules: `frame:sip.request.line`).
enum SIPFrame: String, FrameKind {
  /// A message.
  case pdu
  case requestLine = "request.line"
  case responseLine = "response.line"
  /// The header lines, without the empty line behind them.
  case requestHeaders = "request.headers"
  case responseHeaders = "response.headers"
  case requestBody = "request.body"
  case responseBody = "response.body"
}

/// Events of SIP, in the order of their numbers. They are raised on the message before.
enum SIPEvent: UInt8, CaseIterable {
  case incompleteData, invalidData

  /// Name in rules.
  var name: String {
    switch self {
    case .incompleteData: "incomplete_data"
    case .invalidData: "invalid_data"
    }
  }
}

/// Bounds of what a SIP flow may make the parser keep.
enum SIPLimits {
  /// Bytes of a first line in which the protocol's name is looked for.
  static let recognisedLineBytes = 1024
  /// Bytes of a message's first line and headers: as many as a datagram can have.
  static let headerBytes = 64 * 1024
  /// Values kept of one header.
  static let headerValues = 256
  /// Bytes of a body that a session's description is read from.
  static let bodyBytes = 64 * 1024
  /// Lines of a kind, and media, kept of a session's description.
  static let descriptionLines = 1024
}
