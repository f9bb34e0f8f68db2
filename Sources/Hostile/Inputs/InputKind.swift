import Detection

/// Files that an administrator or a feed supplies, and sessions of protocols, each with what reads it.
enum InputKind: String, CaseIterable {
  case rules, expressions, datasets, digests, reputation, thresholds, classes, references
  case tlcp, ppp, l2tp, radius, dhcp

  /// Reads damaged bytes as the sensor would. It gives nothing back: it must only come to its end.
  func read(_ bytes: [UInt8], turn: UInt64) {
    let text = String(decoding: bytes, as: UTF8.self)
    switch self {
    case .rules: Self.load(bytes)
    case .expressions: Self.load(Self.rule(around: bytes, turn))
    case .datasets: Self.loadList(bytes, Self.datasetRules, turn)
    case .digests: Self.loadList(bytes, Self.digestRules, turn)
    case .reputation:
      var reputation = Reputation()
      if turn % 2 == 0 {
        _ = reputation.readCategories(text, file: "categories")
      } else {
        _ = reputation.readCategories("1,Scanners,x\n2,Spam,y\n", file: "categories")
      }
      _ = reputation.readScores(text, file: "scores")
      var environment = RuleEnvironment()
      environment.reputation = reputation
      Self.load(Array("alert ip any any -> any any (iprep:any,Scanners,>,1; sid:1;)".utf8), environment)
    case .thresholds:
      let (thresholds, _) = ThresholdRules.parse(text, file: "threshold.config", variables: .standard)
      var environment = RuleEnvironment()
      environment.thresholds = thresholds
      Self.load(Array("alert ip any any -> any any (ttl:1; sid:1;)".utf8), environment)
    case .classes: _ = Classifications.parse(text, file: "classification.config")
    case .tlcp: WireInputs.readSession(bytes, turn: turn)
    case .ppp, .l2tp, .radius, .dhcp: WireInputs.readFrames(bytes)
    case .references: _ = ReferenceKinds.parse(text, file: "reference.config")
    }
  }

  /// Names of files that hold such input, by parts.
  func takes(_ name: String) -> Bool {
    let parts: [String]
    switch self {
    case .rules, .expressions: parts = [".rules"]
    case .datasets: parts = [".lst", ".csv", ".rep", ".json", ".ndjson", ".jsonl"]
    case .digests: parts = ["md5", "sha1", "sha256", "hash"]
    case .reputation: parts = ["iprep", "categories", "reputation", "cats.txt"]
    case .thresholds: parts = ["threshold"]
    case .classes: parts = ["classification.config"]
    case .references: parts = ["reference.config"]
    // Sessions are taken out of captures.
    case .tlcp, .ppp, .l2tp, .radius, .dhcp: parts = []
    }
    return parts.contains { name.hasSuffix($0) || name.contains($0) && !name.hasSuffix(".pcap") }
  }

  /// Input of the kind that is there without any file.
  var seeds: [String] {
    switch self {
    case .rules: KeywordRules.text().split(separator: "\n").map(String.init)
    case .expressions:
      ["/(a|b)+[^\\x00-\\x1f]{2,9}?(?i:x)$/Rsmi", "/(?<n>\\d+),(?P=n)/", "/^\\s*(?!a)\\Q.\\E/"]
    case .datasets: ["Zmly\naGVsbG8=,12\n", "10.0.0.1\n2001:db8::1,5\n", "{\"a\":{\"b\":[{\"k\":\"x\"}]}}\n"]
    case .digests:
      [String(repeating: "0123456789abcdef", count: 4) + "\n", "d41d8cd98f00b204e9800998ecf8427e\n"]
    case .reputation: ["1,Scanners,Hosts that scan\n10.0.0.0/8,1,100\n2001:db8::/32,1,5\n"]
    case .thresholds:
      [
        "suppress gen_id 1, sig_id 1, track by_src, ip [10.0.0.0/8,!10.1.0.0/16]\n",
        "rate_filter gen_id 1, sig_id 1, track by_rule, count 3, seconds 5, new_action drop, timeout 9\n",
        "event_filter gen_id 1, sig_id 0, type backoff, track by_flow, count 1, multiplier 10\n",
        "threshold gen_id 1, sig_id 1, type both, track by_both, count 5, seconds 60\n",
      ]
    case .classes: ["config classification: trojan-activity,A Network Trojan was detected,1\n"]
    case .references: ["config reference: cve https://cve.example/name=\n"]
    case .tlcp, .ppp, .l2tp, .radius, .dhcp: []
    }
  }

  // MARK: Rules

  private static func load(_ bytes: [UInt8], _ environment: RuleEnvironment = RuleEnvironment()) {
    let loaded = RuleLoader.load(files: [("input.rules", bytes)], environment: environment)
    for problem in loaded.problems { _ = problem.description }
    let rules = RuleSet(loaded.signatures, datasets: loaded.datasets)
    for problem in rules.problems { _ = problem.description }
  }

  /// A rule with the bytes between the quotes of a pcre or of the transformation by one.
  private static func rule(around bytes: [UInt8], _ turn: UInt64) -> [UInt8] {
    let (before, after) =
      turn % 4 == 0
      ? ("alert http any any -> any any (http.uri; pcrexform:\"", "\"; content:\"a\"; sid:1;)")
      : ("alert tcp any any -> any any (content:\"a\"; pcre:\"", "\"; sid:1;)")
    return Array(before.utf8) + bytes + Array(after.utf8)
  }

  private static let datasetRules = ["string", "ipv4", "ipv6", "ip", "md5", "sha256"].flatMap { type in
    [
      "dns.query; dataset:isset,d,type \(type),load list;",
      "dns.query; datarep:d,>,1,load list,type \(type);",
      "dns.query; dataset:isset,d,type \(type),load list,format json,value_key k,context_key c,"
        + "array_key a.b;",
      "dns.query; dataset:isset,d,type \(type),load list,format ndjson,value_key k,context_key c;",
    ]
  }

  private static let digestRules = ["filemd5:list;", "filesha1:!list;", "filesha256:list;"]

  /// Rules that have the bytes as their list.
  private static func loadList(_ bytes: [UInt8], _ rules: [String], _ turn: UInt64) {
    var environment = RuleEnvironment()
    environment.lists.exists = { _ in true }
    environment.lists.read = { _ in bytes }
    let options = rules[Int(turn % UInt64(rules.count))]
    let name = options.hasPrefix("file") ? "http" : "dns"
    load(Array("alert \(name) any any -> any any (\(options) sid:1;)".utf8), environment)
  }
}
