import Detection

extension SensorRun {
  /// What each rule cost and came to, most ticks first.
  static func profile(
    _ loaded: LoadedRun, _ workers: [WorkerSeat], alerts: [Int: UInt64]
  ) -> [RunReport.RuleProfile] {
    let signatures = loaded.rules?.signatures ?? []
    var entries = [RuleProfiler.Entry](repeating: RuleProfiler.Entry(), count: signatures.count)
    for seat in workers {
      for (index, entry) in (seat.worker.inspector?.profile?.entries ?? []).enumerated()
      where index < entries.count {
        entries[index].add(entry)
      }
    }
    let total = Double(entries.reduce(0) { $0 &+ $1.ticks })
    return signatures.enumerated().map { index, signature in
      let entry = entries[index]
      let missed = entry.checks &- entry.matches
      return RunReport.RuleProfile(
        gid: signature.identity.group, sid: signature.identity.id, revision: signature.identity.revision,
        message: signature.identity.message, checks: entry.checks, matches: entry.matches,
        alerts: alerts[index] ?? 0, ticks: entry.ticks,
        percent: total > 0 ? rounded(Double(entry.ticks) / total * 100) : 0, ticksMax: entry.ticksMax,
        ticksAverage: average(entry.ticks, entry.checks),
        ticksAverageMatch: average(entry.ticksMatched, entry.matches),
        ticksAverageNoMatch: average(entry.ticks &- entry.ticksMatched, missed))
    }.sorted { ($1.ticks, $0.sid) < ($0.ticks, $1.sid) }
  }

  private static func average(_ ticks: UInt64, _ count: UInt64) -> Double {
    count > 0 ? rounded(Double(ticks) / Double(count)) : 0
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

extension RunReport.RuleProfile {
  /// By which number rules are put in order, most first: Suricata's words.
  package enum Order: String, Sendable, CaseIterable {
    case ticks, checks, matches
    case average = "avgticks"
    case longest = "maxticks"
    case averageMatch = "avgticks_match"
    case averageNoMatch = "avgticks_no_match"

    /// Whether a rule comes before another.
    package func puts(_ left: RunReport.RuleProfile, before right: RunReport.RuleProfile) -> Bool {
      let (more, less) = (number(left), number(right))
      return more != less ? more > less : left.sid < right.sid
    }

    private func number(_ rule: RunReport.RuleProfile) -> Double {
      switch self {
      case .ticks: Double(rule.ticks)
      case .checks: Double(rule.checks)
      case .matches: Double(rule.matches)
      case .average: rule.ticksAverage
      case .longest: Double(rule.ticksMax)
      case .averageMatch: rule.ticksAverageMatch
      case .averageNoMatch: rule.ticksAverageNoMatch
      }
    }
  }
}
