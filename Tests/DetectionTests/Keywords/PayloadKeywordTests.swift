import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Payload keywords")
struct PayloadKeywordTests {
  private func inspections(_ options: String, _ protocolName: String = "tcp") throws -> [Inspection] {
    let loaded = load("alert \(protocolName) any any -> any any (\(options) sid:1;)")
    #expect(loaded.problems.filter { $0.severity == .error } == [])
    return try #require(loaded.signatures.first).inspections
  }

  private func contents(_ inspection: Inspection) -> [ContentCondition] {
    inspection.conditions.compactMap { condition in
      if case .content(let content) = condition { return content }
      return nil
    }
  }

  @Test(
    "a pattern is text, escapes and hexadecimal",
    arguments: [
      ("abc", Array("abc".utf8)), ("a|0D 0a|b|4 1|", [0x61, 0x0d, 0x0a, 0x62, 0x41]),
      (#"a\:\;\"\\"#, Array("a:;\"\\".utf8)), ("烽", [0xe7, 0x83, 0xbd]),
    ] as [(String, [UInt8])])
  func patterns(text: String, bytes: [UInt8]) throws {
    let inspection = try #require(try inspections("content:\"\(text)\";").first)
    #expect(contents(inspection).first?.pattern == bytes)
  }

  @Test(
    "what is wrong with a pattern is told at its byte",
    arguments: [("|4|", 41), ("|zz|", 41), ("ab|41", 42), ("a\\b", 41), ("a\"b", 41)])
  func malformed(text: String, column: Int) {
    let problems = load("alert tcp any any -> any any (content:\"\(text)\"; sid:1;)").problems
    #expect(problems.map(\.position.column) == [column], "\(problems)")
  }

  @Test("modifiers shape the content before them")
  func modifiers() throws {
    let inspection = try #require(
      try inspections(
        "content:!\"abcd\"; nocase; offset:2; depth:9; content:\"efgh\"; distance:-3; within:7; endswith; "
          + "fast_pattern:1,2;"
      ).first)
    let contents = contents(inspection)
    #expect(contents[0].isNegated && contents[0].ignoresCase)
    #expect((contents[0].offset, contents[0].depth) == (.constant(2), .constant(9)))
    #expect((contents[1].distance, contents[1].within) == (.constant(-3), .constant(7)))
    #expect(contents[1].endsWith && contents[1].isFastPattern && contents[1].isRelative)
    #expect(contents[1].fastPatternChop?.offset == 1 && contents[1].fastPatternChop?.length == 2)
  }

  @Test(
    "a setting of HTTP/2 is compared by its name and its value",
    arguments: [
      ("SETTINGS_ENABLE_PUSH", 1), ("settings_enable_push=0", 2), ("SETTINGS_MAX_FRAME_SIZE>=0x10", 2),
      ("SETTINGS_INITIAL_WINDOW_SIZE 5", 2), ("SETTINGS_MAX_CONCURRENT_STREAMS=900-1100", 3),
      ("SETTINGS_MAX_CONCURRENT_STREAMS>900-1100", 3),
    ])
  func settings(argument: String, count: Int) throws {
    let found = try inspections("http2.settings:\(argument);", "http2")
    #expect(found.map(\.conditions.count) == [count])
    #expect(contents(found[0]).first?.startsWith == true)
  }

  @Test(
    "settings that are none, and comparisons that are not taken, are told",
    arguments: ["FOO=1", "2=0", "SETTINGS_ENABLE_PUSH:1", "SETTINGS_ENABLE_PUSH!=5", "SETTINGS_ENABLE_PUSH5"])
  func badSettings(argument: String) {
    #expect(load("alert http2 any any -> any any (http2.settings:\(argument); sid:1;)").signatures.isEmpty)
  }

  @Test("rules on HTTP/2 and on DNS mean DNS over HTTP/2 as well, those on any HTTP do not")
  func dnsOverHTTP2() {
    func protocols(_ name: String, _ options: String = "") -> [String] {
      load("alert \(name) any any -> any any (\(options) sid:1;)").signatures
        .flatMap { $0.protocols.map { ProtocolCatalogue.all[$0].name } }
    }
    #expect(protocols("http") == ["http", "http2"])
    #expect(protocols("http2") == ["http2", "doh2"])
    #expect(protocols("dns", "dns.query; content:\"a\";") == ["dns", "doh2"])
    #expect(protocols("tcp", "http.uri; content:\"a\";") == ["http", "http2"])
    #expect(protocols("doh2", "dns.query; content:\"a\"; http.uri; content:\"b\";") == ["doh2"])
    #expect(protocols("dns", "http.uri; content:\"a\";") == [])
    #expect(protocols("http2", "dns.query; content:\"a\";") == [])
  }

  @Test(
    "what can never match is refused",
    arguments: [
      ("http", "http.protocol; content:\"HTTP/1.1 \";"), ("http", "http.protocol; content:!\" \";"),
      ("tcp", "byte_math:bytes 5, offset 0, oper >>, rvalue 0, result v, string dec; isdataat:v;"),
    ])
  func impossible(protocolName: String, options: String) {
    #expect(load("alert \(protocolName) any any -> any any (\(options) sid:1;)").signatures.isEmpty)
  }

