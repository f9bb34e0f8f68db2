import Protocols
import Wire

extension ScriptHost {
  /// The transaction at hand, if it is of the library's protocol; else the reply says what is missing.
  func transaction<T: Transaction>(_ type: T.Type, _ name: String) -> T? {
    if let transaction = transaction as? T { return transaction }
    reply.failure(isOf([name]) ? "error: no tx available" : "error: protocol not \(name)")
    return nil
  }

  /// Whether the flow's protocol, or that of one direction, is one of these.
  func isOf(_ names: [String]) -> Bool {
    guard let conversation = subject?.conversation, let name = conversation.state.name else { return false }
    return names.contains(name)
  }

  /// The transaction that an object means, while it is at hand.
  func transaction<T: Transaction>(
    _ kind: ScriptObject, _ arguments: ScriptArguments, _ type: T.Type
  ) throws(ScriptFailure) -> T? {
    let number = try arguments.object(kind)
    guard let transaction = transaction as? T, Int64(clamping: transaction.number) == number else {
      reply.none()
      return nil
    }
    return transaction
  }

  /// What a protocol's field holds for the transaction at hand.
  func field(_ keyword: String, _ direction: Direction) -> FieldValue {
    guard let transaction, let index = subject?.conversation?.protocolIndex,
      let field = ProtocolCatalogue.all[index].fields.first(where: { $0.keyword == keyword })
    else { return .none }
    return field.extract(transaction, direction)
  }

  /// Answers with a field, or with `failure`.
  func answer(_ keyword: String, _ direction: Direction, _ failure: String) {
    switch field(keyword, direction) {
    case .bytes(let bytes): reply.text(bytes)
    case .list(let list) where !list.isEmpty: reply.text(list[0])
    default: reply.failure(failure)
    }
  }
}

/// `suricata.dns`.
enum ScriptDNS {
  static let library = ScriptLibrary(
    "suricata.dns",
    [
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        guard let transaction = host.transaction as? DNSTransaction else {
          return host.reply.failure("error: no tx available")
        }
        host.reply.object(.dns, Int64(clamping: transaction.number))
      }
    ])

  static let methods: [ScriptFunction] = [
    method("txid") { $1.integer(Int64($0.identifier)) },
    method("rrname") { message, reply in reply.optional(message.questions.first.map { message.name($0) }) },
    method("rcode") { $1.integer(Int64($0.responseCode)) },
    method("rcode_string") { $1.text(DNSNames.responseCode($0.responseCode)) },
    method("recursion_desired") { $1.boolean($0.wantsRecursion) },
    method("queries") { message, reply in
      list(message.questions, &reply) { record, reply in
        reply.text("rrname")
        reply.text(message.name(record))
        reply.text("type")
        reply.text(DNSNames.type(record.type))
      }
    },
    method("answers") { message, reply in list(message.answers, &reply) { add($0, message, &$1) } },
    method("authorities") { message, reply in list(message.authorities, &reply) { add($0, message, &$1) } },
  ]

  private static func method(
    _ name: String, _ body: @escaping @Sendable (borrowing DNSMessage, inout ScriptReply) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      guard let transaction = try host.transaction(.dns, arguments, DNSTransaction.self) else { return }
      body(transaction.message, &host.reply)
    }
  }

  /// A table of records, counted from 0.
  private static func list(
    _ records: ArraySlice<DNSRecord>, _ reply: inout ScriptReply,
    _ body: (DNSRecord, inout ScriptReply) -> Void
  ) {
    reply.open()
    for (number, record) in records.enumerated() {
      reply.integer(number)
      reply.open()
      body(record, &reply)
      reply.close()
    }
    reply.close()
  }

  private static func add(_ record: DNSRecord, _ message: borrowing DNSMessage, _ reply: inout ScriptReply) {
    reply.text("rrname")
    reply.text(message.name(record))
    reply.text("type")
    reply.text(DNSNames.type(record.type))
    reply.text("ttl")
    reply.integer(Int64(record.ttlSeconds))
    guard let text = text(message.data(record)) else { return }
    reply.text("addr")
    reply.text(text)
  }

  private static func address(_ bytes: [UInt8]) -> [UInt8]? {
    let span = bytes.rawSpan
    switch bytes.count {
    case 4: return Array(IPAddress(v4: span.u32(0)).description.utf8)
    case 16: return Array(IPAddress(v6High: span.u64(0), low: span.u64(8)).description.utf8)
    default: return nil
    }
  }

  private static func text(_ data: DNSData) -> [UInt8]? {
    switch data {
    case .address(let bytes): address(bytes)
    case .name(let name, _): name
    case .text(let strings): strings.first
    case .soa(let soa): soa.primary
    case .null(let bytes), .other(let bytes): bytes
    case .service, .sshFingerprint, .options: nil
    }
  }
}

