import Flows
import Protocols
import Wire

// Rules on transactions.
extension Inspector {
  /// Inspects the open transactions of the packet's direction as far as they have come.
  mutating func inspectTransactions(
    _ subject: Subject, _ bytes: RawSpan, _ window: RawSpan, _ stream: StreamPart,
    _ alerts: inout [Alert]
  ) {
    if hasFirewall, !passesHooks(subject, bytes, &alerts) { return }
    guard !subject.isRefused, !subject.isSettled, let conversation = subject.conversation,
      let index = conversation.protocolIndex, let session = conversation.session, session.openCount > 0
    else { return }
    let hasRaised = subject.hasRaised
    let group = index * 2 + subject.direction.index
    if rules.transactionGroups[group].isEmpty && !hasRaised && !rules.raisesRules { return }
    if let detection = subject.detection {
      detection.waits[subject.direction] = false
      detection.stateSeen[subject.direction] = detection.stateRevision
    }
    var hasInspected = false
    var place = 0
    while let transaction = session.openTransaction(at: place) {
      place &+= 1
      let state = transaction.state
      if let only = state.onlyDirection, only != subject.direction { continue }
      if state.isInspected[subject.direction] { continue }
      // Most packets bring a body some bytes, of which there are too few to be looked at, and nothing else.
      if !hasRaised, !subject.isEnd,
        state.isUnchanged(subject.direction, rules: UInt32(truncatingIfNeeded: generation))
      {
        continue
      }
      inspect(transaction, index, group, subject, bytes, window, stream)
      hasInspected = true
    }
    // What a packet raised before its transaction began waits for that.
    if hasInspected && hasRaised {
      subject.detection?.raised[subject.direction].removeAll(keepingCapacity: true)
    }
  }

  private mutating func inspect(
    _ transaction: Transaction, _ index: Int, _ group: Int, _ subject: Subject, _ bytes: RawSpan,
    _ window: RawSpan, _ stream: StreamPart
  ) {
    let direction = subject.direction
    let reached = transaction.state
    let isComplete = subject.isEnd && !reached.isCut[direction] || reached.isComplete(direction)
    let progress = isComplete ? UInt8.max : reached.progress[direction]
    let passes = isComplete && passes(transaction, reached, subject)
    let lane = passes ? takeSpareLane() : lane(of: transaction, direction)
    let isNew = lane.revision != Int64(reached.revision) || lane.progress != Int16(progress)
    let raised = subject.hasRaised
    if progress == 0 && reached.waitsForResponse && direction == .toClient && !raised { return }
    let stateRevision = subject.stateRevision
    let stateMoved = lane.waitsForState && lane.stateRevision != stateRevision
    guard isNew || raised || lane.waitsForPayload || stateMoved else { return }
    counters.transactions &+= 1
    let hadEvents = lane.events
    if reached.mayRestart, direction == .toClient { noteRestart(reached, lane, group) }
    collect(transaction, lane, index, group, direction, progress)
    if !rules.transactionGroups[group].repeated.isEmpty {
      collectRepeated(transaction, lane, group, subject, progress)
    }
    let isDue = hadEvents != lane.events || isDue(transaction, lane, direction, Int16(progress))
    if isDue || lane.waitsForPayload || stateMoved {
      lane.waitsForPayload = false
      lane.waitsForState = false
      for waiting in lane.waiting where isDue || waiting.waitsForPacket { candidates.insert(waiting.rule) }
    }
    if raised, let detection = subject.detection {
      for entry in detection.raised[direction] { candidates.insert(entry.rule) }
    }
    lane.stateRevision = stateRevision
    lane.revision = Int64(reached.revision)
    lane.progress = Int16(progress)
    if !candidates.isEmpty {
      let view = TransactionView(
        transaction: transaction, lane: lane, protocolIndex: index, direction: direction, progress: progress)
      evaluateCandidates(view, subject, bytes, window, stream)
    }
    if lane.waitsForPayload { subject.detection?.waits[direction] = true }
    cache.removeAll()
    let waits = lane.hasWaiting || lane.waitsForPayload || lane.waitsForState
    if passes {
      if waits { transaction.keep(lane: lane, direction) } else { spareLane = lane }
    }
    if waits || subject.isEnd || !rules.transactionGroups[group].repeated.isEmpty {
      if reached.settledRevision[direction] != 0 { transaction.state.settledRevision[direction] = 0 }
    } else {
      transaction.state.settle(direction, at: reached, rules: UInt32(truncatingIfNeeded: generation))
    }
  }

