import Correlation
import Events
import Testing
import Wire

@Suite struct CorrelatorTests {
  private static let siteText = """
    centre: {name: Centre}
    districts:
      - {id: XZ, name: Xiangzhou}
    units:
      - {id: U-1, name: Bureau, district: XZ}
    access_points:
      - {id: A-1, name: Portal, unit: U-1, type: leased, ranges: [10.31.4.0/24], importance: 4}
      - {id: A-2, name: Files, unit: U-1, type: leased, ranges: [10.31.5.0/24], importance: 3}
    assets:
      - {id: S-1, name: Portal, address: 10.31.4.20, role: web, importance: 5}
    scanners: [10.31.250.9]
    """

  private func correlator() throws -> Correlator {
    Correlator(site: try SiteLoader.load(Self.siteText, file: "site.yaml").get())
  }

  @Test("an attempt alone raises nothing")
  func attemptAlone() throws {
    var correlator = try correlator()
    var maker = AlertMaker()
    #expect(
      correlator.take(maker.alert(1, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0001"))
        == nil)
    #expect(correlator.incidents().isEmpty)
  }

  @Test("two tactics on one chain raise an incident that names both and its access point")
  func progression() throws {
    var correlator = try correlator()
    var maker = AlertMaker()
    _ = correlator.take(maker.alert(1, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0043"))
    let raised = correlator.take(
      maker.alert(2, from: "203.0.113.7", to: "10.31.4.20", atSecond: 9, tactic: "TA0001"))
    let incident = try #require(raised)
    #expect(incident.tactics.map(\.tactic) == [.reconnaissance, .initialAccess])
    #expect(incident.accessPoints == ["A-1"])
    #expect(incident.districts == ["XZ"])
    #expect(incident.score == incident.explanation.reduce(0) { $0 + $1.points })
  }

  @Test("reconnaissance alone, however much, raises nothing")
  func reconnaissanceAlone() throws {
    var correlator = try correlator()
    var maker = AlertMaker()
    for second in 0..<500 {
      _ = correlator.take(
        maker.alert(
          1, from: "203.0.113.7", to: "10.31.4.\(second % 250)", atSecond: Int64(second), tactic: "TA0043"))
    }
    #expect(correlator.incidents().isEmpty)
  }

  @Test("one success with high confidence raises an incident")
  func success() throws {
    var correlator = try correlator()
    var maker = AlertMaker()
    let alert = maker.alert(
      3, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0002", outcome: "success")
    #expect(correlator.take(alert)?.tactics.map(\.tactic) == [.execution])
  }

  @Test("a victim that attacks others stays in the same incident")
  func roleFlip() throws {
    var correlator = try correlator()
    var maker = AlertMaker()
    _ = correlator.take(
      maker.alert(3, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0001", outcome: "success")
    )
    _ = correlator.take(maker.alert(4, from: "10.31.4.20", to: "10.31.5.9", atSecond: 60, tactic: "TA0008"))
    let incidents = correlator.incidents()
    #expect(incidents.count == 1)
    #expect(incidents.first?.accessPoints == ["A-1", "A-2"])
    #expect(incidents.first?.explanation.contains { $0.text.english.contains("now attacks") } == true)
  }

  @Test("attackers that have nothing to do with each other stay apart, although they share a victim")
  func separateAttackers() throws {
    var correlator = try correlator()
    var maker = AlertMaker()
    for source in ["203.0.113.7", "198.51.100.9"] {
      _ = correlator.take(maker.alert(1, from: source, to: "10.31.4.20", atSecond: 0, tactic: "TA0043"))
      _ = correlator.take(maker.alert(2, from: source, to: "10.31.4.20", atSecond: 1, tactic: "TA0001"))
    }
    #expect(correlator.incidents().count == 2)
  }

  @Test("who may scan raises nothing by scanning")
  func allowedScanner() throws {
    var correlator = try correlator()
    var maker = AlertMaker()
    _ = correlator.take(maker.alert(1, from: "10.31.250.9", to: "10.31.4.20", atSecond: 0, tactic: "TA0043"))
    _ = correlator.take(maker.alert(2, from: "10.31.250.9", to: "10.31.4.20", atSecond: 1, tactic: "TA0001"))
    #expect(correlator.incidents().isEmpty)
    #expect(correlator.allowedCount == 2)
  }

  @Test("the identifier depends on the earliest evidence alone")
  func stableIdentifier() throws {
    var identifiers: Set<String> = []
    for repeats in [1, 5] {
      var correlator = try correlator()
      var maker = AlertMaker()
      _ = correlator.take(
        maker.alert(1, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0043"))
      for second in 1...repeats {
        _ = correlator.take(
          maker.alert(2, from: "203.0.113.7", to: "10.31.4.20", atSecond: Int64(second), tactic: "TA0001"))
      }
      identifiers.formUnion(correlator.incidents().map(\.identifier))
    }
    #expect(identifiers.count == 1)
    #expect(identifiers.first?.count == 12)
  }

  @Test("a flood of attackers leaves memory bounded, and what left is counted")
  func boundedMemory() throws {
    var limits = CorrelationLimits()
    limits.chainsMax = 100
    var correlator = Correlator(
      site: try SiteLoader.load(Self.siteText, file: "site.yaml").get(), limits: limits)
    var maker = AlertMaker()
    for host in 0..<1_000 {
      let source = "198.51.\(host / 250).\(host % 250)"
      _ = correlator.take(
        maker.alert(1, from: source, to: "10.31.4.20", atSecond: Int64(host), tactic: "TA0043"))
    }
    #expect(correlator.evictedCount > 800)
  }
}
