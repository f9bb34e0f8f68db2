import Wire

/// Whether a server of TLCP has shown by its ServerKeyExchange that it holds the key of its signing
/// certificate (GB/T 38636-2020 §6.4.4.4). Whoever only shows somebody else's certificates cannot.
///
///     ECC, RSA  signature <0..2^16-1> on: client's random | server's random | encryption certificate
///     ECDHE     curve type (8) = 3 | curve (16) | point <1..2^8-1> | signature <0..2^16-1>
///               on: client's random | server's random | curve type … point
///
/// What is cut short or of another form cannot be judged, and nothing is told of it.
struct TLCPKeyExchange {
  private let transaction: TLSTransaction
  private let randoms: [UInt8]

  /// Nil where there is nothing to judge: no pair of certificates, no hellos, not TLCP.
  init?(_ transaction: TLSTransaction) {
    guard transaction.isTLCP, let client = transaction.clientHello, let server = transaction.serverHello,
      transaction.certificateRoles(.toClient).prefix(2) == [.signing, .encryption]
    else { return nil }
    self.transaction = transaction
    randoms = client.random + server.random
  }

  /// The verdict on a message's body; nil where it cannot be told.
  func isGenuine(_ body: RawSpan) -> Bool? {
    guard body.byteCount <= TLSLimits.keyExchangeBytes, let suite = transaction.serverHello?.cipherSuite
    else { return nil }
    return TLSSuite(suite).needsClientPair ? isEphemeralGenuine(body) : isStaticGenuine(body)
  }

  private func isEphemeralGenuine(_ body: RawSpan) -> Bool? {
    guard body.byteCount >= 4, body[0] == 3 else { return nil }
    let length = 4 &+ Int(body[3])
    guard body.byteCount > length,
      let signature = Self.signature(body.part(length, body.byteCount &- length))
    else { return nil }
    let message = randoms + body.part(0, length).copied()
    return signers.map { isSigned(signature, message, by: $0) }.joined()
  }

  private func isStaticGenuine(_ body: RawSpan) -> Bool? {
    guard let signature = Self.signature(body) else { return nil }
    let chain = transaction.certificates.toClient
    var verdicts: [Bool?] = []
    for signer in signers {
      let certificate = chain[1 &- signer].der
      let length = UInt32(truncatingIfNeeded: certificate.count)
      let prefix = [16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
      // The certificate counts as the vector that it is in the message; some programs leave its length out.
      for message in [randoms + prefix + certificate, randoms + certificate] {
        let verdict = isSigned(signature, message, by: signer)
        if verdict == true { return true }
        verdicts.append(verdict)
      }
    }
    return verdicts.joined()
  }

  /// Places of the certificates that may have signed: the first, and the second where the two are swapped,
  /// which is told of by itself.
  private var signers: [Int] {
    let details = transaction.certificateDetails(.toClient)
    return !details[0].maySign && details[1].maySign ? [0, 1] : [0]
  }

  private func isSigned(_ signature: [UInt8], _ message: [UInt8], by place: Int) -> Bool? {
    CertificateSignature.isValid(signature, of: message, by: transaction.certificates.toClient[place].der)
  }

  /// A vector of at most 2^16-1 bytes at the front; what follows it is nobody's concern.
  private static func signature(_ bytes: RawSpan) -> [UInt8]? {
    var reader = ByteReader(bytes)
    guard let count = try? reader.u16(), count > 0, let value = try? reader.take(Int(count)) else {
      return nil
    }
    return value.copied()
  }
}

extension [Bool?] {
  /// True if one of the verdicts is; false only where none could not be told.
  fileprivate func joined() -> Bool? {
    if contains(true) { return true }
    return allSatisfy { $0 == false } ? false : nil
  }
}
