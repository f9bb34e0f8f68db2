import Wire

/// DNP3 (IEEE 1815-2012): the protocol's entry in the catalogue.
package enum DNP3 {
  static let entry = ApplicationProtocol(
    name: "dnp3", transports: [.tcp], ports: [20_000],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: DNP3Event.allCases.map(\.name), fields: fields,
    // Two bytes say little: the port must be the one of DNP3.
    probe: probe, makeSession: { DNP3Session($0.dnp3) })

  /// Paths below EVE's object by which keywords find the fields that they look at.
  package static let functionField = "application.function_code"
  package static let indicationsField = "iin.indicators"
  package static let objectsField = "application.objects"

  /// Internal indications from the highest bit on, as rules and events name them.
  package static let indicationNames = [
    "device_restart", "device_trouble", "local_control", "need_time", "class_3_events", "class_2_events",
    "class_1_events", "all_stations", "reserved_1", "reserved_2", "config_corrupt", "already_executing",
    "event_buffer_overflow", "parameter_error", "object_unknown", "no_func_code_support",
  ]

  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] = [
    Field(
      keyword: "dnp3.data", aliases: ["dnp3_data"], .body, nil, progress: atOnce,
      source: "IEEE 1815-2012 §8.2", "Message of the application layer, put together and without checksums.",
      example: "dnp3.data; content:\"|3c 02 06|\";", of: DNP3Transaction.self
    ) { transaction, _ in transaction.message.total > 0 ? .body(transaction.message) : .none },
    Field(
      eve: functionField, .number, nil, progress: atOnce, source: "IEEE 1815-2012 §4.2.2.5",
      "Function of a message.", of: DNP3Transaction.self
    ) { transaction, _ in transaction.header.map { .number(Int64($0.function)) } ?? .none },
    Field(
      eve: indicationsField, .number, nil, progress: atOnce, source: "IEEE 1815-2012 §4.2.2.6",
      "Internal indications of a response.", of: DNP3Transaction.self
    ) { transaction, _ in
      guard let header = transaction.header, !transaction.isRequest else { return .none }
      return .number(Int64(header.indications))
    },
    Field(
      eve: objectsField, .number, nil, progress: atOnce, source: "IEEE 1815-2012 §4.2.2.7",
      "Group and variation of each object: 256 times the one and the other.", of: DNP3Transaction.self
    ) { transaction, _ in
      .numbers(transaction.objects.map { Int64($0.group) << 8 | Int64($0.variation) })
    }.growing,
  ]

  /// Start bytes and a length that a frame can have, or a server's greeting. The control byte says which way
  /// it goes.
  private static let probe: @Sendable (RawSpan, Direction, ApplicationProtocol.Transport) -> Recognition = {
    bytes, direction, _ in
    guard DNP3Frame.mayBegin(bytes) else {
      let answer = DNP3Frame.banner(bytes)
      return answer == .yes && direction == .toServer ? .yesEitherWay : answer
    }
    guard bytes.byteCount >= DNP3Frame.headerBytes else { return .needsMore }
    guard bytes[2] >= 5 else { return .no }
    return (bytes[3] & 0x80 != 0) == (direction == .toServer) ? .yes : .yesEitherWay
  }
}

/// Events of DNP3, in the order of their numbers.
package enum DNP3Event: UInt8, Sendable, CaseIterable {
  case flooded, lengthTooSmall, badLinkChecksum, badTransportChecksum, malformed, unknownObject, tooManyPoints
  case tooManyObjects, tooLongReassembly

  /// Name in rules.
  var name: String {
    switch self {
    case .flooded: "flooded"
    case .lengthTooSmall: "len_too_small"
    case .badLinkChecksum: "bad_link_crc"
    case .badTransportChecksum: "bad_transport_crc"
    case .malformed: "malformed"
    case .unknownObject: "unknown_object"
    case .tooManyPoints: "too_many_points"
    case .tooManyObjects: "too_many_objects"
    case .tooLongReassembly: "too_long_reassembly"
    }
  }
}

/// `app-layer.protocols.dnp3` of the configuration.
package struct DNP3Settings: Sendable {
  /// `max-tx`: transactions of a flow that are open at once, beyond which the oldest are left.
  package var transactionsMax = 32
  /// `max-points`, `max-objects`: of a message, beyond which it is not read.
  package var pointsMax = 16_384
  package var objectsMax = 2048

  package init() {}
}

/// Bounds of what a flow of DNP3 may make the parser keep.
package enum DNP3Limits {
  /// Largest `max-tx`: fewer than a conversation may hold.
  package static let transactions = 1000
  /// Largest `max-points` and `max-objects`: a message has fewer bytes, and a byte no more than eight points.
  package static let points = 1 << 20
  /// Bytes of a message: 63 segments of the longest frame, as the transport's sequence allows.
  static let messageBytes = 63 * 255
  /// Events of a transaction.
  static let events = 255
  /// Bytes in which a greeting must have the protocol's name.
  static let bannerBytes = 256
}
