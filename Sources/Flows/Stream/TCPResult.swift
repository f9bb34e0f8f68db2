package import Wire

/// What a TCP packet came to: returned by value for each packet.
package struct TCPResult: Sendable {
  /// Way of the packet within its flow: it may have changed, as the first packet showed who is the server.
  package var direction: Direction
  /// Stream events in the order in which they were raised.
  package var events = StreamEventSet()
  /// The packet fits its session; its payload may be believed. Always true without a session.
  package var isValid = true
  /// It does not fit, but is left to its receiver to judge: data or an acknowledgement beyond what was seen.
  package var isTolerated = false
  /// The packet's payload is part of the stream (`PKT_STREAM_ADD`): inspected there, not with the packet.
  package var isInStream = false
  /// There was no memory for its data (`stream.reassembly.memcap`).
  package var lacksMemory = false
  /// Its urgent data is to be dropped with it (`urgent.policy: drop`).
  package var dropsUrgent = false
  /// Its data differs from what came before: offset of the payload, of which the stream keeps its own.
  package var offsetOfOverlap: UInt64?
  /// Offset of the payload in its stream, where data before it is missing; nil for data in order.
  package var offsetBehindHole: UInt64?
  /// The handshake was over before the packet, or ends with its data: `flow:established`.
  package var isEstablished = false
  /// The packet repeats data that was there before.
  package var isRetransmission = false
  /// A keep-alive or zero-window probe.
  package var isKeepAlive = false
  /// The session's state changed by this packet: tell the flow table (`stateChanged`).
  package var changedState = false
  /// The packet began the session.
  package var isNewSession = false
  /// It would have begun a session, for which there was no memory.
  package var isSessionRefused = false
  /// Client and server were exchanged (`Flow.swapDirections`).
  package var swapped = false
  /// Directions in which there is data to show or a gap to report.
  package var deliversToServer = false
  package var deliversToClient = false
  /// The directions' streams came to their end: nothing more will come.
  package var endsToServer = false
  package var endsToClient = false

  init(_ direction: Direction) {
    self.direction = direction
  }

  /// Whether there is something to take up in a direction.
  package func delivers(_ direction: Direction) -> Bool {
    direction == .toServer ? deliversToServer : deliversToClient
  }
}

/// What the stream engine counted: the `tcp` part of the statistics.
package struct StreamCounters: Sendable, Equatable {
  package var sessions: UInt64 = 0
  package var activeSessions = 0
  package var sessionMemcapDrops: UInt64 = 0
  package var invalidChecksums: UInt64 = 0
  package var midstreamPickups: UInt64 = 0
  package var syn: UInt64 = 0
  package var synAck: UInt64 = 0
  package var rst: UInt64 = 0
  package var urgent: UInt64 = 0
  package var ackUnseenData: UInt64 = 0
  package var segmentMemcapDrops: UInt64 = 0
  package var depthReached: UInt64 = 0
  package var gaps: UInt64 = 0
  package var gapBytes: UInt64 = 0
  package var overlaps: UInt64 = 0
  package var overlapsDiffering: UInt64 = 0
  package var insertFailures: UInt64 = 0
  package var urgentBytes: UInt64 = 0
  /// How often each `StreamEvent` was raised, by its raw value.
  package var events = [UInt64](repeating: 0, count: StreamEvent.allCases.count)

  package init() {}
}

/// Bytes that the streams of one worker hold, against their cap; confined to the worker.
final class StreamBudget {
  var bytes = 0
  var sessions = 0
  var bytesMax = 0
}
