import Protocols
import Wire

/// `sip`: one record for each message.
let sipRecord = TransactionRecord(
  protocolName: "sip", type: .sip, isClientFirst: false, hasProgress: false, encode: encodeSIP)

@Sendable
private func encodeSIP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? SIPTransaction else { return }
  let message = transaction.message
  line.beginObject("sip")
  switch message.start {
  case .request(let method, let uri):
    line.member("method", text: method)
    line.member("uri", text: uri)
    line.member("version", text: message.version)
  case .response(let code, let reason):
    line.member("version", text: message.version)
    line.member("code", text: code)
    line.member("reason", text: reason)
  }
  if let session = transaction.session { encode(session, into: &line) }
  if case .request = message.start {
    line.member("request_line", text: message.line)
  } else {
    line.member("response_line", text: message.line)
  }
  line.endObject()
}

private func encode(_ session: SessionDescription, into line: inout JSONWriter) {
  line.beginObject("sdp")
  line.member("origin", text: session.origin)
  line.member("session_name", text: session.name)
  encode("session_info", session.information, into: &line)
  encode("uri", session.uri, into: &line)
  encode("email", session.email, into: &line)
  encode("phone_number", session.phone, into: &line)
  encode("connection_data", session.connection, into: &line)
  encode("bandwidths", session.bandwidths, into: &line)
  line.beginArray("time_descriptions")
  for time in session.times {
    line.beginObject()
    line.member("time", text: time.time)
    encode("repeat_time", time.repeat, into: &line)
    line.endObject()
  }
  line.endArray()
  encode("timezone", session.zone, into: &line)
  encode("encryption_key", session.key, into: &line)
  encode("attributes", session.attributes, into: &line)
  if !session.media.isEmpty {
    line.beginArray("media_descriptions")
    for media in session.media { encode(media, into: &line) }
    line.endArray()
  }
  line.endObject()
}

private func encode(_ media: SessionDescription.Media, into line: inout JSONWriter) {
  line.beginObject()
  line.member("media", text: media.media)
  encode("media_info", media.information, into: &line)
  encode("bandwidths", media.bandwidths, into: &line)
  encode("connection_data", media.connection, into: &line)
  encode("encryption_key", media.key, into: &line)
  encode("attributes", media.attributes, into: &line)
  line.endObject()
}

private func encode(_ key: StaticString, _ value: [UInt8]?, into line: inout JSONWriter) {
  if let value { line.member(key, text: value) }
}

private func encode(_ key: StaticString, _ values: [[UInt8]], into line: inout JSONWriter) {
  guard !values.isEmpty else { return }
  line.beginArray(key)
  for value in values { line.element(text: value) }
  line.endArray()
}
