import Wire

/// Kerberos 5 (RFC 4120): the protocol's entry in the catalogue.
enum Kerberos {
  static let entry = ApplicationProtocol(
    name: "krb5", transports: [.tcp, .udp], ports: [88],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: KerberosEvent.allCases.map(\.name), fields: fields,
    // A version says little: the port must be the one of Kerberos.
    probe: probe, makeSession: { _ in KerberosSession(isStream: true) },
    makeDatagramSession: { _ in KerberosSession(isStream: false) })

  /// Bytes of a first message over TCP: more are refused by servers.
  private static let firstBytesMax: UInt32 = 16_384

  /// An application's element with a sequence whose first element is the number 5.
  private static let probe: Recognised.Probe = { bytes, _, transport in
    let short: Recognition = transport == .tcp ? .needsMore : .no
    var start = 0
    if transport == .tcp {
      guard bytes.byteCount >= 4 else { return bytes.byteCount > 0 && bytes[0] != 0 ? .no : .needsMore }
      guard bytes.u32(0) <= firstBytesMax else { return .no }
      start = 4
    }
    guard bytes.byteCount > start &+ 10 else { return short }
    guard bytes[start] & 0xC0 == 0x40, bytes[start] & 0x1F <= 30,
      let sequence = contentStart(bytes, start), let content = contentStart(bytes, sequence)
    else { return .no }
    guard bytes[sequence] == 0x30 else { return .no }
    guard bytes.byteCount > content &+ 5 else { return short }
    return bytes[content &+ 2] == 2 && bytes[content &+ 3] == 1 && bytes[content &+ 4] == 5 ? .yes : .no
  }

  /// Where the content of an element begins; nil where its head is cut or unsound.
  private static func contentStart(_ bytes: RawSpan, _ start: Int) -> Int? {
    guard bytes.byteCount > start &+ 1 else { return nil }
    let first = bytes[start &+ 1]
    guard first >= 0x80 else { return start &+ 2 }
    guard first > 0x80, first <= 0x84 else { return nil }
    return start &+ 2 &+ Int(first & 0x7F)
  }

  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] = [
    names("krb5.cname", "krb5_cname", "§5.2.2", "Each part of the client's name.", "user01") {
      $0.clientName
    },
    names("krb5.sname", "krb5_sname", "§5.2.2", "Each part of the server's name.", "krbtgt") {
      $0.serverName
    },
    number("krb5_msg_type", nil, "§5.10", "Type of a message: 10 AS-REQ, 11 AS-REP, 12 TGS-REQ …", "12") {
      Int64($0.type)
    },
    number("krb5_err_code", nil, "§7.5.9", "Code of an error.", "25") { $0.errorCode.map(Int64.init) },
    Field(
      keyword: "krb5.ticket_encryption", .number, .toClient, progress: atOnce,
      names: Dictionary(uniqueKeysWithValues: KerberosEncryption.names.map { ($1, Int64($0)) }),
      source: "RFC 3961 §8",
      "Encryption of a ticket: `weak`, `!weak`, or a list of names and numbers.",
      example: "krb5.ticket_encryption:weak;", of: KerberosTransaction.self
    ) { transaction, _ in transaction.ticketEncryption.map { .number(Int64($0)) } ?? .none },
  ]

  private static func names(
    _ keyword: String, _ alias: String, _ section: String, _ summary: String, _ content: String,
    _ value: @escaping @Sendable (KerberosTransaction) -> [[UInt8]]?
  ) -> Field {
    Field(
      keyword: keyword, aliases: [alias], .multiBuffer, .toClient, progress: atOnce,
      source: "RFC 4120 \(section)", summary, example: "\(keyword); content:\"\(content)\";",
      of: KerberosTransaction.self
    ) { transaction, _ in
      guard let names = value(transaction), !names.isEmpty else { return .none }
      return .list(names)
    }
  }

  private static func number(
    _ keyword: String, _ direction: Direction?, _ section: String, _ summary: String, _ argument: String,
    _ value: @escaping @Sendable (KerberosTransaction) -> Int64?
  ) -> Field {
    Field(
      keyword: keyword, .number, direction, progress: atOnce, source: "RFC 4120 \(section)", summary,
      example: "\(keyword):\(argument);", of: KerberosTransaction.self
    ) { transaction, _ in value(transaction).map { .number($0) } ?? .none }
  }
}

/// Events of Kerberos, in the order of their numbers.
package enum KerberosEvent: UInt8, Sendable, CaseIterable {
  case malformedData, weakEncryption

  /// Name in rules.
  var name: String {
    switch self {
    case .malformedData: "malformed_data"
    case .weakEncryption: "weak_encryption"
    }
  }
}

/// Encryptions by their numbers (RFC 3961 §8, and those that Windows has).
package enum KerberosEncryption {
  /// Names as rules and records have them.
  package static let names: [Int32: String] = [
    1: "des-cbc-crc", 2: "des-cbc-md4", 3: "des-cbc-md5", 5: "des3-cbc-md5", 7: "des3-cbc-sha1",
    9: "dsaWithSHA1-CmsOID", 10: "md5WithRSAEncryption-CmsOID", 11: "sha1WithRSAEncryption-CmsOID",
    12: "rc2CBC-EnvOID", 13: "rsaEncryption-EnvOID", 14: "rsaES-OAEP-ENV-OID", 15: "des-ede3-cbc-Env-OID",
    16: "des3-cbc-sha1-kd", 17: "aes128-cts-hmac-sha1-96", 18: "aes256-cts-hmac-sha1-96",
    19: "aes128-cts-hmac-sha256-128", 20: "aes256-cts-hmac-sha384-192", 23: "rc4-hmac", 24: "rc4-hmac-exp",
    25: "camellia128-cts-cmac", 26: "camellia256-cts-cmac", 65: "subkey-keymaterial", -128: "rc4-md4",
    -129: "rc4-plain2", -130: "rc4-lm", -131: "rc4-sha", -132: "des-plain", -133: "rc4-hmac-OLD",
    -134: "rc4-plain-OLD", -135: "rc4-hmac-OLD-exp", -136: "rc4-plain-OLD-exp", -140: "rc4-plain",
    -141: "rc4-plain-exp",
  ]

  /// All others are weak.
  package static let strong: [Int32] = [17, 18, 19, 20, 25, 26]

  /// It can be broken, or is not known.
  package static func isWeak(_ number: Int32) -> Bool { !strong.contains(number) }
}
