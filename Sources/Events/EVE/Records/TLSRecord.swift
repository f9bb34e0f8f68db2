import Protocols
import Wire

/// `tls`: one record for each session, once the handshake is done.
let tlsRecord = TransactionRecord(
  protocolName: "tls", type: .tls, hasUppercaseEvents: true, isWanted: isTLSWanted,
  encode: encodeTLS)

@Sendable
private func isTLSWanted(_ context: RecordContext) -> Bool {
  guard let transaction = context.transaction as? TLSTransaction else { return false }
  return !transaction.isResumed || context.settings.tls.hasSessionResumption || transaction.isTLCP
}

/// The members of `tls` that `custom` can name, in the order in which they are written.
private enum TLSMember: String {
  case subject, issuer, sessionResumed = "session_resumed", alternativeNames = "subjectaltname", serial,
    fingerprint
  case sni, version, notBefore = "not_before", notAfter = "not_after", certificate, chain, ja3, ja3s, ja4
  case clientALPNs = "client_alpns", serverALPNs = "server_alpns", client
  case clientCertificate = "client_certificate", clientChain = "client_chain"
  case clientHandshake = "client_handshake", serverHandshake = "server_handshake"
  /// Of our own: the handshake in full. Sessions under national algorithms have it unasked.
  case handshake

  /// What is shown with `extended: no`.
  static let basis: Set<TLSMember> = [.subject, .issuer, .sessionResumed, .alternativeNames]
  /// What is shown with `extended: yes`.
  static let extended: Set<TLSMember> = basis.union([
    .serial, .fingerprint, .sni, .version, .notBefore, .notAfter, .ja3, .ja3s, .ja4, .clientALPNs,
    .serverALPNs,
    .client,
  ])
}

@Sendable
private func encodeTLS(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? TLSTransaction else { return }
  let settings = context.settings.tls
  var members = TLSMember.extended
  if context.place == .own {
    if let custom = settings.custom {
      members = Set(custom.compactMap { TLSMember(rawValue: $0.replacing("-", with: "_")) })
    } else if !settings.isExtended {
      members = TLSMember.basis
    }
  }
  line.beginObject("tls")
  encodeCertificate(transaction, members, into: &line)
  encodeFingerprints(transaction, members, settings, into: &line)
  encodeNames(transaction, members, into: &line)
  encodeClient(transaction, members, into: &line)
  encodeHandshakes(transaction, members, into: &line)
  if members.contains(.handshake) || transaction.isShangMi || transaction.hasFindings {
    encodeHandshakeFacts(transaction, into: &line)
  }
  if let name = transaction.protocolBefore { line.member("from_proto", name) }
  line.endObject()
}

private func encodeCertificate(
  _ transaction: TLSTransaction, _ members: Set<TLSMember>, into line: inout JSONWriter
) {
  let chain = transaction.certificates.toClient
  let own = chain.first
  if let own {
    if members.contains(.subject) { line.member("subject", text: own.subject) }
    if members.contains(.issuer) { line.member("issuerdn", text: own.issuer) }
  }
  if members.contains(.sessionResumed), transaction.isResumed { line.member("session_resumed", true) }
  if let own {
    if members.contains(.alternativeNames), !own.alternativeNames.isEmpty {
      encodeList("subjectaltname", own.alternativeNames, into: &line)
    }
    if members.contains(.serial) { line.member("serial", text: own.serial) }
    if members.contains(.fingerprint) { line.member("fingerprint", text: own.fingerprint) }
  }
  if members.contains(.sni), let name = transaction.clientHello?.serverName { line.member("sni", text: name) }
  if members.contains(.version), transaction.serverHello != nil || transaction.clientHello != nil {
    let agreed = transaction.version
    let version = agreed == .undetermined ? transaction.version(.toServer) : agreed
    line.member("version", version.name)
  }
  guard let own else { return }
  if members.contains(.notBefore) { line.member("notbefore", text: own.notBefore.text) }
  if members.contains(.notAfter) { line.member("notafter", text: own.notAfter.text) }
  if members.contains(.certificate) { line.member("certificate", base64: own.der.rawSpan) }
  if members.contains(.chain) { encodeChain(chain, into: &line) }
}

