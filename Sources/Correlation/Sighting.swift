package import Events
package import Wire

/// An event in the compact form in which it waits for its turn, and in which patterns of behaviour see it.
package enum Sighting: Sendable, Codable {
  case finding(Finding)
  case flow(FlowSighting)
  case name(NameSighting)
  case trace(TraceSighting)
  case sigma(SigmaSighting)

  /// Event time.
  package var timeNanoseconds: Int64 {
    switch self {
    case .finding(let finding): finding.evidence.timeNanoseconds
    case .flow(let flow): flow.evidence.timeNanoseconds
    case .name(let name): name.evidence.timeNanoseconds
    case .trace(let trace): trace.evidence.timeNanoseconds
    case .sigma(let sigma): sigma.evidence.timeNanoseconds
    }
  }

  private var rank: Int {
    switch self {
    case .name: 0
    case .trace: 1
    case .flow: 2
    case .finding: 3
    case .sigma: 4
    }
  }

  private var evidence: Evidence {
    switch self {
    case .finding(let finding): finding.evidence
    case .flow(let flow): flow.evidence
    case .name(let name): name.evidence
    case .trace(let trace): trace.evidence
    case .sigma(let sigma): sigma.evidence
    }
  }

  /// The order in which events are weighed: by time in microseconds, as that is all that EVE tells, then by
  /// what they say. How they were delivered decides only among those that say the same.
  static func isBefore(_ left: Sighting, _ right: Sighting) -> Bool {
    let (one, other) = (left.timeNanoseconds / 1_000, right.timeNanoseconds / 1_000)
    if one != other { return one < other }
    if left.rank != right.rank { return left.rank < right.rank }
    let (first, second) = (left.evidence, right.evidence)
    if case .finding(let a) = left, case .finding(let b) = right, (a.group, a.number) != (b.group, b.number) {
      return (a.group, a.number) < (b.group, b.number)
    }
    let ends = (first.endpoints.source, first.endpoints.destination)
    let others = (second.endpoints.source, second.endpoints.destination)
    if ends != others { return ends < others }
    let ports = (first.endpoints.sourcePort, first.endpoints.destinationPort)
    let otherPorts = (second.endpoints.sourcePort, second.endpoints.destinationPort)
    if ports != otherPorts { return ports < otherPorts }
    return first.order < second.order
  }
}

/// A flow that ended, as patterns see it.
package struct FlowSighting: Sendable, Codable {
  package var evidence: Evidence
  package var startNanoseconds: Int64
  package var bytesToServer: UInt64
  package var bytesToClient: UInt64
  package var packetsToServer: UInt64
  package var packetsToClient: UInt64
  package var applicationProtocol: String
  /// The server answered: more than a refusal.
  package var isEstablished: Bool
  /// Session of PPPoE that it went in; nil: none.
  package var pppoeSession: UInt16?

  package init(_ flow: FlowEvent) {
    evidence = Evidence(
      kind: .flow, order: flow.order, timeNanoseconds: flow.endNanoseconds, endpoints: flow.endpoints)
    startNanoseconds = flow.startNanoseconds
    bytesToServer = flow.bytesToServer
    bytesToClient = flow.bytesToClient
    packetsToServer = flow.packetsToServer
    packetsToClient = flow.packetsToClient
    applicationProtocol = flow.applicationProtocol
    pppoeSession = flow.pppoeSession == 0 ? nil : flow.pppoeSession
    // Three packets back and forth are the least that carry an answer over TCP.
    isEstablished =
      flow.endpoints.ipProtocol == 6
      ? flow.packetsToClient >= 2 && flow.bytesToClient > 120 : flow.packetsToClient > 0
  }

  package var client: IPAddress { evidence.endpoints.source }
  package var server: IPAddress { evidence.endpoints.destination }
  package var serverPort: UInt16 { evidence.endpoints.destinationPort }
}

/// A name that was asked for, as patterns see it.
package struct NameSighting: Sendable, Codable {
  package var evidence: Evidence
  /// Lower case, without the last dot.
  package var name: String
  /// Type of the record: `A`, `TXT`.
  package var recordType: String
  /// The name does not exist (NXDOMAIN).
  package var isMissing: Bool

  /// Of a query, or of an answer that there is no such name; other answers tell nothing more.
  package init?(_ record: RecordEvent) {
    guard let asked = record.name, !asked.isAnswer || asked.isMissing else { return nil }
    evidence = Evidence(
      kind: .record, order: record.order, timeNanoseconds: record.timeNanoseconds,
      endpoints: asked.endpoints, subject: String(asked.name.prefix(256)))
    name = String(asked.name.prefix(256))
    recordType = asked.recordType
    isMissing = asked.isMissing
  }

  package var client: IPAddress { evidence.endpoints.source }
}

/// Sightings that wait until no earlier one can come: a heap by their order.
struct WaitingLine: Sendable, Codable {
  private(set) var heap: [Sighting] = []

  var count: Int { heap.count }
  var first: Sighting? { heap.first }

  mutating func insert(_ sighting: Sighting) {
    heap.append(sighting)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Sighting.isBefore(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() -> Sighting? {
    guard let last = heap.popLast() else { return nil }
    guard let first = heap.first else { return last }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if Sighting.isBefore(heap[child], heap[least]) { least = child }
      }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
