import Foundation

/// Messages of the program itself, on standard error: one line each, gravest first in meaning.
package struct Log: Sendable {
  package enum Level: Int, Sendable, Comparable {
    case error, warning, notice, info, debug

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    var word: String {
      switch self {
      case .error: "Error"
      case .warning: "Warning"
      case .notice: "Notice"
      case .info: "Info"
      case .debug: "Debug"
      }
    }
  }

  package let level: Level

  package init(level: Level = .notice) {
    self.level = level
  }

  /// Writes a message, if its level is wanted. Control bytes in it are shown, never sent.
  package func write(_ level: Level, _ message: String) {
    guard level <= self.level else { return }
    let safe = message.unicodeScalars.map { scalar -> String in
      scalar.value < 0x20 || (scalar.value >= 0x7f && scalar.value < 0xa0) ? "·" : String(scalar)
    }.joined()
    FileHandle.standardError.write(Data("\(level.word): \(safe)\n".utf8))
  }

  package func error(_ message: String) { write(.error, message) }
  package func warning(_ message: String) { write(.warning, message) }
  package func notice(_ message: String) { write(.notice, message) }
  package func info(_ message: String) { write(.info, message) }
}
