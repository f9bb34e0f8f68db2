import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Rules on both directions of a transaction")
struct TwoSidedRuleTests {
  private func rule(_ options: String) -> LoadedRules {
    load("alert http any any => any any (\(options) sid:4;)")
  }

  @Test("each buffer gets the direction that has it, or that it is marked with")
  func directions() {
    let loaded = rule(
      "http.stat_code; content:\"200\"; http.uri; content:\"/a\"; http.connection: to_client; content:\"x\";")
    #expect(loaded.problems.isEmpty, "\(loaded.problems)")
    let signature = loaded.signatures.first
    #expect(signature?.isTwoSided == true)
    #expect(signature?.header.isBidirectional == true)
    #expect(signature?.inspections.map(\.buffer.direction) == [.toServer, .toClient, .toClient])
  }

  @Test(
    "a rule that cannot be on both directions is refused",
    arguments: [
      ("http.uri; content:\"/a\";", "rule 4 should use both directions, but does not"),
      ("http.stat_code; content:\"200\";", "rule 4 should use both directions, but does not"),
      ("content:\"/a\";", "rule 4 should use both directions, but does not"),
      (
        "http.uri; content:\"a\"; http.stat_code; content:\"200\"; http.connection; content:\"x\";",
        "rule 4 means to use both directions, cannot have keywords ambiguous about directions"
      ),
      (
        "http.uri; content:\"a\"; http.stat_code; content:\"200\"; flow:to_server;",
        "rule 4 means to use both directions, cannot specify a flow direction"
      ),
    ])
  func impossible(options: String, words: String) {
    // The sid comes last: the rule's number is told all the same.
    let loaded = rule(options)
    #expect(loaded.signatures.isEmpty)
    #expect(loaded.refused.first?.problem?.counterpart?.text == words)
  }
}

@Suite("Numbers in the byte order of calls")
struct CallByteOrderTests {
  @Test(
    "a rule that reads numbers as calls have them is asked of calls alone",
    arguments: [
      ("byte_test:4,>,1,0,dce;", ["dcerpc", "smb"]), ("byte_extract:4,0,n,dce;", ["dcerpc", "smb"]),
      ("content:\"a\"; byte_jump:2,0,relative,dce;", ["dcerpc", "smb"]),
      ("byte_test:4,>,1,0,little;", []),
    ])
  func protocols(options: String, names: [String]) throws {
    let signature = try #require(load("alert tcp any any -> any any (\(options) sid:1;)").signatures.first)
    #expect(signature.protocols.map { ProtocolCatalogue.all[$0].name } == names)
  }
}

@Suite("Reputation")
struct ReputationTests {
  private func reputation() -> Reputation {
    var reputation = Reputation()
    #expect(reputation.readCategories("1,bad,Bad hosts\n2,good,Good hosts\n", file: "c").isEmpty)
    let scores = "10.0.0.0/8,1,10\n10.1.0.0/16,1,50\n10.1.2.3,1,90\n2001:db8::/32,1,20\n10.9.9.9,2,1\n"
    #expect(reputation.readScores(scores, file: "s").isEmpty)
    return reputation
  }

  @Test(
    "the smallest network around an address gives its score",
    arguments: [
      ("10.5.0.1", false), ("10.1.0.1", true), ("10.1.2.3", true), ("10.1.2.4", true), ("11.0.0.1", false),
    ])
  func nested(text: String, isListed: Bool) throws {
    let set = reputation().addresses(1, where: .greater(30))
    let address = try #require(IPAddress(text))
    #expect(set.contains(address) == isListed)
  }

  @Test("any score will do for isset, and families are kept apart")
  func families() throws {
    let set = reputation().addresses(1, where: nil)
    #expect(set.contains(try #require(IPAddress("2001:db8::1"))))
    #expect(!set.contains(try #require(IPAddress("2001:db9::1"))))
    #expect(!set.contains(try #require(IPAddress("192.168.0.1"))))
  }

  @Test("a malformed line is told with its place, and the rest is read")
  func malformed() {
    var reputation = Reputation()
    #expect(
      reputation.readCategories("x,bad\n1,bad,Bad\n99,a,b\n", file: "c").map(\.position.line) == [1, 3])
    let problems = reputation.readScores("1.2.3.4,1\nfoo,1,2\n1.2.3.4,1,500\n1.2.3.4,1,5\n", file: "s")
    #expect(problems.map(\.position.line) == [1, 2, 3])
    #expect(reputation.addresses(1, where: .equal(5)).ranges4.count == 1)
  }

  @Test(
    "an iprep that says nothing is refused",
    arguments: ["src", "foo,bad,>,1", "src,none,>,1", "src,bad,~,1", "src,bad,>,500", "src,bad,isset,1"])
  func refused(value: String) {
    var environment = RuleEnvironment()
    environment.reputation = reputation()
    let text = "alert ip any any -> any any (iprep:\(value); sid:1;)"
    let loaded = RuleLoader.load(files: [("x", text)], environment: environment)
    #expect(loaded.signatures.isEmpty)
    #expect(loaded.problems.first?.remedy.isEmpty == false)
  }
}
