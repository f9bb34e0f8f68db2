import Protocols
import Wire

/// `pop3`: one record for each request.
let pop3Record = TransactionRecord(protocolName: "pop3", type: .pop3, encode: encodePOP3)

/// `tftp`: one record for each request.
let tftpRecord = TransactionRecord(
  protocolName: "tftp", type: .tftp, hasProgress: false, encode: encodeTFTP)

@Sendable
private func encodePOP3(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? POP3Transaction else { return }
  line.beginObject("pop3")
  if let command = transaction.command {
    line.beginObject("request")
    line.member("command", text: command)
    line.beginArray("args")
    for argument in transaction.arguments { line.element(text: argument) }
    line.endArray()
    line.endObject()
  }
  if let reply = transaction.reply {
    line.beginObject("response")
    line.member("success", reply.isSuccess)
    line.member("status", literal: reply.isSuccess ? "OK" : "ERR")
    line.member("header", text: reply.header)
    line.beginArray("data")
    for text in reply.lines { line.element(text: text) }
    line.endArray()
    line.endObject()
  }
  line.endObject()
}

@Sendable
private func encodeTFTP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? TFTPTransaction else { return }
  line.beginObject("tftp")
  line.member("packet", literal: transaction.isWrite ? "write" : "read")
  line.member("file", text: transaction.fileName)
  line.member("mode", text: transaction.mode)
  line.endObject()
}
