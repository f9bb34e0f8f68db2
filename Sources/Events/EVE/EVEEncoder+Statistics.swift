/// Counters of a run as a tree, in the order in which they were set: EVE's `stats` and the lines of
/// stats.log.
package struct Statistics: Sendable {
  /// A node of the tree.
  package indirect enum Value: Sendable {
    case number(Int64)
    case text(String)
    case list([Value])
    case object(Statistics)
  }

  package private(set) var members: [(name: String, value: Value)] = []

  package init() {}

  /// Sets a counter by its dotted path (`decoder.ipv4`), adding what is missing on the way.
  package mutating func set(_ path: String, _ value: Int64) { set(path, .number(value)) }

  /// Sets a node by its dotted path.
  package mutating func set(_ path: String, _ value: Value) {
    guard let dot = path.firstIndex(of: ".") else {
      put(path, value)
      return
    }
    let name = String(path[..<dot])
    var inner = Statistics()
    if case .object(let present)? = members.first(where: { $0.name == name })?.value { inner = present }
    inner.set(String(path[path.index(after: dot)...]), value)
    put(name, .object(inner))
  }

  private mutating func put(_ name: String, _ value: Value) {
    if let index = members.firstIndex(where: { $0.name == name }) {
      members[index].value = value
    } else {
      members.append((name, value))
    }
  }

  /// All numbers with their dotted paths, in order.
  package var flat: [(path: String, value: Int64)] {
    members.flatMap { member -> [(path: String, value: Int64)] in
      switch member.value {
      case .number(let value): [(member.name, value)]
      case .object(let inner): inner.flat.map { ("\(member.name).\($0.path)", $0.value) }
      case .text, .list: []
      }
    }
  }
}

extension EVEEncoder {
  /// Appends the record of a run's counters at a moment.
  package func encodeStatistics(
    _ statistics: Statistics, uptimeSeconds: Int64, nanoseconds: Int64, into line: inout JSONWriter
  ) {
    line.beginObject()
    line.member("timestamp", nanoseconds: nanoseconds)
    line.member("event_type", literal: "stats")
    line.beginObject("stats")
    line.member("uptime", uptimeSeconds)
    encodeMembers(statistics, into: &line)
    line.endObject()
    line.endObject()
  }

  /// Appends a record of the program itself, with numbers.
  package func encodeEngine(
    _ message: String, _ numbers: [(name: String, value: Int)], nanoseconds: Int64,
    into line: inout JSONWriter
  ) {
    line.beginObject()
    line.member("timestamp", nanoseconds: nanoseconds)
    line.member("event_type", literal: "engine")
    line.beginObject("engine")
    line.member("message", message)
    for (name, value) in numbers {
      line.key(text: name)
      line.bytes.appendDecimal(Int64(value))
    }
    line.endObject()
    line.endObject()
  }

  private func encodeMembers(_ statistics: Statistics, into line: inout JSONWriter) {
    for (name, value) in statistics.members where settings.stats.hasZeroCounters || !value.isZero {
      line.key(text: name)
      encode(value, into: &line)
    }
  }

  private func encode(_ value: Statistics.Value, into line: inout JSONWriter) {
    switch value {
    case .number(let number): line.bytes.appendDecimal(number)
    case .text(let text): line.appendQuoted(text)
    case .list(let values):
      line.beginArrayValue()
      for value in values {
        line.separate()
        encode(value, into: &line)
      }
      line.endArray()
    case .object(let inner):
      line.beginObjectValue()
      encodeMembers(inner, into: &line)
      line.endObject()
    }
  }
}

extension Statistics.Value {
  /// Nothing but zeros.
  fileprivate var isZero: Bool {
    switch self {
    case .number(let number): number == 0
    case .object(let inner): inner.members.allSatisfy { $0.value.isZero }
    case .text, .list: false
    }
  }
}
