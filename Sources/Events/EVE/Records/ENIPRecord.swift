import Protocols
import Wire

/// `enip`: one record for each request with its response.
let enipRecord = TransactionRecord(protocolName: "enip", type: .enip, encode: encodeENIP)

@Sendable
private func encodeENIP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? ENIPTransaction else { return }
  line.beginObject("enip")
  if let request = transaction.request {
    line.beginObject("request")
    encodeHeader(request, into: &line)
    encodeContent(request, isResponse: false, into: &line)
    line.endObject()
  }
  if let response = transaction.response {
    line.beginObject("response")
    encodeHeader(response, into: &line)
    encodeContent(response, isResponse: true, into: &line)
    line.endObject()
  }
  line.endObject()
}

private func encodeHeader(_ message: ENIPMessage, into line: inout JSONWriter) {
  line.member("command", ENIP.commandNames[message.command] ?? "unknown-\(message.command)")
  line.member("status", ENIP.statusNames[message.status] ?? "unknown-\(message.status)")
  if message.options != 0 { line.member("options", message.options) }
}

private func encodeContent(_ message: ENIPMessage, isResponse: Bool, into line: inout JSONWriter) {
  switch message.content {
  case .registration(let version, let options):
    line.beginObject("register_session")
    line.member("protocol_version", version)
    line.member("options", options)
    line.endObject()
  case .cip(let cip):
    guard let message = cip.message else { return }
    line.beginObject("cip")
    encode(message, into: &line)
    line.endObject()
  case .services(let services?) where isResponse:
    line.beginObject("list_services")
    line.member("protocol_version", services.version)
    line.member("capabilities", services.capabilities)
    line.member("service_name", String(decoding: services.name, as: UTF8.self))
    line.endObject()
  case .identity(let identity?) where isResponse: encode(identity, into: &line)
  case .none, .services, .identity, .interfaces: break
  }
}

private func encode(_ identity: ENIPMessage.Identity, into line: inout JSONWriter) {
  line.beginObject("identity")
  line.member("protocol_version", identity.version)
  line.member("revision", "\(identity.majorRevision).\(identity.minorRevision)")
  line.member("vendor_id", ENIPNames.vendors[UInt32(identity.vendor)] ?? "unknown-\(identity.vendor)")
  line.member(
    "device_type", ENIPNames.devices[UInt32(identity.deviceType)] ?? "unknown-\(identity.deviceType)")
  line.member("product_code", identity.productCode)
  line.member("status", identity.status)
  line.member("serial", identity.serial)
  line.member("product_name", String(decoding: identity.productName, as: UTF8.self))
  line.member("state", identity.state)
  line.endObject()
}

/// Writes a message, and those within it: there are none within these.
private func encode(_ message: CIPMessage, into line: inout JSONWriter) {
  line.member("service", ENIPNames.services[UInt32(message.service)] ?? "unknown-\(message.service)")
  if message.isResponse {
    line.member("status", ENIPNames.statuses[UInt32(message.status)] ?? "unknown-\(message.status)")
    let extended = message.extendedStatus
    if !extended.isEmpty { line.member("status_extended", hexadecimal: extended) }
    if extended.count == 2,
      let meaning = ENIPNames.extendedStatuses[UInt32(extended[1]) << 8 | UInt32(extended[0])]
    {
      line.member("status_extended_meaning", meaning)
    }
  } else if !message.path.isEmpty {
    encode(message.path, into: &line)
  }
  let parts = message.messages
  guard !parts.isEmpty else { return }
  line.beginArray("multiple")
  for part in parts {
    line.beginObject()
    encode(part, into: &line)
    line.endObject()
  }
  line.endArray()
}

private func encode(_ path: [CIPMessage.Segment], into line: inout JSONWriter) {
  line.beginArray("path")
  for segment in path {
    line.beginObject()
    switch segment.kind {
    case 8: line.member("segment_type", literal: "class")
    case 9: line.member("segment_type", literal: "instance")
    case 12: line.member("segment_type", literal: "attribute")
    default: line.member("segment_type", "unknown-\(segment.type)")
    }
    line.member("value", segment.value)
    line.endObject()
  }
  line.endArray()
  if let last = path.last(where: { $0.kind == 8 }) {
    line.member("class_name", ENIPNames.classes[last.value] ?? "unknown-\(last.value)")
  }
}
