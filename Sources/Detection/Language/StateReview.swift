/// Finds rules that wait for state which no rule that can match brings about.
struct StateReview {
  private let loaded: LoadedRules

  init(_ loaded: LoadedRules) {
    self.loaded = loaded
  }

  /// The warnings, in the order of the rules.
  func warnings() -> [RuleProblem] {
    let reachable = reachableRules()
    let setBits = setters { effects in
      effects.flatMap { effect -> [Int] in
        switch effect {
        case .setFlowBits(let bits), .toggleFlowBits(let bits): bits
        default: []
        }
      }
    }
    return loaded.signatures.enumerated().flatMap { index, signature in
      warnings(of: signature, isReachable: reachable[index], setBits) + hostWarnings(of: signature)
    }
  }

  private func warnings(
    of signature: Signature, isReachable: Bool, _ setBits: [Int: [Int]]
  ) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    func warn(_ message: String, _ remedy: String) {
      problems.append(RuleProblem(.warning, at: signature.identity.position, message, remedy: remedy))
    }
    var isExplained = false
    for case .flowBitsSet(let bits) in signature.stateConditions {
      let names = bits.map { loaded.flowBitNames[$0] }.joined(separator: "|")
      let setters = bits.flatMap { setBits[$0] ?? [] }
      if setters.isEmpty {
        warn("no rule sets the flowbit \(names): this one can never match", "load the rule that sets it")
        isExplained = true
      } else if !setters.contains(where: { Self.canShareFlow(loaded.signatures[$0], signature) }) {
        warn(
          "the flowbit \(names) is set in flows of other protocols only: this rule can never match",
          "correct the protocol of one of the rules")
        isExplained = true
      }
      for case .flowBitsNotSet(let others) in signature.stateConditions
      where bits.count == 1 && others == bits {
        warn("the flowbit \(names) has to be set and not set at once", "remove one of the two")
        isExplained = true
      }
    }
    if !isReachable, !isExplained {
      warn(
        "the rules that set its flowbits wait for flowbits that nobody sets: this one can never match",
        "load the rules that begin the chain")
    }
    for case .flowInteger(let name, .isSet) in signature.stateConditions where !setsInteger(name) {
      warn(
        "no rule sets the flowint \(loaded.flowIntegerNames[name]): this one can never match",
        "load the rule that sets it")
    }
    return problems
  }

  /// Bits of hosts and transactions that nobody sets.
  private func hostWarnings(of signature: Signature) -> [RuleProblem] {
    signature.stateConditions.compactMap { condition in
      let name: String
      switch condition {
      case .xbit(let number, _, isSet: true) where !setsXbit(number):
        name = "xbit \(loaded.xbitNames[number])"
      case .hostBit(let number, _, isSet: true) where !setsHostBit(number):
        name = "hostbit \(loaded.hostBitNames[number])"
      default: return nil
      }
      return RuleProblem(
        .warning, at: signature.identity.position, "no rule sets the \(name): this one can never match",
        remedy: "load the rule that sets it")
    }
  }

  /// Which rules can match as far as flowbits go: those that wait for none, and those for whose bits there is
  /// a rule that can match and sets them in a flow of theirs. Grows until nothing is added.
  private func reachableRules() -> [Bool] {
    var reachable = loaded.signatures.map { _ in false }
    var setters: [Int: [Int]] = [:]
    var hasGrown = true
    while hasGrown {
      hasGrown = false
      for (index, signature) in loaded.signatures.enumerated() where !reachable[index] {
        let holds = signature.stateConditions.allSatisfy { condition in
          guard case .flowBitsSet(let bits) = condition else { return true }
          return bits.contains { bit in
            (setters[bit] ?? []).contains { Self.canShareFlow(loaded.signatures[$0], signature) }
          }
        }
        guard holds else { continue }
        reachable[index] = true
        hasGrown = true
        for effect in signature.effects {
          switch effect {
          case .setFlowBits(let bits), .toggleFlowBits(let bits):
            for bit in bits { setters[bit, default: []].append(index) }
          default: break
          }
        }
      }
    }
    return reachable
  }

  private func setters(_ bits: ([Effect]) -> [Int]) -> [Int: [Int]] {
    var setters: [Int: [Int]] = [:]
    for (index, signature) in loaded.signatures.enumerated() {
      for bit in bits(signature.effects) { setters[bit, default: []].append(index) }
    }
    return setters
  }

  /// Whether one flow can be seen by both rules.
  private static func canShareFlow(_ left: Signature, _ right: Signature) -> Bool {
    if !left.protocols.isEmpty, !right.protocols.isEmpty,
      Set(left.protocols).isDisjoint(with: right.protocols)
    {
      return false
    }
    guard let first = left.header.ipProtocols, let second = right.header.ipProtocols else { return true }
    return !Set(first).isDisjoint(with: second)
  }

  private func setsInteger(_ name: Int) -> Bool {
    loaded.signatures.contains { signature in
      signature.effects.contains {
        if case .flowInteger(name: name, _) = $0 { true } else { false }
      }
    }
  }

  private func setsXbit(_ name: Int) -> Bool {
    loaded.signatures.contains { signature in
      signature.effects.contains {
        if case .xbit(name: name, scope: _, let change, expireSeconds: _) = $0 {
          change != .unset
        } else {
          false
        }
      }
    }
  }

  private func setsHostBit(_ name: Int) -> Bool {
    loaded.signatures.contains { signature in
      signature.effects.contains {
        if case .hostBit(name: name, scope: _, let change, expireSeconds: _) = $0 {
          change != .unset
        } else {
          false
        }
      }
    }
  }
}
