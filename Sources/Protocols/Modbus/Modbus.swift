import Wire

/// Modbus over TCP: the protocol's entry in the catalogue.
package enum Modbus {
  static let entry = ApplicationProtocol(
    name: "modbus", transports: [.tcp], ports: [502],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: ModbusEvent.allCases.map(\.name), fields: fields,
    // A length and a function say little: the port must be the one of Modbus.
    probe: { bytes, _, _ in probe(bytes) }, makeSession: { ModbusSession($0.modbus) })

  /// Paths below EVE's object by which the keyword finds the fields that it looks at.
  package enum Path: String {
    case unit = "request.unit_id"
    case access = "request.access_type"
    case category = "request.category"
    case function = "request.function_code"
    case subfunction = "request.diagnostic.raw"
    case firstAddress = "request.read.address"
    case lastAddress = "request.read.quantity"
    case values = "request.write.data"
  }

  private static let fields: [Field] = [
    number(.unit, "Unit behind a server.") { Int64($0.unit) },
    number(.access, "What a function does, and to what, as bits.") { Int64($0.access.rawValue) },
    number(.category, "Who gives a function its meaning, as bits.") { Int64($0.category.rawValue) },
    number(.function, "Function; 0: one that is not known.") { Int64($0.code) },
    number(.subfunction, "Subfunction of a diagnosis.") {
      if case .diagnostic(let subfunction, _) = $0.content { Int64(subfunction) } else { nil }
    },
    number(.firstAddress, "First address that is read or written.") {
      $0.addresses.map { Int64($0.lowerBound) }
    },
    number(.lastAddress, "Last address that is read or written.") {
      $0.addresses.map { Int64($0.upperBound) }
    },
    Field(
      eve: Path.values.rawValue, .number, .toServer, progress: Pair(both: 0), source: source,
      "What is written, with its addresses.", of: ModbusTransaction.self
    ) { transaction, _ in transaction.told.map { .numbers($0.writtenValues) } ?? .none },
  ]

  private static let source = "Modbus Application Protocol V1.1b3 §4"

  private static func number(
    _ path: Path, _ summary: String, _ value: @escaping @Sendable (ModbusMessage) -> Int64?
  ) -> Field {
    Field(
      eve: path.rawValue, .number, .toServer, progress: Pair(both: 0), source: source, summary,
      of: ModbusTransaction.self
    ) { transaction, _ in transaction.told.flatMap(value).map(FieldValue.number) ?? .none }
  }

  /// A message with nothing wrong and a function that is known.
  private static func probe(_ bytes: RawSpan) -> Recognition {
    guard bytes.byteCount >= 8 else { return .needsMore }
    guard bytes.u16(2) == 0, 2...254 ~= bytes.u16(4) else { return .no }
    guard let (message, _) = ModbusMessage.read(bytes, nil) else { return .needsMore }
    return message.errors.isEmpty && message.code != 0 ? .yes : .no
  }
}

/// Events of Modbus, in the order of their numbers.
package enum ModbusEvent: UInt8, Sendable, CaseIterable {
  case unsolicitedResponse, invalidFunctionCode, invalidLength, invalidValue, invalidExceptionCode
  case valueMismatch, flooded, invalidProtocolNumber

  /// Name in rules.
  var name: String {
    switch self {
    case .unsolicitedResponse: "unsolicited_response"
    case .invalidFunctionCode: "invalid_function_code"
    case .invalidLength: "invalid_length"
    case .invalidValue: "invalid_value"
    case .invalidExceptionCode: "invalid_exception_code"
    case .valueMismatch: "value_mismatch"
    case .flooded: "flooded"
    case .invalidProtocolNumber: "invalid_protocol_id"
    }
  }
}

/// `app-layer.protocols.modbus` of the configuration.
package struct ModbusSettings: Sendable {
  /// `request-flood`: transactions that are open at once; 0: as many as there may be.
  package var requestsMax = 500
  /// `stream-depth`: bytes of each direction of a stream that are put together, 0 for all; nil: as many as of
  /// other protocols.
  package var streamDepthBytes: Int?

  package init() {}
}

/// Bounds of what a flow of Modbus may make the parser keep.
enum ModbusLimits {
  /// Open transactions: fewer than a conversation may hold. A message has 260 bytes at most.
  static let transactions = 1000
  /// Events of a transaction.
  static let events = 255
}
