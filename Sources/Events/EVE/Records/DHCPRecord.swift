import Protocols
import Wire

/// `dhcp`: one record for each message; without `extended`, for those that lend an address alone.
let dhcpRecord = TransactionRecord(
  protocolName: "dhcp", type: .dhcp, isClientFirst: false,
  isWanted: { context in
    context.settings.hasExtendedDHCP || (context.transaction as? DHCPTransaction)?.messageType == 5
  },
  encode: encodeDHCP)

@Sendable
private func encodeDHCP(_ context: RecordContext, _ line: inout JSONWriter) {
  // As in the reference, alerts do not tell of it.
  guard context.place == .own, let transaction = context.transaction as? DHCPTransaction else { return }
  let isExtended = context.settings.hasExtendedDHCP
  line.beginObject("dhcp")
  line.member("type", transaction.isRequest ? "request" : "reply")
  line.member("id", transaction.identifier)
  line.member("client_mac", hexadecimal: transaction.hardwareAddress, separator: UInt8(ascii: ":"))
  line.member("assigned_ip", address(transaction.assignedAddress))
  if isExtended {
    line.member("client_ip", address(transaction.clientAddress))
    if !transaction.isRequest {
      line.member("relay_ip", address(transaction.relayAddress))
      line.member("next_server_ip", address(transaction.serverAddress))
    }
  }
  for option in transaction.options { encode(option, isExtended: isExtended, into: &line) }
  line.endObject()
}

private func encode(_ option: DHCPOption, isExtended: Bool, into line: inout JSONWriter) {
  let content = option.content
  switch option.kind {
  case .messageType: line.member("dhcp_type", typeNames[content.first ?? 0] ?? "unknown")
  case .clientIdentifier:
    // The kind of the identifier stands before it.
    line.member("client_id", hexadecimal: Array(content.dropFirst()), separator: UInt8(ascii: ":"))
  case .hostName: line.member("hostname", text: content)
  case .renewalTime: line.member("renewal_time", content.rawSpan.u32(0))
  case _ where !isExtended: break
  case .subnetMask: line.member("subnet_mask", address(content))
  case .requestedAddress: line.member("requested_ip", address(content))
  case .leaseTime: line.member("lease_time", content.rawSpan.u32(0))
  case .rebindingTime: line.member("rebinding_time", content.rawSpan.u32(0))
  case .vendorClass: line.member("vendor_class_identifier", text: content)
  case .routers, .dnsServers:
    line.beginArray(option.kind == .routers ? "routers" : "dns_servers")
    for place in stride(from: 0, to: content.count - content.count % 4, by: 4) {
      line.element(address(Array(content[place..<place + 4])))
    }
    line.endArray()
  case .parameters:
    line.beginArray("params")
    for name in content.compactMap({ parameterNames[$0] }) { line.element(name) }
    line.endArray()
  }
}

/// Four bytes as an address; nothing where there are not as many.
private func address(_ bytes: [UInt8]) -> String {
  bytes.count == 4 ? bytes.map(String.init).joined(separator: ".") : ""
}

private let typeNames: [UInt8: String] = [
  1: "discover", 2: "offer", 3: "request", 4: "decline", 5: "ack", 6: "nak", 7: "release", 8: "inform",
]

private let parameterNames: [UInt8: String] = [
  1: "subnet_mask", 3: "router", 6: "dns_server", 15: "domain", 35: "arp_timeout", 42: "ntp_server",
  66: "tftp_server_name", 150: "tftp_server_ip",
]
