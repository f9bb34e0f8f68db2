import Flows
import Testing
import Wire

@testable import Detection

@Suite("Firewall: packets")
struct FirewallPacketTests {
  private let request = "GET /a HTTP/1.1\r\nHost: h\r\nUser-Agent: curl\r\n\r\n"
  private static let threat = "alert tcp any any -> any any (content:\"GET\"; sid:9;)"

  @Test("what no rule accepts is dropped, and detection does not see it")
  func defaultDrop() throws {
    let bench = try FirewallBench("accept:packet udp:all any any -> any any (sid:1;)", threats: Self.threat)
    #expect(bench.send(request) == [])
    #expect(bench.isDropped)
    #expect(bench.verdict.reason == .defaultPacketPolicy)
    #expect(bench.verdict.isByFirewall)
    #expect(bench.flow.action == .none)
  }

  @Test("the policy of packets can accept, and tell of it")
  func acceptingPolicy() throws {
    let bench = try FirewallBench("", threats: Self.threat) { policies in
      policies.packetFilter = FirewallRole.Action(words: ["accept:packet", "alert"]) ?? policies.packetFilter
    }
    #expect(bench.send(request) == [2_201_000, 9])
    #expect(!bench.isDropped)
  }

  @Test("accept:packet lets one packet through without asking its hooks")
  func acceptPacket() throws {
    let bench = try FirewallBench(
      "accept:packet tcp:all any any -> any any (content:\"GET\"; sid:1; alert;)", threats: Self.threat)
    #expect(bench.send(request) == [1, 9])
    #expect(!bench.isDropped)
    bench.send("POST /b HTTP/1.1\r\n\r\n")
    #expect(bench.isDropped)
  }

  @Test("accept:flow lets all that follows through; detection goes on")
  func acceptFlow() throws {
    let bench = try FirewallBench(
      "accept:flow tcp:all any any -> any any (content:\"GET\"; sid:1; alert;)",
      threats: "alert tcp any any -> any any (content:\"Host\"; sid:9;)")
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [1])
    #expect(bench.send("Host: h\r\n\r\n") == [9])
    #expect(!bench.isDropped)
    #expect(bench.flow.action == .accept)
  }

  @Test("drop:packet drops one packet, drop:flow all of them")
  func dropScopes() throws {
    let rules = "accept:hook tcp:all any any -> any any (sid:2;)"
    let packet = try FirewallBench("drop:packet tcp:all any any -> any any (content:\"X\"; sid:1;)\n\(rules)")
    packet.send("X")
    #expect(packet.isDropped && packet.flow.action == .none)
    packet.send("Y")
    #expect(!packet.isDropped)

    let flow = try FirewallBench("drop:flow tcp:all any any -> any any (content:\"X\"; sid:1;)\n\(rules)")
    flow.send("X")
    #expect(flow.isDropped && flow.flow.action == .drop)
    #expect((flow.flow.detection as? FlowDetection)?.isDroppedByFirewall == true)
  }

  @Test("a reject drops, and tells whom")
  func reject() throws {
    let bench = try FirewallBench("rejectboth:flow tcp:all any any -> any any (sid:1;)")
    bench.send("X")
    #expect(bench.isDropped && bench.verdict.reject == .both)
    #expect(bench.verdict.reason == .firewallRules)
  }

  @Test("the first rule in the file counts, whatever its action")
  func orderOfFile() throws {
    let accept = "accept:packet tcp:all any any -> any any (sid:1; alert;)"
    let drop = "drop:packet tcp:all any any -> any any (sid:2; alert;)"
    #expect(try FirewallBench("\(accept)\n\(drop)").send("X") == [1])
    #expect(try FirewallBench("\(drop)\n\(accept)").send("X") == [2])
  }

  @Test("noalert keeps a rule silent, and without alert it is silent too")
  func silence() throws {
    #expect(try FirewallBench("accept:packet tcp:all any any -> any any (sid:1;)").send("X") == [])
    #expect(try FirewallBench("accept:packet,alert tcp:all any any -> any any (sid:1;)").send("X") == [1])
    let silent = "drop:packet,alert tcp:all any any -> any any (noalert; sid:1;)"
    #expect(try FirewallBench(silent).send("X") == [])
  }

  @Test("a pass beside an acceptance spares the flow detection")
  func acceptAndPass() throws {
    let bench = try FirewallBench(
      "accept:flow,pass:flow tcp:all any any -> any any (sid:1;)", threats: Self.threat)
    #expect(bench.send(request) == [])
    #expect(!bench.isDropped)
  }

  @Test("outside inline mode nothing is dropped")
  func withoutInline() throws {
    var environment = RuleEnvironment()
    environment.firewallFiles = ["f"]
    let loaded = RuleLoader.load(
      files: [("f", "drop:packet udp:all any any -> any any (sid:1;)")], environment: environment)
    var policies = FirewallPolicies()
    policies.isEnabled = true
    var inspector = Inspector(RuleSet(loaded.signatures, firewall: policies))
    #expect(Fixture.alerts(&inspector, [1]) == [])
    #expect(inspector.packetVerdict.action == .alert)
  }
}

