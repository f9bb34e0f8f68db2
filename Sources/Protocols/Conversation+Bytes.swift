package import Wire

/// The way of the bytes: from stream or datagram through recognition to the parser.
extension Conversation {
  /// Takes the next bytes of a TCP direction. All are taken: what the parser leaves is kept and shown again.
  package func stream(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) {
    let direction = self.direction(direction)
    changes &+= 1
    // What was left over for a new parser is shown with what comes next, whichever way that goes.
    let isBoth = lanes[direction.opposite].isUnshown
    if isBoth { drain(direction.opposite, clock) }
    if isChangeDue, keepsForChange(bytes, direction, clock) { return }
    guard bytes.byteCount > 0, accepts(direction) else { return }
    if firstDataDirection == nil { firstDataDirection = direction }
    if isSettled(direction) {
      let hasOnlyGrown = feed(bytes, direction, clock)
      if hasOnlyGrown, !isBoth { core.growths &+= 1 }
      return
    }
    takeUndecided(bytes, direction, clock)
  }

  /// Takes bytes of a direction that is not settled: they are kept, as far as there is room, until its
  /// protocol is told. What there is no room for is lost if these bytes do not tell it.
  private func takeUndecided(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) {
    let kept = min(max(Limits.undecidedBytes &- lanes[direction].pending.count, 0), bytes.byteCount)
    lanes[direction].pending.append(bytes.part(0, kept))
    let wasReversed = isReversed
    recogniseStream(direction, isLast: false, clock)
    guard kept < bytes.byteCount else { return }
    let own = isReversed == wasReversed ? direction : direction.opposite
    guard accepts(own) else { return }
    if isSettled(own) {
      feed(bytes.part(kept, bytes.byteCount &- kept), own, clock)
    } else {
      lanes[own].overflow = Int32(clamping: Int(lanes[own].overflow) &+ bytes.byteCount &- kept)
      recogniseStream(own, isLast: false, clock)
    }
  }

  /// `count` bytes of a TCP direction were lost.
  package func gap(_ count: Int, _ direction: Direction, _ clock: PacketClock) {
    let direction = self.direction(direction)
    changes &+= 1
    carryOutChange(clock)
    guard count > 0, accepts(direction) else { return }
    if firstDataDirection == nil { firstDataDirection = direction }
    if !isSettled(direction) {
      if state.index != nil, reached(direction) == 0 {
        // The other direction speaks for one whose beginning was lost: that says nothing about its protocol.
        lanes[direction].hasGivenUp = true
      } else {
        recogniseStream(direction, isLast: true, clock)
      }
    }
    guard let session, isSettled(direction) else {
      pass(lanes[direction].pending.count &+ count, direction)
      return
    }
    skip(lanes[direction].pending.count &+ count, session, direction, clock)
  }

  /// Another flow has announced this one: its protocol is known before its first byte.
  package func begin(_ expected: ExpectedFlow) {
    guard state == .unknown, let index = ProtocolCatalogue.index(named: expected.protocolName),
      detector.parses(index, transport)
    else { return }
    sides = Pair(both: .known(index))
    state = .known(index)
    session = expected.makeSession(detector.settings)
  }

  /// The stream's depth was reached in a direction.
  package func truncate(_ direction: Direction) {
    guard let session else { return }
    changes &+= 1
    session.truncate(self.direction(direction))
  }

  /// A direction's connection is closed (FIN, RST): what its end cuts waits for the flow's end.
  package func endWithConnection(_ direction: Direction, _ clock: PacketClock) {
    guard session?.endsWithConnection(self.direction(direction)) ?? true else { return }
    end(direction, clock)
  }

  /// No more bytes will come in a direction (FIN, RST, time-out, end of the input).
  package func end(_ direction: Direction, _ clock: PacketClock) {
    let direction = self.direction(direction)
    changes &+= 1
    carryOutChange(clock)
    guard !core.hasEnded[direction] else { return }
    let lane = lanes[direction]
    // What is kept until the other direction tells the protocol is shown to its parser then.
    if state == .unknown, !lane.pending.isEmpty { return }
    if lane.isUnshown { drain(direction, clock) }
    core.hasEnded[direction] = true
    session?.frames?.show(from: reached(direction), direction)
    session?.end(direction, clock)
    if !lane.pending.isEmpty { lanes[direction].pending = [] }
  }

  /// Takes one whole datagram. One that cannot be read says nothing about those that follow.
  package func datagram(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) {
    var direction = self.direction(direction)
    changes &+= 1
    isDatagramUnreadable = false
    guard bytes.byteCount > 0, !hasFailed, sides != Pair(both: .failed) else { return }
    if sides[direction] == .unknown {
      let verdict = detector.recognise(bytes, direction, transport, ports: ports, mayReverse: mayReverse)
      if case .found(_, true) = verdict {
        // As in the reference, also where the other direction has been told already.
        turnRound()
        direction = direction.opposite
      }
      settleDatagram(verdict, direction)
    }
    guard let session, session.transactions.count <= Limits.transactions else { return }
    session.frames?.beginDatagram(direction)
    if case .failed = session.consume(bytes, direction, clock).outcome {
      isDatagramUnreadable = true
      unreadableDatagrams &+= 1
    }
  }

