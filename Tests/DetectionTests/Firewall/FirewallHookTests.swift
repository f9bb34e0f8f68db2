import Flows
import Testing
import Wire

@testable import Detection

@Suite("Firewall: hooks of protocols")
struct FirewallHookTests {
  private static let packets = "accept:hook tcp:all any any -> any any (sid:100;)\n"

  /// Rules with the hooks given, each with the hook's place as its number.
  private func rules(_ hooks: [String], scope: String = "hook") -> String {
    hooks.enumerated().reduce(into: Self.packets) { text, hook in
      text += "accept:\(scope) http1:\(hook.element) any any -> any any (alert; sid:\(hook.offset + 1);)\n"
    }
  }

  private let requestHooks = [
    "request_started", "request_line", "request_headers", "request_body", "request_trailer",
    "request_complete",
  ]

  @Test("a transaction passes its hooks one after another, as far as it has come")
  func walk() throws {
    let bench = try FirewallBench(rules(requestHooks))
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [1, 2, 3])
    #expect(bench.send("Host: h\r\n") == [])
    #expect(bench.send("\r\n") == [3, 4, 5, 6])
    #expect(bench.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n") == [1, 2, 3, 4, 5, 6])
    #expect(!bench.isDropped)
  }

  @Test("where no rule stands the policy counts, which drops the flow")
  func missingHook() throws {
    let bench = try FirewallBench(rules(["request_started", "request_line"]))
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [1, 2])
    #expect(bench.isDropped && bench.verdict.reason == .defaultApplicationPolicy)
    #expect(bench.flow.action == .drop)
  }

  @Test("a hook's policy can accept the hook, the transaction or the flow", arguments: ["hook", "tx", "flow"])
  func policies(scope: String) throws {
    let bench = try FirewallBench(Self.packets) { policies in
      policies.hooks["http1/request_started"] = FirewallRole.Action(words: ["accept:\(scope)", "alert"])
    }
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [2_201_001])
    #expect(bench.isDropped == (scope == "hook"))
    #expect((bench.flow.action == .accept) == (scope == "flow"))
  }

  @Test("accept:tx lets the rest of its transaction through, not the next")
  func acceptTransaction() throws {
    let bench = try FirewallBench(
      rules(["request_started"])
        + "accept:tx http1:request_line any any -> any any (http.uri; content:\"/a\"; alert; sid:7;)")
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [1, 7])
    #expect(bench.send("Host: h\r\n\r\n") == [])
    #expect(!bench.isDropped)
    #expect(bench.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n") == [1])
    #expect(bench.isDropped)
  }

  @Test("a rule that does not hold yet lets the policy drop; with < it waits, and what comes before passes")
  func waiting() throws {
    func bench(_ hook: String) throws -> FirewallBench {
      try FirewallBench(
        Self.packets
          + "accept:tx http1:\(hook) any any -> any any (http.user_agent; content:\"curl\"; alert; sid:7;)")
    }
    let exact = try bench("request_headers")
    exact.send("GET /a HTTP/1.1\r\n")
    #expect(exact.isDropped)

    let early = try bench("<request_headers")
    #expect(early.send("GET /a HTTP/1.1\r\n") == [])
    #expect(!early.isDropped)
    #expect(early.send("Host: h\r\n") == [])
    #expect(early.send("User-Agent: curl\r\n\r\n") == [7])
    #expect(!early.isDropped)

    let never = try bench("<request_headers")
    never.send("GET /a HTTP/1.1\r\n")
    never.send("User-Agent: wget\r\n\r\n")
    #expect(never.isDropped && never.verdict.reason == .defaultApplicationPolicy)
  }

  @Test("< stands for the hooks before only where no rule comes first")
  func waitingBehindOthers() throws {
    let early =
      "accept:tx http1:<request_headers any any -> any any (http.user_agent; content:\"curl\"; sid:7;)"
    let gap = try FirewallBench(rules(["request_started"]) + early)
    #expect(gap.send("GET /a HTTP/1.1\r\n") == [1])
    #expect(gap.isDropped)
    let filled = try FirewallBench(rules(["request_started", "request_line"]) + early)
    #expect(filled.send("GET /a HTTP/1.1\r\n") == [1, 2])
    #expect(!filled.isDropped)
  }

  @Test("only what accepts more than a packet can stand before its hook")
  func earlyDrop() throws {
    let bench = try FirewallBench("drop:flow http1:<request_line any any -> any any (sid:1;)")
    #expect(bench.loaded.errorCount == 1)
    #expect(bench.loaded.problems.first?.message.contains("lets through") == true)
  }

  @Test("the packet filter comes first, then rules on packets, hooks, and rules on transactions")
  func order() throws {
    let bench = try FirewallBench(
      "accept:hook,alert tcp:all any any -> any any (sid:4;)\n"
        + "accept:flow,alert http1:request_started any any -> any any (sid:3;)",
      threats: """
        alert http any any -> any any (http.uri; content:"/a"; sid:1;)
        alert tcp any any -> any any (content:"GET"; sid:2;)
        """)
    #expect(bench.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n") == [4, 2, 3, 1])
  }

  @Test("what detection drops by its packet does not come before hooks")
  func threatDropsFirst() throws {
    let bench = try FirewallBench(
      rules(requestHooks), threats: "drop tcp any any -> any any (content:\"GET\"; sid:20;)")
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [20])
    #expect(bench.isDropped && !bench.verdict.isByFirewall && bench.verdict.reason == .rules)
  }

  @Test("detection's pass spares a flow detection, not the firewall")
  func threatPasses() throws {
    let bench = try FirewallBench(
      rules(["request_started", "request_line", "request_headers"]),
      threats: """
        pass http any any -> any any (http.uri; content:"/a"; sid:20;)
        alert tcp any any -> any any (content:"Host"; sid:21;)
        """)
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [1, 2, 3])
    #expect(bench.send("Host: h\r\n\r\n") == [3])
    #expect(bench.isDropped)
  }

  @Test("a drop at a hook keeps rules on transactions from looking")
  func dropAtHook() throws {
    let bench = try FirewallBench(
      Self.packets + "drop:flow,alert http1:request_started any any -> any any (sid:1;)",
      threats: "alert http any any -> any any (http.uri; content:\"/a\"; sid:20;)")
    #expect(bench.send("GET /a HTTP/1.1\r\n") == [1])
    #expect(bench.isDropped && bench.verdict.reason == .firewallRules)
  }

  @Test("a response has hooks of its own")
  func responses() throws {
    let bench = try FirewallBench(
      rules(["request_started"], scope: "tx")
        + "drop:flow http1:response_line any any -> any any (http.stat_code; content:\"404\"; sid:8;)\n"
        + "accept:hook http1:response_started any any -> any any (sid:9;)")
    bench.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(!bench.isDropped)
  }
}
