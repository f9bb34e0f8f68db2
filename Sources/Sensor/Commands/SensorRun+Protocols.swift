import Protocols

extension SensorRun {
  /// Flows and transactions of each protocol that was seen, most flows first.
  static func protocols(of workers: [WorkerSeat]) -> [RunReport.ProtocolCount] {
    let counts = ProtocolCatalogue.all.enumerated().map { index, entry in
      RunReport.ProtocolCount(
        name: entry.name, flows: workers.reduce(0) { $0 &+ $1.worker.counters.protocolFlows[index] },
        transactions: workers.reduce(0) { $0 &+ $1.worker.counters.transactions[index] })
    }
    return counts.filter { $0.flows > 0 || $0.transactions > 0 }.sorted {
      ($1.flows, $0.name) < ($0.flows, $1.name)
    }
  }
}
