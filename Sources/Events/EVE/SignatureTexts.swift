import Detection

/// The members of `alert` that a rule fixes, encoded once per signature: most of an alert is text that
/// never changes.
final class SignatureTexts {
  /// Encoded members before and after those that depend on the packet (`source`, `target`).
  struct Text {
    /// `"gid":…` to `"severity":…`.
    var head: [UInt8]
    /// `references`, `metadata` and `rule`, as configured; possibly empty.
    var tail: [UInt8]
  }

  private let settings: AlertSettings
  private var texts: [UInt64: Text] = [:]
  /// Rules that alert are few, but a rule set has tens of thousands: the memory stays bounded.
  private let countMax = 4096

  init(settings: AlertSettings) {
    self.settings = settings
  }

  func clear() { texts.removeAll(keepingCapacity: true) }

  /// The texts of a signature.
  func text(of identity: SignatureIdentity) -> Text {
    let key = UInt64(identity.group) << 32 | UInt64(identity.id)
    if let text = texts[key] { return text }
    if texts.count >= countMax { clear() }
    let text = Text(head: encodeHead(identity), tail: encodeTail(identity))
    texts[key] = text
    return text
  }

  private func encodeHead(_ identity: SignatureIdentity) -> [UInt8] {
    var writer = JSONWriter(capacity: 512)
    writer.member("gid", identity.group)
    writer.member("signature_id", identity.id)
    writer.member("rev", identity.revision)
    writer.member("signature", identity.message)
    writer.member("category", identity.category)
    writer.member("severity", identity.priority)
    return writer.bytes.copied()
  }

  private func encodeTail(_ identity: SignatureIdentity) -> [UInt8] {
    var writer = JSONWriter(capacity: 512)
    if settings.hasRuleReferences, !identity.references.isEmpty {
      writer.beginArray("references")
      for reference in identity.references {
        // What is a whole address already needs nothing before it.
        let isWhole = reference.value.contains("://")
        writer.element(isWhole ? reference.value : reference.prefix + reference.value)
      }
      writer.endArray()
    }
    if settings.hasRuleMetadata, !identity.metadata.isEmpty { encode(identity.metadata, into: &writer) }
    if settings.hasRuleText { writer.member("rule", identity.text) }
    return writer.bytes.copied()
  }

  /// Keys in alphabetical order, each with its values from the last one written to the first, as
  /// Suricata has them.
  private func encode(_ metadata: [(key: String, value: String)], into writer: inout JSONWriter) {
    var keys: [String] = []
    for entry in metadata where !keys.contains(entry.key) { keys.append(entry.key) }
    writer.beginObject("metadata")
    for key in keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      writer.key(text: key)
      writer.beginArrayValue()
      for entry in metadata.reversed() where entry.key == key { writer.element(entry.value) }
      writer.endArray()
    }
    writer.endObject()
  }
}
