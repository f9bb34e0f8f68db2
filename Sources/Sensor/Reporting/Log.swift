import Foundation
import Synchronization

/// Messages of the program itself: one line each on standard error, and in a file where the configuration
/// asks. Suricata's command line shows all but errors on standard output.
package struct Log: Sendable {
  package enum Level: Int, Sendable, Comparable {
    /// `silent` is for a log that shows nothing.
    case silent, error, warning, notice, info, debug

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    var word: String {
      switch self {
      case .silent: ""
      case .error: "Error"
      case .warning: "Warning"
      case .notice: "Notice"
      case .info: "Info"
      case .debug: "Debug"
      }
    }
  }

  package private(set) var level: Level
  private let usesStandardOutput: Bool
  private var file: LogFile?

  package init(level: Level = .notice, usesStandardOutput: Bool = false) {
    self.level = level
    self.usesStandardOutput = usesStandardOutput
  }

  /// The same log, that also writes to a file from now on. A file that cannot be opened is told once.
  func writing(to path: String, level: Level, isJSON: Bool) -> Log {
    var log = self
    log.file = LogFile(path: path, level: level, isJSON: isJSON)
    if log.file == nil { warning("\(path): the log file cannot be written; check its folder and rights") }
    return log
  }

  /// Opens the file again: the old one was moved away.
  func reopen() { file?.reopen() }

  /// The same log, that shows at least this level.
  func showing(_ level: Level) -> Log {
    var log = self
    log.level = max(log.level, level)
    return log
  }

  /// Writes a message, if its level is wanted. Control bytes in it are shown, never sent. `module` is the
  /// engine's part that it is from, where a reader of the log file may ask for it.
  package func write(_ level: Level, _ message: String, module: String? = nil) {
    let isShown = level <= self.level
    guard isShown || level <= file?.level ?? .error else { return }
    let safe = message.unicodeScalars.map { scalar -> String in
      scalar.value < 0x20 || (scalar.value >= 0x7f && scalar.value < 0xa0) ? "·" : String(scalar)
    }.joined()
    if isShown {
      let isOutput = usesStandardOutput && level > .error
      let stream = isOutput ? FileHandle.standardOutput : FileHandle.standardError
      stream.write(Data("\(level.word): \(safe)\n".utf8))
    }
    file?.write(level, safe, module)
  }

  package func error(_ message: String) { write(.error, message) }
  package func warning(_ message: String) { write(.warning, message) }
  package func notice(_ message: String) { write(.notice, message) }
  package func info(_ message: String) { write(.info, message) }
}

/// A file of messages, plain or as JSON in the form of EVE's `engine` records.
final class LogFile: Sendable {
  let level: Log.Level
  private let isJSON: Bool
  private let path: String
  private let handle: Mutex<FileHandle>

  init?(path: String, level: Log.Level, isJSON: Bool) {
    self.level = level
    self.isJSON = isJSON
    self.path = path
    guard
      FileManager.default.createFile(atPath: path, contents: nil)
        || FileManager.default.isWritableFile(atPath: path),
      let handle = FileHandle(forWritingAtPath: path)
    else { return nil }
    _ = try? handle.seekToEnd()
    self.handle = Mutex(handle)
  }

  /// Opens the path anew; where that is not possible, the old file goes on.
  func reopen() {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    guard let next = FileHandle(forWritingAtPath: path) else { return }
    _ = try? next.seekToEnd()
    handle.withLock { $0 = next }
  }

  func write(_ level: Log.Level, _ message: String, _ module: String?) {
    guard level <= self.level else { return }
    let now = Date().ISO8601Format()
    var line = "\(now) - \(level.word): \(message)\n"
    if isJSON {
      let record = Record(
        timestamp: now, log_level: level.word, event_type: "engine",
        engine: .init(message: message, module: module))
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      guard let data = try? encoder.encode(record) else { return }
      line = String(decoding: data, as: UTF8.self) + "\n"
    }
    handle.withLock { try? $0.write(contentsOf: Data(line.utf8)) }
  }

  private struct Record: Encodable {
    struct Engine: Encodable {
      let message: String
      let module: String?
    }

    let timestamp: String
    let log_level: String
    let event_type: String
    let engine: Engine
  }
}
