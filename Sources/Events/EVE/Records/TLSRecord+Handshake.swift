import Protocols
import Wire

// The handshake in full: `tlcp` of sessions of TLCP, `handshake` of others where national algorithms protect
// them or `custom` asks for it. Ordinary TLS is shown as the reference does.

/// Writes the object of a session.
func encodeHandshakeFacts(_ transaction: TLSTransaction, into line: inout JSONWriter) {
  line.beginObject(transaction.isTLCP ? "tlcp" : "handshake")
  if let hello = transaction.clientHello, !hello.isSSL2 {
    line.beginArray("suites_offered")
    for number in hello.cipherSuites { encodeSuite(TLSSuite(number), into: &line) }
    line.endArray()
    encodeExtensions("client_extensions", hello.extensions, into: &line)
  }
  if let hello = transaction.serverHello {
    line.beginObject("suite")
    encodeSuiteMembers(TLSSuite(hello.cipherSuite), into: &line)
    line.endObject()
    encodeExtensions("server_extensions", hello.extensions, into: &line)
  }
  line.member("complete", transaction.isHandshakeComplete)
  line.member("resumed", transaction.usesFormerSession)
  encodeCertificates("server_certificates", transaction, .toClient, into: &line)
  encodeCertificates("client_certificates", transaction, .toServer, into: &line)
  encodeExchange(transaction.handshakeFacts, into: &line)
  encodeAlerts(transaction.handshakeFacts.alerts, into: &line)
  let findings = transaction.findings
  if !findings.isEmpty {
    line.beginArray("findings")
    for finding in findings { line.element(finding) }
    line.endArray()
  }
  line.endObject()
}

private func encodeSuite(_ suite: TLSSuite, into line: inout JSONWriter) {
  line.beginObject()
  encodeSuiteMembers(suite, into: &line)
  line.endObject()
}

private func encodeSuiteMembers(_ suite: TLSSuite, into line: inout JSONWriter) {
  line.member("id", suite.identifier)
  if let name = suite.name { line.member("name", name) }
}

private func encodeExtensions(_ key: StaticString, _ numbers: [UInt16], into line: inout JSONWriter) {
  guard !numbers.isEmpty else { return }
  line.beginArray(key)
  for number in numbers { line.element(number) }
  line.endArray()
}

/// A chain in its order; an empty list where the side showed that it has none, nothing where it said nothing.
private func encodeCertificates(
  _ key: StaticString, _ transaction: TLSTransaction, _ direction: Direction, into line: inout JSONWriter
) {
  guard transaction.handshakeFacts.hasCertificateMessage[direction] else { return }
  let details = transaction.certificateDetails(direction)
  let roles = transaction.certificateRoles(direction)
  line.beginArray(key)
  for (position, certificate) in transaction.certificates[direction].enumerated() {
    let detail = details[position]
    line.beginObject()
    if transaction.isTLCP { line.member("role", roles[position].rawValue) }
    line.member("subject", text: certificate.subject)
    line.member("issuerdn", text: certificate.issuer)
    line.member("serial", text: certificate.serial)
    line.member("notbefore", text: certificate.notBefore.text)
    line.member("notafter", text: certificate.notAfter.text)
    line.beginArray("key_usage")
    for name in detail.keyUsageNames { line.element(name) }
    line.endArray()
    line.member("key", detail.keyName)
    if detail.keyBits > 0 { line.member("key_bits", detail.keyBits) }
    line.member("signature", detail.signatureName)
    line.member("fingerprint", text: certificate.fingerprint)
    line.member("sm3", hexadecimal: Digest.compute(.sm3, certificate.der.rawSpan))
    line.endObject()
  }
  line.endArray()
}

private func encodeExchange(_ facts: TLSHandshakeFacts, into line: inout JSONWriter) {
  if let identity = facts.identity.toClient { line.member("server_identity", text: identity) }
  if let identity = facts.identity.toServer { line.member("client_identity", text: identity) }
  if let request = facts.certificateRequest {
    line.beginObject("certificate_request")
    line.beginArray("types")
    for type in request.types { line.element(type) }
    line.endArray()
    line.beginArray("authorities")
    for name in request.authorities { line.element(text: name) }
    line.endArray()
    line.endObject()
  }
  if let count = facts.keyExchangeBytes.toClient { line.member("server_key_exchange_bytes", count) }
  if let isGenuine = facts.isKeyExchangeGenuine { line.member("server_key_exchange_valid", isGenuine) }
  if let count = facts.keyExchangeBytes.toServer { line.member("client_key_exchange_bytes", count) }
}

private func encodeAlerts(_ alerts: [TLSAlert], into line: inout JSONWriter) {
  guard !alerts.isEmpty else { return }
  line.beginArray("alerts")
  for alert in alerts {
    line.beginObject()
    line.member("sender", alert.direction == .toServer ? "client" : "server")
    line.member("encrypted", alert.isEncrypted)
    if let level = alert.levelName { line.member("level", level) }
    if let name = alert.name { line.member("description", name) }
    line.endObject()
  }
  line.endArray()
}
