import Correlation
import Detection
import Foundation

/// Reads a scenario's folder: `site.yaml`, `truth.yaml`, and the captures beside them.
package enum ScenarioLoader {
  /// The scenario, or all that is wrong with its files, of all of them in one pass.
  package static func load(_ folder: String) -> Result<Scenario, TruthLoader.Problems> {
    var problems: [RuleProblem] = []
    let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    guard (try? FileManager.default.contentsOfDirectory(atPath: folder)) != nil else {
      return .failure(
        TruthLoader.Problems(problems: [
          problem(folder, "there is no such folder", "name the folder that holds site.yaml and truth.yaml")
        ]))
    }
    var site = SiteModel()
    if let text = contents("\(folder)/site.yaml", &problems) {
      switch SiteLoader.load(text, file: "\(folder)/site.yaml") {
      case .success(let loaded): site = loaded
      case .failure(let failure): problems += failure.problems
      }
    }
    var truth = Truth()
    if let text = contents("\(folder)/truth.yaml", &problems) {
      switch TruthLoader.load(text, file: "\(folder)/truth.yaml") {
      case .success(let loaded): truth = loaded
      case .failure(let failure): problems += failure.problems
      }
    }
    let captures = captures(of: folder)
    if captures.isEmpty {
      problems.append(
        problem(folder, "the folder holds no capture", "put the taps' *.pcap or *.pcapng files there"))
    }
    guard problems.isEmpty else { return .failure(TruthLoader.Problems(problems: problems)) }
    return .success(Scenario(folder: folder, site: site, truth: truth, captures: captures))
  }

  private static func captures(of folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") }.sorted()
      .map { "\(folder)/\($0)" }
  }

  private static func contents(_ path: String, _ problems: inout [RuleProblem]) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else {
      problems.append(
        problem(path, "the file is missing or cannot be read", "see docs/exercises.md for its form"))
      return nil
    }
    return String(decoding: data, as: UTF8.self)
  }

  private static func problem(_ file: String, _ message: String, _ remedy: String) -> RuleProblem {
    RuleProblem(at: SourcePosition(file: file, line: 1, column: 1), message, remedy: remedy)
  }
}
