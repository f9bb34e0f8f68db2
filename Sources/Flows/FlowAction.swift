/// What was decided on a whole flow: EVE's `flow.action`.
package enum FlowAction: UInt8, Sendable, CaseIterable {
  /// Nothing: its packets are inspected.
  case none
  /// Its packets go through uninspected.
  case pass
  /// Its packets are dropped; without inline mode they are only not inspected any more.
  case drop
  /// A rule of the firewall lets all of its packets through; detection still looks at them.
  case accept

  /// EVE's word, empty where there is nothing to tell.
  package var name: String {
    switch self {
    case .none: ""
    case .pass: "pass"
    case .drop: "drop"
    case .accept: "accept"
    }
  }
}

/// What is done with a packet or flow where a limit is met or a parser fails: `exception-policy` and the
/// like.
package enum ExceptionPolicy: UInt8, Sendable, CaseIterable {
  case ignore, passPacket, passFlow, bypass, dropPacket, dropFlow, reject, rejectBoth

  /// The word in suricata.yaml.
  package var name: String {
    switch self {
    case .ignore: "ignore"
    case .passPacket: "pass-packet"
    case .passFlow: "pass-flow"
    case .bypass: "bypass"
    case .dropPacket: "drop-packet"
    case .dropFlow: "drop-flow"
    case .reject: "reject"
    case .rejectBoth: "reject-both"
    }
  }

  /// The word in EVE's records and counters.
  package var key: String {
    switch self {
    case .ignore: "ignore"
    case .passPacket: "pass_packet"
    case .passFlow: "pass_flow"
    case .bypass: "bypass"
    case .dropPacket: "drop_packet"
    case .dropFlow: "drop_flow"
    case .reject: "reject"
    case .rejectBoth: "reject_both"
    }
  }

  /// The policy of a word in suricata.yaml; nil if there is none.
  package init?(name: String) {
    guard let policy = ExceptionPolicy.allCases.first(where: { $0.name == name }) else { return nil }
    self = policy
  }
}

/// What a policy is for.
package enum ExceptionTarget: UInt8, Sendable, CaseIterable {
  case flowMemcap, defragMemcap, sessionMemcap, reassemblyMemcap, midstream, applicationError

  /// EVE's `exception_policy.target`.
  package var key: String {
    switch self {
    case .flowMemcap: "flow_memcap"
    case .defragMemcap: "defrag_memcap"
    case .sessionMemcap: "stream_memcap"
    case .reassemblyMemcap: "stream_reassembly_memcap"
    case .midstream: "stream_midstream"
    case .applicationError: "app_layer_error"
    }
  }

  /// Where it stands in the tree of counters.
  package var counter: String {
    switch self {
    case .flowMemcap: "flow.memcap"
    case .defragMemcap: "defrag.memcap"
    case .sessionMemcap: "tcp.ssn_memcap"
    case .reassemblyMemcap: "tcp.reassembly"
    case .midstream: "tcp.midstream"
    case .applicationError: "app_layer.error"
    }
  }
}

/// Which policies a flow has met, one for each target: small enough to be part of every flow.
package struct ExceptionNotes: Sendable, Equatable, BitwiseCopyable {
  /// Four bits for each target: 0 for none, else the policy's number from 1.
  private var bits: UInt32 = 0

  package init() {}

  /// Nothing was noted.
  package var isEmpty: Bool { bits == 0 }

  /// The policy met for a target.
  package subscript(_ target: ExceptionTarget) -> ExceptionPolicy? {
    let number = bits >> (UInt32(target.rawValue) &* 4) & 15
    return number == 0 ? nil : ExceptionPolicy(rawValue: UInt8(truncatingIfNeeded: number &- 1))
  }

  /// One of the policies met condemned the flow.
  package var dropsFlow: Bool {
    ExceptionTarget.allCases.contains {
      switch self[$0] {
      case .dropFlow, .reject, .rejectBoth: true
      default: false
      }
    }
  }

  /// Notes a policy; the first for a target stays.
  package mutating func note(_ target: ExceptionTarget, _ policy: ExceptionPolicy) {
    if self[target] == nil { bits |= (UInt32(policy.rawValue) &+ 1) << (UInt32(target.rawValue) &* 4) }
  }
}
