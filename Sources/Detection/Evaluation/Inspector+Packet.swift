import Flows
import Protocols
import Wire

// Rules on packets and streams.
extension Inspector {
  /// Collects the rules that the packet can match and evaluates them in order.
  mutating func inspectPacket(
    _ subject: Subject, _ bytes: RawSpan, _ window: RawSpan, _ stream: StreamPart
  ) {
    if !subject.isEnd {
      collectAddressRules(subject)
      collectEvents(subject)
      collectProtocolRules(subject)
    } else if madeUp != .silent {
      collectMadeUp(subject)
    }
    collectGroups(subject, bytes, window, stream)
    guard !candidates.isEmpty else { return }
    counters.packetCandidates &+= UInt64(candidates.count)
    candidates.keep(admittedBy: program.gates, subject.gate)
    candidates.sort()
    var position = 0
    if profile != nil {
      profileCandidates { (inspector, rule) in inspector.evaluate(rule, subject, bytes, window, stream) }
      position = candidates.count
    }
    while position < candidates.count {
      evaluate(candidates[position], subject, bytes, window, stream)
      position &+= 1
    }
    candidates.removeAll()
  }

  /// Evaluates the candidates and notes what each of them costs.
  @inline(never)
  mutating func profileCandidates(_ evaluate: (inout Inspector, Int32) -> Void) {
    var position = 0
    while position < candidates.count {
      let rule = candidates[position]
      let (matches, start) = (counters.matches, RuleProfiler.now)
      evaluate(&self, rule)
      profile?.note(rule, since: start, isMatch: counters.matches != matches)
      position &+= 1
    }
  }

  private mutating func collectEvents(_ subject: Subject) {
    if !subject.packet.events.isEmpty, !rules.eventRules.decoder.isEmpty {
      for (event, list) in rules.eventRules.decoder.enumerated()
      where !list.isEmpty && subject.packet.events.contains(UInt8(truncatingIfNeeded: event)) {
        for rule in list { candidates.insert(rule) }
      }
    }
    if let result = subject.stream, !result.events.isEmpty, !rules.eventRules.stream.isEmpty {
      for index in 0..<result.events.count {
        let list = EventRules.rules(rules.eventRules.stream, Int(result.events[index].rawValue))
        for rule in list { candidates.insert(rule) }
      }
    }
    if !rules.eventRules.layer.isEmpty, subject.hasConversationEvents,
      let conversation = subject.conversation,
      let detection = subject.detection, conversation.eventCount > Int(detection.conversationEvents)
    {
      for event in conversation.events[Int(detection.conversationEvents)...] {
        let position = ConversationEvent.allCases.firstIndex(of: event) ?? 0
        for rule in EventRules.rules(rules.eventRules.layer, position) { candidates.insert(rule) }
      }
      detection.conversationEvents = UInt8(clamping: conversation.eventCount)
    }
  }

  /// Rules on addresses alone: once for each flow and direction, and for each packet without flow. Errors of
  /// ICMP for IPv4 are not of the flow that they tell of, and never asked.
  private mutating func collectAddressRules(_ subject: Subject) {
    guard hasAddressRules, subject.packet.ipVersion != 0 else { return }
    if let detection = subject.detection {
      if subject.isICMPv4Error { return }
      if detection.hasAskedAddresses[subject.direction] { return }
      detection.hasAskedAddresses[subject.direction] = true
    }
    insertAddressRules(subject)
  }

  @inline(never)
  private mutating func insertAddressRules(_ subject: Subject) {
    rules.addressRules.bySource.find(subject.packet.source, into: &candidates)
    rules.addressRules.byDestination.find(subject.packet.destination, into: &candidates)
    for rule in rules.addressRules.others { candidates.insert(rule) }
    if let generation = subject.detection?.addressesAsked[subject.direction], generation != 0 {
      keepNew(after: generation)
    }
  }

