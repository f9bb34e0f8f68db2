import Foundation
import Store
import Testing

@Suite struct StoreOutputTests {
  @Test("what was written is found again, in order of time")
  func written() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    let output = try maker.output(database)
    try output.write([maker.alert(7, message: "first"), maker.flow(), maker.alert(8, message: "second")])
    try output.close()
    let run = try #require(try database.latestRun())
    let alerts = try database.alerts(run: run, limit: 10)
    #expect(alerts.map(\.sid) == [7, 8])
    #expect(alerts.map(\.eve) == ["{\"n\":1}", "{\"n\":3}"])
    #expect(try database.flows(run: run, limit: 10).map(\.applicationProtocol) == ["http"])
    #expect(try database.runs().map(\.state) == ["complete"])
  }

  @Test("events come in batches: one batch and a half are acknowledged without being asked")
  func batches() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    let output = try maker.output(database)
    try output.write((0..<2_500).map { _ in maker.alert() })
    let run = try #require(try database.latestRun())
    #expect(try database.alertCount(run: run) >= 2_000)
    try output.close()
    #expect(try database.alertCount(run: run) == 2_500)
  }

  @Test(
    "what was acknowledged is there for others while the run goes on, and after it was left without an end")
  func leftWithoutEnd() throws {
    let maker = try StoreMaker()
    let writer = try maker.open()
    let output = try maker.output(writer)
    try output.write([maker.alert(), maker.flow()])
    try output.flush()
    try output.write([maker.alert()])
    let reader = try StoreDatabase(path: maker.path, readOnly: true)
    let run = try #require(try reader.latestRun())
    #expect(try reader.alertCount(run: run) == 1)
    #expect(try reader.flowCount(run: run) == 1)
    #expect(try reader.runs().map(\.state) == ["running"])
    // The log alone holds it so far: a copy of the files is what a killed writer leaves.
    let copy = maker.folder.appendingPathComponent("copy.sqlite").path
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: maker.path + suffix, toPath: copy + suffix)
    }
    let left = try StoreDatabase(path: copy)
    #expect(try left.alertCount(run: run) == 1)
    _ = try maker.output(left, source: "the next run")
    #expect(try left.runs().map(\.id) == [2, 1])
  }

  @Test("several runs in one file stay apart")
  func severalRuns() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    for (source, count) in [("a.pcap", 3), ("b.pcap", 5)] {
      let output = try maker.output(database, source: source)
      try output.write((0..<count).map { _ in maker.alert() } + [maker.flow()])
      try output.close()
    }
    #expect(try database.runs().map(\.source) == ["b.pcap", "a.pcap"])
    #expect(try database.alertCount(run: 1) == 3)
    #expect(try database.alertCount(run: 2) == 5)
    #expect(try database.overview(run: 1, slices: 4).alerts == 3)
    #expect(try database.signatureCounts(run: 2, limit: 5).map(\.count) == [5])
  }

  @Test("an incident is there with its sentences and evidence, and its alerts name it")
  func incidents() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    let output = try maker.output(database)
    try output.write([
      maker.alert(1, tactic: "TA0043"), maker.alert(2, tactic: "TA0001"), maker.alert(3, from: "192.0.2.1"),
    ])
    try output.close()
    let run = try #require(try database.latestRun())
    let incident = try #require(try database.incidents(run: run).first)
    #expect(incident.score == incident.explanation.reduce(0) { $0 + $1.points })
    #expect(incident.explanation.contains { !$0.evidence.isEmpty })
    #expect(try database.alerts(run: run, incident: incident.id, limit: 10).map(\.sid) == [1, 2])
    #expect(try database.incident(run: run, identifier: String(incident.id.prefix(5)))?.id == incident.id)
    #expect(try database.incident(run: run, identifier: "zz") == nil)
  }

  @Test("incidents that turn out to be one are kept as one")
  func mergedIncidents() throws {
    let maker = try StoreMaker()
    let database = try maker.open()
    let output = try maker.output(database)
    // Two hosts attack two others, each an incident of its own; then the victim of the first attacks the
    // second attacker, which shows that it had fallen too.
    try output.write([
      maker.alert(1, from: "203.0.113.7", to: "10.31.4.20", tactic: "TA0043"),
      maker.alert(2, from: "203.0.113.7", to: "10.31.4.20", tactic: "TA0001", outcome: "success"),
      maker.alert(3, from: "10.31.5.9", to: "10.31.6.1", tactic: "TA0007"),
      maker.alert(4, from: "10.31.5.9", to: "10.31.6.1", tactic: "TA0008"),
    ])
    // What came is weighed once later events show that nothing before it is still on its way.
    try output.write((0..<12).map { _ in maker.flow(client: "10.99.0.1") })
    try output.flush()
    let run = try #require(try database.latestRun())
    #expect(try database.incidents(run: run).count == 2)
    try output.write([
      maker.alert(5, from: "10.31.4.20", to: "10.31.5.9", tactic: "TA0008", outcome: "success"),
      maker.alert(6, from: "10.31.5.9", to: "10.31.6.1", tactic: "TA0008"),
    ])
    try output.close()
    let incidents = try database.incidents(run: run)
    #expect(incidents.count == 1)
    let identifier = try #require(incidents.first?.id)
    #expect(try database.alerts(run: run, incident: identifier, limit: 20).map(\.sid) == [1, 2, 3, 4, 5, 6])
  }
}
