import Testing
import Wire

@testable import Detection

@Suite("Address and port lists")
struct RuleVariablesTests {
  static let place = SourcePosition(file: "x.rules", line: 4, column: 11)
  static let variables = RuleVariables(
    addressGroups: [
      "HOME": "[10.0.0.0/8,192.168.0.0/16]", "OUTSIDE": "!$HOME", "A": "$B", "B": "[1.1.1.1,$C]", "C": "!$A",
    ], portGroups: ["WEB": "[80,8000:8080]", "OTHER": "!$WEB", "LOOP": "$LOOP"])

  private func addresses(_ text: String) throws(RuleProblem) -> AddressSet {
    try ListEvaluator.addresses(text, at: Self.place, Self.variables)
  }

  private func ports(_ text: String) throws(RuleProblem) -> PortSet {
    try ListEvaluator.ports(text, at: Self.place, Self.variables)
  }

  @Test(
    "an address list has what it names and not what it excludes",
    arguments: [
      ("any", ["1.2.3.4", "::1"], []), ("$HOME", ["10.1.1.1", "192.168.255.255"], ["11.0.0.0", "::1"]),
      ("$OUTSIDE", ["11.0.0.0"], ["10.0.0.1", "::1"]), ("!$OUTSIDE", ["10.0.0.1"], ["11.0.0.0"]),
      ("[10.0.0.0/8,!10.1.0.0/16]", ["10.0.0.1", "10.2.0.0"], ["10.1.0.0", "10.1.255.255"]),
      ("![1.1.1.1,!2.2.2.2]", ["2.2.2.2", "3.3.3.3"], ["1.1.1.1"]),
      ("[10.0.0.0/8,![10.0.0.0/8,!10.1.1.1]]", ["10.1.1.1"], ["10.1.1.2", "11.0.0.0"]),
      ("![1.1.1.0/24,!1.1.1.1]", ["1.1.1.1", "2.2.2.2"], ["1.1.1.2"]),
      ("!!1.1.1.1", ["1.1.1.2"], ["1.1.1.1"]),
      ("![!1.1.1.1]", ["1.1.1.1"], ["1.1.1.2"]),
      ("[1.1.1.0/24,[!1.1.1.1]]", ["1.1.1.2"], ["1.1.1.1", "2.2.2.2"]),
      ("[1.1.1.1,![2.2.2.2,!3.3.3.3]]", ["1.1.1.1"], ["2.2.2.2", "3.3.3.3"]),
      ("[!1.1.1.1,![!2.2.2.2]]", ["2.2.2.2"], ["1.1.1.1", "3.3.3.3"]),
      ("1.1.1.1-1.1.1.9", ["1.1.1.1", "1.1.1.9"], ["1.1.1.10"]),
      ("1.1.1.77/255.255.255.0", ["1.1.1.0", "1.1.1.255"], ["1.1.2.0"]),
      ("[fe80::/10, 1.2.3.4]", ["fe80::1", "febf::1", "1.2.3.4"], ["fec0::", "1.2.3.5"]),
      ("!1.1.1.1", ["1.1.1.0", "1.1.1.2"], ["1.1.1.1", "::1"]),
      ("!fe80::1", ["fe80::2"], ["fe80::1", "1.1.1.1"]),
      ("![1.1.1.1,fe80::1]", ["1.1.1.2", "fe80::2"], ["1.1.1.1", "fe80::1"]),
      ("[any,!1.1.1.1]", ["1.1.1.2", "::1"], ["1.1.1.1"]),
      ("1.1.1.1,2.2.2.2", ["1.1.1.1", "2.2.2.2"], []),
    ])
  func addressLists(text: String, inside: [String], outside: [String]) throws {
    let set = try addresses(text)
    for address in inside { #expect(set.contains(try #require(IPAddress(address))), "\(address)") }
    for address in outside { #expect(!set.contains(try #require(IPAddress(address))), "\(address)") }
  }

  @Test("ranges are sorted, disjoint and joined where they meet")
  func ranges() throws {
    let set = try addresses("[10.0.0.128/25,10.0.0.0/25,9.9.9.9,10.0.0.5]")
    #expect(set.ranges4.map(\.low.description) == ["9.9.9.9", "10.0.0.0"])
    #expect(set.ranges4.map(\.high.description) == ["9.9.9.9", "10.0.0.255"])
    #expect(try ports("[5,1:3,4,!2]").ranges == [1...1, 3...5])
    #expect(try addresses("[0.0.0.0/1,128.0.0.0/1,::/0]").isAny)
  }

  @Test(
    "a port list has what it names and not what it excludes",
    arguments: [
      ("any", [0, 80, 65535], []), ("$WEB", [80, 8000, 8080], [81]), ("$OTHER", [0, 79, 81], [80, 8001]),
      ("[1:10,!5:7]", [1, 4, 8, 10], [5, 7, 11]), (":10", [0, 10], [11]), ("5000:", [5000, 65535], [4999]),
      ("[any,!80]", [79, 81], [80]), ("![80,!443]", [443], [80, 1]),
      ("!!1000", [1001], [1000]), ("![!1000]", [1000], [1001]), ("[1:5,[!3]]", [1, 2, 4, 5], [3]),
    ] as [(String, [UInt16], [UInt16])])
  func portLists(text: String, inside: [UInt16], outside: [UInt16]) throws {
    let set = try ports(text)
    for port in inside { #expect(set.contains(port)) }
    for port in outside { #expect(!set.contains(port)) }
  }

  @Test(
    "an address list that cannot be is refused",
    arguments: [
      "!any", "[1.1.1.1,!1.1.1.0/24]", "1.1.1.9-1.1.1.1", "1.1.1.1/33", "1.1.1", "[]", "[1.1.1.1,,2.2.2.2]",
      "[!$HOME,10.1.1.1]",
      "!0.0.0.0/0", "$NOPE", "::1/129", "1.1.1.1/255.0.255.0", "[1.1.1.1", "1.1.1.1]", "",
    ])
  func refusedAddresses(text: String) {
    #expect(throws: RuleProblem.self) { try addresses(text) }
  }

  @Test(
    "a port list that cannot be is refused",
    arguments: ["!any", "[1,!1]", "![1000:1005,!1001]", "70000", "10:5", "10-15", "abc", "[]", ":", "$NOPE"])
  func refusedPorts(text: String) {
    #expect(throws: RuleProblem.self) { try ports(text) }
  }

  @Test("a variable that refers to itself is refused with the way round")
  func recursion() {
    #expect { try addresses("$A") } throws: { error in
      "\(error)".contains("$A → $B → $C → $A")
    }
    #expect(throws: RuleProblem.self) { try ports("$LOOP") }
    #expect(Self.variables.problems().count == 4)
    #expect(RuleVariables.standard.problems() == [])
  }

  @Test("a misspelt variable is told with the nearest name")
  func nearest() {
    #expect { try addresses("$HOMME") } throws: { error in "\(error)".contains("$HOME") }
  }

  @Test("the place of an element within the rule is exact")
  func places() {
    #expect { try addresses("[1.1.1.1,x]") } throws: { error in
      (error as? RuleProblem)?.position.column == 20
    }
  }

  @Test("lists without end are bounded")
  func bounds() {
    #expect(throws: RuleProblem.self) {
      try addresses(String(repeating: "[", count: 500) + "1.1.1.1" + String(repeating: "]", count: 500))
    }
    var groups = ["V0": "[1.1.1.1,2.2.2.2]"]
    for index in 1...40 { groups["V\(index)"] = "[$V\(index - 1),$V\(index - 1)]" }
    let variables = RuleVariables(addressGroups: groups, portGroups: [:])
    #expect(throws: RuleProblem.self) { try ListEvaluator.addresses("$V25", at: Self.place, variables) }
  }
}