  private mutating func collectGroups(
    _ subject: Subject, _ bytes: RawSpan, _ window: RawSpan, _ stream: StreamPart
  ) {
    // Of a packet in which decoding found no protocol but a fault, only the fault is asked for.
    if subject.packet.ipVersion != 0, subject.packet.ipProtocol == 0, !subject.packet.events.isEmpty {
      return
    }
    let choice = groups(for: subject)
    // The groups look at the same bytes: whether there are runs to be cut is asked once for all of them.
    let hasPayload =
      !subject.isEnd && subject.packet.payloadLength > 0 && (!subject.isFinished || subject.isError)
    let payload = hasPayload ? subject.payload(of: bytes) : bytes.part(0, 0)
    var runs = Runs(inPayload: RunFolder.hasRun(payload))
    if choice.common >= 0 { collect(choice.common, subject, payload, window, stream, &runs) }
    if choice.port >= 0 { collect(choice.port, subject, payload, window, stream, &runs) }
    if choice.application >= 0, !subject.isRefused {
      collect(choice.application, subject, payload, window, stream, &runs)
    }
    if stream.isThere, subject.hasPending, let detection = subject.detection {
      detection.pending[subject.direction].removeAll { $0.until <= stream.start }
      for entry in detection.pending[subject.direction] { candidates.insert(entry.rule) }
    }
  }

  /// Where bytes may have runs that are to be cut before the search.
  private struct Runs {
    var inPayload: Bool
    private var inStream: Bool?

    init(inPayload: Bool) { self.inPayload = inPayload }

    /// Whether what is new of a stream may have any, or what a literal can reach back to.
    mutating func inStream(_ window: RawSpan, _ stream: StreamPart) -> Bool {
      if let inStream { return inStream }
      let hasRun = RunFolder.hasRun(window.part(max(0, stream.newFrom &- FastPattern.bytesMax), .max))
      inStream = hasRun
      return hasRun
    }
  }

  /// Adds a group's rules: those without pattern, and those whose pattern is in the packet or the stream.
  private mutating func collect(
    _ number: Int32, _ subject: Subject, _ payload: RawSpan, _ window: RawSpan,
    _ stream: StreamPart, _ runs: inout Runs
  ) {
    let group = packetGroups[Int(number)]
    let hasPayload = payload.byteCount > 0
    if !subject.isEnd {
      insert(group.always, subject.gate)
      if subject.packet.tcpFlags & 2 != 0 && subject.packet.isTCP {
        insert(group.onSYN, subject.gate)
      }
    }
    if hasPayload || stream.isThere {
      insert(group.onPayload, subject.gate)
    }
    // Where payloads tell nothing any more, nothing is searched for: what came before is shown to rules alone
    // that no pattern calls up.
    if subject.isFinished { return }
    if hasPayload {
      collect(payload, ofGroup: number, subject, hasRuns: runs.inPayload)
    }
    if stream.isThere {
      let isKnown = takesAhead(number, subject, stream, window)
      let database = isKnown ? group.streamRest : group.stream
      if database >= 0 {
        // A literal that begins in what was seen before reaches back by its length less one.
        let from = max(0, stream.newFrom &- scans.longest(database) &+ 1)
        let hasRuns = runs.inStream(window, stream)
        scan(database, window.part(from, .max), after: stream.newFrom &- from, hasRuns: hasRuns)
      }
      let near = group.prefix
      if !subject.isInline {
        scan(near, window.part(stream.newFrom, PacketGroup.nearBytes))
      } else if stream.start == 0, stream.newFrom < PacketGroup.nearBytes {
        // All of the window's beginning is looked at once more.
        scan(near, window.part(0, PacketGroup.nearBytes), after: stream.newFrom)
      }
    }
  }

  /// Adds rules without pattern, as far as their gates let them pass.
  @inline(__always)
  private mutating func insert(_ rules: IndexRange, _ view: RuleGate.View) {
    var position = rules.start
    while position < rules.end {
      let rule = groupRules[position]
      if program.gates[Int(rule)].admits(view) { candidates.insert(rule) }
      position &+= 1
    }
  }

  /// Adds a group's rules whose pattern is in the payload: also those on streams, where it is in none.
  @inline(__always)
  private mutating func collect(
    _ payload: RawSpan, ofGroup number: Int32, _ subject: Subject, hasRuns: Bool
  ) {
    let group = packetGroups[Int(number)]
    let isSmall = payload.byteCount <= PacketGroup.smallBytes
    scan(group.prefix, payload.part(0, PacketGroup.nearBytes), hasRuns: hasRuns)
    let isJoint =
      subject.isInStream
      ? searchesAhead(number, subject, payload, hasRuns: hasRuns)
      : searchesAlone(number, payload, hasRuns: hasRuns)
    if isJoint {
      let rest = isSmall ? group.packetRest : group.largeRest
      scan(rest, payload, hasRuns: hasRuns)
      if !subject.isInStream { scan(group.streamRest, payload, hasRuns: hasRuns) }
      return
    }
    scan(isSmall ? group.packet : group.large, payload, hasRuns: hasRuns)
    if !subject.isInStream { scan(group.stream, payload, hasRuns: hasRuns) }
  }

