import Wire

/// How text becomes JSON strings (RFC 8259 §7), byte for byte as Suricata writes it.
///
/// Valid UTF-8 stays as it is but for quotes, backslashes and control characters. Text that is not valid
/// UTF-8 as a whole has every byte from 0x80 written as the four characters `\xhh` (so `\\xhh` in the
/// line): what was sent can be read back exactly, and the line stays valid.
extension JSONWriter {
  /// Appends bytes of the traffic as a quoted string.
  package mutating func appendQuoted(_ text: RawSpan) {
    // Most text is plain ASCII: it is copied in one piece.
    if isPlain(text) { return bytes.append(quoted: text) }
    bytes.append(UInt8(ascii: "\""))
    let count = text.byteCount
    var index = 0
    while index < count {
      let byte = text[index]
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      index &+= 1
    }
    bytes.append(text.part(0, index))
    if index < count {
      let rest = text.part(index, count &- index)
      appendEscaped(rest, isValid: isValidUTF8(rest))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends text of the configuration or of rules as a quoted string.
  package mutating func appendQuoted(_ text: String) {
    ByteBuffer.withBytes(of: text) { appendQuoted($0) }
  }

  /// A member with every byte that is not printable ASCII (or line end) shown as a dot: EVE's
  /// `payload_printable`.
  package mutating func member(_ key: StaticString, printable: RawSpan) {
    self.key(key)
    bytes.append(UInt8(ascii: "\""))
    appendPrintable(printable)
    bytes.append(UInt8(ascii: "\""))
  }

  /// The bytes of `member(_:printable:)` without key and quotes.
  mutating func appendPrintable(_ printable: RawSpan) {
    for index in 0..<printable.byteCount {
      let byte = printable[index]
      switch byte {
      case 0x0A, 0x0D, 0x20...0x7E: appendEscaped(byte)
      default: bytes.append(UInt8(ascii: "."))
      }
    }
  }

  private mutating func appendEscaped(_ text: RawSpan, isValid: Bool) {
    for index in 0..<text.byteCount {
      let byte = text[index]
      if byte < 0x80 || isValid {
        appendEscaped(byte)
      } else {
        bytes.append("\\\\x")
        bytes.appendHexadecimal(byte)
      }
    }
  }

  @inline(__always)
  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): bytes.append("\\\"")
    case UInt8(ascii: "\\"): bytes.append("\\\\")
    case 0..<0x20: appendControl(byte)
    default: bytes.append(byte)
    }
  }

  private mutating func appendControl(_ byte: UInt8) {
    switch byte {
    case 0x08: bytes.append("\\b")
    case 0x09: bytes.append("\\t")
    case 0x0A: bytes.append("\\n")
    case 0x0C: bytes.append("\\f")
    case 0x0D: bytes.append("\\r")
    default:
      bytes.append("\\u00")
      bytes.appendHexadecimal(byte)
    }
  }
}

/// Whether there is nothing in text to be escaped: it is looked at eight bytes at a time, some of the last
/// of which twice.
@inline(__always)
func isPlain(_ text: RawSpan) -> Bool {
  let count = text.byteCount
  if count >= 8 {
    var index = 0
    while index < count &- 8 {
      if hasSpecial(text.u64(index)) { return false }
      index &+= 8
    }
    return !hasSpecial(text.u64(count &- 8))
  }
  if count >= 4 { return !hasSpecial(UInt64(text.u32(0)) << 32 | UInt64(text.u32(count &- 4))) }
  // Letters, where there are bytes missing.
  var word: UInt64 = 0x6161_6161_6161_6161
  for index in 0..<count { word = word << 8 | UInt64(text[index]) }
  return !hasSpecial(word)
}

/// Whether one of eight bytes is a control character, a quote, a backslash or no ASCII.
@inline(__always)
private func hasSpecial(_ word: UInt64) -> Bool {
  let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
  // A byte is below a bound where taking the bound away borrows from its top bit.
  let isControl = (word &- ones &* 0x20) & ~word
  let quotes = word ^ ones &* 0x22
  let slashes = word ^ ones &* 0x5C
  return (word | isControl | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes) & tops != 0
}

/// Whether the bytes are well-formed UTF-8 (RFC 3629 §4): no overlong forms, no surrogates, nothing past
/// U+10FFFF.
package func isValidUTF8(_ text: RawSpan) -> Bool {
  var index = 0
  let count = text.byteCount
  while index < count {
    let lead = text[index]
    index &+= 1
    if lead < 0x80 { continue }
    let tail: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: tail = 1
    case 0xE0: (tail, low) = (2, 0xA0)
    case 0xED: (tail, high) = (2, 0x9F)
    case 0xE1...0xEF: tail = 2
    case 0xF0: (tail, low) = (3, 0x90)
    case 0xF4: (tail, high) = (3, 0x8F)
    case 0xF1...0xF3: tail = 3
    default: return false
    }
    guard count &- index >= tail, text[index] >= low, text[index] <= high else { return false }
    for offset in 1..<max(tail, 1) where text[index &+ offset] & 0xC0 != 0x80 { return false }
    index &+= tail
  }
  return true
}
