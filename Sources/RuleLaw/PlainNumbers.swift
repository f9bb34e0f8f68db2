/// Numbers read from bytes, as the rule language's documentation says, one way for all keywords.
enum PlainNumbers {
  /// The number that a reading finds and where it ends; nil where it does not lie in the bytes.
  static func read(_ reading: NumberReading, _ bytes: [UInt8], cursor: Int) -> (value: UInt64, end: Int)? {
    let start = reading.offset + (reading.isRelative ? cursor : 0)
    guard start >= 0, start + reading.count <= bytes.count else { return nil }
    let part = Array(bytes[start..<(start + reading.count)])
    var value: UInt64 = 0
    var length = part.count
    if let text = reading.text {
      guard let found = number(in: part, radix: text == .hex ? 16 : text == .dec ? 10 : 8) else { return nil }
      (value, length) = found
    } else {
      for byte in reading.isLittle ? part.reversed() : part { value = value << 8 | UInt64(byte) }
    }
    if let mask = reading.mask.map(UInt64.init), mask != 0 {
      value = (value & mask) >> UInt64(mask.trailingZeroBitCount)
    }
    return (value, start + length)
  }

  /// A number in digits at the beginning of a text, behind white space.
  private static func number(in text: [UInt8], radix: UInt64) -> (UInt64, Int)? {
    let blank = text.prefix { $0 == 32 || (9...13).contains($0) }.count
    var value: UInt64 = 0
    var length = blank
    for byte in text[blank...] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue.map(UInt64.init), digit < radix else {
        break
      }
      value = value &* radix &+ digit
      length += 1
    }
    return length > blank ? (value, length) : nil
  }

  /// Where a jump leads; nil where it fails.
  static func target(of jump: ByteJumpPart, _ bytes: [UInt8], cursor: Int) -> Int? {
    guard let (value, end) = read(jump.reading, bytes, cursor: cursor) else { return nil }
    var distance = Int(truncatingIfNeeded: value) &* jump.multiplier
    if jump.aligns { distance = (distance &+ 3) & ~3 }
    distance = distance &+ jump.postOffset
    let start = jump.start == "from_beginning" ? 0 : jump.start == "from_end" ? bytes.count : end
    let target = start &+ distance
    return target <= bytes.count ? max(target, 0) : nil
  }

  /// What `byte_math` makes of two numbers.
  static func result(_ operation: String, _ left: UInt64, _ right: UInt64) -> UInt64? {
    switch operation {
    case "+": left &+ right
    case "-": left &- right
    case "*": left &* right
    case "/": right == 0 ? nil : left / right
    case "<<": right < 64 ? left << right : 0
    default: right < 64 ? left >> right : 0
    }
  }
}
