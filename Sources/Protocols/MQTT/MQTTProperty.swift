import Wire

/// A property of a control packet of version 5 (MQTT 5.0 §2.2.2).
package struct MQTTProperty: Sendable {
  package enum Value: Sendable {
    case number(UInt32)
    case text([UInt8])
    /// Of the user's own: a name and a value.
    case pair([UInt8], [UInt8])
  }

  /// Name in events.
  package let name: StaticString
  package let value: Value

  /// How a property's value is written.
  private enum Form { case u8, u16, u32, variable, text, binary, pair }

  private static let forms: [UInt32: (name: StaticString, form: Form)] = [
    1: ("payload_format_indicator", .u8), 2: ("message_expiry_interval", .u32), 3: ("content_type", .text),
    8: ("response_topic", .text), 9: ("correlation_data", .binary),
    11: ("subscription_identifier", .variable),
    17: ("session_expiry_interval", .u32), 18: ("assigned_client_identifier", .text),
    19: ("server_keep_alive", .u16), 21: ("authentication_method", .text),
    22: ("authentication_data", .binary),
    23: ("request_problem_information", .u8), 24: ("will_delay_interval", .u32),
    25: ("request_response_information", .u8), 26: ("response_information", .text),
    28: ("server_reference", .text), 31: ("reason_string", .text), 33: ("receive_maximum", .u16),
    34: ("topic_alias_maximum", .u16), 35: ("topic_alias", .u16), 36: ("maximum_qos", .u8),
    37: ("retain_available", .u8), 38: ("user_properties", .pair), 39: ("maximum_packet_size", .u32),
    40: ("wildcard_subscription_available", .u8), 41: ("subscription_identifier_available", .u8),
    42: ("shared_subscription_available", .u8),
  ]

  /// Reads a list of properties behind its length. An unknown identifier is passed over alone, as nobody
  /// knows how long its value is. Those beyond the bound are read and not kept.
  static func list(_ reader: inout ByteReader) throws(ParseFailure) -> [MQTTProperty] {
    let length = Int(try reader.variable())
    let end = reader.position &+ length
    guard length <= reader.remaining else { throw ParseFailure(.truncated, at: reader.position) }
    var properties: [MQTTProperty] = []
    while reader.position < end {
      let identifier = try reader.variable()
      guard let (name, form) = forms[identifier] else { continue }
      let value: Value
      switch form {
      case .u8: value = .number(UInt32(try reader.u8()))
      case .u16: value = .number(UInt32(try reader.u16()))
      case .u32: value = .number(try reader.u32())
      case .variable: value = .number(try reader.variable())
      case .text: value = .text(try reader.text())
      case .binary: value = .text(try reader.data())
      case .pair:
        let key = try reader.text()
        value = .pair(key, try reader.text())
      }
      guard reader.position <= end else { throw ParseFailure(.malformed, at: reader.position) }
      if properties.count < MQTTLimits.properties {
        properties.append(MQTTProperty(name: name, value: value))
      }
    }
    return properties
  }
}

/// Data types of MQTT (MQTT 5.0 §1.5).
extension ByteReader {
  /// A number of one to four bytes, seven bits in each, the lowest first.
  mutating func variable() throws(ParseFailure) -> UInt32 {
    var number: UInt32 = 0
    for place in 0..<4 {
      let byte = try u8()
      number |= UInt32(byte & 0x7F) << (7 &* UInt32(place))
      if byte & 0x80 == 0 { return number }
    }
    throw ParseFailure(.malformed, at: position)
  }

  /// Bytes behind their length of sixteen bits.
  mutating func data() throws(ParseFailure) -> [UInt8] {
    let count = Int(try u16())
    return try take(count).copied()
  }

  /// Text behind its length: what is not valid UTF-8 in it is replaced, as a reader would show it.
  mutating func text() throws(ParseFailure) -> [UInt8] {
    let bytes = try data()
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
    return Array(String(decoding: bytes, as: UTF8.self).utf8)
  }
}
