import Flows
import Testing
import Wire

@testable import Detection

@Suite("State of flows and hosts")
struct FlowStateTests {
  /// Numbers of the rules that alert on each of some packets of one flow, in order.
  private func alerts(_ rules: String, packets: Int = 4) throws -> [[UInt32]] {
    let lines = rules.split(separator: "\n").enumerated().map { number, options in
      "alert udp any any -> any any (\(options) sid:\(number + 1);)"
    }
    let loaded = load(lines.joined(separator: "\n"))
    #expect(loaded.problems == [])
    var inspector = Inspector(RuleSet(loaded.signatures))
    let payload = Array("payload".utf8)
    let flow = try Fixture.flow(Fixture.packet(payload), payload)
    return (1...packets).map { number in
      var alerts: [Alert] = []
      inspector.inspect(
        Fixture.packet(payload, number: UInt64(number)), payload.rawSpan, .toServer, flow: flow,
        conversation: nil, stream: nil, into: &alerts)
      return alerts.map { inspector.rules.signatures[$0.signature].identity.id }
    }
  }

  @Test("a number of the flow is compared with another, which is 0 while nobody has set it")
  func comparedWithOther() throws {
    #expect(try alerts("flowint:aa,+,1; flowint:bb,=,2;\nflowint:aa,>,bb;") == [[1], [1], [1, 2], [1, 2]])
    #expect(try alerts("flowint:aa,=,3;\nflowint:aa,>,zz;", packets: 1) == [[1, 2]])
    #expect(try alerts("flowint:aa,<,zz;", packets: 1) == [[]])
  }

  @Test("a number is set to another, and grows and shrinks by it")
  func changedByOther() throws {
    #expect(try alerts("flowint:aa,+,1; flowint:bb,=,aa;\nflowint:bb,==,3;") == [[1], [1], [1, 2], [1]])
    #expect(try alerts("flowint:aa,=,2; flowint:bb,+,aa;\nflowint:bb,==,6;") == [[1], [1], [1, 2], [1]])
    #expect(try alerts("flowint:bb,=,zz;\nflowint:bb,==,0;", packets: 1) == [[1, 2]])
  }

  @Test("a text that was captured for the flow is asked for a part of it")
  func captured() throws {
    let rules = "flowvar:v,\"yl\";\npcre:\"/(p\\w+)o/,flow:v\";\nflowvar:v,\"|79|lo\";"
    #expect(try alerts(rules, packets: 1).map { $0.sorted() } == [[1, 2]])
    #expect(try alerts("flowvar:v,\"a\";", packets: 2) == [[], []])
    #expect(load("alert tcp any any -> any any (flowvar:v; sid:1;)").signatures.isEmpty)
  }

  @Test(
    "a call of a remote procedure is told by its numbers",
    arguments: [
      ("100000", true), ("100000,2,3", true), ("100000,*,3", true), ("100000,3", false),
      ("100000,2,4", false),
    ])
  func remoteCalls(argument: String, isThere: Bool) throws {
    let call: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xA0, 0, 0, 0, 2, 0, 0, 0, 3]
    var answer = call
    answer[7] = 1
    let loaded = load("alert udp any any -> any any (rpc:\(argument); nfq_set_mark:0x1/0xff; sid:1;)")
    #expect(loaded.problems == [])
    for (payload, isExpected) in [(call, isThere), (Array(call.dropLast()), false), (answer, false)] {
      var inspector = Inspector(RuleSet(loaded.signatures))
      var alerts: [Alert] = []
      inspector.inspect(
        Fixture.packet(payload, number: 1), payload.rawSpan, .toServer,
        flow: try Fixture.flow(Fixture.packet(payload), payload), conversation: nil, stream: nil,
        into: &alerts)
      #expect(alerts.isEmpty == !isExpected)
    }
  }

  @Test("what is no call and no mark is refused", arguments: ["rpc:*,2,3", "rpc:0x1", "nfq_set_mark:1"])
  func refused(options: String) {
    #expect(load("alert udp any any -> any any (\(options); sid:1;)").signatures.isEmpty)
  }

  @Test("numbers have 32 bits and wrap; what was never set is not subtracted from")
  func wrapping() throws {
    #expect(try alerts("flowint:aa,=,4294967295; flowint:aa,+,1;\nflowint:aa,==,0;", packets: 1) == [[1, 2]])
    #expect(
      try alerts("flowint:aa,=,2; flowint:aa,-,3;\nflowint:aa,==,4294967295;", packets: 1) == [[1, 2]])
    #expect(try alerts("flowint:aa,-,1;\nflowint:aa,isset;", packets: 1) == [[1]])
  }

  @Test("who asks for xbits is asked before who sets them, for flowbits and hostbits the other way round")
  func order() throws {
    let condition = "dsize:>0;"
    #expect(
      try alerts(
        "xbits:set,xx,track ip_src; \(condition)\nxbits:isset,xx,track ip_src; \(condition)", packets: 2)
        == [[1], [2, 1]])
    #expect(
      try alerts("flowbits:isset,xx; \(condition)\nflowbits:set,xx; \(condition)", packets: 2)
        == [[2, 1], [2, 1]])
    #expect(
      try alerts("hostbits:set,xx; \(condition)\nhostbits:isset,xx; \(condition)", packets: 2)
        == [[1, 2], [1, 2]])
  }

  @Test("what is no number and no name is refused")
  func refusals() {
    for value in ["aa,*,1", "aa,+,", "aa,+,b b", "aa,+,4294967296", "aa", ",+,1"] {
      #expect(load("alert udp any any -> any any (flowint:\(value); sid:1;)").signatures.isEmpty, "\(value)")
    }
  }
}
