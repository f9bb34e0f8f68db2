/// Makes conditions that a buffer's own bytes meet, or nearly.
///
/// It follows where a match would end, so that relative conditions and those on numbers are about something;
/// every so often a bound or a byte is moved by one, and the rule misses by that much.
struct ChainMaker {
  /// Percent of conditions that are spoilt.
  private static let spoiltPercent = 12

  private let bytes: [UInt8]
  /// Buffer whose size keyword is known: `bsize`, `urilen`, `dsize`.
  private let sizeKeyword: String?
  private var cursor: Int?
  private var variables: [(name: String, value: Int)] = []
  private var draw: Draw
  private(set) var parts: [BufferPart] = []
  /// Names of variables are the rule's own, over all of its buffers.
  private let prefix: String

  /// A chain of up to `countMax` conditions on a buffer's bytes.
  static func chain(
    on bytes: [UInt8], sizeKeyword: String?, countMax: Int, prefix: String, _ draw: inout Draw
  ) -> [BufferPart] {
    var maker = ChainMaker(bytes: bytes, sizeKeyword: sizeKeyword, draw: draw, prefix: prefix)
    let count = maker.draw.number(1, countMax)
    for _ in 0..<count { maker.add() }
    if maker.parts.isEmpty { maker.addContent() }
    draw = maker.draw
    return maker.parts
  }

  private init(bytes: [UInt8], sizeKeyword: String?, draw: Draw, prefix: String) {
    self.bytes = bytes
    self.sizeKeyword = sizeKeyword
    self.draw = draw
    self.prefix = prefix
  }

  private mutating func add() {
    switch draw.number(0, 99) {
    case 0..<52: addContent()
    case 52..<64: addPattern()
    case 64..<73: addByteTest()
    case 73..<79: addByteJump()
    case 79..<84: addByteExtract()
    case 84..<88: addByteMath()
    case 88..<94: addIsDataAt()
    default: addSize()
    }
  }

  private var isSpoilt: Bool { mutating get { draw.chance(Self.spoiltPercent) } }

  /// The number, or one off by one where the condition is to be spoilt.
  private mutating func bound(_ value: Int) -> Amount {
    if let variable = variables.first(where: { $0.value == value }), draw.chance(60) {
      return .variable(variable.name)
    }
    return .number(isSpoilt ? value + draw.one(of: [-1, 1], else: 1) : value)
  }

  // MARK: Contents

  private mutating func addContent() {
    guard !bytes.isEmpty else {
      parts.append(.content(ContentPart(bytes: [0x61])))
      return
    }
    let isRelative = cursor != nil && draw.chance(45)
    let first = isRelative && draw.chance(80) ? min(max(cursor ?? 0, 0), bytes.count - 1) : 0
    let start = draw.number(first, min(bytes.count - 1, first + 400))
    let count = draw.number(1, min(bytes.count - start, draw.chance(70) ? 8 : 24))
    let end = start + count
    var content = ContentPart(bytes: Array(bytes[start..<end]))
    if isRelative { bindRelative(&content, start, end) } else { bindAbsolute(&content, start, end) }
    if draw.chance(25) { foldCase(&content) }
    if draw.chance(14) {
      content.isNegated = true
      if draw.chance(75) { change(&content.bytes) }
    } else if isSpoilt {
      change(&content.bytes)
    }
    content.isRaw = sizeKeyword == "dsize" && draw.chance(3)
    if !content.isNegated { cursor = end }
    parts.append(.content(content))
  }

  private mutating func bindAbsolute(_ content: inout ContentPart, _ start: Int, _ end: Int) {
    let count = content.bytes.count
    switch draw.number(0, 9) {
    case 0...2: break
    case 3: content.offset = bound(max(start - draw.number(0, 3), 0))
    case 4: content.depth = atLeast(end + draw.number(0, 4), count)
    case 5, 6:
      let offset = max(start - draw.number(0, 3), 0)
      content.offset = .number(offset)
      content.depth = atLeast(end - offset + draw.number(0, 3), count)
    case 7 where start == 0 || draw.chance(15): content.startsWith = true
    case 8 where end == bytes.count || draw.chance(15): content.endsWith = true
    case 9 where end == bytes.count:
      content.endsWith = true
      content.offset = bound(max(start - draw.number(0, 3), 0))
    default: break
    }
  }

