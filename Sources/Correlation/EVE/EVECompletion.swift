package import Events

/// Reads out of events' own lines what correlation needs besides: so the sensor's events say the same as the
/// EVE that it writes, whoever reads it later.
package struct EVECompletion: Sendable {
  private var reader = EVEReader(keepsLines: true)

  package init() {}

  /// The event with what its line tells; nil for a record that is of no use.
  package mutating func completed(_ event: Event) -> Event? {
    switch event {
    case .flow: return event
    case .alert(var alert):
      if case .alert(let read)? = read(alert.line) {
        alert.host = read.host
        alert.traces = read.traces
      }
      return .alert(alert)
    case .record(let record):
      guard case .record(var read)? = read(record.line) else { return nil }
      read.order = record.order
      return .record(read)
    }
  }

  private mutating func read(_ line: [UInt8]) -> Event? {
    guard let last = line.last else { return nil }
    return reader.event(line, from: 0, to: last == 10 ? line.count - 1 : line.count, number: 0)
  }
}
