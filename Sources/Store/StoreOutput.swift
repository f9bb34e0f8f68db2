package import Correlation
package import Events
import Foundation
import GRDB
import Wire

/// Writes alerts, flows and incidents to the database: in batches, each one transaction.
///
/// What `flush` has returned from is acknowledged: it survives a `kill -9`. Between flushes at most
/// `eventsPerTransaction` events are pending.
package final class StoreOutput: Output {
  private let database: StoreDatabase
  private var correlator: Correlator
  private var pending: [Event] = []
  private var changed: [String: Incident] = [:]
  private var written: Set<String> = []
  private let run: Int64
  private var completion = EVECompletion()
  private var site: SiteModel
  private let state: StoredCorrelation?
  private let clock: (@Sendable () -> Int64)?
  /// Bounds what a crash can lose, and how long one transaction holds the writer.
  private let eventsPerTransaction = 2_000

  /// Incidents raised or revised since the last call, for progress displays.
  package private(set) var incidentCount = 0

  /// How events are made into incidents.
  package struct Options: Sendable {
    package var map = TacticMap.standard
    package var sigma = SigmaRules()
    /// A file that keeps what was seen from one run to the next.
    package var statePath: String?
    /// Seconds by which events may come late. Captures that are merged, and workers that are ahead of
    /// others, stay far below this; flows are told of only when they have timed out.
    package var watermarkSeconds: Int64 = 10
    /// The time now, in nanoseconds since 1970, of what is watched live: it passes without events too.
    package var clock: (@Sendable () -> Int64)?

    package init() {}
  }

  package init(
    database: StoreDatabase, site: SiteModel, source: String, options: Options = Options()
  ) throws {
    self.database = database
    self.site = site
    var limits = CorrelationLimits()
    limits.watermarkSeconds = options.watermarkSeconds
    correlator = Correlator(site: site, limits: limits, map: options.map, sigma: options.sigma)
    run = try StoreFailure.telling(database.path) {
      try database.pool.write { database in
        try database.execute(
          sql: "INSERT INTO runs (source, state) VALUES (?, 'running')", arguments: [source])
        return database.lastInsertedRowID
      }
    }
    clock = options.clock
    state = options.statePath.map { StoredCorrelation(path: $0) }
    guard let state else { return }
    for event in try state.restore(&correlator, database, before: run) {
      if let event = completion.completed(event) { correlator.accept(event) }
    }
    // What was raised before is this run's too.
    for incident in correlator.incidents() { changed[incident.identifier] = incident }
  }

  /// What was wrong with the state that was found.
  package var stateProblem: Text? { state?.problem }

  /// The site has changed: what comes is placed by the new one.
  package func exchange(_ site: SiteModel) {
    self.site = site
    correlator.exchange(site)
  }

  package func write(_ events: [Event]) throws {
    for event in events {
      guard let event = completion.completed(event) else { continue }
      correlator.accept(event)
      if case .record = event { continue }
      pending.append(event)
    }
    if pending.count >= eventsPerTransaction { try flush() }
  }

  package func flush() throws {
    if let clock { correlator.advance(to: clock()) }
    for incident in correlator.changes() { changed[incident.identifier] = incident }
    guard !pending.isEmpty || !changed.isEmpty else { return }
    try store()
  }

  private func store() throws {
    try StoreFailure.telling(database.path) {
      try database.pool.write { database in
        let alerts = try database.cachedStatement(sql: AlertRecord.insertion)
        let flows = try database.cachedStatement(sql: FlowRecord.insertion)
        for event in pending {
          switch event {
          case .alert(let alert): try AlertRecord(alert, run: run, site: site).store(alerts)
          case .flow(let flow): try FlowRecord(flow, run: run, site: site).store(flows)
          case .record: break
          }
        }
        for identifier in changed.keys.sorted() {
          if let incident = changed[identifier] { try upsert(incident, database) }
        }
      }
    }
    written.formUnion(changed.keys)
    pending.removeAll(keepingCapacity: true)
    changed.removeAll(keepingCapacity: true)
    try state?.keepSometimes(correlator, database, run: run)
  }

  package func close() throws {
    // What is kept does not hold what only the end makes known: the next run may go on.
    if let state {
      try flush()
      try state.keep(correlator, database, run: run)
    }
    correlator.finish()
    let final = correlator.incidents()
    incidentCount = final.count
    for incident in final { changed[incident.identifier] = incident }
    try flush()
    try StoreFailure.telling(database.path) {
      try database.pool.write { database in
        try removeMerged(keeping: Set(final.map(\.identifier)), database)
        try database.execute(sql: "UPDATE runs SET state = 'complete' WHERE id = ?", arguments: [run])
      }
      _ = try database.pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }
  }

  /// All incidents so far.
  package func incidents() -> [Incident] { correlator.incidents() }

  private func upsert(_ incident: Incident, _ database: Database) throws {
    let record = IncidentRecord(incident)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(record), as: UTF8.self)
    try database.execute(
      sql: "INSERT OR REPLACE INTO incidents (run, id, version, severity, score, first, last, record) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        run, record.id, record.version, record.severity, record.score, record.first, record.last, text,
      ])
    try database.execute(
      sql: "DELETE FROM evidence WHERE run = ? AND incident = ?", arguments: [run, record.id])
    for (position, sentence) in record.explanation.enumerated() {
      for (alert, packet) in zip(sentence.evidence, sentence.packets) {
        try database.execute(
          sql:
            "INSERT OR IGNORE INTO evidence (run, incident, sentence, alert, packet) VALUES (?, ?, ?, ?, ?)",
          arguments: [run, record.id, position, alert, Int64(clamping: packet)])
      }
    }
    for aggregate in record.aggregates { try upsert(aggregate, of: record.id, database) }
  }

  private func upsert(_ aggregate: AggregateRecord, of incident: String, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO aggregates "
        + "(run, incident, sid, attacker, victim, accessPoint, count, first, last) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        run, incident, aggregate.sid, aggregate.attacker, aggregate.victim, aggregate.accessPoint,
        Int64(clamping: aggregate.count), aggregate.first, aggregate.last,
      ])
    try database.execute(
      sql: "UPDATE alerts SET incident = ? WHERE run = ? AND sid = ? AND incident IS NOT ? "
        + "AND time BETWEEN ? AND ? AND "
        + "((source = ? AND destination = ?) OR (source = ? AND destination = ?))",
      arguments: [
        incident, run, aggregate.sid, incident, aggregate.first, aggregate.last, aggregate.attacker,
        aggregate.victim,
        aggregate.victim, aggregate.attacker,
      ])
  }

  /// Incidents of this run that were merged into others leave: theirs are the records of the ones that stay.
  private func removeMerged(keeping: Set<String>, _ database: Database) throws {
    for identifier in written.subtracting(keeping).sorted() {
      for (table, column) in [("evidence", "incident"), ("aggregates", "incident"), ("incidents", "id")] {
        try database.execute(
          sql: "DELETE FROM \(table) WHERE run = ? AND \(column) = ?", arguments: [run, identifier])
      }
    }
  }
}

