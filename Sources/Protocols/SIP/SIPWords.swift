import Wire

/// A cursor over one line of SIP.
struct SIPWords: ~Escapable {
  private let line: RawSpan
  private(set) var position = 0

  @_lifetime(copy line)
  init(_ line: RawSpan) {
    self.line = line
  }

  var isAtEnd: Bool { position >= line.byteCount }

  /// Takes bytes as long as they are among some, perhaps none.
  @_lifetime(self: copy self)
  mutating func take(_ characters: SIPCharacters) -> [UInt8] {
    let start = position
    while position < line.byteCount, characters.contains(line[position]) { position &+= 1 }
    return line.part(start, position &- start).copied()
  }

  /// Takes so many bytes, whatever they are.
  @_lifetime(self: copy self)
  mutating func take(_ count: Int) throws(ParseFailure) -> [UInt8] {
    guard line.byteCount &- position >= count else { throw ParseFailure(.malformed, at: position) }
    defer { position &+= count }
    return line.part(position, count).copied()
  }

  @_lifetime(self: copy self)
  mutating func expect(_ byte: UInt8) throws(ParseFailure) {
    guard position < line.byteCount, line[position] == byte else {
      throw ParseFailure(.malformed, at: position)
    }
    position &+= 1
  }

  @_lifetime(self: copy self)
  mutating func blank() throws(ParseFailure) { try expect(0x20) }

  @_lifetime(self: copy self)
  mutating func skipBlanks() {
    while position < line.byteCount, line[position] == 0x20 || line[position] == 0x09 { position &+= 1 }
  }

  /// Takes `SIP/`, digits, a dot, digits.
  @_lifetime(self: copy self)
  mutating func version() throws(ParseFailure) -> [UInt8] {
    let start = position
    for byte in "SIP/".utf8 { try expect(byte) }
    try digits()
    try expect(UInt8(ascii: "."))
    try digits()
    return line.part(start, position &- start).copied()
  }

  @_lifetime(self: copy self)
  private mutating func digits() throws(ParseFailure) {
    let start = position
    while position < line.byteCount, ASCII.isDigit(line[position]) { position &+= 1 }
    if position == start { throw ParseFailure(.malformed, at: position) }
  }

  /// Takes a header's value: the rest without the blanks behind it.
  @_lifetime(self: copy self)
  mutating func rest() throws(ParseFailure) -> [UInt8] {
    var end = line.byteCount
    while end > position, ASCII.isSpace(line[end &- 1]) { end &-= 1 }
    for index in position..<end where line[index] < 0x20 && !ASCII.isSpace(line[index]) {
      throw ParseFailure(.malformed, at: index)
    }
    defer { position = line.byteCount }
    return line.part(position, end &- position).copied()
  }
}

/// Bytes that may stand in a place of SIP's grammar (RFC 3261 §25.1): bits of two words for ASCII.
struct SIPCharacters: Sendable {
  private let low: UInt64
  private let high: UInt64
  /// Bytes from 128 on, which UTF-8 has, are among them.
  private let hasOthers: Bool

  /// Letters and, unless said otherwise, digits, and some marks.
  private init(marks: String, hasDigits: Bool = true, hasOthers: Bool = false) {
    var (low, high): (UInt64, UInt64) = (0, 0)
    for byte in UInt8(0)..<128 {
      let isAlphanumeric = ASCII.isLetter(byte) || hasDigits && ASCII.isDigit(byte)
      guard isAlphanumeric || marks.utf8.contains(byte) else { continue }
      if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte &- 64) }
    }
    self.low = low
    self.high = high
    self.hasOthers = hasOthers
  }

  func contains(_ byte: UInt8) -> Bool {
    if byte >= 128 { return hasOthers }
    return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte &- 64)) & 1 != 0
  }

  private static let tokenMarks = "!%'*+-._`~"
  static let letter = SIPCharacters(marks: "", hasDigits: false)
  static let token = SIPCharacters(marks: tokenMarks)
  static let uri = SIPCharacters(marks: tokenMarks + "#$&,/:;=?@")
  static let reason = SIPCharacters(marks: tokenMarks + "$&(),/:;=?@[\\]^ ", hasOthers: true)
}
