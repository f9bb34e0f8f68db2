import Wire

// Data, and what may come between it.
extension StreamEngine {
  /// Takes a packet into a session that is there: false where it does not fit.
  @inline(never)
  mutating func take(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    let fits = takeByState(&session, segment, bytes, &result)
    if fits { noteLifeAfterReset(&session, segment, &result) }
    return fits
  }

  private mutating func takeByState(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if session.state >= .established, session.state < .closed {
      let isKeepAlive = session.withEnds(segment.direction) { sender, receiver in
        self.isKeepAlive(segment, &sender, &receiver)
      }
      if isKeepAlive {
        result.isKeepAlive = true
        return true
      }
      if session.state == .established,
        session.withEnds(segment.direction, { isBadWindowUpdate(segment, $0, $1) })
      {
        result.events.insert(.packetBadWindowUpdate)
        return true
      }
    }
    switch session.state {
    case .none: return true
    case .synSent: return synSent(&session, segment, bytes, &result)
    case .synReceived: return synReceived(&session, segment, bytes, &result)
    case .established: return established(&session, segment, bytes, &result)
    case .closed: return closed(&session, segment, bytes, &result)
    default: return closing(&session, segment, bytes, &result)
    }
  }

  private mutating func established(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.has(TCPFlag.rst) { return reset(&session, segment, bytes, &result) }
    if segment.has(TCPFlag.fin) {
      if segment.has(TCPFlag.syn) { result.events.insert(.finSYN) }
      return finish(&session, segment, bytes, &result)
    }
    if segment.has(TCPFlag.syn) { return handshakeAgain(&session, segment, &result) }
    guard segment.has(TCPFlag.ack) else { return true }
    if segment.direction == .toClient { session.isConfirmed = true }
    return takeData(&session, segment, bytes, &result)
  }

  /// SYN or SYN/ACK in an established session.
  private func handshakeAgain(
    _ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult
  ) -> Bool {
    let event: StreamEvent
    if segment.has(TCPFlag.ack) {
      if segment.direction == .toServer {
        event = .establishedSYNACKToServer
      } else if segment.acknowledgement != session.client.acknowledged, session.isConfirmed,
        segment.acknowledgement != session.client.initial &+ 1
      {
        event = .establishedSYNACKResendWithDifferentAck
      } else if segment.sequence != session.server.initial {
        event = .establishedSYNACKResendWithDifferentSequence
      } else if session.isConfirmed {
        event = .establishedSYNACKResend
      } else {
        // The handshake's third packet got lost.
        return true
      }
    } else if segment.direction == .toClient {
      event = .establishedSYNToClient
    } else if segment.sequence != session.client.initial {
      event = .establishedSYNResendDifferentSequence
    } else {
      event = .establishedSYNResend
    }
    result.events.insert(event)
    return false
  }

  /// A packet with an acknowledgement, and perhaps data, in an established session.
  mutating func takeData(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    let traits = session.traits
    let isFine = session.withEnds(segment.direction) { sender, receiver in
      fits(traits, segment, &sender, &receiver, &result)
    }
    guard isFine else { return false }
    if segment.payloadCount > 0 { store(&session, segment, bytes, &result) }
    session.withEnds(segment.direction) { sender, receiver in
      sender.advance(to: segment.end)
      acknowledge(segment, &receiver)
    }
    noteAcknowledged(&session, segment.direction)
    acknowledgeIfAsync(&session, segment.direction)
    return true
  }

  private func fits(
    _ traits: TCPTraits, _ segment: TCPSegment, _ sender: inout TCPEnd, _ receiver: inout TCPEnd,
    _ result: inout TCPResult
  ) -> Bool {
    guard isTimely(segment, &sender, receiver.policy, &result) else { return false }
    result.isTolerated = true
    guard isAcceptable(segment, receiver, traits, &result) else {
      result.events.insert(.establishedInvalidAck)
      return false
    }
    if sender.window == 0, segment.payloadCount == 1, segment.sequence == sender.next, !traits.isMidstream {
      // A probe of a closed window: the byte comes again once the window opens.
      result.isKeepAlive = true
    }
    if segment.payloadCount > 0, segment.end.isAtMost(sender.acknowledged), !traits.isAsync {
      result.events.insert(.packetSpuriousRetransmission)
      result.isRetransmission = true
    } else if segment.end.isBefore(sender.acknowledged), segment.payloadCount == 0, !traits.isAsync {
      result.events.insert(.establishedPacketBeforeLastAck)
      return false
    }
    guard segment.end.isAtMost(sender.allowed) || traits.isMidstream || traits.isAsync || result.isKeepAlive
    else {
      result.events.insert(.establishedPacketOutOfWindow)
      return false
    }
    if segment.payloadCount > 0, segment.end.isAtMost(sender.next) { result.isRetransmission = true }
    return true
  }

  /// Takes note of what the packet acknowledges and of the window that it allows.
  @inline(__always)
  mutating func acknowledge(_ segment: TCPSegment, _ receiver: inout TCPEnd) {
    guard segment.has(TCPFlag.ack) else { return }
    if segment.acknowledgement.isAfter(receiver.next) { counters.ackUnseenData &+= 1 }
    if segment.acknowledgement.isAtLeast(receiver.acknowledged) {
      receiver.acknowledged = segment.acknowledgement
      receiver.window = segment.window << UInt32(receiver.windowShift)
      let allowed = receiver.acknowledged &+ receiver.window
      if allowed.isAfter(receiver.allowed) { receiver.allowed = allowed }
    }
  }

  /// Tells the buffer of the other direction how far its data is acknowledged.
  @inline(__always)
  func noteAcknowledged(_ session: inout TCPCore, _ direction: Direction) {
    if direction == .toServer {
      let offset = session.server.offset(of: session.server.acknowledged)
      if offset > session.toClient.acknowledged { session.toClient.acknowledged = offset }
    } else {
      let offset = session.client.offset(of: session.client.acknowledged)
      if offset > session.toServer.acknowledged { session.toServer.acknowledged = offset }
    }
  }

  /// Data or an acknowledgement exactly where it is expected, so that no check can fail.
  @inline(__always)
  func isPlainData(_ segment: TCPSegment, _ session: inout TCPCore) -> Bool {
    guard segment.flags & ~TCPFlag.psh == TCPFlag.ack, !session.isAsync else { return false }
    return session.withEnds(segment.direction) { sender, receiver in
      segment.sequence == sender.next && segment.acknowledgement.isAtLeast(receiver.acknowledged)
        && segment.acknowledgement.isAtMost(receiver.next) && segment.end.isAtMost(sender.allowed)
        && segment.acknowledgement.isAtMost(receiver.allowed)
        && (segment.payloadCount == 0 || segment.end.isAfter(sender.acknowledged))
        && !receiver.isKeepingAlive && !sender.hasRST && sender.window != 0 && !sender.hasZeroTimestamp
        && (!sender.usesTimestamps || !segment.hasTimestamp || segment.timestamp.isAtLeast(sender.timestamp))
    }
  }

  @inline(__always)
  mutating func takePlain(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) {
    if segment.direction == .toClient { session.isConfirmed = true }
    if segment.payloadCount > 0 { store(&session, segment, bytes, &result) }
    session.withEnds(segment.direction) { sender, receiver in
      sender.noteTimestamp(segment)
      sender.isKeepingAlive = false
      sender.advance(to: segment.end)
      acknowledge(segment, &receiver)
    }
    noteAcknowledged(&session, segment.direction)
  }
}
