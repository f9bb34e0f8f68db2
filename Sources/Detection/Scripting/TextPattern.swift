import Wire

/// Lua's text patterns (Lua 5.4 reference manual §6.4.1), matched in bounded work.
///
/// The library's own matcher can take longer than the universe is old for a pattern of forty letters, and
/// no limit on instructions sees it: a rule's script could hold a sensor for ever.
struct TextPattern: ~Escapable {
  private let subject: RawSpan
  private let pattern: RawSpan
  private var captures: [Capture] = []
  private(set) var steps = 0
  private let stepsMax: Int

  private struct Capture {
    var start: Int
    /// Length, or one of the two below.
    var length: Int

    static let open = -1
    static let position = -2
  }

  /// Captures of one pattern, and nesting of repetitions: as many as Lua has.
  private static let capturesMax = 32
  private static let depthMax = 200

  private static let escape = UInt8(ascii: "%")

  @_lifetime(copy subject, copy pattern)
  init(_ subject: RawSpan, _ pattern: RawSpan, stepsMax: Int) {
    self.subject = subject
    self.pattern = pattern
    self.stepsMax = stepsMax
  }

  /// Where a match that begins at `start` ends; nil where there is none. The pattern is taken from `offset`
  /// on.
  mutating func match(at start: Int, from offset: Int = 0) throws(ScriptFailure) -> Int? {
    captures.removeAll(keepingCapacity: true)
    return try run(start, offset, 0)
  }

  private mutating func run(_ start: Int, _ offset: Int, _ depth: Int) throws(ScriptFailure) -> Int? {
    guard depth < Self.depthMax else { throw .message("pattern too complex") }
    var s = start
    var p = offset
    while true {
      steps &+= 1
      if steps > stepsMax { throw .tooMuch }
      guard p < pattern.byteCount else { return s }
      switch pattern[p] {
      case UInt8(ascii: "("): return try beginCapture(s, p, depth)
      case UInt8(ascii: ")"): return try endCapture(s, p, depth)
      case UInt8(ascii: "$") where p &+ 1 == pattern.byteCount: return s == subject.byteCount ? s : nil
      case Self.escape where p &+ 1 < pattern.byteCount && pattern[p &+ 1] == UInt8(ascii: "b"):
        guard let end = try balanced(s, p &+ 2) else { return nil }
        (s, p) = (end, p &+ 4)
        continue
      case Self.escape where p &+ 1 < pattern.byteCount && pattern[p &+ 1] == UInt8(ascii: "f"):
        guard let next = try frontier(s, p &+ 2) else { return nil }
        p = next
        continue
      case Self.escape where p &+ 1 < pattern.byteCount && Self.isDigit(pattern[p &+ 1]):
        guard let end = try backReference(s, pattern[p &+ 1]) else { return nil }
        (s, p) = (end, p &+ 2)
        continue
      default: break
      }
      let end = try classEnd(p)
      let suffix = end < pattern.byteCount ? pattern[end] : 0
      switch suffix {
      case UInt8(ascii: "?"):
        if matchesOne(s, p, end), let found = try run(s &+ 1, end &+ 1, depth &+ 1) { return found }
        p = end &+ 1
      case UInt8(ascii: "+"): return matchesOne(s, p, end) ? try longest(s &+ 1, p, end, depth) : nil
      case UInt8(ascii: "*"): return try longest(s, p, end, depth)
      case UInt8(ascii: "-"): return try shortest(s, p, end, depth)
      default:
        guard matchesOne(s, p, end) else { return nil }
        s &+= 1
        p = end
      }
    }
  }

  // MARK: Repetitions

  private mutating func longest(
    _ start: Int, _ p: Int, _ end: Int, _ depth: Int
  ) throws(ScriptFailure) -> Int? {
    var count = 0
    while matchesOne(start &+ count, p, end) { count &+= 1 }
    steps &+= count
    while count >= 0 {
      if let found = try run(start &+ count, end &+ 1, depth &+ 1) { return found }
      count &-= 1
    }
    return nil
  }

