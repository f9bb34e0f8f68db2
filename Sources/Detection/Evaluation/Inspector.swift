package import Flows
package import Protocols
package import Wire

/// Inspects packets, streams and transactions with a rule set: one for each worker, confined to it.
///
/// Methods that are called with every packet are `mutating` even where they change nothing: they are given
/// the inspector where it lies, whereas one that only reads is given a copy, as large as it is (Swift 6.3).
///
/// In: each packet after its stream and application layer were brought up to date. Out: alerts in the order
/// in which rules are evaluated. In steady state it allocates nothing for a packet.
package struct Inspector: ~Copyable {
  package let rules: RuleSet
  package internal(set) var counters = DetectionCounters()
  /// Alerts that one packet may raise (`packet-alert-max`).
  package var alertsMax = 15
  /// Data is inspected as it comes, and what rules drop is not passed on.
  package var isInline = false
  /// Variables that expressions captured for the packet at hand: number of the name, and text.
  package internal(set) var packetVariables: [(name: Int, text: [UInt8])] = []
  /// Files of the transaction before this one do not count for the rule at hand.
  var firstFile = 0
  /// A part of the stream is shown after another one with the same packet.
  var isFurtherPart = false
  /// The end of a flow is inspected without rules on protocol events: the other side's data raised them.
  var leavesEventRules = false
  /// What a packet that is made up has still to be asked for, beside what it brings to an end.
  var madeUp = MadeUpPacket.silent
  /// The packet is made up, between two protocols of a stream.
  var isBetweenProtocols = false

  let program: RuleProgram
  /// The rule set's own, one step nearer.
  let scans: ScanTable
  let packetGroups: [PacketGroup]
  let groupRules: [Int32]
  /// Tells rule sets apart that were in force one after the other.
  var generation: UInt64 = 1
  /// Since when the rules have been in force.
  var history = RuleHistory.first
  /// What is remembered beyond packets and flows.
  package let memory: DetectionMemory
  var state: StateEvaluation
  /// Rules ask for bits and numbers of flows alone, which change with the flow's own packets.
  let hasOnlyFlowState: Bool
  /// There are rules on addresses alone.
  let hasAddressRules: Bool
  /// There are rules on frames.
  let hasFrameRules: Bool
  /// Rules tag sessions or hosts.
  let usesTags: Bool
  /// There are rules of a firewall.
  let hasFirewall: Bool
  var matcher: Matcher
  var literals: LiteralScratch
  var runs = RunFolder()
  var candidates: CandidateSet
  /// Rules on streams that the payload at hand calls up.
  var aheadFound: [Int32] = []
  /// How often each rule was evaluated: where detection's work goes.
  package internal(set) var checks: [UInt32]
  /// Bytes that each database was run over.
  package internal(set) var scanned: [UInt64]
  var cache: FieldCache
  /// What is being inspected, or was.
  private let inHand = Subject()
  /// For the next transaction that is looked at only once.
  var spareLane: TransactionLane?
  let magic = FileMagic()
  /// States of the rules' scripts; nil where no rule has any.
  let scripts: ScriptTable?
  /// Alerts of the packet at hand.
  var found: [Alert] = []
  /// Whether the packet inspected last is one that a tag keeps.
  package internal(set) var isTagged = false
  /// What rules cost, where that is asked for.
  package var profile: RuleProfiler?
  /// The firewall's hooks of protocols have not been asked about the packet at hand.
  var asksHooks = false
  /// What became of the packet inspected last.
  package internal(set) var packetVerdict = PacketVerdict()

  /// An inspector for a worker. `hosts` keeps the bits of hosts; those that must share them share the object.
  package init(
    _ rules: RuleSet, hosts: any HostState = HostTable(), matchLimit: UInt32 = 3500, depthLimit: UInt32 = 1500
  ) {
    self.init(
      rules, memory: DetectionMemory(rules, hosts: hosts), matchLimit: matchLimit, depthLimit: depthLimit)
  }

  /// An inspector that remembers what another one has left.
  package init(_ rules: RuleSet, memory: DetectionMemory, matchLimit: UInt32, depthLimit: UInt32) {
    self.rules = rules
    self.memory = memory
    program = rules.program
    scans = rules.scans
    packetGroups = rules.groups
    groupRules = rules.groupRules
    checks = [UInt32](repeating: 0, count: rules.signatures.count)
    scanned = [UInt64](repeating: 0, count: rules.databases.count)
    state = StateEvaluation(hosts: memory.hosts)
    hasOnlyFlowState = rules.traits.hasOnlyFlowState
    hasAddressRules = !rules.addressRules.isEmpty
    hasFrameRules = !rules.frameGroups.isEmpty
    usesTags = rules.usesTags
    hasFirewall = rules.firewall != nil
    scripts =
      rules.usesScripts
      ? ScriptTable(rules.signatures, names: rules.scriptNames, datasets: memory.datasets) : nil
    matcher = Matcher(
      variableCount: rules.program.variableCount,
      patterns: PatternScratch(matchLimit: matchLimit, depthLimit: depthLimit),
      datasets: memory.datasets)
    do {
      literals = try LiteralScratch(for: rules.databases.compactMap(\.literals))
    } catch {
      preconditionFailure(error.message)
    }
    candidates = CandidateSet(ruleCount: rules.signatures.count)
    cache = FieldCache(bufferCount: rules.program.buffers.count)
    found.reserveCapacity(64)
  }

  /// Inspects a packet and what it brought forward: its headers and payload, its stream, its transactions.
  ///
  /// `direction` is the packet's within the conversation. Alerts are appended in order.
  @discardableResult
  package mutating func inspect(
    _ packet: Packet, _ bytes: RawSpan, _ direction: Direction, flow: Flow?, session: TCPSession?,
    conversation: Conversation?, stream: TCPResult?, into alerts: inout [Alert]
  ) -> InspectionOutcome {
    counters.packets &+= 1
    let detection: FlowDetection? = if let flow { detection(of: flow) } else { nil }
    inHand.begin(
      packet, direction, flow: flow, session: session, conversation: conversation, stream: stream,
      detection: detection, isEnd: false, isInline: isInline)
    run(inHand, bytes, &alerts)
    return InspectionOutcome(
      verdict: packetVerdict, isTagged: isTagged, hasVariables: !packetVariables.isEmpty)
  }

  /// Inspects what is left of a flow in one direction: data that no packet has brought to inspection, and the
  /// transactions as they ended, their new events left alone if so told. The packet is made up and has no
  /// bytes; `madeUp` says what else it is asked for.
  package mutating func inspectEnd(
    _ packet: Packet, _ bytes: RawSpan, _ direction: Direction, flow: Flow, conversation: Conversation?,
    leavesEventRules: Bool = false, as madeUp: MadeUpPacket = .silent, into alerts: inout [Alert]
  ) {
    self.leavesEventRules = leavesEventRules
    self.madeUp = madeUp
    isBetweenProtocols = madeUp == .change
    defer {
      self.leavesEventRules = false
      self.madeUp = .silent
      isBetweenProtocols = false
    }
    inHand.begin(
      packet, direction, flow: flow, session: flow.tcp, conversation: conversation, stream: nil,
      detection: detection(of: flow), isEnd: true, isInline: isInline)
    run(inHand, bytes, &alerts)
  }

  /// The flow's detection state, begun where it is missing.
  mutating func detection(of flow: Flow) -> FlowDetection {
    if let known = flow.detection as? FlowDetection {
      precondition(known.generation == generation, "flows are carried over when rules are exchanged")
      return known
    }
    let detection = FlowDetection(generation: generation)
    flow.detection = detection
    return detection
  }

  private mutating func run(_ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]) {
    beginPacket()
    if hasFirewall, let firewall = rules.firewall {
      if subject.flowAction == .drop || !passesPacketFilter(firewall, subject, bytes, &alerts) { return }
      if subject.detection?.isPassed == true {
        _ = passesHooks(subject, bytes, &alerts)
        return
      }
    } else if subject.flowAction == .pass || subject.flowAction == .drop {
      if subject.flowAction == .pass { packetVerdict.action = .pass }
      subject.session?.disableRaw(subject.sessionDirection)
      return
    }
    if subject.isError {
      inspectPacket(subject, bytes, bytes.part(0, 0), StreamPart(start: 0, newFrom: 0, isThere: false))
      if !found.isEmpty { finish(subject, &alerts) }
      if usesTags { settleTags(subject, alerts) }
      return
    }
    if hasFrameRules, !subject.isRefused { inspectFrames(subject, bytes) }
    var isShown = true
    let session = subject.session
    if let session, case let due = streamDue(session, subject), due != .no {
      inspectStream(of: session, subject, bytes, &alerts)
      if due == .message { subject.detection?.endMessage(subject.sessionDirection) }
    } else if !(isInline && inspectsBehindHole(subject, bytes, &alerts)) {
      isShown = showsNothing(subject, session)
      inspectWithoutStream(subject, bytes, isShown: isShown, &alerts)
    }
    if subject.isFinished || subject.finishes { hidePayload(subject, isShown: isShown) }
    if !matcher.entropies.isEmpty { noteEntropies(subject) }
    if !found.isEmpty { finish(subject, &alerts) }
    if usesTags { settleTags(subject, alerts) }
  }

  /// Forgets what the packet before came to.
  mutating func beginPacket() {
    packetVerdict = PacketVerdict()
    if !packetVariables.isEmpty { packetVariables.removeAll(keepingCapacity: true) }
  }

  /// Payloads are hidden from here on. Where a record of either side does so, what came until then is still
  /// shown: each side's next packet with data ends what is seen of it.
  private mutating func hidePayload(_ subject: Subject, isShown: Bool) {
    if subject.finishes { subject.detection?.hidesPayload = true }
    if sealsByRecord(subject) ? isShown : subject.isFinished {
      subject.session?.disableRaw(subject.sessionDirection)
    }
  }

  /// The record of one side hides the payloads of both.
  private mutating func sealsByRecord(_ subject: Subject) -> Bool {
    subject.conversation?.session?.streamMessages == .all && !subject.isEnd
  }

  /// Keeps the entropies that rules have worked out, for the events of the flow.
  private mutating func noteEntropies(_ subject: Subject) {
    for entry in matcher.entropies { subject.detection?.noteEntropy(entry.name, entry.bits) }
    matcher.entropies.removeAll(keepingCapacity: true)
  }

  /// The data sets as they are now: what is to be kept of them is written at the end of the run.
  package var datasets: [Dataset] { matcher.datasets.sets }

  /// Shows rules the data of a stream that is new, after some of the same message that they have seen.
  ///
  /// What stands behind holes belongs to the same packet: rules that hold on one part have held.
  private mutating func inspectStream(
    of session: TCPSession, _ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) {
    let direction = subject.sessionDirection
    let begin = subject.detection?.messageStart[direction] ?? 0
    var look = session.beginLook(direction)
    var end: UInt64 = 0
    let isShown = session.withRawPart(direction, &look) { window, start, newFrom in
      end = start &+ UInt64(window.byteCount)
      let skipped = begin > start && !subject.isInline ? min(Int(clamping: begin &- start), newFrom) : 0
      // Inline, each packet is told with all that surrounds it: what was seen before is looked at again.
      let stream = StreamPart(
        start: start &+ UInt64(skipped), newFrom: isInline ? 0 : newFrom &- skipped, isThere: true)
      let shown = window.part(skipped, window.byteCount &- skipped)
      inspectPacket(subject, bytes, shown, stream)
      inspectTransactions(subject, bytes, shown, stream, &alerts)
    }
    // All that is acknowledged may be missing.
    guard isShown else {
      return inspectWithoutStream(subject, bytes, isShown: showsNothing(subject, session), &alerts)
    }
    inspectFurther(of: session, &look, subject, bytes, &alerts, end: &end)
    session.markRawInspected(direction, look)
    subject.detection?.streamEnd[direction] = end
  }

  /// Asks rules about the packet and its transactions while no data of its stream is due, but perhaps an
  /// empty part.
  private mutating func inspectWithoutStream(
    _ subject: Subject, _ bytes: RawSpan, isShown: Bool, _ alerts: inout [Alert]
  ) {
    let none = bytes.part(0, 0)
    let stream = StreamPart(start: 0, newFrom: 0, isThere: isShown)
    inspectPacket(subject, bytes, none, stream)
    inspectTransactions(subject, bytes, none, stream, &alerts)
  }

  /// The parts of a look behind its first one, as many as there may be (`FlowDetection.Limits.holes`): a
  /// stream of nothing but holes is not to cost a look at all of its parts with each packet.
  private mutating func inspectFurther(
    of session: TCPSession, _ look: inout RawLook, _ subject: Subject, _ bytes: RawSpan,
    _ alerts: inout [Alert], end: inout UInt64
  ) {
    isFurtherPart = true
    defer { isFurtherPart = false }
    let further = Subject(
      subject.packet, subject.direction, flow: subject.flow, session: subject.session,
      conversation: subject.conversation, stream: nil, detection: subject.detection, isEnd: true,
      isInline: isInline)
    let isEnd = subject.isEnd
    for _ in 0..<FlowDetection.Limits.holes {
      let isShown = session.withRawPart(subject.sessionDirection, &look) { window, start, newFrom in
        end = start &+ UInt64(window.byteCount)
        let stream = StreamPart(start: start, newFrom: newFrom, isThere: true)
        inspectPacket(further, bytes, window, stream)
        if isEnd { inspectTransactions(further, bytes, window, stream, &alerts) }
      }
      if !isShown { return }
    }
  }

  /// Inline, what a packet joins is looked at although data before it is missing, as it goes to its receiver
  /// now. False where nothing is missing.
  private mutating func inspectsBehindHole(
    _ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Bool {
    guard let offset = subject.stream?.offsetBehindHole, let session = subject.session else { return false }
    return session.withRegion(subject.sessionDirection, at: offset) { window, start, newFrom in
      let stream = StreamPart(start: start, newFrom: 0, isThere: true)
      inspectPacket(subject, bytes, window, stream)
      inspectTransactions(subject, bytes, window, stream, &alerts)
    }
  }

  /// Whether the stream is to be shown now: a chunk has come together, the direction ends, or a request or
  /// response is complete, so that rules on it can be told.
  private mutating func streamDue(_ session: TCPSession, _ subject: Subject) -> StreamDue {
    let direction = subject.sessionDirection
    let pending = session.rawPendingCount(direction)
    if pending == 0 || isPassedOver(subject, session) { return .no }
    if subject.isEnd || subject.isFinished || subject.finishes && sealsByRecord(subject) { return .message }
    // Once the client has closed its side, or both have, there is no waiting for more.
    if session.state > .timeWait { return .message }
    if subject.hasNews, completesMessage(subject) { return .message }
    return subject.isInline || pending >= session.chunkBytes(direction) ? .chunk : .no
  }

  /// A packet that does not fit a connection which is being closed shows nothing of its stream.
  private mutating func isPassedOver(_ subject: Subject, _ session: TCPSession) -> Bool {
    subject.isRefused && (session.state > .established || subject.packet.tcpFlags & 1 != 0)
  }

  /// Data that are not acknowledged yet, of a connection that is being closed or of the last packet of which
  /// something is seen: an empty stream is shown, and rules are asked, as Suricata does.
  private mutating func showsNothing(_ subject: Subject, _ session: TCPSession?) -> Bool {
    guard !subject.isEnd, !isInline, !subject.isRefused, let session,
      subject.isFinished || subject.finishes
        ? sealsByRecord(subject) : session.state > .timeWait && subject.packet.payloadLength == 0
    else { return false }
    return session.isUnacknowledged(subject.sessionDirection)
  }

  private mutating func completesMessage(_ subject: Subject) -> Bool {
    guard let conversation = subject.conversation, let session = conversation.session else { return false }
    switch session.streamMessages {
    case .all, .marked:
      defer { session.endsMessage[subject.direction] = false }
      return session.endsMessage[subject.direction]
    case .none: return false
    case .transactions: break
    }
    // What ends with a message that cannot be read is none.
    return !conversation.hasFailed && session.hasCompleteMessage(subject.direction)
  }
}

/// Why a stream is shown.
private enum StreamDue {
  case no
  /// Enough of it has come together.
  case chunk
  /// It has come to its end, or a message in it has.
  case message
}
