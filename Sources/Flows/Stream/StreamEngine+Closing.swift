import Wire

// From the first FIN or a reset to the end (RFC 9293 §3.6).
extension StreamEngine {
  /// A reset, in any state after the SYN/ACK.
  mutating func reset(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    let traits = session.traits
    let isFine = session.withEnds(segment.direction) { sender, receiver in
      guard isTimely(segment, &sender, receiver.policy, &result) else { return false }
      guard isAcceptable(segment, receiver, traits, &result) else {
        result.events.insert(.resetInvalidAck)
        return false
      }
      // Whether the signature is right only the other side knows: what comes next shows what it made of it.
      if segment.isSigned { sender.hasRST = true }
      return isAcceptableReset(segment, sender, receiver, traits)
    }
    guard isFine else { return false }
    // Data of a reset is no part of the stream: it says why the connection is refused (RFC 9293 §3.5.2).
    session.withEnds(segment.direction) { _, receiver in acknowledge(segment, &receiver) }
    if segment.has(TCPFlag.ack) { noteAcknowledged(&session, segment.direction) }
    noteReset(&session, segment)
    // Its sender says nothing more; what the other side said is told with the flow's end.
    if segment.direction == .toServer { result.endsToServer = true } else { result.endsToClient = true }
    if segment.payloadCount > 0 { result.events.insert(.resetWithData) }
    session.isReset = true
    session.stateBeforeReset = session.state
    session.state = .closed
    return true
  }

  /// No acknowledgement of what its sender has sent will come: what comes before the reset's number counts as
  /// received.
  private func noteReset(_ session: inout TCPCore, _ segment: TCPSegment) {
    let sent = session.withEnds(segment.direction) { sender, _ in sender.offset(of: segment.sequence) }
    session.isCutByReset = Pair(session.isCut(.toServer), session.isCut(.toClient))
    session.change(segment.direction) { buffer in
      buffer.acknowledged = max(buffer.acknowledged, sent)
    }
  }

  /// The first FIN.
  mutating func finish(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    let traits = session.traits
    let isFine = session.withEnds(segment.direction) { sender, receiver in
      guard isTimely(segment, &sender, receiver.policy, &result) else { return false }
      guard isAcceptable(segment, receiver, traits, &result) else {
        result.events.insert(.finInvalidAck)
        return false
      }
      guard isInWindow(segment, sender, traits) else {
        result.events.insert(.finOutOfWindow)
        return false
      }
      return true
    }
    guard isFine else { return false }
    takeFinal(&session, segment, bytes, &result)
    session.state = segment.direction == .toServer ? .closeWait : .finWait1
    return true
  }

  /// Where one side alone is seen, nobody has moved the window on since the handshake.
  private func isInWindow(_ segment: TCPSegment, _ sender: TCPEnd, _ traits: TCPTraits) -> Bool {
    let from = traits.isAsync ? sender.initial &+ 1 : sender.acknowledged
    return segment.sequence.isAtLeast(sender.next) && segment.sequence.isAtMost(from &+ sender.window)
  }

  /// Data, FIN and acknowledgement of a packet that was found to fit.
  private mutating func takeFinal(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) {
    let before = session.withEnds(segment.direction) { sender, _ in sender.next }
    if segment.payloadCount > 0 { store(&session, segment, bytes, &result) }
    let isFIN = segment.has(TCPFlag.fin)
    // Once the server has closed too, its acknowledgements of the client's FIN change nothing.
    let isLate = session.state == .lastAck && segment.direction == .toClient
    let isFirst = session.state <= .established
    let isAnswer = session.state == .closeWait && segment.direction == .toClient
    session.withEnds(segment.direction) { sender, receiver in
      sender.advance(to: segment.end)
      if isFIN, !sender.hasFIN {
        sender.hasFIN = true
        sender.countsFIN = isFirst && segment.direction == .toClient
        // As Suricata has it, data that come with the answer to a client's FIN do not count either.
        sender.resetBeforeFIN = isAnswer ? before : segment.end
        sender.finalOffset = sender.offset(of: segment.end)
        sender.advance(to: segment.end &+ 1)
      }
      acknowledge(segment, &receiver)
      if receiver.hasFIN, receiver.acknowledged == receiver.next, !isLate { receiver.countsFIN = true }
    }
    if isFIN {
      if segment.direction == .toServer {
        session.toServer.finish = session.client.finalOffset
      } else {
        session.toClient.finish = session.server.finalOffset
      }
    }
    noteAcknowledged(&session, segment.direction)
    acknowledgeIfAsync(&session, segment.direction)
  }

  /// The states between the first FIN and the end.
  mutating func closing(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.has(TCPFlag.rst) { return reset(&session, segment, bytes, &result) }
    if segment.has(TCPFlag.syn) {
      result.events.insert(.shutdownSYNResend)
      return false
    }
    guard segment.has(TCPFlag.ack) || segment.has(TCPFlag.fin) else { return true }
    let traits = session.traits
    let verdict = session.withEnds(segment.direction) { sender, receiver in
      judge(traits, segment, &sender, receiver, &result)
    }
    guard verdict != .refused else { return false }
    let hadFIN = session.withEnds(segment.direction) { sender, _ in sender.hasFIN }
    takeFinal(&session, segment, bytes, &result)
    if verdict == .repeated { return true }
    let (acknowledgesFIN, isLast) = session.withEnds(segment.direction) { sender, receiver in
      let isBehind =
        segment.sequence == sender.next || !sender.countsFIN && segment.sequence == sender.next &- 1
      return (
        receiver.hasFIN && receiver.acknowledged == receiver.next,
        isBehind && segment.direction == .toServer && !segment.has(TCPFlag.fin)
      )
    }
    // The client closed first: as Suricata has it, its next packet is the last one, whatever it acknowledges.
    if session.state == .lastAck {
      if isLast { session.state = .closed }
      return true
    }
    move(&session, segment, isNewFIN: segment.has(TCPFlag.fin) && !hadFIN, acknowledgesFIN: acknowledgesFIN)
    return true
  }

