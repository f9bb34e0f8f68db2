/// A value of JSON, with numbers as they are written and members in their order.
indirect enum JSONText: Sendable, Equatable {
  case string([UInt8])
  /// A number, `true`, `false` or `null` as written.
  case literal([UInt8])
  case array([JSONText])
  case object([Member])

  struct Member: Sendable, Equatable {
    var key: [UInt8]
    var value: JSONText
  }

  /// What is wrong with a text, and at which byte.
  struct Failure: Error {
    let reason: String
    let offset: Int
  }

  /// Reads one value that fills the whole text (RFC 8259). Nesting is bounded, so that no input can exhaust
  /// the stack.
  static func parse(_ text: ArraySlice<UInt8>) throws(Failure) -> JSONText {
    var parser = JSONParser(text)
    let value = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.position == text.endIndex else {
      throw Failure(reason: "end of file expected", offset: parser.position - text.startIndex)
    }
    return value
  }

  /// The value at a path of keys between dots.
  subscript(path path: String) -> JSONText? {
    var value = self
    for key in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard case .object(let members) = value, let next = members.first(where: { $0.key == Array(key.utf8) })
      else { return nil }
      value = next.value
    }
    return value
  }

  /// The same without the value at a path.
  func removing(_ path: ArraySlice<Substring>) -> JSONText {
    guard let first = path.first, case .object(let members) = self else { return self }
    let key = Array(first.utf8)
    let rest = path.dropFirst()
    return .object(
      members.compactMap { member in
        guard member.key == key else { return member }
        return rest.isEmpty ? nil : Member(key: key, value: member.value.removing(rest))
      })
  }

  /// Appends the value on one line.
  func append(to text: inout [UInt8]) {
    switch self {
    case .string(let bytes): Self.append(string: bytes, to: &text)
    case .literal(let bytes): text += bytes
    case .array(let values):
      text.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        value.append(to: &text)
      }
      text.append(UInt8(ascii: "]"))
    case .object(let members):
      text.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        Self.append(string: member.key, to: &text)
        text.append(UInt8(ascii: ":"))
        member.value.append(to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
  }

  private static func append(string: [UInt8], to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in string {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        text += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}

/// Reads JSON from bytes.
private struct JSONParser {
  private let text: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    position = text.startIndex
  }

  private func failure(_ reason: String) -> JSONText.Failure {
    JSONText.Failure(reason: reason, offset: position - text.startIndex)
  }

  mutating func skipBlanks() {
    while position < text.endIndex, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
  }

  mutating func value(depth: Int) throws(JSONText.Failure) -> JSONText {
    skipBlanks()
    guard depth < ListLimits.depth else { throw failure("the nesting is too deep") }
    guard position < text.endIndex else { throw failure("unexpected token near end of file") }
    switch text[position] {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    default: return try literal()
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < text.endIndex, text[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func object(_ depth: Int) throws(JSONText.Failure) -> JSONText {
    position += 1
    var members: [JSONText.Member] = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipBlanks()
      guard position < text.endIndex, text[position] == UInt8(ascii: "\"") else {
        throw failure("string or '}' expected")
      }
      let key = try string()
      guard take(UInt8(ascii: ":")) else { throw failure("':' expected") }
      members.append(JSONText.Member(key: key, value: try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("'}' expected") }
    return .object(members)
  }

  private mutating func array(_ depth: Int) throws(JSONText.Failure) -> JSONText {
    position += 1
    var values: [JSONText] = []
    if take(UInt8(ascii: "]")) { return .array(values) }
    repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("']' expected") }
    return .array(values)
  }

  /// A number or one of three words.
  private mutating func literal() throws(JSONText.Failure) -> JSONText {
    let start = position
    while position < text.endIndex, Self.isLiteral(text[position]) { position += 1 }
    let bytes = Array(text[start..<position])
    let word = String(decoding: bytes, as: UTF8.self)
    let isNumber = Double(word) != nil && !bytes.contains { $0 | 0x20 == UInt8(ascii: "n") }
    let isHexadecimal = bytes.contains { $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "p") }
    guard ["true", "false", "null"].contains(word) || (isNumber && !isHexadecimal) else {
      position = start
      throw failure("invalid token")
    }
    return .literal(bytes)
  }

  private static func isLiteral(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || byte == 0x2b
      || byte == 0x2d || byte == 0x2e
  }

  private mutating func string() throws(JSONText.Failure) -> [UInt8] {
    position += 1
    var bytes: [UInt8] = []
    while position < text.endIndex {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return bytes
      case UInt8(ascii: "\\"): try escape(into: &bytes)
      case 0..<0x20: throw failure("control character in a string")
      default: bytes.append(byte)
      }
    }
    throw failure("unexpected end of a string")
  }

  private mutating func escape(into bytes: inout [UInt8]) throws(JSONText.Failure) {
    guard position < text.endIndex else { throw failure("unexpected end of a string") }
    let byte = text[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0c)
    case UInt8(ascii: "n"): bytes.append(0x0a)
    case UInt8(ascii: "r"): bytes.append(0x0d)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"): try unicode(into: &bytes)
    default: throw failure("invalid escape")
    }
  }

  /// `\uXXXX`, with a second one for characters beyond the first plane (RFC 8259 §7).
  private mutating func unicode(into bytes: inout [UInt8]) throws(JSONText.Failure) {
    var code = try fourDigits()
    if code >= 0xd800 && code < 0xdc00, position + 1 < text.endIndex, text[position] == UInt8(ascii: "\\"),
      text[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let low = try fourDigits()
      if low >= 0xdc00 && low < 0xe000 { code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00) }
    }
    let scalar = Unicode.Scalar(code) ?? "\u{fffd}"
    bytes += Array(String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(JSONText.Failure) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < text.endIndex, let digit = hexDigit(text[position]) else {
        throw failure("invalid escape")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
