import ArgumentParser
import Console
import Correlation
import Foundation
import Sensor
import Store

/// What replay and sense take alike.
struct RunOptions: ParsableArguments {
  @Option(
    name: .customShort("S"),
    help: "File or folder of rules; may be given several times. Default: Rules, if there.")
  var rules: [String] = []

  @Option(name: .customShort("c"), help: "Configuration (suricata.yaml). Default: the standard settings.")
  var configuration: String?

  @Option(name: .customShort("o"), help: "Folder for eve.json and fengsui.sqlite.")
  var output = "output"

  @Option(help: "The site: districts, units, access points, assets (site.yaml).")
  var site: String?

  @Option(
    help: "File or folder of Sigma rules; may be given several times. Besides those of 'fengsui.sigma'.")
  var sigma: [String] = []

  @Option(help: "A map of signatures to tactics, before the built-in one ('fengsui site map' shows it).")
  var map: String?

  @Option(
    name: .customLong("set"), help: "KEY=VALUE: overrides the configuration; may be given several times.")
  var overrides: [String] = []

  @Option(help: "Which frames to take (BPF).")
  var filter: String?

  @Option(name: .customShort("k"), help: "Checksums: all (wrong ones are refused) or none.")
  var checksums: String?

  @Option(help: "Threads that follow flows. The events are the same with any number.")
  var workers: Int?

  @Flag(help: "Print the summary as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "More messages.")
  var verbose: Int

  /// The run that these ask for.
  func request(_ mode: RunRequest.Mode) throws -> RunRequest {
    var request = RunRequest()
    request.mode = mode
    request.configurationPath = configuration
    request.ruleFiles = rules
    if rules.isEmpty, configuration == nil, FileManager.default.fileExists(atPath: "Rules") {
      request.ruleFiles = ["Rules"]
    }
    request.areRulesExclusive = configuration == nil || !rules.isEmpty
    request.outputFolder = output
    request.sitePath = site
    request.sigmaFiles = sigma
    request.mapPath = map
    request.captureFilter = filter
    request.checksumMode = checksums
    request.workers = workers
    request.keepsStore = true
    request.marksProcess = true
    request.verbosity = verbose
    request.isJSON = json
    for text in overrides {
      guard let equals = text.firstIndex(of: "=") else {
        throw ValidationError("--set \(text): a value is missing; write --set KEY=VALUE")
      }
      request.overrides.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    return request
  }

  /// Runs, prints the summary, and ends with the run's status.
  func run(_ request: RunRequest) throws {
    let log = Log(level: [.notice, .info, .debug][min(request.verbosity, 2)])
    let stop = LiveStopper()
    let report: RunReport
    do {
      report = try stop.run(request, log: log)
    } catch let failure as RunFailure {
      if !failure.wasTold { log.error(failure.description) }
      throw ExitCode(failure.exitStatus)
    }
    var incidents: [IncidentRecord] = []
    if let path = report.databasePath {
      let (database, run) = try ListOptions.open(path)
      incidents = try database.incidents(run: run)
    }
    let summary = SummaryText(report, incidents: incidents, language: userLanguage)
    print(json ? try summary.json() : summary.lines.joined(separator: "\n"))
    if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
  }
}

/// `fengsui replay`.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replays captures: writes their events, and shows incidents with their explanation.",
    discussion: "Files and folders are merged packet by packet in order of time; '-' reads standard input.")

  @Argument(help: "Captures (pcap, pcapng, also gzip-compressed) or folders of them.")
  var captures: [String]

  @OptionGroup var options: RunOptions

  @Flag(help: "Look into folders within folders.")
  var recursive = false

  mutating func run() throws {
    var request = try options.request(.captures(captures))
    request.isRecursive = recursive
    request.showsProgress = !options.json
    try options.run(request)
  }
}

/// `fengsui sense`.
struct Sense: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watches an interface live, the same way; Ctrl-C or SIGTERM ends it in order.",
    discussion: """
      What was seen is kept in fengsui.state beside the database: the next run goes on with it, however
      this one ended. SIGHUP has the site read and the output files opened again, SIGUSR2 the rules read
      again.
      """)

  @Option(name: .customShort("i"), help: "The interface to watch.")
  var interface: String

  @OptionGroup var options: RunOptions

  mutating func run() throws {
    var request = try options.request(.interface(interface))
    request.keepsState = true
    try options.run(request)
  }
}

/// `fengsui console`.
struct ConsoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Opens the console on a database, at a terminal.")

  @Option(help: "The database that replay or sense wrote.")
  var db = "output/fengsui.sqlite"

  @Option(name: .customLong("run"), help: "Number of the run; the newest if left out.")
  var runNumber: Int64?

  mutating func run() throws {
    let (database, run) = try ListOptions.open(db, run: runNumber)
    guard ConsoleProgram.run(database: database, run: run, language: userLanguage) else {
      throw Complaint("the console needs a terminal; in a script use 'fengsui incidents --db \(db) --json'")
    }
  }
}
