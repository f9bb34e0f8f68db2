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
