import Correlation
import Exercise
import Foundation
import Testing
import Wire

@Suite struct ScorerTests {
  static let second: Int64 = 1_000_000_000
  static let begin: Int64 = 1_795_136_400_000_000_000
  static let red = IPAddress("203.0.113.7") ?? IPAddress(v4: 0)
  static let portal = IPAddress("10.31.4.20") ?? IPAddress(v4: 0)
  static let other = IPAddress(v4: 0x0a09_0909)
  static let files = IPAddress("10.32.10.12") ?? IPAddress(v4: 0)

  private func action(
    _ id: String, _ from: Int64, _ to: Int64, _ source: IPAddress = red, _ target: IPAddress = portal,
    visible: Truth.Action.Visibility = .packets
  ) -> Truth.Action {
    Truth.Action(
      identifier: id, timeNanoseconds: Self.begin + from * Self.second,
      untilNanoseconds: Self.begin + to * Self.second, technique: "T1190", tactic: "initial-access",
      source: source, target: target, success: true, visible: visible)
  }

  private func alert(
    _ at: Int64, _ source: IPAddress = red, _ target: IPAddress = portal, in incident: String? = nil
  ) -> Observation.Evidence {
    Observation.Evidence(
      timeNanoseconds: Self.begin + at * Self.second, ends: [target, source], signature: 9,
      technique: "T1190",
      incident: incident)
  }

  private func truth(_ campaigns: [[Truth.Action]]) -> Truth {
    var truth = Truth()
    truth.campaigns = campaigns.enumerated().map {
      Truth.Campaign(identifier: "C\($0 + 1)", name: "", actions: $1)
    }
    return truth
  }

  private func card(_ truth: Truth, _ evidence: [Observation.Evidence], raised: [(String, Int64)])
    -> ScoreCard
  {
    var observation = Observation()
    observation.evidence = evidence
    observation.incidents = raised.map {
      Observation.Incident(identifier: $0, raisedNanoseconds: Self.begin + $1 * Self.second)
    }
    observation.firstNanoseconds = Self.begin
    observation.lastNanoseconds = Self.begin + 1_800 * Self.second
    return Scorer(truth, observation, site: SiteModel()).card()
  }

  @Test("an action is detected, logged, late or missed")
  func outcomes() {
    let truth = truth([
      [action("a", 0, 10), action("b", 100, 110), action("c", 200, 210)],
      [action("d", 0, 5, Self.files, Self.red)],
    ])
    let card = card(
      truth,
      [alert(3, in: "i"), alert(105), alert(2, Self.files, Self.red, in: "j")],
      raised: [("i", 20), ("j", 60)])
    #expect(card.actions.map(\.outcome) == [.detected, .logged, .missed, .late])
    #expect(card.actions.map(\.milliseconds) == [20_000, nil, nil, 60_000])
    #expect(card.medianMilliseconds == 40_000)
  }

  @Test("completeness counts visible actions, purity all evidence of the incidents")
  func campaigns() {
    let truth = truth([
      [action("a", 0, 10), action("b", 100, 110), action("x", 100, 110, Self.files, visible: .none)]
    ])
    let card = card(
      truth, [alert(3, in: "i"), alert(4, in: "i"), alert(900, Self.other, Self.other, in: "i")],
      raised: [("i", 3)])
    #expect(card.campaigns[0].completeness == 0.5)
    #expect(card.campaigns[0].purity == 0.6667)
    #expect(card.campaigns[0].incidents == ["i"])
  }

  @Test("an incident without any action is false, and costs points")
  func falseIncidents() {
    let truth = truth([[action("a", 0, 10)]])
    let right = card(truth, [alert(1, in: "i")], raised: [("i", 1)])
    let wrong = card(
      truth, [alert(1, in: "i"), alert(1_500, Self.files, Self.files, in: "f")],
      raised: [("i", 1), ("f", 1_500)])
    #expect(right.falseIncidents.isEmpty)
    #expect(wrong.falseIncidents == ["f"])
    #expect(wrong.falsePerHour == 2)
    #expect(wrong.scorePermille < right.scorePermille)
    // Handling and tracing ask for attackers, whom this incident does not name.
    #expect(right.scorePermille == 800)
  }

