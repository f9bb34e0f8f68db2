import Flows

/// What becomes of one packet after rules, policies and failures have had their say.
package struct PacketVerdict: Sendable, BitwiseCopyable, Equatable {
  /// EVE's `verdict.action`.
  package enum Action: UInt8, Sendable, BitwiseCopyable { case alert, pass, drop, accept }

  /// Who is sent a reset or an ICMP error.
  package enum RejectTarget: UInt8, Sendable, BitwiseCopyable { case client, server, both }

  package var action = Action.alert
  package var reject: RejectTarget?
  /// Why it is dropped, where it is.
  package var reason = DropReason.rules
  /// Position of the signature that dropped it; −1: none did.
  package var signature: Int32 = -1
  /// The firewall dropped it, before detection saw it.
  package var isByFirewall = false

  package init() {}

  /// The verdict of a policy or of an earlier decision.
  package static func drop(_ reason: DropReason) -> PacketVerdict {
    var verdict = PacketVerdict()
    verdict.action = .drop
    verdict.reason = reason
    return verdict
  }
}

/// Why a packet was dropped, in the order of Suricata's counters.
package enum DropReason: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  case decodeError, defragError, defragMemcap, flowMemcap, flowDrop, applicationError, applicationMemcap
  case rules, threshold, streamError, streamMemcap, streamMidstream, streamReassembly, streamUrgent
  case queueError, tunnel, exceptionPolicyFlow
  case firewallRules, defaultPacketPolicy, defaultApplicationPolicy, preStream, preFlow, firewallFlow

  /// Key below `ips.drop_reason`.
  package var key: String {
    switch self {
    case .decodeError: "decode_error"
    case .defragError: "defrag_error"
    case .defragMemcap: "defrag_memcap"
    case .flowMemcap: "flow_memcap"
    case .flowDrop: "flow_drop"
    case .applicationError: "applayer_error"
    case .applicationMemcap: "applayer_memcap"
    case .rules: "rules"
    case .threshold: "threshold_detection_filter"
    case .streamError: "stream_error"
    case .streamMemcap: "stream_memcap"
    case .streamMidstream: "stream_midstream"
    case .streamReassembly: "stream_reassembly"
    case .streamUrgent: "stream_urgent"
    case .queueError: "nfq_error"
    case .tunnel: "tunnel_packet_drop"
    case .exceptionPolicyFlow: "exception_policy_flow_drop"
    case .firewallRules: "rules"
    case .firewallFlow: "flow_drop"
    case .defaultPacketPolicy: "default_packet_policy"
    case .defaultApplicationPolicy: "default_app_policy"
    case .preFlow: "pre_flow_hook"
    case .preStream: "pre_stream_hook"
    }
  }

  /// EVE's `drop.reason`.
  package var text: String {
    switch self {
    case .exceptionPolicyFlow: "exception policy flow drop"
    case .threshold: "threshold detection_filter"
    case .firewallRules: "firewall rules"
    case .firewallFlow: "firewall flow drop"
    case .defaultPacketPolicy: "firewall default packet policy"
    case .defaultApplicationPolicy: "firewall default app policy"
    case .preFlow: "firewall pre flow hook"
    case .preStream: "firewall pre stream hook"
    default: key.replacing("_", with: " ")
    }
  }

  /// It is counted below `firewall.drop_reason` alone.
  package var isFirewallOnly: Bool {
    switch self {
    case .firewallRules, .defaultPacketPolicy, .defaultApplicationPolicy, .preFlow, .preStream, .firewallFlow:
      true
    default: false
    }
  }
}

/// What became of packets in all: the counters below `ips`.
package struct VerdictCounters: Sendable {
  package var accepted: UInt64 = 0
  package var blocked: UInt64 = 0
  package var rejected: UInt64 = 0
  /// What the firewall let through, and what it did not.
  package var firewallAccepted: UInt64 = 0
  package var firewallBlocked: UInt64 = 0
  package var firewallRejected: UInt64 = 0
  package var reasons = [UInt64](repeating: 0, count: DropReason.allCases.count)

  package init() {}

  /// Counts a packet.
  package mutating func note(_ verdict: PacketVerdict) {
    if verdict.isByFirewall {
      if verdict.reject != nil { firewallRejected &+= 1 } else { firewallBlocked &+= 1 }
      reasons[Int(verdict.reason.rawValue)] &+= 1
      return
    }
    firewallAccepted &+= 1
    guard verdict.action == .drop else {
      accepted &+= 1
      return
    }
    if verdict.reject != nil { rejected &+= 1 } else { blocked &+= 1 }
    reasons[Int(verdict.reason.rawValue)] &+= 1
  }

  /// Adds another worker's.
  package mutating func add(_ other: VerdictCounters) {
    accepted &+= other.accepted
    blocked &+= other.blocked
    rejected &+= other.rejected
    firewallAccepted &+= other.firewallAccepted
    firewallBlocked &+= other.firewallBlocked
    firewallRejected &+= other.firewallRejected
    for index in reasons.indices { reasons[index] &+= other.reasons[index] }
  }
}

extension RuleAction {
  /// Whom the action rejects.
  package var rejectTarget: PacketVerdict.RejectTarget? {
    switch self {
    case .reject, .rejectSource: .client
    case .rejectDestination: .server
    case .rejectBoth: .both
    case .pass, .drop, .alert, .config: nil
    }
  }

  /// The packet is not to reach its receiver.
  package var drops: Bool { self == .drop || rejectTarget != nil }
}

/// What the inspection of a packet came to, apart from its alerts.
package struct InspectionOutcome: Sendable, BitwiseCopyable {
  package let verdict: PacketVerdict
  /// A tag keeps the packet.
  package let isTagged: Bool
  /// Expressions have captured variables from it.
  package let hasVariables: Bool
}
