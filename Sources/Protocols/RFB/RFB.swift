import Wire

/// RFB, the protocol of VNC (RFC 6143): the protocol's entry in the catalogue.
enum RFB {
  static let entry = ApplicationProtocol(
    name: "rfb", transports: [.tcp], ports: [5900],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: RFBEvent.allCases.map(\.name), fields: fields, frames: RFBFrame.names,
    recognise: { bytes, direction, _ in greeting.compare(bytes, direction) },
    makeSession: { _ in RFBSession() })

  private static let greeting = Recognised.Pattern(nil, "RFB ")

  /// Numbers are asked as soon as they are known.
  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] = [
    Field(
      keyword: "rfb.name", .buffer, .toClient, progress: Pair(both: 1), source: "RFC 6143 §7.3.2",
      "Name of the desktop.", example: "rfb.name; content:\"localhost\";", of: RFBTransaction.self
    ) { transaction, _ in transaction.screen.map { .bytes($0.name) } ?? .none },
    Field(
      keyword: "rfb.sectype", .number, .toServer, progress: atOnce, source: "RFC 6143 §7.1.2",
      "How the client authenticates itself: 1 not at all, 2 by VNC's own way.", example: "rfb.sectype:2;",
      of: RFBTransaction.self
    ) { transaction, _ in transaction.securityType.map { .number(Int64($0)) } ?? .none }.growing,
    Field(
      keyword: "rfb.secresult", .number, .toClient, progress: atOnce,
      names: ["ok": 0, "fail": 1, "toomany": 2, "unknown": 3], source: "RFC 6143 §7.1.3",
      "Whether the server lets the client in.", example: "rfb.secresult:fail;", of: RFBTransaction.self
    ) { transaction, _ in transaction.securityResult.map { .number(Int64($0)) } ?? .none }.growing,
  ]
}

/// Frames of RFB: a message of either side, up to the client's and the server's introduction.
enum RFBFrame: String, FrameKind {
  case pdu
}

/// Events of RFB, in the order of their numbers.
package enum RFBEvent: UInt8, Sendable, CaseIterable {
  case malformedMessage, unimplementedSecurityType, unknownSecurityResult, confusedState

  /// Name in rules.
  var name: String {
    switch self {
    case .malformedMessage: "malformed_message"
    case .unimplementedSecurityType: "unimplemented_security_type"
    case .unknownSecurityResult: "unknown_security_result"
    case .confusedState: "confused_state"
    }
  }
}
