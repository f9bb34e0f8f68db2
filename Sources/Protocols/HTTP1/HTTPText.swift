/// Byte classes and comparisons shared by HTTP's parsers. They work on bytes, never on `String`s.
enum HTTPText {
  /// White space as C's `isspace` takes it: servers accept all of it where the RFC asks for one blank.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

  /// Linear white space within a header: blank or tab.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// ASCII letters in lower case, everything else as it is.
  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  /// Value of a hexadecimal digit.
  @inline(__always)
  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x41...0x46: byte &- 0x37
    case 0x61...0x66: byte &- 0x57
    default: nil
    }
  }

  /// A character of RFC 9110 §5.6.2's `token`.
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    let bits = byte < 64 ? tokensBefore64 : byte < 128 ? tokensFrom64 : 0
    return bits >> UInt64(byte & 63) & 1 != 0
  }

  /// The bytes below 64 that are of a token: digits and `! # $ % & ' * + - .`.
  private static let tokensBefore64: UInt64 = 0x03FF_6CFA_0000_0000
  /// Those from 64 on, less 64: letters and `^ _ \` | ~`.
  private static let tokensFrom64: UInt64 = 0x57FF_FFFF_C7FF_FFFE

  /// The range without white space at its ends.
  static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, isSpace(bytes[lower]) { lower &+= 1 }
    while upper > lower, isSpace(bytes[upper &- 1]) { upper &-= 1 }
    return lower..<upper
  }

  /// Whether the range holds `text`, which is in lower case, in any case.
  static func equals(_ bytes: [UInt8], _ range: Range<Int>, _ text: String) -> Bool {
    guard range.count == text.utf8.count else { return false }
    return startsWith(bytes, range, text)
  }

  /// Whether the range begins with `text`, which is in lower case, in any case.
  static func startsWith(_ bytes: [UInt8], _ range: Range<Int>, _ text: String) -> Bool {
    guard range.count >= text.utf8.count else { return false }
    var index = range.lowerBound
    for byte in text.utf8 {
      if lowercased(bytes[index]) != byte { return false }
      index &+= 1
    }
    return true
  }

  /// Offset of `text`, which is in lower case, within the range, in any case.
  static func find(_ bytes: [UInt8], _ range: Range<Int>, _ text: String) -> Int? {
    let count = text.utf8.count
    guard count > 0, range.count >= count else { return nil }
    var index = range.lowerBound
    while index <= range.upperBound &- count {
      if startsWith(bytes, index..<range.upperBound, text) { return index }
      index &+= 1
    }
    return nil
  }

  /// A decimal number that fills the range, or nil; values over `Int64.max` are nil too.
  static func decimal(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
    guard !range.isEmpty else { return nil }
    var value: Int64 = 0
    for index in range {
      guard isDigit(bytes[index]) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.addingReportingOverflow(Int64(bytes[index] &- 0x30))
      if overflow || overflow2 { return nil }
      value = sum
    }
    return value
  }
}
