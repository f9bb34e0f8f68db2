import Detection
import Foundation

/// `rules test` and `rules profile`: rules on captures, with nothing left behind.
package enum RuleTrial {
  /// How often a rule matches up to one of its conditions.
  package struct Step: Sendable, Codable {
    package let condition: String
    package let matches: UInt64
  }

  /// What becomes of a rule on captures.
  package struct Result: Sendable, Codable {
    package let sid: UInt32
    package let message: String
    /// From the header on, one condition more in each step.
    package let steps: [Step]

    /// The first condition with which nothing matches any more; nil: the rule matches.
    package var firstFailure: Step? { steps.first { $0.matches == 0 } }
  }

  /// Tries a rule, given as text or as a file, on captures. Throws `RunFailure` where either cannot be used.
  package static func test(
    _ rule: String, on captures: [String], configurationPath: String?, checksumMode: String?
  ) throws -> [Result] {
    let text: String
    if FileManager.default.fileExists(atPath: rule) {
      guard let data = FileManager.default.contents(atPath: rule) else {
        throw RunFailure("\(rule): the file of rules cannot be read; check its rights")
      }
      text = String(decoding: data, as: UTF8.self)
    } else {
      text = rule
    }
    let (rules, problems) = RuleParser.parse(text, file: "rule")
    if let problem = problems.first(where: { $0.severity == .error }) {
      throw RunFailure(problem.description)
    }
    guard !rules.isEmpty else { throw RunFailure("there is no rule in it: give a rule in quotes, or a file") }
    return try rules.map { rule in
      let variants = RuleVariants(rule).variants
      let matches = try Self.counts(
        variants.map(\.text), captures, configurationPath: configurationPath, checksumMode: checksumMode)
      let loaded = RuleLoader.load(
        files: [("rule", rule.text.text)], environment: RuleEnvironment()
      ).signatures.first
      return Result(
        sid: loaded?.identity.id ?? 0, message: loaded?.identity.message ?? "",
        steps: zip(variants, 1...).map { variant, number in
          Step(condition: variant.condition, matches: matches[UInt32(number)] ?? 0)
        })
    }
  }

  /// Replays captures and tells of each rule how often it was evaluated and how often it alerted; those that
  /// were evaluated most come first.
  package static func profile(
    _ paths: [String], on captures: [String], configurationPath: String?, checksumMode: String?
  ) throws -> [RunReport.RuleProfile] {
    var request = RunRequest()
    request.ruleFiles = paths
    request.configurationPath = configurationPath
    request.checksumMode = checksumMode
    return try replay(request, captures).profile
  }

  /// Alerts by sid of rules given as text.
  private static func counts(
    _ texts: [String], _ captures: [String], configurationPath: String?, checksumMode: String?
  ) throws -> [UInt32: UInt64] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).rules")
    do {
      try Data(texts.joined(separator: "\n").utf8).write(to: file)
    } catch {
      throw RunFailure("\(file.path) cannot be written; check the space there")
    }
    defer { try? FileManager.default.removeItem(at: file) }
    var request = RunRequest()
    request.ruleFiles = [file.path]
    request.configurationPath = configurationPath
    request.checksumMode = checksumMode
    // Each piece of the rule may alert on the same packet.
    request.overrides = [("packet-alert-max", "255")]
    let report = try replay(request, captures)
    return Dictionary(report.profile.map { ($0.sid, $0.alerts) }) { first, _ in first }
  }

  /// A replay whose outputs go to a folder that is removed afterwards.
  private static func replay(_ request: RunRequest, _ captures: [String]) throws -> RunReport {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    var request = request
    request.mode = .captures(captures)
    request.areRulesExclusive = true
    request.outputFolder = folder.path
    request.profilesRules = true
    let report = try SensorRun(request, log: Log(level: .silent)).run()
    if let problem = report.problems.first, report.packets == 0 { throw RunFailure(problem) }
    return report
  }
}
