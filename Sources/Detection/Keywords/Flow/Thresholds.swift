extension Keyword {
  static let threshold = Keyword(
    "threshold", .flow, "Limits how often the rule alerts.",
    values:
      "type limit|threshold|both|backoff, track by_src|by_dst|by_both|by_rule|by_flow, count n, seconds n",
    example: "threshold:type limit, track by_src, count 1, seconds 60;"
  ) { (value, builder) throws(RuleProblem) in
    if !builder.seen.insert("threshold").inserted {
      // Suricata notices the second one only where no sticky buffer is set, and counts both otherwise.
      guard builder.stickyBuffer != nil else {
        throw builder.problem("a rule has threshold only once", remedy: "remove one of them")
      }
      builder.warn("the rule has more than one threshold: all of them count", remedy: "keep one of them")
    }
    if builder.seen.contains("detection_filter") {
      throw builder.problem("threshold cannot stand with detection_filter", remedy: "keep one of them")
    }
    var parts = try ThresholdParts(value)
    let type = try parts.take("type")
    let kind = try ThresholdSyntax.kind(type)
    let tracked = try parts.take("track")
    let track = try ThresholdSyntax.track(tracked)
    let count = try parts.number("count")
    var threshold = Threshold(kind: kind, track: track, count: count, seconds: 0)
    if kind == .backoff {
      guard track == .byFlow else {
        throw tracked.problem("backoff counts by flow only", remedy: "write track by_flow")
      }
      threshold.multiplier = try parts.number("multiplier")
      guard (2...65_535).contains(threshold.multiplier) else {
        throw value.problem("multiplier is from 2 to 65535", remedy: "write count 1, multiplier 10")
          .inSuricata(
            "detect-threshold",
            "invalid multiplier value '\(threshold.multiplier)': must be in the range 2-65535")
      }
      guard count > 0 else {
        throw value.problem("count is at least 1", remedy: "write count 1, multiplier 10")
      }
    } else {
      threshold.seconds = try parts.number("seconds")
    }
    try parts.finish()
    builder.signature.thresholds.append(threshold)
  }

  static let detectionFilter = Keyword(
    "detection_filter", .flow, "The rule alerts from the match after so many in so many seconds on.",
    values: "track by_src|by_dst|by_flow, count n, seconds n",
    example: "detection_filter:track by_src, count 5, seconds 60;"
  ) { (value, builder) throws(RuleProblem) in
    try builder.once("detection_filter")
    if builder.seen.contains("threshold") {
      throw builder.problem("detection_filter cannot stand with threshold", remedy: "keep one of them")
    }
    var parts = try ThresholdParts(value)
    let tracked = try parts.take("track")
    let track = try ThresholdSyntax.track(tracked)
    guard track != .byBoth, track != .byRule else {
      throw tracked.problem(
        "detection_filter does not track \(tracked.text)", remedy: "write by_src, by_dst or by_flow")
    }
    let count = try parts.number("count")
    let seconds = try parts.number("seconds")
    try parts.finish()
    guard count > 0, seconds > 0 else {
      throw value.problem("count and seconds are at least 1", remedy: "write count 5, seconds 60")
    }
    builder.signature.thresholds.append(
      Threshold(kind: .detectionFilter, track: track, count: count, seconds: seconds))
  }
}

/// Pairs of a name and a value between commas, in any order.
private struct ThresholdParts {
  private let value: KeywordValue
  private var pairs: [String: KeywordValue] = [:]

  init(_ value: KeywordValue) throws(RuleProblem) {
    self.value = value
    for part in value.split() {
      let words = part.words()
      guard words.count == 2 else {
        throw part.problem(
          "“\(part.text)” is no name and value", remedy: "write type limit, track by_src, count 1 …")
      }
      guard pairs.updateValue(words[1], forKey: words[0].text) == nil else {
        throw part.problem("\(words[0].text) stands twice", remedy: "remove one of them")
      }
    }
  }

  mutating func take(_ name: String) throws(RuleProblem) -> KeywordValue {
    guard let part = pairs.removeValue(forKey: name) else {
      throw value.problem("\(name) is missing", remedy: "add “\(name)” and its value")
    }
    return part
  }

  mutating func number(_ name: String) throws(RuleProblem) -> UInt32 {
    UInt32(try take(name).integer(in: 0...Int64(UInt32.max), name))
  }

  /// Refuses what is left over.
  func finish() throws(RuleProblem) {
    if let (name, part) = pairs.min(by: { $0.key < $1.key }) {
      throw part.problem("“\(name)” is unknown here", remedy: "remove it")
    }
  }
}
