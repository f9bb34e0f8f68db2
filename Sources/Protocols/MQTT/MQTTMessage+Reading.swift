import Wire

extension MQTTMessage {
  /// Reads what follows a head. The version is that of the connection's CONNECT; 0 without one.
  ///
  /// Throws where a part that must be there is not; what stands behind the last part is passed over.
  init(_ header: MQTTHeader, _ body: RawSpan, version: UInt8) throws(ParseFailure) {
    self.header = header
    var reader = ByteReader(body)
    let hasProperties = version == 5
    switch header.kind {
    case .connect: content = .connect(try MQTTConnect(&reader))
    case .connack:
      let flags = try reader.u8()
      let code = try reader.u8()
      content = .connack(
        isSessionPresent: flags & 1 != 0, code: code, hasProperties ? try MQTTProperty.list(&reader) : [])
    case .publish:
      let topic = try reader.text()
      let identifier = header.quality > 0 ? try reader.u16() : nil
      let properties = hasProperties ? try MQTTProperty.list(&reader) : []
      content = .publish(
        MQTTPublication(
          topic: topic, identifier: identifier, message: reader.rest().copied(), properties: properties))
    case .puback, .pubrec, .pubrel, .pubcomp: content = try Self.answer(&reader, version)
    case .subscribe: content = try Self.subscription(&reader, hasProperties)
    case .unsubscribe:
      let identifier = try reader.u16()
      if hasProperties { _ = try MQTTProperty.list(&reader) }
      var topics: [[UInt8]] = []
      while topics.count < MQTTLimits.topics, let topic = try? reader.text() { topics.append(topic) }
      content = .unsubscribe(identifier: identifier, topics)
    case .suback, .unsuback:
      let identifier = try reader.u16()
      if hasProperties { _ = try MQTTProperty.list(&reader) }
      content = .grants(identifier: identifier, reader.rest().copied())
    case .disconnect:
      if version < 5 {
        content = .reason(nil, [])
      } else if body.byteCount <= 1 {
        // The reference takes a lone code for none.
        content = .reason(0, [])
      } else {
        content = .reason(try reader.u8(), try MQTTProperty.list(&reader))
      }
    case .auth: content = .reason(try reader.u8(), try MQTTProperty.list(&reader))
    case .unassigned, .pingreq, .pingresp: content = .nothing
    }
  }

  /// PUBACK and its like (MQTT 5.0 §3.4.2): the code and the properties may be left out.
  private static func answer(_ reader: inout ByteReader, _ version: UInt8) throws(ParseFailure) -> MQTTContent
  {
    let identifier = try reader.u16()
    guard version >= 5 else { return .answer(identifier: identifier, code: nil, []) }
    guard !reader.isAtEnd else { return .answer(identifier: identifier, code: 0, []) }
    let code = try reader.u8()
    let properties = reader.isAtEnd ? [] : try MQTTProperty.list(&reader)
    return .answer(identifier: identifier, code: code, properties)
  }

  /// SUBSCRIBE (MQTT 5.0 §3.8): at least one topic, each with its options.
  private static func subscription(
    _ reader: inout ByteReader, _ hasProperties: Bool
  ) throws(ParseFailure) -> MQTTContent {
    let identifier = try reader.u16()
    let properties = hasProperties ? try MQTTProperty.list(&reader) : []
    var topics: [MQTTSubscription] = []
    while topics.count < MQTTLimits.topics, let topic = try? reader.text(), let options = try? reader.u8() {
      topics.append(MQTTSubscription(topic: topic, options: options))
    }
    guard !topics.isEmpty else { throw ParseFailure(.truncated, at: reader.position) }
    return .subscribe(identifier: identifier, topics, properties)
  }
}

extension MQTTConnect {
  /// Reads what follows the head of a CONNECT.
  ///
  ///     name | version (8) | flags (8) | keep alive (16) | [properties] | client | [will] | [user]
  ///     | [password]
  init(_ reader: inout ByteReader) throws(ParseFailure) {
    protocolName = try reader.text()
    version = try reader.u8()
    flags = try reader.u8()
    try reader.skip(2)
    properties = version == 5 ? try MQTTProperty.list(&reader) : []
    clientIdentifier = try reader.text()
    if flags & Flag.will != 0 {
      let properties = version == 5 ? try MQTTProperty.list(&reader) : []
      let topic = try reader.text()
      will = MQTTWill(topic: topic, message: try reader.data(), properties: properties)
    } else {
      will = nil
    }
    userName = flags & Flag.userName != 0 ? try reader.text() : nil
    password = flags & Flag.password != 0 ? try reader.data() : nil
  }

  /// Bits of the flags (MQTT 5.0 §3.1.2.3).
  package enum Flag {
    package static let userName: UInt8 = 0x80
    package static let password: UInt8 = 0x40
    package static let will: UInt8 = 0x04
    package static let cleanSession: UInt8 = 0x02
    /// The will is to be kept for later subscribers.
    package static let willRetain: UInt8 = 0x20
  }
}
