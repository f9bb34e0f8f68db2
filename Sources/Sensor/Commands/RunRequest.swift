import Wire

/// What a run is asked to do, whichever command line said it.
package struct RunRequest: Sendable {
  /// What is done with the traffic.
  package enum Mode: Sendable, Equatable {
    /// Captures in files and folders, `-` for standard input.
    case captures([String])
    case interface(String)
    /// Load everything, report, and leave (`-T`).
    case test
    case engineAnalysis
    case dumpConfiguration
    case listProtocols
    case listFrames
    case listKeywords(String?)
    case buildInformation
    case help
    case version
  }

  package var mode = Mode.captures([])
  package var configurationPath: String?
  package var includes: [String] = []
  /// `--set KEY=VALUE`, in order.
  package var overrides: [(key: String, value: String)] = []
  /// `-S`: only these rules; `-s`: these besides the configuration's.
  package var ruleFiles: [String] = []
  package var areRulesExclusive = false
  package var firewallRuleFiles: [String] = []
  package var disablesDetection = false
  package var outputFolder: String?
  package var dataFolder: String?
  /// `all`, `none` or nothing.
  package var checksumMode: String?
  package var captureFilter: String?
  package var workers: Int?
  package var runMode: String?
  package var areStartErrorsFatal = false
  package var simulatesIPS = false
  /// `--no-random`: sizes that Suricata would draw are the smallest that it could draw, as there.
  package var drawsNothing = false
  package var isRecursive = false
  /// How many times faster than it happened captures are replayed; nil: at once.
  package var speed: Double?
  /// 0 quiet … 3 debugging.
  package var verbosity = 0
  /// Incidents are kept in a database beside the events.
  package var keepsStore = false
  /// Suricata's line of events only: no progress, no summary.
  package var isSuricata = false
  package var sitePath: String?
  /// Sigma rules besides the configuration's, and a map of signatures to tactics in place of its own.
  package var sigmaFiles: [String] = []
  package var mapPath: String?
  /// What the correlator has seen is kept in the output folder, and taken up from there.
  package var keepsState = false
  package var showsProgress = false
  package var isJSON = false
  /// A file in the output folder names the process, so that others find it.
  package var marksProcess = false
  /// `--pidfile`: the file that names the process.
  package var processFile: String?
  /// The report tells of each rule how often it was evaluated.
  package var profilesRules = false

  package init() {}
}
