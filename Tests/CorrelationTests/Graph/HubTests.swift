import Correlation
import Events
import Testing
import Wire

@Suite struct HubTests {
  @Test("what many unrelated attackers cause counts for less, and is said to")
  func commonSignatures() throws {
    var correlator = Correlator(site: SiteModel())
    var maker = AlertMaker()
    var raised = 0
    for host in 0..<200 {
      let alert = maker.alert(
        7, from: "198.51.\(host / 250).\(host % 250)", to: "10.31.\(host % 40).\(host % 200)",
        atSecond: Int64(host), tactic: "TA0002", outcome: "success")
      if correlator.take(alert) != nil { raised += 1 }
    }
    #expect(raised > 0)
    #expect(raised < 8)
  }

  @Test("attempts on different hosts are no progression, on one host they are")
  func sameHost() {
    for (second, isRaised) in [("10.31.4.20", true), ("10.31.4.21", false)] {
      var correlator = Correlator(site: SiteModel())
      var maker = AlertMaker()
      _ = correlator.take(
        maker.alert(1, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0043"))
      _ = correlator.take(maker.alert(2, from: "203.0.113.7", to: second, atSecond: 1, tactic: "TA0001"))
      #expect(correlator.incidents().isEmpty != isRaised)
    }
  }

  @Test("a proxy that falls does not fuse those who use it")
  func proxies() throws {
    let site = try SiteLoader.load(
      """
      districts: [{id: D, name: D}]
      units: [{id: U, name: U, district: D}]
      access_points: [{id: A, name: a, unit: U, type: leased, ranges: [10.0.0.0/8]}]
      assets: [{id: P, name: proxy, address: 10.0.0.80, role: proxy}]
      """, file: "site.yaml"
    ).get()
    var correlator = Correlator(site: site)
    var maker = AlertMaker()
    for victim in 1...4 {
      _ = correlator.take(
        maker.alert(
          UInt32(victim), from: "10.0.0.80", to: "10.0.1.\(victim)", atSecond: Int64(victim),
          tactic: "TA0002",
          outcome: "success"))
    }
    #expect(correlator.incidents().count == 4)
  }

  @Test("what a victim does soon after attempts shows that they succeeded")
  func inferredSuccess() throws {
    var correlator = Correlator(site: SiteModel())
    var maker = AlertMaker()
    _ = correlator.take(maker.alert(2, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0001"))
    let raised = correlator.take(
      maker.alert(5, from: "10.31.4.20", to: "198.51.100.9", atSecond: 60, tactic: "TA0011"))
    let incident = try #require(raised)
    #expect(incident.explanation.contains { $0.text.english.contains("did next shows") })
    #expect(incident.aggregates.contains { $0.isInferred && $0.outcome == .success })
  }

  @Test("two incidents that turn out to be one keep the older identifier and list the other")
  func merging() throws {
    var correlator = Correlator(site: SiteModel())
    var maker = AlertMaker()
    let first = correlator.take(
      maker.alert(3, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0002", outcome: "success")
    )
    let second = correlator.take(
      maker.alert(4, from: "203.0.113.9", to: "10.31.5.9", atSecond: 5, tactic: "TA0002", outcome: "success"))
    _ = correlator.take(
      maker.alert(
        5, from: "10.31.4.20", to: "203.0.113.9", atSecond: 60, tactic: "TA0011", outcome: "success"))
    let merged = correlator.incidents()
    #expect(merged.count == 1)
    #expect(merged.first?.identifier == first?.identifier)
    #expect(merged.first?.formerIdentifiers == [try #require(second).identifier])
  }

  @Test("a rule that floods pushes out its own chains, not those of others")
  func starvation() {
    var limits = CorrelationLimits()
    limits.chainsMax = 200
    var correlator = Correlator(site: SiteModel(), limits: limits)
    var maker = AlertMaker()
    _ = correlator.take(maker.alert(1, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0043"))
    for host in 0..<3_000 {
      _ = correlator.take(
        maker.alert(
          9, from: "198.\(host % 200).\(host / 250).\(host % 250)", to: "10.31.9.9",
          atSecond: Int64(host / 10),
          tactic: "TA0043"))
    }
    let raised = correlator.take(
      maker.alert(2, from: "203.0.113.7", to: "10.31.4.20", atSecond: 400, tactic: "TA0001"))
    #expect(raised != nil)
  }
}
