@testable import Detection

/// A plain, slow matcher of content chains: tries every place by the definition, for comparison.
struct ReferenceMatcher {
  let contents: [ContentCondition]
  let buffer: [UInt8]
  /// Which matches are tried again: those that the next relative content counts from.
  private let retries: [Bool]
  private var isHopeless = false

  init(_ contents: [ContentCondition], _ buffer: [UInt8]) {
    self.contents = contents
    self.buffer = buffer
    var retries = [Bool](repeating: false, count: contents.count)
    for index in contents.indices where contents[index].isRelative && index > 0 { retries[index - 1] = true }
    self.retries = retries
  }

  static func holds(_ contents: [ContentCondition], _ buffer: [UInt8]) -> Bool {
    var matcher = ReferenceMatcher(contents, buffer)
    return matcher.holds(from: 0, position: 0)
  }

  private mutating func holds(from index: Int, position: Int) -> Bool {
    guard index < contents.count else { return true }
    let content = contents[index]
    let ends = places(content, position)
    if content.isNegated {
      if ends.isEmpty { return holds(from: index + 1, position: position) }
      if !content.isRelative { isHopeless = true }
      return false
    }
    for end in ends {
      if holds(from: index + 1, position: end) { return true }
      if isHopeless || !retries[index] { return false }
    }
    if !content.isRelative { isHopeless = true }
    return false
  }

  /// Ends of all places where the content stands within its bounds, in order.
  private func places(_ content: ContentCondition, _ position: Int) -> [Int] {
    let count = content.pattern.count
    return (0...max(0, buffer.count)).compactMap { start in
      let end = start + count
      guard end <= buffer.count, stands(content, at: start), isAllowed(content, start, end, position) else {
        return nil
      }
      return end
    }
  }

  private func stands(_ content: ContentCondition, at start: Int) -> Bool {
    func fold(_ byte: UInt8) -> UInt8 {
      content.ignoresCase && byte >= 65 && byte <= 90 ? byte + 32 : byte
    }
    return content.pattern.indices.allSatisfy { fold(content.pattern[$0]) == fold(buffer[start + $0]) }
  }

  private func isAllowed(_ content: ContentCondition, _ start: Int, _ end: Int, _ position: Int) -> Bool {
    func number(_ operand: Operand?) -> Int? {
      if case .constant(let value)? = operand { return Int(value) }
      return nil
    }
    if content.endsWith && end != buffer.count { return false }
    if content.startsWith && start != 0 { return false }
    if content.isRelative {
      let first = position + (number(content.distance) ?? 0)
      if start < first { return false }
      if let within = number(content.within), end > first + within { return false }
      return true
    }
    let offset = number(content.offset) ?? 0
    if start < offset { return false }
    if let depth = number(content.depth), end > offset + depth { return false }
    return true
  }
}