  @inline(__always)
  mutating func scan(_ database: Int32, _ bytes: RawSpan, after minimumEnd: Int = 0, hasRuns: Bool = true) {
    guard database >= 0, bytes.byteCount > 0 else { return }
    counters.scans &+= 1
    counters.scannedBytes &+= UInt64(bytes.byteCount)
    scanned[Int(database)] &+= UInt64(bytes.byteCount)
    if hasRuns && runs.fold(bytes, after: minimumEnd) {
      let folded = runs.bytes
      scans.scan(database, folded.rawSpan, after: runs.minimumEnd, &literals, into: &candidates)
    } else {
      scans.scan(database, bytes, after: minimumEnd, &literals, into: &candidates)
    }
  }

  // MARK: Evaluation

  /// Evaluates one rule, cheap conditions first.
  private mutating func evaluate(
    _ number: Int32, _ subject: Subject, _ bytes: RawSpan, _ window: RawSpan, _ stream: StreamPart
  ) {
    guard holdsBehindGate(number, subject, bytes) else { return }
    let rule = program.rules[Int(number)]
    if rule.payloadNeed != .any && !holds(rule.payloadNeed, subject, stream) { return }
    if isFurtherPart, found.contains(where: { $0.signature == Int(number) }) { return }
    if !rule.isTransactional {
      if !rule.events.isEmpty && !holdsEvents(rule.events, subject) { return }
      if !rule.stateSteps.isEmpty && !state.holds(rule.stateSteps, subject, program) { return }
    }
    // As in Suricata, packets that are made up have no headers for rules on packets and streams, not even
    // addresses, unless they stand between two protocols.
    if !rule.headerInspections.isEmpty, subject.isEnd, !rule.isTransactional, !isBetweenProtocols { return }
    noteCheck(number)
    matcher.begin()
    if !rule.headerInspections.isEmpty && !holdsHeaders(rule.headerInspections, subject, bytes) { return }
    var isOnStream = false
    if !rule.payloadInspections.isEmpty {
      switch payloadMatch(number, rule, subject, bytes, window, stream) {
      case .none: return
      case .packet: break
      case .stream: isOnStream = true
      }
    }
    if rule.hasScripts, !rule.isTransactional, !holdsScripts(number, subject, bytes, nil) { return }
    if rule.isTransactional {
      raise(number, subject, isOnStream: isOnStream)
    } else {
      emit(number, subject, transaction: datagramTransaction(rule, subject), isOnStream: isOnStream)
    }
  }

  /// The transaction that a rule on packets is told with: of datagrams, where it names their protocol, the
  /// first that is not over with.
  private mutating func datagramTransaction(_ rule: CompiledRule, _ subject: Subject) -> UInt64? {
    guard !rule.protocols.isEmpty, subject.packet.isUDP, let session = subject.conversation?.session else {
      return nil
    }
    for transaction in session.openTransactions {
      let (state, direction) = (transaction.state, subject.direction)
      if state.isInspected[direction] { continue }
      if state.onlyDirection != direction.opposite { return transaction.number }
    }
    return nil
  }

  /// Keeps a rule on transactions, whose payload conditions hold, for those that are open.
  private mutating func raise(_ number: Int32, _ subject: Subject, isOnStream: Bool) {
    guard let detection = subject.detection else { return }
    let direction = subject.direction
    guard detection.raised[direction].count < FlowDetection.Limits.raised,
      !detection.raised[direction].contains(where: { $0.rule == number })
    else { return }
    detection.raised[direction].append(RaisedRule(rule: number, isOnStream: isOnStream))
  }

