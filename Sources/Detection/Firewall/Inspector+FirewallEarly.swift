package import Flows
import Protocols
package import Wire

// The firewall's tables before a packet's flow is looked up, and before its stream takes it in.
extension Inspector {
  /// Something is to be asked before a packet's flow is looked up.
  package var filtersBeforeFlow: Bool { rules.firewall?.filtersBeforeFlow ?? false }
  /// Something is to be asked before a packet's stream takes it in.
  package var filtersBeforeStream: Bool { rules.firewall?.filtersBeforeStream ?? false }
  /// A rule wants the packet asked about last to belong to no flow.
  package var isUntracked: Bool { state.isUntracked }

  /// Goes through the table before the flow. False where the packet is dropped; then `packetVerdict` tells
  /// why.
  ///
  /// There is no flow yet: what is accepted is on its way to the next table only, however far the rule
  /// reaches.
  package mutating func passesBeforeFlow(
    _ packet: Packet, _ bytes: RawSpan, into alerts: inout [Alert]
  ) -> Bool {
    guard let tables = rules.firewall else { return true }
    let subject = Subject(
      packet, .toServer, flow: nil, session: nil, conversation: nil, stream: nil, detection: nil,
      isEnd: false, isInline: isInline)
    state.isUntracked = false
    return filter(
      tables.preFlow, tables.policies.preFlow, "packet:pre_flow", .preFlow, subject, bytes, &alerts)
  }

  /// Goes through the table before the stream. False where the packet is dropped: the stream is not to see
  /// it.
  package mutating func passesBeforeStream(
    _ packet: Packet, _ bytes: RawSpan, _ direction: Direction, flow: Flow, into alerts: inout [Alert]
  ) -> Bool {
    guard let tables = rules.firewall else { return true }
    let subject = Subject(
      packet, direction, flow: flow, session: flow.tcp, conversation: nil, stream: nil,
      detection: detection(of: flow), isEnd: false, isInline: isInline)
    return filter(
      tables.preStream, tables.policies.preStream, "packet:pre_stream", .preStream, subject, bytes, &alerts)
  }

  private mutating func filter(
    _ list: [Int32], _ policy: FirewallRole.Action?, _ hook: String, _ reason: DropReason,
    _ subject: Subject, _ bytes: RawSpan, _ alerts: inout [Alert]
  ) -> Bool {
    packetVerdict = PacketVerdict()
    packetVerdict.action = .accept
    for number in list {
      guard let role = rules.signatures[Int(number)].firewall, holds(number, subject, bytes) else { continue }
      return carryOut(role.action, number, hook, nil, reason, subject, &alerts) != .dropped
    }
    guard let policy, let number = rules.firewall?.packetPolicy else { return true }
    return carryOut(policy, number, hook, nil, .defaultPacketPolicy, subject, &alerts) != .dropped
  }
}
