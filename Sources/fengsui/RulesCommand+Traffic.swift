import ArgumentParser
import Foundation
import Sensor

// Rules on captures.
extension Rules {
  /// `fengsui rules test`.
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tries a rule on captures: how often it matches, or the first condition that never holds.")

    @Argument(help: "A rule in quotes, or a file with rules.")
    var rule: String

    @Argument(help: "Captures or folders of them.")
    var captures: [String]

    @OptionGroup var trial: TrialOptions
    @OptionGroup var options: RuleOptions

    mutating func run() throws {
      let results = try RuleTrial.test(
        rule, on: captures, configurationPath: options.configuration, checksumMode: trial.checksums)
      if options.json { return try printJSON(results) }
      for result in results {
        print("sid \(result.sid) \(result.message)")
        for step in result.steps { print("  \(step.matches) × \(step.condition)") }
        if let failure = result.firstFailure {
          print("  does not match: nothing is left with \(failure.condition)")
        } else {
          print("  matches")
        }
      }
    }
  }

  /// `fengsui rules profile`.
  struct Profile: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replays captures and tells what each rule cost: checks, matches, the processor's ticks.",
      discussion: "A check is one look at a rule that its pattern or group called up.")

    @Argument(help: "Captures or folders of them.")
    var captures: [String]

    @Option(name: .customShort("S"), help: "File or folder of rules; may be given several times.")
    var rules: [String]

    @OptionGroup var trial: TrialOptions
    @OptionGroup var options: RuleOptions

    @Option(
      help: "Most first: ticks, avgticks, checks, matches, maxticks, avgticks_match or avgticks_no_match.")
    var sort = RunReport.RuleProfile.Order.ticks

    @Option(help: "How many rules are shown.")
    var top = 25

    mutating func run() throws {
      let profile = try RuleTrial.profile(
        rules, on: captures, configurationPath: options.configuration, checksumMode: trial.checksums)
      let shown = Array(
        profile.filter { $0.checks > 0 }.sorted { sort.puts($0, before: $1) }.prefix(max(0, top)))
      if options.json { return try printJSON(shown) }
      let titles = ["ticks", "%", "checks", "matches", "alerts", "max", "avg", "match", "no match"]
      print(titles.map { Self.column($0) }.joined() + "  rule")
      for rule in shown {
        let numbers = [
          String(rule.ticks), String(rule.percent), String(rule.checks), String(rule.matches),
          String(rule.alerts), String(rule.ticksMax), String(rule.ticksAverage),
          String(rule.ticksAverageMatch), String(rule.ticksAverageNoMatch),
        ]
        let name = "\(rule.gid):\(rule.sid):\(rule.revision) \(rule.message)"
        print(numbers.map { Self.column($0) }.joined() + "  \(name)")
      }
    }

    private static func column(_ text: String) -> String {
      String(repeating: " ", count: max(1, 12 - text.count)) + text
    }
  }
}

extension RunReport.RuleProfile.Order: ExpressibleByArgument {}