  private mutating func bindRelative(_ content: inout ContentPart, _ start: Int, _ end: Int) {
    let from = cursor ?? 0
    let count = content.bytes.count
    switch draw.number(0, 5) {
    case 0, 1: content.distance = bound(start - from - draw.number(0, 3))
    case 2 where start >= from: content.within = atLeast(end - from + draw.number(0, 3), count)
    case 3, 4:
      let distance = start - from - draw.number(0, 2)
      content.distance = .number(distance)
      content.within = atLeast(end - from - distance + draw.number(0, 3), count)
    case 5 where end == bytes.count:
      content.distance = .number(start - from - draw.number(0, 2))
      content.endsWith = true
    default: content.distance = .number(0)
    }
  }

  /// A window's length, which rules refuse below the content's.
  private mutating func atLeast(_ value: Int, _ count: Int) -> Amount {
    if case .variable(let name) = bound(value) { return .variable(name) }
    return .number(max(isSpoilt ? value - draw.number(1, 4) : value, count))
  }

  private mutating func foldCase(_ content: inout ContentPart) {
    content.ignoresCase = true
    content.bytes = content.bytes.map { byte in
      let isLetter = (0x41...0x5a).contains(byte & 0xdf)
      return isLetter && draw.chance(40) ? byte ^ 0x20 : byte
    }
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = draw.number(0, bytes.count - 1)
    bytes[place] = draw.chance(50) ? bytes[place] &+ 1 : UInt8(truncatingIfNeeded: draw.number(0, 255))
  }

  // MARK: Expressions

  private mutating func addPattern() {
    guard !bytes.isEmpty else { return }
    let isRelative = cursor != nil && draw.chance(35)
    let from = isRelative ? min(max(cursor ?? 0, 0), bytes.count - 1) : 0
    let start = isRelative && draw.chance(40) ? from : draw.number(from, min(bytes.count - 1, from + 300))
    let end = min(start + draw.number(2, 9), bytes.count)
    var pattern = PatternPart(pieces: [])
    pattern.isRelative = isRelative
    pattern.ignoresCase = draw.chance(30)
    pattern.dotTakesAll = draw.chance(50)
    pattern.isAnchored = start == (isRelative ? from : 0) && draw.chance(50)
    for byte in bytes[start..<end] {
      let (low, high) = draw.one(
        of: [(1, 1), (1, 1), (1, 1), (1, 1), (1, 1), (0, 1), (1, Int.max), (0, Int.max), (1, 3)], else: (1, 1)
      )
      pattern.pieces.append((piece(byte), low, high))
    }
    pattern.isNegated = draw.chance(10)
    if isSpoilt || pattern.isNegated, draw.chance(75) {
      pattern.pieces.append((.literal(UInt8(truncatingIfNeeded: draw.number(0, 255))), 1, 1))
    }
    if !pattern.isNegated { cursor = end }
    parts.append(.pattern(pattern))
  }

  private mutating func piece(_ byte: UInt8) -> PatternPart.Piece {
    switch draw.number(0, 9) {
    case 0...4: return .literal(byte)
    case 5: return .any
    case 6: return .range(byte & 0xf0, byte | 0x0f)
    case 7: return .outside(byte &+ 1)
    default:
      if (0x30...0x39).contains(byte) { return .digit }
      if ContentPart.isLetterOrDigit(byte) { return .word }
      return byte == 0x20 || byte == 0x0d || byte == 0x0a ? .space : .literal(byte)
    }
  }

  // MARK: Byte operations

  /// A place to read a number from, and the number.
  private mutating func reading(widths: [Int], takesMask: Bool = false) -> (
    reading: NumberReading, value: UInt64, end: Int
  )? {
    guard !bytes.isEmpty else { return nil }
    let isRelative = cursor != nil && draw.chance(45)
    let base = isRelative ? cursor ?? 0 : 0
    let first = isRelative ? max(base - 3, 0) : 0
    guard first < bytes.count else { return nil }
    let start = draw.number(first, min(first + 40, bytes.count - 1))
    var reading = NumberReading(count: draw.one(of: widths, else: 1), offset: start - base)
    reading.isRelative = isRelative
    let digits = bytes[start...].prefix { (0x30...0x39).contains($0) }.count
    if digits > 0, draw.chance(70) {
      reading.text = .dec
      reading.count = min(digits, 8)
    } else {
      reading.isLittle = reading.count > 1 && draw.chance(35)
    }
    if takesMask, draw.chance(12) { reading.mask = UInt32(truncatingIfNeeded: draw.number(1, 0xffff)) }
    guard let found = PlainNumbers.read(reading, bytes, cursor: base) else { return nil }
    return (reading, found.value, found.end)
  }