extension AlertRecord {
  init(_ alert: AlertEvent, run: Int64, site: SiteModel) {
    self.run = run
    packet = Int64(clamping: alert.order.packet)
    sequence = Int64(alert.order.sequence)
    time = alert.timeNanoseconds
    flow = Int64(clamping: alert.order.flow)
    transactionNumber = alert.transaction.map { Int64(clamping: $0) }
    gid = Int64(alert.signature.group)
    sid = Int64(alert.signature.id)
    revision = Int64(alert.signature.revision)
    message = alert.signature.message
    category = alert.signature.category
    priority = Int(alert.signature.priority)
    action = "\(alert.action)"
    source = alert.endpoints.source.description
    sourcePort = Int(alert.endpoints.sourcePort)
    destination = alert.endpoints.destination.description
    destinationPort = Int(alert.endpoints.destinationPort)
    ipProtocol = Int(alert.endpoints.ipProtocol)
    applicationProtocol = alert.applicationProtocol
    subject = alert.subject
    incident = nil
    let ends = alert.endpoints
    let from = site.place(of: ends.source, vlans: alert.vlans, pppoeSession: alert.pppoeSession)
    let to = site.place(of: ends.destination, vlans: alert.vlans, pppoeSession: alert.pppoeSession)
    (sourcePoint, sourceUnit, sourceDistrict) = (from.accessPoint, from.unit, from.district)
    (destinationPoint, destinationUnit, destinationDistrict) = (to.accessPoint, to.unit, to.district)
    eve = String(decoding: alert.line.last == 10 ? alert.line.dropLast() : alert.line[...], as: UTF8.self)
  }
}

extension FlowRecord {
  init(_ event: FlowEvent, run: Int64, site: SiteModel) {
    self.run = run
    flow = Int64(clamping: event.order.flow)
    start = event.startNanoseconds
    end = event.endNanoseconds
    client = event.endpoints.source.description
    clientPort = Int(event.endpoints.sourcePort)
    server = event.endpoints.destination.description
    serverPort = Int(event.endpoints.destinationPort)
    ipProtocol = Int(event.endpoints.ipProtocol)
    applicationProtocol = event.applicationProtocol
    state = event.state
    packetsToServer = Int64(clamping: event.packetsToServer)
    packetsToClient = Int64(clamping: event.packetsToClient)
    bytesToServer = Int64(clamping: event.bytesToServer)
    bytesToClient = Int64(clamping: event.bytesToClient)
    alerted = event.hasAlerted
    pppoeSession = Int(event.pppoeSession)
    let ends = event.endpoints
    let from = site.place(of: ends.source, vlans: event.vlans, pppoeSession: event.pppoeSession)
    let to = site.place(of: ends.destination, vlans: event.vlans, pppoeSession: event.pppoeSession)
    (clientPoint, clientUnit, clientDistrict) = (from.accessPoint, from.unit, from.district)
    (serverPoint, serverUnit, serverDistrict) = (to.accessPoint, to.unit, to.district)
  }
}
