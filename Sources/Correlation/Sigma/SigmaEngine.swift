package import Foundation
import Wire

/// An event as Sigma sees it: the values of an EVE line by their dotted names.
package struct SigmaEvent: Sendable {
  package var timeNanoseconds: Int64
  /// Texts, numbers and flags as texts; several values of one name from lists.
  package var values: [String: [String]]

  /// Lines longer than this, and deeper or wider ones, are none of a sensor.
  private static let (bytesMax, depthMax, valuesMax) = (1 << 20, 12, 4_096)

  package init(timeNanoseconds: Int64, values: [String: [String]]) {
    self.timeNanoseconds = timeNanoseconds
    self.values = values
  }

  /// Reads an EVE line; nil for anything else.
  package init?(line: Data) {
    guard line.count <= Self.bytesMax, Self.isShallow(line),
      let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
    else { return nil }
    timeNanoseconds = 0
    values = [:]
    add(object, name: "", depth: 0)
    if let text = values["timestamp"]?.first { timeNanoseconds = Self.nanoseconds(text) ?? 0 }
  }

  /// Brackets are counted before anything recurses into them.
  private static func isShallow(_ line: Data) -> Bool {
    var depth = 0
    for byte in line {
      if byte == 0x5b || byte == 0x7b { depth += 1 } else if byte == 0x5d || byte == 0x7d { depth -= 1 }
      if depth > 64 { return false }
    }
    return true
  }

  /// EVE writes `+0000` where RFC 3339 has `+00:00`.
  private static func nanoseconds(_ text: String) -> Int64? {
    if let exact = Timestamp.nanoseconds(text) { return exact }
    guard text.count > 5 else { return nil }
    return Timestamp.nanoseconds(text.dropLast(2) + ":" + text.suffix(2))
  }

  private mutating func add(_ value: Any, name: String, depth: Int) {
    guard depth <= Self.depthMax, values.count < Self.valuesMax else { return }
    switch value {
    case let object as [String: Any]:
      for (key, inner) in object { add(inner, name: name.isEmpty ? key : "\(name).\(key)", depth: depth + 1) }
    case let list as [Any]: for inner in list.prefix(64) { add(inner, name: name, depth: depth + 1) }
    case let text as String: values[name, default: []].append(text)
    case let number as NSNumber: values[name, default: []].append("\(number)")
    default: values[name, default: []].append("")
    }
  }
}

extension SigmaRule {
  /// Whether a detection matches an event; never for a correlation.
  package func matches(_ event: SigmaEvent) -> Bool {
    guard case .detection(let condition, let searches) = body else { return false }
    return Self.holds(condition, searches, event)
  }

  private static func holds(
    _ condition: SigmaCondition, _ searches: [String: SigmaSearch], _ event: SigmaEvent
  ) -> Bool {
    switch condition {
    case .search(let name):
      return searches[name]?.alternatives.contains { $0.allSatisfy { $0.matches(event) } } ?? false
    case .all(let parts): return parts.allSatisfy { holds($0, searches, event) }
    case .any(let parts): return parts.contains { holds($0, searches, event) }
    case .not(let part): return !holds(part, searches, event)
    }
  }
}

extension SigmaMatch {
  /// Whether the field of an event, or any of its values for a keyword, is as it is asked for.
  func matches(_ event: SigmaEvent) -> Bool {
    let subjects = field.map { event.values[$0] ?? [] } ?? event.values.values.flatMap { $0 }
    let test = { (value: SigmaValue) in value.matches(subjects, event) }
    return needsAll ? values.allSatisfy(test) : values.contains(where: test)
  }
}

extension SigmaValue {
  fileprivate func matches(_ subjects: [String], _ event: SigmaEvent) -> Bool {
    switch self {
    case .pattern(let pattern): return subjects.contains { pattern.matches($0) }
    case .number(let number): return subjects.contains { Double($0) == number }
    case .flag(let flag): return subjects.contains { $0 == (flag ? "1" : "0") || $0 == "\(flag)" }
    case .null: return subjects.allSatisfy(\.isEmpty)
    case .exists(let exists): return subjects.isEmpty != exists
    case .regular(let expression): return subjects.contains { expression.matches($0) }
    case .prefix(let text):
      guard let prefix = IPPrefix(text) else { return false }
      return subjects.contains { IPAddress($0).map { prefix.contains($0) } ?? false }
    case .field(let name, let anchor):
      let patterns = (event.values[name] ?? []).map { text in
        SigmaPattern(
          text.replacing("\\", with: "\\\\").replacing("*", with: "\\*").replacing("?", with: "\\?"),
          anchor: anchor)
      }
      return subjects.contains { subject in patterns.contains { $0.matches(subject) } }
    case .compare(let comparison, let bound):
      return subjects.compactMap { Double($0) }.contains { value in
        switch comparison {
        case .lt: value < bound
        case .lte: value <= bound
        case .gt: value > bound
        case .gte: value >= bound
        }
      }
    }
  }
}

