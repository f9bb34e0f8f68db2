import Detection
import Events
import Flows
import Protocols
import Wire

// The end of a flow: what is left in its streams is delivered, inspected and written, then the flow itself.
extension Worker {
  mutating func finish(_ flow: Flow, _ reason: FlowEnd, atPacket number: UInt64) {
    let clock = PacketClock(nanoseconds: flow.lastNanoseconds)
    var isBrokenByServer = false
    var isToldByServer = false
    var hasEventsOfServer = false
    var hasAnswersOfServer = false
    var isDue = Pair(both: true)
    if let session = flow.tcp {
      session.flush()
      isDue = endsDue(flow, session)
    }
    if let session = flow.tcp, !isBare(flow) {
      let isNews = isUnknown(flow)
      deliver(flow, session, flow.application as? Conversation, .toServer, clock)
      // What the client's last bytes begin has its other side looked at too.
      if isNews, !isUnknown(flow) { isDue.toClient = true }
      let wasSound = (flow.application as? Conversation)?.hasFailed != true
      let wasUnknown = flow.application != nil && isUnknown(flow)
      let eventsBefore = eventCount(flow)
      let doneBefore = doneCount(flow)
      deliver(flow, session, flow.application as? Conversation, .toClient, clock)
      hasEventsOfServer = eventCount(flow) > eventsBefore
      hasAnswersOfServer = doneCount(flow) > doneBefore && recordsFollowPackets(flow)
      isBrokenByServer = wasSound && (flow.application as? Conversation)?.hasFailed == true
      // What the server's last bytes alone tell is not known yet where the client's side is looked at.
      isToldByServer = wasUnknown && (flow.application as? Conversation)?.protocolIndex != nil
    }
    let conversation = flow.application as? Conversation
    if let conversation {
      for direction in Direction.allCases { conversation.end(direction, clock) }
    }
    inspectRest(
      flow, conversation, isDue, isBrokenByServer: isBrokenByServer, isToldByServer: isToldByServer,
      hasEventsOfServer: hasEventsOfServer, hasAnswersOfServer: hasAnswersOfServer)
    countProtocol(of: flow, conversation)
    packetLog?.recent[flow.identifier] = nil
    // Its first packet was the server's: the record names the client first, as the transactions did.
    if conversation?.isReversed == true { flow.swapDirections() }
    reportFlow(flow, conversation, reason)
    flow.application = nil
    flow.detection = nil
  }

  /// A connection that brought no data, as a scan leaves many of them: there is nothing to be parsed.
  private func isBare(_ flow: Flow) -> Bool {
    flow.application == nil && expected.isEmpty && flow.tcp?.isUntouched == true
  }

  /// The directions in which something is left to be looked at: both where the connection was not closed,
  /// else those with data that rules or the parser have not seen, that are encrypted and whose last bytes
  /// nobody acknowledged, that never had data though rules ask for them, with frames that are not over, or
  /// with transactions that were not asked or written to their end.
  /// Suricata makes up a packet in each of them.
  private mutating func endsDue(_ flow: Flow, _ session: TCPSession) -> Pair<Bool> {
    if session.state >= .established, session.state != .closed { return Pair(both: true) }
    let conversation = flow.application as? Conversation
    let isSealed = conversation?.hidesPayload == true
    var isDue = Pair(both: false)
    for direction in Direction.allCases {
      isDue[direction] =
        session.rawPendingCount(direction) > 0 || session.deliverableCount(direction) > 0
        || isSealed && session.isCut(direction)
        || session.isBare(direction) && inspector?.asksStreams(of: flow, direction) == true
      guard let conversation, !isDue[direction] else { continue }
      let logical = conversation.direction(direction)
      isDue[direction] = conversation.hasPending(logical)
      guard let parser = conversation.session else { continue }
      if let frames = parser.frames, !frames.frames[logical].isEmpty { isDue[direction] = true }
      for transaction in parser.openTransactions where !isDue[direction] {
        let state = transaction.state
        let isAsked = state.isInspected[logical] || state.onlyDirection == logical.opposite
        isDue[direction] =
          !isAsked || !state.isLogged || state.hasFiles && !transaction.files.allSatisfy(\.isLogged)
      }
    }
    return isDue
  }

  /// Nothing has told the flow's protocol yet.
  private func isUnknown(_ flow: Flow) -> Bool {
    guard let conversation = flow.application as? Conversation else { return true }
    return conversation.state == .unknown
  }

  /// Inspects and writes what no packet will bring to an end any more, each direction with a packet
  /// made for it. What the server's last bytes broke is told with them, not with the client's before.
  private mutating func inspectRest(
    _ flow: Flow, _ conversation: Conversation?, _ isDue: Pair<Bool>, isBrokenByServer: Bool,
    isToldByServer: Bool, hasEventsOfServer: Bool, hasAnswersOfServer: Bool
  ) {
    if flow.action == .drop, context.isInline { return }
    guard flow.ipProtocol == 6 || conversation?.session?.openTransactions.isEmpty == false else { return }
    let none: [UInt8] = []
    let isBare = isBare(flow)
    for direction in Direction.allCases {
      if isBare, inspector?.endsQuietly(flow, isDue: isDue[direction]) ?? true { continue }
      let logical = conversation?.direction(direction) ?? direction
      let subject = madeUpSubject(flow, direction, logical, .flowTimeout)
      // A parser that gave up brings nothing new: only bytes of the stream may be left.
      let isGivenUp = conversation?.hasFailed == true && flow.tcp?.rawPendingCount(direction) == 0
      if flow.tcp != nil || conversation != nil, !isGivenUp || isDue[direction] {
        let leavesEventRules = isBrokenByServer && direction == .toServer
        let kind = flow.tcp != nil && isDue[direction] ? MadeUpPacket.end : .silent
        let known = isToldByServer && direction == .toServer ? nil : conversation
        runEndRules(subject, none.rawSpan, flow, known, leavesEventRules, as: kind)
      }
      if let conversation {
        if let frames = conversation.session?.frames {
          finishFrames(frames, conversation, subject, none.rawSpan, isEnd: true)
        }
        let ended = subject
        finishTransactions(
          conversation, none.rawSpan, logical, isEnd: direction == .toClient,
          leavesEvents: hasEventsOfServer && direction == .toServer,
          leavesRecords: hasAnswersOfServer && direction == .toServer
        ) { _ in ended }
      }
    }
  }