  @Test("urilen asks the buffer of the URI that it stands behind")
  func lengthBehindURI() throws {
    #expect(try inspections("http.uri; urilen:!11;", "http").map(\.conditions.count) == [1])
    #expect(load("alert http any any -> any any (http.host; urilen:!11; sid:1;)").signatures.isEmpty)
  }

  @Test("an old modifier moves its content into the buffer, where relatives find it")
  func oldModifiers() throws {
    let found = try inspections(
      "content:\"GET\"; http_method; content:\"/a\"; http_uri; content:\"b\"; distance:0; http_uri; "
        + "content:\"raw\";",
      "http")
    #expect(found.map(\.buffer.keyword) == ["pkt_data", "http.method", "http.uri"])
    #expect(found.map { contents($0).count } == [1, 1, 2])
    #expect(contents(found[2])[1].isRelative)
  }

  @Test("naming a buffer again goes on in it; one with several instances asks for another one")
  func buffersAgain() throws {
    let single = try inspections(
      "http.uri; content:\"a\"; http.method; content:\"b\"; http.uri; content:\"c\";")
    #expect(single.map { contents($0).count } == [2, 1])
    let multiple = try inspections("dns.query; content:\"a\"; dns.query; content:\"b\";")
    #expect(multiple.map { contents($0).count } == [1, 1])
  }

  @Test("transformations belong to the buffer from where they stand")
  func transforms() throws {
    let found = try inspections(
      "http.uri; content:\"A\"; http.uri; url_decode; to_lowercase; content:\"b\"; "
        + "xor:\"0a0b\"; content:\"c\";"
    )
    #expect(
      found.map(\.buffer.transforms) == [
        [], [.urlDecode, .toLowercase], [.urlDecode, .toLowercase, .xor([10, 11])],
      ])
  }

  @Test("a buffer makes the rule one of its protocol and direction")
  func protocols() throws {
    let signature = try #require(load(tcp("http.uri; content:\"abcd\";")).signatures.first)
    #expect(signature.protocols.map { ProtocolCatalogue.all[$0].name } == ["http", "http2"])
    let old = try #require(load(tcp("content:\"abcd\"; http_uri;")).signatures.first)
    #expect(old.protocols.map { ProtocolCatalogue.all[$0].name } == ["http"])
    guard case .direction(.toServer)? = signature.flowConditions.first else {
      Issue.record("no direction")
      return
    }
  }

  @Test("variables have slots, and one that nothing sets is refused")
  func variables() throws {
    let loaded = load(
      tcp(
        "byte_extract:1,0,a; byte_math:bytes 1, offset 1, oper *, rvalue a, result b; "
          + "content:\"x\"; offset:b;"
      ))
    #expect(loaded.signatures.first?.variableCount == 2)
    #expect(contents(try #require(loaded.signatures.first?.inspections.first)).first?.offset == .variable(1))
    #expect(load(tcp("content:\"x\"; offset:c;")).problems.first?.position.column == 51)
  }

  @Test("an expression keeps its flags, and its captures know their groups")
  func expressions() throws {
    let found = try inspections(
      "pcre:!\"/(a)(?P<flow_x>b\\/c)/imR\";".replacing("!", with: "").replacing("R", with: ""))
    guard case .pattern(let pattern)? = found.first?.conditions.first else {
      Issue.record("no expression")
      return
    }
    #expect(pattern.expression == "(a)(?P<flow_x>b\\/c)")
    #expect(pattern.options == PatternOption.caseless | PatternOption.multiline)
    #expect(pattern.captures.map(\.group) == [2])
  }

  @Test("a flag of pcre names its buffer")
  func expressionBuffers() throws {
    #expect(try inspections("pcre:\"/a/Ui\";", "http").map(\.buffer.keyword) == ["http.uri"])
    #expect(
      try inspections("content:\"a\"; http_uri; pcre:\"/b/UR\";", "http").map(\.conditions.count) == [2])
  }

  @Test(
    "dsize:!n bounds contents to the first n bytes, and those behind another content to n behind it",
    arguments: [
      ("content:\"ab\"; dsize:!6;", [.constant(6)]),
      ("content:!\"ab\"; dsize:!6;", [.constant(6)]),
      ("content:\"ab\"; offset:2; dsize:!6;", [.constant(4)]),
      ("content:\"ab\"; offset:2; depth:3; dsize:!6;", [.constant(3)]),
      ("content:\"ab\"; depth:9; dsize:!6;", [.constant(6)]),
      ("content:\"ab\"; content:\"cd\"; distance:1; dsize:!6;", [.constant(6), .constant(6)]),
      ("pcre:\"/x/\"; content:\"cd\"; distance:1; dsize:!6;", [nil]),
      ("content:\"ab\"; dsize:6;", [nil]), ("content:\"ab\"; dsize:!4-6;", [nil]),
    ] as [(String, [Operand?])])
  func boundsBySize(options: String, depths: [Operand?]) throws {
    #expect(contents(try #require(inspections(options).first)).map(\.depth) == depths)
  }

  @Test("what looks at packets makes the rule one on packets")
  func scope() throws {
    #expect(load(tcp("dsize:>5; content:\"abcd\";")).signatures.first?.header.payloadScope == .packetOnly)
    #expect(load(tcp("content:\"abcd\";")).signatures.first?.header.payloadScope == .both)
    #expect(
      load(tcp("flow:only_stream; content:\"abcd\";")).signatures.first?.header.payloadScope == .streamOnly)
  }
}
