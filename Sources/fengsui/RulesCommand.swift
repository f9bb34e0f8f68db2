import ArgumentParser
import Foundation
import Sensor

/// `fengsui rules`: looks at rules without any traffic.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks rules, and lists the keywords that they may use.",
    subcommands: [Check.self, Keywords.self])

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
