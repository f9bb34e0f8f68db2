import Correlation
import Exercise
import Foundation
import Sensor
import Store

/// A scenario replayed and scored.
struct ScoredRun {
  /// How it is replayed.
  struct Options {
    var rules: [String] = []
    var configuration: String?
    var sigma: [String] = []
    var output: String?
    var speed: Double?
    var workers: Int?
  }

  let card: ScoreCard
  let observation: Observation
  let databasePath: String
  private let temporary: String?

  init(_ scenario: Scenario, weights: ScoringWeights, options: Options) throws {
    let folder = options.output ?? NSTemporaryDirectory() + "fengsui-exercise-\(UUID().uuidString)"
    temporary = options.output == nil ? folder : nil
    var request = RunRequest()
    request.mode = .captures(scenario.captures)
    request.configurationPath = options.configuration
    request.ruleFiles = options.rules
    if options.rules.isEmpty, options.configuration == nil,
      FileManager.default.fileExists(atPath: "Rules")
    {
      request.ruleFiles = ["Rules"]
    }
    request.areRulesExclusive = options.configuration == nil || !options.rules.isEmpty
    request.outputFolder = folder
    request.sitePath = scenario.sitePath
    request.sigmaFiles = options.sigma
    request.workers = options.workers
    request.keepsStore = true
    request.speed = options.speed
    do {
      let report = try LiveStopper().run(request, log: Log(level: .warning))
      guard let path = report.databasePath else { throw Complaint("\(folder): the run kept no database") }
      databasePath = path
      let (database, run) = try ListOptions.open(path)
      var observation = try Observation(database, run: run, site: scenario.site)
      observation.firstNanoseconds = report.firstNanoseconds
      observation.lastNanoseconds = report.lastNanoseconds
      self.observation = observation
    } catch {
      if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
      throw Complaint("\(error)")
    }
    card = Scorer(scenario.truth, observation, site: scenario.site, weights: weights).card()
  }

  /// Removes what the run wrote, unless its folder was named.
  func removeTemporaryFiles() {
    if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
  }
}
