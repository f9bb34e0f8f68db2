import Events
import Wire

/// Runs Sigma rules over events that are given one by one, in order of time: to try rules without a sensor.
package struct SigmaEngine: Sendable {
  /// A rule matched.
  package struct Hit: Sendable {
    package let rule: SigmaRule
    package let event: SigmaEvent
    /// Values of the group, of a correlation.
    package let group: [String]
  }

  private let rules: SigmaRules
  private var windows = SigmaWindows()
  /// Matches that a full window or table had no room for.
  package var droppedCount: UInt64 { windows.droppedCount }

  package init(_ rules: [SigmaRule]) {
    self.rules = SigmaRules(rules, keepsForeign: true)
  }

  /// Takes an event; gives what matched, detections first.
  package mutating func take(_ event: SigmaEvent) -> [Hit] {
    let nowhere = IPAddress(v4: 0)
    let evidence = Evidence(
      kind: .record, order: EventOrder(packet: 0, flow: 0, sequence: 0),
      timeNanoseconds: event.timeNanoseconds,
      endpoints: Endpoints(
        source: nowhere, destination: nowhere, sourcePort: 0, destinationPort: 0, ipProtocol: 0))
    var sighting = SigmaSighting(
      evidence: evidence, client: nowhere, server: nowhere, rules: rules.matches(event))
    sighting.values = rules.keptValues(event)
    return rules.hits(sighting, &windows).map { position, group in
      Hit(rule: rules.rules[position], event: event, group: group)
    }
  }
}
