import Correlation
import Foundation
import GRDB

/// A run as it is listed.
package struct RunRecord: Codable, Sendable, FetchableRecord {
  package let id: Int64
  package let source: String
  /// `running` (or killed while it ran) or `complete`.
  package let state: String
  /// The run's summary as JSON, or empty.
  package let summary: String
}

/// How often a signature alerted in a run.
package struct SignatureCount: Codable, Sendable, FetchableRecord {
  package let sid: Int64
  package let message: String
  package let priority: Int
  package let count: Int64
  package let first: Int64
  package let last: Int64
}

/// A run at a glance: totals, and counts over equal slices of its time for sparklines.
package struct Overview: Codable, Sendable {
  package var incidents: Int64 = 0
  package var alerts: Int64 = 0
  package var flows: Int64 = 0
  package var bytes: Int64 = 0
  /// Nanoseconds since 1970 (UTC); 0 where nothing was seen.
  package var first: Int64 = 0
  package var last: Int64 = 0
  package var alertsOverTime: [Int64] = []
  package var flowsOverTime: [Int64] = []
  package var bytesOverTime: [Int64] = []
  package var topSignatures: [SignatureCount] = []
  /// Application protocol and number of flows.
  package var protocols: [ProtocolCount] = []

  /// Flows of one application protocol.
  package struct ProtocolCount: Codable, Sendable, FetchableRecord {
    package let name: String
    package let flows: Int64
    package let bytes: Int64
  }
}

/// Reading the store: what lists, console and reports show. Every text filter is a substring,
/// case-insensitive, over all text columns; several words must all be found.
extension StoreDatabase {
  package func runs() throws -> [RunRecord] {
    try pool.read { try RunRecord.fetchAll($0, sql: "SELECT * FROM runs ORDER BY id DESC") }
  }

  /// The newest run, or nil where there is none.
  package func latestRun() throws -> Int64? {
    try pool.read { try Int64.fetchOne($0, sql: "SELECT MAX(id) FROM runs") }
  }

  package func incidents(run: Int64, filter: String = "") throws -> [IncidentRecord] {
    let texts = try pool.read { database in
      let (condition, arguments) = Self.condition(filter, columns: ["record"])
      return try String.fetchAll(
        database,
        sql: "SELECT record FROM incidents WHERE run = ? \(condition) ORDER BY score DESC, first, id",
        arguments: [run] + arguments)
    }
    let decoder = JSONDecoder()
    return try texts.map { try decoder.decode(IncidentRecord.self, from: Data($0.utf8)) }
  }

  /// The incident whose identifier begins with the given text, where only one does.
  package func incident(run: Int64, identifier: String) throws -> IncidentRecord? {
    let found = try incidents(run: run).filter { $0.id.hasPrefix(identifier) }
    return found.count == 1 ? found.first : nil
  }

  package func alerts(run: Int64, filter: String = "", incident: String? = nil, limit: Int, offset: Int = 0)
    throws
    -> [AlertRecord]
  {
    try pool.read { database in
      var (condition, arguments) = Self.condition(filter, columns: Self.alertColumns)
      if let incident {
        condition += " AND incident = ?"
        arguments += [incident]
      }
      return try AlertRecord.fetchAll(
        database,
        sql:
          "SELECT * FROM alerts WHERE run = ? \(condition) ORDER BY time, packet, sequence LIMIT ? OFFSET ?",
        arguments: [run] + arguments + [limit, offset])
    }
  }

  package func alertCount(run: Int64, filter: String = "") throws -> Int64 {
    try pool.read { database in
      let (condition, arguments) = Self.condition(filter, columns: Self.alertColumns)
      return try Int64.fetchOne(
        database, sql: "SELECT COUNT(*) FROM alerts WHERE run = ? \(condition)", arguments: [run] + arguments)
        ?? 0
    }
  }

  package func flows(run: Int64, filter: String = "", limit: Int, offset: Int = 0) throws -> [FlowRecord] {
    try pool.read { database in
      let (condition, arguments) = Self.condition(filter, columns: Self.flowColumns)
      return try FlowRecord.fetchAll(
        database, sql: "SELECT * FROM flows WHERE run = ? \(condition) ORDER BY start, flow LIMIT ? OFFSET ?",
        arguments: [run] + arguments + [limit, offset])
    }
  }

  package func flowCount(run: Int64, filter: String = "") throws -> Int64 {
    try pool.read { database in
      let (condition, arguments) = Self.condition(filter, columns: Self.flowColumns)
      return try Int64.fetchOne(
        database, sql: "SELECT COUNT(*) FROM flows WHERE run = ? \(condition)", arguments: [run] + arguments)
        ?? 0
    }
  }

