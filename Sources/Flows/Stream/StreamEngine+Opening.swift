import Wire

// How sessions begin.
extension StreamEngine {
  /// What a packet without a session can begin; nil if nothing.
  func opening(_ segment: TCPSegment, _ result: inout TCPResult) -> Opening? {
    if segment.has(TCPFlag.rst) {
      result.events.insert(.resetButNoSession)
      result.isValid = false
      return nil
    }
    if segment.has(TCPFlag.syn) {
      if segment.has(TCPFlag.fin) {
        result.events.insert(.finSYN)
        if !segment.has(TCPFlag.ack) { return nil }
      }
      if !segment.has(TCPFlag.ack) { return .syn }
      return settings.midstream || settings.asyncOneSide ? .synAck : nil
    }
    if segment.has(TCPFlag.fin) {
      if settings.midstream || settings.asyncOneSide { return .midstream }
      result.events.insert(.finButNoSession)
      result.isValid = false
      return nil
    }
    guard segment.has(TCPFlag.ack), settings.midstream else { return nil }
    return .midstream
  }

  /// The client's SYN (RFC 9293 §3.5), with data if fast open is used (RFC 7413 §4.2).
  mutating func openWithSYN(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) {
    session.state = .synSent
    session.client.begin(segment)
    session.server.window = segment.window
    session.server.windowShift = segment.hasWindowShift ? segment.windowShift : 0
    session.server.offersShift = segment.hasWindowShift
    if segment.hasFastOpen, segment.payloadCount > 0 {
      session.isFastOpen = true
      session.client.advance(to: session.client.next &+ segment.payloadCount)
      var shifted = segment
      shifted.sequence = segment.sequence &+ 1
      store(&session, shifted, bytes, &result)
    }
  }

  /// A SYN/ACK whose SYN was not seen: the session is picked up from the server's side.
  mutating func openWithSYNACK(_ session: inout TCPCore, _ segment: TCPSegment) {
    session.isMidstream = true
    session.isMidstreamSYNACK = true
    session.state = .synReceived
    session.server.begin(segment)
    session.client.initial = segment.acknowledgement &- 1
    session.client.next = segment.acknowledgement
    session.client.acknowledged = segment.acknowledgement
    session.client.isKnown = true
    session.client.window = segment.window
    session.client.windowShift = segment.hasWindowShift ? segment.windowShift : 0
    session.client.allowed = session.client.acknowledged &+ session.client.window
    // The client's shift is not known: the widest is assumed.
    session.server.windowShift = segment.hasWindowShift ? 14 : 0
    session.server.acknowledged = session.server.initial
    session.server.window = 65535
    session.server.allowed = session.server.acknowledged &+ 65535
  }

  /// Data or a bare acknowledgement in the middle of a session: its sender is taken for the client.
  mutating func openMidstream(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) {
    session.isMidstream = true
    session.isConfirmed = true
    session.state = .established
    // Nothing is known of the windows' scale: the widest that can be is assumed.
    session.client.windowShift = 14
    session.server.windowShift = 14
    session.client.initial = segment.sequence &- 1
    session.client.next = segment.end
    session.client.nextOffset = Int64(segment.payloadCount)
    session.client.acknowledged = segment.sequence
    session.client.isKnown = true
    session.client.window = segment.window << 14
    session.client.allowed = segment.end &+ session.client.window
    session.server.initial = segment.acknowledgement &- 1
    session.server.next = segment.acknowledgement
    session.server.acknowledged = segment.acknowledgement
    session.server.isKnown = true
    session.server.window = segment.window << 14
    session.server.allowed = segment.acknowledgement &+ session.server.window
    session.isAsync = settings.asyncOneSide
    session.client.noteTimestamp(segment, mayBegin: true)
    store(&session, segment, bytes, &result)
    if segment.has(TCPFlag.fin) {
      session.client.hasFIN = true
      session.client.resetBeforeFIN = segment.end
      session.toServer.finish = session.client.nextOffset
      session.client.advance(to: segment.end &+ 1)
      session.state = .closeWait
    }
    acknowledgeIfAsync(&session, segment.direction)
  }

  /// Where one side is not seen, nobody acknowledges: what comes in order counts as acknowledged.
  mutating func acknowledgeIfAsync(_ session: inout TCPCore, _ direction: Direction) {
    guard session.isAsync else { return }
    if direction == .toServer {
      session.client.acknowledged = session.client.next
      session.toServer.acknowledged = session.toServer.end
    } else {
      session.server.acknowledged = session.server.next
      session.toClient.acknowledged = session.toClient.end
    }
  }
}

extension TCPEnd {
  /// Takes the sender's side of a SYN or SYN/ACK.
  mutating func begin(_ segment: TCPSegment) {
    initial = segment.sequence
    next = segment.sequence &+ 1
    nextOffset = 0
    acknowledged = segment.sequence
    isKnown = true
    allowsSACK = segment.allowsSACK
    usesTimestamps = segment.hasTimestamp
    timestamp = segment.timestamp
    hasTimestamp = segment.hasTimestamp
    hasZeroTimestamp = segment.hasTimestamp && segment.timestamp == 0
    timestampSeconds = segment.seconds
  }

  /// Remembers the sender's latest time stamp.
  @inline(__always)
  mutating func noteTimestamp(_ segment: TCPSegment, mayBegin: Bool = false) {
    guard segment.hasTimestamp else { return }
    if mayBegin {
      usesTimestamps = true
      hasTimestamp = true
      timestamp = segment.timestamp
      timestampSeconds = segment.seconds
    } else if usesTimestamps, segment.timestamp.isAtLeast(timestamp) {
      timestamp = segment.timestamp
      timestampSeconds = segment.seconds
    }
  }
}