  /// One datagram decides for its direction: the side that was recognised speaks for both.
  private func settleDatagram(_ verdict: ProtocolDetector.Verdict, _ direction: Direction) {
    let other = sides[direction.opposite]
    guard case .found(let index, _) = verdict else {
      sides[direction] = other.index != nil ? other : .failed
      // The other direction may still tell.
      if other.index == nil { state = .failed }
      return
    }
    if let otherIndex = other.index {
      if otherIndex != index { note(.mismatchBothDirections) }
      sides[direction] = .known(index)
    } else {
      sides[direction] = .known(index)
      start(index)
    }
  }

  /// Whether bytes of this direction go anywhere at all.
  func accepts(_ direction: Direction) -> Bool {
    let core = core
    return !core.hasFailed && core.state != .failed && !core.isFinished[direction]
      && !core.hasEnded[direction]
  }

  /// The protocol is known and this direction's own recognition is over.
  private func isSettled(_ direction: Direction) -> Bool {
    state.index != nil && (sides[direction].index != nil || lanes[direction].hasGivenUp)
  }

  /// Looks at all that a direction has brought so far.
  func recogniseStream(_ direction: Direction, isLast: Bool, _ clock: PacketClock) {
    if !lanes[direction].hasGivenUp {
      let pending = lanes[direction].pending
      let seen = pending.count
      let verdict =
        seen == 0
        ? ProtocolDetector.Verdict.none
        : detector.recognise(
          pending.rawSpan.part(0, Limits.recognitionBytes), direction, transport, ports: ports,
          mayReverse: mayReverse, beside: sides[direction.opposite].index)
      switch verdict {
      case .found(let index, let isOtherWay):
        let told = detector.settled(index, direction, beside: sides[direction.opposite].index)
        found(told, direction, isOtherWay: isOtherWay, clock)
        return
      case .needsMore where !isLast && seen < Limits.recognitionBytes: return
      case .none where !isLast && seen < Limits.giveUpBytes[direction]: return
      case .needsMore, .none:
        lanes[direction].hasGivenUp = true
      }
    }
    givenUp(direction, clock)
  }

  /// A direction's bytes are those of a protocol.
  private func found(_ index: Int, _ direction: Direction, isOtherWay: Bool, _ clock: PacketClock) {
    if isOtherWay, state == .unknown, sides[direction.opposite] == .unknown {
      turnRound()
      found(index, direction.opposite, isOtherWay: false, clock)
      return
    }
    if let known = state.index {
      sides[direction] = .known(index)
      if known != index { note(.mismatchBothDirections) }
      drain(direction, clock)
      return
    }
    let wanted = ProtocolCatalogue.all[index].firstDirection
    if original == .unknown, let wanted, let first = firstDataDirection, first != wanted {
      note(.wrongDirectionFirstData)
      sides[direction] = .known(index)
      state = .known(index)
      hasFailed = true
      dropPending()
      return
    }
    sides[direction] = .known(index)
    checkExpected(index)
    start(index)
    let other = direction.opposite
    // What the other side said before may be told apart now that its protocol is known.
    let isOtherFirst = firstDataDirection == other && !lanes[other].pending.isEmpty
    if isOtherFirst, lanes[other].hasGivenUp, speaks(index, other) { lanes[other].hasGivenUp = false }
    if lanes[other].hasGivenUp {
      sides[other] = .failed
      note(.onlyOneDirection)
      if other == .toServer { drain(other, clock) }
      drain(direction, clock)
      if other == .toClient { drain(other, clock) }
    } else {
      if isOtherFirst { recogniseStream(other, isLast: false, clock) }
      drain(direction, clock)
    }
  }

  /// What a direction has said is of the protocol that the other one has told.
  private func speaks(_ index: Int, _ direction: Direction) -> Bool {
    let pending = lanes[direction].pending
    let verdict = detector.recognise(
      pending.rawSpan.part(0, Limits.recognitionBytes), direction, transport, ports: ports, mayReverse: false,
      beside: index)
    return verdict == .found(index, isReversed: false)
  }

  /// A direction cannot be recognised by itself: the other one may speak for it.
  private func givenUp(_ direction: Direction, _ clock: PacketClock) {
    if state.index != nil {
      sides[direction] = .failed
      note(.onlyOneDirection)
      drain(direction, clock)
      return
    }
    if lanes[direction.opposite].hasGivenUp {
      state = .failed
      sides = Pair(both: .failed)
      dropPending()
      checkExpected(nil)
      checkRequired()
    } else if lanes[direction].pending.count &+ Int(lanes[direction].overflow) > Limits.undecidedBytesTotal {
      note(.detectionSkipped)
      state = .failed
      checkRequired()
      dropPending()
    }
  }

  /// Server and client were taken the wrong way round: all that is kept changes places.
  private func turnRound() {
    isReversed.toggle()
    lanes = Pair(lanes.toClient, lanes.toServer)
    core.offsets = Pair(core.offsets.toClient, core.offsets.toServer)
    sides = Pair(sides.toClient, sides.toServer)
    firstDataDirection = firstDataDirection?.opposite
  }

