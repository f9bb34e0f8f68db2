import Wire

/// EtherNet/IP with CIP: the protocol's entry in the catalogue.
package enum ENIP {
  static let entry = ApplicationProtocol(
    name: "enip", transports: [.tcp, .udp], ports: [44_818],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: ENIPEvent.allCases.map(\.name), fields: buffers + headerFields + identityFields + messageFields,
    frames: ENIPFrame.names,
    // A command and a status say little: the port must be the one of EtherNet/IP.
    probe: { bytes, _, transport in
      guard let isHeader = ENIPMessage.isHeader(bytes) else { return transport == .tcp ? .needsMore : .no }
      return isHeader ? .yes : .no
    },
    makeSession: { ENIPSession($0.enip, isStream: true) },
    makeDatagramSession: { ENIPSession($0.enip, isStream: false) })

  /// Path below EVE's object by which `cip_service` finds the field that it looks at.
  package static let servicesField = "request.cip.service"

  /// Names of commands and of what they led to, as rules and events have them.
  package static let commandNames: [UInt16: String] = [
    0: "nop", 4: "list_services", 0x63: "list_identity", 0x64: "list_interfaces", 0x65: "register_session",
    0x66: "unregister_session", 0x6F: "send_r_r_data", 0x70: "send_unit_data", 0x72: "indicate_status",
    0x73: "cancel",
  ]
  package static let statusNames: [UInt32: String] = [
    0: "success", 1: "invalid_cmd", 2: "no_resources", 3: "incorrect_data", 0x64: "invalid_session",
    0x65: "invalid_length", 0x69: "unsupported_prot_rev", 0x6A: "encap_header_error",
  ]

  private static let atOnce = Pair<UInt8>(both: 0)
  private static let encapsulation = "CIP volume 2, §2-3"

  private static let buffers: [Field] = [
    buffer(
      keyword: "enip.product_name", .buffer, "CIP volume 2, §2-4.2", "Name of a product.",
      example: "enip.product_name; content:\"1756-ENBT/A\";"
    ) { transaction, _ in transaction.identity.map { .bytes($0.productName) } ?? .none },
    buffer(
      keyword: "enip.service_name", .buffer, "CIP volume 2, §2-4.6", "Name of a service.",
      example: "enip.service_name; content:\"Communications\";"
    ) { transaction, _ in transaction.services.map { .bytes($0.name) } ?? .none },
    buffer(
      eve: servicesField, .multiBuffer, "CIP volume 1, §2-4",
      "Each message's service, classes and attributes."
    ) { transaction, direction in
      guard case .cip(let cip)? = transaction.message(direction)?.content else { return .none }
      return cip.message.map { .list($0.all.map(\.summary)) } ?? .none
    },
  ]

  /// A buffer that comes with the message of either direction: patterns are looked for when that is there.
  private static func buffer(
    keyword: String? = nil, eve: String? = nil, _ kind: FieldKind, _ source: String, _ summary: String,
    example: String = "", _ value: @escaping @Sendable (ENIPTransaction, Direction) -> FieldValue
  ) -> Field {
    Field(
      keyword: keyword, eve: eve, kind, nil, progress: atOnce, source: source, summary, example: example,
      of: ENIPTransaction.self,
      atEnd: { $0.message($1) == nil ? .none : value($0, $1) }, value
    ).growing
  }

  private static let headerFields: [Field] = [
    number(
      "enip_command", names: numbers(commandNames), encapsulation, "Command of a message.", "list_identity"
    ) { $0.message($1).map { [Int64($0.command)] } },
    number("enip.status", names: numbers(statusNames), encapsulation, "What a command led to.", "success") {
      $0.message($1).map { [Int64($0.status)] }
    },
    number("enip.protocol_version", encapsulation, "Version of the encapsulation.", "1") {
      $0.version($1).map { [Int64($0)] }
    },
    number("enip.capabilities", "CIP volume 2, §2-4.6", "What a service can, as bits.", "0x120") { one, _ in
      one.services.map { [Int64($0.capabilities)] }
    },
  ]

  private static let identityFields: [Field] = [
    identity("enip.vendor_id", "Number of a vendor.", "1") { Int64($0.vendor) },
    identity("enip.device_type", "Type of a device.", "12") { Int64($0.deviceType) },
    identity("enip.product_code", "Number of a product.", "58") { Int64($0.productCode) },
    identity("enip.revision", "Revision of a product: 256 times the major one, and the minor.", "0x403") {
      Int64($0.majorRevision) << 8 | Int64($0.minorRevision)
    },
    identity("enip.identity_status", "Status of a device, as bits.", "0x30") { Int64($0.status) },
    identity("enip.serial", "Serial number of a device.", "5393806") { Int64($0.serial) },
    identity("enip.state", "State of a device.", "3") { Int64($0.state) },
  ]

  private static let messageFields: [Field] = [
    cip("enip.cip_attribute", "Attribute that is asked for.", "5", .toServer) { $0.allAttributes },
    cip("enip.cip_class", "Class that is asked for.", "1", .toServer) { $0.values(8) },
    cip("enip.cip_instance", "Instance that is asked for.", "1", .toServer) { $0.values(9) },
    cip("enip.cip_status", "What a service led to.", "5", .toClient) {
      $0.isResponse ? [Int64($0.status)] : []
    },
    cip("enip.cip_extendedstatus", "What else is told of that.", "0x107", .toClient) {
      guard $0.isResponse, $0.extendedStatus.count == 2 else { return [] }
      return [Int64($0.extendedStatus[1]) << 8 | Int64($0.extendedStatus[0])]
    },
  ]

  private static func number(
    _ keyword: String, names: [String: Int64] = [:], _ source: String, _ summary: String, _ argument: String,
    _ values: @escaping @Sendable (ENIPTransaction, Direction) -> [Int64]?
  ) -> Field {
    Field(
      keyword: keyword, .number, nil, progress: atOnce, names: names, source: source, summary,
      example: "\(keyword):\(argument);", of: ENIPTransaction.self
    ) { values($0, $1).map(FieldValue.numbers) ?? .none }.growing
  }

  private static func identity(
    _ keyword: String, _ summary: String, _ argument: String,
    _ value: @escaping @Sendable (ENIPMessage.Identity) -> Int64
  ) -> Field {
    number(keyword, "CIP volume 2, §2-4.2", summary, argument) { one, _ in one.identity.map { [value($0)] } }
  }

  /// Numbers of a message of CIP and of those within it. What was asked for is known with the answer, and
  /// what was answered where rules meet the request then.
  private static func cip(
    _ keyword: String, _ summary: String, _ argument: String,
    _ side: Direction,
    _ values: @escaping @Sendable (CIPMessage) -> [Int64]
  ) -> Field {
    number(keyword, "CIP volume 1, §2-4", summary, argument) { transaction, _ in
      guard case .cip(let cip)? = transaction.message(side)?.content, let message = cip.message
      else { return nil }
      return message.all.flatMap(values)
    }
  }

  private static func numbers(_ names: [some FixedWidthInteger: String]) -> [String: Int64] {
    Dictionary(uniqueKeysWithValues: names.map { ($1, Int64($0)) })
  }
}

