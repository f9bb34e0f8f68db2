import Correlation
import Exercise
import Testing
import Wire

@Suite struct TruthLoaderTests {
  static let whole = """
    exercise: web
    campaigns:
      - id: C1
        name: From the portal
        actions:
          - id: C1-1
            time: 2026-11-20T01:03:10.120Z
            until: 2026-11-20T09:04:02+08:00
            technique: T1190
            tactic: initial-access
            source: 203.0.113.7
            target: 10.31.4.20
            success: false
            visible: metadata
            note: a note
    benign:
      - {time: 2026-11-20T01:07:15Z, source: 192.0.2.66, target: 10.31.4.20, note: pages}
    """

  @Test("a whole record is read")
  func wholeRecord() throws {
    let truth = try TruthLoader.load(Self.whole, file: "truth.yaml").get()
    #expect(truth.exercise == "web")
    let action = try #require(truth.actions.first)
    #expect(action.timeNanoseconds == 1_795_136_590_120_000_000)
    #expect(action.untilNanoseconds == 1_795_136_642_000_000_000)
    #expect(action.visible == .metadata)
    #expect(!action.success)
    #expect(truth.benign.count == 1)
  }

  @Test("a record without campaigns is a noise scenario")
  func noise() throws {
    #expect(try TruthLoader.load("exercise: n\ncampaigns: []\nbenign: []\n", file: "t").get().actions.isEmpty)
  }

  @Test("every problem is told in one pass, each with its place and remedy")
  func allProblems() {
    let text = Self.whole.replacing("T1190", with: "T11").replacing("initial-access", with: "access")
      .replacing("203.0.113.7", with: "203.0.113").replacing("success: false", with: "success: maybe")
      .replacing("name: From", with: "nmae: From").replacing("01:03:10.120Z", with: "25:03:10Z")
    guard case .failure(let failure) = TruthLoader.load(text, file: "truth.yaml") else {
      Issue.record("it was taken")
      return
    }
    #expect(failure.problems.count == 6)
    #expect(failure.problems.allSatisfy { !$0.remedy.isEmpty && $0.position.file == "truth.yaml" })
    #expect(failure.problems.first?.position.line == 4)
    #expect(failure.problems.contains { $0.message == "unknown key 'nmae' in a campaign" })
  }

  @Test("nesting, aliases and any prefix of a file are refused or taken, and never trap")
  func hostileTexts() {
    let steps = (0..<3_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    for text in [String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000), steps] {
      #expect(throws: (any Error).self) { try TruthLoader.load(text, file: "t").get() }
    }
    let bomb =
      "a: &a [x, x, x, x, x, x, x, x, x]\n"
      + "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\ncampaigns: &c [*b, *b, *b, *b, *b]\n"
    #expect(throws: (any Error).self) { try TruthLoader.load(bomb, file: "t").get() }
    var text = ""
    var taken = 0
    for character in Self.whole {
      text.append(character)
      if case .success = TruthLoader.load(text, file: "t") { taken += 1 }
    }
    #expect(taken > 0 && taken < text.count)
  }

  @Test("what is written is read back equal")
  func writing() throws {
    var truth = try TruthLoader.load(Self.whole, file: "t").get()
    truth.campaigns[0].name = "a \"quoted\" \\ name: # with\ttabs\nand 中文 \u{7f}"
    #expect(try TruthLoader.load(TruthWriter.text(truth), file: "t").get() == truth)
  }
}

@Suite struct TimestampTests {
  @Test(
    "times are read and written back",
    arguments: [
      "1970-01-01T00:00:00.000Z", "2000-02-29T23:59:59.999Z", "2026-11-20T01:03:10.120Z",
      "2199-12-31T00:00:00.000Z",
    ])
  func roundTrip(text: String) throws {
    #expect(Timestamp.text(try #require(Timestamp.nanoseconds(text))) == text)
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "2026-11-20", "2026-02-30T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T01:03:10",
      "2026-11-20T01:03:10.Z",
      "2026-11-20T01:03:10.1234567891Z", "9999-11-20T01:03:10Z", "2026-11-20T01:03:10+0800",
      "二〇二六-11-20T01:03:10Z",
    ])
  func wrong(text: String) {
    #expect(Timestamp.nanoseconds(text) == nil)
  }
}