  func start(_ index: Int) {
    state = .known(index)
    session = detector.makeSession(index, transport)
    depth = session?.streamDepthBytes.map { Int32(clamping: $0) }
    if let server { session?.adopt(server: server) }
    session?.adopt(serverPort: isReversed ? ports.toClient : ports.toServer)
    if let handedOver { session?.adopt(handedOver: handedOver) }
    handedOver = nil
    if let client { session?.adopt(client: client) }
    if original.index != nil, let name = original.name { session?.adopt(protocolBefore: name) }
    checkRequired()
    beginStreamFrames()
    if session == nil {
      core.isFinished.toServer = true
      core.isFinished.toClient = true
      dropPending()
    }
  }

  /// Shows the parser what was kept back while the protocol was not known.
  private func drain(_ direction: Direction, _ clock: PacketClock) {
    guard !lanes[direction].pending.isEmpty else { return }
    consumePending(direction, clock)
    let lost = Int(lanes[direction].overflow)
    lanes[direction].overflow = 0
    guard lost > 0, let session, accepts(direction) else { return }
    skip(lost &+ lanes[direction].pending.count, session, direction, clock)
  }

  /// The parser does not see the next `count` bytes, those among them that were kept for it neither.
  private func skip(_ count: Int, _ session: Session, _ direction: Direction, _ clock: PacketClock) {
    session.frames?.show(from: core.offsets[direction], direction)
    pass(count, direction)
    apply(session.skipGap(count, direction, clock), direction, clock)
  }

  /// Bytes that nobody is shown.
  private func pass(_ count: Int, _ direction: Direction) {
    core.offsets[direction] &+= UInt64(clamping: count)
    lanes[direction].pending = []
  }

  /// Each direction of a TCP flow is a frame as a whole.
  private func beginStreamFrames() {
    guard transport == .tcp, let frames = session?.frames else { return }
    for direction in Direction.allCases {
      frames.announce(FrameLog.stream, direction, start: core.offsets[direction])
    }
  }

  /// Offset in the stream after the last byte that a direction has brought.
  package func reached(_ direction: Direction) -> UInt64 {
    core.offsets[direction] &+ UInt64(lanes[direction].pending.count)
  }

  ///
  /// Says whether bodies have grown and nothing else has changed.
  @discardableResult
  private func feed(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Bool {
    guard let session else { return false }
    guard session.transactions.count <= Limits.transactions else {
      hasFailed = true
      dropPending()
      return false
    }
    if !lanes[direction].pending.isEmpty {
      lanes[direction].pending.append(bytes)
      consumePending(direction, clock)
      return false
    }
    session.frames?.show(from: core.offsets[direction], direction)
    let result = session.consume(bytes, direction, clock)
    let used = min(max(result.bytes, 0), bytes.byteCount)
    core.offsets[direction] &+= UInt64(used)
    if result.hasOnlyGrown { return true }
    if used < bytes.byteCount, result.outcome != .failed, result.outcome != .finished {
      lanes[direction].pending.append(bytes.part(used, bytes.byteCount &- used))
    }
    checkPending(direction)
    apply(result.outcome, direction, clock)
    return false
  }

  private func consumePending(_ direction: Direction, _ clock: PacketClock) {
    guard let session else { return }
    lanes[direction].isUnshown = false
    // Taken out while the parser looks at it, so that the array is held once and not copied.
    var pending: [UInt8] = []
    swap(&pending, &lanes[direction].pending)
    session.frames?.show(from: core.offsets[direction], direction)
    let result = session.consume(pending.rawSpan, direction, clock)
    let used = min(max(result.bytes, 0), pending.count)
    core.offsets[direction] &+= UInt64(used)
    if used == pending.count {
      pending.removeAll(keepingCapacity: pending.capacity <= 4096)
    } else if used > 0 {
      pending.removeSubrange(0..<used)
    }
    swap(&pending, &lanes[direction].pending)
    checkPending(direction)
    apply(result.outcome, direction, clock)
  }

  private func checkPending(_ direction: Direction) {
    guard lanes[direction].pending.count > session?.pendingBytesMax ?? Limits.pendingBytes else { return }
    hasFailed = true
    dropPending()
  }

  private func apply(_ outcome: Consumption.Outcome, _ direction: Direction, _ clock: PacketClock) {
    switch outcome {
    case .goesOn: break
    case .failed:
      hasFailed = true
      dropPending()
    case .finished:
      core.isFinished[direction] = true
      lanes[direction].pending = []
      if let session, session.isSealedAsOne, isFinished { change = .sealed }
    case .changesProtocol(let name):
      session?.end(.toServer, clock)
      session?.end(.toClient, clock)
      change = .due(name)
    case .isKnownAs(let name):
      guard let index = ProtocolCatalogue.index(named: name), detector.parses(index, transport) else {
        return
      }
      if original == .unknown { original = state }
      state = .known(index)
      sides = Pair(both: .known(index))
    }
  }

  private func dropPending() {
    lanes.toServer.pending = []
    lanes.toClient.pending = []
  }
}
