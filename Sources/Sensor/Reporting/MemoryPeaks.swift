/// The most memory that a run's tables held at once, in bytes, to be held against their caps.
package struct MemoryPeaks: Sendable {
  package private(set) var flows = 0
  package private(set) var sessions = 0
  package private(set) var reassembly = 0
  package private(set) var defragment = 0

  /// Takes the present sizes of a worker's tables and of defragmentation.
  mutating func note(_ worker: borrowing Worker, defragmentBytes: Int) {
    flows = max(flows, worker.flows.memoryBytes)
    sessions = max(sessions, worker.streams.sessionBytes)
    reassembly = max(reassembly, worker.streams.reassemblyBytesMax)
    defragment = max(defragment, defragmentBytes)
  }
}
