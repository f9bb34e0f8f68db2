import Protocols
import Wire

// What comes of a rule that holds.
extension Inspector {
  /// Counts an evaluation of a rule.
  @inline(__always)
  mutating func noteCheck(_ number: Int32) {
    counters.evaluations &+= 1
    checks[Int(number)] &+= 1
  }

  /// A rule has matched: its effects take place at once, so that rules after it see them.
  mutating func emit(
    _ number: Int32, _ subject: Subject, transaction: UInt64?, isOnStream: Bool,
    frame: ProtocolFrame? = nil
  ) {
    counters.matches &+= 1
    let rule = program.rules[Int(number)]
    if rule.hasEffects { state.apply(rules.signatures[Int(number)].effects, subject) }
    if !matcher.captured.isEmpty { keepCaptured(subject) }
    if rule.action == .config { return }
    if rule.isSilent && rule.action == .alert && !rule.isCounted { return }
    var alert = Alert(signature: Int(number), action: rule.action)
    alert.transaction = transaction
    alert.isOnStream = isOnStream
    alert.frame = frame
    alert.isInline = isInline
    if !matcher.met.isEmpty {
      alert.context = matcher.met.reversed().map { (program.names[Int($0.key)], $0.json) }
    }
    found.append(alert)
    if !rule.isTwoSided, program.acceptsBothWays(Int(number), subject.packet) {
      found.append(alert)
    }
  }

  /// Keeps the texts that a rule's expressions captured: for the flow, or for this packet.
  private mutating func keepCaptured(_ subject: Subject) {
    for captured in matcher.captured {
      let name = captured.capture.name
      switch captured.capture.kind {
      case .flow: subject.detection?.setVariable(name, captured.text)
      case .packet where packetVariables.count < FlowDetection.Limits.packetVariables:
        packetVariables.append((name, captured.text))
      default: break
      }
    }
  }
}