  private mutating func shortest(
    _ start: Int, _ p: Int, _ end: Int, _ depth: Int
  ) throws(ScriptFailure) -> Int? {
    var s = start
    while true {
      if let found = try run(s, end &+ 1, depth &+ 1) { return found }
      guard matchesOne(s, p, end) else { return nil }
      s &+= 1
    }
  }

  // MARK: Captures

  private mutating func beginCapture(_ s: Int, _ p: Int, _ depth: Int) throws(ScriptFailure) -> Int? {
    guard captures.count < Self.capturesMax else { throw .message("too many captures") }
    let isPosition = p &+ 1 < pattern.byteCount && pattern[p &+ 1] == UInt8(ascii: ")")
    let before = captures.count
    captures.append(Capture(start: s, length: isPosition ? Capture.position : Capture.open))
    let found = try run(s, isPosition ? p &+ 2 : p &+ 1, depth &+ 1)
    if found == nil { captures.removeLast(captures.count - before) }
    return found
  }

  private mutating func endCapture(_ s: Int, _ p: Int, _ depth: Int) throws(ScriptFailure) -> Int? {
    guard let index = captures.lastIndex(where: { $0.length == Capture.open }) else {
      throw .message("invalid pattern capture")
    }
    captures[index].length = s &- captures[index].start
    let found = try run(s, p &+ 1, depth &+ 1)
    if found == nil, index < captures.count { captures[index].length = Capture.open }
    return found
  }

  private mutating func backReference(_ s: Int, _ digit: UInt8) throws(ScriptFailure) -> Int? {
    let index = Int(digit) &- 49
    guard captures.indices.contains(index), captures[index].length != Capture.open else {
      throw .message("invalid capture index %\(index + 1)")
    }
    let capture = captures[index]
    guard capture.length >= 0, capture.length <= subject.byteCount &- s else { return nil }
    steps &+= capture.length
    for offset in 0..<capture.length where subject[capture.start &+ offset] != subject[s &+ offset] {
      return nil
    }
    return s &+ capture.length
  }

  /// Answers with the captures of the last match, or with the whole of it where the pattern has none.
  func reply(_ start: Int, _ end: Int, whole: Bool, _ reply: inout ScriptReply) throws(ScriptFailure) {
    if captures.isEmpty {
      if whole { reply.text(subject.part(start, end &- start).copied()) }
      return
    }
    for capture in captures {
      switch capture.length {
      case Capture.position: reply.integer(capture.start + 1)
      case Capture.open: throw .message("unfinished capture")
      default: reply.text(subject.part(capture.start, capture.length).copied())
      }
    }
  }

  /// The text of a capture, counted from 1, for a replacement; 0, or 1 without captures, is the whole match.
  func text(of number: Int, _ start: Int, _ end: Int) throws(ScriptFailure) -> [UInt8] {
    if number == 0 || number == 1 && captures.isEmpty { return subject.part(start, end &- start).copied() }
    guard captures.indices.contains(number - 1) else {
      throw .message("invalid capture index %\(number) in replacement string")
    }
    let capture = captures[number - 1]
    switch capture.length {
    case Capture.position: return Array(String(capture.start + 1).utf8)
    case Capture.open: throw .message("unfinished capture")
    default: return subject.part(capture.start, capture.length).copied()
    }
  }

  // MARK: Single characters

  /// Where the class that begins at `p` ends.
  private func classEnd(_ start: Int) throws(ScriptFailure) -> Int {
    var p = start &+ 1
    if pattern[start] == Self.escape {
      guard p < pattern.byteCount else { throw .message("malformed pattern (ends with '%')") }
      return p &+ 1
    }
    guard pattern[start] == UInt8(ascii: "[") else { return p }
    if p < pattern.byteCount, pattern[p] == UInt8(ascii: "^") { p &+= 1 }
    var isFirst = true
    while true {
      guard p < pattern.byteCount else { throw .message("malformed pattern (missing ']')") }
      let byte = pattern[p]
      p &+= 1
      if byte == UInt8(ascii: "]"), !isFirst { return p }
      isFirst = false
      if byte == Self.escape { p &+= 1 }
    }
  }

