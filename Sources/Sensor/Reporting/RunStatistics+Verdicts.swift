import Detection
import Events

// What became of packets.
extension RunStatistics {
  /// `ips`: packets that went on and that did not, and why.
  func addVerdicts(to tree: inout Statistics) {
    var sum = VerdictCounters()
    for worker in workers { sum.add(worker.counters.verdicts) }
    tree.set("ips.accepted", Int64(clamping: sum.accepted))
    tree.set("ips.blocked", Int64(clamping: sum.blocked))
    tree.set("ips.rejected", Int64(clamping: sum.rejected))
    tree.set("ips.replaced", 0)
    for reason in DropReason.allCases where !reason.isFirewallOnly {
      tree.set("ips.drop_reason.\(reason.key)", Int64(clamping: sum.reasons[Int(reason.rawValue)]))
    }
  }
}
