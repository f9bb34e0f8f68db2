import Correlation
import Events
import Testing
import Wire

@Suite struct TacticMapTests {
  @Test("the built-in map is well-formed and knows classifications by name and by EVE's text")
  func standard() {
    let map = TacticMap.standard
    #expect(
      map.entry(group: 1, number: 1, classType: "trojan-activity", category: "")?.tactic == .commandAndControl
    )
    #expect(
      map.entry(group: 1, number: 1, classType: "", category: "A Network Trojan was detected")?.outcome
        == .success)
    #expect(map.entry(group: 1, number: 1, classType: "none", category: "") == nil)
    #expect(map.category(technique: "T1110.001") == "network-attack")
  }

  @Test("an operator's line goes before what is built in")
  func operatorLine() throws {
    let map = try TacticMap.load(
      "signatures:\n  - {sid: 100-200, tactic: impact, technique: T1486, outcome: success}\n"
        + "  - {sid: 7, ignore: true}\n", file: "map.yaml", over: .standard
    ).get()
    #expect(map.entry(group: 1, number: 150, classType: "attempted-recon", category: "")?.tactic == .impact)
    #expect(
      map.entry(group: 1, number: 99, classType: "attempted-recon", category: "")?.tactic == .reconnaissance)
    var correlator = Correlator(site: SiteModel(), map: map)
    var maker = AlertMaker()
    _ = correlator.take(maker.alert(7, from: "203.0.113.7", to: "10.1.1.1", atSecond: 0, tactic: "TA0001"))
    #expect(correlator.ignoredCount == 1)
  }

  @Test("all errors of a map are told, with place and remedy")
  func problems() {
    let text =
      "signatures:\n  - {sid: x, tactic: impact}\n  - {sid: 1, tactic: magic}\n"
      + "  - {sid: 2, technique: 1190}\n"
    guard case .failure(let failure) = TacticMap.load(text, file: "map.yaml") else {
      Issue.record("no problem was found")
      return
    }
    #expect(failure.problems.map(\.position.line).sorted() == [2, 3, 4])
  }
}
