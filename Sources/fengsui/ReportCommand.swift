import ArgumentParser
import Correlation
import Exercise
import Foundation
import Reports
import Sensor
import Store

/// What all reports take.
struct ReportOptions: ParsableArguments {
  /// Forms of a report.
  enum Form: String, ExpressibleByArgument, CaseIterable { case html, markdown }

  @Option(help: "html or markdown.")
  var form = Form.html

  @Option(help: "zh or en; the environment's language if left out.")
  var language: String?

  @Option(name: .shortAndLong, help: "The file; standard output if left out.")
  var output: String?

  var chosen: Language {
    get throws {
      switch language {
      case nil: return userLanguage
      case "zh": return .chinese
      case "en": return .english
      case .some(let other): throw Complaint("--language \(other): write zh or en")
      }
    }
  }

  /// The report in its form.
  func text(_ document: Document) -> String {
    form == .html ? HTMLWriter.text(document) : MarkdownWriter.text(document)
  }

  func write(_ document: Document) throws {
    guard let output else { return print(text(document), terminator: "") }
    try writeFile(text(document), to: output)
  }
}

/// Writes a file whole, or says in one sentence why not.
func writeFile(_ text: String, to path: String) throws {
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw Complaint("\(path) cannot be written; check the folder, its space and rights")
  }
}

/// A site file, or an empty site.
func siteModel(_ path: String?) throws -> SiteModel {
  guard let path else { return SiteModel() }
  guard let data = FileManager.default.contents(atPath: path) else {
    throw Complaint("\(path): the site file cannot be read; check the name after --site")
  }
  switch SiteLoader.load(String(decoding: data, as: UTF8.self), file: path) {
  case .success(let site): return site
  case .failure(let failure): throw ExerciseCommand.complaint(failure.problems)
  }
}

/// `fengsui report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes reports of an incident or an exercise: HTML that stands alone, or Markdown.",
    subcommands: [OfIncident.self, OfExercise.self, Clock.self])

  /// A clock file, or what is usual.
  static func clock(_ path: String?, _ language: Language) throws -> ReportingClock {
    guard let path else { return .usual(language) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Complaint("\(path): cannot be read; print such a file with 'fengsui report clock'")
    }
    switch ReportingClock.load(String(decoding: data, as: UTF8.self), file: path) {
    case .success(let clock): return clock
    case .failure(let failure): throw ExerciseCommand.complaint(failure.problems)
    }
  }

  /// The stored incident whose number begins so, with its alerts.
  static func incident(_ identifier: String, db: String, run: Int64?) throws -> (
    IncidentRecord, [AlertRecord]
  ) {
    let (database, run) = try ListOptions.open(db, run: run)
    guard let incident = try database.incident(run: run, identifier: identifier) else {
      throw Complaint(
        "\(identifier): there is no such incident, or several; 'fengsui incidents --brief' lists them")
    }
    return (incident, try database.alerts(run: run, incident: incident.id, limit: 100_000))
  }

  /// `fengsui report incident`.
  struct OfIncident: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "incident", abstract: "The report of one incident, as a defender hands it in.")

    @Argument(help: "The incident's number, or its beginning.")
    var incident: String

    @Option(help: "The database that replay or sense wrote.")
    var db = "output/fengsui.sqlite"

    @Option(name: .customLong("run"), help: "Number of the run; the newest if left out.")
    var runNumber: Int64?

    @Option(help: "The site (site.yaml).")
    var site: String?

    @Option(help: "Who has to be told, and when (see 'fengsui report clock').")
    var clock: String?

    @OptionGroup var options: ReportOptions

    mutating func run() throws {
      let (record, alerts) = try ReportCommand.incident(incident, db: db, run: runNumber)
      let language = try options.chosen
      try options.write(
        IncidentReport.document(
          record, alerts: alerts, site: try siteModel(site), clock: try ReportCommand.clock(clock, language),
          language: language))
    }
  }

  /// `fengsui report exercise`.
  struct OfExercise: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "exercise", abstract: "Replays a scenario, scores it, and writes the report of it.")

    @Argument(help: "The scenario's folder.")
    var folder: String

    @Option(name: .customShort("S"), help: "File or folder of rules. Default: Rules, if there.")
    var rules: [String] = []

    @Option(help: "What counts how much (see 'fengsui exercise weights').")
    var weights: String?

    @OptionGroup var options: ReportOptions

    mutating func run() throws {
      let scenario = try ExerciseCommand.scenario(folder)
      let scored = try ScoredRun(
        scenario, weights: try ExerciseCommand.weights(weights), options: ScoredRun.Options(rules: rules))
      defer { scored.removeTemporaryFiles() }
      try options.write(
        ExerciseReport.document(scored.card, scenario, scored.observation, language: try options.chosen))
    }
  }

  /// `fengsui report clock`.
  struct Clock: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the usual time limits, as a file to change and to give to 'incident --clock'.")

    mutating func run() throws { print(ReportingClock.usual(userLanguage).text, terminator: "") }
  }
}
