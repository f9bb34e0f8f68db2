import Flows
import Wire

// From the rules that matched to what becomes of the packet.
extension Inspector {
  /// Puts the packet's alerts in order and carries out what their actions do: a pass ends the list, drops and
  /// passes that stand for more than one packet hold for the flow.
  mutating func finish(_ subject: Subject, _ alerts: inout [Alert]) {
    if found.count > 1 { sortFound() }
    // Those of the firewall stand before them.
    let before = alerts.count
    var count = before
    var undecided = 0
    for position in found.indices {
      var alert = found[position]
      let rule = program.rules[alert.signature]
      var isReported = !rule.isSilent
      var isChanged = false
      if rule.isCounted, memory.countsMatches {
        switch decide(&alert, subject, &isChanged) {
        case .report: break
        case .silent: isReported = false
        case .nothing: continue
        }
      }
      if isReported {
        if rule.isCounted, !alert.isDecided {
          // Its threshold is asked where all workers' events come together, and the limit with it.
          undecided += 1
          if undecided <= Self.undecidedMax { alerts.append(alert) } else { counters.alertsOverflow &+= 1 }
        } else if count < alertsMax {
          count += 1
          alerts.append(alert)
        } else {
          counters.alertsOverflow &+= 1
        }
      }
      carryOut(alert, rule, subject, isChanged)
      if alert.action == .pass {
        counters.alertsSuppressed &+= UInt64(found.count - position - 1)
        break
      }
    }
    counters.alerts &+= UInt64(alerts.count &- before)
    found.removeAll(keepingCapacity: true)
  }

  /// Alerts of one packet whose thresholds are asked later: a packet that brings more requests than this is
  /// made to fill the memory.
  private static let undecidedMax = 1024

  /// Asks thresholds and rate filters, in packet order.
  private mutating func decide(
    _ alert: inout Alert, _ subject: Subject, _ isChanged: inout Bool
  ) -> ThresholdTable.Decision {
    let signature = rules.signatures[alert.signature]
    let packet = subject.packet
    let flow = subject.flow?.identifier ?? 0
    alert.isDecided = true
    guard
      let decision = memory.thresholds?.decide(
        signature, source: packet.source, destination: packet.destination, flow: flow,
        timeMicroseconds: packet.timeMicroseconds)
    else { return .report }
    if decision != .report { counters.alertsLimited &+= 1 }
    if decision == .nothing || signature.rateFilters.isEmpty { return decision }
    let other = memory.thresholds?.newAction(
      of: signature, source: packet.source, destination: packet.destination, flow: flow,
      timeMicroseconds: packet.timeMicroseconds)
    guard let action = other ?? nil else { return decision }
    isChanged = true
    alert.isChanged = true
    alert.action = action
    return action == .pass ? .silent : decision
  }

  /// Does to packet and flow what an alert's action says. What was dropped before stays dropped.
  private mutating func carryOut(
    _ alert: Alert, _ rule: CompiledRule, _ subject: Subject, _ isChanged: Bool
  ) {
    let holdsForFlow =
      switch rule.actionScope {
      case .packet: false
      case .flow: true
      case .flowIfStream: alert.isOnStream || alert.transaction != nil
      }
    switch alert.action {
    case .pass:
      // What is dropped already is passed no more, nor is its flow.
      if packetVerdict.action == .drop { break }
      packetVerdict.action = .pass
      guard holdsForFlow, let flow = subject.flow else { break }
      subject.detection?.isPassed = true
      if flow.action == .none { flow.action = .pass }
    case .drop, .reject, .rejectSource, .rejectDestination, .rejectBoth:
      if let target = alert.action.rejectTarget, packetVerdict.reject == nil { packetVerdict.reject = target }
      if packetVerdict.signature < 0 {
        packetVerdict.signature = Int32(clamping: alert.signature)
        if isInline {
          packetVerdict.action = .drop
          packetVerdict.reason = isChanged ? .threshold : .rules
        }
      }
      if holdsForFlow, let flow = subject.flow, flow.action == .none || flow.action == .accept {
        flow.action = .drop
      }
    case .alert, .config: break
    }
  }

  /// By rule, of one rule the latest transaction first: thresholds count in this order, and the limit on a
  /// packet's alerts cuts its end. Insertion keeps the few alerts of a packet in place without memory.
  private mutating func sortFound() {
    if found.count > Self.fewAlerts { return found.sort { Self.isLater($1, $0) } }
    for index in 1..<found.count {
      let alert = found[index]
      var place = index
      while place > 0, Self.isLater(found[place - 1], alert) {
        found[place] = found[place - 1]
        place -= 1
      }
      found[place] = alert
    }
  }

  private static func isLater(_ left: Alert, _ right: Alert) -> Bool {
    if left.signature != right.signature { return left.signature > right.signature }
    return (left.transaction ?? 0) < (right.transaction ?? 0)
  }

  /// Up to so many alerts insertion is the faster way to sort.
  private static let fewAlerts = 64
}