  /// Conditions that look at no buffer: flow, packet numbers, protocol, header.
  ///
  /// Fields of the rule are read one by one: most rules end here, and a copy of a whole rule is dear.
  @inline(__always)
  mutating func holdsCheaply(_ number: Int32, _ subject: Subject, _ bytes: RawSpan) -> Bool {
    program.gates[Int(number)].admits(subject.gate) && holdsBehindGate(number, subject, bytes)
  }

  @inline(__always)
  private mutating func holdsBehindGate(_ number: Int32, _ subject: Subject, _ bytes: RawSpan) -> Bool {
    let index = Int(number)
    let flowSteps = program.rules[index].flowSteps
    if !flowSteps.isEmpty, !program.holds(flowSteps, flowOf: subject) { return false }
    let steps = program.rules[index].packetSteps
    if !steps.isEmpty,
      subject.isEnd
        ? !program.holdsMadeUp(steps, subject.packet)
        : !program.holds(steps, packet: subject.packet, bytes)
    {
      return false
    }
    let protocols = program.rules[index].protocols
    if !protocols.isEmpty && !holdsProtocols(protocols, subject) { return false }
    return program.accepts(headerOf: index, subject)
  }

  private mutating func holds(_ need: PayloadNeed, _ subject: Subject, _ stream: StreamPart) -> Bool {
    var hasPayload = subject.packet.payloadLength > 0
    if !hasPayload && stream.isThere {
      let (direction, packet) = (subject.direction, subject.packet)
      let port = direction == .toServer ? packet.destinationPort : packet.sourcePort
      hasPayload = rules.groupIndex.asksStreams(of: port, direction)
    }
    return hasPayload == (need == .some)
  }

  @inline(__always)
  private mutating func holdsProtocols(_ range: IndexRange, _ subject: Subject) -> Bool {
    let index = Int64(subject.protocolIndex)
    if index < 0 { return false }
    for position in range.start..<range.end where program.numbers[position] == index { return true }
    return false
  }

  private mutating func holdsEvents(_ range: IndexRange, _ subject: Subject) -> Bool {
    for position in range.start..<range.end {
      switch program.events[position] {
      case .decoder(let event): if !subject.packet.events.contains(event) { return false }
      case .stream(let event):
        guard let result = subject.stream, let wanted = StreamEvent(rawValue: event),
          result.events.contains(wanted)
        else { return false }
      case .layer(let event):
        guard let conversation = subject.conversation, Int(event) < ConversationEvent.allCases.count,
          conversation.events.contains(ConversationEvent.allCases[Int(event)])
        else { return false }
      case .application: return false
      }
    }
    return true
  }

  mutating func holdsHeaders(_ range: IndexRange, _ subject: Subject, _ bytes: RawSpan) -> Bool {
    for position in range.start..<range.end {
      let inspection = program.inspections[position]
      let packet = subject.packet
      if inspection.source == .sourceAddress || inspection.source == .destinationAddress {
        // Packets that are made at the end of a flow have addresses and no bytes.
        guard packet.ipVersion != 0 else { return false }
        let address = (inspection.source == .sourceAddress ? packet.source : packet.destination).bytes
        guard matches(inspection, address.rawSpan, base: 0) else { return false }
        continue
      }
      if isBetweenProtocols { return false }
      let header: RawSpan
      switch inspection.source {
      case .ipv4 where packet.ipVersion == 4: header = packet.ipv4Header(of: bytes)
      case .ipv6 where packet.ipVersion == 6: header = packet.ipv6Header(of: bytes)
      case .tcp where packet.isTCP: header = packet.transportHeader(of: bytes)
      case .udp where packet.isUDP: header = packet.transportHeader(of: bytes)
      case .icmpv4 where packet.isICMP && packet.ipProtocol == 1: header = packet.icmpv4Header(of: bytes)
      case .icmpv6 where packet.isICMP && packet.ipProtocol == 58: header = packet.transportHeader(of: bytes)
      default: return false
      }
      guard matches(inspection, header, base: 0) else { return false }
    }
    return true
  }

  /// Matches an inspection on bytes, after its transformations.
  mutating func matches(_ inspection: CompiledInspection, _ bytes: RawSpan, base: Int) -> Bool {
    if inspection.isTransformed {
      guard let changed = transform(bytes, for: inspection.buffer) else { return false }
      return matcher.matches(inspection.steps, changed.rawSpan, program)
    }
    return matcher.matches(inspection.steps, bytes, base: base, program)
  }
}
