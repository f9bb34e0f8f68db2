/// Reads conditions: `selection and not 1 of filter*` (Sigma specification, condition).
struct SigmaConditionParser {
  /// What is wrong with a condition.
  struct Failure: Error {
    let message: String
  }

  private var words: [String]
  private let names: [String]
  private var depth = 0

  /// Parentheses nest no deeper, and conditions have no more words, in rules that people write.
  private static let depthMax = 40
  private static let wordsMax = 1_000

  /// The condition of a text over searches of these names.
  static func parse(_ text: String, names: [String]) throws(Failure) -> SigmaCondition {
    let spaced = text.replacing("(", with: " ( ").replacing(")", with: " ) ")
    var parser = SigmaConditionParser(
      words: spaced.split(whereSeparator: \.isWhitespace).map(String.init).reversed(), names: names.sorted())
    guard parser.words.count <= wordsMax else { throw Failure(message: "the condition is too long") }
    let condition = try parser.either()
    if let word = parser.words.last { throw Failure(message: "'\(word)' is not expected here") }
    return condition
  }

  private mutating func either() throws(Failure) -> SigmaCondition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthMax else { throw Failure(message: "the condition nests too deeply") }
    var parts = [try both()]
    while takes("or") { parts.append(try both()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func both() throws(Failure) -> SigmaCondition {
    var parts = [try negated()]
    while takes("and") { parts.append(try negated()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func negated() throws(Failure) -> SigmaCondition {
    var isNegated = false
    while takes("not") { isNegated.toggle() }
    let part = try single()
    return isNegated ? .not(part) : part
  }

  private mutating func single() throws(Failure) -> SigmaCondition {
    guard let word = words.popLast() else { throw Failure(message: "the condition ends too soon") }
    if word == "(" {
      let inner = try either()
      guard words.popLast() == ")" else { throw Failure(message: "a ')' is missing") }
      return inner
    }
    if ["1", "any", "all"].contains(word), takes("of") { return try quantified(word == "all") }
    guard names.contains(word) else { throw Failure(message: "there is no search '\(word)'") }
    return .search(word)
  }

  private mutating func quantified(_ isAll: Bool) throws(Failure) -> SigmaCondition {
    guard let word = words.popLast() else { throw Failure(message: "'of' needs a name behind it") }
    let pattern = SigmaPattern(word, isCased: true)
    let chosen =
      word == "them" ? names.filter { !$0.hasPrefix("_") } : names.filter { pattern.matches($0) }
    guard !chosen.isEmpty else { throw Failure(message: "no search is named like '\(word)'") }
    let parts = chosen.map { SigmaCondition.search($0) }
    return isAll ? .all(parts) : .any(parts)
  }

  private mutating func takes(_ word: String) -> Bool {
    guard words.last?.lowercased() == word else { return false }
    words.removeLast()
    return true
  }
}
