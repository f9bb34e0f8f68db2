import Wire

/// Matches one rule's conditions on one buffer: the chain of contents, expressions and byte operations, with
/// backtracking where later conditions are relative to earlier matches.
///
/// One for each worker; it keeps the memory that matching needs, so that matching allocates nothing.
struct Matcher: ~Copyable {
  /// Steps of one chain on one buffer, after which the rule is taken as not matching.
  static let budgetMax = 3000

  /// Where the last match ended, in bytes from the buffer's start.
  var position = 0
  /// Variables of the rule at hand, by slot.
  var variables: [UInt64]
  var patterns: PatternScratch
  /// Absolute position of the buffer's first byte, for streams whose beginning is gone.
  var base = 0
  /// What the last base64 decoding gave.
  var decoded: [UInt8] = []
  /// Captures of expressions in the chain at hand: name, kind and text.
  var captured: [Captured] = []
  /// Data sets that rules ask.
  let datasets: DatasetTable
  /// Objects of data sets' members that the rule at hand has met: name of the key, and JSON.
  var met: [(key: Int32, json: [UInt8])] = []
  /// The transaction at hand has little-endian numbers, for byte operations with `dce`.
  var isLittleEndian = false
  /// They are known to be big-endian.
  var isBigEndian = false
  /// Entropies worked out for the packet at hand: name of the buffer, and bits per byte.
  var entropies: [(name: Int32, bits: Double)] = []
  private var budget = 0
  /// A condition failed that depends on no match before it: trying again is of no use.
  private var isHopeless = false

  /// Text that a capture group took.
  struct Captured {
    var capture: CompiledCapture
    var text: [UInt8]
  }

  init(
    variableCount: Int, patterns: consuming PatternScratch, datasets: DatasetTable = DatasetTable([])
  ) {
    self.datasets = datasets
    variables = [UInt64](repeating: 0, count: max(variableCount, 1))
    self.patterns = patterns
    decoded.reserveCapacity(4096)
  }

  /// Forgets what the rule before left in variables and captures.
  mutating func begin() {
    if !captured.isEmpty { captured.removeAll(keepingCapacity: true) }
    if !met.isEmpty { met.removeAll(keepingCapacity: true) }
    isLittleEndian = false
    isBigEndian = false
  }

  /// Whether all steps hold on the buffer. `base` is the absolute position of its first byte.
  mutating func matches(_ steps: IndexRange, _ bytes: RawSpan, base: Int = 0, _ program: RuleProgram) -> Bool
  {
    position = 0
    budget = Self.budgetMax
    isHopeless = false
    self.base = base
    return run(steps.start, steps.end, bytes, program)
  }

  /// Runs the steps from `first`; where a step may match at several places and a later one is relative to it,
  /// the rest is tried for each of them. Where the rest fails behind a content that is looked for once, other
  /// places of what stands before it are of no use, as in Suricata.
  private mutating func run(_ first: Int, _ end: Int, _ bytes: RawSpan, _ program: RuleProgram) -> Bool {
    var index = first
    var isDecided = false
    while index < end {
      budget &-= 1
      if budget < 0 {
        isHopeless = true
        return false
      }
      var isMet = false
      switch program.steps[index] {
      case .content(let content):
        if content.retries && !content.isNegated {
          if tryEach(content, index, end, bytes, program) { return true }
        } else {
          isMet = holds(content, bytes, program)
          if isMet && !content.isNegated { isDecided = true }
        }
      case .pattern(let pattern):
        if pattern.retries && !pattern.isNegated {
          if tryEach(pattern, index, end, bytes, program) { return true }
        } else {
          isMet = holds(pattern, bytes, program)
        }
      case .base64Decode(let offset, let count, let isRelative, let data):
        guard decodeBase64(offset, count, isRelative, bytes) else { return false }
        // Nothing is asked of what was decoded: such a rule never matches, as in Suricata.
        return data.isEmpty ? false : runDecoded(data, program)
      case let other:
        isMet = holds(other, bytes, program)
      }
      guard isMet else {
        if isDecided { isHopeless = true }
        return false
      }
      index &+= 1
    }
    return true
  }