/// Runs Sigma rules over events in order of time: detections at once, correlations over their spans. Memory
/// is
/// bounded for each correlation by itself, so that none starves another.
package struct SigmaEngine: Sendable {
  /// A rule matched.
  package struct Hit: Sendable {
    package let rule: SigmaRule
    package let event: SigmaEvent
    /// Values of the group, of a correlation.
    package let group: [String]
  }

  private struct Seen: Sendable {
    let time: Int64
    let rule: Int
    let value: String?
  }

  private struct GroupKey: Hashable {
    let correlation: Int
    let values: [String]
  }

  private let rules: [SigmaRule]
  /// Per correlation the positions of the rules that it looks at.
  private var members: [Int: [Int]] = [:]
  private var windows: [GroupKey: [Seen]] = [:]
  private var groupCounts: [Int: Int] = [:]
  /// Events that a full window or table had no room for.
  package private(set) var droppedCount: UInt64 = 0

  private static let (groupsMax, windowMax, levelsMax) = (20_000, 10_000, 4)

  package init(_ rules: [SigmaRule]) {
    self.rules = rules
    for (index, rule) in rules.enumerated() {
      guard case .correlation(let correlation) = rule.body else { continue }
      members[index] = correlation.rules.compactMap { name in
        rules.firstIndex { $0.identifier == name || $0.name == name && !name.isEmpty }
      }
    }
  }

  /// Takes an event; gives what matched, detections first.
  package mutating func take(_ event: SigmaEvent) -> [Hit] {
    var hits = rules.indices.filter { rules[$0].matches(event) }.map {
      ($0, Hit(rule: rules[$0], event: event, group: []))
    }
    var fresh = hits.map(\.0)
    // Correlations may look at correlations, some levels deep.
    for _ in 0..<Self.levelsMax where !fresh.isEmpty {
      var next: [Int] = []
      for correlation in members.keys.sorted() {
        for rule in members[correlation] ?? [] where fresh.contains(rule) {
          guard let group = note(event, of: rule, in: correlation) else { continue }
          hits.append((correlation, Hit(rule: rules[correlation], event: event, group: group)))
          next.append(correlation)
        }
      }
      fresh = next
    }
    return hits.map(\.1)
  }

  /// Notes a match for a correlation; gives the group's values where its condition holds now. The window then
  /// begins anew.
  private mutating func note(_ event: SigmaEvent, of rule: Int, in index: Int) -> [String]? {
    guard case .correlation(let correlation) = rules[index].body else { return nil }
    let member = rules[rule]
    let value = { (field: String) -> String? in
      let names = correlation.aliases[field]
      let name = names.flatMap { $0[member.name] ?? $0[member.identifier] } ?? field
      return event.values[name]?.first
    }
    let group = correlation.groupBy.map { value($0) ?? "" }
    if !correlation.groupBy.isEmpty, group.contains("") { return nil }
    let key = GroupKey(correlation: index, values: group)
    if windows[key] == nil {
      if groupCounts[index, default: 0] >= Self.groupsMax {
        forgetIdle(index, correlation, event.timeNanoseconds)
      }
      guard groupCounts[index, default: 0] < Self.groupsMax else {
        droppedCount += 1
        return nil
      }
      groupCounts[index, default: 0] += 1
    }
    var window = windows[key] ?? []
    window.removeAll { event.timeNanoseconds &- $0.time > correlation.timespanNanoseconds }
    if window.count >= Self.windowMax {
      window.removeFirst()
      droppedCount += 1
    }
    window.append(Seen(time: event.timeNanoseconds, rule: rule, value: correlation.field.flatMap(value)))
    let holds = holds(correlation, window, members[index] ?? [])
    windows[key] = holds ? [] : window
    return holds ? group : nil
  }

  private mutating func forgetIdle(_ index: Int, _ correlation: SigmaCorrelation, _ now: Int64) {
    for (key, window) in windows where key.correlation == index {
      if now &- (window.last?.time ?? .min) > correlation.timespanNanoseconds || window.isEmpty {
        windows[key] = nil
        groupCounts[index, default: 1] -= 1
      }
    }
  }

  private func holds(_ correlation: SigmaCorrelation, _ window: [Seen], _ members: [Int]) -> Bool {
    let numbers = { window.compactMap { $0.value.flatMap { Double($0) } }.filter(\.isFinite) }
    let result: Double
    switch correlation.kind {
    case .temporal: return Set(members).isSubset(of: window.map(\.rule))
    case .temporalOrdered:
      var position = 0
      for seen in window where position < members.count && seen.rule == members[position] { position += 1 }
      return position == members.count && !members.isEmpty
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
}
