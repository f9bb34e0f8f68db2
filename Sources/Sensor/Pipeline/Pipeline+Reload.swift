import Detection
import Wire

/// The rules in force, and the names that they use.
struct RulesInForce: Sendable {
  var rules: RuleSet?
  /// Names of the flow's bits and integers, for events that show them.
  var flowBitNames: [String] = []
  var flowIntegerNames: [String] = []
  var captureNames: [String] = []

  init() {}

  init(_ rules: RuleSet?, _ loaded: LoadedRules) {
    self.rules = rules
    flowBitNames = loaded.flowBitNames
    flowIntegerNames = loaded.flowIntegerNames
    captureNames = loaded.captureNames
  }
}

// Other rules come into force between two frames.
extension Pipeline {
  /// Exchanges the rules, after everything that came before was brought to the outputs (`settle`). No frame
  /// is lost, and what is known of flows and hosts stays.
  mutating func exchange(_ next: WorkerContext) -> Succession.Changes {
    guard let new = next.inForce.rules else { return Succession.Changes() }
    let succession = inForce.rules.map { Succession(from: $0, history, to: new) }
    if new.needsOneWorker { takesTurns = true }
    let decided = workers.first?.worker.memory?.thresholds
    let memory = workers.first?.worker.memory ?? DetectionMemory(new)
    if let succession { memory.renew(by: succession, counted: merger.thresholds) }
    if threads.isEmpty || takesTurns {
      for seat in workers { seat.worker.exchange(next, succession, memory) }
    } else {
      for (thread, turn) in zip(threads, turns) {
        thread.seat.worker.exchange(next, succession, DetectionMemory(sharing: memory, turn))
      }
    }
    for thread in threads { thread.showsProgress = new.needsTurns && !takesTurns }
    merger.exchange(new, by: succession, decided: decided)
    inForce = next.inForce
    if let succession { history = succession.history }
    return succession?.changes ?? Self.allAdded(new)
  }

  /// The data sets as they are now; nil without rules.
  var datasets: [Dataset]? { workers.first?.worker.inspector?.datasets }

  private static func allAdded(_ rules: RuleSet) -> Succession.Changes {
    var changes = Succession.Changes()
    changes.added = rules.signatures.count
    return changes
  }
}
