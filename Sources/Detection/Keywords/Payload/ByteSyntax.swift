/// What byte_test, byte_jump, byte_extract and byte_math have in common: comma-separated parts.
struct ByteSyntax {
  /// The parts between commas.
  let parts: [KeywordValue]
  let value: KeywordValue
  var format = NumberFormat()
  var isRelative = false
  var mask: UInt64?
  private var base: NumberFormat.Text?
  private var hasEndianness = false

  init(_ value: KeywordValue, atLeast count: Int, form: String) throws(RuleProblem) {
    self.value = value
    parts = value.split()
    guard parts.count >= count else {
      throw value.problem("the value has \(parts.count) parts and needs \(count)", remedy: "write \(form)")
    }
  }

  /// Takes one of the options that all have; false if it is none of them.
  mutating func take(_ part: KeywordValue) throws(RuleProblem) -> Bool {
    switch part.text {
    case "relative": isRelative = true
    case "big", "little":
      if hasEndianness {
        throw part.problem("the order of bytes is given twice", remedy: "keep one of big and little")
      }
      hasEndianness = true
      format.isLittleEndian = part.text == "little"
    case "dce": format.usesDCE = true
    case "string": format.text = format.text ?? .decimal
    case "hex": base = .hexadecimal
    case "dec": base = .decimal
    case "oct": base = .octal
    default:
      let words = part.words()
      guard words.count == 2, words[0].text == "bitmask" else { return false }
      guard let mask = Self.mask(words[1].bytes) else {
        throw words[1].problem("“\(words[1].text)” is no mask", remedy: "write a hexadecimal number: 0xff00")
      }
      self.mask = mask
    }
    return true
  }

  private static func mask(_ bytes: [UInt8]) -> UInt64? {
    var digits = bytes[...]
    if digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) { digits = digits.dropFirst(2) }
    guard (1...8).contains(digits.count) else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = hexDigit(byte) else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// Settles number formats when all options are read.
  mutating func finish(bytes: Int64?) throws(RuleProblem) {
    if let base {
      guard format.text != nil else {
        throw value.problem(
          "a base needs “string” before it", remedy: "write string,hex or string,dec or string,oct")
      }
      format.text = base
    }
    if let bytes {
      let limit: Int64 = format.text == nil ? 8 : 23
      guard bytes <= limit else {
        throw parts[0].problem(
          "\(bytes) bytes are more than \(limit)\(format.text == nil ? " without “string”" : "")",
          remedy: "read at most \(limit) bytes")
      }
    }
  }

  /// Refuses a part that is no option.
  func unknown(_ part: KeywordValue, _ form: String) -> RuleProblem {
    part.problem("“\(part.text)” is unknown here", remedy: "write \(form)")
  }
}
