import Wire

/// Beacons: an inside host that calls the same outside service at regular intervals with regular sizes.
///
/// Scored as the field does: how little the intervals, and the sizes, stray from their middle (median
/// absolute deviation), how even they lie around it (skew of quartiles), each 0 to 1000. Jitter of a fifth
/// still passes.
struct Beacons: Codable, Sendable {
  private struct Pair: Codable, Hashable, Sendable {
    let client: IPAddress
    let server: IPAddress
    let port: UInt16
  }

  private struct Calls: Codable, Sendable {
    var starts: [Int64] = []
    var sizes: [Int64] = []
    var isTold = false
  }

  private var calls = RecentTable<Pair, Calls>(max: 50_000)
  /// Inside clients by outside server: what many call is no controller.
  private var clients = RecentTable<IPAddress, Set<IPAddress>>(max: 50_000)
  private static let callsMin = 16
  private static let callsMax = 48
  private static let clientsMax = 8
  private static let scoreMin: Int64 = 800
  /// As regular as only machines are: half as many calls tell.
  private static let exactCallsMin = 8
  private static let exactScoreMin: Int64 = 970
  /// Shorter intervals are one conversation, longer ones are not seen to be regular.
  private static let intervalSeconds: ClosedRange<Int64> = 5...21_600
  private static let kind = PatternKind(
    name: "beacon", text: Text("Regular calls to an outside host", "对外部主机的周期性连接"),
    tactic: .commandAndControl, technique: "T1071")

  mutating func observe(_ flow: FlowSighting, site: SiteModel) -> Finding? {
    guard flow.isEstablished, ![53, 123].contains(flow.serverPort), site.isInside(flow.client),
      !site.isInside(flow.server)
    else { return nil }
    let time = flow.evidence.timeNanoseconds
    let shared = clients.update(flow.server, at: time, initial: []) { known -> Int in
      if known.count <= Self.clientsMax { known.insert(flow.client) }
      return known.count
    }
    let pair = Pair(client: flow.client, server: flow.server, port: flow.serverPort)
    let score = calls.update(pair, at: time, initial: Calls()) { calls -> Int64? in
      calls.starts.append(flow.startNanoseconds)
      calls.sizes.append(Int64(clamping: flow.bytesToServer))
      if calls.starts.count > Self.callsMax {
        calls.starts.removeFirst()
        calls.sizes.removeFirst()
      }
      guard !calls.isTold, shared <= Self.clientsMax, calls.starts.count >= Self.exactCallsMin,
        let score = Self.score(calls.starts, calls.sizes),
        score >= (calls.starts.count >= Self.callsMin ? Self.scoreMin : Self.exactScoreMin)
      else { return nil }
      calls.isTold = true
      return score
    }
    guard let score else { return nil }
    return Self.kind.finding(
      flow.evidence, attacker: flow.server, victim: flow.client, detail: "\(score)/1000")
  }

  /// The mean of the scores of intervals and sizes; nil where the intervals are no beacon's.
  static func score(_ starts: [Int64], _ sizes: [Int64]) -> Int64? {
    let sorted = starts.sorted()
    let intervals = zip(sorted.dropFirst(), sorted).map { ($0 &- $1) / 1_000_000 }
    guard let middle = median(intervals), intervalSeconds.contains(middle / 1_000) else { return nil }
    guard let timing = regularity(intervals), let size = regularity(sizes) else { return nil }
    return (2 * timing + size) / 3
  }

  /// 1000: all alike; falls with the deviation from the median, and with the skew around it.
  static func regularity(_ values: [Int64]) -> Int64? {
    guard let middle = median(values), middle > 0 else { return nil }
    let deviation = median(values.map { abs($0 &- middle) }) ?? 0
    let stray = 1_000 - min(deviation.multipliedReportingOverflow(by: 1_000).partialValue / middle, 1_000)
    let sorted = values.sorted()
    let (low, high) = (sorted[sorted.count / 4], sorted[sorted.count * 3 / 4])
    let skew = high > low ? min(abs((high &- middle) &- (middle &- low)) &* 1_000 / (high &- low), 1_000) : 0
    // A skew of what hardly strays says little.
    return stray - (1_000 - stray) * skew / 2_000
  }

  private static func median(_ values: [Int64]) -> Int64? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }
}
