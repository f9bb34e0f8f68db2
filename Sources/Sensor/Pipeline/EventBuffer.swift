import Detection
import Events
import Wire

/// What one worker saw in one round: encoded lines for each output, in the order in which they arose.
///
/// Lines lie one after the other in one array that is reused, so that a round of many small events allocates
/// nothing. Structured events are kept beside them only where the store or the correlator wants them.
struct EventBuffer: Sendable {
  struct Entry: Sendable {
    let order: EventOrder
    /// Position among the outputs that take lines.
    let output: UInt8
    let start: Int
    let end: Int
    /// Alerts of one match share it: whether the match passes its thresholds is decided once.
    let match: Int32
    /// The record of a flow on which rules have matched: it tells whether it had alerts.
    let isFlow: Bool
  }

  /// A rule that matched. Whether it passes its thresholds is decided where all workers' events come
  /// together, in packet order.
  struct Match: Sendable {
    let order: EventOrder
    let signature: Int
    let source: IPAddress
    let destination: IPAddress
    let flow: UInt64
    let timeMicroseconds: Int64
    /// The worker has asked thresholds itself.
    let isDecided: Bool
    /// The first alert of a packet, or of what is inspected like one: the limit on alerts begins anew.
    let beginsPacket: Bool
  }

  /// A structured event with its place in the order and the match that it belongs to, or −1.
  struct Structured: Sendable {
    let order: EventOrder
    let event: Event
    let match: Int32
  }

  var bytes: [UInt8] = []
  var entries: [Entry] = []
  var matches: [Match] = []
  var structured: [Structured] = []

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    matches.removeAll(keepingCapacity: true)
    structured.removeAll(keepingCapacity: true)
  }
}
