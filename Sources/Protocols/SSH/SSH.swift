import Wire

/// Frames of SSH (rules: `frame:ssh.record.pdu`).
enum SSHFrame: String, FrameKind {
  /// A record's length, padding and message number; what follows; the whole.
  case header = "record.hdr"
  case data = "record.data"
  case pdu = "record.pdu"
}

/// SSH (RFC 4253): the protocol's entry in the catalogue.
enum SSH {
  static let entry = ApplicationProtocol(
    name: "ssh", transports: [.tcp], ports: [22],
    progress: Pair(steps("request"), steps("response")), events: SSHEvent.allCases.map(\.name),
    fields: bannerFields + fingerprintFields, frames: SSHFrame.names,
    recognise: { bytes, _, _ in recognise(bytes) },
    makeSession: { SSHSession($0.ssh) })

  /// Names of the steps. The key exchange is a step of its own here, and is called as the step before it,
  /// so that rules on it wait for it and hooks know only the names of the reference.
  private static func steps(_ side: String) -> [String] {
    ["in_progress", "banner_wait_eol", "banner_done", "banner_done", "finished"].map { "\(side)_\($0)" }
  }

  private static func recognise(_ bytes: RawSpan) -> Recognition {
    for (index, byte) in "SSH-".utf8.enumerated() {
      guard index < bytes.byteCount else { return .needsMore }
      guard bytes[index] == byte else { return .no }
    }
    return .yes
  }

  private static let bannerDone = Pair(both: SSHTransaction.Progress.bannerDone)
  private static let keysOffered = Pair(both: SSHTransaction.Progress.keysOffered)

  private static let bannerFields: [Field] = [
    Field(
      keyword: "ssh.proto", aliases: ["ssh_proto"], .buffer, nil, progress: bannerDone,
      source: "RFC 4253 §4.2", "Version of the protocol in a side's first line.",
      example: "ssh.proto; content:\"2.0\";", of: SSHTransaction.self
    ) { transaction, direction in value(transaction.banners[direction]?.version) },
    Field(
      keyword: "ssh.software", aliases: ["ssh_software"], .buffer, nil, progress: bannerDone,
      source: "RFC 4253 §4.2", "Name and version of a side's software, without the comment.",
      example: "ssh.software; content:\"OpenSSH\";", of: SSHTransaction.self
    ) { transaction, direction in value(transaction.banners[direction]?.software) },
  ]

  private static let fingerprintFields: [Field] = [
    fingerprint("ssh.hassh", .toServer, "MD5 of what the client offers in the key exchange.") { $0.hash },
    fingerprint("ssh.hassh.string", .toServer, "What the client offers in the key exchange, as HASSH has it.")
    { $0.text },
    fingerprint("ssh.hassh.server", .toClient, "MD5 of what the server offers in the key exchange.") {
      $0.hash
    },
    fingerprint(
      "ssh.hassh.server.string", .toClient, "What the server offers in the key exchange, as HASSH has it."
    ) { $0.text },
  ]

  private static func value(_ bytes: [UInt8]?) -> FieldValue {
    guard let bytes, !bytes.isEmpty else { return .none }
    return .bytes(bytes)
  }

  private static func fingerprint(
    _ keyword: String, _ direction: Direction, _ summary: String,
    _ part: @escaping @Sendable (SSHFingerprint) -> [UInt8]
  ) -> Field {
    let isHash = !keyword.hasSuffix("string")
    let content = isHash ? "ec7378c1a92f5a8dde7e8b7a1ddf33d1" : "diffie-hellman-group1-sha1"
    return Field(
      keyword: keyword, .buffer, direction, progress: keysOffered, source: "HASSH (salesforce/hassh)",
      summary, example: "\(keyword); content:\"\(content)\";", of: SSHTransaction.self
    ) { transaction, direction in value(transaction.fingerprints[direction].map(part)) }
  }
}
