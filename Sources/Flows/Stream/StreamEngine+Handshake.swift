import Wire

// From the first SYN to the third packet of the handshake (RFC 9293 §3.5).
extension StreamEngine {
  /// The client's SYN was seen.
  mutating func synSent(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.flags & (TCPFlag.rst | TCPFlag.fin) != 0, segment.direction == .toClient, segment.hasTimestamp,
      !session.client.usesTimestamps || segment.timestampEcho != session.client.timestamp
    {
      // Who has seen the SYN echoes its stamp: this did not come from the server.
      result.events.insert(.packetInvalidTimestamp)
      return false
    }
    if segment.has(TCPFlag.rst) { return resetInSYNSent(&session, segment, &result) }
    if segment.has(TCPFlag.syn) {
      if segment.has(TCPFlag.ack) {
        return segment.direction == .toClient
          ? answer(&session, segment, &result) : fourWayAnswer(&session, segment, &result)
      }
      return segment.direction == .toServer
        ? repeatedSYN(&session, segment, bytes, &result) : crossingSYN(&session, segment)
    }
    if segment.has(TCPFlag.fin), !settings.asyncOneSide { return true }
    return segment.has(TCPFlag.ack) ? acknowledgedUnseen(&session, segment, bytes, &result) : true
  }

  private mutating func resetInSYNSent(
    _ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult
  ) -> Bool {
    if segment.direction == .toClient {
      guard
        !segment.has(TCPFlag.ack) || segment.acknowledgement == session.client.next
          || segment.acknowledgement == session.client.initial &+ 1
      else {
        result.events.insert(.resetInvalidAck)
        return false
      }
      session.server.hasRST = true
    } else {
      guard segment.sequence == session.client.initial, segment.window == 0,
        segment.acknowledgement == session.client.initial &+ 1
      else { return true }
      session.client.hasRST = true
    }
    session.isReset = true
    session.stateBeforeReset = session.state
    session.state = .closed
    return true
  }

  /// The server's SYN/ACK.
  private mutating func answer(
    _ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult
  ) -> Bool {
    let wanted = session.client.initial &+ 1
    let acknowledgesData =
      session.isFastOpen && segment.acknowledgement.isAtMost(session.client.next)
      && segment.acknowledgement.isAfter(wanted)
    guard segment.acknowledgement == wanted || acknowledgesData else {
      if let earlier = session.pendingHandshakes.takeSYN(acknowledgedBy: segment.acknowledgement) {
        // The server answers one of several SYNs.
        session.client.restart(earlier)
        session.server.window = earlier.window
        session.server.windowShift = earlier.hasWindowShift ? earlier.windowShift : 0
        session.server.offersShift = earlier.hasWindowShift
        accept(&session, segment)
        return true
      }
      result.events.insert(.handshakeSYNACKWithWrongAck)
      return false
    }
    if session.isFastOpen, segment.acknowledgement == wanted {
      // The server refused the data that came with the SYN.
      result.events.insert(.handshakeSYNACKFastOpenDataIgnored)
      session.isFastOpen = false
      session.refusedFastOpen = true
      session.toServer.discardAll()
      session.client.next = wanted
      session.client.nextOffset = 0
    }
    accept(&session, segment)
    return true
  }

  /// Takes the server's SYN/ACK as the one that counts.
  mutating func accept(_ session: inout TCPCore, _ segment: TCPSegment) {
    session.server.begin(segment)
    session.client.acknowledged = segment.acknowledgement
    session.client.window = segment.window
    let isScaled = session.server.offersShift && segment.hasWindowShift
    session.client.windowShift = isScaled ? segment.windowShift : 0
    if !isScaled { session.server.windowShift = 0 }
    session.client.allowed = session.client.acknowledged &+ session.client.window
    session.server.allowed = session.server.initial &+ 1 &+ session.server.window
    let bothStamp = session.client.usesTimestamps && segment.hasTimestamp
    session.client.usesTimestamps = bothStamp
    session.server.usesTimestamps = bothStamp
    session.toServer.acknowledged = max(session.client.offset(of: segment.acknowledgement), 0)
    session.state = .synReceived
  }

