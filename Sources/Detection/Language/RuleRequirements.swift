/// What a rule asks of the engine with `requires`: a rule that asks for more is left out, as its author
/// wishes.
enum RuleRequirements {
  /// The version of Suricata whose rule language this is.
  static let version = [8, 0, 7]

  /// Why a rule is left out; nil if all that it requires is there. Malformed requirements are told later.
  static func unmet(by rule: Rule, features: Set<String>) -> RuleProblem? {
    guard let option = rule.options.first(where: { $0.name == "requires" }), let text = option.value else {
      return nil
    }
    let value = KeywordValue(bytes: Array(text.utf8), offset: option.valueOffset, source: rule.text)
    do {
      return try unmet(value, features)
    } catch {
      return nil
    }
  }

  /// The first requirement that is not met, as a warning.
  static func unmet(_ value: KeywordValue, _ features: Set<String>) throws(RuleProblem) -> RuleProblem? {
    for part in value.split() {
      let words = part.words(limit: 2)
      guard words.count == 2 else {
        throw part.problem(
          "“\(part.text)” is no requirement", remedy: "write version >= n.n.n, keyword name or feature name")
      }
      let isMet: Bool
      switch words[0].text {
      case "version": isMet = try isVersionMet(words[1])
      case "keyword":
        switch KeywordTable.standard[words[1].text] {
        case nil, .unevaluated?: isMet = false
        default: isMet = true
        }
      case "feature": isMet = features.contains(words[1].text)
      default: isMet = false
      }
      if !isMet {
        let isFeature = words[0].text == "feature"
        return part.problem(
          isFeature
            ? "the rule is left out: missing a required feature: \(part.text)"
            : "the rule is left out: it requires \(part.text)", .warning, remedy: "nothing needs to be done")
      }
    }
    return nil
  }

  /// Alternatives between bars, each a list of comparisons that all hold.
  private static func isVersionMet(_ value: KeywordValue) throws(RuleProblem) -> Bool {
    for alternative in value.split("|") {
      var holds = true
      let words = alternative.words()
      var index = 0
      while index < words.count {
        var sign = words[index].text
        var number = index + 1 < words.count ? words[index + 1] : words[index]
        if let attached = [">=", "<=", ">", "<"].first(where: { sign.hasPrefix($0) }), sign != attached {
          number = words[index].part(attached.utf8.count..<words[index].bytes.count)
          sign = attached
          index += 1
        } else {
          index += 2
        }
        let wanted = try self.number(number)
        switch sign {
        case ">=": holds = holds && !version.lexicographicallyPrecedes(wanted)
        case ">": holds = holds && wanted.lexicographicallyPrecedes(version)
        case "<=": holds = holds && !wanted.lexicographicallyPrecedes(version)
        case "<": holds = holds && version.lexicographicallyPrecedes(wanted)
        default:
          throw value.problem("“\(value.text)” compares no version", remedy: "write version >= 7.0.0 < 9")
        }
      }
      if holds, !words.isEmpty { return true }
    }
    return false
  }

  private static func number(_ value: KeywordValue) throws(RuleProblem) -> [Int] {
    var parts: [Int] = []
    for part in value.split(".") { parts.append(Int(try part.integer(in: 0...65_535, "the version"))) }
    while parts.count < 3 { parts.append(0) }
    return parts
  }
}