  /// An interim response (100) is over: fields of the one behind it are looked at as if none had been, but
  /// no rule fires twice, unless it stands at a hook and asks for nothing else. The response has begun once.
  private mutating func noteRestart(_ state: TransactionState, _ lane: TransactionLane, _ group: Int) {
    lane.notesFired = true
    if lane.restarts != state.restarts {
      lane.restarts = state.restarts
      lane.nextEngine = 0
      let behindStart = rules.transactionGroups[group].always.firstIndex { $0.progress > 0 }
      lane.nextAlways = min(lane.nextAlways, behindStart ?? lane.nextAlways)
    }
  }

  private mutating func evaluateCandidates(
    _ view: TransactionView, _ subject: Subject, _ bytes: RawSpan, _ window: RawSpan,
    _ stream: StreamPart
  ) {
    counters.transactionCandidates &+= UInt64(candidates.count)
    candidates.sort()
    var position = 0
    if profile != nil {
      profileCandidates { (inspector, rule) in
        inspector.evaluate(rule, view, subject, bytes, window, stream)
      }
      position = candidates.count
    }
    while position < candidates.count {
      evaluate(candidates[position], view, subject, bytes, window, stream)
      position &+= 1
    }
    candidates.removeAll()
  }

  /// Collects the rules that can be told now: by patterns in buffers that are new, without pattern, and
  /// waiting.
  private mutating func collect(
    _ transaction: Transaction, _ lane: TransactionLane, _ index: Int, _ group: Int,
    _ direction: Direction,
    _ progress: UInt8
  ) {
    if lane.behind != 0 { catchUp(transaction, lane, index, group, direction) }
    var next = lane.nextEngine
    while next < rules.transactionGroups[group].engines.count {
      let engine = rules.transactionGroups[group].engines[next]
      guard engine.progress <= progress else { break }
      scanValue(engine, transaction, index, direction)
      next += 1
    }
    lane.nextEngine = next
    for (position, engine) in rules.transactionGroups[group].bodies.enumerated()
    where direction == .toServer || !transaction.state.withholdsBody {
      scanBodies(engine, position, transaction, lane, index, direction, isLast: progress == .max)
    }
    let isBetweenHeads = direction == .toClient && transaction.state.isBetweenHeads
    var always = lane.nextAlways
    while always < rules.transactionGroups[group].always.count,
      rules.transactionGroups[group].always[always].progress <= progress
    {
      let rule = rules.transactionGroups[group].always[always].rule
      if !isBetweenHeads || !program.rules[Int(rule)].isRepeated { candidates.insert(rule) }
      always += 1
    }
    lane.nextAlways = always
    if !leavesEventRules, Int(transaction.state.eventCount) > lane.events {
      for event in transaction.events[lane.events...] {
        for rule in EventRules.rules(rules.transactionGroups[group].events, Int(event)) {
          candidates.insert(rule)
        }
      }
      lane.events = transaction.events.count
    }
  }

