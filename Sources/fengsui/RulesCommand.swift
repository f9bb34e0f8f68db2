import ArgumentParser
import Foundation
import Sensor

/// `fengsui rules`: what is done with rules apart from running them.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks, explains, tries, compares, carries and reloads rules, and lists their keywords.",
    subcommands: [
      Check.self, Explain.self, Test.self, Profile.self, Diff.self, Keywords.self, Reload.self, Key.self,
      Bundle.self, Import.self, Rollback.self,
    ])

  /// `fengsui rules check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads rules and tells everything that is wrong or weak, with its place and remedy.")

    @Argument(help: "Files or folders of rules.")
    var rules: [String]

    @OptionGroup var options: RuleOptions

    mutating func run() throws {
      let result = try RuleCheck.run(rules, configurationPath: options.configuration)
      if options.json {
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

    @OptionGroup var options: RuleOptions

    mutating func run() throws {
      let found = try RuleComparison.explain(sid, in: rules, configurationPath: options.configuration)
      if options.json { return try printJSON(found) }
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

    @OptionGroup var options: RuleOptions

    mutating func run() throws {
      let changes = try RuleComparison.changes(
        from: [old], to: [new], configurationPath: options.configuration)
      if options.json { return try printJSON(changes) }
      for change in changes { print(change.text) }
      print(RuleComparison.sum(changes))
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

  /// `fengsui rules reload`.
  struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Has a run read its rules again and exchange them between two batches of traffic.",
      discussion: "Rules that cannot be used change nothing: the answer says why, and the status is 1.")

    @Option(help: "Output folder of the run (-o).")
    var dir = "output"

    @Option(help: "Process of the run instead; what comes of it is in its log.")
    var pid: Int32?

    @Option(help: "Seconds to wait for the answer.")
    var wait = 120

    @Flag(help: "Print the answer as JSON.")
    var json = false

    mutating func run() throws {
      if let pid {
        try RuleReloadRequest.signal(pid)
        return print("process \(pid) was asked; its log tells what comes of it")
      }
      let report = try RuleReloadRequest.ask(folder: dir, waitSeconds: max(1, wait))
      if json { try printJSON([report]) } else { print(report.message) }
      if !report.isLoaded { throw ExitCode(1) }
    }
  }
}
