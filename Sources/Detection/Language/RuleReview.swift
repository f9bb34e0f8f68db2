/// What `rules check` tells besides errors: rules that are probably not what was meant, or cost much.
package enum RuleReview {
  /// The warnings of all rules, in the order in which they were loaded.
  package static func warnings(_ loaded: LoadedRules) -> [RuleProblem] {
    loaded.signatures.flatMap(warnings) + StateReview(loaded).warnings()
  }

  /// What is weak about one rule.
  static func warnings(_ signature: Signature) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    func warn(_ message: String, _ remedy: String) {
      problems.append(RuleProblem(.warning, at: signature.identity.position, message, remedy: remedy))
    }
    if signature.identity.message.isEmpty {
      warn("the rule has no msg", "add msg:\"…\"; so that its alerts say something")
    }
    if signature.identity.classType.isEmpty, !signature.isSilent {
      warn("the rule has no classtype", "add one, so that its alerts have a priority and a tactic")
    }
    problems += patternWarnings(signature)
    if signature.asksNothing, signature.header.isOpen {
      warn("the rule alerts on all traffic of its protocol", "add a condition, an address or a port")
    }
    for inspection in signature.inspections {
      if case .content(let content)? = inspection.conditions.first, content.isRelative {
        warn(
          "distance or within stands at the first content of \(inspection.buffer.keyword)",
          "write offset or depth")
      }
    }
    return problems
  }
}

extension RuleReview {
  /// Contents and expressions that cost much, or do little to pick the rule out.
  private static func patternWarnings(_ signature: Signature) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    func warn(_ message: String, _ remedy: String) {
      problems.append(RuleProblem(.warning, at: signature.identity.position, message, remedy: remedy))
    }
    let conditions = signature.inspections.flatMap(\.conditions)
    let contents = conditions.compactMap(\.wantedContent)
    let longest = contents.map(\.pattern.count).max()
    if contents.isEmpty, conditions.contains(where: \.isPattern) {
      warn(
        "the expression is tried on everything: no content goes before it",
        "add a content that must be there too")
    } else if contents.isEmpty, conditions.contains(where: \.isContent) {
      warn(
        "only contents that must not be there are asked for: the rule is looked at on everything",
        "add a content that must be there")
    } else if let longest, longest < 4, signature.packetConditions.isEmpty {
      warn(
        "the longest content has \(longest) bytes: the rule is looked at very often",
        "add a content of four bytes or more")
    } else if let pattern = FastPattern.choose(signature), let reason = Self.weakness(of: pattern) {
      warn(
        "the content that calls the rule up \(reason): the rule is looked at very often",
        "add a content that is rarer")
    }
    if let longest, longest >= 4, let marked = contents.first(where: \.isFastPattern),
      marked.pattern.count < 4
    {
      warn(
        "fast_pattern stands at a content of \(marked.pattern.count) bytes, and there is one of \(longest)",
        "write fast_pattern at the longer one")
    }
    for inspection in signature.inspections { problems += expressionWarnings(inspection, signature) }
    return problems
  }

  /// Why a pattern is found nearly everywhere; nil: it is not.
  private static func weakness(of pattern: FastPattern) -> String? {
    let bytes = pattern.literal.bytes
    guard bytes.count >= FastPattern.bytesMin else { return nil }
    if Set(bytes).count == 1 { return "is one byte over and over" }
    return FastPattern.isCommon(bytes) ? "is in nearly every message" : nil
  }

  private static func expressionWarnings(_ inspection: Inspection, _ signature: Signature) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    var hasContent = false
    for condition in inspection.conditions {
      if condition.wantedContent != nil { hasContent = true }
      guard case .pattern(let pattern) = condition else { continue }
      func warn(_ message: String, _ remedy: String) {
        problems.append(RuleProblem(.warning, at: signature.identity.position, message, remedy: remedy))
      }
      let review = ExpressionReview(pattern.expression)
      if review.hasNestedRepetition {
        warn(
          "a group of the expression is repeated whose parts are repeated too, as in (a+)+: it may take "
            + "until the match limit and then fail",
          "repeat one of the two only, or write the inner one possessive (a++)")
      }
      if review.beginsWithAnything, !pattern.isNegated {
        warn(
          "the expression begins with .* or .+, which is tried at every place",
          "leave it out, or anchor with ^")
      } else if !review.isAnchored, !pattern.isRelative, !pattern.isAnchored, !hasContent {
        warn(
          "the expression is tried at every place of \(inspection.buffer.keyword): it is not anchored, and "
            + "no content of this buffer goes before it",
          "begin it with ^, write R behind a content, or add a content for the same buffer")
      }
    }
    return problems
  }
}

extension BufferCondition {
  fileprivate var isPattern: Bool {
    if case .pattern = self { return true }
    return false
  }

  /// A content that must be there.
  fileprivate var wantedContent: ContentCondition? {
    if case .content(let content) = self, !content.isNegated { return content }
    return nil
  }
}

extension PatternCondition {
  /// Flag A (`PCRE2_ANCHORED`).
  fileprivate var isAnchored: Bool { options & 0x8000_0000 != 0 }
}

extension Signature {
  /// Nothing but direction and state of the flow is asked for.
  fileprivate var asksNothing: Bool {
    inspections.isEmpty && packetConditions.isEmpty && stateConditions.isEmpty && events.isEmpty
      && scripts.isEmpty
      && thresholds.isEmpty
      && hookProgress == nil && !isSilent
      && flowConditions.allSatisfy { condition in
        switch condition {
        case .direction, .established, .notEstablished, .stateless: true
        default: false
        }
      }
  }
}

extension HeaderCondition {
  /// Every address and port is meant.
  fileprivate var isOpen: Bool {
    source.isAny && destination.isAny && sourcePorts.isAny && destinationPorts.isAny
  }
}
