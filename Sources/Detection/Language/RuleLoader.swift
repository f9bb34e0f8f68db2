/// All rules of a run: what could be compiled, and everything that is wrong with the rest.
package struct LoadedRules: Sendable {
  /// In the order in which they alert.
  package var signatures: [Signature] = []
  /// Names by the numbers that conditions and effects use.
  package var names = RuleNames()
  package var flowBitNames: [String] { names.flowBits.names }
  package var flowIntegerNames: [String] { names.flowIntegers.names }
  package var xbitNames: [String] { names.xbits.names }
  package var hostBitNames: [String] { names.hostBits.names }
  package var captureNames: [String] { names.captures.names }
  /// Data sets by the numbers that conditions use, with what their files held.
  package var datasets: [Dataset] = []
  /// Whole lines for Suricata's log.
  package var notes: [String] = []
  /// In the order of files and lines.
  package var problems: [RuleProblem] = []
  /// Rules read, refused ones among them.
  package var ruleCount = 0
  /// Rules that have errors, in the order of files and lines.
  package var refused: [RefusedRule] = []
  /// Rules that are well formed and were left out: they require what is not there.
  package var skippedCount = 0

  /// A rule that has errors, as it is written.
  package struct RefusedRule: Sendable {
    package let text: String
    package let position: SourcePosition
    /// The first of its errors.
    package let problem: RuleProblem?
  }

  package init() {}

  /// Errors among the problems; a rule may have several.
  package var errorCount: Int { problems.count { $0.severity == .error } }
}

/// Reads files of rules into signatures.
package enum RuleLoader {
  /// Loads files in their order. Every problem of every file is told; a rule with an error is left out.
  package static func load(files: [(name: String, text: String)], environment: RuleEnvironment) -> LoadedRules
  {
    load(files: files.map { ($0.name, Array($0.text.utf8)) }, environment: environment)
  }

  /// Loads files by their bytes.
  package static func load(files: [(name: String, bytes: [UInt8])], environment: RuleEnvironment)
    -> LoadedRules
  {
    let context = CompilerContext(environment)
    var loaded = LoadedRules()
    loaded.problems = environment.variables.problems()
    var known = SignatureRegister()
    for file in files {
      let (rules, malformed, problems) = RuleParser.parseAll(file.bytes, file: file.name)
      loaded.ruleCount += rules.count + malformed.count
      loaded.refused += malformed.map { text in
        LoadedRules.RefusedRule(
          text: text.text, position: text.position(at: 0), problem: text.firstError(among: problems))
      }
      context.isFirewall = environment.firewallFiles.contains(file.name)
      var fileProblems = problems
      for rule in rules {
        let compiled = SignatureCompiler.compile(rule, context)
        var problems = compiled.problems
        if compiled.signature == nil, !problems.contains(where: { $0.severity == .error }) {
          loaded.skippedCount += 1
        }
        if let signature = compiled.signature, let problem = known.add(signature) { problems.append(problem) }
        if let first = problems.first(where: { $0.severity == .error }) {
          loaded.refused.append(
            LoadedRules.RefusedRule(text: rule.text.text, position: rule.position, problem: first))
        }
        fileProblems += problems
      }
      loaded.problems += fileProblems.sorted { left, right in
        (left.position.line, left.position.column) < (right.position.line, right.position.column)
      }
    }
    loaded.signatures = known.signatures
    loaded.names = context.names
    loaded.datasets = context.datasets.sets
    loaded.problems += context.datasets.problems + context.listProblems
    loaded.notes = context.datasets.notes
    environment.thresholds.apply(to: &loaded.signatures)
    SignatureOrder.sort(&loaded.signatures, actions: environment.actions)
    return loaded
  }
}

/// Signatures by group and number: of two with the same numbers the higher revision stays.
private struct SignatureRegister {
  private(set) var signatures: [Signature] = []
  private var indices: [UInt64: Int] = [:]

  /// Takes a signature in; says so if its number is taken.
  mutating func add(_ signature: Signature) -> RuleProblem? {
    let identity = signature.identity
    let key = UInt64(identity.group) << 32 | UInt64(identity.id)
    guard let index = indices[key] else {
      indices[key] = signatures.count
      signatures.append(signature)
      return nil
    }
    let other = signatures[index].identity
    if identity.revision > other.revision {
      signatures[index] = signature
      return RuleProblem(
        .warning, at: other.position,
        "sid \(identity.id) is replaced by rev \(identity.revision) of \(identity.position.text)",
        remedy: "remove the older one")
    }
    let place = other.position.text
    return RuleProblem(
      at: identity.position,
      "sid \(identity.id) is taken by the rule at \(place), whose revision \(other.revision) is not lower",
      remedy: "give the rule a sid of its own, or a higher rev"
    ).inSuricata("detect-parse", "Duplicate signature \"\(signature.identity.text)\"")
  }
}

extension RuleText {
  /// The first error of a file that lies in the rule's lines.
  fileprivate func firstError(among problems: [RuleProblem]) -> RuleProblem? {
    guard let first = pieces.first?.line, let last = pieces.last?.line else { return nil }
    return problems.first { $0.severity == .error && (first...last).contains($0.position.line) }
  }
}

extension SourcePosition {
  /// `file:line:column`.
  package var text: String { "\(file):\(line):\(column)" }
}

extension RuleProblem: CustomStringConvertible {
  /// `file:line:column: what, and what to write instead`.
  package var description: String {
    "\(position.text): \(severity == .error ? "error" : "warning"): \(message); \(remedy)"
  }
}