  /// Rules at the hook of a step that lasts are met with each part of it, and once when it is over, unless
  /// that is because no more of the stream is put together.
  @inline(never)
  private mutating func collectRepeated(
    _ transaction: Transaction, _ lane: TransactionLane, _ group: Int, _ subject: Subject,
    _ progress: UInt8
  ) {
    let direction = subject.direction
    let isBetweenHeads = direction == .toClient && transaction.state.isBetweenHeads
    let progress = isBetweenHeads ? min(progress, 1) : progress
    let revision = Int64(transaction.state.revision)
    if lane.repeatedRevision == revision && lane.repeatedProgress == Int16(progress) { return }
    // Where a direction has brought nothing since, what the other one did counts if it began or ended the
    // step; inline that is for later.
    let reached = subject.conversation?.reached(direction) ?? 0
    let isIdle = subject.stream != nil && !subject.isEnd && lane.repeatedReached == reached
    if isIdle, isInline { return }
    lane.repeatedReached = reached
    let hasNews = !isIdle || subject.conversation?.session?.movesAsOne == true
    defer { (lane.repeatedRevision, lane.repeatedProgress) = (revision, Int16(progress)) }
    let isCut = subject.isEnd && subject.session?.isDepthReached(subject.sessionDirection) == true
    for entry in rules.transactionGroups[group].repeated
    where entry.progress <= progress && lane.repeatedProgress <= Int16(entry.last) {
      let isWithin = lane.repeatedProgress >= Int16(entry.progress)
      if isWithin, isCut || !hasNews && progress <= entry.last { continue }
      candidates.insert(entry.rule)
    }
  }

  /// Whether the rules that wait are to be asked again: the transaction went on, or its growing buffers have
  /// doubled, so that the work stays in proportion to their size.
  private mutating func isDue(
    _ transaction: Transaction, _ lane: TransactionLane, _ direction: Direction, _ progress: Int16
  ) -> Bool {
    if !lane.hasWaiting { return false }
    if lane.waitsForMore {
      lane.waitsForMore = false
      return true
    }
    var bytes = 0
    for body in lane.bodies { bytes &+= body.scanned }
    var (closed, ready) = (0, 0)
    for file in transaction.files where file.direction == direction {
      bytes &+= file.data.bytes.count
      if file.state != .open { closed &+= 1 }
      if file.data.bytes.count >= file.data.inspectFrom { ready &+= 1 }
    }
    let hasGrown = bytes > 0 && bytes >= lane.waitingBytes &* 2
    guard
      hasGrown || progress != lane.waitingProgress || closed != lane.waitingFiles
        || transaction.files.count != lane.waitingFilesBegun || ready != lane.waitingFilesReady
    else { return false }
    lane.waitingFilesBegun = transaction.files.count
    lane.waitingProgress = progress
    lane.waitingFiles = closed
    lane.waitingFilesReady = ready
    lane.waitingBytes = bytes
    return true
  }

  mutating func scanValue(
    _ engine: TransactionGroup.Engine, _ transaction: Transaction, _ index: Int, _ direction: Direction
  ) {
    if engine.isLater {
      scan(engine.database, valueAtEnd(engine.buffer, transaction, index, direction))
      return
    }
    guard let field = rules.reader(engine.buffer, index) else { return }
    if cache.isKnown(field.place) {
      let value = cache.take(field.place)
      scan(engine.database, value)
      cache.give(field.place, value)
    } else {
      let value = extracted(field, engine.buffer, transaction, direction)
      scan(engine.database, value)
      cache.store(field.place, value)
    }
  }

  @inline(__always)
  private mutating func scan(_ database: Int32, _ value: borrowing FieldValue) {
    switch value {
    case .bytes(let bytes): scan(database, bytes.rawSpan)
    case .list(let list): for bytes in list { scan(database, bytes.rawSpan) }
    case .none, .number, .numbers, .body: break
    }
  }

  /// Has the value of a buffer of the transaction, after its transformations, in the cache.
  @inline(__always)
  mutating func extract(
    _ field: FieldReader, _ buffer: Int32, _ transaction: Transaction, _ direction: Direction
  ) {
    if cache.isKnown(field.place) { return }
    cache.store(field.place, extracted(field, buffer, transaction, direction))
  }

  @inline(__always)
  private mutating func extracted(
    _ field: FieldReader, _ buffer: Int32, _ transaction: Transaction, _ direction: Direction
  ) -> FieldValue {
    field.isPlain
      ? field.extract(transaction, direction) : transformed(buffer, field.extract(transaction, direction))
  }

  /// The value of a buffer of the transaction, after its transformations.
  mutating func value(
    _ buffer: Int32, _ transaction: Transaction, _ index: Int, _ direction: Direction
  ) -> FieldValue {
    guard let field = rules.reader(buffer, index) else { return .none }
    extract(field, buffer, transaction, direction)
    return cache.known(field.place) ?? .none
  }

