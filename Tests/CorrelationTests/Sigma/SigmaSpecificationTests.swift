import Correlation
import Foundation
import Testing

/// What the examples of the Sigma specification (rules 2.0, correlations 2.0, modifiers 2.1) ask for.
@Suite struct SigmaSpecificationTests {
  private func event(_ second: Int64, _ values: [String: String]) -> SigmaEvent {
    SigmaEvent(timeNanoseconds: second * 1_000_000_000, values: values.mapValues { [$0] })
  }

  private func rules(_ text: String) -> [SigmaRule] {
    let (rules, problems) = SigmaLoader.load(text, file: "rule.yml")
    #expect(problems.map(\.description) == [])
    return rules
  }

  private func matches(_ detection: String, _ values: [String: String]) throws -> Bool {
    try #require(rules("title: t\ndetection:\n\(detection)").first).matches(event(0, values))
  }

  @Test("a map joins its fields, a list of values any of them, a list of maps any of these")
  func maps() throws {
    let log = "  selection: {EventLog: Security, EventID: [517, 1102]}\n  condition: selection\n"
    #expect(try matches(log, ["EventLog": "Security", "EventID": "1102"]))
    #expect(try !matches(log, ["EventLog": "Security", "EventID": "1103"]))
    let either = """
        selection:
          - Image|endswith: '\\example.exe'
          - Description|contains: 'Test executable'
        condition: selection
      """
    #expect(try matches(either, ["Image": #"C:\x\Example.exe"#]))
    #expect(try matches(either, ["Description": "a test executable of ours"]))
    #expect(try !matches(either, ["Image": "example.com"]))
  }

  @Test("keywords are looked for in the whole event, any of them or with |all each")
  func keywords() throws {
    let any = "  keywords: [EVILSERVICE, 'svchost.exe -n evil']\n  condition: keywords\n"
    #expect(try matches(any, ["a": "x", "b": "run svchost.exe -n evil now"]))
    let all = """
        keywords_cmdlet:
          '|all':
            - 'OabVirtualDirectory'
            - ' -ExternalUrl '
        condition: keywords_cmdlet
      """
    #expect(try matches(all, ["a": "Set-OabVirtualDirectory x -ExternalUrl y"]))
    #expect(try !matches(all, ["a": "Set-OabVirtualDirectory x"]))
  }

  @Test("null, the empty text and fields that exist are told apart from others")
  func specialValues() throws {
    let changed =
      "  selection: {EventID: 4738}\n  filter: {PasswordLastSet: null}\n"
      + "  condition: selection and not filter\n"
    #expect(try matches(changed, ["EventID": "4738", "PasswordLastSet": "today"]))
    #expect(try !matches(changed, ["EventID": "4738"]))
    let exists = "  selection: {EventID: 4738, PasswordLastSet|exists: true}\n  condition: selection\n"
    #expect(try matches(exists, ["EventID": "4738", "PasswordLastSet": ""]))
    #expect(try !matches(exists, ["EventID": "4738"]))
  }

