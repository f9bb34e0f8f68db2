/// Looks for a chain of conditions in bytes by the definition: every place of a content or an expression is
/// tried where the next condition is relative to it, the first place elsewhere.
struct PlainChain {
  private let parts: [BufferPart]
  private let bytes: [UInt8]
  private var variables: [String: UInt64] = [:]
  /// A condition that depends on nothing before it has failed: no other place helps.
  private var isHopeless = false

  /// Whether all conditions hold on the bytes, which are the whole buffer.
  static func holds(_ parts: [BufferPart], _ bytes: [UInt8]) -> Bool {
    var chain = PlainChain(parts, bytes)
    return chain.run(from: 0, cursor: 0)
  }

  private init(_ parts: [BufferPart], _ bytes: [UInt8]) {
    // Sizes are asked first, wherever they stand.
    self.parts =
      parts.filter { if case .size = $0 { true } else { false } }
      + parts.filter { if case .size = $0 { false } else { true } }
    self.bytes = bytes
  }

  private mutating func run(from index: Int, cursor: Int) -> Bool {
    guard index < parts.count else { return true }
    let isTriedAgain = index + 1 < parts.count && Self.isRelative(parts[index + 1])
    switch parts[index] {
    case .content(let content):
      let ends = places(of: content, cursor)
      return go(
        on: ends, index, cursor, isNegated: content.isNegated, isRelative: content.isRelative, isTriedAgain,
        isContent: true)
    case .pattern(let pattern):
      let ends = places(of: pattern, cursor)
      return go(
        on: ends, index, cursor, isNegated: pattern.isNegated, isRelative: true, isTriedAgain,
        isContent: false)
    case .byteTest(let test):
      return holds(test, cursor) && run(from: index + 1, cursor: cursor)
    case .byteJump(let jump):
      guard let target = PlainNumbers.target(of: jump, bytes, cursor: cursor) else { return false }
      return run(from: index + 1, cursor: target)
    case .byteExtract(let extract):
      guard let (value, end) = PlainNumbers.read(extract.reading, bytes, cursor: cursor) else { return false }
      variables[extract.name] = value &* UInt64(extract.multiplier)
      return run(from: index + 1, cursor: end)
    case .byteMath(let math):
      guard let (value, end) = calculated(math, cursor) else { return false }
      variables[math.name] = value
      return run(from: index + 1, cursor: end)
    case .isDataAt(let amount, let isRelative, let isNegated):
      let place = number(amount)
      let isThere = isRelative ? cursor + place <= bytes.count : place < bytes.count
      return isThere != isNegated && run(from: index + 1, cursor: cursor)
    case .size(_, let check):
      return check.holds(bytes.count) && run(from: index + 1, cursor: cursor)
    }
  }

  /// Goes on behind each of the ends, or, for a negated condition, where there is none. Where the rest fails
  /// behind a content that has one place to stand, other places of what is before it do not help.
  private mutating func go(
    on ends: [Int], _ index: Int, _ cursor: Int, isNegated: Bool, isRelative: Bool, _ isTriedAgain: Bool,
    isContent: Bool
  ) -> Bool {
    if isNegated {
      if ends.isEmpty { return run(from: index + 1, cursor: cursor) }
      if !isRelative { isHopeless = true }
      return false
    }
    for end in ends {
      if run(from: index + 1, cursor: end) { return true }
      if !isTriedAgain && isContent { isHopeless = true }
      if isHopeless || !isTriedAgain { return false }
    }
    if !isRelative { isHopeless = true }
    return false
  }

  private static func isRelative(_ part: BufferPart) -> Bool {
    switch part {
    case .content(let content): content.isRelative
    case .pattern(let pattern): pattern.isRelative
    case .byteTest(let test): test.reading.isRelative
    case .byteJump(let jump): jump.reading.isRelative
    case .byteExtract(let extract): extract.reading.isRelative
    case .byteMath(let math): math.reading.isRelative
    case .isDataAt(_, let isRelative, _): isRelative
    case .size: false
    }
  }

  private func number(_ amount: Amount) -> Int {
    switch amount {
    case .number(let number): number
    case .variable(let name): Int(clamping: min(variables[name] ?? 0, 1 << 40))
    }
  }

  // MARK: Contents

