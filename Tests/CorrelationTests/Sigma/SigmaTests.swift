import Correlation
import Foundation
import Testing

@Suite struct SigmaTests {
  private func event(_ at: Int64, _ values: [String: String]) -> SigmaEvent {
    SigmaEvent(timeNanoseconds: at * 1_000_000_000, values: values.mapValues { [$0] })
  }

  private func rules(_ text: String) -> [SigmaRule] {
    let (rules, problems) = SigmaLoader.load(text, file: "rule.yml")
    #expect(problems.map(\.description) == [])
    return rules
  }

  private func matches(_ search: String, condition: String = "selection", _ values: [String: String]) throws
    -> Bool
  {
    let text = "title: t\nlogsource: {product: suricata}\ndetection:\n\(search)\n  condition: \(condition)\n"
    return try #require(rules(text).first).matches(event(0, values))
  }

  @Test("values match without regard to case, with wildcards and their escapes")
  func wildcards() throws {
    #expect(try matches("  selection:\n    http.url: '*/Admin?.php'", ["http.url": "/x/adMIN1.php"]))
    #expect(try !matches("  selection:\n    http.url: '/admin?.php'", ["http.url": "/admin.php"]))
    #expect(try matches(#"  selection: {a: 'x\*y'}"#, ["a": "x*y"]))
    #expect(try !matches(#"  selection: {a: 'x\*y'}"#, ["a": "xzy"]))
  }

  @Test(
    "modifiers",
    arguments: [
      ("a|contains: bc", "abcd", true), ("a|startswith: bc", "abcd", false), ("a|endswith: CD", "abcd", true),
      ("a|cased: ABC", "abc", false), ("a|contains|all: [a, d]", "abcd", true),
      ("a|contains|all: [a, z]", "abcd", false),
      ("a|re: '^a.*d$'", "abcd", true), ("a|re: '^A'", "abcd", false), ("a|re|i: '^A'", "abcd", true),
      ("a|cidr: 10.0.0.0/8", "10.2.3.4", true), ("a|cidr: 'fd00::/8'", "10.2.3.4", false),
      ("a|gte: 5", "5", true),
      ("a|lt: 5", "5", false), ("a|exists: true", "x", true), ("a|exists: false", "x", false),
      ("a|base64: foo", "Zm9v", true), ("a|base64offset|contains: foo", "xxxxZvbw", true),
      ("a: 5", "5.0", true),
      ("a|windash|contains: ' -e'", "cmd /e", true), ("a|fieldref: b", "x", true), ("a: null", "", true),
    ])
  func modifiers(line: String, value: String, expected: Bool) throws {
    #expect(try matches("  selection:\n    \(line)", ["a": value, "b": "x"]) == expected)
  }

  @Test(
    "conditions combine searches",
    arguments: [
      ("s1 and not s2", true), ("s1 and s2", false), ("1 of s*", true), ("all of s*", false),
      ("not (s1 or s2)", false),
      ("1 of them", true), ("s2 or s1 and s1", true),
    ])
  func conditions(condition: String, expected: Bool) throws {
    #expect(try matches("  s1: {a: x}\n  s2: {a: y}", condition: condition, ["a": "x"]) == expected)
  }

  @Test("all that is wrong with a file is told, with its place")
  func problems() {
    let text = """
      title: t
      detectoin: {}
      detection:
        selection: {a|nonsense: x, b|gt: y}
        condition: selection and (other
      ---
      title: c
      correlation: {type: event_cuont, rules: [nobody], timespan: 5x}
      """
    let (rules, problems) = SigmaLoader.load(text, file: "r.yml")
    #expect(rules.isEmpty)
    #expect(problems.count >= 6)
    #expect(problems.allSatisfy { $0.position.line > 0 && !$0.remedy.isEmpty })
    #expect(problems.contains { $0.position.line == 5 })
    var part = ""
    for character in text {
      part.append(character)
      _ = SigmaLoader.load(part, file: "r.yml")
    }
  }

