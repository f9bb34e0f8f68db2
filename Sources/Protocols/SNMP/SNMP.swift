import Wire

/// SNMP (RFC 1157, RFC 3416, RFC 3412): the protocol's entry in the catalogue.
enum SNMP {
  static let entry = ApplicationProtocol(
    name: "snmp", transports: [.udp], ports: [161, 162],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: SNMPEvent.allCases.map(\.name), fields: fields,
    probe: { bytes, _, _ in SNMPMessage.version(bytes) == nil ? .no : .yes },
    makeSession: { _ in SNMPSession() })

  private static let atOnce = Pair<UInt8>(both: 0)

  /// Names of generic traps (RFC 1157 §4.1.6).
  private static let trapNames = Dictionary(
    uniqueKeysWithValues: SNMPTransaction.traps.enumerated().map { ($1.lowercased(), Int64($0)) })

  private static let fields: [Field] = [
    number("snmp.version", "RFC 3412 §6", "Version of the flow: 1, 2 or 3.", "<3") { Int64($0.version) },
    number("snmp.pdu_type", "RFC 3416 §3", "What a message is: 0 GetRequest … 8 Report.", "3") {
      $0.message.unit.map { Int64($0.kind) }
    },
    number(
      "snmp.trap_type", names: trapNames, "RFC 1157 §4.1.6", "Generic trap of version 1.", "coldStart"
    ) { $0.message.unit?.trap?.generic },
    buffer("snmp.community", "RFC 3584 §5.2", "Community of versions 1 and 2.", "public") {
      $0.message.community
    },
    buffer("snmp.usm", "RFC 3414 §2.4", "Name of the user of version 3.", "admin") { $0.message.user },
  ]

  private static func number(
    _ keyword: String, names: [String: Int64] = [:], _ source: String, _ summary: String, _ argument: String,
    _ value: @escaping @Sendable (SNMPTransaction) -> Int64?
  ) -> Field {
    Field(
      keyword: keyword, .number, nil, progress: atOnce, names: names, source: source, summary,
      example: "\(keyword):\(argument);", of: SNMPTransaction.self
    ) { transaction, _ in value(transaction).map(FieldValue.number) ?? .none }
  }

  private static func buffer(
    _ keyword: String, _ source: String, _ summary: String, _ content: String,
    _ value: @escaping @Sendable (SNMPTransaction) -> [UInt8]?
  ) -> Field {
    Field(
      keyword: keyword, .buffer, nil, progress: atOnce, source: source, summary,
      example: "\(keyword); content:\"\(content)\";", of: SNMPTransaction.self
    ) { transaction, _ in value(transaction).map(FieldValue.bytes) ?? .none }
  }
}

/// Events of SNMP, in the order of their numbers.
package enum SNMPEvent: UInt8, Sendable, CaseIterable {
  case malformedData, unknownSecurityModel, versionMismatch

  /// Name in rules.
  var name: String {
    switch self {
    case .malformedData: "malformed_data"
    case .unknownSecurityModel: "unknown_security_model"
    case .versionMismatch: "version_mismatch"
    }
  }
}

/// One message.
package final class SNMPTransaction: Transaction {
  package let message: SNMPMessage
  /// Version of the flow's first message.
  package let version: UInt32

  /// Names of generic traps, in the order of their numbers.
  package static let traps = [
    "coldStart", "warmStart", "linkDown", "linkUp", "authenticationFailure", "egpNeighborLoss",
    "enterpriseSpecific",
  ]

  init(number: UInt64, _ message: SNMPMessage, version: UInt32, _ direction: Direction, _ clock: PacketClock)
  {
    self.message = message
    self.version = version
    super.init(number: number, completeFrom: Pair(both: 1))
    progress = Pair(both: 1)
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }

  func raise(_ event: SNMPEvent) { events.append(event.rawValue) }
}

/// Parser of SNMP over UDP: each datagram is a message and a transaction. What is none is a failure, and an
/// event on the message before it, if that is still open.
final class SNMPSession: Session {
  /// Version of the first message.
  private var version: UInt32 = 0

  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    let all = Consumption(bytes: bytes.byteCount)
    if version == 0 { version = SNMPMessage.version(bytes) ?? 0 }
    guard let message = try? SNMPMessage(bytes) else {
      (transactions.last as? SNMPTransaction)?.raise(.malformedData)
      return Consumption(bytes: bytes.byteCount, .failed)
    }
    let transaction = SNMPTransaction(
      number: transactionCount, message, version: version, direction, clock)
    if message.version != version { transaction.raise(.versionMismatch) }
    if message.hasUnknownSecurity { transaction.raise(.unknownSecurityModel) }
    transactionCount &+= 1
    transactions.append(transaction)
    return all
  }
}