  @Test("both ends count more than one, and an alert of one end in another's time is no evidence")
  func attribution() {
    let truth = truth([[action("a", 0, 100), action("b", 50, 60, Self.red, Self.files)]])
    let card = card(
      truth,
      [
        alert(55, Self.red, Self.files, in: "i"), alert(56, in: "i"),
        alert(5, Self.files, Self.files, in: "i"),
      ],
      raised: [("i", 1)])
    #expect(card.actions.map(\.signatures) == [[9], [9]])
    #expect(card.campaigns[0].own == 2)
  }

  @Test("the JSON has exactly the keys of the form")
  func json() throws {
    let card = card(truth([[action("a", 0, 10)]]), [], raised: [])
    let data = try JSONEncoder().encode(card)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      Set(object.keys)
        == ["actions", "campaigns", "false_incidents", "false_per_hour", "median_seconds", "score"])
    let action = try #require((object["actions"] as? [[String: Any]])?.first)
    #expect(Set(action.keys) == ["id", "outcome", "seconds"])
    #expect(action["seconds"] is NSNull)
    let campaign = try #require((object["campaigns"] as? [[String: Any]])?.first)
    #expect(Set(campaign.keys) == ["id", "incidents", "completeness", "purity"])
  }

  @Test("the printed weights are read back equal, and wrong ones are all told")
  func weights() throws {
    #expect(try ScoringWeights.load(ScoringWeights().text, file: "w").get() == ScoringWeights())
    guard
      case .failure(let failure) = ScoringWeights.load(
        "heads: {finding: x, more: 1}\nslow_percent: 101\n", file: "w")
    else {
      Issue.record("they were taken")
      return
    }
    #expect(failure.problems.count == 3)
  }
}

@Suite struct TruthRecorderTests {
  static let now: Int64 = 1_795_136_400_000_000_000

  @Test("notes become a record, with their own times where they have them")
  func notes() throws {
    var recorder = TruthRecorder(exercise: "night")
    let lines = [
      "campaign from the portal", "begin T1190 initial-access 203.0.113.7 10.31.4.20 a \"web\" shell",
      "end failed",
      "2026-11-20T01:30:00Z begin T1486 impact 10.31.4.20 10.32.10.12 files", "metadata",
      "benign 10.31.250.9 10.31.4.20 our scanner", "nonsense", "end", "undo",
    ]
    for (number, line) in lines.enumerated() {
      _ = recorder.take(line, nowNanoseconds: Self.now + Int64(number) * 1_000_000_000)
    }
    let truth = try TruthLoader.load(TruthWriter.text(recorder.truth), file: "t").get()
    #expect(truth == recorder.truth)
    #expect(truth.actions.map(\.identifier) == ["C1-1", "C1-2"])
    #expect(truth.actions[0].untilNanoseconds - truth.actions[0].timeNanoseconds == 1_000_000_000)
    #expect(!truth.actions[0].success)
    #expect(truth.actions[1].timeNanoseconds == Timestamp.nanoseconds("2026-11-20T01:30:00Z"))
    #expect(truth.actions[1].visible == .metadata)
    #expect(truth.benign.count == 1)
  }

  @Test("wrong notes change nothing and say how to write them")
  func wrongNotes() {
    var recorder = TruthRecorder(exercise: "night")
    for line in ["begin T1 x y z", "end", "benign a b", "invisible", "", "  ", "undo", "\u{0}\u{1}"] {
      _ = recorder.take(line, nowNanoseconds: Self.now)
    }
    #expect(recorder.truth.campaigns.isEmpty)
    #expect(recorder.truth.benign.isEmpty)
  }
}
