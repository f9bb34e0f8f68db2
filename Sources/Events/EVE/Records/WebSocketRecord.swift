import Protocols
import Wire

/// `websocket`: one record for each frame.
let webSocketRecord = TransactionRecord(
  protocolName: "websocket", type: .websocket, isClientFirst: false, hasProgress: false,
  encode: encodeWebSocket)

@Sendable
private func encodeWebSocket(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? WebSocketTransaction else { return }
  let header = transaction.header
  line.beginObject("websocket")
  line.member("fin", header.endsMessage)
  if let mask = header.mask { line.member("mask", mask) }
  line.member("opcode", WebSocket.operations[header.opcode] ?? "unknown-\(header.opcode)")
  if context.place == .alert {
    let settings = context.settings.alert
    let payload = transaction.payload
    if settings.hasPrintableWebSocketPayload { line.member("payload_printable", text: payload) }
    if settings.hasWebSocketPayload { line.member("payload_base64", base64: payload.rawSpan) }
  }
  line.endObject()
}
