import Detection
import Flows
import Protocols
import Wire

// Where limits are met and parsers fail, policies say what is done.
extension Worker {
  /// Looks at what a TCP packet came to. True where it is inspected no further.
  @inline(__always)
  mutating func meetsException(
    _ packet: Packet, _ flow: Flow, _ session: TCPSession?, _ result: TCPResult
  ) -> Bool {
    if session == nil && !isUnread(packet) || result.isNewSession {
      if meetsOpening(packet, flow, result) { return true }
    }
    if result.lacksMemory, apply(.reassemblyMemcap, to: flow) { return true }
    if result.dropsUrgent, context.isInline {
      verdict = .drop(.streamUrgent)
      return true
    }
    return false
  }

  /// Inline, a packet that its session refuses does not reach its receiver.
  @inline(__always)
  func isRefused(_ packet: Packet, _ session: TCPSession?, _ result: TCPResult) -> Bool {
    !result.isValid && context.isInline && !result.isTolerated && session != nil
      && context.streams.dropsInvalid && !isUnread(packet)
  }

  /// The packet is damaged, and its stream has not looked at it.
  @inline(__always)
  private func isUnread(_ packet: Packet) -> Bool {
    packet.hasBadChecksum && context.streams.validatesChecksums
  }

  /// Drops a packet that its session refuses. Rules see it without its payload, which nobody will.
  @inline(never)
  mutating func takeRefused(_ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ result: TCPResult) {
    var bare = packet
    bare.payloadLength = 0
    let conversation = flow.application as? Conversation
    let direction = conversation?.direction(result.direction) ?? result.direction
    runRules(bare, bytes, flow, flow.tcp, conversation, direction, result, isDropped: true)
    settle(packet, bytes, result.direction, flow)
  }

  /// A packet that began no session, or one in the middle of it.
  @inline(never)
  private mutating func meetsOpening(_ packet: Packet, _ flow: Flow, _ result: TCPResult) -> Bool {
    if let session = flow.tcp {
      guard session.isMidstream else { return false }
      return apply(.midstream, to: flow)
    }
    if result.isSessionRefused { return apply(.sessionMemcap, to: flow) }
    // A reset and a packet without any flag belong to no session; all others do to one that was not seen.
    let flags = packet.tcpFlags
    return flags & Self.reset != 0 || flags & Self.ofSession == 0 ? false : apply(.midstream, to: flow)
  }

  /// The flag RST, and those of packets that begin, make up or end a session: FIN, SYN, ACK.
  private static let reset: UInt8 = 0x04
  private static let ofSession: UInt8 = 0x13

  /// The flow's parser has failed with this packet: for good, or with each datagram that it cannot read.
  @inline(__always)
  mutating func meetsFailure(_ flow: Flow, _ conversation: Conversation?) -> Bool {
    guard let conversation,
      conversation.isDatagramUnreadable
        || conversation.hasFailed && flow.exceptions[.applicationError] == nil
    else { return false }
    let policy = context.exceptions[.applicationError]
    return policy == .ignore ? false : apply(.applicationError, to: flow)
  }

  /// Does what the target's policy says. True where the packet is inspected no further.
  mutating func apply(_ target: ExceptionTarget, to flow: Flow) -> Bool {
    let policy = context.exceptions[target]
    flow.exceptions.note(target, policy)
    counters.exceptions.note(target, policy)
    let reason = Self.reason(of: target)
    switch policy {
    case .ignore: return false
    case .passPacket: verdict.action = .pass
    case .passFlow:
      flow.action = .pass
      return false
    case .bypass:
      flow.action = .pass
      bypass(flow)
    case .dropPacket: if context.isInline { verdict = .drop(reason) }
    case .dropFlow:
      flow.action = .drop
      if context.isInline { verdict = .drop(reason) }
    case .reject, .rejectBoth:
      guard context.isInline else { return true }
      flow.action = .drop
      verdict = .drop(reason)
      verdict.reject = policy == .reject ? .client : .both
    }
    return true
  }

  /// Takes a flow out of all work: its packets are only counted from here on.
  mutating func bypass(_ flow: Flow) {
    flow.state = .bypassed
    flows.stateChanged(flow)
  }

  /// Asks for a bypass where the session is encrypted from here on, or a depth is reached, and the
  /// configuration wants that.
  func noteEnds(of flow: Flow) {
    if context.streams.bypass, let session = flow.tcp,
      session.isDepthReached(.toServer) || session.isDepthReached(.toClient)
    {
      flow.wantsBypass = true
    }
    if context.protocols.bypassesEncrypted, let conversation = flow.application as? Conversation,
      conversation.isFinished, conversation.mayBypass
    {
      flow.wantsBypass = true
    }
  }

  private static func reason(of target: ExceptionTarget) -> DropReason {
    switch target {
    case .flowMemcap: .flowMemcap
    case .defragMemcap: .defragMemcap
    case .sessionMemcap: .streamMemcap
    case .reassemblyMemcap: .streamReassembly
    case .midstream: .streamMidstream
    case .applicationError: .applicationError
    }
  }
}
