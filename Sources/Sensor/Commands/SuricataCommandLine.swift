/// Suricata's own command line: the same words, so that scripts and units keep working with the name changed.
package struct SuricataCommandLine {
  /// A word that cannot be understood, with what to write instead.
  package struct Problem: Error, Equatable {
    package let message: String
  }

  private var words: ArraySlice<String>
  private var request = RunRequest()
  private var captures: [String] = []
  private var filter: [String] = []

  /// Reads the arguments after the program's name.
  package static func parse(_ arguments: [String]) throws(Problem) -> RunRequest {
    var line = SuricataCommandLine(words: arguments[...])
    try line.readAll()
    return line.finished()
  }

  private init(words: ArraySlice<String>) {
    self.words = words
    request.isSuricata = true
  }

  private mutating func readAll() throws(Problem) {
    while let word = words.popFirst() {
      if word.hasPrefix("--") {
        try readLong(word)
      } else if word.hasPrefix("-"), word.count > 1 {
        try readShort(word)
      } else {
        filter.append(word)
      }
    }
  }

  private mutating func readShort(_ word: String) throws(Problem) {
    if word.dropFirst().allSatisfy({ $0 == "v" }) {
      request.verbosity += word.count - 1
      return
    }
    let flag = word.dropFirst().first
    let attached = word.count > 2 ? String(word.dropFirst(2)) : nil
    switch flag {
    case "T": request.mode = .test
    case "D": break
    case "h": request.mode = .help
    case "V": request.mode = .version
    case "r", "i", "c", "S", "s", "l", "k", "F", "q", "d": try readValue(String(word.prefix(2)), attached)
    default: throw unknown(word)
    }
  }

  private mutating func readValue(_ flag: String, _ attached: String?) throws(Problem) {
    let value = try self.value(attached, of: flag)
    switch flag {
    case "-r": captures.append(value)
    case "-i": request.mode = .interface(value)
    case "-c": request.configurationPath = value
    case "-S":
      request.ruleFiles.append(value)
      request.areRulesExclusive = true
    case "-s": request.ruleFiles.append(value)
    case "-l": request.outputFolder = value
    case "-k": request.checksumMode = value
    case "-F": request.captureFilter = "@" + value
    default:
      throw Problem(message: "\(flag) needs a kernel queue, which is not supported; capture with -i or -r")
    }
  }

  private mutating func readLong(_ word: String) throws(Problem) {
    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
    let (name, attached) = (parts[0], parts.count > 1 ? parts[1] : nil)
    if Self.flags.contains(name) {
      readFlag(name)
    } else if name == "--set" {
      let text = try value(attached, of: name)
      guard let equals = text.firstIndex(of: "=") else {
        throw Problem(message: "--set \(text): a value is missing; write --set KEY=VALUE")
      }
      request.overrides.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    } else if Self.values.contains(name) {
      readSetting(name, try value(attached, of: name))
    } else if name == "--list-keywords" {
      request.mode = .listKeywords(attached)
    } else if Self.optionalValues.contains(name) {
      readOptional(name, attached)
    } else {
      throw unknown(word)
    }
  }

  private mutating func readFlag(_ name: String) {
    switch name {
    case "--init-errors-fatal": request.areStartErrorsFatal = true
    case "--disable-detection": request.disablesDetection = true
    case "--simulate-ips": request.simulatesIPS = true
    case "--engine-analysis": request.mode = .engineAnalysis
    case "--dump-config": request.mode = .dumpConfiguration
    case "--list-app-layer-frames": request.mode = .listFrames
    case "--list-app-layer-protos": request.mode = .listProtocols
    case "--build-info": request.mode = .buildInformation
    case "--help": request.mode = .help
    case "--pcap-file-recursive": request.isRecursive = true
    case "--no-random": request.drawsNothing = true
    default: break
    }
  }

  private mutating func readSetting(_ name: String, _ value: String) {
    switch name {
    case "--runmode": request.runMode = value
    case "--data-dir": request.dataFolder = value
    case "--include": request.includes.append(value)
    case "--firewall-rules-exclusive": request.firewallRuleFiles.append(value)
    case "--pcap-file": captures.append(value)
    case "--pidfile": request.processFile = value
    default: request.overrides.append((String(name.dropFirst(2)), value))
    }
  }

  private mutating func readOptional(_ name: String, _ value: String?) {
    switch name {
    case "--pcap", "--af-packet":
      if let value { request.mode = .interface(value) }
    default: break
    }
  }

  private mutating func value(_ attached: String?, of flag: String) throws(Problem) -> String {
    if let attached { return attached }
    return try next(flag)
  }

  private mutating func next(_ flag: String) throws(Problem) -> String {
    guard let value = words.popFirst() else {
      throw Problem(message: "\(flag) needs a value after it; fengsui suricata --help lists the flags")
    }
    return value
  }

  private func unknown(_ word: String) -> Problem {
    Problem(message: "unknown flag \(word); fengsui suricata --help lists the flags")
  }

  private func finished() -> RunRequest {
    var request = request
    if !captures.isEmpty, request.mode == .captures([]) { request.mode = .captures(captures) }
    if !filter.isEmpty { request.captureFilter = filter.joined(separator: " ") }
    return request
  }

  /// Flags without a value. Those that only change how the process runs are taken and have no effect.
  private static let flags: Set<String> = [
    "--build-info", "--disable-detection", "--disable-hashing", "--dump-config", "--dump-features",
    "--engine-analysis", "--fatal-unittests", "--help", "--init-errors-fatal", "--list-app-layer-frames",
    "--list-app-layer-protos",
    "--list-runmodes", "--no-random", "--pcap-file-continuous", "--pcap-file-delete", "--pcap-file-recursive",
    "--simulate-ips",
  ]

  /// Flags with a value.
  private static let values: Set<String> = [
    "--data-dir", "--firewall-rules-exclusive", "--group", "--include", "--pcap-buffer-size", "--pcap-file",
    "--pcap-file-buffer-size", "--pidfile", "--runmode", "--simulate-applayer-error-at-offset-tc",
    "--simulate-applayer-error-at-offset-ts", "--simulate-packet-defrag-memcap",
    "--simulate-packet-flow-memcap",
    "--simulate-packet-loss", "--simulate-packet-tcp-reassembly-memcap", "--simulate-packet-tcp-ssn-memcap",
    "--user",
  ]

  /// Flags whose value may follow after `=`.
  private static let optionalValues: Set<String> = [
    "--af-packet", "--pcap", "--reject-dev", "--strict-rule-keywords", "--unix-socket",
  ]
}