  private mutating func addByteTest() {
    guard let (reading, value, _) = reading(widths: [1, 1, 2, 2, 3, 4, 8], takesMask: true),
      value <= 0xffff_ffff
    else {
      return
    }
    let comparison = draw.one(of: ["<", ">", "=", "<=", ">=", "&", "^"], else: "=")
    let near = Int(value) + draw.number(-1, 1)
    var test = ByteTestPart(
      reading: reading, comparison: comparison,
      value: .number(draw.chance(85) ? max(near, 0) : draw.number(0, 70_000)))
    test.isNegated = draw.chance(20)
    if let variable = variables.last, draw.chance(50) { test.value = .variable(variable.name) }
    if isSpoilt { test.reading.offset += draw.number(-2, 2) }
    parts.append(.byteTest(test))
  }

  private mutating func addByteJump() {
    guard let (reading, _, _) = reading(widths: [1, 1, 2, 4]) else { return }
    var jump = ByteJumpPart(reading: reading)
    if draw.chance(20) { jump.multiplier = draw.number(2, 4) }
    jump.aligns = draw.chance(20)
    if draw.chance(25) { jump.postOffset = draw.number(-6, 6) }
    if draw.chance(25) { jump.start = draw.one(of: ["from_beginning", "from_end"], else: nil) }
    parts.append(.byteJump(jump))
    cursor = PlainNumbers.target(of: jump, bytes, cursor: cursor ?? 0) ?? cursor
  }

  private mutating func addByteExtract() {
    guard variables.count < 3, let (reading, value, end) = reading(widths: [1, 1, 2, 4]) else { return }
    var extract = ByteExtractPart(reading: reading, name: "\(prefix)\(variables.count)")
    if reading.mask == nil, draw.chance(20) { extract.multiplier = draw.number(2, 3) }
    parts.append(.byteExtract(extract))
    variables.append((extract.name, Int(clamping: value) &* extract.multiplier))
    cursor = end
  }

  private mutating func addByteMath() {
    guard variables.count < 3, let (reading, value, end) = reading(widths: [1, 2, 4], takesMask: true) else {
      return
    }
    let operation = draw.one(of: ["+", "-", "*", "/", "<<", ">>"], else: "+")
    let operand = operation == "<<" || operation == ">>" ? draw.number(0, 4) : draw.number(1, 9)
    var math = ByteMathPart(
      reading: reading, operation: operation, value: .number(operand), name: "\(prefix)\(variables.count)")
    if let variable = variables.last, operation == "+", draw.chance(40) {
      math.value = .variable(variable.name)
    }
    parts.append(.byteMath(math))
    let result = PlainNumbers.result(operation, value, UInt64(operand)) ?? 0
    variables.append((math.name, Int(clamping: result)))
    cursor = end
  }

  private mutating func addIsDataAt() {
    let isRelative = cursor != nil && draw.chance(50)
    let rest = bytes.count - (isRelative ? cursor ?? 0 : 0)
    let place = max(rest + draw.number(-3, 2), 0)
    parts.append(
      .isDataAt(
        draw.chance(15) ? bound(place) : .number(place), isRelative: isRelative, isNegated: draw.chance(30)))
  }

  private mutating func addSize() {
    guard let sizeKeyword, !parts.contains(where: { if case .size = $0 { true } else { false } }) else {
      return addContent()
    }
    let size = bytes.count
    parts.append(.size(sizeKeyword, draw.check(around: size)))
  }
}

extension Draw {
  /// A test that the number meets, or misses by little.
  mutating func check(around value: Int) -> NumberCheck {
    let near = max(min(max(value, 0), .max - 8) + number(-1, 1), 0)
    switch number(0, 5) {
    case 0, 1: return .equal(near)
    case 2: return .not(near)
    case 3: return .less(near)
    case 4: return .greater(near)
    default: return .between(max(near - number(1, 3), 0), near + number(2, 4))
    }
  }
}