  /// Both sides sent a SYN, and the client now acknowledges the server's.
  private mutating func fourWayAnswer(
    _ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult
  ) -> Bool {
    guard session.isFourWay else {
      result.events.insert(.handshakeSYNACKInWrongDirection)
      return false
    }
    guard segment.acknowledgement == session.server.initial &+ 1 else {
      result.events.insert(.fourWaySYNACKWithWrongAck)
      return false
    }
    guard segment.sequence == session.client.initial else {
      result.events.insert(.fourWaySYNACKWithWrongSYN)
      return false
    }
    session.server.acknowledged = segment.acknowledgement
    session.server.window = segment.window
    session.server.windowShift =
      segment.hasWindowShift && session.client.offersShift ? segment.windowShift : 0
    session.server.allowed = session.server.acknowledged &+ session.server.window
    session.client.allowed = session.client.initial &+ 1 &+ session.client.window
    let bothStamp = session.server.usesTimestamps && segment.hasTimestamp
    session.client.usesTimestamps = bothStamp
    session.server.usesTimestamps = bothStamp
    session.state = .synReceived
    return true
  }

  /// The server sends a SYN of its own (simultaneous open, or a split handshake).
  private mutating func crossingSYN(_ session: inout TCPCore, _ segment: TCPSegment) -> Bool {
    session.isFourWay = true
    session.server.begin(segment)
    session.client.window = segment.window
    session.client.windowShift = segment.hasWindowShift ? segment.windowShift : 0
    session.client.offersShift = segment.hasWindowShift
    session.server.allowed = session.server.initial &+ 1
    return true
  }

  /// The client's SYN again, or another.
  private mutating func repeatedSYN(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.sequence == session.client.initial { return true }
    if !session.pendingHandshakes.addSYN(session.synInHand, max: settings.synQueueMax) {
      result.events.insert(.handshakeSYNFlood)
    }
    // The latest SYN counts, unless the answer says otherwise.
    session.toServer.discardAll()
    session.isFastOpen = false
    openWithSYN(&session, segment, bytes, &result)
    return true
  }

  /// The client goes on although no answer was seen: only its side is visible.
  private mutating func acknowledgedUnseen(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if session.isFourWay, segment.direction == .toClient { return true }
    guard settings.asyncOneSide else { return true }
    guard segment.direction == .toServer, segment.sequence == session.client.next else {
      result.events.insert(.handshakeAsyncWrongSequence)
      return false
    }
    session.isAsync = true
    session.isConfirmed = true
    session.state = .established
    session.client.window = segment.window
    session.client.allowed = segment.end &+ max(segment.window, 65535)
    session.server.initial = segment.acknowledgement &- 1
    session.server.next = segment.acknowledgement
    session.server.acknowledged = segment.acknowledgement
    session.server.isKnown = true
    session.server.allowed = segment.acknowledgement &+ session.server.window
    session.client.noteTimestamp(segment)
    store(&session, segment, bytes, &result)
    session.client.advance(to: segment.end)
    acknowledgeIfAsync(&session, .toServer)
    return true
  }

  /// SYN and SYN/ACK were seen.
  mutating func synReceived(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.has(TCPFlag.rst) { return reset(&session, segment, bytes, &result) }
    if segment.has(TCPFlag.syn) {
      return segment.has(TCPFlag.ack)
        ? repeatedAnswer(&session, segment, &result) : lateSYN(&session, segment, &result)
    }
    if segment.has(TCPFlag.fin) { return finish(&session, segment, bytes, &result) }
    guard segment.has(TCPFlag.ack) else { return true }
    return confirm(&session, segment, bytes, &result)
  }

  private mutating func repeatedAnswer(
    _ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult
  ) -> Bool {
    if segment.direction == .toServer {
      if session.isFourWay, segment.sequence == session.client.initial { return true }
      result.events.insert(.handshakeSYNACKToServerOnSYNReceived)
      return false
    }
    if session.isFourWay {
      // The answer to the client's own SYN completes a simultaneous open.
      if segment.acknowledgement == session.client.initial &+ 1, segment.sequence == session.server.initial {
        return true
      }
    }
    if segment.acknowledgement != session.client.acknowledged {
      result.events.insert(.handshakeSYNACKResendWithDifferentAck)
      return false
    }
    let offered = Handshake(segment)
    if segment.sequence == session.server.initial {
      if session.pendingHandshakes.synAcks.isEmpty || session.synAckInHand.isSame(as: offered) { return true }
    }
    guard session.pendingHandshakes.addSYNACK(offered, max: settings.synAckQueueMax) else {
      result.events.insert(.handshakeSYNACKFlood)
      return false
    }
    return true
  }

