import Protocols
import Wire

/// `smtp`: one record for each mail transaction, with the message's own object `email` behind it.
let smtpRecord = TransactionRecord(
  protocolName: "smtp", type: .smtp, hasNumber: true, hasUppercaseEvents: true, encode: encodeSMTP)

@Sendable
private func encodeSMTP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? SMTPTransaction else { return }
  line.beginObject("smtp")
  if let greeting = transaction.greeting { line.member("helo", text: greeting) }
  if let sender = transaction.sender { line.member("mail_from", text: sender) }
  encode("rcpt_to", transaction.recipients, into: &line)
  line.endObject()
  if let message = transaction.message { encode(message, context.settings.smtp, into: &line) }
}

/// Headers that `custom` can name, in the order in which they are written, with the keys that they have.
private let customHeaders: [(name: String, key: StaticString, isList: Bool)] = [
  ("reply-to", "reply_to", false), ("bcc", "bcc", true), ("message-id", "message_id", false),
  ("subject", "subject", false), ("x-mailer", "x_mailer", false), ("user-agent", "user_agent", false),
  ("received", "received", false), ("x-originating-ip", "x_originating_ip", false),
  ("in-reply-to", "in_reply_to", false), ("references", "references", false),
  ("importance", "importance", false), ("priority", "priority", false),
  ("sensitivity", "sensitivity", false), ("organization", "organization", false),
  ("content-md5", "content_md5", false), ("date", "date", false),
]

private func encode(_ message: MIMEMessage, _ settings: SMTPRecordSettings, into line: inout JSONWriter) {
  line.beginObject("email")
  if let from = message.value("from") { line.member("from", text: from) }
  encode("to", message.value("to").map(MIMEMessage.addresses) ?? [], into: &line)
  encode("cc", message.value("cc").map(MIMEMessage.addresses) ?? [], into: &line)
  // The reference has no other word for it, whatever has become of the message.
  line.member("status", literal: "PARSE_DONE")
  encode("attachment", message.attachments, into: &line)
  encode("url", message.urls.reversed(), into: &line)
  for header in customHeaders where settings.custom.contains(header.name) {
    if header.name == "received" {
      encode("received", message.values("received"), into: &line)
    } else if let value = message.value(header.name) {
      if header.isList {
        encode(header.key, MIMEMessage.addresses(value), into: &line)
      } else {
        line.member(header.key, text: value)
      }
    }
  }
  if settings.showsSubjectMD5, let subject = message.value("subject") {
    line.member("subject_md5", hexadecimal: Digest.compute(.md5, subject.rawSpan))
  }
  if settings.showsBodyMD5, let digest = message.bodyMD5 { line.member("body_md5", hexadecimal: digest) }
  line.endObject()
}

/// A list of texts, unless it is empty.
private func encode(_ key: StaticString, _ values: [[UInt8]], into line: inout JSONWriter) {
  guard !values.isEmpty else { return }
  line.beginArray(key)
  for value in values { line.element(text: value) }
  line.endArray()
}
