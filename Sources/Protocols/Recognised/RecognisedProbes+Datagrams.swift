import Wire

/// Looks at datagrams, which are whole, and helpers for text.
extension RecognisedProbes {
  /// TFTP (RFC 1350 §5): a request with a name and a mode.
  static let tftp: Recognised.Probe = { bytes, _, _ in
    guard bytes.byteCount >= 6, bytes[0] == 0, bytes[1] == 1 || bytes[1] == 2 else { return .no }
    var zeros = 0
    for index in 2..<bytes.byteCount where bytes[index] == 0 { zeros &+= 1 }
    return zeros >= 2 ? .yes : .no
  }

  /// A line that begins with `220` and names a protocol, but not another one that has the name in it.
  static func greeting(_ bytes: RawSpan, naming name: String, not other: String) -> Recognition {
    for (index, byte) in "220".utf8.enumerated() {
      guard index < bytes.byteCount else { return .needsMore }
      guard bytes[index] == byte else { return .no }
    }
    // Longer lines are no greetings: the name must come soon.
    let bound = min(bytes.byteCount, 256)
    var line: [UInt8] = []
    for index in 0..<bound {
      if bytes[index] == 0x0A { return contains(line, name) && !contains(line, other) ? .yes : .no }
      line.append(0x61...0x7A ~= bytes[index] ? bytes[index] &- 0x20 : bytes[index])
    }
    return bytes.byteCount >= 256 ? .no : .needsMore
  }

  /// A word of letters, then a blank or the end of the line.
  static func command(_ bytes: RawSpan, letters: ClosedRange<Int>) -> Recognition {
    var index = 0
    while index < bytes.byteCount, isLetter(bytes[index]) {
      index &+= 1
      if index > letters.upperBound { return .no }
    }
    guard index < bytes.byteCount else { return .needsMore }
    let isEnd = bytes[index] == 0x20 || bytes[index] == 0x0D || bytes[index] == 0x0A
    return isEnd && letters.contains(index) ? .yes : .no
  }

  static func prefixIsDigits(_ bytes: RawSpan) -> Bool {
    for index in 0..<min(bytes.byteCount, 3) where !(0x30...0x39 ~= bytes[index]) { return false }
    return true
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLetter(byte) || 0x30...0x39 ~= byte
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    0x41...0x5A ~= byte || 0x61...0x7A ~= byte
  }

  private static func contains(_ line: [UInt8], _ name: String) -> Bool {
    let name = Array(name.utf8)
    guard !name.isEmpty, line.count >= name.count else { return false }
    return (0...(line.count &- name.count)).contains { line[$0..<($0 &+ name.count)].elementsEqual(name) }
  }
}
