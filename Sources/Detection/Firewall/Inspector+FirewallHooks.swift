import Flows
import Protocols
import Wire

// The firewall's hooks of protocols: each transaction passes one after another as far as it has come.
extension Inspector {
  /// Goes through the hooks of the flow's transactions. False where the packet is dropped.
  mutating func filterTransactions(
    _ tables: FirewallTables, _ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Bool {
    guard hasNewData(subject), let index = subject.conversation?.protocolIndex,
      let session = subject.conversation?.session
    else { return true }
    let group = index * 2 + subject.direction.index
    guard tables.hooks.indices.contains(group), !tables.hooks[group].isEmpty else { return true }
    for transaction in session.openTransactions {
      if let only = transaction.onlyDirection, only != subject.direction { continue }
      let outcome = filter(transaction, tables, index, group, subject, bytes, &alerts)
      cache.removeAll()
      switch outcome {
      case .dropped: return false
      case .accepted: return true
      case .next: break
      }
    }
    return true
  }

  /// The packet brought its direction's protocol forward, or stands between two protocols, or the direction
  /// has come to its end.
  private mutating func hasNewData(_ subject: Subject) -> Bool {
    if subject.isEnd { return true }
    guard let stream = subject.stream else { return subject.packet.payloadLength > 0 }
    return stream.delivers(subject.sessionDirection)
      || subject.conversation?.hasEnded(subject.direction) == true
  }

  /// Goes through the hooks that a transaction has reached, the one that it stands at again with whatever
  /// has come since.
  private mutating func filter(
    _ transaction: Transaction, _ tables: FirewallTables, _ index: Int, _ group: Int,
    _ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> FirewallOutcome {
    let record = TransactionDetection.of(transaction)
    if record.isAccepted { return .next }
    let direction = subject.direction
    let lane = lane(of: transaction, direction)
    let isComplete = transaction.isComplete(direction)
    let progress = isComplete ? UInt8.max : transaction.progress[direction]
    let revision = transaction.revision &- transaction.state.cutHeads
    guard lane.filterProgress != Int16(progress) || lane.filterRevision != revision else {
      return .next
    }
    (lane.filterProgress, lane.filterRevision) = (Int16(progress), revision)
    let view = TransactionView(
      transaction: transaction, lane: lane, protocolIndex: index, direction: direction, progress: progress,
      asksParts: true)
    let last = tables.hooks[group].lastIndex { $0.progress <= progress } ?? 0
    while lane.filterStep <= last {
      let hook = tables.hooks[group][lane.filterStep]
      if !hook.isCovered {
        // More may come of what the hook shows: rules that let through what comes before them wait for it.
        let mayWait = lane.filterStep == last && !isComplete
        switch filter(view, hook, record, tables, mayWait: mayWait, subject, bytes, &alerts) {
        case .next: break
        case .accepted: return record.isAccepted ? .next : .accepted
        case .dropped: return .dropped
        }
      }
      if lane.filterStep == last { break }
      lane.filterStep += 1
    }
    return .next
  }

  private mutating func filter(
    _ view: borrowing TransactionView, _ hook: FirewallTables.Hook, _ record: TransactionDetection,
    _ tables: FirewallTables, mayWait: Bool, _ subject: Subject, _ bytes: RawSpan,
    _ alerts: inout [Alert]
  ) -> FirewallOutcome {
    state.transaction = view.transaction
    defer { state.transaction = nil }
    var wasAccepted = false
    for number in hook.rules {
      guard let role = rules.signatures[Int(number)].firewall else { continue }
      let isEarly = tables.early.contains(number)
      if view.lane.decided.contains(number) {
        // What fields have decided is asked no more, and holds as long as the transaction stays at the hook.
        // When it leaves that, the rules behind are asked of all that has come.
        if !isEarly { wasAccepted = role.action.accepts }
        if wasAccepted, mayWait { return .next }
        continue
      }
      guard holds(number, subject, bytes), holdsFields(number, view) else {
        if isEarly, mayWait { return .next }
        continue
      }
      if isEarly || !program.rules[Int(number)].transactionInspections.isEmpty {
        view.lane.decided.append(number)
      }
      return carryOut(
        role.action, number, hook.name, view.transaction, .firewallRules, subject, &alerts)
    }
    if wasAccepted { return .next }
    return carryOut(
      hook.policy, tables.applicationPolicy, hook.name, view.transaction, .defaultApplicationPolicy,
      subject, &alerts)
  }

  private mutating func holdsFields(_ number: Int32, _ view: borrowing TransactionView) -> Bool {
    let rule = program.rules[Int(number)]
    var bodyBytes = 0
    for position in rule.transactionInspections.start..<rule.transactionInspections.end {
      guard case .holds = verdict(program.inspections[position], view, 0, &bodyBytes) else { return false }
    }
    return true
  }
}
