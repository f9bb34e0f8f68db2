/// Reads JSON text from front to back without building anything: what is not asked for is skipped.
///
/// Source: RFC 8259. The text may be hostile: nesting is bounded, every position is checked, and what is
/// malformed ends in a failure, never a trap.
struct JSONReader {
  /// Why a line is no JSON object of use.
  enum Failure: Error { case malformed, tooDeep }

  private let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int
  /// EVE nests about six levels deep.
  private static let depthMax = 64

  init(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    position = start
    self.end = min(end ?? bytes.count, bytes.count)
  }

  /// The next byte that is no white space.
  mutating func peek() throws(Failure) -> UInt8 {
    while position < end {
      let byte = bytes[position]
      if byte != 0x20 && byte != 0x09 && byte != 0x0d && byte != 0x0a { return byte }
      position &+= 1
    }
    throw .malformed
  }

  /// Nothing but white space is left.
  mutating func isAtEnd() -> Bool { (try? peek()) == nil }

  mutating func expect(_ byte: UInt8) throws(Failure) {
    guard try peek() == byte else { throw .malformed }
    position &+= 1
  }

  /// Calls `member` at the value of each member of the object that begins here; it must read or skip it.
  mutating func object(
    _ member: (inout JSONReader, String) throws(Failure) -> Void
  ) throws(Failure) {
    try expect(0x7b)
    if try peek() == 0x7d {
      position &+= 1
      return
    }
    while true {
      let key = try string()
      try expect(0x3a)
      try member(&self, key)
      let next = try peek()
      position &+= 1
      if next == 0x7d { return }
      guard next == 0x2c else { throw .malformed }
    }
  }

  /// Calls `item` at each value of the array that begins here.
  mutating func array(_ item: (inout JSONReader) throws(Failure) -> Void) throws(Failure) {
    try expect(0x5b)
    if try peek() == 0x5d {
      position &+= 1
      return
    }
    while true {
      try item(&self)
      let next = try peek()
      position &+= 1
      if next == 0x5d { return }
      guard next == 0x2c else { throw .malformed }
    }
  }

  /// A string, its escapes resolved; bytes that are no UTF-8 become replacement characters.
  mutating func string() throws(Failure) -> String {
    try expect(0x22)
    let start = position
    while position < end {
      let byte = bytes[position]
      if byte == 0x22 {
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        position &+= 1
        return text
      }
      guard byte >= 0x20 else { throw .malformed }
      if byte == 0x5c { return try escaped(from: start) }
      position &+= 1
    }
    throw .malformed
  }

  private mutating func escaped(from start: Int) throws(Failure) -> String {
    var text = Array(bytes[start..<position])
    while position < end {
      let byte = bytes[position]
      position &+= 1
      if byte == 0x22 { return String(decoding: text, as: UTF8.self) }
      guard byte >= 0x20 else { throw .malformed }
      guard byte == 0x5c else {
        text.append(byte)
        continue
      }
      guard position < end else { throw .malformed }
      let kind = bytes[position]
      position &+= 1
      switch kind {
      case 0x22, 0x5c, 0x2f: text.append(kind)
      case 0x62: text.append(8)
      case 0x66: text.append(12)
      case 0x6e: text.append(10)
      case 0x72: text.append(13)
      case 0x74: text.append(9)
      case 0x75: try appendScalar(to: &text)
      default: throw .malformed
      }
    }
    throw .malformed
  }

  private mutating func appendScalar(to text: inout [UInt8]) throws(Failure) {
    var value = try fourDigits()
    if value & 0xfc00 == 0xd800, position &+ 1 < end, bytes[position] == 0x5c, bytes[position &+ 1] == 0x75 {
      position &+= 2
      let low = try fourDigits()
      value = low & 0xfc00 == 0xdc00 ? 0x10000 &+ (value & 0x3ff) << 10 &+ (low & 0x3ff) : 0xfffd
    }
    let scalar = Unicode.Scalar(value) ?? "\u{fffd}"
    text += Array(String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(Failure) -> UInt32 {
    guard position &+ 4 <= end else { throw .malformed }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[position]
      position &+= 1
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte &- 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte &- 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(byte &- 0x57)
      default: throw .malformed
      }
    }
    return value
  }

  /// The string here; nil where the value is something else, which is skipped.
  mutating func optionalString() throws(Failure) -> String? {
    if try peek() == 0x22 { return try string() }
    try skip()
    return nil
  }

  /// The text of the string, number or word here; `null` is empty.
  mutating func scalar() throws(Failure) -> String {
    if try peek() == 0x22 { return try string() }
    let start = position
    try skipWord()
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    return text == "null" ? "" : text
  }

  /// The whole number here, clamped; nil where the value is something else, which is skipped.
  mutating func optionalNumber() throws(Failure) -> UInt64? {
    guard (0x30...0x39).contains(try peek()) else {
      try skip()
      return nil
    }
    var value: UInt64 = 0
    while position < end, (0x30...0x39).contains(bytes[position]) {
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(UInt64(bytes[position] &- 0x30))
      value = first || second ? .max : sum
      position &+= 1
    }
    // A fraction or exponent is of no use here.
    while position < end, Self.isOfNumber(bytes[position]) { position &+= 1 }
    return value
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains(byte)
  }

  /// Passes over a value of any kind.
  mutating func skip() throws(Failure) {
    var depth = 0
    repeat {
      let byte = try peek()
      switch byte {
      case 0x22: try skipString()
      case 0x7b, 0x5b:
        depth &+= 1
        if depth > Self.depthMax { throw .tooDeep }
        position &+= 1
        continue
      case 0x7d, 0x5d:
        depth &-= 1
        if depth < 0 { throw .malformed }
        position &+= 1
      case 0x2c, 0x3a:
        if depth == 0 { throw .malformed }
        position &+= 1
        continue
      default: try skipWord()
      }
    } while depth > 0
  }

  private mutating func skipWord() throws(Failure) {
    let start = position
    while position < end {
      let byte = bytes[position]
      guard (0x61...0x7a).contains(byte) || Self.isOfNumber(byte) else { break }
      position &+= 1
    }
    if position == start { throw .malformed }
  }

  private mutating func skipString() throws(Failure) {
    position &+= 1
    while position < end {
      let byte = bytes[position]
      if byte == 0x22 {
        position &+= 1
        return
      }
      if byte < 0x20 { throw .malformed }
      position &+= byte == 0x5c ? 2 : 1
    }
    throw .malformed
  }
}
