import Testing

@testable import Detection

@Suite("Configuration files beside the rules")
struct ConfigurationFileTests {
  @Test("classifications are read, and a malformed line is told with its place")
  func classifications() {
    let (table, problems) = Classifications.parse(
      "# x\nconfig classification: Web-Attack,A web attack, 1\nconfig classification: x\nfoo\n", file: "c")
    #expect(table["web-attack"]?.priority == 1)
    #expect(table["WEB-ATTACK"]?.description == "A web attack")
    #expect(problems.map(\.position.line) == [3, 4])
  }

  @Test("kinds of references are read")
  func references() {
    let (table, problems) = ReferenceKinds.parse(
      "config reference: CVE  https://cve/?n=\nconfig x\n", file: "r")
    #expect(table["cve"] == "https://cve/?n=")
    #expect(problems.map(\.position.line) == [2])
  }

  @Test("thresholds, suppressions and rate filters are read")
  func thresholds() {
    let text = """
      suppress gen_id 1, sig_id 7
      suppress gen_id 1, sig_id 8, track by_either, ip [10.0.0.1,10.0.0.2]
      threshold gen_id 1, sig_id 9, type both, track by_src, count 3, seconds 60
      event_filter gen_id 0, sig_id 0, type limit, track by_rule, count 1, seconds 5
      rate_filter gen_id 1, sig_id 9, track by_rule, count 1, seconds 60, new_action drop, timeout 10
      """
    let (rules, problems) = ThresholdRules.parse(text, file: "t", variables: .standard)
    #expect(problems.isEmpty)
    #expect(rules.items.map(\.id) == [7, 8, 9, 0, 9])
    guard case .suppress(let suppression) = rules.items[1].entry else {
      Issue.record("no suppression")
      return
    }
    #expect(suppression.track == .byEither)
    #expect(suppression.addresses.ranges4.count == 1)
  }

  @Test(
    "a malformed threshold is told with its place",
    arguments: [
      ("this is not correct", 1), ("suppress gen_id 1", 1), ("suppress gen_id 1, sig_id x", 27),
      ("suppress gen_id 1, sig_id 1, track by_foo, ip 1.1.1.1", 36),
      ("suppress gen_id 1, sig_id 1, track by_src, ip 1.1.1", 47),
      ("suppress gen_id 1, sig_id 1, track by_src", 1),
      ("threshold gen_id 1, sig_id 1, type foo, track by_src, count 1, seconds 1", 36),
      ("threshold gen_id 1, sig_id 1, type limit, track by_src, count 1, seconds 1, x 1", 79),
    ])
  func malformedThresholds(text: String, column: Int) {
    let (rules, problems) = ThresholdRules.parse(text, file: "t", variables: .standard)
    #expect(rules.items.isEmpty)
    #expect(problems.map(\.position.column) == [column], "\(problems)")
  }

  @Test("an entry for one rule goes before the rule's own, an entry for all is for those that have none")
  func application() {
    let text = """
      threshold gen_id 1, sig_id 1, type both, track by_src, count 3, seconds 60
      threshold gen_id 0, sig_id 0, type limit, track by_dst, count 1, seconds 5
      suppress gen_id 1, sig_id 2
      """
    let own = "threshold:type threshold, track by_src, count 9, seconds 9;"
    var environment = RuleEnvironment()
    environment.thresholds = ThresholdRules.parse(text, file: "t", variables: .standard).0
    let rules = [1, 2, 3].map {
      "alert tcp any any -> any any (content:\"abcd\"; \($0 < 3 ? own : "") sid:\($0);)"
    }
    let loaded = RuleLoader.load(files: [("x", rules.joined(separator: "\n"))], environment: environment)
    #expect(loaded.signatures.map { $0.thresholds.map(\.kind) } == [[.both], [.threshold], [.limit]])
    #expect(loaded.signatures.map(\.suppressions.count) == [0, 1, 0])
  }
}
