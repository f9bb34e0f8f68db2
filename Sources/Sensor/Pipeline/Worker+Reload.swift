import Detection
import Flows
import Protocols

// Other rules come into force between two batches.
extension Worker {
  /// What the worker's rules remember; nil without rules.
  var memory: DetectionMemory? { mutating get { inspector?.memory } }

  /// Goes on with other rules: what is known of the flows stays. Flows that begin from here on are followed
  /// with the settings that the rules need.
  mutating func exchange(_ next: WorkerContext, _ succession: Succession?, _ memory: DetectionMemory) {
    let counters = inspector?.counters
    let checks = inspector?.checks ?? []
    let profile = inspector?.profile
    take(next)
    inspector = next.makeInspector(memory)
    inspector?.isInline = context.isInline
    noteRules()
    guard let succession else { return }
    inspector?.follow(succession, counters: counters ?? DetectionCounters(), checks: checks)
    inspector?.profile = profile?.renewed(by: succession)
    flows.forEach { succession.renew($0) }
  }
}
