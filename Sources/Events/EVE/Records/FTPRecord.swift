import Protocols
import Wire

/// `ftp`: one record for each request.
let ftpRecord = TransactionRecord(
  protocolName: "ftp", type: .ftp, hasProgress: false, encode: encodeFTP)

/// `ftp_data`: one record for each data connection; switched on with `ftp`.
let ftpDataRecord = TransactionRecord(
  protocolName: "ftp-data", type: .ftpData, hasProgress: false, encode: encodeFTPData)

@Sendable
private func encodeFTP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? FTPTransaction else { return }
  line.beginObject("ftp")
  if let command = transaction.command {
    line.member("command", text: command)
    if !transaction.argument.isEmpty {
      line.member("command_data", text: transaction.argument)
      line.member("command_truncated", transaction.isCommandCut)
    }
  }
  encode("completion_code", transaction.codes, into: &line)
  encode("reply", transaction.replies, into: &line)
  if let port = transaction.dataPort { line.member("dynamic_port", port) }
  if transaction.hasMode { line.member("mode", literal: transaction.isActive ? "active" : "passive") }
  line.member("reply_received", literal: transaction.isAnswered ? "yes" : "no")
  line.member("reply_truncated", transaction.isReplyCut)
  line.endObject()
}

private func encode(_ key: StaticString, _ values: [[UInt8]], into line: inout JSONWriter) {
  guard !values.isEmpty else { return }
  line.beginArray(key)
  for value in values { line.element(text: value) }
  line.endArray()
}

@Sendable
private func encodeFTPData(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? FTPDataTransaction else { return }
  line.beginObject("ftp_data")
  if !transaction.fileName.isEmpty { line.member("filename", text: transaction.fileName) }
  line.member("command", text: transaction.command)
  line.endObject()
}