  private enum Verdict {
    case refused, repeated, fitting
  }

  private func judge(
    _ traits: TCPTraits, _ segment: TCPSegment, _ sender: inout TCPEnd, _ receiver: TCPEnd,
    _ result: inout TCPResult
  ) -> Verdict {
    guard isTimely(segment, &sender, receiver.policy, &result) else { return .refused }
    let events = ClosingEvents(traits.state, isFIN: segment.has(TCPFlag.fin))
    guard isAcceptable(segment, receiver, traits, &result) else {
      if let event = events.invalidAck { result.events.insert(event) }
      return .refused
    }
    if traits.state == .closeWait, segment.payloadCount > 0, segment.end.isAtMost(sender.acknowledged),
      !segment.has(TCPFlag.fin)
    {
      result.events.insert(.closeWaitPacketBeforeLastAck)
      return .refused
    }
    if segment.has(TCPFlag.fin), sender.hasFIN, traits.state >= .timeWait, traits.state != .closeWait {
      if segment.end &+ 1 == sender.next { return .repeated }
    } else if isRetransmission(segment, sender, &result) {
      return .repeated
    } else if segment.has(TCPFlag.fin), sender.hasFIN {
      if segment.end &+ 1 == sender.next { return .repeated }
    } else if fitsWhileClosing(traits, segment, sender) {
      return .fitting
    }
    if let event = events.wrongSequence { result.events.insert(event) }
    return .refused
  }

  private func fitsWhileClosing(
    _ traits: TCPTraits, _ segment: TCPSegment, _ sender: TCPEnd
  ) -> Bool {
    if traits.isAsync || traits.isMidstream { return true }
    switch traits.state {
    case .closing, .lastAck, .timeWait:
      return segment.sequence == sender.next || segment.sequence == sender.next &- 1
    default:
      if segment.has(TCPFlag.fin) { return isInWindow(segment, sender, traits) }
      return segment.end.isAtMost(sender.allowed)
    }
  }

  /// The next state, once the packet is taken.
  private func move(_ session: inout TCPCore, _ segment: TCPSegment, isNewFIN: Bool, acknowledgesFIN: Bool) {
    switch session.state {
    case .finWait1:
      if isNewFIN {
        // As Suricata has it, an acknowledgement of whatever goes with it.
        session.state = segment.has(TCPFlag.ack) ? .timeWait : .closing
      } else if acknowledgesFIN {
        session.state = .finWait2
      }
    case .finWait2:
      if isNewFIN { session.state = .timeWait }
    case .closeWait:
      if isNewFIN { session.state = .lastAck }
    case .closing:
      if acknowledgesFIN { session.state = .timeWait }
    case .timeWait:
      if !isNewFIN { session.state = .closed }
    default:
      break
    }
  }

  /// After the end only what a reset may not have stopped is of interest: where its sender goes on as if it
  /// had sent none, the session goes on as well.
  mutating func closed(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.has(TCPFlag.rst) { return true }
    let mayGoOn = session.withEnds(segment.direction) { sender, receiver in
      if segment.payloadCount > 0, segment.end.isAtMost(sender.acknowledged) {
        result.events.insert(.packetSpuriousRetransmission)
        result.isRetransmission = true
      }
      return sender.hasRST && !receiver.hasRST
    }
    let before = session.stateBeforeReset
    guard mayGoOn, session.isReset, before != .closed, before != .none else { return true }
    session.state = before
    guard take(&session, segment, bytes, &result) else {
      if session.state == before { session.state = .closed }
      return false
    }
    session.isReset = false
    return true
  }

  /// A regular packet from the sender of a reset: somebody else has sent that.
  func noteLifeAfterReset(_ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult) {
    if segment.has(TCPFlag.rst) { return }
    session.withEnds(segment.direction) { sender, _ in
      guard sender.hasRST else { return }
      sender.hasRST = false
      result.events.insert(.suspectedResetInjection)
    }
  }
}

/// The events of each closing state for a wrong sequence number and for an acknowledgement out of range.
private struct ClosingEvents {
  var wrongSequence: StreamEvent?
  var invalidAck: StreamEvent?

  init(_ state: TCPState, isFIN: Bool) {
    switch state {
    case .finWait1:
      wrongSequence = isFIN ? .finWait1FINWrongSequence : .finWait1AckWrongSequence
      invalidAck = .finWait1InvalidAck
    case .finWait2:
      wrongSequence = isFIN ? .finWait2FINWrongSequence : .finWait2AckWrongSequence
      invalidAck = .finWait2InvalidAck
    case .closeWait:
      wrongSequence = isFIN ? .closeWaitFINOutOfWindow : .closeWaitAckOutOfWindow
      invalidAck = .closeWaitInvalidAck
    case .closing:
      wrongSequence = .closingAckWrongSequence
      invalidAck = .closingInvalidAck
    case .lastAck:
      wrongSequence = .lastAckAckWrongSequence
      invalidAck = .lastAckInvalidAck
    case .timeWait:
      wrongSequence = .timeWaitAckWrongSequence
      invalidAck = .timeWaitInvalidAck
    default:
      break
    }
  }
}
