/// All rules of a run: what could be compiled, and everything that is wrong with the rest.
package struct LoadedRules: Sendable {
  /// In the order in which they alert.
  package var signatures: [Signature] = []
  package var flowBitNames: [String] = []
  package var flowIntegerNames: [String] = []
  package var xbitNames: [String] = []
  package var hostBitNames: [String] = []
  package var captureNames: [String] = []
  /// In the order of files and lines.
  package var problems: [RuleProblem] = []
  /// Rules read, refused ones among them.
  package var ruleCount = 0

  package init() {}

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
      let (rules, problems) = RuleParser.parse(file.bytes, file: file.name)
      loaded.ruleCount += rules.count + problems.count { $0.severity == .error }
      var fileProblems = problems
      for rule in rules {
        let (signature, problems) = SignatureCompiler.compile(rule, context)
        fileProblems += problems
        if let signature, let problem = known.add(signature) { fileProblems.append(problem) }
      }
      loaded.problems += fileProblems.sorted { left, right in
        (left.position.line, left.position.column) < (right.position.line, right.position.column)
      }
    }
    loaded.signatures = known.signatures
    loaded.flowBitNames = context.flowBits.names
    loaded.flowIntegerNames = context.flowIntegers.names
    loaded.xbitNames = context.xbits.names
    loaded.hostBitNames = context.hostBits.names
    loaded.captureNames = context.captures.names
    environment.thresholds.apply(to: &loaded.signatures)
    SignatureOrder.sort(&loaded.signatures)
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
      remedy: "give the rule a sid of its own, or a higher rev")
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
