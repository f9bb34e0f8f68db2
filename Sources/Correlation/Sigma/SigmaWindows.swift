/// What correlations have seen within their spans. Memory is bounded for each correlation by itself, so that
/// none starves another.
struct SigmaWindows: Sendable, Codable {
  /// A match that a correlation looks at.
  struct Seen: Sendable, Codable {
    let time: Int64
    /// Number of the rule that matched.
    let rule: UInt32
    let value: String?
  }

  private struct Group: Hashable, Codable, Sendable {
    let correlation: UInt32
    let values: [String]
  }

  private var windows: [Group: [Seen]] = [:]
  private var groupCounts: [UInt32: Int] = [:]
  /// Matches that a full window or table had no room for.
  private(set) var droppedCount: UInt64 = 0

  private static let (groupsMax, windowMax) = (20_000, 10_000)

  /// Notes a match; true where the correlation's condition holds now. Its window then begins anew.
  mutating func note(
    _ seen: Seen, group values: [String], of number: UInt32, _ correlation: SigmaCorrelation,
    members: [UInt32]
  ) -> Bool {
    let group = Group(correlation: number, values: values)
    if windows[group] == nil {
      if groupCounts[number, default: 0] >= Self.groupsMax {
        forgetIdle(number, correlation.timespanNanoseconds, seen.time)
      }
      guard groupCounts[number, default: 0] < Self.groupsMax else {
        droppedCount &+= 1
        return false
      }
      groupCounts[number, default: 0] += 1
    }
    var window = windows.removeValue(forKey: group) ?? []
    let expired = window.prefix { seen.time &- $0.time > correlation.timespanNanoseconds }.count
    if expired > 0 { window.removeFirst(expired) }
    if window.count >= Self.windowMax {
      window.removeFirst(Self.windowMax / 16)
      droppedCount &+= UInt64(Self.windowMax / 16)
    }
    window.append(seen)
    let holds = Self.holds(correlation, window, members)
    windows[group] = holds ? [] : window
    return holds
  }

  private mutating func forgetIdle(_ number: UInt32, _ timespan: Int64, _ now: Int64) {
    for (group, window) in windows where group.correlation == number {
      if now &- (window.last?.time ?? .min) > timespan || window.isEmpty {
        windows[group] = nil
        groupCounts[number, default: 1] -= 1
      }
    }
  }

  private static func holds(_ correlation: SigmaCorrelation, _ window: [Seen], _ members: [UInt32]) -> Bool {
    let numbers = { window.compactMap { $0.value.flatMap { Double($0) } }.filter(\.isFinite) }
    let result: Double
    switch correlation.kind {
    case .temporal, .temporalOrdered:
      return holds(temporal: correlation, window, members)
    case .eventCount: result = Double(window.count)
    case .valueCount: result = Double(Set(window.compactMap(\.value)).count)
    case .valueSum: result = numbers().reduce(0, +)
    case .valueAverage:
      let values = numbers()
      guard !values.isEmpty else { return false }
      result = values.reduce(0, +) / Double(values.count)
    case .valuePercentile:
      let values = numbers().sorted()
      guard !values.isEmpty else { return false }
      let rank = Int((correlation.percentile / 100 * Double(values.count)).rounded(.up))
      result = values[min(max(rank - 1, 0), values.count - 1)]
    }
    return correlation.bounds.allSatisfy { $0.holds(for: result) }
  }

  /// All rules, or as many of them as the condition asks for, or as its expression says.
  private static func holds(
    temporal correlation: SigmaCorrelation, _ window: [Seen], _ members: [UInt32]
  ) -> Bool {
    guard !members.isEmpty else { return false }
    var seen = Set(window.map(\.rule))
    if correlation.kind == .temporalOrdered {
      // As many rules as follow one another in their order.
      var position = 0
      for match in window where position < members.count && match.rule == members[position] { position += 1 }
      seen = Set(members.prefix(position))
    }
    if let expression = correlation.expression {
      return expression.holds { name in
        correlation.rules.firstIndex(of: name).map {
          members.indices.contains($0) && seen.contains(members[$0])
        }
          ?? false
      }
    }
    guard correlation.bounds.isEmpty else {
      let count = Double(Set(members).intersection(seen).count)
      return correlation.bounds.allSatisfy { $0.holds(for: count) }
    }
    return Set(members).isSubset(of: seen)
  }
}
