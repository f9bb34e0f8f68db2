package import Wire

/// Writes one line of JSON after another into a buffer that is reused: no `String`, no allocation once
/// it has grown.
///
/// Commas are set by what stands before: a value or member that follows another gets one. Text that
/// comes from the traffic is escaped so that the line is always valid UTF-8 (see `JSONWriter+Text`).
package struct JSONWriter: ~Copyable {
  /// What was written so far.
  package var bytes: ByteBuffer
  private var needsComma = false
  /// The moment that was written last, and its text in quotes: events come many in a second.
  private var moment: Int64 = 0
  private var momentText = ByteBuffer(capacity: 64)

  /// Text of the traffic that is put together before it is written, in memory that is kept.
  var text: [UInt8] = []

  package init(capacity: Int = 4096) {
    bytes = ByteBuffer(capacity: capacity)
  }

  /// Forgets what was written and keeps the memory.
  package mutating func clear() {
    bytes.removeAll()
    needsComma = false
  }

  /// The line written so far, with its line feed; the writer is empty afterwards.
  package mutating func takeLine() -> [UInt8] {
    bytes.append(0x0A)
    let line = bytes.copied()
    clear()
    return line
  }

  // MARK: Structure

  /// Begins an object that stands alone or in an array.
  package mutating func beginObject() {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  /// Begins an object that is the value of `key`.
  @inline(__always)
  package mutating func beginObject(_ key: StaticString) {
    self.key(key)
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  @inline(__always)
  package mutating func endObject() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  @inline(__always)
  package mutating func beginArray(_ key: StaticString) {
    self.key(key)
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  package mutating func beginArray() {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  /// Begins an array that is the value of a key just written by `key(text:)`.
  package mutating func beginArrayValue() {
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  /// Begins an object that is the value of a key just written by `key(text:)`.
  package mutating func beginObjectValue() {
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  @inline(__always)
  package mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// Writes a member's key; its value must follow through one of the `raw` functions or a `begin`.
  @inline(__always)
  package mutating func key(_ key: StaticString) {
    bytes.append(key: key, needsComma: needsComma)
    needsComma = true
  }

  /// Writes a key that is only known at run time; it is escaped.
  package mutating func key(text key: String) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    appendQuoted(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = true
  }

  @inline(__always)
  mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  // MARK: Members

  /// A member whose value is a literal that needs no escaping.
  @inline(__always)
  package mutating func member(_ key: StaticString, literal: StaticString) {
    self.key(key)
    bytes.append(quoted: literal)
  }

  /// Members that are always the same, as they stand in the line.
  @inline(__always)
  mutating func members(literal: StaticString) {
    separate()
    bytes.append(literal)
  }

  /// A member whose value is a domain name: labels, each behind its length. False, and nothing is written,
  /// where something in it has to be escaped.
  mutating func member(_ key: StaticString, labels: RawSpan) -> Bool {
    let (start, neededComma) = (bytes.count, needsComma)
    self.key(key)
    if bytes.append(quotedLabels: labels) { return true }
    bytes.removeAll(from: start)
    needsComma = neededComma
    return false
  }

  /// An element that is a domain name, likewise.
  mutating func element(labels: RawSpan) -> Bool {
    let (start, neededComma) = (bytes.count, needsComma)
    separate()
    if bytes.append(quotedLabels: labels) { return true }
    bytes.removeAll(from: start)
    needsComma = neededComma
    return false
  }

  /// A member whose value is text of the configuration, of rules or of the project.
  package mutating func member(_ key: StaticString, _ text: String) {
    self.key(key)
    appendQuoted(text)
  }

  /// A member whose value is bytes of the traffic.
  package mutating func member(_ key: StaticString, text: [UInt8]) {
    self.key(key)
    appendQuoted(text.rawSpan)
  }

  /// A member whose value is bytes of the traffic.
  package mutating func member(_ key: StaticString, text: RawSpan) {
    self.key(key)
    appendQuoted(text)
  }

  /// Begins text that is put together in `text`, to be the value of a member or an element.
  mutating func beginText() { text.removeAll(keepingCapacity: true) }

  /// A member whose value is the text put together.
  mutating func memberOfText(_ key: StaticString) {
    self.key(key)
    appendText()
  }

  private mutating func appendText() {
    var made: [UInt8] = []
    swap(&made, &text)
    appendQuoted(made.rawSpan)
    swap(&made, &text)
  }

  @inline(__always)
  package mutating func member(_ key: StaticString, _ number: some FixedWidthInteger) {
    self.key(key)
    bytes.appendDecimal(number)
  }

  @inline(__always)
  package mutating func member(_ key: StaticString, _ flag: Bool) {
    self.key(key)
    bytes.append(flag ? "true" as StaticString : "false")
  }

  /// A member whose value is an address in EVE's form: IPv6 in full, without `::`.
  package mutating func member(_ key: StaticString, _ address: IPAddress) {
    self.key(key)
    bytes.append(UInt8(ascii: "\""))
    bytes.appendFullAddress(address)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A member whose value is a moment, as `2026-11-20T01:03:10.120000+0000`.
  package mutating func member(_ key: StaticString, nanoseconds: Int64) {
    self.key(key)
    if nanoseconds != moment || momentText.isEmpty { take(nanoseconds) }
    bytes.append(contentsOf: momentText)
  }

  /// Writes another moment into `momentText`: in the same second, six digits of it.
  private mutating func take(_ nanoseconds: Int64) {
    let second = floorDivide(nanoseconds, 1_000_000_000)
    let microseconds = UInt64((nanoseconds &- second &* 1_000_000_000) / 1000)
    if momentText.isEmpty || second != floorDivide(moment, 1_000_000_000) {
      momentText.removeAll()
      momentText.append(UInt8(ascii: "\""))
      momentText.appendTimestamp(nanoseconds: nanoseconds)
      momentText.append(UInt8(ascii: "\""))
    } else {
      // Six digits, `+0000` and the quote stand at its end, whatever the year.
      momentText.replaceDigits(at: momentText.count &- 12, microseconds, width: 6)
    }
    moment = nanoseconds
  }

  /// A member whose value is bytes in base64 (RFC 4648 §4).
  package mutating func member(_ key: StaticString, base64: RawSpan) {
    self.key(key)
    bytes.append(UInt8(ascii: "\""))
    bytes.appendBase64(base64)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A member whose value is bytes in lower-case hexadecimal, with a separator if one is given.
  package mutating func member(_ key: StaticString, hexadecimal: [UInt8], separator: UInt8? = nil) {
    self.key(key)
    bytes.append(UInt8(ascii: "\""))
    bytes.appendHexadecimal(hexadecimal, separator: separator)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Members that were encoded before (`"a":1,"b":2`), without braces around them.
  package mutating func members(encoded: [UInt8]) {
    if encoded.isEmpty { return }
    separate()
    bytes.append(contentsOf: encoded)
  }

  /// The value of a key just written by `key(text:)`, as JSON that was encoded before.
  package mutating func value(encoded: [UInt8]) {
    bytes.append(contentsOf: encoded)
    needsComma = true
  }

  /// The value of a key just written by `key(text:)`: bytes of the traffic.
  package mutating func value(text: [UInt8]) {
    appendQuoted(text.rawSpan)
    needsComma = true
  }

  /// The value of a key just written by `key(text:)`.
  package mutating func value(_ number: some FixedWidthInteger) { bytes.appendDecimal(number) }

  /// The value of a key just written by `key(text:)`: bytes in base64.
  package mutating func value(base64: [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    bytes.appendBase64(base64.rawSpan)
    bytes.append(UInt8(ascii: "\""))
  }

  /// The value of a key just written by `key(text:)`: a number that may have a fraction, with as many digits
  /// as tell it and without an exponent; null where it is none.
  package mutating func value(_ number: Double) {
    guard number.isFinite else { return bytes.append("null") }
    bytes.append(contentsOf: Array(plainDecimal(number).utf8))
  }

  // MARK: Elements of arrays

  package mutating func element(_ text: String) {
    separate()
    appendQuoted(text)
  }

  package mutating func element(text: [UInt8]) {
    separate()
    appendQuoted(text.rawSpan)
  }

  /// An element that is the text put together.
  mutating func elementOfText() {
    separate()
    appendText()
  }

  package mutating func element(_ number: some FixedWidthInteger) {
    separate()
    bytes.appendDecimal(number)
  }

  package mutating func element(base64: RawSpan) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.appendBase64(base64)
    bytes.append(UInt8(ascii: "\""))
  }
}
