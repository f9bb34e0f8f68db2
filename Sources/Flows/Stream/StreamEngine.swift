package import Wire

/// Follows the TCP sessions of one worker: takes their packets in, and holds what they share: settings,
/// memory budget and counters.
///
/// It never blocks, and neither traps nor grows past its caps, whatever packets come. States and events
/// follow RFC 9293 as Suricata's stream engine observes it: the client's FIN leads to `closeWait`, the
/// server's to `finWait1`.
package struct StreamEngine: ~Copyable {
  package var settings: StreamSettings
  package internal(set) var counters = StreamCounters()
  let budget = StreamBudget()

  package init(_ settings: StreamSettings = StreamSettings()) {
    self.settings = settings
  }

  /// Bytes that the streams hold at the moment.
  package var reassemblyBytes: Int { budget.bytes }
  /// The most they ever held.
  package var reassemblyBytesMax: Int { budget.bytesMax }
  /// Sessions that there are at the moment.
  package var sessionCount: Int { budget.sessions }
  /// Estimated bytes of the sessions without their data.
  package var sessionBytes: Int { budget.sessions &* StreamEngine.bytesPerSession }

  /// Estimated bytes of a session without its data.
  package static let bytesPerSession = 704

  /// Takes in a TCP packet of a flow. `bytes` are the frame's (or datagram's), which the packet's offsets
  /// count in.
  ///
  /// May begin the flow's session, exchange its sides and set its state.
  package mutating func handle(
    _ packet: Packet, _ bytes: RawSpan, in flow: Flow, _ direction: Direction
  ) -> TCPResult {
    var result = TCPResult(direction)
    let segment = TCPSegment(packet, bytes, direction)
    count(segment.flags)
    if packet.hasBadChecksum, settings.validatesChecksums {
      counters.invalidChecksums &+= 1
      result.isValid = false
      result.isEstablished = flow.isEstablished
      return result
    }
    if segment.flags & TCPFlag.ack == 0, segment.acknowledgement != 0 {
      result.events.insert(.packetBrokenAck)
    }
    if let session = flow.tcp {
      let isMoved = session.change { takeIn(&$0, segment, bytes, &result) }
      if isMoved { settle(flow, session.state) }
    } else {
      begin(packet, segment, bytes, flow, &result)
    }
    if !result.events.isEmpty { count(result.events) }
    return result
  }

  /// Takes a packet into a session that is there; true if that changed its state.
  @inline(__always)
  private mutating func takeIn(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.direction == .toServer {
      session.flags.toServer |= segment.flags
    } else {
      session.flags.toClient |= segment.flags
    }
    let before = session.state
    if before == .established, isPlainData(segment, &session) {
      // What nearly every packet is.
      takePlain(&session, segment, bytes, &result)
    } else {
      result.isValid = take(&session, segment, bytes, &result)
    }
    // The packet that completes the handshake is no part of the conversation yet, unless it brings data.
    result.isEstablished =
      before >= .established
      || before == .synReceived && segment.payloadCount > 0
        && segment.direction == .toServer && session.state >= .established
    findDeliverable(&session, segment, &result)
    result.changedState = session.state != before
    return result.changedState
  }

  @inline(__always)
  private mutating func count(_ flags: UInt8) {
    guard flags & (TCPFlag.syn | TCPFlag.rst | TCPFlag.urg) != 0 else { return }
    if flags & TCPFlag.urg != 0 { counters.urgent &+= 1 }
    if flags & TCPFlag.syn != 0 {
      if flags & TCPFlag.ack != 0 { counters.synAck &+= 1 } else { counters.syn &+= 1 }
    }
    if flags & TCPFlag.rst != 0 { counters.rst &+= 1 }
  }

  @inline(never)
  private mutating func count(_ events: StreamEventSet) {
    for index in 0..<events.count { counters.events[Int(events[index].rawValue)] &+= 1 }
  }

  /// Begins a session where the packet can begin one.
  @inline(never)
  private mutating func begin(
    _ packet: Packet, _ segment: TCPSegment, _ bytes: RawSpan, _ flow: Flow, _ result: inout TCPResult
  ) {
    guard let opening = opening(segment, &result) else { return }
    guard sessionBytes < settings.memcapBytes else {
      counters.sessionMemcapDrops &+= 1
      result.isSessionRefused = true
      return
    }
    let session = TCPSession(settings, budget)
    counters.sessions &+= 1
    session.change { core in
      core.client.policy = settings.hostPolicies.policy(for: flow.client)
      core.server.policy = settings.hostPolicies.policy(for: flow.server)
    }
    flow.tcp = session
    result.isNewSession = true
    var segment = segment
    if opening == .synAck, segment.direction == .toServer {
      flow.swapDirections()
      result.swapped = true
      result.direction = .toClient
      segment.direction = .toClient
    }
    session.change { open(&$0, opening, segment, bytes, &result) }
    if session.isMidstream { counters.midstreamPickups &+= 1 }
    result.changedState = true
    settle(flow, session.state)
  }

  private mutating func open(
    _ session: inout TCPCore, _ opening: Opening, _ segment: TCPSegment, _ bytes: RawSpan,
    _ result: inout TCPResult
  ) {
    session.flags[segment.direction] |= segment.flags
    switch opening {
    case .syn: openWithSYN(&session, segment, bytes, &result)
    case .synAck: openWithSYNACK(&session, segment)
    case .midstream: openMidstream(&session, segment, bytes, &result)
    }
    findDeliverable(&session, segment, &result)
  }

  /// Carries the session's state over to its flow.
  @inline(never)
  private func settle(_ flow: Flow, _ state: TCPState) {
    guard flow.state != .bypassed else { return }
    switch state {
    case .none, .synSent, .synReceived: flow.state = .new
    case .established, .finWait1, .finWait2, .closing, .closeWait: flow.state = .established
    case .lastAck, .timeWait, .closed: flow.state = .closed
    }
  }

  /// Says in the result in which directions there is something to take up: what an acknowledgement released,
  /// or, where nobody acknowledges or data is delivered as it comes, the packet's own.
  @inline(__always)
  private mutating func findDeliverable(
    _ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult
  ) {
    let isOwn = settings.isInline || session.isAsync
    // A reset releases what its sender has sent; what it acknowledges is seen at the flow's end.
    let isReset = session.isReset && segment.has(TCPFlag.rst)
    let releasing = isReset ? segment.direction.opposite : segment.direction
    if isOwn || releasing == .toClient {
      find(&session, .toServer, &result.deliversToServer, &result.events)
    }
    if isOwn || releasing == .toServer {
      find(&session, .toClient, &result.deliversToClient, &result.events)
    }
    if session.state > .established {
      if session.isReset, !isOwn, segment.has(TCPFlag.rst), session.traits.hasGap {
        find(&session, .toServer, &result.deliversToServer, &result.events)
        find(&session, .toClient, &result.deliversToClient, &result.events)
      }
      // A side's FIN alone ends nothing: parsers are told once both sides have closed, as in the reference.
      guard session.state == .closed else { return }
      if session.isAtEnd(.toServer) { result.endsToServer = true }
      if session.isAtEnd(.toClient) { result.endsToClient = true }
    }
  }
}

extension StreamEngine {
  @inline(__always)
  private mutating func find(
    _ session: inout TCPCore, _ direction: Direction, _ delivers: inout Bool, _ events: inout StreamEventSet
  ) {
    // Data of a fast-open SYN waits until the handshake is over, as in the reference.
    if session.state == .synReceived, !session.isAsync { return }
    delivers = session.hasDeliverable(direction)
    if delivers, session.read(direction, { $0.gapBytes }) > 0 { noteGap(&session, direction, &events) }
  }

  /// Raises the event of a hole, once for each.
  @inline(never)
  private mutating func noteGap(
    _ session: inout TCPCore, _ direction: Direction, _ events: inout StreamEventSet
  ) {
    let (place, missing) = session.read(direction) { ($0.end, $0.gapBytes) }
    if session.read(direction, { $0.notedGap }) == place { return }
    session.change(direction) { $0.notedGap = place }
    events.insert(.reassemblySequenceGap)
    counters.gaps &+= 1
    counters.gapBytes &+= UInt64(clamping: missing)
  }
}

/// How a session begins.
enum Opening {
  case syn, synAck, midstream
}
