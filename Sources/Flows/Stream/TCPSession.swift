package import Wire

/// TCP's view of a flow: the state of both ends and their streams.
///
/// `StreamEngine.handle` takes its packets in. What that makes deliverable the owner takes up in a loop per
/// direction: `withDeliverable` and `markConsumed` for the application layer, `withRawWindow` and
/// `markRawInspected` for raw inspection, then `takeGap`, until neither gives anything.
package final class TCPSession {
  package internal(set) var state = TCPState.none
  /// Picked up after its beginning.
  package internal(set) var isMidstream = false
  /// Only one side is seen.
  package internal(set) var isAsync = false
  /// Closed by a reset.
  package internal(set) var isReset = false
  /// Where it stood when the reset came.
  var stateBeforeReset = TCPState.none
  /// The server has sent something after its SYN/ACK, so that it knows the handshake's third packet.
  var isConfirmed = false
  /// Picked up at the SYN/ACK.
  var isMidstreamSYNACK = false
  var isFourWay = false
  var isFastOpen = false
  /// Differing SYNs and SYN/ACKs, while it is open which of them count.
  var pendingHandshakes = HandshakeQueue()

  /// The client, as sender of the data to the server.
  var client = TCPEnd()
  /// The server, as sender of the data to the client.
  var server = TCPEnd()
  var toServer = StreamBuffer()
  var toClient = StreamBuffer()

  let settings: StreamStoreSettings
  private let budget: StreamBudget

  init(_ settings: StreamSettings, _ budget: StreamBudget) {
    self.settings = StreamStoreSettings(settings)
    self.budget = budget
    budget.sessions &+= 1
    if !settings.raw {
      toServer.isRawDisabled = true
      toClient.isRawDisabled = true
    }
  }

  deinit {
    budget.sessions &-= 1
    budget.bytes &-= toServer.accounted &+ toClient.accounted
  }

  /// The handshake is done, or was taken for done in a session picked up later.
  package var isEstablished: Bool { state >= .established }

  /// Sequence numbers of the sender in a direction: initial, next, acknowledged; for `stream_size` and the
  /// like.
  package func sequence(_ direction: Direction) -> (initial: UInt32, next: UInt32, acknowledged: UInt32) {
    let end = direction == .toServer ? client : server
    return (end.initial, end.next, end.acknowledged)
  }

  /// Bytes sent in a direction as the sequence numbers say, SYN and FIN counted: rule keyword `stream_size`.
  package func sizeBytes(_ direction: Direction) -> UInt32 {
    let end = direction == .toServer ? client : server
    return end.next &- end.initial
  }

  /// Whether the flow ends and another begins with a SYN of this number.
  func isReplaced(bySYN sequence: UInt32, _ direction: Direction) -> Bool {
    if direction == .toServer, client.isKnown, client.initial == sequence { return false }
    if direction == .toClient, server.isKnown, server.initial == sequence { return false }
    return state >= .lastAck || state == .none
  }

  /// Exchanges the two sides.
  func swapDirections() {
    swap(&client, &server)
    swap(&toServer, &toClient)
  }
}

/// What the buffers need of `StreamSettings`, small enough to copy into each session.
struct StreamStoreSettings {
  let isInline: Bool
  let toServerChunkBytes: Int
  let toClientChunkBytes: Int

  init(_ settings: StreamSettings) {
    isInline = settings.isInline
    toServerChunkBytes = max(settings.toServerChunkBytes, 0)
    toClientChunkBytes = max(settings.toClientChunkBytes, 0)
  }
}

extension TCPSession {
  /// Brings the memory budget up to date with a buffer's storage.
  @inline(__always)
  func account(_ direction: Direction) {
    let held = direction == .toServer ? toServer.storageBytes : toClient.storageBytes
    let before = direction == .toServer ? toServer.accounted : toClient.accounted
    if held == before { return }
    settle(direction, held &- before)
  }

  @inline(never)
  private func settle(_ direction: Direction, _ change: Int) {
    if direction == .toServer { toServer.accounted &+= change } else { toClient.accounted &+= change }
    budget.bytes &+= change
    if budget.bytes > budget.bytesMax { budget.bytesMax = budget.bytes }
  }
}
