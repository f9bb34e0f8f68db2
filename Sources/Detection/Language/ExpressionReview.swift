/// Looks at an expression as a reader would, for what makes it slow: no syntax errors are told here, and what
/// is not understood is taken as good.
struct ExpressionReview {
  /// It can only match at one place: the beginning, or the end of the match before.
  private(set) var isAnchored = false
  /// `.*` or the like stands first: the same would be found without it.
  private(set) var beginsWithAnything = false
  /// A group is repeated whose own parts can be repeated in its place, as in `(a+)+`: ways to match grow with
  /// the power of the bytes.
  private(set) var hasNestedRepetition = false

  private let bytes: [UInt8]
  private var position = 0

  /// Bytes that are looked at: expressions of rules have some hundreds.
  private static let bytesMax = 16 << 10

  /// What one group, or one of its alternatives, is made of.
  private struct Group {
    var hasRepeated = false
    var hasRequired = false
    /// One of the alternatives before was nothing but parts that can be left out, one of them repeated.
    var isLoose = false

    mutating func endAlternative() {
      isLoose = isLoose || hasRepeated && !hasRequired
      hasRepeated = false
      hasRequired = false
    }
  }

  /// How often a part is matched.
  private enum Repetition { case once, optional, unbounded, possessive }

  init(_ expression: String) {
    bytes = Array(expression.utf8.prefix(Self.bytesMax))
    readBeginning()
    readGroups()
  }

  private mutating func readBeginning() {
    var start = 0
    // Options and groups that stand around the first part: (?i), (?:, (
    while start < bytes.count, bytes[start] == UInt8(ascii: "(") {
      if start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "?") {
        guard
          let end = bytes[start...].firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ")") })
        else { return }
        start = end + 1
      } else {
        start += 1
      }
    }
    let rest = bytes[start...]
    isAnchored = rest.first == UInt8(ascii: "^") || rest.starts(with: Array("\\A".utf8))
    isAnchored = isAnchored || rest.starts(with: Array("\\G".utf8))
    beginsWithAnything = rest.starts(with: Array(".*".utf8)) || rest.starts(with: Array(".+".utf8))
  }

  private mutating func readGroups() {
    var groups = [Group()]
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "("):
        skipGroupKind()
        groups.append(Group())
        continue
      case UInt8(ascii: ")"):
        guard groups.count > 1, var group = groups.popLast() else { continue }
        group.endAlternative()
        let repetition = readRepetition()
        if repetition == .unbounded, group.isLoose { hasNestedRepetition = true }
        note(repetition, &groups[groups.count - 1])
        continue
      case UInt8(ascii: "|"):
        groups[groups.count - 1].endAlternative()
        continue
      case UInt8(ascii: "["): skipClass()
      case UInt8(ascii: "\\"): position += 1
      case UInt8(ascii: "^"), UInt8(ascii: "$"): continue
      default: break
      }
      note(readRepetition(), &groups[groups.count - 1])
    }
  }

  private func note(_ repetition: Repetition, _ group: inout Group) {
    switch repetition {
    case .once, .possessive: group.hasRequired = true
    case .optional: break
    case .unbounded: group.hasRepeated = true
    }
  }

  /// Goes past `?:`, `?i:`, `?<name>`: assertions are read as groups, which repeat nothing.
  private mutating func skipGroupKind() {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "?") else { return }
    position += 1
    while position < bytes.count, !Array(":>=!)".utf8).contains(bytes[position]) { position += 1 }
    if position < bytes.count, bytes[position] != UInt8(ascii: ")") { position += 1 }
  }

  /// Goes past a class of characters; its first one may be a bracket.
  private mutating func skipClass() {
    if position < bytes.count, bytes[position] == UInt8(ascii: "^") { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") { position += 1 }
    while position < bytes.count, bytes[position] != UInt8(ascii: "]") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position += 1
  }

  /// Reads `*`, `+`, `?`, `{n,m}` with what follows them.
  private mutating func readRepetition() -> Repetition {
    guard position < bytes.count else { return .once }
    var repetition = Repetition.once
    switch bytes[position] {
    case UInt8(ascii: "*"), UInt8(ascii: "+"):
      repetition = .unbounded
      position += 1
    case UInt8(ascii: "?"):
      repetition = .optional
      position += 1
    case UInt8(ascii: "{"):
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else { return .once }
      if bytes[position..<end].last == UInt8(ascii: ",") { repetition = .unbounded }
      position = end + 1
    default: return .once
    }
    guard position < bytes.count else { return repetition }
    if bytes[position] == UInt8(ascii: "+") {
      position += 1
      return .possessive
    }
    if bytes[position] == UInt8(ascii: "?") { position += 1 }
    return repetition
  }
}
