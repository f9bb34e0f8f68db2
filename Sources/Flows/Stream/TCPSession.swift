package import Wire

/// TCP's view of a flow: the state of both ends and their streams.
///
/// `StreamEngine.handle` takes its packets in. What that makes deliverable the owner takes up in a loop per
/// direction: `withDeliverable` and `markConsumed` for the application layer, `beginLook`,
/// `withRawPart` and `markRawInspected` for raw inspection, then `takeGap`, until neither gives anything.
package final class TCPSession {
  /// Everything that packets change, in one value: a packet reaches it with a single access to the session.
  private(set) var core: TCPCore
  /// What is asked for with every packet, as it stands after the last change: it is small, so that no access
  /// to it has to ask whether another one is under way.
  private(set) var summary: TCPSummary
  let settings: StreamStoreSettings

  init(_ settings: StreamSettings, _ budget: StreamBudget) {
    self.settings = StreamStoreSettings(settings)
    let core = TCPCore(settings, budget)
    summary = core.summary
    self.core = core
    budget.sessions &+= 1
  }

  /// Changes the session; all changes go this way.
  @inline(__always)
  func change<Result>(_ body: (inout TCPCore) -> Result) -> Result {
    let (result, summary) = Self.change(&core, body)
    self.summary = summary
    return result
  }

  @inline(__always)
  private static func change<Result>(
    _ core: inout TCPCore, _ body: (inout TCPCore) -> Result
  ) -> (Result, TCPSummary) {
    let result = body(&core)
    return (result, core.summary)
  }

  deinit {
    core.budget.sessions &-= 1
    core.budget.bytes &-= core.toServer.accounted &+ core.toClient.accounted
  }

  package var state: TCPState { summary.state }
  /// Picked up after its beginning.
  package var isMidstream: Bool { summary.isMidstream }
  /// Only one side is seen.
  package var isAsync: Bool { summary.isAsync }
  /// Closed by a reset.
  package var isReset: Bool { core.isReset }
  /// TCP flags seen, by the direction of their packets.
  package var flags: Pair<UInt8> { core.flags }

  /// The handshake is done, or was taken for done in a session picked up later.
  package var isEstablished: Bool { summary.state >= .established }

  /// Sequence numbers of the sender in a direction: initial, next, acknowledged; for `stream_size` and the
  /// like.
  package func sequence(_ direction: Direction) -> (initial: UInt32, next: UInt32, acknowledged: UInt32) {
    let end = direction == .toServer ? core.client : core.server
    return (end.initial, end.next, end.acknowledged)
  }

  /// Bytes sent in a direction as the sequence numbers say: rule keyword `stream_size`. The SYN counts, the
  /// FIN as it does in the number of a reset.
  package func sizeBytes(_ direction: Direction) -> UInt32 {
    let end = direction == .toServer ? core.client : core.server
    return end.numberOfReset &- end.initial
  }

  /// The same with a packet of a sender. As in Suricata, a reset that ends an established connection says
  /// itself where both directions end, and a server's counts for one.
  package func sizeBytes(_ direction: Direction, with packet: Packet, from sender: Direction) -> UInt32 {
    guard packet.tcpFlags & TCPFlag.rst != 0, summary.state == .closed, !core.client.hasFIN,
      !core.server.hasFIN
    else { return sizeBytes(direction) }
    let end = direction == .toServer ? core.client : core.server
    if direction != sender { return packet.tcpAcknowledgement &- end.initial }
    let size = packet.tcpSequence &+ UInt32(packet.payloadLength) &- end.initial
    return sender == .toClient ? size &+ 1 : size
  }
}

/// What the buffers need of `StreamSettings`, small enough to copy into each session.
struct StreamStoreSettings {
  let isInline: Bool
  let checksOverlaps: Bool
  private let toServerChunk: Int32
  private let toClientChunk: Int32

  init(_ settings: StreamSettings) {
    isInline = settings.isInline
    checksOverlaps = settings.checksOverlaps
    toServerChunk = Int32(clamping: max(settings.toServerChunkBytes, 0))
    toClientChunk = Int32(clamping: max(settings.toClientChunkBytes, 0))
  }

  var toServerChunkBytes: Int { Int(toServerChunk) }
  var toClientChunkBytes: Int { Int(toClientChunk) }
}
