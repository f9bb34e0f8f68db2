import Correlation
import Events
import Foundation
import GRDB
import Wire

/// What the correlator remembers, kept in a file beside the database, so that a sensor that ended, however
/// it came, goes on with what it had seen.
///
/// The file is put in place now and then; what the database took since is read again from there.
final class StoredCorrelation {
  private struct Form: Codable {
    let run: Int64
    /// Rows of alerts and flows that the state has seen.
    let alertRow: Int64
    let flowRow: Int64
    let state: Data
  }

  private let path: String
  private var kept = ContinuousClock.now
  /// Writing a large state takes a while, in which nothing is read: at most a fiftieth of the time goes
  /// there.
  private var pause = Duration.seconds(10)
  /// Rows that are read again after a crash; more were not written between two states.
  private static let rowsMax = 1_000_000

  init(path: String) {
    self.path = path
  }

  /// What was wrong with the state that was found, in both languages.
  private(set) var problem: Text?

  /// Takes over the state, and gives the events that were stored after it. A sensor begins anew where the
  /// file cannot be read: it is put aside.
  func restore(
    _ correlator: inout Correlator, _ database: StoreDatabase, before run: Int64
  ) throws -> [Event] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    guard let form = try? PropertyListDecoder().decode(Form.self, from: data),
      (try? correlator.restore(Array(form.state))) != nil
    else {
      let aside = path + ".unreadable"
      try? FileManager.default.removeItem(atPath: aside)
      try? FileManager.default.moveItem(atPath: path, toPath: aside)
      problem = Text(
        "\(path): the state is none, or of another version of the program; "
          + "it was put aside as \(aside), and what was seen before is not known",
        "\(path)：状态文件无法读取或属于其他版本，已改名为 \(aside)，此前所见不再可知")
      return []
    }
    return try StoreFailure.telling(database.path) {
      try database.pool.read { database in
        let alerts = try AlertRecord.fetchAll(
          database,
          sql: "SELECT * FROM alerts WHERE rowid > ? AND run >= ? AND run < ? ORDER BY rowid LIMIT ?",
          arguments: [form.alertRow, form.run, run, Self.rowsMax])
        let flows = try FlowRecord.fetchAll(
          database,
          sql: "SELECT * FROM flows WHERE rowid > ? AND run >= ? AND run < ? ORDER BY rowid LIMIT ?",
          arguments: [form.flowRow, form.run, run, Self.rowsMax])
        return Self.events(alerts) + flows.compactMap { Self.event($0) }
      }
    }
  }

  private static func events(_ records: [AlertRecord]) -> [Event] {
    var reader = EVEReader(keepsLines: true)
    return records.compactMap { record in
      let line = Array(record.eve.utf8)
      guard case .alert(var alert)? = reader.event(line, from: 0, to: line.count, number: 0) else {
        return nil
      }
      alert.timeNanoseconds = record.time
      alert.order = EventOrder(
        packet: UInt64(clamping: record.packet), flow: UInt64(clamping: record.flow),
        sequence: UInt32(clamping: record.sequence))
      return .alert(alert)
    }
  }

  private static func event(_ record: FlowRecord) -> Event? {
    guard let client = IPAddress(record.client), let server = IPAddress(record.server) else { return nil }
    let ends = Endpoints(
      source: client, destination: server, sourcePort: UInt16(clamping: record.clientPort),
      destinationPort: UInt16(clamping: record.serverPort), ipProtocol: UInt8(clamping: record.ipProtocol))
    return .flow(
      FlowEvent(
        order: EventOrder(packet: 0, flow: UInt64(clamping: record.flow), sequence: 0),
        startNanoseconds: record.start, endNanoseconds: record.end, endpoints: ends,
        packetsToServer: UInt64(clamping: record.packetsToServer),
        packetsToClient: UInt64(clamping: record.packetsToClient),
        bytesToServer: UInt64(clamping: record.bytesToServer),
        bytesToClient: UInt64(clamping: record.bytesToClient),
        applicationProtocol: record.applicationProtocol, state: record.state, hasAlerted: record.alerted,
        line: []))
  }

  /// Keeps the state where it is due. All that the correlator has seen must be in the database.
  func keepSometimes(_ correlator: borrowing Correlator, _ database: StoreDatabase, run: Int64) throws {
    if .now - kept >= pause { try keep(correlator, database, run: run) }
  }

  /// Writes the state beside the old one, then puts it in its place.
  func keep(_ correlator: borrowing Correlator, _ database: StoreDatabase, run: Int64) throws {
    let began = ContinuousClock.now
    let rows = try StoreFailure.telling(database.path) {
      try database.pool.read { database in
        (
          alerts: try Int64.fetchOne(database, sql: "SELECT MAX(rowid) FROM alerts") ?? 0,
          flows: try Int64.fetchOne(database, sql: "SELECT MAX(rowid) FROM flows") ?? 0
        )
      }
    }
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    let form = Form(
      run: run, alertRow: rows.alerts, flowRow: rows.flows, state: Data(try correlator.checkpoint()))
    do {
      try encoder.encode(form).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw StoreFailure(
        path: path, reason: "the state cannot be written", remedy: "check the folder's space and rights")
    }
    kept = .now
    pause = max(.seconds(10), (kept - began) * 50)
  }
}