  static let failed = """
    title: failed
    name: failed
    detection: {selection: {action: failed}, condition: selection}
    ---
    title: success
    name: success
    detection: {selection: {action: success}, condition: selection}
    ---

    """

  private func hits(_ correlation: String, _ events: [SigmaEvent]) -> Int {
    var engine = SigmaEngine(rules(Self.failed + "title: c\nname: c\ncorrelation:\n" + correlation))
    return events.flatMap { engine.take($0) }.count { $0.rule.name == "c" }
  }

  private func attempts(_ times: [Int64], user: String = "u", action: String = "failed", bytes: Int = 1)
    -> [SigmaEvent]
  {
    times.map { event($0, ["action": action, "user": user, "source": "s\($0)", "bytes": "\(bytes)"]) }
  }

  @Test("event_count counts within the span, for each group by itself")
  func eventCount() {
    let rule =
      "  type: event_count\n  rules: failed\n  group-by: [user]\n  timespan: 10s\n  condition: {gte: 3}\n"
    #expect(hits(rule, attempts([0, 1, 2])) == 1)
    #expect(hits(rule, attempts([0, 1, 20])) == 0)
    #expect(hits(rule, attempts([0, 1]) + attempts([2], user: "v")) == 0)
  }

  @Test("value_count counts different values")
  func valueCount() {
    let rule =
      "  type: value_count\n  rules: [failed]\n  timespan: 1m\n  condition: {field: source, gte: 3}\n"
    #expect(hits(rule, attempts([0, 1, 2])) == 1)
    #expect(hits(rule, attempts([0, 0, 0, 1])) == 0)
  }

  @Test("temporal takes any order, temporal_ordered the rules' own")
  func temporal() {
    let any = "  type: temporal\n  rules: [failed, success]\n  group-by: [user]\n  timespan: 5m\n"
    let ordered = any.replacing("temporal", with: "temporal_ordered")
    let forward = attempts([0]) + attempts([1], action: "success")
    let backward = attempts([0], action: "success") + attempts([1])
    #expect(hits(any, forward) == 1)
    #expect(hits(any, backward) == 1)
    #expect(hits(ordered, forward) == 1)
    #expect(hits(ordered, backward) == 0)
  }

  @Test("sums, averages and percentiles of a field")
  func numbers() {
    let events = attempts([0], bytes: 10) + attempts([1], bytes: 20) + attempts([2], bytes: 90)
    let rule = { (kind: String, condition: String) in
      "  type: \(kind)\n  rules: [failed]\n  timespan: 1h\n  condition: {field: bytes, \(condition)}\n"
    }
    #expect(hits(rule("value_sum", "gte: 120"), events) == 1)
    #expect(hits(rule("value_sum", "gt: 120"), events) == 0)
    #expect(hits(rule("value_avg", "gte: 40"), events) == 1)
    #expect(hits(rule("value_percentile", "percentile: 95, gte: 90"), events) == 1)
  }

  @Test("aliases name each rule's own field")
  func aliases() {
    let rule = """
        type: temporal
        rules: [failed, success]
        aliases: {who: {failed: user, success: account}}
        group-by: [who]
        timespan: 1m

      """
    let events = attempts([0], user: "zhang") + [event(1, ["action": "success", "account": "zhang"])]
    #expect(hits(rule, events) == 1)
  }

  @Test("an EVE line gives its values by dotted names; a hostile one gives nothing")
  func lines() throws {
    let line =
      #"{"timestamp":"2026-11-20T01:03:10.120000+0000","alert":{"signature_id":9},"dns":{"a":["x","y"]}}"#
    let event = try #require(SigmaEvent(line: Data(line.utf8)))
    #expect(event.timeNanoseconds == Timestamp.nanoseconds("2026-11-20T01:03:10.120Z"))
    #expect(event.values["alert.signature_id"] == ["9"])
    #expect(event.values["dns.a"] == ["x", "y"])
    #expect(SigmaEvent(line: Data(String(repeating: "[", count: 100_000).utf8)) == nil)
    #expect(SigmaEvent(line: Data([0xff, 0])) == nil)
  }
}
