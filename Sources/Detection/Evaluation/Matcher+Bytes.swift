import Wire

/// Byte operations: numbers read from the buffer, compared, jumped by and kept in variables.
extension Matcher {
  /// An operand's value as it takes part in comparisons and arithmetic.
  @inline(__always)
  private func number(_ operand: Operand) -> UInt64 {
    switch operand {
    case .constant(let value): return UInt64(bitPattern: value)
    case .variable(let slot): return slot >= 0 && slot < variables.count ? variables[slot] : 0
    }
  }

  /// An operand's value as an offset or length.
  @inline(__always)
  private func place(_ operand: Operand) -> Int {
    switch operand {
    case .constant(let value): return Int(clamping: value.clamped)
    case .variable(let slot): return variable(slot)
    }
  }

  /// Where reading begins, if `count` bytes are there.
  @inline(__always)
  private func start(_ offset: Int, _ isRelative: Bool, _ count: Int, _ bytes: RawSpan) -> Int? {
    let start = isRelative ? position &+ offset : offset &- base
    guard start >= 0, count >= 0, start &+ count <= bytes.byteCount else { return nil }
    return start
  }

  /// Reads a number as the format says: its value and how many bytes it took.
  private func read(
    _ bytes: RawSpan, _ start: Int, _ count: Int, _ format: NumberFormat, isExtraction: Bool = false
  ) -> (value: UInt64, count: Int)? {
    if let text = format.text {
      return NumberText.parse(bytes.part(start, count), text)
    }
    guard count <= 8 else { return nil }
    // Where no call says its order, extractions are little-endian and all else is big-endian, as in Suricata.
    let ofCall = isExtraction ? !isBigEndian : self.isLittleEndian
    let isLittleEndian = format.usesDCE ? ofCall : format.isLittleEndian
    var value: UInt64 = 0
    var index = 0
    while index < count {
      let byte = UInt64(bytes[start &+ index])
      value |= isLittleEndian ? byte << UInt64(8 &* index) : byte << UInt64(8 &* (count &- 1 &- index))
      index &+= 1
    }
    return (value, count)
  }

  /// Applies a mask; the result is moved down by the mask's trailing zero bits.
  @inline(__always)
  private func masked(_ value: UInt64, _ mask: UInt64?) -> UInt64 {
    guard let mask, mask != 0 else { return value }
    return (value & mask) >> UInt64(mask.trailingZeroBitCount)
  }

  func holds(_ test: ByteTest, _ bytes: RawSpan) -> Bool {
    let count = place(test.bytes)
    guard let start = start(place(test.offset), test.isRelative, count, bytes),
      let (raw, _) = read(bytes, start, count, test.format)
    else { return false }
    let left = masked(raw, test.mask)
    let right = number(test.value)
    let isMet: Bool
    switch test.comparison {
    case .less: isMet = left < right
    case .greater: isMet = left > right
    case .equal: isMet = left == right
    case .lessOrEqual: isMet = left <= right
    case .greaterOrEqual: isMet = left >= right
    case .and: isMet = left & right != 0
    case .xor: isMet = left ^ right != 0
    }
    return isMet != test.isNegated
  }

  /// Moves on by the number read. A jump past the end fails; one before the start goes to the start.
  mutating func perform(_ jump: ByteJump, _ bytes: RawSpan) -> Bool {
    let count = place(jump.bytes)
    guard let start = start(place(jump.offset), jump.isRelative, count, bytes) else { return false }
    var taken = 0
    var value: UInt64 = 0
    if count > 0 {
      guard let read = read(bytes, start, count, jump.format) else { return false }
      value = masked(read.value, jump.mask)
      taken = read.count
    }
    var move = Int64(truncatingIfNeeded: value &* UInt64(bitPattern: jump.multiplier))
    if jump.aligns, move % 4 != 0 { move = move &+ (4 &- move % 4) }
    move = (move &+ Int64(place(jump.postOffset))).clamped
    let target: Int
    switch jump.start {
    case .here: target = start &+ taken &+ Int(move)
    case .beginning: target = Int(move) &- base
    case .end: target = bytes.byteCount &+ Int(move)
    }
    guard target <= bytes.byteCount else { return false }
    position = max(0, target)
    return true
  }

  mutating func perform(_ extract: ByteExtract, _ bytes: RawSpan) -> Bool {
    guard let start = start(Int(clamping: extract.offset.clamped), extract.isRelative, extract.bytes, bytes),
      let (raw, taken) = read(bytes, start, extract.bytes, extract.format, isExtraction: true)
    else { return false }
    var value = masked(raw, extract.mask) &* UInt64(bitPattern: extract.multiplier)
    let align = UInt64(clamping: extract.align)
    if align > 1, value % align != 0 { value &+= align &- value % align }
    set(extract.slot, value)
    position = start &+ taken
    return true
  }

  mutating func perform(_ math: ByteMath, _ bytes: RawSpan) -> Bool {
    let count = place(math.bytes)
    guard let start = start(Int(clamping: math.offset.clamped), math.isRelative, count, bytes),
      let (raw, taken) = read(bytes, start, count, math.format)
    else { return false }
    let right = number(math.value)
    var value = raw
    switch math.operation {
    case .add: value = value &+ right
    case .subtract: value = value &- right
    case .multiply: value = value &* right
    case .divide:
      guard right != 0 else { return false }
      value /= right
    case .shiftLeft: value = right < 64 ? value << right : 0
    case .shiftRight: value = right < 64 ? value >> right : 0
    }
    set(math.slot, masked(value, math.mask))
    position = start &+ taken
    return true
  }

  private mutating func set(_ slot: Int, _ value: UInt64) {
    if slot >= 0 && slot < variables.count { variables[slot] = value }
  }
}

/// Numbers written as text in the traffic.
enum NumberText {
  /// Value and length of the number that the text begins with, or nil if it begins with none. White space and
  /// a sign may stand before it, `0x` before hexadecimal digits.
  static func parse(_ text: RawSpan, _ base: NumberFormat.Text) -> (value: UInt64, count: Int)? {
    let radix: UInt64
    switch base {
    case .hexadecimal: radix = 16
    case .decimal: radix = 10
    case .octal: radix = 8
    }
    var index = 0
    let end = text.byteCount
    while index < end, text[index] == 32 || (text[index] >= 9 && text[index] <= 13) { index &+= 1 }
    var isNegative = false
    if index < end, text[index] == 43 || text[index] == 45 {
      isNegative = text[index] == 45
      index &+= 1
    }
    if radix == 16, index &+ 2 < end, text[index] == 48, text[index &+ 1] | 0x20 == 120,
      digit(text[index &+ 2]) < 16
    {
      index &+= 2
    }
    var value: UInt64 = 0
    let first = index
    while index < end {
      let digit = digit(text[index])
      guard digit < radix else { break }
      let (product, overflows) = value.multipliedReportingOverflow(by: radix)
      let (sum, carries) = product.addingReportingOverflow(digit)
      guard !overflows, !carries else { return nil }
      value = sum
      index &+= 1
    }
    guard index > first else { return nil }
    return (isNegative ? 0 &- value : value, index)
  }

  /// The value of a text that is a decimal number as a whole or at its beginning.
  static func decimal(_ text: RawSpan) -> UInt64? { parse(text, .decimal)?.value }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> UInt64 {
    switch byte {
    case 48...57: return UInt64(byte &- 48)
    case 97...102: return UInt64(byte &- 87)
    case 65...70: return UInt64(byte &- 55)
    default: return 255
    }
  }
}
