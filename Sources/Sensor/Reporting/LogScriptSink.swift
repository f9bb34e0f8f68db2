import Detection
import Foundation

/// Takes the words of rules' scripts: what they print goes to standard output, what they log to the log.
struct LogScriptSink: ScriptSink {
  let log: Log

  func printed(_ text: [UInt8]) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text + [UInt8(ascii: "\n")]))
  }

  func logged(_ level: ScriptLogLevel, _ message: String) {
    let levels: [ScriptLogLevel: Log.Level] = [
      .error: .error, .warning: .warning, .notice: .notice, .debug: .debug,
    ]
    log.write(levels[level] ?? .info, message, module: "detect-lua")
  }
}