  /// Conditions that are met at one place or not at all.
  private mutating func holds(_ step: Step, _ bytes: RawSpan, _ program: RuleProgram) -> Bool {
    switch step {
    case .byteTest(let test): return holds(test, bytes)
    case .byteJump(let jump): return perform(jump, bytes)
    case .byteExtract(let extract): return perform(extract, bytes)
    case .byteMath(let math): return perform(math, bytes)
    case .isDataAt(let offset, let isRelative, let isNegated):
      let wanted = value(of: offset)
      let isThere = isRelative ? position &+ wanted <= bytes.byteCount : wanted &- base < bytes.byteCount
      return isThere != isNegated
    case .size(let check): return check.holds(Int64(base &+ bytes.byteCount), program.numbers)
    case .entropy(let offset, let count, let check, let name):
      guard offset <= bytes.byteCount, count <= bytes.byteCount &- offset else { return false }
      let part = bytes.part(offset, count == 0 ? bytes.byteCount : count)
      let entropy = Entropy.bitsPerByte(part)
      entropies.append((name, entropy))
      return check.holds(Entropy.thousandths(entropy), program.numbers)
    case .asn1(let check):
      let start = Int(clamping: check.offset)
      return check.holds(bytes, at: check.isRelative ? position &+ start : start &- base)
    // `absent` alone wants that there is no buffer: here there is one.
    case .absent(let orElse): return orElse
    case .dataset(let step): return holds(step, bytes, program)
    case .fileSize, .fileDigest, .fileStored, .number, .content, .pattern, .base64Decode: return false
    }
  }

  /// Asks or changes a data set, and keeps the object that it has of a member.
  private mutating func holds(_ step: DatasetStep, _ bytes: RawSpan, _ program: RuleProgram) -> Bool {
    switch datasets.answer(step, bytes, program.numbers) {
    case .fails: return false
    case .holds: return true
    case .holdsWith(let json):
      if step.contextKey >= 0 { met.append((step.contextKey, json)) }
      return true
    }
  }

  /// The value of a bound; a variable's is limited as constants are.
  @inline(__always)
  func value(of bound: Bound) -> Int {
    bound.kind == .variable ? variable(bound.value) : bound.value
  }

  /// A variable as a position: limited so that sums cannot overflow.
  @inline(__always)
  func variable(_ slot: Int) -> Int {
    slot >= 0 && slot < variables.count ? Int(clamping: Int64(clamping: variables[slot]).clamped) : 0
  }

  // MARK: Contents

  /// The part of the buffer in which a content has to lie, or nil where there is none.
  private func window(of content: ContentStep, _ count: Int) -> (from: Int, to: Int)? {
    var from = 0
    var to = count
    if content.isRelative {
      let distance = content.distance.isSet ? value(of: content.distance) : 0
      from = max(0, position &+ distance)
      if content.within.isSet { to = min(to, position &+ value(of: content.within) &+ distance) }
      if content.offset.isSet { from = max(from, value(of: content.offset) &- base) }
      if content.depth.isSet { to = min(to, position &+ value(of: content.depth)) }
    } else {
      let offset = content.offset.isSet ? value(of: content.offset) : 0
      from = max(0, offset &- base)
      if content.depth.isSet { to = min(to, offset &+ value(of: content.depth) &- base) }
    }
    return from <= to ? (from, to) : nil
  }

  /// Offset of the first match inside the window, from `from` on, or −1.
  @inline(__always)
  private func find(
    _ content: ContentStep, _ bytes: RawSpan, _ from: Int, _ to: Int, _ program: RuleProgram
  ) -> Int {
    if content.endsWith {
      let start = to &- content.count
      guard to == bytes.byteCount, start >= from else { return -1 }
      let isThere = ContentSearch.stands(
        program.bytes, content.start, content.count, ignoresCase: content.ignoresCase, in: bytes, at: start)
      return isThere ? start : -1
    }
    return ContentSearch.first(
      of: program.bytes, content.start, content.count, ignoresCase: content.ignoresCase, in: bytes,
      from: from,
      to: to)
  }

  private mutating func holds(_ content: ContentStep, _ bytes: RawSpan, _ program: RuleProgram) -> Bool {
    var found = -1
    if let window = window(of: content, bytes.byteCount) {
      found = find(content, bytes, window.from, window.to, program)
    }
    // That something is not within a depth is known where the depth was seen, not in a later part.
    if content.isNegated, base > 0, isBehind(content) { return false }
    if (found >= 0) == content.isNegated {
      if !content.isRelative || content.isDecisive { isHopeless = true }
      return false
    }
    if found >= 0 { position = found &+ content.count }
    return true
  }

  /// The buffer is a part of something, and begins behind the place that a content is bound to.
  private func isBehind(_ content: ContentStep) -> Bool {
    guard !content.isRelative, content.depth.isSet else { return false }
    return (content.offset.isSet ? value(of: content.offset) : 0) &+ value(of: content.depth) <= base
  }

