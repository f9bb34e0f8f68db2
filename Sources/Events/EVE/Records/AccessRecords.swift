import Protocols
import Wire

/// `pppoe`: one record for each frame of discovery; `ppp`: for each frame of a session by which the ends
/// agree on something, but for those that only ask whether the line is there.
let pppoeRecord = TransactionRecord(
  protocolName: "pppoe", type: .pppoe,
  variant: { ($0 as? PPPoETransaction)?.ppp == nil ? nil : .ppp }, isClientFirst: false, hasProgress: false,
  isWanted: { ($0.transaction as? PPPoETransaction)?.ppp?.isKeepAlive != true }, encode: encodePPPoE)

/// `l2tp`: one record for each control message; `ppp` likewise.
let l2tpRecord = TransactionRecord(
  protocolName: "l2tp", type: .l2tp,
  variant: { ($0 as? L2TPTransaction)?.ppp == nil ? nil : .ppp }, isClientFirst: false, hasProgress: false,
  isWanted: { ($0.transaction as? L2TPTransaction)?.ppp?.isKeepAlive != true }, encode: encodeL2TP)

/// `radius`: one record for each message.
let radiusRecord = TransactionRecord(
  protocolName: "radius", type: .radius, isClientFirst: false, hasProgress: false, encode: encodeRADIUS)

@Sendable
private func encodePPPoE(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? PPPoETransaction else { return }
  line.beginObject("pppoe")
  line.member("code", transaction.codeName)
  line.member("session_id", transaction.session)
  member("service_name", transaction.serviceName, &line)
  member("ac_name", transaction.concentrator, &line)
  if !transaction.hostMark.isEmpty { line.member("host_uniq", hexadecimal: transaction.hostMark) }
  member("circuit_id", transaction.circuit, &line)
  member("remote_id", transaction.remote, &line)
  member("error", transaction.error, &line)
  line.endObject()
  if let message = transaction.ppp { encode(message, &line) }
}

@Sendable
private func encodeL2TP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? L2TPTransaction else { return }
  line.beginObject("l2tp")
  line.member("type", literal: transaction.header.isControl ? "control" : "data")
  line.member("tunnel_id", transaction.header.tunnel)
  line.member("session_id", transaction.header.session)
  if let name = transaction.typeName { line.member("message", name) }
  if let number = transaction.assignedTunnel { line.member("assigned_tunnel_id", number) }
  if let number = transaction.assignedSession { line.member("assigned_session_id", number) }
  if let number = transaction.result { line.member("result_code", number) }
  member("host_name", transaction.hostName, &line)
  member("vendor_name", transaction.vendorName, &line)
  member("calling_number", transaction.calling, &line)
  member("called_number", transaction.called, &line)
  member("proxy_account", transaction.proxyAccount, &line)
  line.endObject()
  if let message = transaction.ppp { encode(message, &line) }
}

private func encode(_ message: PPPMessage, _ line: inout JSONWriter) {
  line.beginObject("ppp")
  line.member("protocol", message.kind.name)
  line.member("code", message.codeName)
  line.member("id", message.identifier)
  member("account", message.account, &line)
  member("server_name", message.serverName, &line)
  if let number = message.authentication { line.member("auth", PPPMessage.authenticationName(number)) }
  if let bytes = message.unitBytes { line.member("mru", bytes) }
  encode(message.addresses, "addresses", &line)
  if let identifier = message.interfaceIdentifier {
    line.member("interface_id", PPPMessage.text(interface: identifier))
  }
  line.endObject()
}

@Sendable
private func encodeRADIUS(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let message = (context.transaction as? RADIUSTransaction)?.message else { return }
  line.beginObject("radius")
  line.member("code", RADIUSMessage.name(message.code, in: RADIUSMessage.codes))
  line.member("id", message.identifier)
  if let status = message.status {
    line.member("status_type", RADIUSMessage.name(status, in: RADIUSMessage.statusTypes))
  }
  member("username", message.account, &line)
  member("session_id", message.session, &line)
  encode(message.addresses, "framed_ip", &line)
  if !message.prefixes.isEmpty {
    line.beginArray("framed_prefix")
    for prefix in message.prefixes { line.element(text: Array("\(prefix.address)/\(prefix.length)".utf8)) }
    line.endArray()
  }
  member("calling_station", message.calling, &line)
  member("called_station", message.called, &line)
  member("circuit_id", message.circuit, &line)
  member("remote_id", message.remote, &line)
  if let address = message.serverAddress { line.member("nas_ip", address) }
  member("nas_identifier", message.server, &line)
  member("nas_port_id", message.portName, &line)
  if let number = message.port { line.member("nas_port", number) }
  if let number = message.portType { line.member("nas_port_type", number) }
  if let number = message.serviceType { line.member("service_type", number) }
  if let seconds = message.sessionSeconds { line.member("session_time", seconds) }
  if let count = message.input { line.member("input_octets", count) }
  if let count = message.output { line.member("output_octets", count) }
  if let cause = message.cause { line.member("terminate_cause", cause) }
  line.endObject()
}

private func member(_ key: StaticString, _ text: [UInt8], _ line: inout JSONWriter) {
  if !text.isEmpty { line.member(key, text: text) }
}

private func encode(_ addresses: [IPAddress], _ key: StaticString, _ line: inout JSONWriter) {
  guard !addresses.isEmpty else { return }
  line.beginArray(key)
  for address in addresses { line.element(text: Array(address.description.utf8)) }
  line.endArray()
}
