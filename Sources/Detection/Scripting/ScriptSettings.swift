/// `security.lua`: what rules' scripts may do, and where their words go.
package struct ScriptSettings: Sendable {
  /// `allow-rules`: rules may have scripts at all.
  package var allowsRules = true
  /// `allow-restricted-functions`: scripts may catch errors, load text and use metatables.
  package var allowsRestricted = false
  /// `max-bytes`: memory of one script's state.
  package var bytesMax = 500_000
  /// `max-instructions`: instructions of one call.
  package var instructionsMax: Int64 = 500_000
  /// Folder of the outputs: `suricata.config`'s `log_path`.
  package var logFolder = ""
  /// Takes what scripts print and log.
  package var sink: any ScriptSink = SilentSink()

  /// All of Lua may be used, files and processes too: for scripts of the configuration, never for rules.
  var allowsEverything = false
  /// Processor time of one call, in nanoseconds: no script can hold a packet longer, whatever it does within
  /// its instructions.
  var nanosecondsMax: Int64 = 1_000_000_000
  /// Flow variables, and flow integers, that one script may register.
  static let registrationsMax = 16

  package init() {}
}

/// Where words of scripts go: detection itself does no I/O.
package protocol ScriptSink: Sendable {
  /// What a script prints, without the line's end.
  func printed(_ text: [UInt8])
  /// A message for the log of the program.
  func logged(_ level: ScriptLogLevel, _ message: String)
}

/// Levels of `suricata.log`.
package enum ScriptLogLevel: String, Sendable, CaseIterable {
  case error, warning, notice, info, perf, config, debug
}

/// Takes nothing.
package struct SilentSink: ScriptSink {
  package init() {}

  /// Nothing.
  package func printed(_ text: [UInt8]) {}
  /// Nothing.
  package func logged(_ level: ScriptLogLevel, _ message: String) {}
}

/// How often scripts failed: `detect.lua` of the statistics.
package struct ScriptCounters: Sendable, Equatable {
  package var errors: UInt64 = 0
  package var blockedFunctions: UInt64 = 0
  package var instructionLimits: UInt64 = 0
  package var memoryLimits: UInt64 = 0

  package init() {}
}

/// Names that scripts may use although another rule brought them up.
package struct ScriptNames: Sendable {
  package var flowVariables: [String: Int] = [:]
  package var flowIntegers: [String: Int] = [:]

  package init() {}

  /// The names of a set of rules.
  package init(_ rules: LoadedRules) {
    for (number, name) in rules.captureNames.enumerated() { flowVariables[name] = number }
    for (number, name) in rules.flowIntegerNames.enumerated() { flowIntegers[name] = number }
  }
}
