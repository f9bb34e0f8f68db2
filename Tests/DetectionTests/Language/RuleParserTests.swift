import Testing

@testable import Detection

/// One rule's problems and text, for tests.
func parse(_ text: String) -> (rules: [Rule], problems: [RuleProblem]) {
  RuleParser.parse(text, file: "x.rules")
}

@Suite("Rule parser")
struct RuleParserTests {
  static let plain = "alert tcp any any -> any any (msg:\"a\"; content:\"b\"; sid:1;)"

  @Test("a rule comes apart into header and options")
  func parts() throws {
    let text =
      "drop http1:request_line [10.0.0.0/8, !10.1.1.1] any <> $HOME_NET ![80,443] "
      + "(sid:7; nocase ; msg : \"x\" ;)"
    let rule = try #require(parse(text).rules.first)
    #expect(rule.action == .drop)
    #expect(rule.protocolName.text == "http1")
    #expect(rule.hook?.text == "request_line")
    #expect(rule.source.text == "[10.0.0.0/8, !10.1.1.1]")
    #expect(rule.arrow == .bothWays)
    #expect(rule.destinationPorts.text == "![80,443]")
    #expect(rule.options.map(\.name) == ["sid", "nocase", "msg"])
    #expect(rule.options.map(\.value) == ["7", nil, "\"x\""])
  }

  @Test("comments, empty lines and every kind of line end are skipped", arguments: ["\n", "\r\n"])
  func lines(end: String) {
    let text = ["# comment \\", "", Self.plain, "  ", "; also a comment", Self.plain, ""].joined(
      separator: end)
    let (rules, problems) = parse(text)
    #expect(rules.count == 2)
    #expect(problems == [])
    #expect(rules.map(\.position.line) == [3, 6])
  }

  @Test("a backslash joins lines, and places stay those of the file")
  func joinedLines() throws {
    let text =
      "\n" + #"alert tcp any any -> any any (msg:"a"; \"# + "\n" + #"   content:"b; \"# + " \n  sid:1;)\n"
    let problem = try #require(parse(text).problems.first)
    #expect(problem.position == SourcePosition(file: "x.rules", line: 3, column: 12))
    let rule = try #require(parse("alert tcp any any -> any any (\\\n  sid:1; \\\n  rev:2;)").rules.first)
    #expect(rule.options.map { rule.text.position(at: $0.offset).line } == [2, 3])
    #expect(rule.options.map { rule.text.position(at: $0.offset).column } == [3, 3])
  }

  @Test("columns count characters, not bytes")
  func columns() throws {
    let problem = try #require(
      parse("alert tcp any any -> any any (msg:\"烽燧\"; content:\"x; sid:1;)").problems.first)
    #expect(problem.position.column == 49)
  }

  @Test(
    "what is malformed is told with its place",
    arguments: [
      ("foo tcp any any -> any any (sid:1;)", 1), ("alert", 6),
      ("alert tcp [1.1.1.1 any -> any any (sid:1;)", 11),
      ("alert tcp 1.1.1.1] any -> any any (sid:1;)", 18), ("alert tcp any any <- any any (sid:1;)", 19),
      ("alert tcp any any -> any any sid:1;)", 30), ("alert tcp any any -> any any (sid:1)", 31),
      ("alert tcp any any -> any any (content:\"a; sid:1;)", 39),
      ("alert tcp any any -> any any (sid:1;) x", 37),
      ("alert tcp any any -> any any (sid:1; ;)", 38), ("drop:never tcp any any -> any any (sid:1;)", 1),
    ])
  func malformed(text: String, column: Int) throws {
    let (rules, problems) = parse(text)
    #expect(rules.isEmpty)
    let problem = try #require(problems.first)
    #expect(problem.position.column == column, "\(problem)")
    #expect(!problem.remedy.isEmpty)
  }

  @Test("a rule without its last parenthesis is taken with a warning, as Suricata takes it")
  func missingParenthesis() {
    let (rules, problems) = parse("alert tcp any any -> any any (content:\"a\"; sid:1;")
    #expect(rules.count == 1)
    #expect(problems.map(\.severity) == [.warning])
  }

  @Test("a line that begins with a blank is no rule, and that is said")
  func leadingBlank() {
    let (rules, problems) = parse(" " + Self.plain)
    #expect(rules.isEmpty)
    #expect(problems.map(\.severity) == [.warning])
  }

  @Test("an escaped semicolon and quote belong to the value")
  func escapes() throws {
    let rule = try #require(parse(#"alert tcp any any -> any any (content:"a\;b\"c\\"; sid:1;)"#).rules.first)
    #expect(rule.options.first?.value == #""a\;b\"c\\""#)
  }

  @Test("bytes that are not UTF-8 are refused at their place")
  func invalidText() throws {
    let bytes = Array("alert tcp any any -> any any (msg:\"".utf8) + [0xff] + Array("\"; sid:1;)".utf8)
    let (rules, problems) = RuleParser.parse(bytes, file: "x.rules")
    #expect(rules.isEmpty)
    #expect(problems.first?.position.column == 36)
  }

  @Test("a rule prints and parses back equal")
  func printing() throws {
    let texts = [
      Self.plain,
      "reject dns:request_complete $A !$B <> [a,[b,!c]] 1:2 (content:\"|00 01|\\;\"; sid:2; rev:3;)",
      "alert ip any any => any any (sid:1;)",
    ]
    for text in texts {
      let rule = try #require(parse(text).rules.first)
      #expect(parse(rule.description).rules == [rule])
    }
  }

  @Test("no prefix and no changed byte of a rule stops the parser")
  func hostileText() {
    let context = CompilerContext(RuleEnvironment())
    let bytes = Array("\u{feff}alert tcp any any -> [1,!2] any (msg:\"a\"; \\\n content:\"b\"; sid:1;)".utf8)
    for length in 0...bytes.count { _ = RuleParser.parse(Array(bytes[..<length]), file: "x") }
    for index in bytes.indices {
      for byte: UInt8 in [0x0a, 0x22, 0x29, 0x3b, 0x5b, 0x5c, 0xff] {
        var changed = bytes
        changed[index] = byte
        let (rules, problems) = RuleParser.parse(changed, file: "x")
        #expect(!rules.isEmpty || !problems.isEmpty || index < 4, "only at the start is a line a remark")
        #expect(problems.allSatisfy { $0.position.line >= 1 && $0.position.column >= 1 })
        for rule in rules { _ = SignatureCompiler.compile(rule, context) }
      }
    }
  }
}
