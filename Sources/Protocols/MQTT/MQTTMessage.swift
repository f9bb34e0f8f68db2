import Wire

/// What a control packet of MQTT is for (MQTT 5.0 §2.1.2).
package enum MQTTKind: UInt8, Sendable, CaseIterable {
  case unassigned
  case connect, connack, publish, puback, pubrec, pubrel, pubcomp, subscribe, suback, unsubscribe, unsuback
  case pingreq, pingresp, disconnect, auth
}

/// The head of every control packet (MQTT 5.0 §2.1).
///
///     kind (4) | flags (4) | length of the rest (1 to 4 bytes of 7 bits, the lowest first)
package struct MQTTHeader: Sendable {
  package let kind: MQTTKind
  /// Bit 0: kept for later subscribers; bits 1 and 2: quality of service; bit 3: sent again.
  package let flags: UInt8
  /// Bytes of the head itself.
  let headBytes: Int
  /// Bytes that follow it.
  let bodyBytes: Int

  /// What a look at the front of a stream says.
  enum Reading {
    case header(MQTTHeader)
    case needsMore
    /// The length goes on beyond its four bytes.
    case malformed
  }

  /// Looks for a head at an offset.
  static func read(_ bytes: RawSpan, at start: Int) -> Reading {
    var length = 0
    for place in 1...4 {
      guard start &+ place < bytes.byteCount else { return .needsMore }
      let byte = bytes[start &+ place]
      length |= Int(byte & 0x7F) << (7 &* (place &- 1))
      guard byte & 0x80 == 0 else { continue }
      let first = bytes[start]
      return .header(
        MQTTHeader(
          kind: MQTTKind(rawValue: first >> 4) ?? .unassigned, flags: first & 0xF, headBytes: place &+ 1,
          bodyBytes: length))
    }
    return .malformed
  }

  package var isRetained: Bool { flags & 1 != 0 }
  package var isDuplicate: Bool { flags & 8 != 0 }
  /// Quality of service: 0 at most once, 1 at least once, 2 exactly once; 3 is not allowed.
  package var quality: UInt8 { flags >> 1 & 3 }
}

/// A control packet.
package struct MQTTMessage: Sendable {
  package let header: MQTTHeader
  package let content: MQTTContent
}

/// What follows the head.
package enum MQTTContent: Sendable {
  case connect(MQTTConnect)
  case connack(isSessionPresent: Bool, code: UInt8, [MQTTProperty])
  case publish(MQTTPublication)
  /// PUBACK, PUBREC, PUBREL, PUBCOMP: which message they are about, and from version 5 on why.
  case answer(identifier: UInt16, code: UInt8?, [MQTTProperty])
  case subscribe(identifier: UInt16, [MQTTSubscription], [MQTTProperty])
  case unsubscribe(identifier: UInt16, [[UInt8]])
  /// SUBACK, UNSUBACK: a code for each topic.
  case grants(identifier: UInt16, [UInt8])
  /// DISCONNECT, AUTH.
  case reason(UInt8?, [MQTTProperty])
  /// PINGREQ, PINGRESP, and kinds that do not exist.
  case nothing
  /// A packet longer than is read: its length with its head.
  case skipped(bytes: Int)
}

/// CONNECT (MQTT 5.0 §3.1).
package struct MQTTConnect: Sendable {
  package let protocolName: [UInt8]
  package let version: UInt8
  /// As they are sent: 0x80 user name, 0x40 password, 0x20 will is kept, 0x18 quality of the will, 0x04 will,
  /// 0x02 begins anew.
  package let flags: UInt8
  package let clientIdentifier: [UInt8]
  package let will: MQTTWill?
  package let userName: [UInt8]?
  package let password: [UInt8]?
  package let properties: [MQTTProperty]
}

/// What the server is to publish once the client is gone (MQTT 5.0 §3.1.2.5).
package struct MQTTWill: Sendable {
  package let topic: [UInt8]
  package let message: [UInt8]
  package let properties: [MQTTProperty]
}

/// PUBLISH (MQTT 5.0 §3.3).
package struct MQTTPublication: Sendable {
  package let topic: [UInt8]
  package let identifier: UInt16?
  package let message: [UInt8]
  package let properties: [MQTTProperty]
}

/// A topic of SUBSCRIBE (MQTT 5.0 §3.8.3).
package struct MQTTSubscription: Sendable {
  package let topic: [UInt8]
  package let options: UInt8
}