  private func matchesOne(_ s: Int, _ p: Int, _ end: Int) -> Bool {
    guard s < subject.byteCount else { return false }
    let byte = subject[s]
    switch pattern[p] {
    case UInt8(ascii: "."): return true
    case Self.escape: return Self.isOf(pattern[p &+ 1], byte)
    case UInt8(ascii: "["): return isInSet(byte, p, end &- 1)
    default: return pattern[p] == byte
    }
  }

  /// `last` is where the set's bracket closes.
  private func isInSet(_ byte: UInt8, _ start: Int, _ last: Int) -> Bool {
    var p = start &+ 1
    var found = true
    if pattern[p] == UInt8(ascii: "^") {
      found = false
      p &+= 1
    }
    while p < last {
      if pattern[p] == Self.escape, p &+ 1 < last {
        if Self.isOf(pattern[p &+ 1], byte) { return found }
        p &+= 2
      } else if p &+ 2 < last, pattern[p &+ 1] == UInt8(ascii: "-") {
        if pattern[p] <= byte, byte <= pattern[p &+ 2] { return found }
        p &+= 3
      } else {
        if pattern[p] == byte { return found }
        p &+= 1
      }
    }
    return !found
  }

  /// `%bxy`: from an x to its y.
  private mutating func balanced(_ s: Int, _ p: Int) throws(ScriptFailure) -> Int? {
    guard p &+ 1 < pattern.byteCount else { throw .message("malformed pattern (missing arguments to '%b')") }
    guard s < subject.byteCount, subject[s] == pattern[p] else { return nil }
    let (open, close) = (pattern[p], pattern[p &+ 1])
    var depth = 1
    var position = s &+ 1
    while position < subject.byteCount {
      let byte = subject[position]
      steps &+= 1
      if byte == close {
        depth &-= 1
        if depth == 0 { return position &+ 1 }
      } else if byte == open {
        depth &+= 1
      }
      position &+= 1
    }
    return nil
  }

  /// `%f[set]`: between a byte outside the set and one in it. Gives where the pattern goes on.
  private func frontier(_ s: Int, _ p: Int) throws(ScriptFailure) -> Int? {
    guard p < pattern.byteCount, pattern[p] == UInt8(ascii: "[") else {
      throw .message("missing '[' after '%f' in pattern")
    }
    let end = try classEnd(p)
    let before = s > 0 ? subject[s &- 1] : 0
    let here = s < subject.byteCount ? subject[s] : 0
    return !isInSet(before, p, end &- 1) && isInSet(here, p, end &- 1) ? end : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// A class by its letter, of the C locale; a capital letter is all that is not of it.
  private static func isOf(_ letter: UInt8, _ byte: UInt8) -> Bool {
    let isLower = byte >= 97 && byte <= 122
    let isUpper = byte >= 65 && byte <= 90
    let isAlphanumeric = isLower || isUpper || isDigit(byte)
    let isGraph = byte > 32 && byte < 127
    let holds: Bool
    switch letter | 0x20 {
    case UInt8(ascii: "a"): holds = isLower || isUpper
    case UInt8(ascii: "c"): holds = byte < 32 || byte == 127
    case UInt8(ascii: "d"): holds = isDigit(byte)
    case UInt8(ascii: "g"): holds = isGraph
    case UInt8(ascii: "l"): holds = isLower
    case UInt8(ascii: "p"): holds = isGraph && !isAlphanumeric
    case UInt8(ascii: "s"): holds = byte.isSpace
    case UInt8(ascii: "u"): holds = isUpper
    case UInt8(ascii: "w"): holds = isAlphanumeric
    case UInt8(ascii: "x"): holds = byte.hexValue != nil
    default: return letter == byte
    }
    guard letter >= 65 && letter <= 90 || letter >= 97 && letter <= 122 else { return letter == byte }
    return holds != (letter & 0x20 == 0)
  }
}
