import Correlation
import Events
import Testing
import Wire

/// What must not depend on how events are delivered.
@Suite struct DeliveryTests {
  /// A small repeatable generator (SplitMix64): shuffles of tests can be replayed.
  private struct Draw: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var value = state
      value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
      return value ^ (value >> 31)
    }
  }

  private func alerts() -> [AlertEvent] {
    var maker = AlertMaker()
    var alerts: [AlertEvent] = []
    for round in 0..<40 {
      let source = "203.0.113.\(round % 7)", target = "10.31.4.\(round % 5)"
      let second = Int64(round * 2)
      alerts.append(
        maker.alert(UInt32(round % 3), from: source, to: target, atSecond: second, tactic: "TA0043"))
      alerts.append(
        maker.alert(
          (round % 9 == 0 ? 30 : 10) + UInt32(round % 4), from: source, to: target, atSecond: second + 1,
          tactic: "TA0001",
          outcome: round % 9 == 0 ? "success" : "attempt"))
      alerts.append(maker.alert(20, from: target, to: "10.31.5.9", atSecond: second + 1, tactic: "TA0008"))
    }
    return alerts
  }

  private func told(_ alerts: [AlertEvent]) -> [String] {
    var limits = CorrelationLimits()
    limits.watermarkSeconds = 30
    var correlator = Correlator(site: SiteModel(), limits: limits)
    for alert in alerts { correlator.accept(.alert(alert)) }
    correlator.finish()
    return correlator.incidents().map { incident in
      "\(incident.identifier) \(incident.version) \(incident.score) \(incident.raisedNanoseconds) "
        + incident.explanation.map(\.text.english).joined(separator: "\n")
    }
  }

  @Test("events shuffled within the watermark give the same incidents, sentence by sentence")
  func shuffled() {
    let alerts = alerts()
    let expected = told(alerts)
    #expect(!expected.isEmpty)
    for seed in 1...8 {
      var draw = Draw(state: UInt64(seed))
      // Delays of up to 14 seconds each way stay within the watermark.
      let shuffled = alerts.map {
        ($0, $0.timeNanoseconds + Int64.random(in: 0..<14, using: &draw) * 1_000_000_000)
      }
      .sorted { $0.1 < $1.1 }.map(\.0)
      #expect(told(shuffled) == expected, "seed \(seed)")
    }
  }

  @Test("what comes after the watermark is counted, and revises the incident with a new version")
  func late() throws {
    var limits = CorrelationLimits()
    limits.watermarkSeconds = 5
    var correlator = Correlator(site: SiteModel(), limits: limits)
    var maker = AlertMaker()
    correlator.accept(
      .alert(
        maker.alert(
          3, from: "203.0.113.7", to: "10.31.4.20", atSecond: 0, tactic: "TA0002", outcome: "success")))
    correlator.accept(
      .alert(maker.alert(1, from: "203.0.113.8", to: "10.31.9.9", atSecond: 10, tactic: "TA0043")))
    correlator.advance(to: 1_795_136_400_000_000_000 + 60_000_000_000)
    let first = try #require(correlator.changes().last)
    correlator.accept(
      .alert(
        maker.alert(4, from: "203.0.113.7", to: "10.31.4.20", atSecond: 1, tactic: "TA0003")))
    let second = try #require(correlator.changes().last)
    #expect(correlator.counts.late == 1)
    #expect(second.identifier == first.identifier)
    #expect(second.version > first.version)
  }

  @Test("a state that is kept and restored goes on as if nothing had been")
  func checkpoint() throws {
    let alerts = alerts()
    let expected = told(alerts)
    for cut in [1, 37, 80] {
      var limits = CorrelationLimits()
      limits.watermarkSeconds = 30
      var before = Correlator(site: SiteModel(), limits: limits)
      for alert in alerts[..<cut] { before.accept(.alert(alert)) }
      let kept = try before.checkpoint()
      var after = Correlator(site: SiteModel(), limits: limits)
      try after.restore(kept)
      for alert in alerts[cut...] { after.accept(.alert(alert)) }
      after.finish()
      let told = after.incidents().map { incident in
        "\(incident.identifier) \(incident.version) \(incident.score) \(incident.raisedNanoseconds) "
          + incident.explanation.map(\.text.english).joined(separator: "\n")
      }
      #expect(told == expected, "cut at \(cut)")
    }
  }

  @Test("a state that is none is refused")
  func brokenState() {
    var correlator = Correlator(site: SiteModel())
    #expect(throws: CheckpointFailure.self) { try correlator.restore([1, 2, 3]) }
  }
}
