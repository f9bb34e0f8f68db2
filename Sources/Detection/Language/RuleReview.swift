/// What `rules check` tells besides errors: rules that are probably not what was meant, or cost much.
package enum RuleReview {
  /// The warnings of all rules, in the order in which they were loaded.
  package static func warnings(_ loaded: LoadedRules) -> [RuleProblem] {
    loaded.signatures.flatMap(warnings) + unsetBits(loaded)
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
    let contents = signature.inspections.flatMap(\.conditions).compactMap { condition -> ContentCondition? in
      if case .content(let content) = condition, !content.isNegated { return content }
      return nil
    }
    let hasPattern = signature.inspections.contains { $0.conditions.contains(where: \.isPattern) }
    if contents.isEmpty, hasPattern {
      warn(
        "the expression is tried on everything: no content goes before it",
        "add a content that must be there too")
    } else if let longest = contents.map(\.pattern.count).max(), longest < 4,
      signature.packetConditions.isEmpty
    {
      warn(
        "the longest content has \(longest) bytes: the rule is looked at very often",
        "add a content of four bytes or more")
    }
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

  /// Bits that rules ask for and none sets.
  private static func unsetBits(_ loaded: LoadedRules) -> [RuleProblem] {
    var set: Set<Int> = []
    for effect in loaded.signatures.flatMap(\.effects) {
      switch effect {
      case .setFlowBits(let bits), .toggleFlowBits(let bits): set.formUnion(bits)
      default: break
      }
    }
    var problems: [RuleProblem] = []
    for signature in loaded.signatures {
      for case .flowBitsSet(let bits) in signature.stateConditions where set.isDisjoint(with: bits) {
        let names = bits.map { loaded.flowBitNames[$0] }.joined(separator: "|")
        problems.append(
          RuleProblem(
            .warning, at: signature.identity.position,
            "no rule sets the flowbit \(names): this one can never match",
            remedy: "load the rule that sets it"))
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
}

extension Signature {
  /// Nothing but direction and state of the flow is asked for.
  fileprivate var asksNothing: Bool {
    inspections.isEmpty && packetConditions.isEmpty && stateConditions.isEmpty && events.isEmpty
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
