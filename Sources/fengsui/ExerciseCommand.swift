import ArgumentParser
import Correlation
import Detection
import Exercise
import Foundation
import Sensor
import Store

/// `fengsui exercise`.
struct ExerciseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exercise",
    abstract: "Replays scenarios and scores what was seen of them; records what a red team does.",
    subcommands: [Run.self, Check.self, Record.self, Weights.self])

  /// Reads a scenario, or says all that is wrong with it.
  static func scenario(_ folder: String) throws -> Scenario {
    switch ScenarioLoader.load(folder) {
    case .success(let scenario): return scenario
    case .failure(let failure): throw complaint(failure.problems)
    }
  }

  /// All problems of some files, each on a line.
  static func complaint(_ problems: [RuleProblem]) -> Complaint {
    Complaint(problems.map(\.description).joined(separator: "\n"))
  }

  /// `fengsui exercise run`.
  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replays a scenario's captures and scores what was seen against its truth.yaml.",
      discussion: "Exit status: 0 when it was scored, whatever the score; 1 when it could not be.")

    @Argument(help: "The scenario's folder: site.yaml, truth.yaml, captures.")
    var folder: String

    @Option(
      name: .customShort("S"),
      help: "File or folder of rules; may be given several times. Default: Rules, if there.")
    var rules: [String] = []

    @Option(name: .customShort("c"), help: "Configuration (suricata.yaml). Default: the standard settings.")
    var configuration: String?

    @Option(help: "File or folder of Sigma rules; may be given several times.")
    var sigma: [String] = []

    @Option(name: .customShort("o"), help: "Folder for events and database. Default: a temporary one.")
    var output: String?

    @Option(help: "What counts how much (see 'fengsui exercise weights').")
    var weights: String?

    @Option(help: "How many times faster than it happened; at once if left out.")
    var speed: Double?

    @Option(help: "Threads that follow flows. The score is the same with any number.")
    var workers: Int?

    @Flag(help: "Print the score card as JSON.")
    var json = false

    mutating func run() throws {
      let scenario = try ExerciseCommand.scenario(folder)
      let weights = try ExerciseCommand.weights(weights)
      let scored = try ScoredRun(scenario, weights: weights, options: options)
      defer { scored.removeTemporaryFiles() }
      if json {
        try printJSON([scored.card])
      } else {
        let text = ScoreText(scored.card, scenario, language: userLanguage)
        print(text.lines.joined(separator: "\n"))
      }
    }

    private var options: ScoredRun.Options {
      get throws {
        if let speed, !(speed > 0) { throw Complaint("--speed \(speed): write a number above 0, such as 60") }
        return ScoredRun.Options(
          rules: rules, configuration: configuration, sigma: sigma, output: output, speed: speed,
          workers: workers)
      }
    }
  }

  /// `fengsui exercise check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads a scenario's files and tells all that is wrong with them.")

    @Argument(help: "The scenario's folder.")
    var folder: String

    mutating func run() throws {
      let scenario = try ExerciseCommand.scenario(folder)
      let truth = scenario.truth
      print(
        "\(folder): \(truth.exercise): \(truth.campaigns.count) campaigns, \(truth.actions.count) actions, "
          + "\(truth.benign.count) harmless events, \(scenario.captures.count) captures, "
          + "\(scenario.site.accessPoints.count) access points")
    }
  }

  /// `fengsui exercise weights`.
  struct Weights: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the weights of the score, as a file to change and to give to 'run --weights'.")

    mutating func run() throws { print(ScoringWeights().text, terminator: "") }
  }

  /// The weights of a file, or the usual ones.
  static func weights(_ path: String?) throws -> ScoringWeights {
    guard let path else { return ScoringWeights() }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Complaint("\(path): cannot be read; print such a file with 'fengsui exercise weights'")
    }
    switch ScoringWeights.load(String(decoding: data, as: UTF8.self), file: path) {
    case .success(let weights): return weights
    case .failure(let failure): throw complaint(failure.problems)
    }
  }

  /// `fengsui exercise record`.
  struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Turns a red team's live notes into truth.yaml: one line each, written at once.",
      discussion: """
        campaign NAME                                       what follows belongs to it
        begin TECHNIQUE TACTIC SOURCE TARGET NOTE           an action begins now
        end [failed]                                        it is over
        invisible | metadata                                it cannot be seen | only by behaviour
        benign SOURCE TARGET NOTE                           something harmless that looks bad
        undo | show
        A line may begin with its own time: 2026-11-20T01:03:10Z begin …
        """)

    @Argument(help: "The file; notes go on where it is there already.")
    var file: String

    @Option(help: "Name of the exercise.")
    var name = "exercise"

    mutating func run() throws {
      var earlier: Truth?
      if let data = FileManager.default.contents(atPath: file) {
        switch TruthLoader.load(String(decoding: data, as: UTF8.self), file: file) {
        case .success(let truth): earlier = truth
        case .failure(let failure): throw ExerciseCommand.complaint(failure.problems)
        }
      }
      var recorder = TruthRecorder(exercise: name, continuing: earlier)
      while let line = readLine() {
        if ["quit", "exit"].contains(line.trimmingCharacters(in: .whitespaces)) { break }
        let before = recorder.truth
        let now = Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000
        let answer = recorder.take(line, nowNanoseconds: now)(userLanguage)
        if recorder.truth != before {
          do {
            try Data(TruthWriter.text(recorder.truth).utf8).write(
              to: URL(fileURLWithPath: file), options: .atomic)
          } catch {
            throw Complaint("\(file): cannot be written; check the folder's space and rights")
          }
        }
        if !answer.isEmpty { print(answer) }
      }
    }
  }
}