@Suite("Firewall: before the flow and the stream")
struct FirewallEarlyTests {
  @Test("before the flow a packet is dropped or goes on, however far the rule reaches")
  func beforeFlow() throws {
    let bench = try FirewallBench(
      """
      drop:flow tcp:pre_flow any any -> any any (dsize:1; sid:1; alert;)
      accept:flow tcp:pre_flow any any -> any any (dsize:2; sid:2; alert;)
      """)
    #expect(bench.sendBeforeFlow("X") == .init(false, [1]))
    #expect(bench.verdict.reason == .preFlow && bench.verdict.isByFirewall)
    #expect(bench.sendBeforeFlow("XX") == .init(true, [2]))
    #expect(bench.flow.action == .none)
    #expect(bench.sendBeforeFlow("XXX") == .init(true, []))
  }

  @Test("before the stream a rule can settle the whole flow")
  func beforeStream() throws {
    let bench = try FirewallBench(
      """
      drop:packet tcp:pre_stream any any -> any any (dsize:1; sid:1; alert;)
      accept:flow tcp:pre_stream any any -> any any (dsize:2; sid:2; alert;)
      drop:flow tcp:pre_stream any any -> any any (dsize:3; sid:3; alert;)
      """)
    #expect(bench.sendBeforeStream("X") == .init(false, [1]))
    #expect(bench.verdict.reason == .preStream && bench.flow.action == .none)
    #expect(bench.sendBeforeStream("XX") == .init(true, [2]))
    #expect(bench.flow.action == .accept)
    #expect(bench.sendBeforeStream("XXX") == .init(false, [3]))
    #expect(bench.flow.action == .drop)
  }

  @Test("their policies let packets go on unless they say otherwise")
  func policies() throws {
    let bench = try FirewallBench("") { policies in
      policies.preFlow = FirewallRole.Action(words: ["drop:packet", "alert"])
    }
    #expect(bench.sendBeforeFlow("X") == .init(false, [2_201_000]))
    #expect(bench.verdict.reason == .defaultPacketPolicy)
    #expect(bench.sendBeforeStream("X") == .init(true, []))
  }

  @Test("a packet can be kept out of its flow")
  func untracked() throws {
    let bench = try FirewallBench(
      "config:packet ip:pre_flow any any -> any any "
        + "(dsize:1; config: tracking disable, type flow, scope packet; sid:1;)")
    #expect(bench.loaded.errorCount == 0)
    #expect(bench.sendBeforeFlow("X") == .init(true, []))
    #expect(bench.isUntracked)
    #expect(bench.sendBeforeFlow("XX") == .init(true, []))
    #expect(!bench.isUntracked)
  }

  @Test("before the flow a rule cannot ask for it")
  func flowBeforeFlow() throws {
    let bench = try FirewallBench("drop:packet tcp:pre_flow any any -> any any (flow:established; sid:1;)")
    #expect(bench.loaded.problems.first?.message.contains("no flow yet") == true)
  }

  @Test("only the firewall's first hook can keep packets out of their flows")
  func untrackedElsewhere() throws {
    let bench = try FirewallBench(
      "config:packet ip:all any any -> any any (config: tracking disable, type flow, scope packet; sid:1;)")
    #expect(bench.loaded.problems.first?.message.contains("pre_flow") == true)
  }
}

@Suite("Firewall: actions")
struct FirewallActionTests {
  @Test(
    "words that make an action",
    arguments: [
      (["accept:hook"], true, FirewallRole.Scope.hook), (["accept:tx", "alert"], true, .transaction),
      (["drop:flow"], false, .flow), (["drop"], false, .packet), (["rejectdst:packet"], false, .packet),
      (["accept:flow", "pass:flow", "alert"], true, .flow), (["config:packet"], true, .hook),
    ])
  func actions(words: [String], accepts: Bool, scope: FirewallRole.Scope) throws {
    let action = try #require(FirewallRole.Action(words: words))
    #expect(action.accepts == accepts && action.scope == scope)
    #expect(action.alerts == words.contains("alert"))
    #expect(action.text == words.joined(separator: ","))
  }

  @Test(
    "words that make none",
    arguments: [
      ["accept"], ["accept:world"], ["drop:flow", "accept:flow"], ["alert"], ["pass:flow"], ["drop:flow:x"],
      [],
    ])
  func noActions(words: [String]) {
    #expect(FirewallRole.Action(words: words) == nil)
  }

  @Test("packets are counted by who decided")
  func counters() {
    var counters = VerdictCounters()
    counters.note(PacketVerdict())
    counters.note(.drop(.rules))
    var rejected = PacketVerdict.drop(.rules)
    rejected.reject = .client
    counters.note(rejected)
    var firewall = PacketVerdict.drop(.firewallRules)
    firewall.isByFirewall = true
    counters.note(firewall)
    #expect(counters.accepted == 1 && counters.blocked == 1 && counters.rejected == 1)
    #expect(counters.firewallAccepted == 3 && counters.firewallBlocked == 1)
    #expect(counters.reasons[Int(DropReason.rules.rawValue)] == 2)
    #expect(counters.reasons[Int(DropReason.firewallRules.rawValue)] == 1)
  }
}
