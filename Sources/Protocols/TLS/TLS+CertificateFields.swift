import Wire

/// Fields of the end's own certificate and of its chain: the server's, or the client's where it shows one.
extension TLS {
  static let certificateFields: [Field] = [
    text("tls.cert_subject", ["tls_cert_subject"], eve: "subject", "Subject of the certificate.") {
      $0.subject
    },
    argument("tls.subject", "The same, as an old keyword with the content as its argument.") { $0.subject },
    text("tls.cert_issuer", ["tls_cert_issuer"], eve: "issuerdn", "Issuer of the certificate.") { $0.issuer },
    argument("tls.issuerdn", "The same, as an old keyword with the content as its argument.") { $0.issuer },
    text(
      "tls.cert_serial", ["tls_cert_serial"], eve: "serial", "Serial number of the certificate, `00:AB:…`."
    ) {
      $0.serial
    },
    text(
      "tls.cert_fingerprint", ["tls_cert_fingerprint"], eve: "fingerprint",
      "SHA-1 of the certificate, `aa:bb:…`."
    ) { $0.fingerprint },
    argument("tls.fingerprint", "The same, as an old keyword with the content as its argument.") {
      $0.fingerprint
    },
    Field(
      keyword: "tls.subjectaltname", eve: "subjectaltname", .multiBuffer, .toClient, progress: certificate,
      source: "RFC 5280 §4.2.1.6", "Other names that the server's certificate is for.",
      example: "tls.subjectaltname; content:\"example.com\";", of: TLSTransaction.self
    ) { transaction, direction in
      guard let names = transaction.certificates[direction].first?.alternativeNames, !names.isEmpty else {
        return .none
      }
      return .list(names)
    },
    Field(
      keyword: "tls.certs", eve: "chain", .multiBuffer, nil, progress: certificate, source: "RFC 5246 §7.4.2",
      "The certificates of the chain as they came (DER).", example: "tls.certs; content:\"|06 09 2a 86|\";",
      of: TLSTransaction.self
    ) { transaction, direction in
      let chain = transaction.certificates[direction]
      return chain.isEmpty ? .none : .list(chain.map(\.der))
    },
    Field(
      keyword: "tls.cert_chain_len", .number, .toClient, progress: certificate, source: "RFC 5246 §7.4.2",
      "Number of certificates of the chain.", example: "tls.cert_chain_len:>2;", of: TLSTransaction.self
    ) { transaction, direction in
      .number(Int64(transaction.certificates[direction].count))
    },
    number("tls_cert_notbefore", eve: "notbefore", "Begin of validity, in seconds since 1970.") {
      certificate, _ in
      certificate.notBefore.seconds
    },
    number("tls_cert_notafter", eve: "notafter", "End of validity, in seconds since 1970.") {
      certificate, _ in
      certificate.notAfter.seconds
    },
    number("tls_cert_expired", "1 where validity had ended when the certificate was seen.") {
      certificate, now in
      certificate.notAfter.seconds < now ? 1 : 0
    },
    number("tls_cert_valid", "1 where the certificate was within its validity when it was seen.") {
      certificate, now in
      certificate.notBefore.seconds <= now && now <= certificate.notAfter.seconds ? 1 : 0
    },
  ]

  private static func text(
    _ keyword: String, _ aliases: [String], eve: String, _ summary: String,
    _ value: @escaping @Sendable (TLSCertificate) -> [UInt8]
  ) -> Field {
    Field(
      keyword: keyword, aliases: aliases, eve: eve, .buffer, nil, progress: certificate,
      source: "RFC 5280 §4.1.2", summary,
      example: "\(keyword); content:\"\(sample(keyword))\";", of: TLSTransaction.self
    ) { transaction, direction in bytes(transaction.certificates[direction].first.map(value)) }
  }

  /// What an example looks for: a digest has but one length, a serial number colons.
  static func sample(_ keyword: String) -> String {
    if keyword.hasSuffix("serial") { return "1A:2B:3C" }
    return keyword.hasSuffix("fingerprint")
      ? "4a:a3:66:76:82:cb:6b:23:bb:c3:58:47:23:a4:63:a7:78:a4:a1:18" : "example"
  }

  private static func argument(
    _ keyword: String, _ summary: String, _ value: @escaping @Sendable (TLSCertificate) -> [UInt8]
  ) -> Field {
    Field(
      keyword: keyword, argumentIsContent: true, .buffer, nil, progress: certificate,
      source: "RFC 5280 §4.1.2", summary,
      example: "\(keyword):\"\(sample(keyword))\";", of: TLSTransaction.self
    ) { transaction, direction in bytes(transaction.certificates[direction].first.map(value)) }
  }

  private static func number(
    _ keyword: String, eve: String? = nil, _ summary: String,
    _ value: @escaping @Sendable (TLSCertificate, Int64) -> Int64
  ) -> Field {
    Field(
      keyword: keyword, eve: eve, .number, .toClient, progress: certificate, source: "RFC 5280 §4.1.2.5",
      summary,
      example: eve == nil ? "\(keyword);" : "\(keyword):>2024-01-01;", of: TLSTransaction.self
    ) { transaction, direction in
      guard let own = transaction.certificates[direction].first else { return .none }
      return .number(value(own, transaction.certificateNanoseconds / 1_000_000_000))
    }
  }
}
