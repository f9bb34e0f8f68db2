import Wire

/// WebSocket (RFC 6455) behind an exchange of HTTP/1 that agreed on it: the protocol's entry in the
/// catalogue.
package enum WebSocket {
  static let entry = ApplicationProtocol(
    name: "websocket", transports: [.tcp], ports: [],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: WebSocketEvent.allCases.map(\.name), fields: fields, frames: WebSocketFrameKind.names,
    isAnnounced: true, makeSession: { WebSocketSession($0.webSocket) })

  /// Names of opcodes (§11.8).
  package static let operations: [UInt8: String] = [
    0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong",
  ]

  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] = [
    Field(
      keyword: "websocket.opcode", eve: "opcode", .number, nil, progress: atOnce,
      names: Dictionary(uniqueKeysWithValues: operations.map { ($0.value, Int64($0.key)) }),
      source: "RFC 6455 §5.2", "Kind of a frame.", example: "websocket.opcode:ping;",
      of: WebSocketTransaction.self
    ) { transaction, direction in number(transaction, direction) { Int64($0.header.opcode) } },
    Field(
      keyword: "websocket.mask", eve: "mask", .number, nil, progress: atOnce, source: "RFC 6455 §5.3",
      "The four bytes that a frame's payload is masked with, as a number.", example: "websocket.mask:>0;",
      of: WebSocketTransaction.self
    ) { transaction, direction in number(transaction, direction) { $0.header.mask.map(Int64.init) } },
    Field(
      keyword: "websocket.flags", eve: "fin", .number, nil, progress: atOnce,
      names: ["fin": 0x80, "comp": 0x40], source: "RFC 6455 §5.2, RFC 7692 §6",
      "Bits in front of a frame's opcode: `fin` ends a message, `comp` says that it is compressed.",
      example: "websocket.flags:fin,!comp;", of: WebSocketTransaction.self
    ) { transaction, direction in number(transaction, direction) { Int64($0.header.flags) } },
    Field(
      keyword: "websocket.payload", eve: "payload_printable", .buffer, nil, progress: atOnce,
      source: "RFC 6455 §5.2",
      "Payload of a frame without its mask; with the frame that ends a message, all of that, decompressed.",
      example: "websocket.payload; content:\"cmd.exe\";", of: WebSocketTransaction.self
    ) { transaction, direction in
      transaction.onlyDirection == direction ? .bytes(transaction.payload) : .none
    },
  ]

  private static func number(
    _ transaction: WebSocketTransaction, _ direction: Direction,
    _ value: (WebSocketTransaction) -> Int64?
  ) -> FieldValue {
    guard transaction.onlyDirection == direction else { return .none }
    return value(transaction).map(FieldValue.number) ?? .none
  }
}

/// Frames of WebSocket (rules: `frame:websocket.pdu`).
enum WebSocketFrameKind: String, FrameKind {
  /// What stands before the payload; both together; the payload as it was sent.
  case header, pdu, data
}

/// Events of WebSocket, in the order of their numbers.
enum WebSocketEvent: UInt8, CaseIterable {
  case skipsEndOfPayload, reachesReassemblyLimit

  /// Name in rules.
  var name: String {
    switch self {
    case .skipsEndOfPayload: "skip_end_of_payload"
    case .reachesReassemblyLimit: "reassembly_limit_reached"
    }
  }
}

/// `app-layer.protocols.websocket` of the configuration.
package struct WebSocketSettings: Sendable {
  /// `max-payload-size`: bytes of a payload, and of a message from several frames, that are kept.
  package var payloadBytesMax = 65_535
  /// The most that it can be: a payload waits as a whole among what parsers leave over.
  package static let payloadBytesBound = 192 * 1024

  package init() {}
}

/// A frame of one side: each is a transaction of its own.
package final class WebSocketTransaction: Transaction {
  package let header: WebSocketHeader
  /// Its payload, or the message that it ends.
  package let payload: [UInt8]

  init(_ header: WebSocketHeader, payload: [UInt8], number: UInt64, _ direction: Direction) {
    self.header = header
    self.payload = payload
    super.init(number: number, completeFrom: Pair(both: 0))
    onlyDirection = direction
    progress = Pair(both: 1)
    revision = 1
  }

  func raise(_ event: WebSocketEvent) {
    events.append(event.rawValue)
    revision &+= 1
  }
}
