import Detection
import Events
import Flows

// What became of packets.
extension RunStatistics {
  /// How often scripts of rules failed.
  func addScripts(to tree: inout Statistics) {
    func add(_ name: String, _ value: (ScriptCounters) -> UInt64) {
      let sum = workers.reduce(UInt64(0)) {
        $0 &+ value($1.worker.inspector?.scriptCounters ?? ScriptCounters())
      }
      tree.set("detect.lua.\(name)", Int64(clamping: sum))
    }
    add("errors") { $0.errors }
    add("blocked_function_errors") { $0.blockedFunctions }
    add("instruction_limit_errors") { $0.instructionLimits }
    add("memory_limit_errors") { $0.memoryLimits }
  }

  /// `exception_policy`: how often policies that do something came to bear.
  func addExceptions(to tree: inout Statistics) {
    guard let policies = workers.first?.worker.context.exceptions else { return }
    let ofPackets: [ExceptionPolicy] = [.passPacket, .bypass, .dropPacket, .reject, .rejectBoth]
    for target in ExceptionTarget.allCases where policies[target] != .ignore {
      let hasFlow = target != .flowMemcap && target != .defragMemcap
      for policy in hasFlow ? Array(ExceptionPolicy.allCases.dropFirst()) : ofPackets {
        let count = workers.reduce(0) { $0 &+ $1.worker.counters.exceptions.count(target, policy) }
        tree.set("exception_policy.\(target.counter).\(policy.key)", Int64(clamping: count))
      }
    }
  }

  /// `ips`: packets that went on and that did not, and why.
  func addVerdicts(to tree: inout Statistics) {
    var sum = VerdictCounters()
    for seat in workers { sum.add(seat.worker.counters.verdicts) }
    tree.set("ips.accepted", Int64(clamping: sum.accepted))
    tree.set("ips.blocked", Int64(clamping: sum.blocked))
    tree.set("ips.rejected", Int64(clamping: sum.rejected))
    tree.set("ips.replaced", 0)
    for reason in DropReason.allCases where !reason.isFirewallOnly {
      tree.set("ips.drop_reason.\(reason.key)", Int64(clamping: sum.reasons[Int(reason.rawValue)]))
    }
    guard hasFirewall else { return }
    tree.set("firewall.accepted", Int64(clamping: sum.firewallAccepted))
    tree.set("firewall.blocked", Int64(clamping: sum.firewallBlocked))
    tree.set("firewall.rejected", Int64(clamping: sum.firewallRejected))
    for reason in DropReason.allCases where reason.isFirewallOnly {
      tree.set("firewall.drop_reason.\(reason.key)", Int64(clamping: sum.reasons[Int(reason.rawValue)]))
    }
    tree.set("firewall.discarded_alerts", 0)
  }
}
