import Detection
import Events
import Flows
import Protocols
import Wire

// From packet and transactions to alerts and records.
extension Worker {
  /// Rules first, then the records of what is complete, as Suricata orders them.
  mutating func inspect(
    _ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ session: TCPSession?, _ conversation: Conversation?,
    _ direction: Direction, _ result: TCPResult?
  ) {
    let logical = conversation?.direction(direction) ?? direction
    if conversation?.isChangeDue == true { followChange(flow, session, conversation, direction) }
    runRules(packet, bytes, flow, session, conversation, logical, result)
    settle(packet, bytes, logical, flow)
    if flow.wantsBypass, flow.state != .bypassed { bypass(flow) }
    // An ICMP error about the flow brings nothing of its data.
    if packet.isICMP, flow.ipProtocol != packet.ipProtocol { return }
    // What does not fit the stream was asked about no transaction: the next packet is.
    if let result, !result.isValid, !result.isTolerated { return }
    // What was dropped with its flow reaches nobody: it is not told of.
    guard let conversation, flow.action != .drop || !context.isInline else { return }
    if let frames = conversation.frames {
      finishFrames(frames, conversation, subject(packet, logical, flow), bytes, isEnd: false)
    }
    if conversation.isRecorded(logical), fileStore == nil, !conversation.hasUnreportedEvents {
      conversation.settledAt[logical] = conversation.changes
    } else if conversation.settledAt[logical] != conversation.changes || conversation.hasUnreportedEvents {
      finishTransactions(conversation, bytes, logical, isEnd: false, isPacket: true) {
        $0.subject(packet, logical, flow)
      }
    }
  }

  /// The protocol changes, or both sides have become encrypted.
  @inline(never)
  private mutating func followChange(
    _ flow: Flow, _ session: TCPSession?, _ conversation: Conversation?, _ direction: Direction
  ) {
    guard let conversation else { return }
    inspectChange(flow, conversation, direction)
    if conversation.noteSealed() {
      for side in Direction.allCases { session?.disableRaw(side) }
    }
  }

  /// A packet that says something else than the stream: the receiver is to get what the stream keeps, so that
  /// is what is inspected.
  @inline(never)
  mutating func inspectNormalised(
    _ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ session: TCPSession?, _ conversation: Conversation?,
    _ result: TCPResult, _ offset: UInt64
  ) {
    var data = bytes.copied()
    let start = Int(packet.payloadOffset)
    let range = start..<start + max(Int(packet.payloadLength), 0)
    session?.overwrite(&data, range, result.direction, at: offset)
    inspect(packet, data.rawSpan, flow, session, conversation, result.direction, result)
  }

  /// A packet of no flow: fragments, other protocols, what decoding refused.
  mutating func inspectWithoutFlow(_ packet: Packet, _ bytes: RawSpan) {
    if packet.ipVersion == 0 {
      reportARP(packet, bytes)
      if packet.etherType == 0x8863 || packet.etherType == 0x8864, inspectLine(packet, bytes) { return }
    }
    var packet = packet
    // What rules call the payload begins behind a transport header.
    if packet.ipVersion != 0, packet.isInvalid || packet.transportOffset < 0 { packet.payloadLength = 0 }
    runRules(packet, bytes, nil, nil, nil, .toServer, nil)
    settle(packet, bytes, .toServer, nil)
  }

  /// What events tell of a packet.
  func subject(_ packet: Packet, _ direction: Direction, _ flow: Flow?) -> EventSubject {
    let subject = EventSubject(packet: packet, direction: direction, flow: flow, source: source)
    subject.origin = packet.isReassembled ? .defragmented : .wire
    return subject
  }

  mutating func runRules(
    _ packet: Packet, _ bytes: RawSpan, _ flow: Flow?, _ session: TCPSession?, _ conversation: Conversation?,
    _ direction: Direction, _ result: TCPResult?, isDropped: Bool = false
  ) {
    if scriptOutputs != nil { showPacket(packet, bytes, flow, direction) }
    if isDropped { verdict = .drop(.streamError) }
    let outcome = inspector?.inspect(
      packet, bytes, direction, flow: flow, session: session, conversation: conversation, stream: result,
      into: &alerts)
    guard let outcome else { return }
    if !isDropped { verdict = outcome.verdict }
    if !alerts.isEmpty || outcome.isTagged || outcome.hasVariables {
      tell(packet, bytes, flow, conversation, direction, outcome)
    }
  }

