import Protocols
import Wire

/// `snmp`: one record for each message.
let snmpRecord = TransactionRecord(
  protocolName: "snmp", type: .snmp, isClientFirst: false, encode: encodeSNMP)

@Sendable
private func encodeSNMP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? SNMPTransaction else { return }
  let message = transaction.message
  line.beginObject("snmp")
  line.member("version", transaction.version)
  if message.isEncrypted {
    line.member("pdu_type", literal: "encrypted")
  } else {
    if let unit = message.unit { encode(unit, into: &line) }
    if let community = message.community { line.member("community", text: community) }
    if let user = message.user { line.member("usm", text: user) }
  }
  line.endObject()
}

private func encode(_ unit: SNMPMessage.Unit, into line: inout JSONWriter) {
  line.member("pdu_type", unitNames[Int(unit.kind)])
  if unit.error != 0 { line.member("error", name(unit.error, of: errorNames, else: "ErrorStatus")) }
  if let trap = unit.trap {
    line.member("trap_type", name(trap.generic, of: SNMPTransaction.traps, else: "TrapType"))
    line.member("trap_oid", trap.enterprise)
    line.member("trap_address", trap.address.map(String.init).joined(separator: "."))
  }
  guard !unit.objects.isEmpty else { return }
  line.beginArray("vars")
  for object in unit.objects { line.element(object) }
  line.endArray()
}

private func name(_ number: Int64, of names: [String], else kind: String) -> String {
  names.indices.contains(Int(number)) ? names[Int(number)] : "\(kind)(\(number))"
}

private let unitNames = [
  "get_request", "get_next_request", "response", "set_request", "trap_v1", "get_bulk_request",
  "inform_request", "trap_v2", "report",
]

private let errorNames = ["NoError", "TooBig", "NoSuchName", "BadValue", "ReadOnly", "GenErr"]
