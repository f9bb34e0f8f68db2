import Wire

/// SSL, TLS and TLCP: the protocol's entry in the catalogue.
enum TLS {
  static let entry = ApplicationProtocol(
    name: "tls", aliases: ["ssl"], transports: [.tcp], ports: [443],
    progress: Pair(
      [
        "client_in_progress", "client_hello_done", "client_cert_done", "client_handshake_done",
        "client_finished",
      ],
      [
        "server_in_progress", "server_hello", "server_cert_done", "server_hello_done",
        "server_handshake_done",
        "server_finished",
      ]),
    events: TLSEvent.allCases.map(\.name), fields: fields, frames: TLSFrame.names,
    hasLastingSteps: true, firstDirection: .toServer,
    recognise: { bytes, direction, _ in TLSProbe.recognise(bytes, direction) },
    makeSession: { TLSSession($0.tls) })

  static let hello = Pair(TLSTransaction.ClientProgress.helloDone, TLSTransaction.ServerProgress.hello)
  static let certificate = Pair(
    TLSTransaction.ClientProgress.certificateDone, TLSTransaction.ServerProgress.certificateDone)

  static let fields: [Field] = helloFields + certificateFields + fingerprintFields + tlcpFields

  /// Numbers of versions by the names that `tls.version` and `ssl_version` take.
  static let versionNumbers: [String: Int64] = [
    "sslv2": 0x0002, "sslv3": 0x0300, "tls1.0": 0x0301, "tls1.1": 0x0302, "tls1.2": 0x0303, "tls1.3": 0x0304,
    "tlcp1.1": 0x0101, "tlcp": 0x0101, "1.0": 0x0301, "1.1": 0x0302, "1.2": 0x0303, "1.3": 0x0304,
  ]

  private static let helloFields: [Field] = [
    Field(
      keyword: "tls.sni", aliases: ["tls_sni"], eve: "sni", .buffer, .toServer, progress: hello,
      source: "RFC 6066 §3",
      "Name of the server that the client asks for.", example: "tls.sni; content:\"example.com\";",
      of: TLSTransaction.self
    ) { transaction, _ in bytes(transaction.clientHello?.serverName) },
    Field(
      keyword: "tls.alpn", eve: "client_alpns", .multiBuffer, nil, progress: hello, source: "RFC 7301 §3.1",
      "Application protocols that the client offers, or the one that the server chose.",
      example: "tls.alpn; content:\"h2\";", of: TLSTransaction.self
    ) { transaction, direction in
      let names =
        direction == .toServer
        ? transaction.clientHello?.applicationProtocols : transaction.serverHello?.applicationProtocols
      return names.map { $0.isEmpty ? .none : .list($0) } ?? .none
    },
    version(
      "tls.version", "Version of TLS that the direction's hello speaks of.", example: "tls.version:1.2;"),
    version(
      "ssl_version", "The same with the names of SSL and TLS, several at a time.",
      example: "ssl_version:sslv3;"),
    Field(
      keyword: "ssl_state", .number, nil, progress: Pair(both: 0),
      names: [
        "client_hello": TLSTransaction.State.clientHello, "server_hello": TLSTransaction.State.serverHello,
        "client_keyx": TLSTransaction.State.clientKeyExchange,
        "server_keyx": TLSTransaction.State.serverKeyExchange,
        "unknown": TLSTransaction.State.unknown,
      ], source: "RFC 5246 §7.4", "What of the handshake has been seen: a set of bits, one for each name.",
      example: "ssl_state:client_hello;", of: TLSTransaction.self
    ) { transaction, _ in .number(transaction.stateBits) },
    random("tls.random", "The 32 random bytes of a hello.") { $0 },
    random("tls.random_time", "The first 4 bytes of the random: once a time.") { $0.prefix(4) },
    random("tls.random_bytes", "The last 28 bytes of the random.") { $0.dropFirst(4) },
  ]

  private static let fingerprintFields: [Field] = [
    fingerprint("ja3.hash", ["ja3_hash"], eve: "ja3.hash", .toServer, "MD5 of the client's JA3 string.") {
      $0.ja3Hash
    },
    fingerprint("ja3.string", ["ja3_string"], eve: "ja3.string", .toServer, "The client's JA3 string.") {
      $0.ja3Text
    },
    fingerprint("ja3s.hash", eve: "ja3s.hash", .toClient, "MD5 of the server's JA3S string.") { $0.ja3sHash },
    fingerprint("ja3s.string", eve: "ja3s.string", .toClient, "The server's JA3S string.") { $0.ja3sText },
    fingerprint("ja4.hash", ["ja4_hash"], eve: "ja4", .toServer, "The client's JA4 fingerprint.") { $0.ja4 },
  ]

  static func bytes(_ value: [UInt8]?) -> FieldValue {
    value.map(FieldValue.bytes) ?? .none
  }

  private static func version(_ keyword: String, _ summary: String, example: String) -> Field {
    Field(
      keyword: keyword, eve: keyword == "tls.version" ? "version" : nil, .number, nil, progress: hello,
      names: versionNumbers, source: "RFC 8446 §4.2.1", summary, example: example, of: TLSTransaction.self
    ) { transaction, direction in
      let version = transaction.version(direction)
      return version == .undetermined ? .none : .number(Int64(version.rawValue))
    }
  }

  private static func random(
    _ keyword: String, _ summary: String, _ part: @escaping @Sendable (ArraySlice<UInt8>) -> ArraySlice<UInt8>
  ) -> Field {
    Field(
      keyword: keyword, .buffer, nil, progress: hello, source: "RFC 5246 §7.4.1.2", summary,
      example: "\(keyword); content:\"|01 02|\";", of: TLSTransaction.self
    ) { transaction, direction in
      let random = direction == .toServer ? transaction.clientHello?.random : transaction.serverHello?.random
      guard let random, !random.isEmpty else { return .none }
      return .bytes(Array(part(random[...])))
    }
  }

  private static func fingerprint(
    _ keyword: String, _ aliases: [String] = [], eve: String, _ direction: Direction, _ summary: String,
    _ value: @escaping @Sendable (TLSTransaction) -> [UInt8]?
  ) -> Field {
    Field(
      keyword: keyword, aliases: aliases, eve: eve, .buffer, direction, progress: hello, source: "JA3, JA4",
      summary,
      example: "\(keyword); content:\"0e870cb29dd59424064948532781a7f6\";", of: TLSTransaction.self
    ) { transaction, _ in bytes(value(transaction)) }
  }
}