  package func signatureCounts(run: Int64, limit: Int) throws -> [SignatureCount] {
    try pool.read { try Self.signatureCounts($0, run: run, limit: limit) }
  }

  /// The run at a glance, its time cut into `slices`.
  package func overview(run: Int64, slices: Int) throws -> Overview {
    try pool.read { database in
      var overview = Overview()
      overview.incidents =
        try Int64.fetchOne(database, sql: "SELECT COUNT(*) FROM incidents WHERE run = ?", arguments: [run])
        ?? 0
      if let row = try Row.fetchOne(
        database, sql: "SELECT COUNT(*) AS n, MIN(time) AS a, MAX(time) AS b FROM alerts WHERE run = ?",
        arguments: [run])
      {
        overview.alerts = row["n"]
        overview.first = row["a"] ?? 0
        overview.last = row["b"] ?? 0
      }
      if let row = try Row.fetchOne(
        database,
        sql:
          "SELECT COUNT(*) AS n, MIN(start) AS a, MAX(end) AS b, TOTAL(bytesToServer + bytesToClient) AS t "
          + "FROM flows WHERE run = ?", arguments: [run])
      {
        overview.flows = row["n"]
        overview.bytes = Int64(clamping: Int((row["t"] as Double?).map { $0.rounded() } ?? 0))
        if let first = row["a"] as Int64? {
          overview.first = overview.first == 0 ? first : min(overview.first, first)
          overview.last = max(overview.last, row["b"] ?? 0)
        }
      }
      try Self.fillSlices(&overview, database, run: run, slices: max(slices, 1))
      overview.topSignatures = try Self.signatureCounts(database, run: run, limit: 10)
      overview.protocols = try Overview.ProtocolCount.fetchAll(
        database,
        sql:
          "SELECT applicationProtocol AS name, COUNT(*) AS flows, "
          + "SUM(bytesToServer + bytesToClient) AS bytes "
          + "FROM flows WHERE run = ? GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10", arguments: [run])
      return overview
    }
  }

  private static func fillSlices(_ overview: inout Overview, _ database: Database, run: Int64, slices: Int)
    throws
  {
    let width = max((overview.last - overview.first) / Int64(slices) + 1, 1)
    func counts(_ table: String, _ column: String, _ value: String) throws -> [Int64] {
      var result = [Int64](repeating: 0, count: slices)
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT (\(column) - ?) / ? AS slice, \(value) AS n FROM \(table) WHERE run = ? GROUP BY 1",
        arguments: [overview.first, width, run])
      while let row = try rows.next() {
        let slice: Int = row["slice"]
        if result.indices.contains(slice) { result[slice] = row["n"] }
      }
      return result
    }
    overview.alertsOverTime = try counts("alerts", "time", "COUNT(*)")
    overview.flowsOverTime = try counts("flows", "start", "COUNT(*)")
    overview.bytesOverTime = try counts("flows", "start", "SUM(bytesToServer + bytesToClient)")
  }

  private static func signatureCounts(_ database: Database, run: Int64, limit: Int) throws -> [SignatureCount]
  {
    try SignatureCount.fetchAll(
      database,
      sql:
        "SELECT sid, MAX(message) AS message, MIN(priority) AS priority, COUNT(*) AS count, "
        + "MIN(time) AS first, "
        + "MAX(time) AS last FROM alerts WHERE run = ? GROUP BY gid, sid ORDER BY 4 DESC, 1 LIMIT ?",
      arguments: [run, limit])
  }

  private static let alertColumns = [
    "message", "category", "source", "destination", "applicationProtocol", "subject", "incident", "sid",
    "sourcePort", "destinationPort", "action",
  ]
  private static let flowColumns = [
    "client", "server", "clientPort", "serverPort", "applicationProtocol", "state", "flow",
  ]

  /// SQL for a filter's words, each of which one of the columns must hold.
  private static func condition(_ filter: String, columns: [String]) -> (String, StatementArguments) {
    var sql = ""
    var arguments = StatementArguments()
    for word in filter.split(separator: " ").prefix(8) {
      let escaped = word.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
      sql += " AND (" + columns.map { "IFNULL(\($0), '') LIKE ? ESCAPE '\\'" }.joined(separator: " OR ") + ")"
      for _ in columns { arguments += ["%\(escaped)%"] }
    }
    return (sql, arguments)
  }
}
