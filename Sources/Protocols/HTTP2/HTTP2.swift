import Wire

/// HTTP/2 (RFC 9113): the protocol's entry in the catalogue.
enum HTTP2 {
  static let entry = ApplicationProtocol(
    name: "http2", transports: [.tcp], ports: [80],
    progress: Pair(steps("request"), steps("response")), events: HTTP2Event.names,
    fields: sharedFields + fields, frames: HTTP2FrameKind.names,
    recognise: { bytes, direction, _ in recognise(bytes, direction) },
    probe: { bytes, direction, _ in direction == .toClient ? beginsWithSettings(bytes) : .no },
    makeSession: { HTTP2Session($0) })

  /// Names of the steps that a direction's message goes through.
  private static func steps(_ side: String) -> [String] {
    ["started", "line", "headers", "body", "trailer", "complete"].map { "\(side)_\($0)" }
  }

  /// What a client begins with (§3.4).
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  /// As much of it tells the protocol.
  private static let recognisedBytes = 14

  /// A client begins with the preface. A server begins with SETTINGS on stream 0, which are few zeros more or
  /// less: they count at the protocol's port alone.
  private static func recognise(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    let client = beginsWithPreface(bytes)
    return client == .yes && direction == .toClient ? .yesReversed : client
  }

  private static func beginsWithPreface(_ bytes: RawSpan) -> Recognition {
    for index in 0..<recognisedBytes {
      guard index < bytes.byteCount else { return .needsMore }
      guard bytes[index] == preface[index] else { return .no }
    }
    return .yes
  }

  private static func beginsWithSettings(_ bytes: RawSpan) -> Recognition {
    for index in 0..<min(2, bytes.byteCount) where bytes[index] != 0 { return .no }
    if bytes.byteCount > 3, bytes[3] != HTTP2FrameType.settings.rawValue { return .no }
    guard bytes.byteCount >= HTTP2FrameHeader.byteCount else { return .needsMore }
    let header = HTTP2FrameHeader(bytes, at: 0)
    return header.length % 6 == 0 && header.flags <= 1 && header.stream == 0 ? .yes : .no
  }
}
