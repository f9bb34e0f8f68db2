import Protocols
import Wire

/// Makes a signature of a rule: options are taken in order, then what they say together is checked.
struct SignatureCompiler {
  /// The signature, if the rule is taken, and all of its problems.
  static func compile(_ rule: Rule, _ context: CompilerContext) -> (
    signature: Signature?, problems: [RuleProblem]
  ) {
    var builder = SignatureBuilder(rule, context)
    let features = context.environment.features
    if let unmet = RuleRequirements.unmet(by: rule, features: features) { return (nil, [unmet]) }
    builder.attempt { (builder) throws(RuleProblem) in try builder.takeHeader() }
    for option in rule.options {
      builder.option = option
      builder.attempt { (builder) throws(RuleProblem) in try builder.take(option) }
    }
    builder.option = nil
    if let problem = builder.unparsedProblem, !builder.isLeftOut { builder.problems.append(problem) }
    let hasErrors = builder.problems.contains { $0.severity == .error }
    if !hasErrors { builder.attempt { (builder) throws(RuleProblem) in try builder.finish() } }
    if builder.isLeftOut || builder.problems.contains(where: { $0.severity == .error }) {
      return (nil, builder.problems)
    }
    return (builder.signature, builder.problems)
  }
}

extension SignatureBuilder {
  /// Does one step and notes its problem, so that all problems of a rule are told at once.
  mutating func attempt(_ step: (inout SignatureBuilder) throws(RuleProblem) -> Void) {
    do {
      try step(&self)
    } catch {
      problems.append(error)
    }
  }

  /// Takes one option in, as its keyword says.
  mutating func take(_ option: Rule.Option) throws(RuleProblem) {
    var option = option
    if rule.arrow == .transaction { (option, mark) = Self.unmarked(option) }
    let table = KeywordTable.standard
    switch table[option.name] {
    case .keyword(let index)?:
      let keyword = KeywordCatalogue.all[index]
      let value = try value(of: option, keyword.argument, keyword.quotes, keyword.isNegatable, keyword.values)
      try keyword.parse(value, &self)
    case .stickyBuffer(let references)?:
      _ = try value(of: option, .none, .none, false, "")
      do throws(RuleProblem) {
        try setStickyBuffer(fields: references, name: option.name)
      } catch {
        // The error is told once: what follows it would be misread.
        breakBuffer()
        throw error
      }
    case .modifier(let references)?:
      _ = try value(of: option, .none, .none, false, "")
      try applyModifier(references, name: option.name)
    case .number(let references)?:
      let isFlag = references.first?.field.isFlag == true
      let value = try value(of: option, isFlag ? .none : .required, .none, false, "n, <n, >n, !n or a-b")
      try addNumber(value, references, name: option.name)
    case .argument(let references)?:
      let value = try value(of: option, .required, .mandatory, true, "\"text\"")
      try addArgument(value, references, name: option.name)
    case .unevaluated?:
      breakBuffer()
      throw problem(
        "the keyword \(option.name) is not evaluated yet",
        remedy: "leave the rule out until it is, or write it without \(option.name)")
    case nil:
      let near = Spelling.nearest(to: option.name, among: table.names)
      throw problem(
        "there is no keyword “\(option.name.prefix(60))”",
        remedy: near.map { "write \($0) if that is meant" }
          ?? "see the list of keywords: fengsui rules keywords"
      ).inSuricata("detect-parse", "unknown rule keyword '\(option.name)'.")
    }
  }

  /// An option without the direction that it is marked with, and that direction: `to_client` alone or before
  /// a comma.
  private static func unmarked(_ option: Rule.Option) -> (Rule.Option, Direction?) {
    guard let value = option.value, option.name != "flow" else { return (option, nil) }
    let parts = value.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    let directions: [String: Direction] = ["to_client": .toClient, "to_server": .toServer]
    guard let word = parts.first, let direction = directions[String(word)] else { return (option, nil) }
    var rest = parts.count > 1 ? parts[1][...] : ""
    while rest.first == " " { rest = rest.dropFirst() }
    let offset = option.valueOffset + value.utf8.count - rest.utf8.count
    return (
      Rule.Option(
        name: option.name, value: rest.isEmpty ? nil : String(rest), offset: option.offset,
        valueOffset: offset), direction
    )
  }

  /// The option's value, as its keyword's form wants it.
  private func value(
    of option: Rule.Option, _ argument: Keyword.Argument, _ quotes: Keyword.Quotes, _ isNegatable: Bool,
    _ values: String
  ) throws(RuleProblem) -> KeywordValue {
    let form = values.isEmpty ? "" : ":\(values)"
    var bytes = Array((option.value ?? "").utf8)[...]
    if bytes.isEmpty {
      guard argument != .required else {
        throw problem(
          "\(option.name) needs a value",
          remedy: "write \(option.name)\(form);"
        ).inSuricata(
          "detect-parse",
          "invalid formatting or malformed option to \(option.name) keyword: '\(option.name)'")
      }
      return KeywordValue(bytes: [], offset: option.valueOffset, source: rule.text)
    }
    let whole = KeywordValue(bytes: Array(bytes), offset: option.valueOffset, source: rule.text)
    guard argument != .none else {
      throw whole.problem("\(option.name) takes no value", remedy: "write \(option.name);")
    }
    var isNegated = false
    if isNegatable, bytes.first == UInt8(ascii: "!") {
      isNegated = true
      bytes = bytes.dropFirst().drop(while: isBlank)
    }
    let isQuoted = bytes.first == UInt8(ascii: "\"")
    if quotes == .mandatory, !isQuoted {
      throw whole.problem(
        "the value of \(option.name) does not stand in quotes",
        remedy: "write \(option.name):\"…\";"
      ).inSuricata(
        "detect-parse",
        "invalid formatting to \(option.name) keyword: value must be double quoted '\(option.name)'")
    }
    if isQuoted {
      guard quotes != .none else {
        throw whole.problem(
          "\(option.name) takes no quotes", remedy: "write \(option.name)\(form); without quotes")
      }
      // The scanner takes no value whose quote is not closed.
      bytes = bytes.dropFirst().dropLast()
      guard !bytes.isEmpty else {
        throw whole.problem("the value of \(option.name) is empty", remedy: "write \(option.name)\(form);")
      }
    }
    return KeywordValue(
      bytes: Array(bytes), isNegated: isNegated, offset: option.valueOffset + bytes.startIndex,
      source: rule.text)
  }
}
