package import Flows
import Protocols
package import Wire

/// What a packet that was made up is asked for, beside the streams and transactions that it brings to an end.
package enum MadeUpPacket: Sendable {
  /// Nothing.
  case silent
  /// It stands for the end of a stream: rules on protocols and addresses alone are asked.
  case end
  /// It stands between two protocols of a stream: rules that do not ask for a packet are asked.
  case change
}

// Rules that are asked for what a flow is, not for what a packet brings.
extension Inspector {
  /// Whether rules look at what a flow's stream carries in a direction.
  package mutating func asksStreams(of flow: Flow, _ direction: Direction) -> Bool {
    rules.groupIndex.asksStreams(of: flow.serverPort, direction)
  }

  /// Nothing comes of the end of a flow without data, whose packets were all asked for: no rule waits for it.
  /// `isDue`: there would be packets made up for it.
  package mutating func endsQuietly(_ flow: Flow, isDue: Bool) -> Bool {
    guard rules.firewall == nil, !isDue || rules.endRules.isEmpty, profile == nil, !isInline,
      flow.action == .none, matcher.entropies.isEmpty
    else { return false }
    isTagged = false
    beginPacket()
    return true
  }

  /// Rules without content that a packet which is made up is asked for, once.
  @inline(never)
  mutating func collectMadeUp(_ subject: Subject) {
    for rule in rules.endRules { candidates.insert(rule) }
    if madeUp == .change {
      let choice = groups(for: subject)
      for group in [choice.common, choice.port, choice.application] where group >= 0 {
        let always = rules.groups[Int(group)].always
        for rule in rules.groupRules[always.start..<always.end]
        where program.rules[Int(rule)].payloadMode != .packet { candidates.insert(rule) }
      }
    }
    madeUp = .silent
  }

  /// Rules on the protocol alone: once for each direction, when it has been recognised or given up, and once
  /// more for the protocol that another has changed to.
  mutating func collectProtocolRules(_ subject: Subject) {
    guard !rules.protocolRules.isEmpty, let detection = subject.detection,
      let conversation = subject.conversation
    else { return }
    if detection.hasAskedProtocol[subject.direction] {
      guard conversation.hasChanged, !detection.hasAskedChanged[subject.direction] else { return }
    }
    guard conversation.sides[subject.direction] != .unknown || conversation.state == .failed else { return }
    // Where nothing was recognised, with the first packet behind the one that gave up.
    if conversation.state == .failed, !subject.isEnd, !isInline {
      let number = UInt32(truncatingIfNeeded: subject.packet.number)
      for side in Direction.allCases where detection.decidedAt[side] == 0 {
        detection.decidedAt[side] = number
      }
      if detection.decidedAt[subject.direction] == number { return }
    }
    detection.hasAskedProtocol[subject.direction] = true
    detection.hasAskedChanged[subject.direction] = conversation.hasChanged
    let asked = detection.protocolAsked[subject.direction]
    for rule in rules.protocolRules where asked == 0 || history.isNew(rule, after: asked) {
      candidates.insert(rule)
    }
  }
}
