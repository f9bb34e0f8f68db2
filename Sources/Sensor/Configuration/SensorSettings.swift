package import Detection
package import Flows
import Foundation
package import Outputs
package import Protocols
package import Wire

/// Everything that the configuration says, in the form in which each part of the sensor takes it.
package struct SensorSettings: Sendable {
  package var decoder = DecoderSettings()
  package var flows = FlowSettings()
  package var streams = StreamSettings()
  package var defragment = DefragmentSettings()
  package var protocols = ProtocolSettings()
  package var rules = RuleSettings()
  /// `datasets`.
  package var lists = ListSettings()
  /// `outputs.lua`: scripts that write records.
  package var scriptOutputs: [ScriptOutputs.Source] = []
  /// `security.lua`.
  package var scripts = ScriptSettings()
  package var detection = DetectionSettings()
  package var outputs = OutputSettings()
  /// `outputs.file-store`, where it is enabled.
  package var fileStore: FileStoreSettings?
  /// `force-magic`: records of files tell what libmagic says of them, whatever rules ask.
  package var showsMagic = false
  package var logging = LoggingSettings()
  /// `fengsui.sigma` and `fengsui.map`: files of Sigma rules, and the map of signatures to tactics.
  package var sigmaFiles: [String] = []
  package var mapPath: String?
  /// `run-as.user` and `run-as.group`.
  package var runAs: (user: String?, group: String?)?
  /// `runmode`.
  package var runMode: String?
  /// `pcap-file.checksum-checks` and `capture.checksum-validation`, as `-k` would say them.
  package var checksumMode: String?
  /// `exception-policy`, and those of single limits, by their dotted paths.
  package var exceptionPolicies: [String: String] = [:]

  package init() {}

  /// Reads all settings; what is wrong is returned beside them, and those settings keep their defaults.
  package static func read(_ configuration: Configuration) -> (SensorSettings, [ConfigurationProblem]) {
    var settings = SensorSettings()
    var reader = SettingReader(configuration.root)
    settings.readDecoder(&reader)
    settings.readFlows(&reader)
    settings.readStreams(&reader)
    settings.readHosts(&reader)
    settings.readProtocols(&reader)
    settings.readRules(&reader)
    settings.readDetection(&reader)
    settings.readDatasets(&reader)
    settings.readScripts(&reader)
    settings.readOutputs(&reader)
    settings.readLogging(&reader)
    settings.readCorrelation(&reader)
    settings.readRun(&reader)
    reader.warnAboutUnknownKeys()
    return (settings, configuration.problems + reader.problems)
  }

  private mutating func readRun(_ reader: inout SettingReader) {
    readUser(&reader)
    runMode = reader.text("runmode")
    checksumMode = reader.text("capture.checksum-validation")
    switch reader.text("pcap-file.checksum-checks")?.lowercased() {
    case "yes": checksumMode = checksumMode ?? "all"
    case "no": checksumMode = checksumMode ?? "none"
    default: break
    }
    if checksumMode == "none" { streams.validatesChecksums = false }
    for path in Self.exceptionPolicyPaths {
      guard let node = reader.root[path], let value = node.value else { continue }
      if Self.exceptionPolicyNames.contains(value.lowercased()) {
        exceptionPolicies[path] = value.lowercased()
      } else {
        let remedy = "write one of \(Self.exceptionPolicyNames.joined(separator: ", "))"
        reader.report(at: node.position, "\(path) is `\(value)`, which is not known", remedy: remedy)
      }
    }
  }

  /// `run-as`: the user must exist, as the run would otherwise keep more rights than was meant.
  private mutating func readUser(_ reader: inout SettingReader) {
    guard let node = reader.root["run-as"] else { return }
    runAs = (node["user"]?.value, node["group"]?.value)
    guard let user = runAs?.user else {
      let message =
        "no user name was provided - ensure it is specified either in the configuration file (run-as.user) "
        + "or in command-line arguments (--user)"
      reader.report(at: node.position, message, remedy: "write `user: NAME` below run-as, or remove run-as")
      return
    }
    guard let accounts = FileManager.default.contents(atPath: "/etc/passwd") else { return }
    let names = String(decoding: accounts, as: UTF8.self).split(separator: "\n").map {
      $0.prefix { $0 != ":" }
    }
    if !names.contains(Substring(user)) {
      let message = "`\(user)`: unable to get the user ID, check if user exist!!"
      reader.report(at: node.position, message, remedy: "name a user of /etc/passwd")
    }
  }

  private static let exceptionPolicyPaths = [
    "app-layer.error-policy", "defrag.memcap-policy", "exception-policy", "flow.memcap-policy",
    "stream.memcap-policy", "stream.midstream-policy", "stream.reassembly.memcap-policy",
  ]
  private static let exceptionPolicyNames = [
    "auto", "bypass", "drop-flow", "drop-packet", "ignore", "no", "pass-flow", "pass-packet", "reject",
    "reject-both",
  ]
}

/// Where rules come from and what they are read with.
package struct RuleSettings: Sendable {
  /// A group of addresses or ports as written.
  package struct Group: Sendable {
    package let name: String
    package let text: String
    package let position: SourcePosition
  }

  package var addressGroups: [Group] = []
  package var portGroups: [Group] = []
  /// `default-rule-path`.
  package var folder = ""
  /// `rule-files`: names or patterns, relative to the folder.
  package var files: [(name: String, position: SourcePosition)] = []
  package var classificationFile: String?
  package var referenceFile: String?
  package var thresholdFile: String?
  /// `firewall.rule-path` and `firewall.rule-files`.
  package var firewallFiles: [String] = []
  /// `geoip-database`.
  package var countryDatabase: String?
  /// `reputation-categories-file` and `reputation-files`, below `default-reputation-path`.
  package var reputationCategories: String?
  package var reputationFiles: [String] = []
  /// `detect.profiling.grouping.dump-to-disk`: the groups of rules are written beside the events.
  package var dumpsGroups = false
  /// `firewall.enabled` and `firewall.policies`.
  package var firewall = FirewallPolicies()

  package init() {}
}

/// `detect`, `pcre` and the like.
package struct DetectionSettings: Sendable {
  /// `packet-alert-max`: alerts of one packet.
  package var alertsPerPacketMax = 15
  package var pcreMatchLimit: UInt32 = 3500
  package var pcreRecursionLimit: UInt32 = 1500
  /// `detect.guess-applayer-tx`.
  package var guessesTransactions = false
  /// `detect.stream-tx-log-limit`: alerts that one transaction is guessed for.
  package var guessesMax: UInt8 = .max
  package var profile = "medium"
  /// `detect.inspection-recursion-limit`.
  package var recursionMax = 3000
  /// `detect.prefilter.default`: `auto` prefilters rules without patterns too.
  package var prefiltersAutomatically = false
  package var isEnabled = true
  /// `detect.rule-reload`: rules may be exchanged while the run goes on.
  package var allowsReload = true
  /// `detect.sgh-mpm-caching` and `detect.sgh-mpm-caching-path`: compiled patterns are kept between runs.
  package var keepsPatterns = true
  package var patternFolder: String?
  /// `action-order`.
  package var actions = SignatureOrder.standardActions

  package init() {}
}

/// Messages of the program itself.
package struct LoggingSettings: Sendable {
  package var level = Log.Level.info
  package var isOnConsole = true
  /// `logging.outputs.file`, relative to the log folder.
  package var file: (name: String, level: Log.Level, isJSON: Bool)?

  package init() {}
}
