import Protocols
import Wire

/// `ssh`: one record for each session, once both sides have named themselves.
let sshRecord = TransactionRecord(
  protocolName: "ssh", type: .ssh,
  isWanted: { context in (context.transaction as? SSHTransaction).map(hasBanner) ?? false },
  encode: encodeSSH)

private func hasBanner(_ transaction: SSHTransaction) -> Bool {
  transaction.banners.toServer != nil || transaction.banners.toClient != nil
}

@Sendable
private func encodeSSH(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? SSHTransaction, hasBanner(transaction) else { return }
  line.beginObject("ssh")
  encode("client", .toServer, transaction, into: &line)
  encode("server", .toClient, transaction, into: &line)
  line.endObject()
}

private func encode(
  _ key: StaticString, _ direction: Direction, _ transaction: SSHTransaction, into line: inout JSONWriter
) {
  guard let banner = transaction.banners[direction] else { return }
  line.beginObject(key)
  line.member("proto_version", text: banner.version)
  if !banner.software.isEmpty { line.member("software_version", text: banner.software) }
  if let fingerprint = transaction.fingerprints[direction] {
    line.beginObject("hassh")
    line.member("hash", text: fingerprint.hash)
    line.member("string", text: fingerprint.text)
    line.endObject()
  }
  line.endObject()
}