  /// Tries every match of the content until the rest of the chain holds.
  private mutating func tryEach(
    _ content: ContentStep, _ index: Int, _ end: Int, _ bytes: RawSpan, _ program: RuleProgram
  ) -> Bool {
    guard let window = window(of: content, bytes.byteCount) else {
      if !content.isRelative || content.isDecisive { isHopeless = true }
      return false
    }
    var from = window.from
    while true {
      let found = find(content, bytes, from, window.to, program)
      if found < 0 {
        if !content.isRelative || content.isDecisive { isHopeless = true }
        return false
      }
      position = found &+ content.count
      if run(index &+ 1, end, bytes, program) { return true }
      if isHopeless || content.endsWith { return false }
      budget &-= 1
      if budget < 0 { return false }
      from = found &+ 1
    }
  }

  // MARK: Expressions

  private mutating func holds(_ pattern: PatternStep, _ bytes: RawSpan, _ program: RuleProgram) -> Bool {
    let start = pattern.isRelative ? min(position, bytes.byteCount) : 0
    if pattern.isNegated {
      return program.patterns[pattern.pattern].hasNoMatch(
        in: bytes.part(start, bytes.byteCount &- start), isContinuation: start == 0 && base > 0, patterns)
    }
    guard let match = match(pattern, bytes, start, 0, program) else { return false }
    position = start &+ match.end
    keepCaptures(pattern, bytes, start, program)
    return true
  }

  /// Tries every match of the expression until the rest of the chain holds.
  private mutating func tryEach(
    _ pattern: PatternStep, _ index: Int, _ end: Int, _ bytes: RawSpan, _ program: RuleProgram
  ) -> Bool {
    let start = pattern.isRelative ? min(position, bytes.byteCount) : 0
    var from = 0
    while let match = match(pattern, bytes, start, from, program) {
      position = start &+ match.end
      keepCaptures(pattern, bytes, start, program)
      if run(index &+ 1, end, bytes, program) { return true }
      if isHopeless { return false }
      budget &-= 1
      if budget < 0 { return false }
      from = match.start &+ 1
    }
    return false
  }

  /// The first match from `from` on in the bytes that begin at `start`.
  @inline(__always)
  private func match(
    _ pattern: PatternStep, _ bytes: RawSpan, _ start: Int, _ from: Int, _ program: RuleProgram
  ) -> PatternMatch? {
    let subject = bytes.part(start, bytes.byteCount &- start)
    let isContinuation = start == 0 && base > 0
    return program.patterns[pattern.pattern].firstMatch(
      in: subject, from: from, isContinuation: isContinuation, patterns)
  }

  private mutating func keepCaptures(
    _ pattern: PatternStep, _ bytes: RawSpan, _ start: Int, _ program: RuleProgram
  ) {
    var index = pattern.captures.start
    while index < pattern.captures.end {
      let capture = program.captures[index]
      if let group = patterns.group(capture.group) {
        let text = bytes.part(start &+ group.start, group.end &- group.start)
        if capture.kind == .variable {
          if capture.name >= 0, capture.name < variables.count, let number = NumberText.decimal(text) {
            variables[capture.name] = number
          }
        } else {
          captured.append(Captured(capture: capture, text: text.copied()))
        }
      }
      index &+= 1
    }
  }

  // MARK: Base64

  private mutating func decodeBase64(_ offset: Int, _ count: Int?, _ isRelative: Bool, _ bytes: RawSpan)
    -> Bool
  {
    let start = (isRelative ? position : 0) &+ offset
    guard start >= 0, start < bytes.byteCount else { return false }
    let part = bytes.part(start, count ?? bytes.byteCount)
    decoded.removeAll(keepingCapacity: true)
    Base64Text.decode(part, .rfc4648, into: &decoded)
    return !decoded.isEmpty
  }

  /// Matches what was decoded. It ends the chain: nothing after the decoding is asked of the buffer itself.
  private mutating func runDecoded(_ data: IndexRange, _ program: RuleProgram) -> Bool {
    let outer = position
    let outerBase = base
    var taken: [UInt8] = []
    swap(&taken, &decoded)
    position = 0
    base = 0
    let holds = run(data.start, data.end, taken.rawSpan, program)
    // What another place decodes to is another matter.
    if budget >= 0 { isHopeless = false }
    swap(&taken, &decoded)
    position = outer
    base = outerBase
    return holds
  }
}