/// `suricata.http`.
enum ScriptHTTP {
  static let library = ScriptLibrary(
    "suricata.http",
    [
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        guard let transaction = host.transaction(HTTPTransaction.self, "http") else { return }
        host.reply.object(.http, Int64(clamping: transaction.number))
      }
    ])

  static let methods: [ScriptFunction] = [
    method("request_uri_raw") { $1.optional($0.rawURI) },
    method("request_uri_normalized") { $1.optional($0.uri) },
    method("request_host") { $1.optional($0.host) },
    method("request_line") { $1.optional($0.hasRequest ? $0.request.line : nil) },
    method("response_line") { transaction, reply in
      reply.optional(transaction.hasResponse ? transaction.response.line + transaction.response.lineEnd : nil)
    },
    method("request_headers_raw") { $1.optional($0.request.hasHeaders ? $0.request.rawHeaders : nil) },
    method("response_headers_raw") { $1.optional($0.response.hasHeaders ? $0.response.rawHeaders : nil) },
    method("request_headers") { headers($0.request, &$1) },
    method("response_headers") { headers($0.response, &$1) },
    method("request_body") { body($0.request.body, &$1) },
    method("response_body") { body($0.response.body, &$1) },
    header("request_header", .toServer),
    header("response_header", .toClient),
  ]

  private static func method(
    _ name: String, _ body: @escaping @Sendable (HTTPTransaction, inout ScriptReply) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      guard let transaction = try host.transaction(.http, arguments, HTTPTransaction.self) else { return }
      body(transaction, &host.reply)
    }
  }

  /// One header's value; its name in any case.
  private static func header(_ name: String, _ direction: Direction) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      guard let transaction = try host.transaction(.http, arguments, HTTPTransaction.self) else { return }
      let wanted = String(decoding: try arguments.text(1).map(\.lowercased), as: UTF8.self)
      host.reply.optional(transaction.message(direction).value(of: wanted))
    }
  }

  private static func headers(_ message: HTTPMessage, _ reply: inout ScriptReply) {
    guard message.hasHeaders else { return reply.none() }
    reply.open()
    for entry in message.headers.entries {
      reply.text(message.headers.bytes[entry.name])
      reply.text(message.headers.bytes[entry.value])
    }
    reply.close()
  }

  /// A table of the body's parts, where it begins, and its length: here it is always one part.
  private static func body(_ body: Body, _ reply: inout ScriptReply) {
    guard body.total > 0 else { return reply.failure("no body found") }
    reply.open()
    reply.integer(1)
    reply.text(body.bytes)
    reply.close()
    reply.integer(0)
    reply.integer(Int64(clamping: body.total))
  }
}

/// `suricata.tls`.
enum ScriptTLS {
  static let library = ScriptLibrary(
    "suricata.tls",
    [
      ScriptFunction("get_tx") { (host, _) throws(ScriptFailure) in
        guard let transaction = host.transaction(TLSTransaction.self, "tls") else { return }
        host.reply.object(.tls, Int64(clamping: transaction.number))
      }
    ])

  static let methods: [ScriptFunction] =
    [
      method("get_client_sni") { transaction, reply in
        if let name = transaction.clientHello?.serverName {
          reply.text(name)
        } else {
          reply.failure("error: no server name indication")
        }
      }
    ] + side("client", .toServer) + side("server", .toClient)

  private static func side(_ name: String, _ direction: Direction) -> [ScriptFunction] {
    [
      method("get_\(name)_version") { $1.text($0.version(direction).name) },
      method("get_\(name)_cert_chain") { transaction, reply in
        reply.open()
        for (number, certificate) in transaction.certificates[direction].enumerated() {
          reply.integer(number)
          reply.open()
          reply.text("length")
          reply.integer(certificate.der.count)
          reply.text("data")
          reply.text(certificate.der)
          reply.close()
        }
        reply.close()
      },
      certificate("get_\(name)_cert_info", direction, "error: no cert") { certificate, transaction, reply in
        reply.text(transaction.version(direction).name)
        reply.text(certificate.subject)
        reply.text(certificate.issuer)
        reply.text(certificate.fingerprint)
      },
      certificate("get_\(name)_serial", direction, "error: no certificate serial") { $2.text($0.serial) },
      certificate("get_\(name)_cert_not_before", direction, "error: no certificate NotBefore") {
        $2.integer($0.notBefore.seconds)
      },
      certificate("get_\(name)_cert_not_after", direction, "error: no certificate NotAfter") {
        $2.integer($0.notAfter.seconds)
      },
    ]
  }

  private static func method(
    _ name: String, _ body: @escaping @Sendable (TLSTransaction, inout ScriptReply) -> Void
  ) -> ScriptFunction {
    ScriptFunction(name) { (host, arguments) throws(ScriptFailure) in
      guard let transaction = try host.transaction(.tls, arguments, TLSTransaction.self) else { return }
      body(transaction, &host.reply)
    }
  }

  /// A method on the end's own certificate.
  private static func certificate(
    _ name: String, _ direction: Direction, _ failure: String,
    _ body: @escaping @Sendable (TLSCertificate, TLSTransaction, inout ScriptReply) -> Void
  ) -> ScriptFunction {
    method(name) { transaction, reply in
      if let certificate = transaction.certificates[direction].first {
        body(certificate, transaction, &reply)
      } else {
        reply.failure(failure)
      }
    }
  }
}
