import Flows
import Protocols
import Wire

// The firewall: what it does not accept does not get through. Its tables are gone through before detection.
extension Inspector {
  /// What a table came to.
  private enum Outcome { case next, accepted, dropped }

  /// Goes through the firewall's tables. False where the packet is dropped: detection does not see it.
  mutating func passesFirewall(
    _ tables: FirewallTables, _ subject: borrowing Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Bool {
    packetVerdict.action = .accept
    if subject.isEnd || subject.detection?.isAccepted == true { return true }
    switch filterPacket(tables, subject, bytes, &alerts) {
    case .dropped: return false
    case .accepted: return true
    case .next: break
    }
    guard hasNewData(subject), let index = subject.conversation?.protocolIndex,
      let session = subject.conversation?.session
    else { return true }
    let group = index * 2 + subject.direction.index
    guard tables.hooks.indices.contains(group) else { return true }
    for transaction in session.transactions {
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

  /// The packet brought its direction's protocol forward.
  private func hasNewData(_ subject: borrowing Subject) -> Bool {
    guard let stream = subject.stream else { return subject.packet.payloadLength > 0 }
    return stream.delivers(subject.sessionDirection)
  }

  // MARK: Packets

  private mutating func filterPacket(
    _ tables: FirewallTables, _ subject: borrowing Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Outcome {
    for number in tables.packetFilter {
      guard let role = rules.signatures[Int(number)].firewall else { continue }
      if case .flowStart = role.table, !isFirst(subject) { continue }
      guard holds(number, subject, bytes) else { continue }
      return carryOut(role.action, number, role.hook, nil, .firewallRules, subject, &alerts)
    }
    let policy = tables.policies.packetFilter
    return carryOut(
      policy, tables.packetPolicy, "packet:filter", nil, .defaultPacketPolicy, subject, &alerts)
  }

  private func isFirst(_ subject: borrowing Subject) -> Bool {
    guard let flow = subject.flow else { return false }
    return flow.packets.toServer &+ flow.packets.toClient == 1
  }

  /// Whether a rule holds for the packet at hand, apart from what it asks of transactions.
  private mutating func holds(_ number: Int32, _ subject: borrowing Subject, _ bytes: RawSpan) -> Bool {
    let rule = program.rules[Int(number)]
    guard holdsCheaply(rule, subject, bytes) else { return false }
    if !rule.stateSteps.isEmpty, !state.holds(rule.stateSteps, subject, program) { return false }
    noteCheck(number)
    matcher.begin()
    if !rule.headerInspections.isEmpty, !holdsHeaders(rule.headerInspections, subject, bytes) { return false }
    if !rule.payloadInspections.isEmpty {
      let payload = subject.packet.payload(of: bytes)
      guard payload.byteCount > 0 else { return false }
      for position in rule.payloadInspections.start..<rule.payloadInspections.end
      where !matches(program.inspections[position], payload, base: 0) { return false }
    }
    return true
  }

  // MARK: Transactions

  /// Goes through the hooks that a transaction has reached, the one it stands at each time anew.
  private mutating func filter(
    _ transaction: Transaction, _ tables: FirewallTables, _ index: Int, _ group: Int,
    _ subject: borrowing Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Outcome {
    let record = detection(of: transaction)
    if record.isAccepted { return .next }
    let direction = subject.direction
    let lane = record.lane(direction)
    if lane.isFiltered { return .next }
    let progress = transaction.isComplete(direction) ? UInt8.max : transaction.progress[direction]
    let view = TransactionView(
      transaction: transaction, lane: lane, protocolIndex: index, direction: direction, progress: progress)
    // The step reached when the packet came is gone through again with what has come since.
    let count = tables.hooks[group].count
    var step = lane.filterStep
    while step < count {
      guard isReached(tables.hooks[group][step], step, progress) else { break }
      lane.filterStep = step
      switch filter(view, tables.hooks[group][step], record, tables, subject, bytes, &alerts) {
      case .next: break
      case .accepted:
        if record.isAccepted { return .next }
        return .accepted
      case .dropped: return .dropped
      }
      step += 1
    }
    if step == count, progress == .max { lane.isFiltered = true }
    return .next
  }

  private func isReached(_ hook: FirewallTables.Hook, _ step: Int, _ progress: UInt8) -> Bool {
    progress >= hook.progress
  }

  private mutating func filter(
    _ view: borrowing TransactionView, _ hook: FirewallTables.Hook, _ record: TransactionDetection,
    _ tables: FirewallTables, _ subject: borrowing Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Outcome {
    for number in hook.rules {
      guard let role = rules.signatures[Int(number)].firewall else { continue }
      state.transaction = record
      defer { state.transaction = nil }
      guard holds(number, subject, bytes), holdsFields(number, view) else { continue }
      return carryOut(
        role.action, number, hook.name, view.transaction, .firewallRules, subject, &alerts)
    }
    if hook.isWaiting { return .next }
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

  // MARK: Actions

  /// Does what a rule or policy says, and reports it if it is to be.
  private mutating func carryOut(
    _ action: FirewallRole.Action, _ number: Int32, _ hook: String, _ transaction: Transaction?,
    _ reason: DropReason, _ subject: borrowing Subject, _ alerts: inout [Alert]
  ) -> Outcome {
    let isRule = reason == .firewallRules
    if isRule, program.rules[Int(number)].hasEffects {
      state.apply(rules.signatures[Int(number)].effects, subject)
    }
    let signature = rules.signatures[Int(number)]
    let isSilent = isRule && signature.isSilent || !action.alerts && !signature.wantsAlert
    if !isSilent, number >= 0 {
      var alert = Alert(signature: Int(number), action: action.accepts ? .pass : .drop)
      alert.isInline = isInline
      alert.isDecided = true
      alert.transaction = transaction?.number
      alert.firewall = Alert.Firewall(hook: hook, policy: Self.text(of: action, signature, isRule))
      if alerts.count < alertsMax { alerts.append(alert) } else { counters.alertsOverflow &+= 1 }
    }
    if action.passes { subject.detection?.isPassed = true }
    return action.accepts
      ? accept(action, transaction, subject) : drop(action, isRule ? number : -1, reason, subject)
  }

  private static func text(of action: FirewallRole.Action, _ signature: Signature, _ isRule: Bool) -> String {
    isRule && signature.wantsAlert && !action.alerts ? action.text + ",alert" : action.text
  }

  private mutating func accept(
    _ action: FirewallRole.Action, _ transaction: Transaction?, _ subject: borrowing Subject
  ) -> Outcome {
    switch action.scope {
    case .hook: return .next
    case .transaction:
      guard let transaction else { return .next }
      detection(of: transaction).isAccepted = true
      return .accepted
    case .packet: return .accepted
    case .flow:
      subject.detection?.isAccepted = true
      subject.flow?.action = .accept
      return .accepted
    }
  }

  private mutating func drop(
    _ action: FirewallRole.Action, _ number: Int32, _ reason: DropReason, _ subject: borrowing Subject
  ) -> Outcome {
    packetVerdict.action = isInline ? .drop : .alert
    packetVerdict.reason = reason
    packetVerdict.reject = action.reject
    packetVerdict.signature = number
    packetVerdict.isByFirewall = true
    if action.scope == .flow, let flow = subject.flow {
      flow.action = .drop
      subject.detection?.isDroppedByFirewall = true
    }
    return .dropped
  }
}
