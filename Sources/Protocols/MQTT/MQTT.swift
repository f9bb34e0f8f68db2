import Wire

/// MQTT (OASIS MQTT 5.0, 3.1.1; MQTT 3.1): the protocol's entry in the catalogue.
enum MQTT {
  static let entry = ApplicationProtocol(
    name: "mqtt", transports: [.tcp], ports: [1883],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: MQTTEvent.allCases.map(\.name),
    fields: connectFields + messageFields + topicFields + numberFields, frames: MQTTFrame.names,
    // A head of two bytes says little: the port must be one of MQTT.
    probe: { bytes, _, _ in probe(bytes) },
    // What has the highest bit set is no text: others would wait for more than the two bytes of a PINGREQ.
    portProbe: { bytes in
      guard bytes.byteCount > 0 else { return .needsMore }
      return bytes[0] & 0x80 != 0 ? probe(bytes) : .no
    },
    makeSession: { MQTTSession($0.mqtt) })

  private static func probe(_ bytes: RawSpan) -> Recognition {
    switch MQTTHeader.read(bytes, at: 0) {
    case .needsMore: .needsMore
    case .malformed: .no
    case .header(let header): header.kind != .unassigned && header.quality <= 2 ? .yes : .no
    }
  }

  // MARK: Buffers

  /// Everything is asked from a transaction's beginning on, and again with each message.
  private static let atOnce = Pair<UInt8>(both: 0)

  private static let connectFields: [Field] = [
    connect("mqtt.connect.clientid", "§3.1.3.1", "Name by which a client connects.", "sensor-7") {
      $0.clientIdentifier
    },
    connect("mqtt.connect.username", "§3.1.3.5", "User name of a client.", "admin") { $0.userName },
    connect("mqtt.connect.password", "§3.1.3.6", "Password of a client.", "123456") { $0.password },
    connect(
      "mqtt.connect.protocol_string", "§3.1.2.1", "Name of the protocol: MQTT, or MQIsdp of 3.1.", "MQIsdp"
    ) { $0.protocolName },
    connect(
      "mqtt.connect.willtopic", "§3.1.3.3", "Topic on which the client's end is to be published.", "status"
    ) { $0.will?.topic },
    connect(
      "mqtt.connect.willmessage", "§3.1.3.4", "Message that is to be published at the client's end.", "gone"
    ) { $0.will?.message },
  ]

  private static let messageFields: [Field] = [
    published("mqtt.publish.topic", "§3.3.2.1", "Topic of a message.", "doors/1") { $0.topic },
    published("mqtt.publish.message", "§3.3.3", "What a message carries.", "open") { $0.message },
  ]

  private static let topicFields: [Field] = [
    Field(
      keyword: "mqtt.subscribe.topic", .multiBuffer, .toServer, progress: atOnce,
      source: "MQTT 5.0 §3.8.3", "Each topic that a client subscribes to.",
      example: "mqtt.subscribe.topic; content:\"#\";", of: MQTTTransaction.self
    ) { transaction, _ in
      list(transaction, transaction.settings.subscribeTopicsMax) { content in
        if case .subscribe(_, let topics, _) = content { topics.map(\.topic) } else { [] }
      }
    },
    Field(
      keyword: "mqtt.unsubscribe.topic", .multiBuffer, .toServer, progress: atOnce,
      source: "MQTT 5.0 §3.10.3", "Each topic that a client subscribes to no longer.",
      example: "mqtt.unsubscribe.topic; content:\"alarms\";", of: MQTTTransaction.self
    ) { transaction, _ in
      list(transaction, transaction.settings.unsubscribeTopicsMax) { content in
        if case .unsubscribe(_, let topics) = content { topics } else { [] }
      }
    },
  ]

  private static func connect(
    _ keyword: String, _ section: String, _ summary: String, _ content: String,
    _ part: @escaping @Sendable (MQTTConnect) -> [UInt8]?
  ) -> Field {
    first(keyword, .toServer, section, summary, content) { content in
      if case .connect(let connect) = content { part(connect) } else { nil }
    }
  }

  private static func published(
    _ keyword: String, _ section: String, _ summary: String, _ content: String,
    _ part: @escaping @Sendable (MQTTPublication) -> [UInt8]
  ) -> Field {
    first(keyword, nil, section, summary, content) { content in
      if case .publish(let publication) = content { part(publication) } else { nil }
    }
  }