  /// A stream is about to change its protocol, or was encrypted: what there was before is asked and written
  /// now, each direction with a packet made for it, that of the packet in hand first. For a change it is done
  /// with every packet until the next protocol's data come, as Suricata does.
  @inline(never)
  mutating func inspectChange(_ flow: Flow, _ conversation: Conversation, _ first: Direction) {
    guard hasRules else { return }
    let (before, none) = (verdict, [UInt8]())
    for direction in [first, first.opposite] {
      let logical = conversation.direction(direction)
      let subject = madeUpSubject(flow, direction, logical, .streamFlush)
      runEndRules(subject, none.rawSpan, flow, conversation, as: .change)
      finishTransactions(conversation, none.rawSpan, logical, isEnd: false) { _ in subject }
    }
    verdict = before
  }

  private func madeUpSubject(
    _ flow: Flow, _ direction: Direction, _ logical: Direction, _ origin: PacketOrigin
  ) -> EventSubject {
    let subject = EventSubject(
      packet: pseudoPacket(flow, direction), direction: logical, flow: flow, source: source)
    subject.origin = origin
    return subject
  }

  /// Events of the flow's transactions so far.
  private func eventCount(_ flow: Flow) -> UInt32 {
    guard let session = (flow.application as? Conversation)?.session else { return 0 }
    return session.openTransactions.reduce(0) { $0 &+ $1.state.eventCount }
  }

  /// The flow's transactions that have come to their end.
  private func doneCount(_ flow: Flow) -> Int {
    guard let session = (flow.application as? Conversation)?.session else { return 0 }
    return session.openTransactions.count { $0.state.isDone }
  }

  private func recordsFollowPackets(_ flow: Flow) -> Bool {
    RecordCatalogue.followsPacket(at: (flow.application as? Conversation)?.protocolIndex)
  }

  private mutating func runEndRules(
    _ subject: EventSubject, _ bytes: RawSpan, _ flow: Flow, _ conversation: Conversation?,
    _ leavesEventRules: Bool = false, as kind: MadeUpPacket
  ) {
    guard hasRules else { return }
    let direction = subject.direction
    alerts.removeAll(keepingCapacity: true)
    keepStream(of: flow, direction)
    inspector?.inspectEnd(
      subject.packet, bytes, direction, flow: flow, conversation: conversation,
      leavesEventRules: leavesEventRules, as: kind, into: &alerts)
    if let decided = inspector?.lastVerdict() { verdict = decided }
    reportAlerts(subject, bytes, flow, conversation)
    reportMetadata(subject, bytes)
    keptStream = nil
  }

  /// Inspection gives up what stands before a hole: where alerts show payloads, it is copied before.
  private mutating func keepStream(of flow: Flow, _ direction: Direction) {
    guard let session = flow.tcp, session.hasHole(direction), showsPayload else { return }
    var data: [UInt8] = []
    let bytesMax = encoders.map(\.settings.alert.payloadBytesMax).max() ?? 0
    let length = session.dump(direction, bytesMax: bytesMax, into: &data)
    keptStream = length > 0 ? (data, length) : nil
  }

  /// A packet without bytes in one direction of a flow, at the flow's last moment.
  private func pseudoPacket(_ flow: Flow, _ direction: Direction) -> Packet {
    var packet = Packet()
    packet.number = packetNumber
    packet.timeNanoseconds = flow.lastNanoseconds
    packet.ipVersion = flow.client.isIPv6 ? 6 : 4
    packet.ipProtocol = flow.ipProtocol
    let goesToServer = direction == .toServer
    packet.source = goesToServer ? flow.client : flow.server
    packet.destination = goesToServer ? flow.server : flow.client
    packet.sourcePort = goesToServer ? flow.clientPort : flow.serverPort
    packet.destinationPort = goesToServer ? flow.serverPort : flow.clientPort
    packet.vlanCount = flow.vlanCount
    packet.vlan0 = flow.vlan0
    packet.vlan1 = flow.vlan1
    packet.vlan2 = flow.vlan2
    packet.depth = flow.depth
    if flow.ipProtocol == 6 { packet.tcpFlags = 0x10 }
    return packet
  }

  private mutating func countProtocol(of flow: Flow, _ conversation: Conversation?) {
    guard let conversation else { return }
    if let index = conversation.state.index {
      counters.protocolFlows[index] &+= 1
      let failures = conversation.failureCount
      counters.parserFailures[index] &+= failures
      if flow.ipProtocol == 17 {
        counters.datagrams.flows[index] &+= 1
        counters.datagrams.failures[index] &+= failures
      }
    } else if conversation.state == .failed {
      if flow.ipProtocol == 6 { counters.failedTCPFlows &+= 1 } else { counters.failedUDPFlows &+= 1 }
    }
  }
}
