import ArgumentParser
import Foundation
import Sensor

/// `fengsui rules`: looks at rules without any traffic.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks, explains and compares rules, and lists the keywords that they may use.",
    subcommands: [Check.self, Explain.self, Test.self, Profile.self, Diff.self, Keywords.self])

  /// `fengsui rules check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads rules and tells everything that is wrong or weak, with its place and remedy.")

    @Argument(help: "Files or folders of rules.")
    var rules: [String]

    @Option(name: .customShort("c"), help: "Configuration (suricata.yaml), for its variables.")
    var configuration: String?

    @Flag(help: "Print JSON, one problem a line.")
    var json = false

    mutating func run() throws {
      let result = try RuleCheck.run(rules, configurationPath: configuration)
      if json {
        try printJSON(result.problems)
      } else {
        for problem in result.problems { print(problem.text) }
        print("\(result.accepted) rules are good, \(result.errors) have errors, \(result.warnings) warnings")
      }
      if result.errors > 0 { throw ExitCode(1) }
    }
  }

  /// `fengsui rules explain`.
  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tells how a rule is looked at: its group, what calls it up, what is asked in which order.")

    @Argument(help: "The rule's sid.")
    var sid: UInt32

    @Argument(help: "Files or folders of rules.")
    var rules: [String]

    @Option(name: .customShort("c"), help: "Configuration (suricata.yaml), for its variables.")
    var configuration: String?

    @Flag(help: "Print JSON, one rule a line.")
    var json = false

    mutating func run() throws {
      let found = try RuleComparison.explain(sid, in: rules, configurationPath: configuration)
      if json { return try printJSON(found) }
      for explanation in found { print(explanation.text) }
    }
  }

  /// `fengsui rules diff`.
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the rules that were added, removed or changed between two files or folders.")

    @Argument(help: "The rules before: a file or folder.")
    var old: String

    @Argument(help: "The rules after: a file or folder.")
    var new: String

    @Option(name: .customShort("c"), help: "Configuration (suricata.yaml), for its variables.")
    var configuration: String?

    @Flag(help: "Print JSON, one change a line.")
    var json = false

    mutating func run() throws {
      let changes = try RuleComparison.changes(from: [old], to: [new], configurationPath: configuration)
      if json { return try printJSON(changes) }
      for change in changes { print(change.text) }
      func count(_ kind: RuleComparison.Change.Kind) -> Int { changes.count { $0.kind == kind } }
      print("\(count(.added)) added, \(count(.removed)) removed, \(count(.changed)) changed")
    }
  }

  /// `fengsui rules test`.
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tries a rule on captures: how often it matches, or the first condition that never holds.")

    @Argument(help: "A rule in quotes, or a file with rules.")
    var rule: String

    @Argument(help: "Captures or folders of them.")
    var captures: [String]

    @Option(name: .customShort("c"), help: "Configuration (suricata.yaml), for its variables.")
    var configuration: String?

    @Option(name: .customShort("k"), help: "Checksums: all (wrong ones are refused) or none.")
    var checksums: String?

    @Flag(help: "Print JSON, one rule a line.")
    var json = false

    mutating func run() throws {
      let results = try RuleTrial.test(
        rule, on: captures, configurationPath: configuration, checksumMode: checksums)
      if json { return try printJSON(results) }
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
      abstract: "Replays captures and tells how often each rule was evaluated, and how often it alerted.")

    @Argument(help: "Captures or folders of them.")
    var captures: [String]

    @Option(name: .customShort("S"), help: "File or folder of rules; may be given several times.")
    var rules: [String]

    @Option(name: .customShort("c"), help: "Configuration (suricata.yaml), for its variables.")
    var configuration: String?

    @Option(name: .customShort("k"), help: "Checksums: all (wrong ones are refused) or none.")
    var checksums: String?

    @Option(help: "How many rules are shown.")
    var top = 25

    @Flag(help: "Print JSON, one rule a line.")
    var json = false

    mutating func run() throws {
      let profile = try RuleTrial.profile(
        rules, on: captures, configurationPath: configuration, checksumMode: checksums)
      let shown = profile.prefix(max(0, top)).filter { $0.checks > 0 || $0.alerts > 0 }
      if json { return try printJSON(Array(shown)) }
      print("    checks    alerts  rule")
      for rule in shown {
        let numbers = [rule.checks, rule.alerts].map { count in
          String(repeating: " ", count: max(0, 10 - String(count).count)) + String(count)
        }
        print("\(numbers.joined())  \(rule.gid):\(rule.sid) \(rule.message)")
      }
    }
  }

  /// `fengsui rules keywords`.
  struct Keywords: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists every keyword: what it matches, its values, an example, its source.")

    @Flag(help: "Print JSON, one keyword a line.")
    var json = false

    @Flag(help: "Print the reference page (Markdown).")
    var markdown = false

    mutating func run() throws {
      if json { return try printJSON(KeywordList.rows()) }
      print(markdown ? KeywordList.markdown() : KeywordList.text())
    }
  }
}
