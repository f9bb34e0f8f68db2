import Wire

/// QUIC (RFC 9000): the protocol's entry in the catalogue.
enum QUIC {
  static let entry = ApplicationProtocol(
    name: "quic", transports: [.udp], ports: [443, 80],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: QUICEvent.allCases.map(\.name), fields: fields,
    // Short heads say nothing: the port must be one of QUIC.
    probe: { bytes, _, _ in (try? QUICHeader(bytes)) == nil ? .no : .yes },
    makeSession: { _ in QUICSession() })

  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] =
    [
      buffer(
        "quic.version", nil, "RFC 9000 §17.2", "Version in a long head: its four bytes.", "|00 00 00 01|"
      ) { $0.versionBytes },
      buffer(
        "quic.sni", .toServer, "RFC 6066 §3", "Server name that a client asks for in its first packets.",
        "tower.example"
      ) { $0.serverName },
      buffer("quic.ua", .toServer, "QUIC Crypto (Google)", "User agent in Google's handshake.", "Chrome") {
        $0.userAgent
      },
      list("quic.cyu.hash", "MD5 of a fingerprint of Google's handshake.", "910a5e3a4d51593bd59a44611544f209")
      {
        $0.fingerprints.map(QUICTransaction.hash)
      },
      list("quic.cyu.string", "Version and tags of Google's handshake.", "46,PAD-SNI") { $0.fingerprints },
    ] + fingerprintFields

  /// Fingerprints of TLS, made of the hellos in the first packets.
  private static let fingerprintFields: [Field] = [
    hash("ja3.hash", ["ja3_hash"], .toServer, "MD5 of the client's JA3 string.") {
      clientText($0).map(QUICTransaction.hash)
    },
    hash("ja3.string", ["ja3_string"], .toServer, "The client's JA3 string.", clientText),
    hash("ja3s.hash", [], .toClient, "MD5 of the server's JA3S string.") {
      serverText($0).map(QUICTransaction.hash)
    },
    hash("ja3s.string", [], .toClient, "The server's JA3S string.", serverText),
    hash("ja4.hash", ["ja4_hash"], .toServer, "The client's JA4 fingerprint.") { $0.ja4 },
  ]

  private static func clientText(_ transaction: QUICTransaction) -> [UInt8]? {
    transaction.direction == .toServer ? transaction.ja3Text : nil
  }

  private static func serverText(_ transaction: QUICTransaction) -> [UInt8]? {
    transaction.direction == .toClient ? transaction.ja3Text : nil
  }

  private static func buffer(
    _ keyword: String, _ direction: Direction?, _ source: String, _ summary: String, _ content: String,
    aliases: [String] = [], _ value: @escaping @Sendable (QUICTransaction) -> [UInt8]?
  ) -> Field {
    Field(
      keyword: keyword, aliases: aliases, .buffer, direction, progress: atOnce, source: source, summary,
      example: "\(keyword); content:\"\(content)\";", of: QUICTransaction.self
    ) { transaction, _ in value(transaction).map(FieldValue.bytes) ?? .none }
  }

  private static func list(
    _ keyword: String, _ summary: String, _ content: String,
    _ values: @escaping @Sendable (QUICTransaction) -> [[UInt8]]
  ) -> Field {
    Field(
      keyword: keyword, .multiBuffer, .toServer, progress: atOnce, source: "CYU (salesforce)", summary,
      example: "\(keyword); content:\"\(content)\";", of: QUICTransaction.self
    ) { transaction, _ in
      let found = values(transaction)
      return found.isEmpty ? .none : .list(found)
    }
  }

  private static func hash(
    _ keyword: String, _ aliases: [String], _ direction: Direction, _ summary: String,
    _ value: @escaping @Sendable (QUICTransaction) -> [UInt8]?
  ) -> Field {
    let content = keyword.hasSuffix("string") ? "771," : "e7d705a3286e19ea42f587b344ee6865"
    return buffer(
      keyword, direction, "JA3, JA4", summary, keyword.hasPrefix("ja4") ? "q13d0310h3" : content,
      aliases: aliases, value)
  }
}
