import Correlation
import Events
import Foundation
import Store
import Testing
import Wire

/// A sensor goes on with what it had seen, and places are those of the site.
@Suite struct StoredCorrelationTests {
  private func site(_ range: String) throws -> SiteModel {
    try SiteLoader.load(
      """
      districts: [{id: D, name: D}]
      units: [{id: U, name: U, district: D}]
      access_points: [{id: A, name: a, unit: U, type: leased, ranges: [\(range)]}]
      """, file: "site.yaml"
    ).get()
  }

  private func output(_ maker: StoreMaker, site: SiteModel = SiteModel()) throws -> StoreOutput {
    var options = StoreOutput.Options()
    options.statePath = maker.folder.appendingPathComponent("fengsui.state").path
    options.watermarkSeconds = 0
    return try StoreOutput(database: try maker.open(), site: site, source: "x", options: options)
  }

  /// An alert with the line that the sensor would have written.
  private func alert(_ maker: StoreMaker, _ sid: UInt32, _ tactic: String, _ outcome: String) -> Event {
    guard case .alert(var alert) = maker.alert(sid, tactic: tactic, outcome: outcome) else {
      return maker.alert()
    }
    let second = alert.timeNanoseconds / 1_000_000_000 % 60
    let line =
      "{\"timestamp\":\"2026-11-20T01:00:\(second < 10 ? "0" : "")\(second).000000+0000\","
      + "\"event_type\":\"alert\","
      + "\"src_ip\":\"203.0.113.7\",\"src_port\":40000,\"dest_ip\":\"10.31.4.20\",\"dest_port\":80,"
      + "\"proto\":\"TCP\","
      + "\"direction\":\"to_server\",\"alert\":{\"gid\":1,\"signature_id\":\(sid),\"rev\":0,"
      + "\"signature\":\"rule\","
      + "\"metadata\":{\"mitre_tactic_id\":[\"\(tactic)\"],"
      + "\"attack_outcome\":[\"\(outcome)\"],\"confidence\":[\"High\"]}}}\n"
    alert.line = Array(line.utf8)
    return .alert(alert)
  }

  @Test("what was raised before is the next run's too, and goes on")
  func goesOn() throws {
    let maker = try StoreMaker()
    let first = try output(maker)
    try first.write([alert(maker, 1, "TA0043", "attempt"), alert(maker, 2, "TA0002", "success")])
    try first.close()
    let identifier = try #require(first.incidents().first?.identifier)
    let second = try output(maker)
    #expect(second.incidents().map(\.identifier) == [identifier])
    try second.write([alert(maker, 3, "TA0003", "success")])
    try second.close()
    #expect(second.incidents().map(\.identifier) == [identifier])
    #expect(second.incidents().first?.alertCount == 3)
    let database = try maker.open()
    let run = try #require(try database.latestRun())
    #expect(try database.incidents(run: run).map(\.id) == [identifier])
  }

  @Test("what was stored after the state was kept is read again: nothing is lost to a kill")
  func killed() throws {
    let maker = try StoreMaker()
    let first = try output(maker)
    try first.write([alert(maker, 1, "TA0043", "attempt")])
    try first.close()
    // This one stores its alerts, and is killed before it could keep its state.
    let killed = try output(maker)
    try killed.write([alert(maker, 2, "TA0002", "success"), maker.flow()])
    try killed.flush()
    let third = try output(maker)
    #expect(third.incidents().count == 1)
    #expect(third.incidents().first?.alertCount == 2)
  }

  @Test("a state that cannot be read is put aside, and told of")
  func unreadable() throws {
    let maker = try StoreMaker()
    let path = maker.folder.appendingPathComponent("fengsui.state").path
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    let output = try output(maker)
    #expect(output.stateProblem?.english.contains("put aside") ?? false)
    #expect(output.stateProblem?.chinese.isEmpty == false)
    #expect(FileManager.default.fileExists(atPath: path + ".unreadable"))
  }

  @Test("alerts and flows have the places of both ends, by the site as it is then")
  func places() throws {
    let maker = try StoreMaker()
    let output = try output(maker, site: try site("10.31.4.0/24"))
    try output.write([maker.alert(1), maker.flow()])
    try output.flush()
    output.exchange(try site("10.99.0.0/16"))
    try output.write([maker.alert(2)])
    try output.close()
    let database = try maker.open()
    let run = try #require(try database.latestRun())
    let alerts = try database.alerts(run: run, limit: 10)
    #expect(alerts.map(\.destinationPoint) == ["A", ""])
    #expect(alerts.first?.destinationUnit == "U" && alerts.first?.destinationDistrict == "D")
    #expect(alerts.allSatisfy { $0.sourcePoint == "" })
    let flow = try #require(try database.flows(run: run, limit: 10).first)
    #expect(flow.clientPoint == "A" && flow.clientDistrict == "D" && flow.serverPoint == "")
  }
}