  /// Writes what rules say of a packet.
  @inline(never)
  private mutating func tell(
    _ packet: Packet, _ bytes: RawSpan, _ flow: Flow?, _ conversation: Conversation?, _ direction: Direction,
    _ outcome: InspectionOutcome
  ) {
    let hasAlerts = !alerts.isEmpty
    if outcome.isTagged, !hasAlerts { reportTagged(subject(packet, direction, flow), bytes) }
    guard hasAlerts || outcome.hasVariables else { return }
    let subject = subject(packet, direction, flow)
    reportAlerts(subject, bytes, flow, conversation)
    reportMetadata(subject, bytes)
  }

  @inline(never)
  private mutating func showPacket(
    _ packet: Packet, _ bytes: RawSpan, _ flow: Flow?, _ direction: Direction
  ) {
    show(.packet, subject(packet, direction, flow), bytes)
  }

  /// Writes the alerts of the packet in hand.
  mutating func reportAlerts(
    _ subject: EventSubject, _ bytes: RawSpan, _ flow: Flow?, _ conversation: Conversation?
  ) {
    var isFirst = true
    for alert in alerts {
      report(alert, subject, bytes, flow, conversation, isFirst: isFirst)
      isFirst = false
    }
    packetLog?.note(alerts, at: packetNumber)
    alerts.removeAll(keepingCapacity: true)
  }

  /// Writes the records of transactions and files that have come to their end, and lets them go. Events of
  /// transactions may be left to the other direction, which brought them, and so may records. Most packets
  /// bring nothing to write: what events tell of the packet is put together only where one is written.
  mutating func finishTransactions(
    _ conversation: Conversation, _ bytes: RawSpan, _ direction: Direction,
    isEnd: Bool, isPacket: Bool = false, leavesEvents: Bool = false, leavesRecords: Bool = false,
    of makeSubject: (borrowing Worker) -> EventSubject
  ) {
    if conversation.hasUnreportedEvents { reportConversationEvents(conversation, makeSubject(self), bytes) }
    conversation.settledAt[direction] = conversation.changes
    if !leavesEvents, !leavesRecords { conversation.noteRecorded(direction) }
    guard let session = conversation.session, session.openCount > 0 else { return }
    let filesEnd = isEnd ? FilesEnd.flow : isPacket && conversation.hasEnded ? .connection : .none
    // By their places: who held the list would have it copied when it changes.
    let count = session.openCount
    var mayLeave = false
    var hasRecords = false
    for place in 0..<count {
      guard let transaction = session.openTransaction(at: place) else { break }
      let state = transaction.state
      if fileStore != nil, state.hasFiles { keepFiles(of: transaction, makeSubject(self)) }
      if !hasRules {
        transaction.isInspected = Pair(both: true)
      } else if (isEnd || state.isComplete(direction)) && !state.isInspected[direction] {
        transaction.isInspected[direction] = true
      }
      let isDue = !leavesRecords && isDue(state, conversation, direction, isEnd: isEnd)
      if isDue || state.isLogged { mayLeave = true }
      if isDue || state.hasUnreportedEvents && !leavesEvents
        || hasFileToReport(transaction, direction, filesEnd)
      {
        hasRecords = true
      }
    }
    if hasRecords {
      let subject = makeSubject(self)
      subject.protocols = conversation.protocols
      for place in 0..<count {
        guard let transaction = session.openTransaction(at: place) else { break }
        let isDue =
          !leavesRecords && isDue(transaction.state, conversation, direction, isEnd: isEnd)
        record(transaction, isDue: isDue, subject, bytes, filesEnd, leavesEvents: leavesEvents)
      }
    }
    if mayLeave { conversation.removeFinished() }
  }

  /// A transaction's record is to be written now.
  private func isDue(
    _ state: TransactionState, _ conversation: Conversation, _ direction: Direction, isEnd: Bool
  ) -> Bool {
    if state.isLogged { return false }
    return state.isDone || state.isLoggable || isEnd
      || conversation.isOneSided && state.isComplete(direction)
  }

  @inline(never)
  private mutating func record(
    _ transaction: Transaction, isDue: Bool, _ subject: EventSubject, _ bytes: RawSpan,
    _ filesEnd: FilesEnd, leavesEvents: Bool
  ) {
    if !leavesEvents { reportTransactionEvents(transaction, subject, bytes) }
    reportFiles(of: transaction, subject, bytes, filesEnd)
    guard isDue else { return }
    transaction.isLogged = true
    reportTransaction(transaction, subject, bytes)
  }
}
