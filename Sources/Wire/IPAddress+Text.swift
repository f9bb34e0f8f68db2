extension IPAddress: CustomStringConvertible {
  /// The address as records write it: "192.0.2.1", and all eight groups of four digits of an IPv6 address.
  package var description: String {
    var text: [UInt8] = []
    appendText(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the text form without making a string: what an encoder calls for each record.
  package func appendText(to text: inout [UInt8]) {
    if isIPv6 {
      appendGroups(high, to: &text)
      text.append(UInt8(ascii: ":"))
      appendGroups(low, to: &text)
    } else {
      for shift in [UInt64](arrayLiteral: 24, 16, 8, 0) {
        if shift != 24 { text.append(UInt8(ascii: ".")) }
        ASCII.append(decimal: (low >> shift) & 0xff, to: &text)
      }
    }
  }

  private func appendGroups(_ word: UInt64, to text: inout [UInt8]) {
    var shift: UInt64 = 64
    while shift > 0 {
      shift -= 4
      text.append(ASCII.lowercaseHexDigit(UInt8(truncatingIfNeeded: word >> shift) & 0x0f))
      if shift > 0 && shift % 16 == 0 { text.append(UInt8(ascii: ":")) }
    }
  }

  /// An address out of its text: "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1". Nil for anything else.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    self.init(text: bytes.rawSpan)
  }

  /// An address out of the bytes of its text. Source: RFC 4291 §2.2.
  package init?(text: RawSpan) {
    // The longest form is eight groups, or six and an embedded IPv4 address.
    guard text.byteCount >= 2, text.byteCount <= 45 else { return nil }
    var isIPv6 = false
    for index in 0..<text.byteCount where text[index] == UInt8(ascii: ":") { isIPv6 = true }
    if isIPv6 {
      guard let (high, low) = Self.parse6(text) else { return nil }
      self.init(v6High: high, low: low)
    } else {
      guard let value = Self.parse4(text, from: 0) else { return nil }
      self.init(v4: value)
    }
  }

  private static func parse4(_ text: RawSpan, from start: Int) -> UInt32? {
    var value: UInt32 = 0
    var octets = 0
    var position = start
    while octets < 4 {
      var octet: UInt32 = 0
      var digits = 0
      while position < text.byteCount, let digit = ASCII.decimalDigit(text[position]) {
        octet = octet &* 10 &+ UInt32(digit)
        digits &+= 1
        position &+= 1
        guard digits <= 3 else { return nil }
      }
      guard digits > 0, octet <= 255 else { return nil }
      value = value << 8 | octet
      octets &+= 1
      if octets < 4 {
        guard position < text.byteCount, text[position] == UInt8(ascii: ".") else { return nil }
        position &+= 1
      }
    }
    return position == text.byteCount ? value : nil
  }

  /// Eight groups of up to four digits, one run of zero groups written "::".
  private static func parse6(_ text: RawSpan) -> (UInt64, UInt64)? {
    var groups: [UInt16] = []
    var gap = -1
    var position = 0
    if text[0] == UInt8(ascii: ":") {
      guard text.byteCount >= 2, text[1] == UInt8(ascii: ":") else { return nil }
      gap = 0
      position = 2
    }
    while position < text.byteCount {
      let start = position
      var group: UInt32 = 0
      while position < text.byteCount, let digit = ASCII.hexDigit(text[position]) {
        group = group << 4 | UInt32(digit)
        position &+= 1
        guard position &- start <= 4 else { return nil }
      }
      if position < text.byteCount, text[position] == UInt8(ascii: ".") {
        guard groups.count <= 6, let value = parse4(text, from: start) else { return nil }
        groups += [UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value)]
        position = text.byteCount
        break
      }
      guard position > start, groups.count < 8 else { return nil }
      groups.append(UInt16(truncatingIfNeeded: group))
      if position == text.byteCount { break }
      guard text[position] == UInt8(ascii: ":") else { return nil }
      position &+= 1
      if position < text.byteCount, text[position] == UInt8(ascii: ":") {
        guard gap < 0 else { return nil }
        gap = groups.count
        position &+= 1
      } else if position == text.byteCount {
        return nil
      }
    }
    return assemble(groups, gap: gap)
  }

  private static func assemble(_ groups: [UInt16], gap: Int) -> (UInt64, UInt64)? {
    var groups = groups
    if gap >= 0 {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    func word(_ part: ArraySlice<UInt16>) -> UInt64 { part.reduce(0) { $0 << 16 | UInt64($1) } }
    return (word(groups[0..<4]), word(groups[4..<8]))
  }
}
