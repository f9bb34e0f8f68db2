import Detection

// `vars`, `default-rule-path`, `rule-files`, the files beside them, `detect`, `pcre`, `logging`.
extension SensorSettings {
  mutating func readRules(_ reader: inout SettingReader) {
    rules.addressGroups = groups("address-groups", reader)
    rules.portGroups = groups("port-groups", reader)
    rules.folder = reader.text("default-rule-path") ?? ""
    rules.files = (reader.list("rule-files") ?? []).map { (name: $0.text, position: $0.position) }
    rules.classificationFile = reader.text("classification-file")
    rules.referenceFile = reader.text("reference-config-file")
    rules.thresholdFile = reader.text("threshold-file")
    rules.countryDatabase = reader.text("geoip-database")
    reader.flag("detect.profiling.grouping.dump-to-disk", &rules.dumpsGroups)
    let reputationFolder = reader.text("default-reputation-path") ?? ""
    func placed(_ name: String) -> String {
      name.hasPrefix("/") || reputationFolder.isEmpty ? name : "\(reputationFolder)/\(name)"
    }
    rules.reputationCategories = reader.text("reputation-categories-file")
    rules.reputationFiles = (reader.list("reputation-files") ?? []).map { placed($0.text) }
    readFirewall(&reader)
    let firewallFolder = reader.text("firewall.rule-path") ?? ""
    rules.firewallFiles = (reader.list("firewall.rule-files") ?? []).map { file in
      file.text.hasPrefix("/") || firewallFolder.isEmpty ? file.text : "\(firewallFolder)/\(file.text)"
    }
  }

  /// `firewall.policies`: what holds where no rule of the firewall does.
  mutating func readFirewall(_ reader: inout SettingReader) {
    reader.flag("firewall.enabled", &rules.firewall.isEnabled)
    guard let policies = reader.root["firewall.policies"] else { return }
    if let node = policies["packet"] {
      if let action = policy("filter", in: node, &reader) { rules.firewall.packetFilter = action }
      rules.firewall.preFlow = policy("pre-flow", in: node, &reader)
      rules.firewall.preStream = policy("pre-stream", in: node, &reader)
    }
    for application in policies["app"]?.children ?? [] {
      for hook in application.children {
        let name = "\(application.name)/\(hook.name.replacing("-", with: "_"))"
        rules.firewall.hooks[name] = policy(hook.name, in: application, &reader)
      }
    }
  }

  private func policy(
    _ name: String, in node: ConfigurationNode, _ reader: inout SettingReader
  ) -> FirewallRole.Action? {
    guard let hook = node.child(name) else { return nil }
    let words = hook.isSequence ? hook.children.compactMap(\.value) : [hook.value ?? ""]
    if let action = FirewallRole.Action(words: words) { return action }
    reader.report(
      at: hook.position, "`\(words.joined(separator: ", "))` is no policy of the firewall",
      remedy: "write one like `[\"accept:hook\"]` or `[\"drop:flow\", \"alert\"]`")
    return nil
  }

  private func groups(_ section: String, _ reader: SettingReader) -> [RuleSettings.Group] {
    (reader.root["vars.\(section)"]?.children ?? []).map { node in
      let text =
        node.isSequence ? "[" + node.children.compactMap(\.value).joined(separator: ",") + "]" : node.value
      return RuleSettings.Group(name: node.name, text: text ?? "", position: node.position)
    }
  }

  mutating func readDetection(_ reader: inout SettingReader) {
    reader.integer("packet-alert-max", 0...255, &detection.alertsPerPacketMax)
    // 0 stands for the default, as in Suricata.
    if detection.alertsPerPacketMax == 0 { detection.alertsPerPacketMax = 15 }
    readActions(&reader)
    reader.integer("pcre.match-limit", 1...UInt32.max, &detection.pcreMatchLimit)
    reader.integer("pcre.match-limit-recursion", 1...UInt32.max, &detection.pcreRecursionLimit)
    reader.flag("detect.sgh-mpm-caching", &detection.keepsPatterns)
    detection.patternFolder = reader.text("detect.sgh-mpm-caching-path")
    reader.flag("detect.rule-reload", &detection.allowsReload)
    reader.flag("detect.guess-applayer-tx", &detection.guessesTransactions)
    reader.integer("detect.stream-tx-log-limit", 0...UInt8.max, &detection.guessesMax)
    reader.integer("detect.inspection-recursion-limit", 1...1_000_000, &detection.recursionMax)
    let profiles = ["low", "medium", "high", "custom"].map { ($0, $0) }
    reader.word("detect.profile", profiles, &detection.profile)
    reader.word(
      "detect.prefilter.default", [("mpm", false), ("auto", true)], &detection.prefiltersAutomatically)
  }

  /// `action-order`: all four actions, each once.
  private mutating func readActions(_ reader: inout SettingReader) {
    guard let items = reader.list("action-order"), let node = reader.root["action-order"] else { return }
    let known: [String: RuleAction] = ["pass": .pass, "drop": .drop, "reject": .reject, "alert": .alert]
    let actions = items.compactMap { known[$0.text.lowercased()] }
    guard actions.count == items.count, Set(actions).count == actions.count else {
      reader.report(
        at: node.position, "action-order has to name actions, each once",
        remedy: "write pass, drop, reject and alert in the order wanted")
      return
    }
    detection.actions = actions + SignatureOrder.standardActions.filter { !actions.contains($0) }
  }

  mutating func readLogging(_ reader: inout SettingReader) {
    reader.word("logging.default-log-level", Self.levels, &logging.level)
    for item in reader.root["logging.outputs"]?.children ?? [] {
      if let console = item.child("console") { reader.flag("enabled", in: console, &logging.isOnConsole) }
      guard let file = item.child("file") else { continue }
      var isEnabled = false
      reader.flag("enabled", in: file, &isEnabled)
      guard isEnabled else { continue }
      var level = logging.level
      reader.word("level", in: file, Self.levels, &level)
      let isJSON = file["type"]?.value?.lowercased() == "json"
      logging.file = (file["filename"]?.value ?? "suricata.log", level, isJSON)
    }
  }

  private static let levels: [(String, Log.Level)] = [
    ("emergency", .error), ("alert", .error), ("critical", .error), ("error", .error), ("warning", .warning),
    ("notice", .notice), ("info", .info), ("perf", .info), ("config", .info), ("debug", .debug),
    ("none", .error),
  ]
}
