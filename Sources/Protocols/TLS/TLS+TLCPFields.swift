import Wire

/// Fields of what TLCP has and TLS has not: pairs of certificates, suites of its own, findings. Suites,
/// alerts and key usage are read of TLS, too.
extension TLS {
  static let tlcpFields: [Field] = [
    Field(
      keyword: "tlcp.cipher_suites", eve: "tlcp.suites_offered", .multiBuffer, .toServer, progress: hello,
      source: "GB/T 38636-2020 §6.4.4.1.1",
      "Names of the cipher suites that the client offers; a number as `0xC02F` where there is no name.",
      example: "tlcp.cipher_suites; content:\"ECC_SM4_GCM_SM3\";", of: TLSTransaction.self
    ) { transaction, _ in
      guard let hello = transaction.clientHello, !hello.cipherSuites.isEmpty else { return .none }
      return .list(hello.cipherSuites.map { Array(TLSSuite($0).text.utf8) })
    },
    Field(
      keyword: "tlcp.cipher_suite", eve: "tlcp.suite", .buffer, .toClient, progress: hello,
      source: "GB/T 38636-2020 §6.4.4.1.2", "Name of the cipher suite that the server chose.",
      example: "tlcp.cipher_suite; content:\"SM4_CBC\";", of: TLSTransaction.self
    ) { transaction, _ in
      guard let hello = transaction.serverHello else { return .none }
      return .bytes(Array(TLSSuite(hello.cipherSuite).text.utf8))
    },
    encryption("tlcp.enc_cert_subject", "Subject of the certificate that is encrypted to.") { $0.subject },
    encryption("tlcp.enc_cert_issuer", "Issuer of the certificate that is encrypted to.") { $0.issuer },
    encryption("tlcp.enc_cert_serial", "Serial number of the certificate that is encrypted to, `00:AB:…`.") {
      $0.serial
    },
    encryption("tlcp.enc_cert_fingerprint", "SHA-1 of the certificate that is encrypted to, `aa:bb:…`.") {
      $0.fingerprint
    },
    certificates(
      "tlcp.key_usage", "Uses of the certificates' keys: each certificate's names, joined by commas."
    ) { $0.keyUsageNames.joined(separator: ",") },
    certificates("tlcp.cert_key", "Kinds of the certificates' keys: `SM2`, `RSA`, `prime256v1`.") {
      $0.keyName
    },
    certificates("tlcp.cert_signature", "Algorithms that the certificates are signed by: `SM2-with-SM3`.") {
      $0.signatureName
    },
    Field(
      keyword: "tlcp.finding", eve: "tlcp.findings", .multiBuffer, nil, progress: certificate,
      source: "GB/T 38636-2020 §6.4.4.3",
      "What is wrong with the certificates or with what is spoken: names as in `tlcp.findings` of EVE.",
      example: "tlcp.finding; content:\"wrong_key_usage\";", of: TLSTransaction.self
    ) { transaction, _ in
      let findings = transaction.findings
      return findings.isEmpty ? .none : .list(findings.map { Array($0.utf8) })
    },
    Field(
      keyword: "tlcp.alert", eve: "tlcp.alerts", .number, nil, progress: Pair(both: 0),
      names: TLSAlert.numbers, source: "GB/T 38636-2020 §6.3.4",
      "Descriptions of the alerts that a side sent in the clear.", example: "tlcp.alert:bad_certificate;",
      of: TLSTransaction.self
    ) { transaction, direction in
      let own = transaction.handshakeFacts.alerts.filter { $0.direction == direction }
      let numbers = own.compactMap { $0.description.map(Int64.init) }
      return numbers.isEmpty ? .none : .numbers(numbers)
    },
    Field(
      keyword: "tlcp.resumed", eve: "tlcp.resumed", .number, .toClient,
      progress: Pair(
        TLSTransaction.ClientProgress.handshakeDone, TLSTransaction.ServerProgress.handshakeDone),
      source: "GB/T 38636-2020 §6.4.5", "1 where the handshake was shortened by a former session, else 0.",
      example: "tlcp.resumed:1;", of: TLSTransaction.self
    ) { transaction, _ in
      transaction.serverHello == nil ? .none : .number(transaction.usesFormerSession ? 1 : 0)
    },
  ]

  /// A field of the second certificate, where the first two are a pair.
  private static func encryption(
    _ keyword: String, _ summary: String, _ value: @escaping @Sendable (TLSCertificate) -> [UInt8]
  ) -> Field {
    Field(
      keyword: keyword, .buffer, nil, progress: certificate, source: "GB/T 38636-2020 §6.4.4.3", summary,
      example: "\(keyword); content:\"\(sample(keyword))\";", of: TLSTransaction.self
    ) { transaction, direction in
      let roles = transaction.certificateRoles(direction)
      guard transaction.isTLCP, roles.count > 1, roles[1] == .encryption else { return .none }
      return .bytes(value(transaction.certificates[direction][1]))
    }
  }

  /// A field with a value for each certificate of the chain.
  private static func certificates(
    _ keyword: String, _ summary: String, _ value: @escaping @Sendable (CertificateDetails) -> String
  ) -> Field {
    Field(
      keyword: keyword, .multiBuffer, nil, progress: certificate, source: "RFC 5280 §4.1.2.7", summary,
      example: "\(keyword); content:\"\(keyword == "tlcp.key_usage" ? "keyEncipherment" : "SM2")\";",
      of: TLSTransaction.self
    ) { transaction, direction in
      let details = transaction.certificateDetails(direction)
      return details.isEmpty ? .none : .list(details.map { Array(value($0).utf8) })
    }
  }
}
