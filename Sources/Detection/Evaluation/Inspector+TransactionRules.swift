import Protocols
import Wire

// One rule on one transaction.
extension Inspector {
  /// What a buffer tells of an inspection.
  enum Verdict { case holds, fails, later }

  /// Evaluates a rule on a transaction: fires it, drops it, or keeps what holds already for when more has
  /// come.
  mutating func evaluate(
    _ number: Int32, _ view: borrowing TransactionView, _ subject: Subject, _ bytes: RawSpan,
    _ window: RawSpan, _ stream: StreamPart
  ) {
    let lane = view.lane
    let rule = program.rules[Int(number)]
    if lane.hasDecided, rule.isCalledAgain || lane.notesFired, lane.decided.contains(number) { return }
    guard holdsCheaply(number, subject, bytes),
      rule.events.isEmpty || holdsEvents(rule.events, view.transaction)
    else { return }
    if rule.hasEffects || !rule.stateSteps.isEmpty { state.transaction = view.transaction }
    if !rule.stateSteps.isEmpty && !state.holds(rule.stateSteps, subject, program) {
      return waitForState(number, rule, view)
    }
    if rule.hookProgress > Int16(view.reached) { return keep(number, 0, 0, lane) }
    if rule.hookUntil < Int16(view.reached) { return }
    if rule.isTwoSided { return evaluateBothSides(number, view, subject, bytes) }
    noteCheck(number)
    matcher.begin()
    matcher.isLittleEndian = view.transaction.state.isLittleEndian
    matcher.isBigEndian = view.transaction.state.isBigEndian
    let known = lane.waiting(for: number)
    var matched = known?.matched ?? 0
    let bodyBefore = known?.bodyBytes ?? 0
    firstFile = Int(known?.firstFile ?? 0)
    defer { firstFile = 0 }
    if firstFile > 0, firstFile >= view.transaction.files.count, !view.isComplete { return }
    var bodyBytes = 0
    switch verdict(of: rule, view, bodyBefore, &bodyBytes, &matched) {
    case .holds: break
    case .fails: return decide(number, rule, lane)
    case .later: return keep(number, matched, bodyBytes, lane, firstFile: firstFile)
    }
    if !rule.headerInspections.isEmpty && !holdsHeaders(rule.headerInspections, subject, bytes) { return }
    var isOnStream = false
    if !rule.payloadInspections.isEmpty {
      // What the flow's end cuts shows nothing of the stream once more.
      let isCut = rule.looksBack && subject.isEnd && !stream.isThere && view.reached != .max
      switch isCut ? .none : payload(number, rule, subject, bytes, window, stream) {
      case .none:
        lane.waitsForPayload = true
        return keep(number, matched, bodyBytes, lane, waitsForPacket: true, firstFile: firstFile)
      case .packet: break
      case .stream: isOnStream = true
      }
    }
    if rule.asksFiles, !view.isComplete {
      keepForNextFile(number, rule, matched, bodyBytes, view)
    } else if !rule.isRaised || known != nil || rule.looksBack {
      decide(number, rule, lane, hasFired: true)
    }
    if rule.hasScripts, !holdsScripts(number, subject, bytes, view.transaction) { return }
    fire(number, rule, view, subject, isOnStream: isOnStream)
  }

  /// What the transaction tells of all that a rule asks of it, but for what it has told before.
  ///
  /// As in Suricata, a number that is not there yet is asked for again with what comes later of the rule.
  @inline(__always)
  private mutating func verdict(
    of rule: CompiledRule, _ view: borrowing TransactionView, _ bodyBefore: Int, _ bodyBytes: inout Int,
    _ matched: inout UInt64
  ) -> Verdict {
    var (isWaiting, hasFailed) = (false, false)
    for position in rule.transactionInspections.start..<rule.transactionInspections.end {
      let bit = UInt64(1) << UInt64((position - rule.transactionInspections.start) & 63)
      if matched & bit != 0 { continue }
      switch verdict(program.inspections[position], view, bodyBefore, &bodyBytes) {
      case .holds: matched |= bit
      case .fails:
        guard rule.isCollectedOnce, isOnNumber(program.inspections[position], view) else { return .fails }
        hasFailed = true
      case .later: isWaiting = true
      }
    }
    return isWaiting ? .later : hasFailed ? .fails : .holds
  }

