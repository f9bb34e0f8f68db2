package import Correlation
package import Store
import Detection
import Foundation
import Wire

// What a stored run saw.
extension Observation {
  /// Alerts that are looked at: a scenario has some thousands.
  private static let alertsMax = 2_000_000

  /// Reads a run out of the store.
  package init(_ database: StoreDatabase, run: Int64, site: SiteModel) throws {
    self.init()
    var names: [String: (technique: String, tactic: String)] = [:]
    var alerted: Set<String> = []
    let records = try database.incidents(run: run)
    for record in records {
      for aggregate in record.aggregates {
        names["\(aggregate.sid)"] = (aggregate.technique, aggregate.tactic)
      }
    }
    for alert in try database.alerts(run: run, limit: Self.alertsMax) {
      let ends = [alert.source, alert.destination].compactMap { IPAddress($0) }
      let name = names["\(alert.sid)"] ?? ("", "")
      if let incident = alert.incident { alerted.insert("\(incident) \(alert.sid)") }
      evidence.append(
        Evidence(
          timeNanoseconds: alert.time, ends: ends, signature: UInt32(clamping: alert.sid),
          technique: name.technique, tactic: name.tactic, incident: alert.incident, message: alert.message))
    }
    for record in records {
      incidents.append(
        Incident(
          identifier: record.id, raisedNanoseconds: record.raised,
          attackers: record.attackers.compactMap { IPAddress($0) }, accessPoints: record.accessPoints,
          title: record.title))
      // What a pattern of behaviour saw has no alert of its own.
      for aggregate in record.aggregates where !alerted.contains("\(record.id) \(aggregate.sid)") {
        let ends = [aggregate.attacker, aggregate.victim].compactMap { IPAddress($0) }
        for time in Set([aggregate.first, aggregate.last]).sorted() {
          evidence.append(
            Evidence(
              timeNanoseconds: time, ends: ends, signature: aggregate.sid, technique: aggregate.technique,
              tactic: aggregate.tactic, incident: record.id, message: aggregate.message))
        }
      }
    }
    evidence.sort { ($0.timeNanoseconds, $0.signature) < ($1.timeNanoseconds, $1.signature) }
    incidents.sort { ($0.raisedNanoseconds, $0.identifier) < ($1.raisedNanoseconds, $1.identifier) }
  }
}