  /// What the buffer's patterns are looked for in at the transaction's end.
  private mutating func valueAtEnd(
    _ buffer: Int32, _ transaction: Transaction, _ index: Int, _ direction: Direction
  ) -> FieldValue {
    guard let atEnd = rules.reader(buffer, index)?.atEnd else { return .none }
    let value = atEnd(transaction, direction)
    return program.buffers[Int(buffer)].transforms.isEmpty ? value : transformed(buffer, value)
  }

  private mutating func transformed(_ buffer: Int32, _ value: FieldValue) -> FieldValue {
    switch value {
    case .bytes(let bytes): return transform(bytes.rawSpan, for: buffer).map(FieldValue.bytes) ?? .none
    case .list(let list):
      var changed: [[UInt8]] = []
      for bytes in list {
        if let bytes = transform(bytes.rawSpan, for: buffer) { changed.append(bytes) }
      }
      return .list(changed)
    case .none, .number, .numbers, .body: return value
    }
  }

  // MARK: Growing buffers

  mutating func scanBodies(
    _ engine: TransactionGroup.Engine, _ position: Int, _ transaction: Transaction,
    _ lane: TransactionLane,
    _ index: Int, _ direction: Direction, isLast: Bool
  ) {
    if let field = rules.reader(engine.buffer, index) {
      if case .body(let body) = field.extract(transaction, direction) {
        if engine.isInFiles, transaction.files.contains(where: { $0.data === body }) { return }
        scan(body, engine, Int32(truncatingIfNeeded: position), lane, direction, isLast)
      }
      return
    }
    for (number, file) in transaction.files.enumerated() where file.direction == direction {
      // Each file has its own place among the bodies scanned.
      let place = Int32(truncatingIfNeeded: position &+ (number &+ 1) &* 1024)
      scan(file.data, engine, place, lane, direction, isLast)
    }
  }

  /// Scans what is new of a body, with as much of what was before as a literal can reach back.
  private mutating func scan(
    _ body: Body, _ engine: TransactionGroup.Engine, _ place: Int32, _ lane: TransactionLane,
    _ direction: Direction, _ isLast: Bool
  ) {
    let bytes = body.bytes
    let count = bytes.count
    guard count > 0, body.isComplete || isLast || count >= body.inspectFrom || body.isFull else { return }
    body.isLookedAt = true
    var slot = -1
    for (index, known) in lane.bodies.enumerated() where known.engine == place {
      slot = index
    }
    let scanned = slot >= 0 ? lane.bodies[slot].scanned : 0
    guard count > scanned else { return }
    if program.buffers[Int(engine.buffer)].transforms.isEmpty {
      if scanned < PacketGroup.prefixBytes {
        scan(engine.prefix, bytes.rawSpan.part(0, PacketGroup.prefixBytes), after: scanned)
      }
      if engine.database >= 0 {
        let from = max(0, scanned &- scans.longest(engine.database) &+ 1)
        scan(engine.database, bytes.rawSpan.part(from, count &- from), after: scanned &- from)
      }
    } else if let changed = transform(bytes.rawSpan, for: engine.buffer) {
      scan(engine.database, changed.rawSpan)
    }
    if slot >= 0 {
      lane.bodies[slot].scanned = count
    } else {
      lane.bodies.append(ScannedBody(engine: place, scanned: count))
    }
  }
}

/// A transaction as rules see it in one direction.
struct TransactionView {
  let transaction: Transaction
  let lane: TransactionLane
  let protocolIndex: Int
  let direction: Direction
  /// Progress reached; the largest number once nothing more will come.
  let progress: UInt8
  /// What comes in parts is asked before all of it is there.
  var asksParts = false

  var isComplete: Bool { progress == .max }
  var withholdsBody: Bool { direction == .toClient && transaction.state.withholdsBody }

  /// Progress that the transaction has reached by itself, where its flow has ended before it.
  var reached: UInt8 {
    let state = transaction.state
    return state.isComplete(direction) ? .max : state.progress[direction]
  }
}
