import Events
import Wire

/// What a flow showed of certificates, files and accounts, beside any alert.
package struct TraceSighting: Sendable, Codable {
  var evidence: Evidence
  var entities: [Entity]

  /// Of a record; nil where nothing in it ties.
  init?(_ record: RecordEvent, site: SiteModel) {
    guard let ends = record.endpoints, !record.traces.isEmpty else { return nil }
    entities = Self.entities(
      record.traces, sender: ends.source, server: ends.destination,
      applicationProtocol: record.applicationProtocol, site: site)
    guard !entities.isEmpty else { return nil }
    evidence = Evidence(
      kind: .record, order: record.order, timeNanoseconds: record.timeNanoseconds, endpoints: ends)
  }

  /// The traces that tell flows of an attack from others: an own server's certificate, and the pages that it
  /// gives to everybody, would tie all of its visitors together.
  static func entities(
    _ traces: [Trace], sender: IPAddress, server: IPAddress, applicationProtocol: String, site: SiteModel
  ) -> [Entity] {
    traces.compactMap { trace in
      switch trace.kind {
      case .certificate: return site.isInside(server) ? nil : .certificate(trace.value)
      case .file:
        let isPage = ["http", "http2"].contains(applicationProtocol) && site.isInside(sender)
        return isPage ? nil : .file(trace.value)
      case .account: return commonAccounts.contains(trace.value) ? nil : .account(trace.value)
      }
    }
  }

  /// Names that everybody tries, or that stand for nobody.
  private static let commonAccounts: Set<String> = [
    "anonymous", "ftp", "guest", "root", "admin", "administrator", "test", "user", "nobody", "sa", "mysql",
    "postgres", "oracle",
  ]
}

/// Both ends of a flow, whichever way its events go: what all sensors tell alike.
struct FlowEnds: Hashable, Codable, Sendable {
  private let low: IPAddress
  private let high: IPAddress
  private let lowPort: UInt16
  private let highPort: UInt16
  private let ipProtocol: UInt8

  init(_ ends: Endpoints) {
    let isForward = (ends.source, ends.sourcePort) <= (ends.destination, ends.destinationPort)
    (low, lowPort) = isForward ? (ends.source, ends.sourcePort) : (ends.destination, ends.destinationPort)
    (high, highPort) = isForward ? (ends.destination, ends.destinationPort) : (ends.source, ends.sourcePort)
    ipProtocol = ends.ipProtocol
  }
}

/// What recent flows showed, and which chain recent flows belong to: a certificate may be seen before or
/// after the alert on its flow.
struct FlowMemory: Sendable, Codable {
  private var traces = RecentTable<FlowEnds, [Entity]>(max: 20_000)
  private var chains = RecentTable<FlowEnds, Int>(max: 20_000)
  private static let entitiesMax = 8

  /// Notes what a flow showed; gives the chain that the flow belongs to.
  mutating func note(_ sighting: TraceSighting) -> Int? {
    let flow = FlowEnds(sighting.evidence.endpoints)
    traces.update(flow, at: sighting.evidence.timeNanoseconds, initial: []) { known in
      for entity in sighting.entities where known.count < Self.entitiesMax && !known.contains(entity) {
        known.append(entity)
      }
    }
    return chains[flow]
  }

  func entities(of ends: Endpoints) -> [Entity] { traces[FlowEnds(ends)] ?? [] }

  mutating func note(_ ends: Endpoints, in chain: Int, at nanoseconds: Int64) {
    chains.update(FlowEnds(ends), at: nanoseconds, initial: chain) { $0 = chain }
  }
}
