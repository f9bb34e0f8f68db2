import Wire

// From a packet's payload to the stream.
extension StreamEngine {
  /// Puts a packet's data into its direction's stream, within depth and memory cap.
  @inline(__always)
  mutating func store(
    _ session: inout TCPCore, _ segment: TCPSegment, _ bytes: RawSpan, _ result: inout TCPResult
  ) {
    guard segment.payloadCount > 0 else { return }
    let direction = segment.direction
    let payload = bytes.part(segment.payloadOffset, Int(segment.payloadCount))
    let offset = session.withEnds(direction) { sender, _ in sender.offset(of: segment.sequence) }
    let isInOrder = session.read(direction) { buffer in
      offset == buffer.end && buffer.regions.isEmpty && !buffer.isDisabled && !buffer.isDepthReached
    }
    let finish = offset &+ Int64(segment.payloadCount)
    guard isInOrder, segment.flags & TCPFlag.urg == 0, !session.isBeyondDepth(finish),
      session.reserve(payload.byteCount, direction, room: settings.reassemblyMemcapBytes &- budget.bytes)
    else {
      storeOther(&session, segment, payload, offset, &result)
      return
    }
    result.isInStream = true
    if direction == .toServer { session.toServer.append(payload) } else { session.toClient.append(payload) }
    session.account(direction)
  }

  /// All but data in order well below the bounds.
  @inline(never)
  private mutating func storeOther(
    _ session: inout TCPCore, _ segment: TCPSegment, _ payload: RawSpan, _ offset: Int64,
    _ result: inout TCPResult
  ) {
    let direction = segment.direction
    if session.read(direction, { $0.isDisabled }) { return }
    if segment.has(TCPFlag.urg), segment.urgentPointer > 0, settings.urgentPolicy != .inline {
      storeUrgent(&session, segment, payload, offset, &result)
      return
    }
    put(&session, direction, payload, offset, &result)
  }

  private mutating func put(
    _ session: inout TCPCore, _ direction: Direction, _ payload: RawSpan, _ offset: Int64,
    _ result: inout TCPResult
  ) {
    let packetOffset = offset
    var payload = payload
    var offset = offset
    // Where overlaps are not compared and nothing is held back, what all have seen takes nothing more up.
    let keepsSeen = settings.checksOverlaps || settings.isInline
    let base = session.read(direction) { keepsSeen ? $0.base : $0.seenEnd }
    if offset &+ Int64(payload.byteCount) <= base {
      if !result.isRetransmission { result.events.insert(.reassemblySegmentBeforeBaseSequence) }
      result.isInStream = countsAsTaken(session, direction)
      return
    }
    if offset < base {
      payload = payload.part(Int(base &- offset), payload.byteCount)
      offset = base
    }
    if session.isBeyondDepth(offset &+ Int64(payload.byteCount)) {
      noteDepth(&session, direction, &result)
      let kept = Int64(session.depthBytes) &- offset
      guard kept > 0 else { return }
      payload = payload.part(0, Int(kept))
    }
    let room = settings.reassemblyMemcapBytes &- budget.bytes
    let count = payload.byteCount
    if count &* 2 > room || !session.reserve(count, at: offset, direction, room: room) {
      counters.segmentMemcapDrops &+= 1
      result.events.insert(.reassemblyInsertMemcap)
      result.lacksMemory = true
      return
    }
    let outcome = session.insert(payload, at: offset, direction, settings)
    session.account(direction)
    if outcome.overlaps { counters.overlaps &+= 1 }
    if outcome.differs {
      counters.overlapsDiffering &+= 1
      result.offsetOfOverlap = UInt64(max(packetOffset, 0))
      if settings.checksOverlaps { result.events.insert(.reassemblyOverlapDifferentData) }
    }
    if outcome.isRefused {
      counters.insertFailures &+= 1
      result.events.insert(.reassemblyInsertLimit)
    } else {
      result.isInStream = true
      if offset > session.read(direction, { $0.end }) { result.offsetBehindHole = UInt64(max(offset, 0)) }
    }
  }

