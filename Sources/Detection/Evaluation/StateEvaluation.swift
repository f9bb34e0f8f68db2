import Protocols
import Wire

/// State that outlives packets: what rules ask of it, and what their matches change.
struct StateEvaluation {
  let hosts: any HostState
  /// The transaction at hand, whose own bits are asked.
  var transaction: Transaction?
  /// The packet at hand is to belong to no flow.
  var isUntracked = false

  /// Whether all of a rule's state conditions hold.
  func holds(_ steps: IndexRange, _ subject: Subject, _ program: RuleProgram) -> Bool {
    var index = steps.start
    while index < steps.end {
      guard holds(program.stateSteps[index], subject, program) else { return false }
      index &+= 1
    }
    return true
  }

  private func holds(_ step: StateStep, _ subject: Subject, _ program: RuleProgram) -> Bool {
    let detection = subject.detection
    switch step {
    case .bitsSet(let range):
      guard let detection else { return false }
      for index in range.start..<range.end where detection.has(Int(program.numbers[index])) { return true }
      return false
    case .bitsNotSet(let range):
      guard let detection else { return false }
      for index in range.start..<range.end where !detection.has(Int(program.numbers[index])) { return true }
      return false
    case .integerIsSet(let name): return detection?.integer(name) != nil
    case .integerNotSet(let name): return detection != nil && detection?.integer(name) == nil
    case .integer(let name, let check):
      guard let value = detection?.integer(name) else { return false }
      return check.holds(value, program.numbers)
    case .integers(let name, let comparison, let other):
      guard let value = detection?.integer(name) else { return false }
      return comparison.holds(value, detection?.integer(other) ?? 0)
    case .variable(let name, let text):
      return detection?.variable(name, holds: program.numbers[text.start..<text.end]) ?? false
    case .xbit(let name, .transaction, let isSet):
      return ((transaction?.detection as? TransactionDetection)?.has(name) ?? false) == isSet
    case .xbit(let name, let scope, let isSet):
      return isSetOnHosts(HostBit(.xbit, name: name, scope: scope), subject) == isSet
    case .hostBit(let name, let scope, let isSet):
      return isSetOnHosts(HostBit(.hostBit, name: name, scope: scope), subject) == isSet
    }
  }

  private func isSetOnHosts(_ bit: HostBit, _ subject: Subject) -> Bool {
    hosts.isSet(
      bit, source: subject.packet.source, destination: subject.packet.destination,
      nowSeconds: subject.packet.timeSeconds)
  }

  /// Carries out what a rule's match changes.
  mutating func apply(_ effects: [Effect], _ subject: Subject) {
    let detection = subject.detection
    for effect in effects {
      switch effect {
      case .setFlowBits(let bits): for bit in bits { detection?.set(bit) }
      case .unsetFlowBits(let bits): for bit in bits { detection?.unset(bit) }
      case .toggleFlowBits(let bits): for bit in bits { detection?.toggle(bit) }
      case .flowInteger(let name, let change): apply(change, to: name, detection)
      case .xbit(let name, .transaction, let change, _):
        if let transaction { TransactionDetection.of(transaction).change(name, change) }
      case .xbit(let name, let scope, let change, let expireSeconds):
        self.change(HostBit(.xbit, name: name, scope: scope), change, expireSeconds, subject)
      case .hostBit(let name, let scope, let change, let expireSeconds):
        self.change(HostBit(.hostBit, name: name, scope: scope), change, expireSeconds, subject)
      case .disableTracking: isUntracked = true
      case .bypass: subject.flow?.wantsBypass = true
      // Files, tags and records are carried out by who owns them, from the signature of the alert.
      case .storeFile, .storeCertificates, .tag, .disableLogging: break
      }
    }
  }

  /// Numbers have 32 bits and wrap. Adding to a number that was never set sets it, subtracting from it does
  /// nothing.
  private func apply(_ change: Effect.FlowIntegerChange, to name: Int, _ detection: FlowDetection?) {
    guard let detection else { return }
    func value(_ operand: Operand) -> UInt32 {
      switch operand {
      case .constant(let number): UInt32(truncatingIfNeeded: number)
      case .variable(let other): UInt32(truncatingIfNeeded: detection.integer(other) ?? 0)
      }
    }
    let old = detection.integer(name).map { UInt32(truncatingIfNeeded: $0) }
    switch change {
    case .set(let operand): detection.setInteger(name, Int64(value(operand)))
    case .add(let operand): detection.setInteger(name, Int64((old ?? 0) &+ value(operand)))
    case .subtract(let operand):
      if let old { detection.setInteger(name, Int64(old &- value(operand))) }
    }
  }

  private func change(
    _ bit: HostBit, _ change: Effect.BitChange, _ expireSeconds: Int64, _ subject: Subject
  ) {
    hosts.change(
      bit, change, source: subject.packet.source, destination: subject.packet.destination,
      nowSeconds: subject.packet.timeSeconds, expireSeconds: expireSeconds)
  }
}
