import Wire

/// The type of a frame (RFC 9113 §6).
package enum HTTP2FrameType: UInt8, CaseIterable, Sendable {
  case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation

  /// Names as rules and records have them, in the order of their numbers.
  package static let names = [
    "DATA", "HEADERS", "PRIORITY", "RSTSTREAM", "SETTINGS", "PUSHPROMISE", "PING", "GOAWAY", "WINDOWUPDATE",
    "CONTINUATION",
  ]
}

/// The nine bytes in front of each frame (RFC 9113 §4.1).
struct HTTP2FrameHeader {
  static let byteCount = 9

  let length: Int
  let type: UInt8
  let flags: UInt8
  let stream: UInt32

  init(_ bytes: RawSpan, at position: Int) {
    length = Int(bytes[position]) << 16 | Int(bytes.u16(position &+ 1))
    type = bytes[position &+ 3]
    flags = bytes[position &+ 4]
    stream = bytes.u32(position &+ 5) & 0x7FFF_FFFF
  }

  var endsStream: Bool { flags & 0x1 != 0 }
  var isAcknowledgement: Bool { flags & 0x1 != 0 }
  var endsHeaders: Bool { flags & 0x4 != 0 }
  var isPadded: Bool { flags & 0x8 != 0 }
  var hasPriority: Bool { flags & 0x20 != 0 }
}

/// A parameter of the connection (RFC 9113 §6.5).
package struct HTTP2Setting: Sendable {
  package let identifier: UInt16
  package let value: UInt32

  /// The field that `http2.settings` compares, by its place in EVE.
  package static let field = "http2.settings.settings_value"

  /// The setting as it is sent (RFC 9113 §6.5.1): identifier (16) | value (32).
  var bytes: [UInt8] {
    let packed = UInt64(identifier) << 32 | UInt64(value)
    return (0..<6).map { UInt8(truncatingIfNeeded: packed >> UInt64(40 &- 8 &* $0)) }
  }

  /// Names of the parameters in rules.
  package static let identifiers: [String: UInt16] = [
    "SETTINGS_HEADER_TABLE_SIZE": 1, "SETTINGS_ENABLE_PUSH": 2, "SETTINGS_MAX_CONCURRENT_STREAMS": 3,
    "SETTINGS_INITIAL_WINDOW_SIZE": 4, "SETTINGS_MAX_FRAME_SIZE": 5, "SETTINGS_MAX_HEADER_LIST_SIZE": 6,
    "SETTINGS_ENABLE_CONNECT_PROTOCOL": 8, "SETTINGS_NO_RFC7540_PRIORITIES": 9,
  ]

  /// Names of the parameters as records show them, by their identifiers from 1 (RFC 9113 §6.5.2, RFC 8441
  /// §3, RFC 9218 §2.1); the seventh has none.
  package static let names = [
    "SETTINGSHEADERTABLESIZE", "SETTINGSENABLEPUSH", "SETTINGSMAXCONCURRENTSTREAMS",
    "SETTINGSINITIALWINDOWSIZE", "SETTINGSMAXFRAMESIZE", "SETTINGSMAXHEADERLISTSIZE", "",
    "SETTINGSENABLECONNECTPROTOCOL", "SETTINGSNORFC7540PRIORITIES",
  ]
}

/// Codes of RST_STREAM and GOAWAY (RFC 9113 §7).
package enum HTTP2ErrorCode {
  /// Names as rules have them, by the code.
  package static let ruleNames = [
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
    "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
  ]

  /// The name in a record: those of streams and those of the connection are spelt differently.
  package static func name(_ code: UInt32, isOfConnection: Bool) -> String {
    guard code < UInt32(ruleNames.count) else { return String(code) }
    let words = ruleNames[Int(code)].split(separator: "_")
    if isOfConnection { return words.joined() }
    return words.map { $0 == "HTTP" ? "Http" : $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
  }
}

/// Frames of HTTP/2 that rules can ask for (`frame:http2.pdu`).
enum HTTP2FrameKind: String, FrameKind {
  /// The nine bytes in front; the payload; both.
  case header = "hdr"
  case data
  case pdu
}