  private mutating func lateSYN(
    _ session: inout TCPCore, _ segment: TCPSegment, _ result: inout TCPResult
  ) -> Bool {
    if segment.direction == .toClient {
      result.events.insert(.handshakeSYNToClientOnSYNReceived)
      return false
    }
    if segment.sequence != session.client.initial {
      result.events.insert(.handshakeSYNResendDifferentSequenceOnSYNReceived)
      return false
    }
    return true
  }

  /// The packet that ends the handshake, or what comes in its place.
  private mutating func confirm(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    if segment.direction == .toServer {
      if let answer = session.pendingHandshakes.takeSYNACK(acknowledgedBy: segment.acknowledgement) {
        session.server.restart(answer)
        session.client.window = answer.window
        session.client.windowShift =
          session.server.offersShift && answer.hasWindowShift ? answer.windowShift : 0
        session.client.allowed = session.client.acknowledged &+ answer.window
      }
      return confirmFromClient(&session, segment, bytes, &result)
    }
    return confirmFromServer(&session, segment, bytes, &result)
  }

  private mutating func confirmFromClient(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    guard isTimely(segment, &session.client, session.server.policy, &result) else { return false }
    if session.isFourWay, segment.acknowledgement != session.server.initial &+ 1 {
      result.events.insert(.fourWayInvalidAck)
      return false
    }
    // What nobody has seen the server send cannot be acknowledged here.
    let isKnownData =
      segment.acknowledgement.isAtMost(session.server.next) || session.isMidstream || settings.asyncOneSide
    let isRightAck =
      isKnownData && isAcceptable(segment, session.server, session.traits, &result, isSilent: true)
      && segment.acknowledgement.isAfter(session.server.initial)
    let isRightSequence = segment.sequence == session.client.next
    if isRightSequence, isRightAck {
      establish(&session, segment)
      return takeData(&session, segment, bytes, &result)
    }
    if isRightAck {
      // Data before the handshake's third packet, or after a loss: taken if it lies in the window.
      if segment.sequence.isAtLeast(session.client.acknowledged),
        segment.end.isAtMost(session.client.allowed &+ 1) || session.isMidstream || settings.asyncOneSide
      {
        establish(&session, segment)
        return takeData(&session, segment, bytes, &result)
      }
      if segment.sequence == session.client.initial { return true }
      result.events.insert(.handshakeWrongSequenceWrongAck)
      return false
    }
    if settings.asyncOneSide, session.isMidstreamSYNACK { return true }
    result.events.insert(
      isRightSequence ? .handshakeRightSequenceWrongAckEvasion : .handshakeWrongSequenceWrongAck)
    return false
  }

  private mutating func confirmFromServer(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) -> Bool {
    guard isTimely(segment, &session.server, session.client.policy, &result) else { return false }
    if session.isFourWay {
      guard segment.sequence == session.server.next else {
        result.events.insert(.fourWayWrongSequence)
        return false
      }
      guard
        segment.acknowledgement == session.client.initial &+ 1
          || segment.acknowledgement == session.client.next
      else {
        result.events.insert(.fourWayInvalidAck)
        return false
      }
      establish(&session, segment)
      return takeData(&session, segment, bytes, &result)
    }
    guard isAcceptable(segment, session.client, session.traits, &result) else { return false }
    if session.isMidstreamSYNACK || session.isFastOpen || segment.payloadCount > 0 {
      if settings.isInline, segment.payloadCount > 0, !session.isMidstreamSYNACK, !session.isFastOpen {
        result.events.insert(.handshakeAckDataInjection)
        return false
      }
      // The client's acknowledgement was lost or comes late: the server's data shows that it had it.
      guard segment.sequence == session.server.next else {
        result.events.insert(.handshakeWrongSequenceWrongAck)
        return false
      }
      establish(&session, segment)
      // The client was never seen: it may be that it never will be.
      if session.isMidstreamSYNACK { session.isAsync = settings.asyncOneSide }
      return takeData(&session, segment, bytes, &result)
    }
    // A late acknowledgement of the client's SYN says nothing new.
    if segment.sequence == session.server.next, segment.acknowledgement == session.client.acknowledged {
      return true
    }
    result.events.insert(.handshakeAckInWrongDirection)
    return false
  }

  private func establish(_ session: inout TCPCore, _ segment: TCPSegment) {
    session.state = .established
    session.isConfirmed = segment.direction == .toClient || session.isFourWay
    session.pendingHandshakes = HandshakeQueue()
  }
}
