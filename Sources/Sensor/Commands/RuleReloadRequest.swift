import Foundation
import Outputs

/// `fengsui rules reload`: asks a run for a reload, and waits for what comes of it.
package enum RuleReloadRequest {
  /// Asks the run that writes to a folder, and gives what came of it; throws `RunFailure` where there is
  /// none, or where it has not answered in time.
  package static func ask(folder: String, waitSeconds: Int) throws -> RuleReloadReport.Document {
    let mark = "\(folder)/\(RunReloads.processFileName)"
    guard ProcessMark.isHeld(mark), let process = process(at: mark) else {
      throw RunFailure(
        "no run writes to \(folder); name its output folder with --dir, or its process with --pid")
    }
    let before = report(in: folder)?.number ?? 0
    try signal(process)
    let deadline = ContinuousClock.now + .seconds(waitSeconds)
    while .now < deadline {
      if let report = report(in: folder), report.number > before { return report }
      guard ProcessMark.isHeld(mark) else {
        throw RunFailure("the run has ended before it could read its rules again")
      }
      usleep(50_000)
    }
    throw RunFailure("the run has not answered within \(waitSeconds) seconds; its log tells what comes of it")
  }

  /// Asks a process, which tells in its log what comes of it.
  package static func signal(_ process: Int32) throws {
    let name = FileManager.default.contents(atPath: "/proc/\(process)/comm").map {
      String(decoding: $0, as: UTF8.self)
    }
    guard process > 1, let name, name.hasPrefix("fengsui") else {
      throw RunFailure("process \(process) is no run of fengsui; see 'pgrep -a fengsui'")
    }
    guard kill(process, SIGUSR2) == 0 else {
      throw RunFailure("process \(process) belongs to another user; ask as that user, or as root")
    }
  }

  private static func process(at path: String) -> Int32? {
    FileManager.default.contents(atPath: path).flatMap {
      Int32(String(decoding: $0.prefix(16), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  private static func report(in folder: String) -> RuleReloadReport.Document? {
    FileManager.default.contents(atPath: "\(folder)/\(RuleReloadReport.fileName)").flatMap {
      try? JSONDecoder().decode(RuleReloadReport.Document.self, from: $0)
    }
  }
}
