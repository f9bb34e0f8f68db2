import Flows
import Protocols
import Wire

// The firewall: what it does not accept does not get through. Packets pass its filter before detection,
// transactions its hooks between detection's rules on packets and those on transactions.
extension Inspector {
  /// What a table came to.
  enum FirewallOutcome { case next, accepted, dropped }

  /// Goes through the packet filter. False where the packet is dropped: detection does not see it.
  mutating func passesPacketFilter(
    _ tables: FirewallTables, _ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Bool {
    packetVerdict.action = .accept
    asksHooks = false
    // A packet made up for the end of a flow is no packet; one between two protocols passes as the others do.
    if subject.isEnd && madeUp != .change || subject.detection?.isAccepted == true { return true }
    switch filterPacket(tables, subject, bytes, &alerts) {
    case .dropped: return false
    case .accepted: return true
    case .next:
      asksHooks = true
      return true
    }
  }

  /// Between detection's rules on packets and those on transactions. False where the packet is dropped by
  /// either side, or let through for good: nothing more is asked.
  mutating func passesHooks(_ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]) -> Bool {
    guard let tables = rules.firewall else { return true }
    if !found.isEmpty {
      finish(subject, &alerts)
      if packetVerdict.action == .drop { return false }
    }
    if asksHooks {
      asksHooks = false
      guard filterTransactions(tables, subject, bytes, &alerts) else { return false }
    }
    return packetVerdict.action != .pass && subject.detection?.isPassed != true
  }

  // MARK: Packets

  private mutating func filterPacket(
    _ tables: FirewallTables, _ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> FirewallOutcome {
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

  private mutating func isFirst(_ subject: Subject) -> Bool {
    guard let flow = subject.flow else { return false }
    return flow.packets[subject.sessionDirection] == 1 && !subject.packet.isICMPv4Error
  }

  /// Whether a rule holds for the packet at hand, apart from what it asks of transactions.
  mutating func holds(_ number: Int32, _ subject: Subject, _ bytes: RawSpan) -> Bool {
    let rule = program.rules[Int(number)]
    guard holdsCheaply(number, subject, bytes) else { return false }
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

  // MARK: Actions

  /// Does what a rule or policy says, and reports it if it is to be.
  mutating func carryOut(
    _ action: FirewallRole.Action, _ number: Int32, _ hook: String, _ transaction: Transaction?,
    _ reason: DropReason, _ subject: Subject, _ alerts: inout [Alert]
  ) -> FirewallOutcome {
    let signature = rules.signatures[Int(number)]
    let isRule = signature.firewall?.isPolicy == false
    if isRule, program.rules[Int(number)].hasEffects { state.apply(signature.effects, subject) }
    let isSilent = isRule && signature.isSilent || !action.alerts && !signature.wantsAlert
    if !isSilent {
      var alert = Alert(signature: Int(number), action: action.accepts ? .pass : .drop)
      alert.isInline = isInline
      alert.isDecided = true
      alert.transaction = transaction?.number
      alert.firewall = Alert.Firewall(hook: hook, policy: Self.text(of: action, signature, isRule))
      if alerts.count < alertsMax { alerts.append(alert) } else { counters.alertsOverflow &+= 1 }
    }
    if action.passes { subject.detection?.isPassed = true }
    return action.accepts
      ? accept(action, transaction, subject)
      : drop(action, isRule || !isSilent ? number : -1, reason, subject)
  }

  private static func text(of action: FirewallRole.Action, _ signature: Signature, _ isRule: Bool) -> String {
    isRule && signature.wantsAlert && !action.alerts ? action.text + ",alert" : action.text
  }

  private mutating func accept(
    _ action: FirewallRole.Action, _ transaction: Transaction?, _ subject: Subject
  ) -> FirewallOutcome {
    switch action.scope {
    case .hook: return .next
    case .transaction:
      guard let transaction else { return .next }
      TransactionDetection.of(transaction).isAccepted = true
      return .accepted
    case .packet: return .accepted
    case .flow:
      subject.detection?.isAccepted = true
      subject.flow?.action = .accept
      return .accepted
    }
  }

  private mutating func drop(
    _ action: FirewallRole.Action, _ number: Int32, _ reason: DropReason, _ subject: Subject
  ) -> FirewallOutcome {
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
