import Wire

/// What a certificate of TLCP is for: its place in the list says (GB/T 38636-2020 §6.4.4.3).
package enum TLCPRole: String, Sendable {
  /// The end's own two, and an authority that issued one of them or another authority.
  case signing, encryption, authority = "ca"
}

/// A certificate that the operator trusts as the end of chains.
package struct TrustedRoot: Sendable {
  let der: [UInt8]
  let details: CertificateDetails

  package init(_ der: [UInt8]) {
    self.der = der
    details = CertificateDetails(der)
  }
}

/// Judges the certificates of a TLCP session, whatever the other side made of them: clients that do not look
/// accept bad pairs, and the handshake goes through.
struct TLCPJudge {
  private let transaction: TLSTransaction
  private let roots: [TrustedRoot]
  private let nowSeconds: Int64
  /// What is wrong, in order.
  private(set) var findings: [TLSEvent] = []

  init(_ transaction: TLSTransaction, _ settings: TLSSettings, _ clock: PacketClock) {
    self.transaction = transaction
    roots = settings.trustedRoots
    nowSeconds = clock.nanoseconds / 1_000_000_000
  }

  /// Judges what one side showed.
  mutating func judge(_ direction: Direction) {
    let chain = transaction.certificates[direction]
    guard let own = chain.first else { return }
    let details = transaction.certificateDetails(direction)
    if transaction.isTLCP {
      judgePair(details, transaction.certificateRoles(direction), direction)
      judgeTimes(chain)
      if direction == .toClient { judgeNames(own, details) }
      judgeSignatures(chain, details)
    }
    if details.contains(where: { !$0.isSelfIssued && $0.isWeak }) { findings.append(.tlcpWeakCertificate) }
  }

  private mutating func judgePair(
    _ details: [CertificateDetails], _ roles: [TLCPRole], _ direction: Direction
  ) {
    let first = details[0]
    let chain = transaction.certificates[direction]
    guard roles.count > 1, roles[1] == .encryption else {
      // A client that only signs needs no second one.
      let suite = transaction.serverHello.map { TLSSuite($0.cipherSuite) }
      if direction == .toClient || suite?.needsClientPair == true {
        findings.append(.tlcpEncryptionCertificateMissing)
      }
      if !first.maySign { findings.append(.tlcpWrongKeyUsage) }
      return
    }
    let second = details[1]
    if chain[0].der == chain[1].der || !first.keyDER.isEmpty && first.keyDER == second.keyDER {
      findings.append(.tlcpOneCertificateTwice)
    } else if !first.maySign, second.maySign, first.mayEncrypt, !second.mayEncrypt {
      findings.append(.tlcpCertificatesSwapped)
    }
    if !first.maySign || !second.mayEncrypt { findings.append(.tlcpWrongKeyUsage) }
    if first.commonName != second.commonName { findings.append(.tlcpNamesDiffer) }
  }

  /// By the packets' time, not the sensor's.
  private mutating func judgeTimes(_ chain: [TLSCertificate]) {
    let now = nowSeconds
    if chain.contains(where: { $0.notAfter.seconds < now }) { findings.append(.tlcpCertificateExpired) }
    if chain.contains(where: { $0.notBefore.seconds > now }) { findings.append(.tlcpCertificateNotYetValid) }
  }

  /// The name that the client asked for against those of the signing certificate.
  private mutating func judgeNames(_ own: TLSCertificate, _ details: [CertificateDetails]) {
    guard let asked = transaction.clientHello?.serverName, !findings.contains(.tlcpNamesDiffer) else {
      return
    }
    var names = own.alternativeNames
    if names.isEmpty, let name = details.first?.commonName { names = [name] }
    if !names.contains(where: { Self.matches(Self.lowercased($0), Self.lowercased(asked)) }) {
      findings.append(.tlcpNamesDiffer)
    }
  }

  /// Signatures by issuers that are in the chain or among the roots, and whether the chain ends at a root.
  private mutating func judgeSignatures(_ chain: [TLSCertificate], _ details: [CertificateDetails]) {
    let count = min(chain.count, TLSLimits.signatures)
    var isBad = false, isForeign = false
    for position in 0..<count {
      let issuers = self.issuers(of: position, chain, details)
      let verdicts = issuers.map { CertificateSignature.isValid(of: chain[position].der, by: $0) }
      if !verdicts.isEmpty, verdicts.allSatisfy({ $0 == false }) { isBad = true }
    }
    if !roots.isEmpty {
      let own = transaction.isTLCP ? min(count, 2) : min(count, 1)
      isForeign = (0..<own).contains { !isRooted($0, chain, details) }
    }
    if isBad { findings.append(.tlcpBadSignature) }
    if isForeign { findings.append(.tlcpForeignIssuer) }
  }

  /// Certificates that bear the name of the issuer: of the chain first, then the operator's.
  private func issuers(
    of position: Int, _ chain: [TLSCertificate], _ details: [CertificateDetails]
  ) -> [[UInt8]] {
    let name = details[position].issuerDER
    let own = chain.indices.filter { details[$0].subjectDER == name }.prefix(2).map { chain[$0].der }
    let trusted = roots.filter { $0.details.subjectDER == name }.prefix(2).map(\.der)
    return own + trusted
  }

  /// Whether signatures lead from a certificate to a root of the operator.
  private func isRooted(
    _ start: Int, _ chain: [TLSCertificate], _ details: [CertificateDetails]
  ) -> Bool {
    var position = start
    for _ in 0..<TLSLimits.signatures {
      let own = chain[position].der, name = details[position].issuerDER
      if roots.contains(where: { $0.der == own }) { return true }
      let isSigned = roots.contains {
        $0.details.subjectDER == name && CertificateSignature.isValid(of: own, by: $0.der) == true
      }
      if isSigned { return true }
      let parent = chain.indices.first {
        // Who was only given a certificate for a server may not make others.
        $0 != position && details[$0].subjectDER == name && details[$0].isAuthorityLike
          && CertificateSignature.isValid(of: own, by: chain[$0].der) == true
      }
      guard let parent else { return false }
      position = parent
    }
    return false
  }

  /// A name, or a pattern the first label of which is a star (RFC 6125 §6.4.3).
  static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
    if pattern == name { return true }
    guard pattern.starts(with: [0x2A, 0x2E]), let dot = name.firstIndex(of: 0x2E), dot > 0 else {
      return false
    }
    return pattern.dropFirst(1) == name[dot...]
  }

  private static func lowercased(_ name: [UInt8]) -> [UInt8] {
    name.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
  }
}