  /// Ends of all places where the content stands within its bounds, in order.
  private func places(of content: ContentPart, _ cursor: Int) -> [Int] {
    let count = content.bytes.count
    guard count <= bytes.count else { return [] }
    return (0...(bytes.count - count)).filter { start in
      stands(content, at: start) && isAllowed(content, start, start + count, cursor)
    }.map { $0 + count }
  }

  private func stands(_ content: ContentPart, at start: Int) -> Bool {
    content.bytes.indices.allSatisfy { position in
      let (left, right) = (content.bytes[position], bytes[start + position])
      return content.ignoresCase ? Self.folded(left) == Self.folded(right) : left == right
    }
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte + 32 : byte
  }

  private func isAllowed(_ content: ContentPart, _ start: Int, _ end: Int, _ cursor: Int) -> Bool {
    if content.startsWith && start != 0 { return false }
    if content.endsWith && end != bytes.count { return false }
    if content.isRelative {
      let first = cursor + (content.distance.map(number) ?? 0)
      if start < first { return false }
      if let within = content.within, end > first + number(within) { return false }
      return true
    }
    let first = content.offset.map(number) ?? 0
    if start < first { return false }
    if let depth = content.depth, end > first + number(depth) { return false }
    return true
  }

  // MARK: Expressions

  /// Ends of the matches: the first, then the first that begins behind the one before, and so on.
  private func places(of pattern: PatternPart, _ cursor: Int) -> [Int] {
    let base = pattern.isRelative ? min(cursor, bytes.count) : 0
    let starts = pattern.isAnchored ? base...base : base...bytes.count
    return starts.compactMap { end(of: pattern, piece: 0, at: $0) }
  }

  /// Where the pieces from one on end, the longest repetitions first; nil where they do not stand there.
  private func end(of pattern: PatternPart, piece: Int, at start: Int) -> Int? {
    guard piece < pattern.pieces.count else { return start }
    let (wanted, minimum, maximum) = pattern.pieces[piece]
    var count = 0
    while count < maximum, start + count < bytes.count, fits(wanted, bytes[start + count], pattern) {
      count += 1
    }
    while count >= minimum {
      if let end = end(of: pattern, piece: piece + 1, at: start + count) { return end }
      count -= 1
    }
    return nil
  }

  private func fits(_ piece: PatternPart.Piece, _ byte: UInt8, _ pattern: PatternPart) -> Bool {
    let isLetter = (0x41...0x5a).contains(byte & 0xdf)
    let forms = pattern.ignoresCase && isLetter ? [byte, byte ^ 0x20] : [byte]
    switch piece {
    case .literal(let wanted): return forms.contains(wanted)
    case .any: return pattern.dotTakesAll || byte != 0x0a
    case .digit: return (0x30...0x39).contains(byte)
    case .word: return ContentPart.isLetterOrDigit(byte) || byte == 0x5f
    case .space: return byte == 0x20 || (0x09...0x0d).contains(byte)
    case .range(let low, let high): return forms.contains { $0 >= low && $0 <= high }
    case .outside(let other): return !forms.contains(other)
    }
  }

  // MARK: Byte operations

  private func holds(_ test: ByteTestPart, _ cursor: Int) -> Bool {
    guard let (left, _) = PlainNumbers.read(test.reading, bytes, cursor: cursor) else { return false }
    let right: UInt64
    switch test.value {
    case .number(let number): right = UInt64(max(number, 0))
    case .variable(let name): right = variables[name] ?? 0
    }
    let holds: Bool
    switch test.comparison {
    case "<": holds = left < right
    case ">": holds = left > right
    case "=": holds = left == right
    case "<=": holds = left <= right
    case ">=": holds = left >= right
    case "&": holds = left & right != 0
    default: holds = left ^ right != 0
    }
    return holds != test.isNegated
  }

  private func calculated(_ math: ByteMathPart, _ cursor: Int) -> (UInt64, Int)? {
    var reading = math.reading
    reading.mask = nil
    guard let (left, end) = PlainNumbers.read(reading, bytes, cursor: cursor) else { return nil }
    let right: UInt64
    switch math.value {
    case .number(let number): right = UInt64(max(number, 0))
    case .variable(let name): right = variables[name] ?? 0
    }
    guard var result = PlainNumbers.result(math.operation, left, right) else { return nil }
    if let mask = math.reading.mask.map(UInt64.init), mask != 0 {
      result = (result & mask) >> UInt64(mask.trailingZeroBitCount)
    }
    return (result, end)
  }
}