  /// The first value of a transaction's messages that is not empty.
  private static func first(
    _ keyword: String, _ direction: Direction?, _ section: String, _ summary: String, _ content: String,
    _ part: @escaping @Sendable (MQTTContent) -> [UInt8]?
  ) -> Field {
    Field(
      keyword: keyword, .buffer, direction, progress: atOnce, source: "MQTT 5.0 \(section)", summary,
      example: "\(keyword); content:\"\(content)\";", of: MQTTTransaction.self
    ) { transaction, _ in
      for message in transaction.messages {
        if let bytes = part(message.content), !bytes.isEmpty { return .bytes(bytes) }
      }
      return .none
    }
  }

  private static func list(
    _ transaction: MQTTTransaction, _ limit: Int, _ topics: (MQTTContent) -> [[UInt8]]
  ) -> FieldValue {
    let all = transaction.messages.flatMap { topics($0.content) }
    let seen = limit > 0 ? Array(all.prefix(limit)) : all
    return seen.isEmpty ? .none : .list(seen)
  }

  // MARK: Numbers

  private static let kindNames = Dictionary(
    uniqueKeysWithValues: MQTTKind.allCases.map { ("\($0)", Int64($0.rawValue)) })

  private static let numberFields: [Field] = [
    number(
      "mqtt.type", nil, names: kindNames, "§2.1.2", "Kind of a message.", "PUBLISH"
    ) { $0.messages.map { Int64($0.header.kind.rawValue) } },
    number("mqtt.qos", .toServer, "§3.3.1.2", "Quality of service of a message: 0, 1 or 2.", "2") {
      $0.messages.map { Int64($0.header.quality) }
    },
    number(
      "mqtt.flags", .toServer, names: ["retain": 1, "dup": 8], "§2.1.3",
      "Flags in a message's head: all that are named, those with ! not set.", "retain,!dup"
    ) { $0.messages.map { Int64($0.header.flags & 9) } },
    number("mqtt.protocol_version", .toServer, "§3.1.2.2", "Version that the client asked for.", "5") {
      [Int64($0.version)]
    },
    number("mqtt.reason_code", nil, "§2.4", "Code of an answer, or for each topic of one.", "134") {
      reasonCodes($0.messages)
    },
    number(
      "mqtt.connack.session_present", .toClient, "§3.2.2.1.1",
      "The server has kept the client's session: 0 or 1.",
      "1"
    ) { transaction in
      transaction.messages.compactMap { message in
        guard case .connack(let isPresent, _, _) = message.content else { return nil }
        return isPresent ? 1 : 0
      }
    },
    number(
      // The reference has the names of the two bits about the will the other way round.
      "mqtt.connect.flags", .toServer,
      names: ["username": 0x80, "password": 0x40, "will": 0x20, "will_retain": 4, "clean_session": 2],
      "§3.1.2.3", "Flags of CONNECT: all that are named, those with ! not set.", "username,!clean_session"
    ) { transaction in
      transaction.messages.compactMap { message in
        if case .connect(let connect) = message.content { Int64(connect.flags) } else { nil }
      }
    },
  ]

  private static func number(
    _ keyword: String, _ direction: Direction?, names: [String: Int64] = [:], _ section: String,
    _ summary: String, _ argument: String,
    _ values: @escaping @Sendable (MQTTTransaction) -> [Int64]
  ) -> Field {
    Field(
      keyword: keyword, .number, direction, progress: atOnce, names: names, source: "MQTT 5.0 \(section)",
      summary, example: "\(keyword):\(argument);", of: MQTTTransaction.self
    ) { transaction, _ in
      let numbers = values(transaction)
      return numbers.isEmpty ? .none : .numbers(numbers)
    }.growing
  }

  /// The first code that stands alone, and all that answer topics.
  private static func reasonCodes(_ messages: [MQTTMessage]) -> [Int64] {
    var first: Int64?
    var codes: [Int64] = []
    for message in messages {
      switch message.content {
      case .answer(_, let code, _): first = first ?? code.map(Int64.init)
      case .reason(let code, _): first = first ?? code.map(Int64.init)
      case .connack(_, let code, _): first = first ?? Int64(code)
      case .grants(_, let list): codes += list.map(Int64.init)
      default: break
      }
    }
    return (first.map { [$0] } ?? []) + codes
  }
}
