/// Letters and digits as bytes: what parsers and encoders need of text without making strings.
package enum ASCII {
  /// The byte in lower case, if it is a letter.
  @inlinable @inline(__always)
  package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// The byte in upper case, if it is a letter.
  @inlinable @inline(__always)
  package static func uppercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x61 < 26 ? byte & 0xdf : byte
  }

  /// From A to Z in either case.
  @inlinable @inline(__always)
  package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// From 0 to 9.
  @inlinable @inline(__always)
  package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// From space to tilde.
  @inlinable @inline(__always)
  package static func isPrintable(_ byte: UInt8) -> Bool { byte &- 0x20 < 0x5f }

  /// Space, tab, line feed, vertical tab, form feed, carriage return.
  @inlinable @inline(__always)
  package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

  /// Value of a decimal digit, nil for another byte.
  @inlinable @inline(__always)
  package static func decimalDigit(_ byte: UInt8) -> UInt8? {
    isDigit(byte) ? byte &- 0x30 : nil
  }

  /// Value of a hexadecimal digit in either case, nil for another byte.
  @inlinable @inline(__always)
  package static func hexDigit(_ byte: UInt8) -> UInt8? {
    if isDigit(byte) { return byte &- 0x30 }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// The digit for a value from 0 to 15: "a" to "f" above 9.
  @inlinable @inline(__always)
  package static func lowercaseHexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 &+ value : 0x57 &+ value
  }

  /// The digit for a value from 0 to 15: "A" to "F" above 9.
  @inlinable @inline(__always)
  package static func uppercaseHexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 &+ value : 0x37 &+ value
  }

  /// Appends a number in decimal digits.
  package static func append(decimal value: UInt64, to text: inout [UInt8]) {
    var divisor: UInt64 = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      text.append(0x30 &+ UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }

  /// Appends two digits for each byte, with `separator` between bytes if there is one.
  package static func append(
    hex bytes: RawSpan, separator: UInt8? = nil, isUppercase: Bool = false, to text: inout [UInt8]
  ) {
    for index in 0..<bytes.byteCount {
      if index > 0, let separator { text.append(separator) }
      let byte = bytes[index]
      text.append(isUppercase ? uppercaseHexDigit(byte >> 4) : lowercaseHexDigit(byte >> 4))
      text.append(isUppercase ? uppercaseHexDigit(byte & 15) : lowercaseHexDigit(byte & 15))
    }
  }

  /// Appends the bytes in lower case.
  package static func append(lowercased bytes: RawSpan, to text: inout [UInt8]) {
    for index in 0..<bytes.byteCount { text.append(lowercased(bytes[index])) }
  }

  /// Whether two spans are the same but for the case of letters.
  package static func equalsIgnoringCase(_ left: RawSpan, _ right: RawSpan) -> Bool {
    guard left.byteCount == right.byteCount else { return false }
    for index in 0..<left.byteCount where lowercased(left[index]) != lowercased(right[index]) {
      return false
    }
    return true
  }
}