private func encodeChain(_ chain: [TLSCertificate], into line: inout JSONWriter) {
  line.beginArray("chain")
  for certificate in chain { line.element(base64: certificate.der.rawSpan) }
  line.endArray()
}

private func encodeFingerprints(
  _ transaction: TLSTransaction, _ members: Set<TLSMember>, _ settings: TLSRecordSettings,
  into line: inout JSONWriter
) {
  if members.contains(.ja3), settings.showsJA3, let hash = transaction.ja3Hash, let text = transaction.ja3Text
  {
    encodeJA3("ja3", hash, text, into: &line)
  }
  if members.contains(.ja3s), settings.showsJA3, let hash = transaction.ja3sHash,
    let text = transaction.ja3sText
  {
    encodeJA3("ja3s", hash, text, into: &line)
  }
  if members.contains(.ja4), settings.showsJA4, let ja4 = transaction.ja4 { line.member("ja4", text: ja4) }
}

private func encodeJA3(_ key: StaticString, _ hash: [UInt8], _ text: [UInt8], into line: inout JSONWriter) {
  line.beginObject(key)
  line.member("hash", text: hash)
  line.member("string", text: text)
  line.endObject()
}

private func encodeNames(
  _ transaction: TLSTransaction, _ members: Set<TLSMember>, into line: inout JSONWriter
) {
  if members.contains(.clientALPNs), let names = transaction.clientHello?.applicationProtocols, !names.isEmpty
  {
    encodeList("client_alpns", names, into: &line)
  }
  if members.contains(.serverALPNs), let names = transaction.serverHello?.applicationProtocols, !names.isEmpty
  {
    encodeList("server_alpns", names, into: &line)
  }
}

private func encodeList(_ key: StaticString, _ names: [[UInt8]], into line: inout JSONWriter) {
  line.beginArray(key)
  for name in names { line.element(text: name) }
  line.endArray()
}

/// The certificate by which the client showed who it is.
private func encodeClient(
  _ transaction: TLSTransaction, _ members: Set<TLSMember>, into line: inout JSONWriter
) {
  let chain = transaction.certificates.toServer
  guard members.contains(.client), let own = chain.first else { return }
  line.beginObject("client")
  line.member("subject", text: own.subject)
  line.member("issuerdn", text: own.issuer)
  if !own.alternativeNames.isEmpty { encodeList("subjectaltname", own.alternativeNames, into: &line) }
  line.member("fingerprint", text: own.fingerprint)
  line.member("serial", text: own.serial)
  line.member("notbefore", text: own.notBefore.text)
  line.member("notafter", text: own.notAfter.text)
  if members.contains(.clientCertificate) { line.member("certificate", base64: own.der.rawSpan) }
  if members.contains(.clientChain) { encodeChain(chain, into: &line) }
  line.endObject()
}

private func encodeHandshakes(
  _ transaction: TLSTransaction, _ members: Set<TLSMember>, into line: inout JSONWriter
) {
  if members.contains(.clientHandshake), let hello = transaction.clientHello, !hello.isSSL2 {
    line.beginObject("client_handshake")
    line.member("version", hello.highestVersion.name)
    encodeNumbers("ciphers", hello.cipherSuites, into: &line)
    encodeNumbers("exts", hello.extensions, into: &line)
    encodeNumbers("sig_algs", hello.signatureAlgorithms, into: &line)
    line.endObject()
  }
  if members.contains(.serverHandshake), let hello = transaction.serverHello {
    line.beginObject("server_handshake")
    line.member("version", hello.legacyVersion.name)
    line.member("cipher", hello.cipherSuite)
    encodeNumbers("exts", hello.extensions, into: &line)
    line.endObject()
  }
}

private func encodeNumbers(_ key: StaticString, _ numbers: [UInt16], into line: inout JSONWriter) {
  guard !numbers.isEmpty else { return }
  line.beginArray(key)
  for number in numbers { line.element(number) }
  line.endArray()
}
