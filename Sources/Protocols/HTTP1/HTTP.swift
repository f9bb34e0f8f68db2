import Wire

/// HTTP/1 and HTTP/0.9 (RFC 9110, RFC 9112).
package enum HTTP {
  /// The protocol's entry in the catalogue.
  package static let entry = ApplicationProtocol(
    name: "http", aliases: ["http1"], transports: [.tcp], ports: [80],
    progress: Pair(
      [
        "request_started", "request_line", "request_headers", "request_body", "request_trailer",
        "request_complete",
      ],
      [
        "response_started", "response_line", "response_headers", "response_body", "response_trailer",
        "response_complete",
      ]),
    events: HTTPEvent.names, fields: fields, frames: HTTPFrame.names, frameName: "http1",
    recognise: { bytes, direction, _ in recognise(bytes, direction) },
    makeSession: { HTTPSession($0) })

  /// Bytes after which no method or version can still be complete.
  private static let recognisedBytesMax = 24

  /// Tells HTTP by a method and a blank, or by a version in the other direction, in any case.
  private static func recognise(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    let request = matchesRequest(bytes)
    let response = matchesResponse(bytes)
    let (own, other) = direction == .toServer ? (request, response) : (response, request)
    if own == .yes { return .yes }
    if other == .yes { return .yesReversed }
    return own == .needsMore || other == .needsMore ? .needsMore : .no
  }

  private static func matchesRequest(_ bytes: RawSpan) -> Recognition {
    var result = Recognition.no
    for name in HTTPMethods.names {
      let count = min(name.count, bytes.byteCount)
      var index = 0
      while index < count, ASCII.uppercased(bytes[index]) == name[index] { index &+= 1 }
      guard index == count else { continue }
      if bytes.byteCount <= name.count {
        result = .needsMore
      } else if HTTPText.isBlank(bytes[name.count]) {
        return isSharedWithSIP(name) ? unlessSIP(bytes, from: name.count &+ 1) : .yes
      }
    }
    return result
  }

  private static func isSharedWithSIP(_ method: [UInt8]) -> Bool {
    method.elementsEqual("OPTIONS".utf8) || method.elementsEqual("UPDATE".utf8)
  }

  /// A request with a path or an asterisk is one of HTTP; another whose line does not name SIP, too.
  private static func unlessSIP(_ bytes: RawSpan, from start: Int) -> Recognition {
    guard start < bytes.byteCount else { return .needsMore }
    if bytes[start] == UInt8(ascii: "/") || bytes[start] == UInt8(ascii: "*") { return .yes }
    return switch SIP.isNamed(in: bytes) {
    case .no: .yes
    case .needsMore: .needsMore
    default: .no
    }
  }

  private static func matchesResponse(_ bytes: RawSpan) -> Recognition {
    var result = Recognition.no
    for version in versions {
      let count = min(version.count, bytes.byteCount)
      var index = 0
      while index < count, ASCII.uppercased(bytes[index]) == version[index] { index &+= 1 }
      if index == version.count { return .yes }
      if index == count { result = .needsMore }
    }
    return result
  }

  private static let versions = ["HTTP/0.9", "HTTP/1.0", "HTTP/1.1"].map { Array($0.utf8) }
}
