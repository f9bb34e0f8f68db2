import Foundation
import Synchronization

/// Ends the process where one replay takes too long or too much memory: its variant is on record by then.
final class Watchdog: Sendable {
  private struct Watched {
    var name = ""
    var processorSeconds = 0.0
    var began = ContinuousClock.now
    var isRunning = false
  }

  private let watched = Mutex(Watched())
  private let secondsMax: Double
  private let residentBytesMax: Int
  /// A machine with other work may starve the process: only far more of the clock's time is a hang too.
  private static let clockFactor = 12.0

  init(secondsMax: Double, residentBytesMax: Int) {
    self.secondsMax = secondsMax
    self.residentBytesMax = residentBytesMax
    let thread = Thread { [weak self] in
      while let self {
        self.look()
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
    thread.name = "watchdog"
    thread.start()
  }

  func begin(_ name: String) {
    watched.withLock {
      $0 = Watched(name: name, processorSeconds: Watchdog.processorSeconds, began: .now, isRunning: true)
    }
  }

  func end() {
    watched.withLock { $0.isRunning = false }
  }

  private func look() {
    let now = watched.withLock { $0 }
    guard now.isRunning else { return }
    let clock = (ContinuousClock.now - now.began) / .seconds(1)
    let used = Watchdog.processorSeconds - now.processorSeconds
    if used > secondsMax || clock > secondsMax * Watchdog.clockFactor {
      stop("\(now.name): still running after \(Int(used)) s of the processor, \(Int(clock)) s of the clock")
    }
    let resident = Watchdog.residentBytes
    if resident > residentBytesMax { stop("\(now.name): the process has grown to \(resident >> 20) MB") }
  }

  private func stop(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("hostile: \(reason)\n".utf8))
    abort()
  }

  private static var processorSeconds: Double { Double(clock()) / 1_000_000 }

  /// The process's resident memory, from the kernel.
  static var residentBytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
  }
}
