import Wire

/// A table of what was seen recently: bounded, the idlest quarter leaves when it is full.
struct RecentTable<Key: Hashable & Codable & Sendable, Value: Codable & Sendable>: Codable, Sendable {
  private struct Entry: Codable, Sendable {
    var value: Value
    var lastNanoseconds: Int64
    /// Order of arrival, so that what leaves does not depend on the table's own order.
    let number: UInt64
  }

  private var entries: [Key: Entry] = [:]
  private var arrivals: UInt64 = 0
  private let max: Int

  init(max: Int) {
    self.max = max
  }

  /// Changes the value of a key, which begins as `initial`.
  mutating func update<Result>(
    _ key: Key, at nanoseconds: Int64, initial: @autoclosure () -> Value,
    _ change: (inout Value) -> Result
  ) -> Result {
    if entries[key] == nil {
      if entries.count >= max { makeRoom() }
      arrivals &+= 1
      entries[key] = Entry(value: initial(), lastNanoseconds: nanoseconds, number: arrivals)
    }
    let fallback = Entry(value: initial(), lastNanoseconds: nanoseconds, number: arrivals)
    entries[key, default: fallback].lastNanoseconds = nanoseconds
    return change(&entries[key, default: fallback].value)
  }

  subscript(key: Key) -> Value? { entries[key]?.value }

  var values: [(key: Key, value: Value)] { entries.map { ($0.key, $0.value.value) } }

  mutating func remove(_ key: Key) { entries[key] = nil }

  private mutating func makeRoom() {
    let idlest = entries.sorted {
      ($0.value.lastNanoseconds, $0.value.number) < ($1.value.lastNanoseconds, $1.value.number)
    }
    for (key, _) in idlest.prefix(Swift.max(max / 4, 1)) { entries[key] = nil }
  }
}

/// Distinct things seen within a span of time, which begins anew when it is over; bounded.
struct SpanSet<Element: Hashable & Codable & Sendable>: Codable, Sendable {
  private(set) var elements: Set<Element> = []
  private(set) var beganNanoseconds: Int64
  /// Things counted, the same ones several times.
  private(set) var count = 0
  /// It was told in this span.
  var isTold = false
  private static var max: Int { 512 }

  init(at nanoseconds: Int64) {
    beganNanoseconds = nanoseconds
  }

  mutating func add(_ element: Element, at nanoseconds: Int64, seconds: Int64) {
    if nanoseconds &- beganNanoseconds > seconds &* 1_000_000_000 { self = SpanSet(at: nanoseconds) }
    count += 1
    if elements.count < Self.max { elements.insert(element) }
  }
}

/// A pattern of behaviour's fixed part: what its findings say.
struct PatternKind: Sendable {
  let name: String
  let text: Text
  let tactic: Tactic
  let technique: String

  func finding(
    _ evidence: Evidence, attacker: IPAddress, victim: IPAddress, confidence: Confidence = .medium,
    detail: String = ""
  ) -> Finding {
    let tail = detail.isEmpty ? "" : " (\(detail))"
    return Finding(
      group: Finding.patternGroup, number: Finding.number(of: name),
      message: Text(text.english + tail, text.chinese + tail), tactic: tactic, technique: technique,
      confidence: confidence, attacker: attacker, victim: victim, evidence: evidence)
  }
}