  private mutating func isOnNumber(_ inspection: CompiledInspection, _ view: borrowing TransactionView)
    -> Bool
  {
    guard case .field = inspection.source else { return false }
    return rules.reader(inspection.buffer, view.protocolIndex)?.kind == .number
  }

  private static let http = ProtocolCatalogue.index(named: "http")

  /// The flow's bits or numbers are not what the rule wants: it may be asked again when they change.
  ///
  /// A step of HTTP is over when the next one begins. As in Suricata, what asks for no more than such a step
  /// is asked once it is over, and not again.
  private mutating func waitForState(_ number: Int32, _ rule: CompiledRule, _ view: borrowing TransactionView)
  {
    guard rule.isCollectedOnce else { return }
    if rule.isBoundToStep, view.protocolIndex == Self.http, rule.hookProgress != 0 || view.reached > 0 {
      return
    }
    let lane = view.lane
    if hasOnlyFlowState { lane.waitsForState = true } else { lane.waitsForPayload = true }
    keep(number, 0, 0, lane, waitsForPacket: true)
  }

  /// All that a rule asks for holds.
  @inline(__always)
  private mutating func fire(
    _ number: Int32, _ rule: CompiledRule, _ view: borrowing TransactionView, _ subject: Subject,
    isOnStream: Bool
  ) {
    if rule.action == .config { configure(view.transaction, number, subject) }
    if rule.keepsFiles { keepFiles(number, rule, view, subject) }
    emit(number, subject, transaction: view.transaction.number, isOnStream: isOnStream)
  }

  /// Carries out what a `config` rule says of the transaction.
  private mutating func configure(_ transaction: Transaction, _ number: Int32, _ subject: Subject) {
    for case .disableLogging in rules.signatures[Int(number)].effects {
      subject.conversation?.session?.disableLogging(of: transaction)
    }
  }

  /// Evaluates a rule on a request and its response: on both, whichever direction called it up.
  @inline(never)
  private mutating func evaluateBothSides(
    _ number: Int32, _ view: borrowing TransactionView, _ subject: Subject, _ bytes: RawSpan
  ) {
    let rule = program.rules[Int(number)]
    let transaction = view.transaction
    let other = view.direction.opposite
    let reached = transaction.state
    // Rules may come to wait in the other direction too.
    if reached.settledRevision[other] != 0 { transaction.state.settledRevision[other] = 0 }
    let otherView = TransactionView(
      transaction: transaction, lane: lane(of: transaction, other),
      protocolIndex: view.protocolIndex, direction: other,
      progress: subject.isEnd || reached.isComplete(other) ? .max : reached.progress[other])
    noteCheck(number)
    matcher.begin()
    matcher.isLittleEndian = reached.isLittleEndian
    matcher.isBigEndian = reached.isBigEndian
    var isWaiting = false
    for position in rule.transactionInspections.start..<rule.transactionInspections.end {
      let inspection = program.inspections[position]
      var bodyBytes = 0
      let isOther = inspection.isToClient == (view.direction == .toServer)
      let verdict =
        isOther
        ? self.verdict(inspection, otherView, 0, &bodyBytes) : self.verdict(inspection, view, 0, &bodyBytes)
      switch verdict {
      case .holds: break
      case .fails:
        // An interim response may be followed by the one that is asked for.
        guard view.isComplete, otherView.isComplete else {
          keep(number, 0, 0, view.lane)
          return keep(number, 0, 0, otherView.lane)
        }
        decide(number, rule, view.lane)
        return decide(number, rule, otherView.lane)
      case .later: isWaiting = true
      }
    }
    if isWaiting {
      keep(number, 0, 0, view.lane)
      return keep(number, 0, 0, otherView.lane)
    }
    if view.direction == .toServer {
      // It is told with the next packet to the client, as what the response answers is.
      otherView.lane.waitsForPayload = true
      subject.detection?.waits.toClient = true
      keep(number, 0, 0, view.lane)
      return keep(number, 0, 0, otherView.lane, waitsForPacket: true)
    }
    decide(number, rule, view.lane)
    decide(number, rule, otherView.lane)
    if rule.hasScripts, !holdsScripts(number, subject, bytes, transaction) { return }
    emit(number, subject, transaction: transaction.number, isOnStream: false)
  }

