import Wire

/// The state of a TCP session: both ends, their streams, and what the handshake left open.
struct TCPCore: ~Copyable {
  var state = TCPState.none
  /// Picked up after its beginning.
  var isMidstream = false
  /// Only one side is seen.
  var isAsync = false
  /// Closed by a reset.
  var isReset = false
  /// The directions that were cut when the reset came.
  var isCutByReset = Pair(both: false)
  /// Where it stood when the reset came.
  var stateBeforeReset = TCPState.none
  /// The server has sent something after its SYN/ACK, so that it knows the handshake's third packet.
  var isConfirmed = false
  /// Bytes of each direction that are put together, 0 for all.
  var depthBytes: Int
  /// Picked up at the SYN/ACK.
  var isMidstreamSYNACK = false
  var isFourWay = false
  var isFastOpen = false
  /// The server took the SYN without its data.
  var refusedFastOpen = false
  /// Flags seen, by the direction of their packets.
  var flags = Pair<UInt8>(both: 0)
  /// Differing SYNs and SYN/ACKs, while it is open which of them count.
  var pendingHandshakes = HandshakeQueue()

  /// The client, as sender of the data to the server.
  var client = TCPEnd()
  /// The server, as sender of the data to the client.
  var server = TCPEnd()
  var toServer = StreamBuffer()
  var toClient = StreamBuffer()

  let settings: StreamStoreSettings
  let budget: StreamBudget

  init(_ settings: StreamSettings, _ budget: StreamBudget) {
    depthBytes = settings.depthBytes
    self.settings = StreamStoreSettings(settings)
    self.budget = budget
    if !settings.raw {
      toServer.isRawDisabled = true
      toClient.isRawDisabled = true
    }
  }

  /// What packets are judged by, copied so that it can be asked while an end is being changed.
  @inline(__always)
  var traits: TCPTraits {
    TCPTraits(
      state: state, isMidstream: isMidstream, isAsync: isAsync,
      hasGap: toServer.hasGap || toClient.hasGap)
  }

  /// What is asked for with every packet.
  @inline(__always)
  var summary: TCPSummary {
    TCPSummary(
      toServer: toServer.summary(isInline: settings.isInline),
      toClient: toClient.summary(isInline: settings.isInline),
      state: state, isMidstream: isMidstream, isAsync: isAsync)
  }

  /// Whether the flow ends and another begins with a SYN of this number.
  func isReplaced(bySYN sequence: UInt32, _ direction: Direction) -> Bool {
    // Without fast open, the client begins again.
    if direction == .toServer, refusedFastOpen, state == .synReceived { return true }
    if direction == .toServer, client.isKnown, client.initial == sequence { return false }
    if direction == .toClient, server.isKnown, server.initial == sequence { return false }
    return state >= .lastAck || state == .none
  }

  /// Exchanges the two sides.
  mutating func swapDirections() {
    swap(&client, &server)
    swap(&toServer, &toClient)
    flags = Pair(flags.toClient, flags.toServer)
    isCutByReset = Pair(isCutByReset.toClient, isCutByReset.toServer)
  }

  /// The last bytes of a direction were not acknowledged. Where nothing is kept any more, the numbers of what
  /// was sent tell.
  func isCut(_ direction: Direction) -> Bool {
    let isKept = read(direction) { !$0.isDisabled }
    if isKept { return read(direction) { $0.end > $0.acknowledged } }
    let sender = direction == .toServer ? client : server
    return (sender.hasFIN ? sender.finalOffset : sender.nextOffset) > sender.offset(of: sender.acknowledged)
  }

  /// Shows sender and receiver of a packet's data in place.
  @inline(__always)
  mutating func withEnds<Result>(
    _ direction: Direction, _ body: (_ sender: inout TCPEnd, _ receiver: inout TCPEnd) -> Result
  ) -> Result {
    direction == .toServer ? body(&client, &server) : body(&server, &client)
  }

  /// Looks at a buffer in place.
  @inline(__always)
  func read<Result>(_ direction: Direction, _ body: (borrowing StreamBuffer) -> Result) -> Result {
    direction == .toServer ? body(toServer) : body(toClient)
  }

  /// Changes a buffer, gives up what is not needed any more and accounts for it.
  @inline(__always)
  mutating func change(_ direction: Direction, _ body: (inout StreamBuffer) -> Void) {
    if direction == .toServer {
      body(&toServer)
      toServer.trim(overlap: settings.toServerChunkBytes)
    } else {
      body(&toClient)
      toClient.trim(overlap: settings.toClientChunkBytes)
    }
    account(direction)
  }

  /// Brings the memory budget up to date with a buffer's storage.
  @inline(__always)
  mutating func account(_ direction: Direction) {
    let held = direction == .toServer ? toServer.storageBytes : toClient.storageBytes
    let before = direction == .toServer ? toServer.accounted : toClient.accounted
    if held == before { return }
    settle(direction, held &- before)
  }

  @inline(never)
  private mutating func settle(_ direction: Direction, _ change: Int) {
    if direction == .toServer { toServer.accounted &+= change } else { toClient.accounted &+= change }
    budget.bytes &+= change
    if budget.bytes > budget.bytesMax { budget.bytesMax = budget.bytes }
  }

  /// Whether there is data or a hole to take up.
  @inline(__always)
  func hasDeliverable(_ direction: Direction) -> Bool {
    read(direction) { buffer in
      let limit = buffer.limit(isInline: settings.isInline)
      if !buffer.isApplicationDisabled, limit > buffer.consumed { return true }
      if !buffer.isRawDisabled, limit > buffer.inspected || !buffer.rawRemainders.isEmpty { return true }
      return buffer.gapBytes > 0
    }
  }

  /// The data of a direction has come to its end and all of it may be shown.
  @inline(__always)
  func isAtEnd(_ direction: Direction) -> Bool {
    read(direction) { buffer in
      if buffer.isFlushed { return true }
      guard let finish = buffer.finish else { return false }
      return buffer.limit(isInline: settings.isInline) >= finish
    }
  }
}

/// What is asked of a session with every packet.
struct TCPSummary: BitwiseCopyable {
  let toServer: StreamSummary
  let toClient: StreamSummary
  let state: TCPState
  let isMidstream: Bool
  let isAsync: Bool

  @inline(__always)
  subscript(direction: Direction) -> StreamSummary { direction == .toServer ? toServer : toClient }
}

/// What packets are judged by besides the numbers of the two ends.
struct TCPTraits {
  let state: TCPState
  let isMidstream: Bool
  let isAsync: Bool
  /// Bytes of the session were lost on the way here: not all that it holds is known.
  let hasGap: Bool
}