  @Test(
    "backslashes are plain but before wildcards and themselves",
    arguments: [
      (#"a\b"#, #"a\b"#, true), (#"a\\b"#, #"a\b"#, true), (#"a\*"#, "a*", true), (#"a\*"#, "abc", false),
      (#"a\\*"#, #"a\bc"#, true), (#"a\\\*"#, #"a\*"#, true), (#"a\\\\b"#, #"a\\b"#, true),
      ("a?c", "abc", true),
      ("a?c", "ac", false),
    ])
  func escapes(value: String, subject: String, expected: Bool) throws {
    #expect(try matches("  selection: {f: '\(value)'}\n  condition: selection\n", ["f": subject]) == expected)
  }

  @Test("searches that begin with an underscore are none of 'them'; conditions in a list are alternatives")
  func conditions() throws {
    let them = "  _hidden: {a: x}\n  shown: {b: y}\n  condition: 1 of them\n"
    #expect(try !matches(them, ["a": "x"]))
    #expect(try matches(them, ["b": "y"]))
    let list = "  one: {a: x}\n  two: {b: y}\n  condition: [one, two]\n"
    #expect(try matches(list, ["b": "y"]))
    let filtered = """
        selection_a: {a: x}
        selection_b: {b: y}
        filter_c: {c: z}
        condition: 1 of selection* and not 1 of filter*
      """
    #expect(try matches(filtered, ["b": "y"]))
    #expect(try !matches(filtered, ["b": "y", "c": "z"]))
  }

  @Test(
    "newer modifiers",
    arguments: [
      ("a|neq: x", "y", true), ("a|neq: x", "x", false), ("a|neq: 5", "5", false),
      ("a|fieldref|neq: b", "x", true),
      ("a|fieldref|neq: b", "other", false), ("a|utf16be|base64: cmd", "AGMAbQBk", true),
      ("a|utf16|base64: cmd", "//5jAG0AZAA=", false),
      ("a|utf16|base64|startswith: cmd", "//5jAG0AZAA=", true),
      ("a|wide|base64: cmd", "YwBtAGQA", true), ("a|hour: 3", "2026-11-20T03:04:05Z", true),
      ("a|minute: 4", "2026-11-20T03:04:05Z", true), ("a|day: 20", "2026-11-20T03:04:05Z", true),
      ("a|month: 12", "2026-11-20T03:04:05Z", false), ("a|year: 2026", "2026-11-20", true),
      ("a|week: 47", "2026-11-20", true), ("a|week: 53", "2026-12-31", true),
      ("a|week: 53", "2027-01-01", true),
      ("a|week: 1", "2027-01-04", true), ("a|week: 1", "2024-12-30", true),
    ])
  func modifiers(line: String, value: String, expected: Bool) throws {
    #expect(
      try matches("  selection:\n    \(line)\n  condition: selection\n", ["a": value, "b": "other"])
        == expected)
  }

  @Test("placeholders that are not known are refused, with their remedy")
  func placeholders() {
    let text = "title: t\ndetection: {s: {user|expand: '%Administrators%'}, condition: s}\n"
    let (rules, problems) = SigmaLoader.load(text, file: "r.yml")
    #expect(rules.isEmpty)
    #expect(problems.contains { $0.message.contains("expand") && !$0.remedy.isEmpty })
  }

  @Test("fields of one's own are allowed; what is nearly a known one is a slip")
  func ownFields() {
    let text = "title: t\nteam: blue\nx_ticket: 7\ndetection: {s: {a: x}, condition: s}\n"
    #expect(rules(text).count == 1)
    for slip in ["detectoin", "Detection", "detections", "tag", "levle"] {
      let (_, problems) = SigmaLoader.load(text + "\(slip): x\n", file: "r.yml")
      #expect(problems.contains { $0.message.contains(slip) }, "\(slip)")
    }
  }

  static let logins = """
    title: Multiple Failed Logins Followed by Successful Login
    id: b180ead8-d58f-40b2-ae54-c8940995b9b6
    name: both
    status: experimental
    correlation:
      type: temporal_ordered
      rules: [multiple_failed_login, successful_login]
      group-by: [User]
      timespan: 10m
    falsepositives: [Unlikely]
    level: high
    ---
    title: Multiple failed logons
    id: a8418a5a-5fc4-46b5-b23b-6c73beb19d41
    name: multiple_failed_login
    correlation:
      type: event_count
      rules: [failed_login]
      group-by: [User]
      timespan: 10m
      condition: {gte: 10}
    ---
    title: Single failed login
    id: 53ba33fd-3a50-4468-a5ef-c583635cfa92
    name: failed_login
    logsource: {product: windows, service: security}
    detection: {selection: {EventID: [529, 4625]}, condition: selection}
    ---
    title: Successful login
    id: 4d0a2c83-c62c-4ed4-b475-c7e23a9269b8
    name: successful_login
    logsource: {product: windows, service: security}
    detection: {selection: {EventID: [528, 4624]}, condition: selection}
    """

  private func hits(_ text: String, _ events: [SigmaEvent], name: String) -> Int {
    var engine = SigmaEngine(rules(text))
    return events.flatMap { engine.take($0) }.count { $0.rule.name == name }
  }

  @Test("ten failed log-ins, then one that succeeds, of the same user within ten minutes")
  func chain() {
    let failures = (0..<10).map { event(Int64($0), ["EventID": "4625", "User": "zhang"]) }
    let success = event(60, ["EventID": "4624", "User": "zhang"])
    #expect(hits(Self.logins, failures + [success], name: "both") == 1)
    #expect(hits(Self.logins, Array(failures.dropLast()) + [success], name: "both") == 0)
    #expect(hits(Self.logins, [success] + failures, name: "both") == 0)
    #expect(hits(Self.logins, failures + [event(60, ["EventID": "4624", "User": "li"])], name: "both") == 0)
    #expect(
      hits(Self.logins, failures + [event(900, ["EventID": "4624", "User": "zhang"])], name: "both") == 0)
  }

