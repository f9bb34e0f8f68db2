import Protocols
import Wire

/// `rdp`: one record for each message.
let rdpRecord = TransactionRecord(
  protocolName: "rdp", type: .rdp, isClientFirst: false, followsPacket: true, hasProgress: false,
  encode: encodeRDP)

@Sendable
private func encodeRDP(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? RDPTransaction else { return }
  line.beginObject("rdp")
  line.member("tx_id", transaction.number + 1)
  switch transaction.item {
  case .request(let request): encode(request, into: &line)
  case .response(let response): encode(response, into: &line)
  case .connectRequest(let request):
    line.member("event_type", literal: "connect_request")
    for block in request.blocks {
      switch block {
      case .client(let client): encode(client, into: &line)
      case .channels(let channels):
        guard !channels.isEmpty else { continue }
        line.beginArray("channels")
        for channel in channels { line.element(text: channel) }
        line.endArray()
      }
    }
  case .connectResponse: line.member("event_type", literal: "connect_response")
  case .certificates(let serials):
    line.member("event_type", literal: "tls_handshake")
    line.beginArray("x509_serials")
    for serial in serials { line.element(number(serial)) }
    line.endArray()
  }
  line.endObject()
}

/// Digits without leading zeros.
private func number(_ bytes: [UInt8]) -> String {
  let digits = String(decoding: Digest.hexadecimal(bytes), as: UTF8.self).drop { $0 == "0" }
  return digits.isEmpty ? "0" : String(digits)
}

private func encode(_ request: RDPRequest, into line: inout JSONWriter) {
  line.member("event_type", literal: "initial_request")
  if let cookie = request.cookie { line.member("cookie", text: cookie) }
  let names: [(UInt8, String)] = [
    (0x1, "restricted_admin_mode_required"), (0x2, "redirected_authentication_mode_required"),
    (0x8, "correlation_info_present"),
  ]
  encodeFlags("flags", request.flags, names, into: &line)
}

private func encode(_ response: RDPResponse, into line: inout JSONWriter) {
  line.member("event_type", literal: "initial_response")
  if let chosen = response.chosen {
    let names: [(UInt8, String)] = [
      (0x1, "extended_client_data"), (0x2, "dynvc_gfx"), (0x8, "restricted_admin"),
      (0x10, "redirected_authentication"),
    ]
    encodeFlags("server_supports", response.flags, names, into: &line)
    line.member("protocol", protocolNames[chosen] ?? "")
  }
  if let failure = response.failure {
    line.member("error_code", failure)
    line.member("reason", reasons[failure] ?? "")
  }
}

/// Names of flags, where there are any, known or not.
private func encodeFlags<Flags: FixedWidthInteger>(
  _ key: StaticString, _ flags: Flags, _ names: [(Flags, String)], into line: inout JSONWriter
) {
  guard flags != 0 else { return }
  line.beginArray(key)
  for (flag, name) in names where flags & flag != 0 { line.element(name) }
  line.endArray()
}

private let protocolNames: [UInt32: String] = [0: "rdp", 1: "ssl", 2: "hybrid", 4: "rds_tls", 8: "hybrid_ex"]

private let reasons: [UInt32: String] = [
  1: "ssl required by server", 2: "ssl not allowed by server", 3: "ssl cert not on server",
  4: "inconsistent flags", 5: "hybrid required by server", 6: "ssl with user auth required by server",
]

private func encode(_ client: RDPClient, into line: inout JSONWriter) {
  line.beginObject("client")
  line.member("version", versions[client.version] ?? "unknown")
  line.member("desktop_width", client.width)
  line.member("desktop_height", client.height)
  if let depth = client.colourDepth { line.member("color_depth", depth) }
  line.member("keyboard_layout", keyboardLayoutNames[client.keyboardLayout] ?? "unknown")
  line.member("build", builds[client.build] ?? "unknown")
  if !client.name.isEmpty { line.member("client_name", text: client.name) }
  if let keyboard = keyboards[client.keyboardType] { line.member("keyboard_type", keyboard) }
  if client.keyboardSubtype != 0 { line.member("keyboard_subtype", client.keyboardSubtype) }
  if client.functionKeys != 0 { line.member("function_keys", client.functionKeys) }
  if !client.inputMethod.isEmpty { line.member("ime", text: client.inputMethod) }
  if let product = client.product { line.member("product_id", product) }
  if let serial = client.serialNumber, serial != 0 { line.member("serial_number", serial) }
  if let flags = client.capabilities { encodeFlags("capabilities", flags, capabilities, into: &line) }
  if let identifier = client.identifier, !identifier.isEmpty { line.member("id", text: identifier) }
  if let hint = client.connectionHint, let name = connectionHints[hint] {
    line.member("connection_hint", name)
  }
  if let width = client.physicalWidth { line.member("physical_width", width) }
  if let height = client.physicalHeight { line.member("physical_height", height) }
  if let orientation = client.orientation { line.member("desktop_orientation", orientation) }
  if let scale = client.desktopScale { line.member("scale_factor", scale) }
  if let scale = client.deviceScale { line.member("device_scale_factor", scale) }
  line.endObject()
}

/// MS-RDPBCGR §2.2.1.3.2.
private let versions: [UInt32: String] = [
  0x80001: "v4", 0x80004: "v5", 0x80005: "v10.0", 0x80006: "v10.1", 0x80007: "v10.2", 0x80008: "v10.3",
  0x80009: "v10.4", 0x8000A: "v10.5", 0x8000B: "v10.6", 0x8000C: "v10.7",
]

private let keyboards: [UInt32: String] = [
  1: "xt", 2: "ico", 3: "at", 4: "enhanced", 5: "1050", 6: "9140", 7: "jp",
]

private let capabilities: [(UInt16, String)] = [
  (0x1, "support_errinfo_pdf"), (0x2, "want_32bpp_session"), (0x4, "support_statusinfo_pdu"),
  (0x8, "strong_asymmetric_keys"), (0x20, "valid_connection_type"), (0x40, "support_monitor_layout_pdu"),
  (0x80, "support_netchar_autodetect"), (0x100, "support_dynvc_gfx_protocol"),
  (0x200, "support_dynamic_time_zone"), (0x400, "support_heartbeat_pdu"),
]

private let connectionHints: [UInt8: String] = [
  1: "modem", 2: "low_broadband", 3: "satellite", 4: "high_broadband", 5: "wan", 6: "lan", 7: "autodetect",
]

/// Windows by the number of its build.
private let builds: [UInt32: String] = [
  528: "Windows NT 3.1", 807: "Windows NT 3.5", 1057: "Windows NT 3.51", 1381: "Windows NT 4.0",
  2195: "Windows 2000", 2600: "Windows XP", 3790: "Windows Server 2003", 6000: "Windows Vista RTM",
  6001: "Windows Vista SP1", 6002: "Windows Vista SP2", 7600: "Windows 7 RTM", 7601: "Windows 7 SP1",
  9200: "Windows 8", 9600: "Windows 8.1", 10240: "Windows 10 TH1", 10586: "Windows 10 TH2",
  14393: "Windows 10 RS1", 15063: "Windows 10 RS2", 16299: "Windows 10 RS3", 17134: "Windows 10 RS4",
  17763: "Windows 10 RS5",
]
