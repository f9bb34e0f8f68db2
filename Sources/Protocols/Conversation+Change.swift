import Wire

// From one protocol of a flow to the next (CONNECT, STARTTLS, Upgrade).
extension Conversation {
  /// Keeps bytes behind a change that is due while they do not tell the protocol: until then the flow is what
  /// it was. False: there is no such change, or it was carried out, and nothing was kept.
  func keepsForChange(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Bool {
    guard case .due(let name) = change else { return false }
    let room = Limits.undecidedBytes &- lanes[direction].pending.count
    if !Self.isTold(name), !core.hasEnded[direction], bytes.byteCount > 0, bytes.byteCount <= room {
      lanes[direction].pending.append(bytes)
      if waitsForMore { return true }
      lanes[direction].pending.removeLast(bytes.byteCount)
    }
    carryOutChange(clock)
    return false
  }

  /// What has come behind a change does not tell the protocol yet, and may still do.
  private var waitsForMore: Bool {
    for direction in Direction.allCases where !lanes[direction].pending.isEmpty {
      let pending = lanes[direction].pending
      let seen = pending.count
      let verdict = detector.recognise(
        pending.rawSpan.part(0, Limits.recognitionBytes), direction, transport, ports: ports,
        mayReverse: mayReverse)
      switch verdict {
      case .needsMore where seen < Limits.recognitionBytes: continue
      case .none where seen < Limits.giveUpBytes[direction]: continue
      case .found, .needsMore, .none: return false
      }
    }
    return true
  }

  /// Some protocols are known by what announced them alone.
  private static func isTold(_ name: String?) -> Bool {
    name.flatMap(ProtocolCatalogue.index(named:)).map { ProtocolCatalogue.all[$0].isAnnounced } ?? false
  }

  /// The old parser's transactions have been logged by now: recognition begins anew with what is left of the
  /// bytes.
  func carryOutChange(_ clock: PacketClock) {
    guard case .due(let name) = change else { return }
    change = .none
    hasChanged = true
    if original == .unknown { original = state }
    expected = name.flatMap(ProtocolCatalogue.index(named:)).map(ProtocolState.known) ?? .unknown
    state = .unknown
    sides = Pair(both: .unknown)
    handedOver = session?.handedOver
    session = nil
    firstDataDirection = nil
    for direction in Direction.allCases {
      lanes[direction].hasGivenUp = false
      core.isFinished[direction] = false
    }
    if let index = expected.index, Self.isTold(name) {
      sides = Pair(both: .known(index))
      expected = .unknown
      start(index)
      for direction in Direction.allCases {
        lanes[direction].isUnshown = !lanes[direction].pending.isEmpty
      }
      return
    }
    for direction in Direction.allCases where !lanes[direction].pending.isEmpty && accepts(direction) {
      firstDataDirection = firstDataDirection ?? direction
      recogniseStream(direction, isLast: false, clock)
    }
  }
}