  /// On what a rule's payload conditions hold: packets or the stream have raised it, or are tried now.
  private mutating func payload(
    _ number: Int32, _ rule: CompiledRule, _ subject: Subject, _ bytes: RawSpan, _ window: RawSpan,
    _ stream: StreamPart
  ) -> PayloadMatch {
    if rule.isRaised { return isRaisedByStream(number, subject) ? .stream : .packet }
    return payloadMatch(number, rule, subject, bytes, window, stream)
  }

  /// Whether the stream raised the rule, rather than a packet. One that waited since has forgotten it.
  private mutating func isRaisedByStream(_ number: Int32, _ subject: Subject) -> Bool {
    guard let detection = subject.detection else { return false }
    for entry in detection.raised[subject.direction] where entry.rule == number { return entry.isOnStream }
    return true
  }

  @inline(never)
  private mutating func holdsEvents(_ range: IndexRange, _ transaction: Transaction) -> Bool {
    for position in range.start..<range.end {
      guard case .application(_, let event) = program.events[position], transaction.events.contains(event)
      else { return false }
    }
    return true
  }

  // MARK: Buffers

  mutating func verdict(
    _ inspection: CompiledInspection, _ view: borrowing TransactionView, _ bodyBefore: Int,
    _ bodyBytes: inout Int
  ) -> Verdict {
    if view.withholdsBody, inspection.source.isOnFiles { return .later }
    switch inspection.source {
    case .field: return fieldVerdict(inspection, view, bodyBefore, &bodyBytes)
    case .fileData: return filesVerdict(inspection, view, bodyBefore, &bodyBytes)
    case .fileName: return namesVerdict(inspection, view)
    case .fileMagic: return magicVerdict(inspection, view)
    case .file: return wholeFilesVerdict(inspection, view)
    case .payload, .ipv4, .ipv6, .tcp, .udp, .icmpv4, .icmpv6, .sourceAddress, .destinationAddress, .frame:
      return .holds
    }
  }

  private mutating func fieldVerdict(
    _ inspection: CompiledInspection, _ view: borrowing TransactionView, _ bodyBefore: Int,
    _ bodyBytes: inout Int
  ) -> Verdict {
    guard let field = rules.reader(inspection.buffer, view.protocolIndex) else { return .fails }
    if field.kind == .body {
      if view.withholdsBody { return .later }
      guard case .body(let body) = field.extract(view.transaction, view.direction) else {
        return view.isComplete ? missingBody(inspection, view) : .later
      }
      return verdict(inspection, body, view, bodyBefore, &bodyBytes)
    }
    guard view.progress >= field.progress[view.direction] || view.asksParts && field.comesInParts else {
      return .later
    }
    extract(field, inspection.buffer, view.transaction, view.direction)
    let value = cache.take(field.place)
    let verdict = verdict(inspection, value, field, view)
    cache.give(field.place, value)
    return verdict
  }

  @inline(__always)
  private mutating func verdict(
    _ inspection: CompiledInspection, _ value: borrowing FieldValue, _ field: FieldReader,
    _ view: borrowing TransactionView
  ) -> Verdict {
    switch value {
    case .none: return field.grows ? failure(field, view) : missing(inspection, field, view)
    case .bytes(let bytes):
      return matcher.matches(inspection.steps, bytes.rawSpan, program) ? .holds : .fails
    case .list(let list):
      if list.isEmpty { return missing(inspection, field, view) }
      for bytes in list where matcher.matches(inspection.steps, bytes.rawSpan, program) { return .holds }
      return .fails
    case .number(let number):
      return holds(number, inspection.steps) ? .holds : failure(field, view)
    case .numbers(let numbers):
      return holds(numbers, inspection.steps) ? .holds : failure(field, view)
    case .body: return .fails
    }
  }