  /// Behind a FIN, data that all have seen counts as part of the stream and is not shown again, as in
  /// Suricata: but for what the server repeats once both sides have closed, the client first.
  private func countsAsTaken(_ session: borrowing TCPCore, _ direction: Direction) -> Bool {
    switch session.state {
    case .finWait1, .finWait2, .closing, .timeWait: true
    case .lastAck: direction == .toServer
    default: false
    }
  }

  private mutating func noteDepth(_ session: inout TCPCore, _ direction: Direction, _ result: inout TCPResult)
  {
    if session.read(direction, { $0.isDepthReached }) { return }
    counters.depthReached &+= 1
    result.events.insert(.reassemblyDepthReached)
    let depth = Int64(session.depthBytes)
    session.change(direction) { buffer in
      buffer.isDepthReached = true
      buffer.depthEnd = depth
    }
  }

  /// Urgent data (RFC 9293 §3.8.5, RFC 6093): the byte before the pointer is not part of the stream, it is
  /// dropped with its packet, or counts as lost.
  private mutating func storeUrgent(
    _ session: inout TCPCore, _ segment: TCPSegment, _ payload: RawSpan, _ offset: Int64,
    _ result: inout TCPResult
  ) {
    switch settings.urgentPolicy {
    case .drop:
      result.dropsUrgent = true
      return
    case .gap:
      return
    case .inline:
      put(&session, segment.direction, payload, offset, &result)
    case .outOfBand:
      let urgent = Int(segment.urgentPointer) &- 1
      guard urgent < payload.byteCount else {
        put(&session, segment.direction, payload, offset, &result)
        return
      }
      var data = payload.part(0, urgent).copied()
      data.append(payload.part(urgent &+ 1, payload.byteCount))
      let isWithinLimit = session.withEnds(segment.direction) { sender, _ in
        sender.takeUrgentByte(max: StreamEngine.urgentBytesMax)
      }
      guard isWithinLimit else {
        result.events.insert(.reassemblyUrgentOutOfBandLimitReached)
        if settings.urgentLimitPolicy == .inline {
          put(&session, segment.direction, payload, offset, &result)
        }
        return
      }
      counters.urgentBytes &+= 1
      put(&session, segment.direction, data.rawSpan, offset, &result)
    }
  }

  /// Urgent bytes left out of one direction: more are not the use that telnet and rlogin make of them.
  static let urgentBytesMax = 65535
}

extension TCPCore {
  @inline(__always)
  borrowing func isBeyondDepth(_ offset: Int64) -> Bool { depthBytes > 0 && offset > Int64(depthBytes) }
}

extension TCPEnd {
  /// Counts a byte that is not part of the stream: all numbers behind it stand for one offset less.
  mutating func takeUrgentByte(max: Int) -> Bool {
    guard urgentBytes < max else { return false }
    urgentBytes &+= 1
    nextOffset &-= 1
    return true
  }
}

extension TCPCore {
  /// Makes room for bytes that follow those that are there; false where that goes beyond the budget.
  @inline(__always)
  mutating func reserve(_ count: Int, _ direction: Direction, room: Int) -> Bool {
    direction == .toServer
      ? toServer.reserve(count, room: room) : toClient.reserve(count, room: room)
  }

  /// Makes room for bytes at an offset; false where that goes beyond the budget.
  mutating func reserve(_ count: Int, at offset: Int64, _ direction: Direction, room: Int) -> Bool {
    direction == .toServer
      ? toServer.reserve(count, at: offset, room: room) : toClient.reserve(count, at: offset, room: room)
  }

  mutating func insert(
    _ payload: RawSpan, at offset: Int64, _ direction: Direction, _ settings: StreamSettings
  ) -> InsertOutcome {
    if direction == .toServer {
      return toServer.insert(payload, at: offset, server.policy, regionsMax: settings.regionsMax)
    }
    return toClient.insert(payload, at: offset, client.policy, regionsMax: settings.regionsMax)
  }
}