  @Test("aliases group by different fields of different rules")
  func aliases() {
    let text = """
      title: error
      name: internal_error
      detection: {selection: {http.response.status_code: 500}, condition: selection}
      ---
      title: connection
      name: new_network_connection
      detection:
        selection: {event.category: network, event.type: connection, event.outcome: success}
        condition: selection
      ---
      title: both
      name: both
      correlation:
        type: temporal
        rules: [internal_error, new_network_connection]
        group-by: [internal_ip, remote_ip]
        timespan: 10s
        aliases:
          internal_ip: {internal_error: destination.ip, new_network_connection: source.ip}
          remote_ip: {internal_error: source.ip, new_network_connection: destination.ip}
      """
    let error = event(
      0, ["http.response.status_code": "500", "source.ip": "203.0.113.7", "destination.ip": "10.0.0.1"])
    func connection(_ second: Int64, to remote: String) -> SigmaEvent {
      event(
        second,
        [
          "event.category": "network", "event.type": "connection", "event.outcome": "success",
          "source.ip": "10.0.0.1", "destination.ip": remote,
        ])
    }
    #expect(hits(text, [error, connection(5, to: "203.0.113.7")], name: "both") == 1)
    #expect(hits(text, [error, connection(5, to: "203.0.113.8")], name: "both") == 0)
    #expect(hits(text, [error, connection(15, to: "203.0.113.7")], name: "both") == 0)
  }

  @Test("a temporal correlation may ask for some of its rules, by number or by expression")
  func temporalConditions() {
    let commands = ["a", "b", "c"].map { name in
      "title: \(name)\nname: recon_cmd_\(name)\ndetection: {s: {cmd: \(name)}, condition: s}\n---\n"
    }.joined()
    func rule(_ condition: String) -> String {
      commands + """
        title: recon
        name: recon
        correlation:
          type: temporal
          rules: [recon_cmd_a, recon_cmd_b, recon_cmd_c]
          group-by: [host]
          timespan: 5m
          condition: \(condition)
        """
    }
    let two = ["a", "b"].enumerated().map { event(Int64($0), ["cmd": $1, "host": "h"]) }
    let three = two + [event(3, ["cmd": "c", "host": "h"])]
    #expect(hits(rule("recon_cmd_a AND recon_cmd_b AND recon_cmd_c"), three, name: "recon") == 1)
    #expect(hits(rule("recon_cmd_a AND recon_cmd_b AND recon_cmd_c"), two, name: "recon") == 0)
    #expect(hits(rule("{gte: 2}"), two, name: "recon") == 1)
    #expect(hits(rule("{gte: 3}"), two, name: "recon") == 0)
    #expect(hits(rule("recon_cmd_a and (recon_cmd_c or recon_cmd_b)"), two, name: "recon") == 1)
  }

  @Test("counts may be bounded from both sides")
  func range() {
    let text = """
      title: x
      name: x
      detection: {s: {a: x}, condition: s}
      ---
      title: some
      name: some
      correlation: {type: event_count, rules: [x], group-by: [h], timespan: 1h, condition: {gt: 2, lte: 3}}
      """
    let events = (0..<3).map { event(Int64($0), ["a": "x", "h": "h"]) }
    #expect(hits(text, events, name: "some") == 1)
    #expect(hits(text, Array(events.dropLast()), name: "some") == 0)
  }
}