extension ENIPTransaction {
  /// What a device says it is, and what it can.
  fileprivate var identity: ENIPMessage.Identity? {
    if case .identity(let identity)? = response?.content { identity } else { nil }
  }

  fileprivate var services: ENIPMessage.Services? {
    if case .services(let services)? = response?.content { services } else { nil }
  }

  fileprivate func version(_ direction: Direction) -> UInt16? {
    if case .registration(let version, _)? = message(direction)?.content { return version }
    return direction == .toClient ? services?.version ?? identity?.version : nil
  }
}

/// Frames of EtherNet/IP: a message, its header and what follows it, items, messages of CIP.
enum ENIPFrame: String, FrameKind {
  case header = "hdr"
  case data, pdu, cip
  case item = "enip.item"
}

/// Events of EtherNet/IP, in the order of their numbers.
package enum ENIPEvent: UInt8, Sendable, CaseIterable {
  case tooManyTransactions, invalidMessage

  /// Name in rules.
  var name: String {
    switch self {
    case .tooManyTransactions: "too_many_transactions"
    case .invalidMessage: "invalid_pdu"
    }
  }
}

/// `app-layer.protocols.enip` of the configuration.
package struct ENIPSettings: Sendable {
  /// `max-tx`: transactions of a flow that are open at once, beyond which none is waited for.
  package var transactionsMax = ENIPLimits.transactions

  package init() {}
}

/// Bounds of what a flow of EtherNet/IP may make the parser keep.
package enum ENIPLimits {
  /// Largest `max-tx`: as many as a conversation may hold.
  package static let transactions = 1024
  /// Bytes of the messages of all open transactions: sixteen of the longest.
  static let bytes = 1 << 20
}
