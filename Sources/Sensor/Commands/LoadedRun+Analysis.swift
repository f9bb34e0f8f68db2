import Detection
import Foundation

extension LoadedRun {
  /// Writes the files of `--engine-analysis` into the folder of the run's outputs.
  func writeAnalysis() throws {
    for (name, text) in EngineAnalysis.files(loadedRules) { try write(text, to: name) }
  }

  /// Writes the groups of rules, where `detect.profiling.grouping.dump-to-disk` asks for them.
  func writeGroups() throws {
    guard settings.rules.dumpsGroups else { return }
    try write(EngineAnalysis.groups(loadedRules), to: "rule_group.json")
  }

  private func write(_ text: String, to name: String) throws {
    let path = "\(outputFolder)/\(name)"
    do {
      try FileManager.default.createDirectory(atPath: outputFolder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw RunFailure("\(path) cannot be written; check the space and the rights of its folder")
    }
  }
}
