import Detection

/// `fengsui rules check`: everything that is wrong or weak with some rules.
package struct RuleCheck: Sendable {
  package struct Problem: Sendable, Codable {
    package let file: String
    package let line: Int
    package let column: Int
    package let severity: String
    package let message: String
    package let remedy: String

    /// `file:line:column: severity: what; what to write instead`.
    package var text: String { "\(file):\(line):\(column): \(severity): \(message); \(remedy)" }
  }

  package let problems: [Problem]
  package let accepted: Int
  package var errors: Int { problems.count { $0.severity == "error" } }
  package var warnings: Int { problems.count - errors }

  /// Checks files and folders of rules. Throws `RunFailure` where the configuration cannot be read.
  package static func run(_ paths: [String], configurationPath: String?) throws -> RuleCheck {
    let (loaded, problemsOfFiles) = try load(paths, configurationPath: configurationPath)
    let compiled = RuleSet(loaded.signatures)
    let found = problemsOfFiles + loaded.problems + RuleReview.warnings(loaded) + compiled.problems
    let problems = found.map {
      Problem(
        file: $0.position.file, line: $0.position.line, column: $0.position.column,
        severity: $0.severity == .error ? "error" : "warning", message: $0.message, remedy: $0.remedy)
    }
    return RuleCheck(problems: problems, accepted: compiled.signatures.count)
  }

  /// Reads files and folders of rules, and what is wrong with the files themselves.
  static func load(
    _ paths: [String], configurationPath: String?
  ) throws -> (loaded: LoadedRules, problems: [RuleProblem]) {
    let configuration = Configuration.load(path: configurationPath)
    let (settings, configurationProblems) = SensorSettings.read(configuration)
    if let problem = configurationProblems.first(where: { $0.severity == .error }) {
      throw RunFailure(problem.description)
    }
    var request = RunRequest()
    request.ruleFiles = paths
    request.areRulesExclusive = true
    var reader = RuleFileReader(settings: settings.rules, lists: settings.lists, request: request)
    let environment = reader.environment()
    let loaded = RuleLoader.load(files: reader.files(), environment: environment)
    return (loaded, reader.problems)
  }
}
