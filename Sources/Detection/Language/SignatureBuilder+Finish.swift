import Protocols
import Wire

/// What a rule's options say together.
extension SignatureBuilder {
  mutating func finish() throws(RuleProblem) {
    guard signature.identity.id != 0 else {
      throw RuleProblem(at: rule.position, "the rule has no sid", remedy: "add sid:NUMBER; with a number of its own")
    }
    if stickyBuffer != nil, stickyIndex == nil {
      throw RuleProblem(
        at: rule.position, "the buffer \(stickyName) is asked nothing",
        remedy: "write a content behind \(stickyName), or remove it")
    }
    signature.inspections.removeAll { $0.conditions.isEmpty }
    attempt { (builder) throws(RuleProblem) in try builder.settleDirection() }
    attempt { (builder) throws(RuleProblem) in try builder.settleScope() }
    for index in signature.inspections.indices {
      attempt { (builder) throws(RuleProblem) in try builder.check(builder.signature.inspections[index]) }
    }
    checkPayloadSize()
    normaliseContents()
    settlePriority()
    signature.variableCount = slots.count
  }

  /// Brings the directions of `flow`, buffers and hook together.
  private mutating func settleDirection() throws(RuleProblem) {
    guard !bufferDirections.isEmpty else { return }
    guard bufferDirections.count == 1, let direction = bufferDirections.first else {
      throw RuleProblem(
        at: rule.position, "the rule asks for buffers of requests and of responses, which never come together",
        remedy: "write one rule for each direction, joined by flowbits")
    }
    if let flowDirection {
      if flowDirection != direction {
        let word = flowDirection == .toServer ? "to_server" : "to_client"
        throw RuleProblem(
          at: rule.text.position(at: flowOffset), "flow:\(word) excludes the buffers that the rule asks for",
          remedy: "write flow:\(flowDirection == .toServer ? "to_client" : "to_server")")
      }
    } else {
      signature.flowConditions.append(.direction(direction))
    }
  }

  /// Conditions on a packet's header make the whole rule one on single packets.
  private mutating func settleScope() throws(RuleProblem) {
    guard requiresPacket else { return }
    if signature.header.payloadScope == .streamOnly {
      throw RuleProblem(
        at: rule.position, "the rule is for streams only and asks for what only packets have",
        remedy: "write tcp or tcp-pkt instead of tcp-stream")
    }
    signature.header.payloadScope = .packetOnly
  }

  private mutating func settlePriority() {
    if signature.identity.classType.isEmpty || seen.contains("priority") { return }
    if let entry = context.environment.classifications[signature.identity.classType] {
      signature.identity.priority = entry.priority
    }
  }
}
