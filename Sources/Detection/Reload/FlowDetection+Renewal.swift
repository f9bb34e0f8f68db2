package import Flows
import Protocols
import Wire

// What a flow remembers of rules is carried over to those that take their place.
extension Inspector {
  /// Goes on where an inspector with the rules before stood: its counters, and what flows were asked.
  package mutating func follow(
    _ succession: Succession, counters: DetectionCounters, checks: [UInt32]
  ) {
    history = succession.history
    generation = succession.history.generation
    self.counters = counters
    for (index, count) in checks.enumerated() {
      guard let number = succession.numbered(Int32(clamping: index)) else { continue }
      self.checks[Int(number)] &+= count
    }
  }
}

extension Succession {
  /// Carries a flow over to the new rules. Bits, numbers and variables are the same by number; what was
  /// found out for rules that stay is kept, and rules that came are to be asked of what is still open.
  package func renew(_ flow: Flow) {
    guard let detection = flow.detection as? FlowDetection else { return }
    detection.renew(by: self)
    guard let conversation = flow.application as? Conversation, let index = conversation.protocolIndex,
      let session = conversation.session
    else { return }
    for transaction in session.openTransactions {
      for direction in Direction.allCases {
        let lane = transaction.lane(direction) as? TransactionLane
        lane?.renew(by: self, group: index * 2 + direction.index)
      }
    }
    if hasAdditions, !session.openTransactions.isEmpty { detection.waits = Pair(both: true) }
  }
}

extension FlowDetection {
  /// Carries what was noted of rules over to the ones that follow.
  func renew(by succession: Succession) {
    generation = succession.history.generation
    groups = Pair(both: GroupChoice())
    ahead = Pair(both: SearchedAhead())
    if succession.hasAdditions {
      for direction in Direction.allCases { askAgain(direction, after: succession.before) }
    }
    guard hasNotes else { return }
    for direction in Direction.allCases {
      if hasAhead(direction) { aheadRules[direction] = [] }
      pending[direction] = pending[direction].compactMap { entry in
        succession.rule(entry.rule).map { PendingStreamRule(rule: $0, until: entry.until) }
      }
      raised[direction] = raised[direction].compactMap { entry in
        succession.rule(entry.rule).map { RaisedRule(rule: $0, isOnStream: entry.isOnStream) }
      }
    }
    consumed = consumed.compactMap { entry in
      succession.rule(entry.rule).map {
        ConsumedStream(rule: $0, direction: entry.direction, upTo: entry.upTo)
      }
    }
    tags = tags.map { $0.renewed(by: succession) }
    renewEntropies { succession.name($0) }
  }

  /// Rules on addresses and protocols that came are to be asked once more.
  private func askAgain(_ direction: Direction, after generation: UInt64) {
    if hasAskedAddresses[direction] {
      hasAskedAddresses[direction] = false
      addressesAsked[direction] = generation
    }
    if hasAskedProtocol[direction] {
      hasAskedProtocol[direction] = false
      protocolAsked[direction] = generation
    }
  }
}

extension TransactionLane {
  /// How far engines and rules were asked is told by the progress that they were asked for, which the new
  /// group has as well; what came is to be shown what the others have seen.
  func renew(by succession: Succession, group: Int) {
    generation = succession.history.generation
    waiting = waiting.compactMap { entry in
      guard let rule = succession.rule(entry.rule) else { return nil }
      var entry = entry
      entry.rule = rule
      return entry
    }
    decided = decided.compactMap { succession.rule($0) }
    let (old, new) = (succession.old.transactionGroups[group], succession.new.transactionGroups[group])
    var reached = progress
    if nextEngine > 0 { reached = max(reached, Int16(old.engines[nextEngine - 1].progress)) }
    if nextAlways > 0 { reached = max(reached, Int16(old.always[nextAlways - 1].progress)) }
    nextEngine = new.engines.prefix { Int16($0.progress) <= reached }.count
    nextAlways = new.always.prefix { Int16($0.progress) <= reached }.count
    bodies = bodies.compactMap { entry in
      // A file's place is its number times 1024 past the buffer's.
      guard let body = succession.body(entry.engine & 1023, group: group) else { return nil }
      return ScannedBody(engine: entry.engine & ~1023 | body, scanned: entry.scanned)
    }
    if succession.hasAdditions, reached >= 0 || events > 0 {
      if behind == 0 { behind = succession.before }
      // It is to be looked at with the next packet, whether that brings the transaction forward or not.
      waitsForPayload = true
    }
  }
}

extension Inspector {
  /// Calls up the rules that came by a reload by what the others have seen of a transaction.
  @inline(never)
  mutating func catchUp(
    _ transaction: Transaction, _ lane: TransactionLane, _ index: Int, _ group: Int, _ direction: Direction
  ) {
    let lists = rules.transactionGroups[group]
    for engine in lists.engines.prefix(lane.nextEngine) { scanValue(engine, transaction, index, direction) }
    for engine in lists.bodies {
      scanBodies(
        engine, -1, transaction, TransactionLane(generation: generation), index, direction, isLast: false)
    }
    for entry in lists.always.prefix(lane.nextAlways) { candidates.insert(entry.rule) }
    for event in transaction.events.prefix(lane.events) {
      for rule in EventRules.rules(lists.events, Int(event)) { candidates.insert(rule) }
    }
    let generation = lane.behind
    lane.behind = 0
    candidates.keep { history.isNew($0, after: generation) }
  }

  /// Takes those rules out of the candidates that were asked of the flow before.
  @inline(never)
  mutating func keepNew(after generation: UInt64) {
    candidates.keep { history.isNew($0, after: generation) }
  }
}
