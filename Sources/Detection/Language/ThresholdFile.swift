/// The entries of threshold.config, which limit, suppress or change alerts of rules from outside of them.
package struct ThresholdRules: Sendable {
  /// What is done with alerts.
  package enum Entry: Sendable {
    case suppress(Suppression)
    case filter(Threshold)
    case rate(RateFilter)
  }

  /// An entry and the rules that it is for: 0 stands for every group or number.
  package struct Item: Sendable {
    package let group: UInt32
    package let id: UInt32
    package let entry: Entry
  }

  /// In the order of the file.
  package var items: [Item] = []

  package init() {}

  /// Reads the file's lines: `suppress`, `threshold` or `event_filter`, `rate_filter`.
  package static func parse(
    _ text: String, file: String, variables: RuleVariables
  ) -> (ThresholdRules, [RuleProblem]) {
    var result = ThresholdRules()
    var problems: [RuleProblem] = []
    var lines = ConfigurationLines(text, file: file)
    while let line = lines.next() {
      do throws(RuleProblem) {
        var entry = try ThresholdLine(line)
        result.items.append(try entry.item(variables))
      } catch {
        problems.append(error)
      }
    }
    return (result, problems)
  }

  /// Gives every signature what the file says of it. An entry for one rule takes the place of the rule's own
  /// threshold; an entry for all rules is only for those that have none.
  package func apply(to signatures: inout [Signature]) {
    guard !items.isEmpty else { return }
    for index in signatures.indices {
      let identity = signatures[index].identity
      let specific = items.filter { $0.id == identity.id && $0.group == identity.group }
      let general = items.filter { $0.id == 0 && ($0.group == 0 || $0.group == identity.group) }
      if specific.contains(where: { $0.isFilter }) {
        signatures[index].thresholds.removeAll { $0.kind != .detectionFilter }
      }
      for item in specific { Self.add(item.entry, to: &signatures[index]) }
      for item in general where !item.isFilter || signatures[index].thresholds.isEmpty {
        Self.add(item.entry, to: &signatures[index])
      }
    }
  }

  private static func add(_ entry: Entry, to signature: inout Signature) {
    switch entry {
    case .suppress(let suppression): signature.suppressions.append(suppression)
    case .filter(let threshold): signature.thresholds.append(threshold)
    case .rate(let filter): signature.rateFilters.append(filter)
    }
  }
}

extension ThresholdRules.Item {
  fileprivate var isFilter: Bool {
    if case .filter = entry { return true }
    return false
  }
}

/// One line of threshold.config: a word, then `name value` pairs between commas.
private struct ThresholdLine {
  /// The word that begins the line.
  let kind: KeywordValue
  private let line: KeywordValue
  private var pairs: [String: KeywordValue] = [:]

  init(_ line: KeywordValue) throws(RuleProblem) {
    let words = line.words(limit: 2)
    guard words.count == 2, ["suppress", "threshold", "event_filter", "rate_filter"].contains(words[0].text)
    else {
      throw line.problem(
        "this is no threshold entry",
        remedy: "begin the line with suppress, threshold, event_filter or rate_filter")
    }
    self.line = line
    kind = words[0]
    // The addresses come last and may hold commas.
    var rest = words[1]
    while !rest.isEmpty {
      let name = rest.words(limit: 2)
      guard name.count == 2 else {
        throw rest.problem(
          "“\(rest.text)” has no value", remedy: "write pairs of a name and a value between commas")
      }
      let isList = name[0].text == "ip"
      let parts = isList ? [name[1]] : name[1].split(limit: 2)
      guard pairs.updateValue(parts[0], forKey: name[0].text) == nil else {
        throw name[0].problem("\(name[0].text) stands twice", remedy: "remove one of them")
      }
      guard parts.count == 2 else { break }
      rest = parts[1]
    }
  }

