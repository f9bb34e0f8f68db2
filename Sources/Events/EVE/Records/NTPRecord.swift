import Protocols
import Wire

/// `ntp`: one record for each message.
let ntpRecord = TransactionRecord(protocolName: "ntp", type: .ntp, isClientFirst: false, encode: encodeNTP)

@Sendable
private func encodeNTP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? NTPTransaction else { return }
  line.beginObject("ntp")
  line.member("version", transaction.version)
  line.member("mode", transaction.mode)
  line.member("stratum", transaction.stratum)
  line.member("reference_id", hexadecimal: transaction.reference, separator: UInt8(ascii: ":"))
  line.endObject()
}
