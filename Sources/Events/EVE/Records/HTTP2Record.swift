import Protocols
import Wire

/// `http` for HTTP/2: a stream's request and response, or what was said about the connection.
let http2Record = TransactionRecord(
  protocolName: "http2", type: .http2,
  isWanted: { ($0.transaction as? HTTP2Transaction)?.isTelling ?? false },
  encode: encodeHTTP2)

/// DNS over HTTP/2: an exchange with a message is told of as `dns`, with the HTTP around it.
let dnsOverHTTP2Record = TransactionRecord(
  protocolName: "doh2", type: .http2,
  variant: { transaction in
    (transaction as? HTTP2Transaction).flatMap(carriedMessage) == nil ? nil : .dns
  },
  isWanted: { ($0.transaction as? HTTP2Transaction)?.isTelling ?? false },
  encode: { context, line in
    encodeHTTP2(context, &line)
    guard let transaction = context.transaction as? HTTP2Transaction,
      let message = carriedMessage(transaction)
    else { return }
    encodeDNS(RecordContext(message, of: context), &line)
  })

/// The message that tells most: the response, or else the request.
private func carriedMessage(_ transaction: HTTP2Transaction) -> DNSTransaction? {
  transaction.dns.toClient ?? transaction.dns.toServer
}

@Sendable
private func encodeHTTP2(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? HTTP2Transaction else { return }
  line.beginObject("http")
  line.member("version", "2")
  encodeHeaders("request_headers", transaction.signals.toServer.headers, into: &line)
  encodeHeaders("response_headers", transaction.signals.toClient.headers, into: &line)
  if !transaction.method.isEmpty { line.member("http_method", text: transaction.method) }
  if let host = transaction.rawHost { line.member("hostname", text: host) }
  if let url = transaction.rawURI { line.member("url", text: url) }
  if let agent = transaction.header(.userAgent, .toServer) { line.member("http_user_agent", text: agent) }
  if let status = transaction.statusNumber { line.member("status", status) }
  if let length = transaction.announcedLength { line.member("length", length) }
  line.beginObject("http2")
  line.member("stream_id", transaction.stream)
  encodeSignals("request", transaction.signals.toServer, into: &line)
  encodeSignals("response", transaction.signals.toClient, into: &line)
  line.endObject()
  line.endObject()
}

private func encodeHeaders(_ key: StaticString, _ headers: [HTTP2Header], into line: inout JSONWriter) {
  guard !headers.isEmpty else { return }
  line.beginArray(key)
  for header in headers {
    line.beginObject()
    if let size = header.tableSize {
      line.member("table_size_update", size)
    } else {
      line.member("name", text: header.name)
      line.member("value", text: header.value)
    }
    line.endObject()
  }
  line.endArray()
}

private func encodeSignals(_ key: StaticString, _ signals: HTTP2Signals, into line: inout JSONWriter) {
  guard !signals.settings.isEmpty || signals.errorCode != nil || !signals.priorities.isEmpty else { return }
  line.beginObject(key)
  if let priority = signals.priorities.first { line.member("priority", priority) }
  if let code = signals.errorCode {
    line.member(
      "error_code", text: Array(HTTP2ErrorCode.name(code, isOfConnection: signals.endsConnection).utf8))
  }
  if !signals.settings.isEmpty {
    line.beginArray("settings")
    for setting in signals.settings {
      line.beginObject()
      line.member("settings_id", text: Array(settingName(setting.identifier).utf8))
      line.member("settings_value", setting.value)
      line.endObject()
    }
    line.endArray()
  }
  line.endObject()
}

private func settingName(_ identifier: UInt16) -> String {
  let names = HTTP2Setting.names
  let place = Int(identifier) - 1
  let isKnown = names.indices.contains(place) && !names[place].isEmpty
  return isKnown ? names[place] : "SETTINGSUNKNOWN(\(identifier))"
}
