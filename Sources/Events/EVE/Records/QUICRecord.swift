import Protocols
import Wire

/// `quic`: one record for each packet with a long head, up to the hellos of both sides.
let quicRecord = TransactionRecord(
  protocolName: "quic", type: .quic, isClientFirst: false, encode: encodeQUIC)

@Sendable
private func encodeQUIC(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? QUICTransaction else { return }
  line.beginObject("quic")
  line.member("version", transaction.header.version.name)
  if let name = transaction.serverName { line.member("sni", text: name) }
  if let agent = transaction.userAgent { line.member("ua", text: agent) }
  if !transaction.fingerprints.isEmpty {
    line.beginArray("cyu")
    for text in transaction.fingerprints {
      line.beginObject()
      encodeFingerprint(text, into: &line)
      line.endObject()
    }
    line.endArray()
  }
  if let text = transaction.ja3Text {
    line.beginObject(transaction.direction == .toServer ? "ja3" : "ja3s")
    encodeFingerprint(text, into: &line)
    line.endObject()
  }
  if let ja4 = transaction.ja4 { line.member("ja4", text: ja4) }
  if let extensions = transaction.hello?.extensions, !extensions.isEmpty {
    encodeExtensions(extensions, into: &line)
  }
  line.endObject()
}

private func encodeFingerprint(_ text: [UInt8], into line: inout JSONWriter) {
  line.member("hash", text: QUICTransaction.hash(text))
  line.member("string", text: text)
}

private func encodeExtensions(_ extensions: [QUICHello.Extension], into line: inout JSONWriter) {
  line.beginArray("extensions")
  for item in extensions {
    line.beginObject()
    if let name = extensionNames[item.type] { line.member("name", name) }
    line.member("type", item.type)
    if !item.values.isEmpty {
      line.beginArray("values")
      for value in item.values { line.element(text: value) }
      line.endArray()
    }
    line.endObject()
  }
  line.endArray()
}

/// Names of extensions (IANA, TLS ExtensionType Values), as far as events tell them.
private let extensionNames: [UInt16: String] = {
  let first = [
    "server_name", "max_fragment_length", "client_certificate_url", "trusted_ca_keys", "truncated_hmac",
    "status_request", "user_mapping", "client_authz", "server_authz", "cert_type", "supported_groups",
    "ec_point_formats", "srp", "signature_algorithms", "use_srtp", "heartbeat", "alpn", "status_request_v2",
    "signed_certificate_timestamp", "client_certificate_type", "server_certificate_type", "padding",
    "encrypt_then_mac", "extended_master_secret", "token_binding", "cached_info", "tls_lts",
    "compress_certificate", "record_size_limit", "pwd_protect", "pwd_clear", "password_salt",
    "ticket_pinning", "tls_cert_with_extern_psk", "delegated_credentials", "session_ticket", "tlmsp",
    "tlmsp_proxying", "tlmsp_delegate", "supported_ekt_ciphers",
  ]
  let later = [
    "pre_shared_key", "early_data", "supported_versions", "cookie", "psk_key_exchange_modes", nil,
    "certificate_authorities", "oid_filters", "post_handshake_auth", "signature_algorithms_cert", "key_share",
    "transparency_info", "connection_id_deprecated", "connection_id", "external_id_hash",
    "external_session_id", "quic_transport_parameters", "ticket_request", "dnssec_chain",
  ]
  var names: [UInt16: String] = [13_172: "next_protocol_negotiation", 65_281: "renegotiation_info"]
  for (number, name) in first.enumerated() { names[UInt16(number)] = name }
  for (number, name) in later.enumerated() { names[UInt16(number + 41)] = name }
  return names
}()
