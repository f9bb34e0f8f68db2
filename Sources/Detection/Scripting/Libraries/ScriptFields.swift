import Protocols
import Wire

/// `suricata.ssh`: what the fields of the protocol hold.
enum ScriptSSH {
  static let library = ScriptLibrary(
    "suricata.ssh",
    [
      ScriptFunction("enable_hassh") { (host, _) throws(ScriptFailure) in host.trial?.wantsHASSH = true },
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        ScriptFields.begin(.ssh, ["ssh"], "ssh", host)
      },
    ])

  static let methods: [ScriptFunction] = [
    ScriptFields.method("client_proto", .ssh, "ssh.proto", .toServer),
    ScriptFields.method("client_software", .ssh, "ssh.software", .toServer),
    ScriptFields.method("client_hassh", .ssh, "ssh.hassh", .toServer),
    ScriptFields.method("client_hassh_string", .ssh, "ssh.hassh.string", .toServer),
    ScriptFields.method("server_proto", .ssh, "ssh.proto", .toClient),
    ScriptFields.method("server_software", .ssh, "ssh.software", .toClient),
    ScriptFields.method("server_hassh", .ssh, "ssh.hassh.server", .toClient),
    ScriptFields.method("server_hassh_string", .ssh, "ssh.hassh.server.string", .toClient),
  ]
}

/// `suricata.ja3`: fingerprints of TLS and QUIC.
enum ScriptJA3 {
  static let library = ScriptLibrary(
    "suricata.ja3",
    [
      ScriptFunction("enable_ja3") { (host, _) throws(ScriptFailure) in host.trial?.wantsJA3 = true },
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        ScriptFields.begin(.ja3, ["tls", "quic"], "", host)
      },
    ])

  static let methods: [ScriptFunction] = [
    ScriptFields.method("ja3_get_hash", .ja3, "ja3.hash", .toServer),
    ScriptFields.method("ja3_get_string", .ja3, "ja3.string", .toServer),
    ScriptFields.method("ja3s_get_hash", .ja3, "ja3s.hash", .toClient),
    ScriptFields.method("ja3s_get_string", .ja3, "ja3s.string", .toClient),
  ]
}

/// `suricata.smtp`: what the fields of the protocol hold.
enum ScriptSMTP {
  static let library = ScriptLibrary(
    "suricata.smtp",
    [
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        ScriptFields.begin(.smtp, ["smtp"], "SMTP", host)
      }
    ])

  static let methods: [ScriptFunction] = [
    ScriptFields.method("get_mail_from", .smtp, "smtp.mail_from", .toServer),
    ScriptFunction("get_rcpt_list") { (host, arguments) throws(ScriptFailure) in
      guard try host.transaction(.smtp, arguments, Transaction.self) != nil else { return }
      guard case .list(let recipients) = host.field("smtp.rcpt_to", .toServer), !recipients.isEmpty else {
        return host.reply.none()
      }
      host.reply.open()
      for (number, recipient) in recipients.enumerated() {
        host.reply.integer(number + 1)
        host.reply.text(recipient)
      }
      host.reply.close()
    },
    ScriptFunction("get_mime_field") { (host, arguments) throws(ScriptFailure) in
      guard let transaction = try host.transaction(.smtp, arguments, SMTPTransaction.self) else { return }
      let name = try arguments.text(1).map(\.lowercased)
      host.reply.optional(transaction.message?.latestHeaders.first { $0.name == name }?.value)
    },
    ScriptFunction("get_mime_list") { (host, arguments) throws(ScriptFailure) in
      guard let transaction = try host.transaction(.smtp, arguments, SMTPTransaction.self) else { return }
      guard let headers = transaction.message?.latestHeaders else { return host.reply.none() }
      host.reply.open()
      for (number, header) in headers.enumerated() {
        host.reply.integer(number + 1)
        host.reply.text(header.writtenName)
      }
      host.reply.close()
    },
  ]
}

/// Methods that are fields of a protocol.
enum ScriptFields {
  /// Gives the transaction at hand, if the flow has one of these protocols.
  static func begin(_ object: ScriptObject, _ names: [String], _ name: String, _ host: ScriptHost) {
    guard host.isOf(names) else {
      return host.reply.failure(
        name.isEmpty ? "error: protocol nor tls neither quic" : "error: protocol not \(name)")
    }
    guard let transaction = host.transaction else { return host.reply.failure("error: no tx available") }
    host.reply.object(object, Int64(clamping: transaction.number))
  }

  /// A method that gives a field's text, or nil.
  static func method(
    _ name: String, _ object: ScriptObject, _ keyword: String, _ direction: Direction
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      guard try host.transaction(object, arguments, Transaction.self) != nil else { return }
      switch host.field(keyword, direction) {
      case .bytes(let bytes): host.reply.text(bytes)
      case .list(let list): host.reply.optional(list.first)
      case .none, .number, .numbers, .body: host.reply.none()
      }
    }
  }
}

/// `suricata.file`: the first file of the transaction at hand.
enum ScriptFiles {
  static let library = ScriptLibrary(
    "suricata.file",
    [
      ScriptFunction("get_file") { (host, _) throws(ScriptFailure) in
        guard let file = host.file ?? host.transaction?.files.first else {
          return host.reply.failure("error: no file found")
        }
        host.reply.object(.file, Int64(clamping: file.identifier))
      }
    ])

  static let methods: [ScriptFunction] = [
    method("file_id") { $1.reply.integer(Int64(clamping: $0.identifier)) },
    method("tx_id") { $1.reply.integer(Int64(clamping: $1.transaction?.number ?? 0)) },
    method("name") { $1.reply.optional($0.name.isEmpty ? nil : $0.name) },
    method("size") { $1.reply.integer(Int64(clamping: $0.size)) },
    method("magic") { $1.reply.optional($0.magic) },
    method("md5") { $1.reply.optional($0.md5.map { Protocols.Digest.hexadecimal($0) }) },
    method("sha1") { $1.reply.optional($0.sha1.map { Protocols.Digest.hexadecimal($0) }) },
    method("sha256") { $1.reply.optional($0.sha256.map { Protocols.Digest.hexadecimal($0) }) },
    method("is_stored") { $1.reply.boolean($0.isStored) },
    method("get_state") { file, host in
      switch file.state {
      case .open: host.reply.text("OPENED")
      case .closed: host.reply.text("CLOSED")
      case .truncated: host.reply.text("TRUNCATED")
      case .error: host.reply.text("ERROR")
      }
    },
  ]

  private static func method(
    _ name: String, _ body: @escaping @Sendable (TransferredFile, ScriptHost) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      let number = try arguments.object(.file)
      let files = host.file.map { [$0] } ?? host.transaction?.files ?? []
      guard let file = files.first(where: { Int64(clamping: $0.identifier) == number }) else {
        return host.reply.none()
      }
      body(file, host)
    }
  }
}