  /// The entry of the line.
  mutating func item(_ variables: RuleVariables) throws(RuleProblem) -> ThresholdRules.Item {
    let group = UInt32(try take("gen_id").integer(in: 0...Int64(UInt32.max), "gen_id"))
    let id = UInt32(try take("sig_id").integer(in: 0...Int64(UInt32.max), "sig_id"))
    let entry: ThresholdRules.Entry
    switch kind.text {
    case "suppress": entry = .suppress(try suppression(variables))
    case "rate_filter": entry = .rate(try rateFilter())
    default: entry = .filter(try filter())
    }
    if let (name, value) = pairs.min(by: { $0.key < $1.key }) {
      throw value.problem("\(kind.text) has no \(name)", remedy: "remove it")
    }
    return ThresholdRules.Item(group: group, id: id, entry: entry)
  }

  private mutating func take(_ name: String) throws(RuleProblem) -> KeywordValue {
    guard let value = pairs.removeValue(forKey: name) else {
      throw line.problem("\(name) is missing", remedy: "add \(name) and its value")
    }
    return value
  }

  private mutating func count(_ name: String) throws(RuleProblem) -> UInt32 {
    UInt32(try take(name).integer(in: 0...Int64(UInt32.max), name))
  }

  private mutating func track() throws(RuleProblem) -> Threshold.Track {
    try ThresholdSyntax.track(try take("track"))
  }

  private mutating func suppression(_ variables: RuleVariables) throws(RuleProblem) -> Suppression {
    guard let track = pairs.removeValue(forKey: "track") else {
      return Suppression(track: .all, addresses: .any)
    }
    let tracks: [String: Suppression.Track] = [
      "by_src": .bySource, "by_dst": .byDestination, "by_either": .byEither,
    ]
    guard let side = tracks[track.text] else {
      throw track.problem("“\(track.text)” is nothing to track", remedy: "write by_src, by_dst or by_either")
    }
    let addresses = try take("ip")
    let place = addresses.source.position(at: addresses.offset)
    return Suppression(
      track: side, addresses: try ListEvaluator.addresses(addresses.text, at: place, variables))
  }

  private mutating func filter() throws(RuleProblem) -> Threshold {
    let kind = try ThresholdSyntax.kind(try take("type"))
    let track = try track()
    let place = pairs["count"]
    let count = try count("count")
    if count == 0, let place {
      throw place.problem("count should be > 0", remedy: "write count 1, or suppress")
    }
    if kind == .backoff {
      return Threshold(
        kind: kind, track: track, count: count, seconds: 0, multiplier: try self.count("multiplier"))
    }
    return Threshold(kind: kind, track: track, count: count, seconds: try self.count("seconds"))
  }

  private mutating func rateFilter() throws(RuleProblem) -> RateFilter {
    let track = try track()
    let place = pairs["count"]
    let count = try count("count")
    if count == 0, let place {
      throw place.problem("rate filter count should be > 0", remedy: "write count 1, or another action")
    }
    let seconds = try self.count("seconds")
    let action = try take("new_action")
    let actions: [String: RuleAction] = ["alert": .alert, "drop": .drop, "pass": .pass, "reject": .reject]
    guard let newAction = actions[action.text] else {
      throw action.problem("“\(action.text)” is no action", remedy: "write alert, drop, pass or reject")
    }
    return RateFilter(
      track: track, count: count, seconds: seconds, newAction: newAction,
      timeoutSeconds: try self.count("timeout"))
  }
}

/// Words that thresholds in rules and in threshold.config share.
enum ThresholdSyntax {
  /// The kind that a word names.
  static func kind(_ value: KeywordValue) throws(RuleProblem) -> Threshold.Kind {
    switch value.text {
    case "limit": return .limit
    case "threshold": return .threshold
    case "both": return .both
    case "backoff": return .backoff
    default:
      throw value.problem("“\(value.text)” is no type", remedy: "write limit, threshold, both or backoff")
    }
  }

  /// What a word says is counted.
  static func track(_ value: KeywordValue) throws(RuleProblem) -> Threshold.Track {
    switch value.text {
    case "by_src": return .bySource
    case "by_dst": return .byDestination
    case "by_both": return .byBoth
    case "by_rule": return .byRule
    case "by_flow": return .byFlow
    default:
      throw value.problem(
        "“\(value.text)” is nothing to track", remedy: "write by_src, by_dst, by_both, by_rule or by_flow")
    }
  }
}
