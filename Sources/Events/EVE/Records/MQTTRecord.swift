import Protocols
import Wire

/// `mqtt`: one record for each transaction, with all its messages.
let mqttRecord = TransactionRecord(
  protocolName: "mqtt", type: .mqtt, isClientFirst: false, encode: encodeMQTT)

@Sendable
private func encodeMQTT(_ context: RecordContext, _ line: inout JSONWriter) {
  guard let transaction = context.transaction as? MQTTTransaction else { return }
  // Beside alerts the reference goes by its defaults, whatever is configured.
  let settings = context.place == .own ? context.settings.mqtt : MQTTRecordSettings()
  let encoder = MQTTEncoder(textBytesMax: settings.textBytesMax, hasPasswords: settings.hasPasswords)
  line.beginObject("mqtt")
  for message in transaction.messages { encoder.encode(message, into: &line) }
  line.endObject()
}

/// Writes messages with what the settings say of texts.
private struct MQTTEncoder {
  /// Bytes of a text that are shown; 0: all.
  let textBytesMax: Int
  let hasPasswords: Bool

  func encode(_ message: MQTTMessage, into line: inout JSONWriter) {
    let header = message.header
    if case .skipped = message.content {} else if header.kind == .unassigned { return }
    line.beginObject(Self.key(header.kind))
    line.member("qos", header.quality)
    line.member("retain", header.isRetained)
    line.member("dup", header.isDuplicate)
    switch message.content {
    case .connect(let connect): encode(connect, into: &line)
    case .connack(let isSessionPresent, let code, let properties):
      line.member("session_present", isSessionPresent)
      line.member("return_code", code)
      encode(properties, into: &line)
    case .publish(let publication): encode(publication, into: &line)
    case .answer(let identifier, let code, let properties):
      line.member("message_id", identifier)
      if let code { line.member("reason_code", code) }
      encode(properties, into: &line)
    case .subscribe(let identifier, let topics, let properties):
      line.member("message_id", identifier)
      encode(topics, into: &line)
      encode(properties, into: &line)
    case .unsubscribe(let identifier, let topics):
      line.member("message_id", identifier)
      line.beginArray("topics")
      for topic in topics { line.element(text: topic) }
      line.endArray()
    case .grants(let identifier, let codes):
      line.member("message_id", identifier)
      if header.kind == .suback || !codes.isEmpty {
        line.beginArray(header.kind == .suback ? "qos_granted" : "reason_codes")
        for code in codes { line.element(code) }
        line.endArray()
      }
    case .reason(let code, let properties):
      if let code { line.member("reason_code", code) }
      encode(properties, into: &line)
    case .skipped(let bytes):
      line.member("truncated", true)
      line.member("skipped_length", bytes)
    case .nothing: break
    }
    line.endObject()
  }

  private func encode(_ connect: MQTTConnect, into line: inout JSONWriter) {
    typealias Flag = MQTTConnect.Flag
    func has(_ flag: UInt8) -> Bool { connect.flags & flag != 0 }
    line.member("protocol_string", text: connect.protocolName)
    line.member("protocol_version", connect.version)
    line.member("client_id", text: shown(connect.clientIdentifier))
    line.beginObject("flags")
    line.member("username", has(Flag.userName))
    line.member("password", has(Flag.password))
    line.member("will_retain", has(Flag.willRetain))
    line.member("will", has(Flag.will))
    line.member("clean_session", has(Flag.cleanSession))
    line.endObject()
    if let name = connect.userName { line.member("username", text: shown(name)) }
    if hasPasswords, let password = connect.password { line.member("password", text: password) }
    if let will = connect.will {
      line.beginObject("will")
      line.member("topic", text: shown(will.topic))
      line.member("message", text: shown(will.message))
      encode(will.properties, into: &line)
      line.endObject()
    }
    encode(connect.properties, into: &line)
  }

  private func encode(_ publication: MQTTPublication, into line: inout JSONWriter) {
    line.member("topic", text: shown(publication.topic))
    if let identifier = publication.identifier { line.member("message_id", identifier) }
    line.member("message", text: shown(publication.message))
    encode(publication.properties, into: &line)
  }

  /// Topics share the bound: those behind it are only counted.
  private func encode(_ topics: [MQTTSubscription], into line: inout JSONWriter) {
    var left = textBytesMax > 0 ? textBytesMax : Int.max
    line.beginArray("topics")
    for subscription in topics {
      line.beginObject()
      line.member("topic", text: cut(subscription.topic, to: left))
      line.member("qos", subscription.options)
      line.endObject()
      left = max(left &- subscription.topic.count, 0)
    }
    line.endArray()
  }

  private func encode(_ properties: [MQTTProperty], into line: inout JSONWriter) {
    guard !properties.isEmpty else { return }
    var pairs: [([UInt8], [UInt8])] = []
    line.beginObject("properties")
    for property in properties {
      switch property.value {
      case .number(let number): line.member(property.name, number)
      case .text(let text): line.member(property.name, text: shown(text))
      case .pair(let key, let value): pairs.append((key, value))
      }
    }
    if !pairs.isEmpty {
      line.beginArray("user_properties")
      for (key, value) in pairs {
        line.beginObject()
        line.member("key", text: shown(key))
        line.member("value", text: shown(value))
        line.endObject()
      }
      line.endArray()
    }
    line.endObject()
  }

  private func shown(_ text: [UInt8]) -> [UInt8] { cut(text, to: textBytesMax > 0 ? textBytesMax : Int.max) }

  /// The text, or its beginning with a word on how much is missing.
  private func cut(_ text: [UInt8], to limit: Int) -> [UInt8] {
    guard text.count > limit else { return text }
    let missing = text.count &- limit
    return text.prefix(limit) + Array("[truncated \(missing) additional byte\(missing == 1 ? "" : "s")]".utf8)
  }

  private static func key(_ kind: MQTTKind) -> StaticString {
    switch kind {
    case .unassigned: "unassigned"
    case .connect: "connect"
    case .connack: "connack"
    case .publish: "publish"
    case .puback: "puback"
    case .pubrec: "pubrec"
    case .pubrel: "pubrel"
    case .pubcomp: "pubcomp"
    case .subscribe: "subscribe"
    case .suback: "suback"
    case .unsubscribe: "unsubscribe"
    case .unsuback: "unsuback"
    case .pingreq: "pingreq"
    case .pingresp: "pingresp"
    case .disconnect: "disconnect"
    case .auth: "auth"
    }
  }
}
