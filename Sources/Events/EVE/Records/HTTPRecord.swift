import Protocols
import Wire

/// `http`: what was asked for and what came back.
let httpRecord = TransactionRecord(
  protocolName: "http", type: .http, hasNumber: true, hasForwarded: true, hasUppercaseEvents: true,
  encode: encodeHTTP)

@Sendable
private func encodeHTTP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? HTTPTransaction else { return }
  let settings = context.settings.http
  line.beginObject("http")
  encodeBasis(transaction, into: &line)
  if settings.isExtended || context.place != .own { encodeExtension(transaction, into: &line) }
  if context.place == .own {
    encodeHeaders(
      "request_headers", transaction.request, all: settings.dumpsRequestHeaders, settings, into: &line)
    encodeHeaders(
      "response_headers", transaction.response, all: settings.dumpsResponseHeaders, settings, into: &line)
  } else if context.place == .alert {
    encodeBodies(transaction, context.settings.alert, into: &line)
  }
  line.endObject()
}

private func encodeBasis(_ transaction: HTTPTransaction, into line: inout JSONWriter) {
  if let host = transaction.host { line.member("hostname", text: host) }
  if let port = transaction.port { line.member("http_port", port) }
  if let url = transaction.rawURI { line.member("url", text: url) }
  if let agent = transaction.header(.userAgent, .toServer) { line.member("http_user_agent", text: agent) }
  if let forwarded = transaction.header(.forwardedFor, .toServer) { line.member("xff", text: forwarded) }
  if let type = transaction.responseMediaType { line.member("http_content_type", text: type) }
  if let range = transaction.contentRange {
    line.beginObject("content_range")
    line.member("raw", text: range.raw)
    if let start = range.start { line.member("start", start) }
    if let end = range.end { line.member("end", end) }
    if let size = range.size { line.member("size", size) }
    line.endObject()
  }
}

private func encodeExtension(_ transaction: HTTPTransaction, into line: inout JSONWriter) {
  if let referer = transaction.header(.referer, .toServer) { line.member("http_refer", text: referer) }
  if !transaction.method.isEmpty { line.member("http_method", text: transaction.method) }
  if !transaction.requestVersion.isEmpty { line.member("protocol", text: transaction.requestVersion) }
  if let number = transaction.statusNumber, number > 0 {
    line.member("status", number)
  } else if let status = transaction.status, !status.isEmpty {
    line.member("status_string", text: status)
  }
  if let location = transaction.header(.location, .toClient) { line.member("redirect", text: location) }
  line.member("length", transaction.responseLength)
}

/// All headers, or those that `custom` names, as pairs; a value that is not UTF-8 is left out, as
/// Suricata does.
private func encodeHeaders(
  _ key: StaticString, _ message: HTTPMessage, all: Bool, _ settings: HTTPRecordSettings,
  into line: inout JSONWriter
) {
  guard all || !settings.custom.isEmpty else { return }
  let text = message.headers.bytes
  let bytes = text.rawSpan
  var isOpen = false
  for entry in message.headers.entries {
    let name = bytes.part(entry.name.lowerBound, entry.name.count)
    guard all || settings.wants(header: name) else { continue }
    if !isOpen { line.beginArray(key) }
    isOpen = true
    line.beginObject()
    line.member("name", text: name)
    let value = bytes.part(entry.value.lowerBound, entry.value.count)
    if isValidUTF8(value) { line.member("value", text: value) }
    line.endObject()
  }
  if isOpen { line.endArray() }
}

private func encodeBodies(
  _ transaction: HTTPTransaction, _ settings: AlertSettings, into line: inout JSONWriter
) {
  let (request, response) = (transaction.request.body.bytes, transaction.response.body.bytes)
  if settings.hasPrintableHTTPBody {
    if !request.isEmpty { line.member("http_request_body_printable", printable: request.rawSpan) }
    if !response.isEmpty { line.member("http_response_body_printable", printable: response.rawSpan) }
  }
  if settings.hasHTTPBody {
    if !request.isEmpty { line.member("http_request_body", base64: request.rawSpan) }
    if !response.isEmpty { line.member("http_response_body", base64: response.rawSpan) }
  }
}

extension HTTPRecordSettings {
  /// Whether `custom` names this header, without regard to case.
  fileprivate func wants(header: RawSpan) -> Bool {
    for name in custom where equals(header, name) { return true }
    return false
  }

  /// Equal without regard to case; `_` in the configuration's name stands for `-`.
  private func equals(_ header: RawSpan, _ name: String) -> Bool {
    let text = name.utf8
    guard text.count == header.byteCount else { return false }
    for (index, wanted) in text.enumerated() {
      let byte = header[index]
      guard
        lowercased(byte) == lowercased(wanted) || (wanted == UInt8(ascii: "_") && byte == UInt8(ascii: "-"))
      else { return false }
    }
    return true
  }

  private func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
