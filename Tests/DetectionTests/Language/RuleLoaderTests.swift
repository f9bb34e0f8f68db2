import Testing
import Wire

@testable import Detection

/// Loads rules for tests.
func load(_ texts: String...) -> LoadedRules {
  RuleLoader.load(files: [("x.rules", texts.joined(separator: "\n"))], environment: RuleEnvironment())
}

/// A TCP rule with these options.
func tcp(_ options: String, sid: Int = 1) -> String {
  "alert tcp any any -> any any (\(options) sid:\(sid);)"
}

@Suite("Rule loader")
struct RuleLoaderTests {
  @Test("of two rules with one sid the higher revision stays")
  func revisions() {
    let loaded = load(
      tcp("content:\"aaaa\"; rev:1;"), tcp("content:\"bbbb\"; rev:2;"), tcp("content:\"cccc\"; rev:2;"))
    #expect(loaded.signatures.map(\.identity.revision) == [2])
    #expect(loaded.problems.map(\.severity) == [.warning, .error])
    #expect(loaded.problems.last?.message.contains("x.rules:2:1") == true)
  }

  @Test("all problems of all files are told in the order of files and lines")
  func allProblems() {
    let files = [("b", tcp("foo;") + "\n" + tcp("content:\"|1|\"; depth:x; ttl:999;")), ("a", "alert")]
    let loaded = RuleLoader.load(files: files, environment: RuleEnvironment())
    #expect(
      loaded.problems.map { "\($0.position.file):\($0.position.line)" } == [
        "b:1", "b:2", "b:2", "b:2", "a:1",
      ])
    #expect(loaded.signatures.isEmpty)
  }

  @Test("signatures stand by action, by flowbits, by priority and by number")
  func order() {
    let loaded = load(
      tcp("content:\"a\";", sid: 9), tcp("content:\"a\"; priority:1;", sid: 8),
      tcp("flowbits:isset,x; content:\"a\"; priority:1;", sid: 7),
      tcp("flowbits:set,x; content:\"a\";", sid: 6),
      tcp("flowbits:isset,x; flowbits:set,y; content:\"a\";", sid: 5),
      "drop tcp any any -> any any (content:\"a\"; sid:4;)",
      "pass tcp any any -> any any (content:\"a\"; sid:3;)")
    #expect(loaded.signatures.map(\.identity.id) == [3, 4, 6, 5, 7, 8, 9])
    #expect(loaded.flowBitNames == ["x", "y"])
  }

  @Test("the priority is the rule's own, else its class type's, else 3")
  func priorities() {
    let loaded = load(
      tcp("content:\"a\"; classtype:trojan-activity;", sid: 1),
      tcp("content:\"a\"; classtype:trojan-activity; priority:4;", sid: 2), tcp("content:\"a\";", sid: 3))
    #expect(
      loaded.signatures.sorted { $0.identity.id < $1.identity.id }.map(\.identity.priority) == [1, 4, 3])
    #expect(loaded.signatures.first?.identity.category == "A Network Trojan was detected")
  }

  @Test("what alerts say of a rule is kept")
  func identity() throws {
    let text = tcp(
      #"msg:"a\;b \"q\""; content:"a"; reference:cve,2021-44228; metadata:a b, c d e;"#
        + " target:dest_ip; gid:3; rev:4;"
    )
    let identity = try #require(load(text).signatures.first?.identity)
    #expect(identity.message == "a;b \"q\"")
    #expect(identity.references.map(\.value) == ["2021-44228"])
    #expect(identity.metadata.map { "\($0.key)=\($0.value)" } == ["a=b", "c=d e"])
    #expect(identity.target == .destination)
    #expect((identity.group, identity.revision) == (3, 4))
    #expect(identity.text == text)
  }

  @Test("a rule that requires what is not there is left out without an error")
  func requirements() {
    let loaded = load(
      tcp("requires:version >= 9; foo;", sid: 1), tcp("requires: version >= 7 < 9; content:\"a\";", sid: 2),
      tcp("requires: version >= 6 < 7 | >= 8.0.1; content:\"a\";", sid: 3),
      tcp("requires: keyword nosuch; content:\"a\";", sid: 4),
      tcp("requires: keyword pcre; content:\"a\";", sid: 5))
    #expect(loaded.signatures.map(\.identity.id).sorted() == [2, 3, 5])
    #expect(loaded.errorCount == 0)
  }

  @Test("weak rules are warned of")
  func warnings() {
    let loaded = load(
      tcp("pcre:\"/a+/\";", sid: 1), tcp("content:\"ab\";", sid: 2),
      tcp("content:\"abcd\"; distance:1;", sid: 3),
      tcp("flowbits:isset,never; content:\"abcd\";", sid: 4), tcp("flow:established;", sid: 5),
      tcp("msg:\"fine\"; classtype:misc-attack; content:\"abcd\";", sid: 6))
    let warnings = RuleReview.warnings(loaded)
    let specific = warnings.filter { !$0.message.contains("msg") && !$0.message.contains("classtype") }
    #expect(Set(specific.map(\.position.line)) == [1, 2, 3, 4, 5])
    #expect(!warnings.contains { $0.position.line == 6 })
  }

  @Test("names of state are shared by all rules")
  func names() throws {
    let loaded = load(
      tcp("flowbits:set,a; content:\"x\";", sid: 1), tcp("flowbits:isset,b|a; content:\"x\";", sid: 2))
    guard case .flowBitsSet(let bits)? = loaded.signatures.last?.stateConditions.first else {
      Issue.record("no condition")
      return
    }
    #expect(bits.map { loaded.flowBitNames[$0] } == ["b", "a"])
  }
}
