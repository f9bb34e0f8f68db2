/// `--engine-analysis`: how the rules were compiled, in files of Suricata's form.
///
/// What comes in: the loaded rules. What goes out: the texts of the files; the caller writes them.
package enum EngineAnalysis {
  /// All files by name.
  package static func files(_ loaded: LoadedRules) -> [(name: String, text: String)] {
    let rules = loaded.signatures.map { RuleAnalysis($0, loaded) }
    return [
      ("rules.json", rules.map { $0.value.json + "\n" }.joined()),
      ("patterns.json", patterns(rules).json + "\n"), ("flowbits.json", flowBits(loaded).json + "\n"),
      ("rules_analysis.txt", rules.map(\.report).joined()),
      ("rules_fast_pattern.txt", rules.map(\.patternReport).joined()),
    ]
  }

  /// The groups by protocol, direction and ports, for `detect.profiling.grouping`.
  package static func groups(_ loaded: LoadedRules) -> String {
    GroupAnalysis(loaded.signatures).value.json + "\n"
  }

  /// Each content of each buffer, with how often rules have it and search for it first.
  private static func patterns(_ rules: [RuleAnalysis]) -> AnalysisValue {
    struct Pattern {
      var content: ContentCondition
      var count = 0
      var searchedCount = 0
    }
    var names: [String] = []
    var buffers: [String: (order: [String], patterns: [String: Pattern])] = [:]
    for rule in rules {
      for (index, inspection) in rule.signature.inspections.enumerated() {
        let name = RuleAnalysis.bufferName(inspection.buffer)
        for (place, condition) in inspection.conditions.enumerated() {
          guard case .content(let content) = condition else { continue }
          if buffers[name] == nil { names.append(name) }
          let flags = "\(content.ignoresCase)\(content.isNegated)\(content.depth != nil)\(content.endsWith)"
          let key = MatchAnalysis.text(content.pattern) + flags
          var buffer = buffers[name] ?? ([], [:])
          if buffer.patterns[key] == nil { buffer.order.append(key) }
          var pattern = buffer.patterns[key] ?? Pattern(content: content)
          pattern.count += 1
          if rule.choice?.inspection == index, rule.choice?.condition == place { pattern.searchedCount += 1 }
          buffer.patterns[key] = pattern
          buffers[name] = buffer
        }
      }
    }
    let values = names.enumerated().map { number, name -> AnalysisValue in
      let buffer = buffers[name] ?? ([], [:])
      let patterns = buffer.order.compactMap { buffer.patterns[$0] }.map { pattern -> AnalysisValue in
        let content = pattern.content
        return .pairs([
          ("pattern", .text(MatchAnalysis.text(content.pattern))),
          ("patlen", .number(Int64(content.pattern.count))), ("cnt", .number(Int64(pattern.count))),
          ("mpm", .number(Int64(pattern.searchedCount))),
          (
            "flags",
            .pairs([
              ("nocase", .flag(content.ignoresCase)), ("negated", .flag(content.isNegated)),
              ("depth", .flag(content.depth != nil)), ("offset", .flag(content.offset != nil)),
              ("endswith", .flag(content.endsWith)),
            ])
          ),
        ])
      }
      return .pairs([
        ("name", .text(name)), ("list_id", .number(Int64(number))), ("patterns", .list(patterns)),
      ])
    }
    return .pairs([("buffers", .list(values))])
  }

  /// Which rules set each bit and which ask for it.
  private static func flowBits(_ loaded: LoadedRules) -> AnalysisValue {
    var uses = [[String: [Int64]]](repeating: [:], count: loaded.flowBitNames.count)
    for signature in loaded.signatures {
      let id = Int64(signature.identity.id)
      func note(_ bits: [Int], _ use: String) {
        for bit in bits where uses.indices.contains(bit) { uses[bit][use, default: []].append(id) }
      }
      for effect in signature.effects {
        switch effect {
        case .setFlowBits(let bits): note(bits, "sets")
        case .unsetFlowBits(let bits): note(bits, "unsets")
        case .toggleFlowBits(let bits): note(bits, "toggles")
        default: break
        }
      }
      for condition in signature.stateConditions {
        switch condition {
        case .flowBitsSet(let bits): note(bits, "isset")
        case .flowBitsNotSet(let bits): note(bits, "isnotset")
        default: break
        }
      }
    }
    let order = ["sets", "unsets", "toggles", "isset", "isnotset"]
    let counts = ["set_cnt", "unset_cnt", "toggle_cnt", "isset_cnt", "isnotset_cnt"]
    let values = loaded.flowBitNames.enumerated().map { number, name -> AnalysisValue in
      var pairs: [(String, AnalysisValue)] = [
        ("name", .text(name)), ("internal_id", .number(Int64(number + 1))),
      ]
      for (use, count) in zip(order, counts) {
        pairs.append((count, .number(Int64(uses[number][use]?.count ?? 0))))
      }
      for use in order {
        if let ids = uses[number][use] { pairs.append((use, .list(ids.map { .number($0) }))) }
      }
      return .pairs(pairs)
    }
    return .pairs([("flowbits", .list(values))])
  }
}