  /// A number that is not there yet may come with the transaction's next message.
  private mutating func failure(_ field: FieldReader, _ view: borrowing TransactionView) -> Verdict {
    guard field.grows, !view.isComplete else { return .fails }
    view.lane.waitsForMore = true
    return .later
  }

  /// The same for a field, which is known to be missing only when its transaction has gone beyond the step
  /// that brings it: what comes with the last step, or with one that was cut, is never missing, as in
  /// Suricata.
  private mutating func missing(
    _ inspection: CompiledInspection, _ field: FieldReader, _ view: borrowing TransactionView
  ) -> Verdict {
    let (state, step) = (view.transaction.state, field.progress[view.direction])
    let last = max(state.completeFrom[view.direction], 1)
    let isLost = state.lacksStep[view.direction] && step == view.reached
    return step < last && step <= view.reached && !isLost ? missing(inspection) : .fails
  }

  /// A buffer that does not exist satisfies `absent` and nothing else, not even negated contents.
  private mutating func missing(_ inspection: CompiledInspection) -> Verdict {
    guard !inspection.steps.isEmpty, case .absent = program.steps[inspection.steps.start] else {
      return .fails
    }
    return .holds
  }

  private mutating func holds(_ number: Int64, _ steps: IndexRange) -> Bool {
    for position in steps.start..<steps.end {
      guard case .number(let check, _) = program.steps[position], check.holds(number, program.numbers) else {
        return false
      }
    }
    return true
  }

  /// Several numbers: the first test says which of them it is about.
  private mutating func holds(_ numbers: [Int64], _ steps: IndexRange) -> Bool {
    guard steps.start < steps.end, case .number(_, let place) = program.steps[steps.start] else {
      return false
    }
    switch place {
    case .any: return numbers.contains { $0 != FieldValue.noNumber && holds($0, steps) }
    case .all:
      return numbers.contains { $0 != FieldValue.noNumber }
        && numbers.allSatisfy { $0 == FieldValue.noNumber || holds($0, steps) }
    case .at(let position):
      let index = position < 0 ? numbers.count + position : position
      guard numbers.indices.contains(index), numbers[index] != FieldValue.noNumber else { return false }
      return holds(numbers[index], steps)
    }
  }

  private mutating func filesVerdict(
    _ inspection: CompiledInspection, _ view: borrowing TransactionView, _ bodyBefore: Int,
    _ bodyBytes: inout Int
  ) -> Verdict {
    var isWaiting = !view.isComplete
    var hasFile = false
    for file in newFiles(view) where file.direction == view.direction {
      hasFile = true
      switch verdict(inspection, file.data, view, bodyBefore, &bodyBytes) {
      case .holds: return .holds
      case .fails: break
      case .later: isWaiting = true
      }
    }
    if isWaiting { return .later }
    return hasFile ? .fails : missingBody(inspection, view)
  }

  /// A body or file that did not come: it is known to be missing only when the message itself has come to its
  /// end, not where its flow has ended before.
  private mutating func missingBody(_ inspection: CompiledInspection, _ view: borrowing TransactionView)
    -> Verdict
  {
    view.reached == .max ? missing(inspection) : .fails
  }

  /// A growing buffer: it can hold before it is complete, but fail only then. It is matched again when it has
  /// doubled, so that the work stays in proportion to its size.
  mutating func verdict(
    _ inspection: CompiledInspection, _ body: Body, _ view: borrowing TransactionView, _ bodyBefore: Int,
    _ bodyBytes: inout Int
  ) -> Verdict {
    let count = body.bytes.count
    let isComplete = body.isComplete || view.isComplete || body.isFull
    if count == 0 {
      if body.isComplete { return missing(inspection) }
      return isComplete ? missingBody(inspection, view) : .later
    }
    bodyBytes += count
    if !isComplete {
      if count < body.inspectFrom {
        // It was not looked at: as soon as there is enough of it, it is.
        bodyBytes -= count
        return .later
      }
      if bodyBefore > 0 && bodyBytes < bodyBefore * 2 {
        bodyBytes = bodyBefore
        return .later
      }
    }
    body.isLookedAt = true
    let bytes = body.bytes
    if matches(inspection, bytes.rawSpan, base: 0) { return .holds }
    return isComplete ? .fails : .later
  }
}
