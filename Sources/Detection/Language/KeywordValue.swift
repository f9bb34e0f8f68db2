/// The value of an option, or a part of it, as bytes that know their place in the rule.
///
/// Keywords take it apart with the methods here, so that every problem names the exact column.
package struct KeywordValue: Sendable {
  /// Text without the negation mark and the outer quotes; escapes are as written.
  package let bytes: [UInt8]
  /// The value began with `!`, for keywords that may be negated.
  package let isNegated: Bool
  /// Place of the first byte in the rule's text.
  package let offset: Int
  /// The rule that it stands in, for places.
  let source: RuleText

  init(bytes: [UInt8], isNegated: Bool = false, offset: Int, source: RuleText) {
    self.bytes = bytes
    self.isNegated = isNegated
    self.offset = offset
    self.source = source
  }

  /// The bytes as text.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
  /// The bytes as text in lower case, for words that may be written in either.
  package var lowercasedText: String { text.lowercased() }
  /// Nothing is written.
  package var isEmpty: Bool { bytes.isEmpty }

  /// A problem at a byte of the value.
  package func problem(
    _ message: String, at index: Int = 0, _ severity: RuleProblem.Severity = .error, remedy: String
  ) -> RuleProblem {
    RuleProblem(severity, at: source.position(at: offset + index), message, remedy: remedy)
  }

  /// The part at the bytes of a range, without blanks at its ends.
  package func part(_ range: Range<Int>) -> KeywordValue {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, isBlank(bytes[low]) { low += 1 }
    while high > low, isBlank(bytes[high - 1]) { high -= 1 }
    return KeywordValue(bytes: Array(bytes[low..<high]), offset: offset + low, source: source)
  }

  /// Parts between separators, without blanks at their ends; at most `limit`, the last with all that is left.
  package func split(_ separator: Character = ",", limit: Int = .max) -> [KeywordValue] {
    let mark = separator.asciiValue ?? 0
    var parts: [KeywordValue] = []
    var start = 0
    for index in bytes.indices where bytes[index] == mark && parts.count < limit - 1 {
      parts.append(part(start..<index))
      start = index + 1
    }
    parts.append(part(start..<bytes.count))
    return parts
  }

  /// Words between blanks.
  package func words(limit: Int = .max) -> [KeywordValue] {
    var parts: [KeywordValue] = []
    var start = 0
    while start < bytes.count {
      while start < bytes.count, isBlank(bytes[start]) { start += 1 }
      var end = start
      while end < bytes.count, !isBlank(bytes[end]) || parts.count == limit - 1 { end += 1 }
      if end > start { parts.append(part(start..<end)) }
      start = end
    }
    return parts
  }

  /// What follows a prefix, or nil if the value does not begin with it.
  package func dropping(_ prefix: String) -> KeywordValue? {
    let mark = Array(prefix.utf8)
    return bytes.starts(with: mark) ? part(mark.count..<bytes.count) : nil
  }

  /// The whole as an integer, decimal or `0x` hexadecimal, if it is one.
  package var integer: Int64? {
    var index = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { index = 1 }
    var radix: Int64 = 10
    if bytes.count > index + 2, bytes[index] == UInt8(ascii: "0"),
      bytes[index + 1] | 0x20 == UInt8(ascii: "x")
    {
      radix = 16
      index += 2
    }
    guard index < bytes.count else { return nil }
    var value: Int64 = 0
    while index < bytes.count {
      guard let digit = hexDigit(bytes[index]), Int64(digit) < radix else { return nil }
      let (shifted, overflowed) = value.multipliedReportingOverflow(by: radix)
      let (sum, carried) = shifted.addingReportingOverflow(Int64(digit))
      guard !overflowed, !carried else { return nil }
      value = sum
      index += 1
    }
    return isNegative ? -value : value
  }

  /// The whole as an integer within bounds.
  package func integer(in range: ClosedRange<Int64>, _ what: String) throws(RuleProblem) -> Int64 {
    guard let integer else {
      throw problem("“\(text)” is no number", remedy: "write \(what) as a number \(describe(range))")
    }
    guard range.contains(integer) else {
      throw problem("\(what) \(text) is out of range", remedy: "write a number \(describe(range))")
    }
    return integer
  }

  private func describe(_ range: ClosedRange<Int64>) -> String {
    "from \(range.lowerBound) to \(range.upperBound)"
  }

  /// The text without the backslash before `;`, `"`, `\` and `:`.
  package var unescaped: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count, isEscapable(bytes[index + 1]) {
        index += 1
      }
      result.append(bytes[index])
      index += 1
    }
    return result
  }
}

/// May stand behind a backslash in content and message.
@inline(__always)
func isEscapable(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    || byte == UInt8(ascii: ":")
}

/// Value of a hexadecimal digit.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
