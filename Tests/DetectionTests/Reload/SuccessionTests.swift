import Flows
import Protocols
import Testing
import Wire

@testable import Detection

/// Rules in force, and others that take their place.
private struct RuleChange: ~Copyable {
  var loaded: LoadedRules
  var rules: RuleSet
  var inspector: Inspector
  var history = RuleHistory.first
  var changes = Succession.Changes()

  init(_ texts: [String]) {
    loaded = RuleLoader.load(files: [("a", texts.joined(separator: "\n"))], environment: RuleEnvironment())
    rules = RuleSet(loaded.signatures, datasets: loaded.datasets)
    inspector = Inspector(rules)
  }

  mutating func exchange(_ texts: [String], _ flows: [Flow] = []) {
    var environment = RuleEnvironment()
    environment.names = loaded.names
    loaded = RuleLoader.load(files: [("a", texts.joined(separator: "\n"))], environment: environment)
    let next = RuleSet(loaded.signatures, datasets: loaded.datasets)
    let succession = Succession(from: rules, history, to: next)
    let memory = inspector.memory
    let (counters, checks) = (inspector.counters, inspector.checks)
    memory.renew(by: succession, counted: ThresholdTable())
    inspector = Inspector(next, memory: memory, matchLimit: 3500, depthLimit: 1500)
    inspector.follow(succession, counters: counters, checks: checks)
    for flow in flows { succession.renew(flow) }
    (rules, history, changes) = (next, succession.history, succession.changes)
  }

  /// Numbers of the rules that alert on a datagram of a flow.
  mutating func alerts(_ text: String, _ flow: Flow) -> [UInt32] {
    let payload = Array(text.utf8)
    var alerts: [Alert] = []
    inspector.inspect(
      Fixture.packet(payload), payload.rawSpan, .toServer, flow: flow, conversation: nil, stream: nil,
      into: &alerts)
    return alerts.map { rules.signatures[$0.signature].identity.id }
  }

  /// Numbers of the rules that alert on a request's bytes, or on a packet without any.
  mutating func alerts(request text: String, _ flow: Flow) -> [UInt32] {
    guard let conversation = flow.application as? Conversation else { return [] }
    if !text.isEmpty {
      conversation.stream(Array(text.utf8).rawSpan, .toServer, PacketClock(nanoseconds: 1))
    }
    var packet = Fixture.packet([], port: 1025, port: 80, ipProtocol: 6)
    packet.tcpFlags = 0x10
    let none: [UInt8] = []
    var alerts: [Alert] = []
    inspector.inspect(
      packet, none.rawSpan, .toServer, flow: flow, conversation: conversation, stream: nil, into: &alerts)
    conversation.settledAt.toServer = conversation.changes
    return alerts.map { rules.signatures[$0.signature].identity.id }
  }
}

private func datagrams() throws -> Flow { try Fixture.flow(Fixture.packet([1]), [1]) }

private func http() throws -> Flow {
  let flow = try Fixture.flow(Fixture.packet([], port: 1025, port: 80, ipProtocol: 6), [])
  flow.application = Conversation(
    .tcp, sourcePort: 1025, destinationPort: 80, settings: ProtocolSettings())
  return flow
}

private func udp(_ options: String, _ sid: Int) -> String {
  "alert udp any any -> any any (\(options) sid:\(sid);)"
}

private func request(_ options: String, _ sid: Int) -> String {
  "alert http any any -> any any (\(options) sid:\(sid);)"
}

@Suite("Succession of rules")
struct SuccessionTests {
  @Test("bits and numbers of a flow keep their names, whatever else is loaded")
  func bits() throws {
    let sets = udp("content:\"login\"; flowbits:set,in; flowint:tries,=,7; flowbits:noalert;", 1)
    let asks = udp("content:\"secret\"; flowbits:isset,in; flowint:tries,==,7;", 2)
    var change = RuleChange([sets, asks])
    let flow = try datagrams()
    #expect(change.alerts("login", flow) == [])
    let others = (0..<9).map {
      udp("content:\"x\($0)y\"; flowbits:set,b\($0); flowint:n\($0),+,1;", 100 + $0)
    }
    change.exchange(others + [asks], [flow])
    #expect(change.alerts("secret", flow) == [2])
    change.exchange([asks, sets], [flow])
    #expect(change.alerts("secret", flow) == [2])
  }

  @Test("rules that came, went and changed are counted")
  func counts() {
    var change = RuleChange([udp("content:\"a1\";", 1), udp("content:\"b1\";", 2), udp("content:\"c1\";", 3)])
    change.exchange([udp("content:\"a1\";", 1), udp("content:\"b2\";", 2), udp("content:\"d1\";", 4)])
    #expect(change.changes.added == 1)
    #expect(change.changes.removed == 1)
    #expect(change.changes.changed == 1)
  }

  @Test("a rule on addresses that came is asked of flows that are there, one that stays is not asked again")
  func addresses() throws {
    let known = "alert ip any any -> 10.0.0.2 any (sid:8;)"
    let new = "alert ip any any -> 10.0.0.0/24 any (sid:9;)"
    var change = RuleChange([known])
    let flow = try datagrams()
    #expect(change.alerts("x", flow) == [8])
    change.exchange([new, known], [flow])
    #expect(change.alerts("x", flow) == [9])
    #expect(change.alerts("x", flow) == [])
    change.exchange([known, new], [flow])
    #expect(change.alerts("x", flow) == [])
  }

  @Test("a transaction that is open is shown to rules that came, and nothing alerts twice on it")
  func openTransaction() throws {
    let uri = request("http.uri; content:\"/login\";", 1)
    let agent = request("http.user_agent; content:\"evil\";", 2)
    let always = request("http.method; bsize:4;", 3)
    var change = RuleChange([uri])
    let flow = try http()
    let head = "POST /login HTTP/1.1\r\nHost: a\r\nUser-Agent: evil\r\nContent-Length: 12\r\n\r\nuser="
    #expect(change.alerts(request: head, flow) == [1])
    change.exchange([agent, always, uri], [flow])
    #expect(change.alerts(request: "", flow).sorted() == [2, 3])
    change.exchange([always, uri, agent], [flow])
    #expect(change.alerts(request: "a&pw=b1", flow) == [])
  }

  @Test("two reloads without a packet between them ask the rules of both")
  func twoReloads() throws {
    let uri = request("http.uri; content:\"/login\";", 1)
    let agent = request("http.user_agent; content:\"evil\";", 2)
    let host = request("http.host; content:\"victim\";", 3)
    var change = RuleChange([uri])
    let flow = try http()
    let head = "POST /login HTTP/1.1\r\nHost: victim\r\nUser-Agent: evil\r\nContent-Length: 12\r\n\r\nuser="
    #expect(change.alerts(request: head, flow) == [1])
    change.exchange([uri, agent], [flow])
    change.exchange([host, agent, uri], [flow])
    #expect(change.alerts(request: "", flow).sorted() == [2, 3])
  }

  @Test("a rule that waits for the rest of a request goes on waiting, and alerts once")
  func waiting() throws {
    let waits = request("http.uri; content:\"/login\"; http.request_body; content:\"password\"; endswith;", 1)
    let other = request("http.uri; content:\"/nothing\";", 2)
    var change = RuleChange([waits])
    let flow = try http()
    let head = "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\nuser="
    #expect(change.alerts(request: head, flow) == [])
    change.exchange([other, waits], [flow])
    #expect(change.alerts(request: "", flow) == [])
    #expect(change.alerts(request: "password", flow) == [1])
    change.exchange([waits], [flow])
    #expect(change.alerts(request: "", flow) == [])
  }

  @Test("counts of thresholds go on by number; one that was written otherwise begins anew")
  func thresholds() throws {
    func rules(_ count: Int) -> RuleSet {
      RuleSet(
        RuleLoader.load(
          files: [
            (
              "a",
              udp("content:\"xy\"; threshold:type limit,track by_src,count 1,seconds 60;", 7) + "\n"
                + udp("content:\"zz\"; threshold:type limit,track by_src,count \(count),seconds 60;", 9)
            )
          ], environment: RuleEnvironment()
        ).signatures)
    }
    let (old, new) = (rules(1), rules(2))
    let address = IPAddress(v4: 1)
    var table = ThresholdTable()
    for signature in old.signatures {
      let admitted = table.admit(
        signature, source: address, destination: address, flow: 1, timeMicroseconds: 10_000_000)
      #expect(admitted)
    }
    table.renew(by: Succession(from: old, .first, to: new))
    let admitted = new.signatures.map {
      table.admit($0, source: address, destination: address, flow: 1, timeMicroseconds: 11_000_000)
    }
    #expect(admitted == [false, true])
  }

  @Test("a data set keeps what rules put into it; a list that has changed is read anew")
  func dataSets() {
    func set(_ name: String, _ digest: [UInt8]?, _ members: [String]) -> Dataset {
      var set = Dataset(name: name, kind: .string, savePath: nil, memcapBytes: 1 << 24, hashSize: 64)
      set.listDigest = digest
      for member in members { _ = set.insert(Array(member.utf8)) }
      return set
    }
    let old = RuleSet(
      [], datasets: [set("seen", nil, []), set("list", [1], ["a"]), set("other", [2], ["a"])])
    let new = RuleSet(
      [], datasets: [set("other", [3], ["b"]), set("list", [1], ["a"]), set("seen", nil, [])])
    let memory = DetectionMemory(old)
    let step = DatasetStep(
      dataset: 0, command: .set, check: NumberCheck(operation: .equal, first: 0, second: 0),
      matchesSubdomains: false, contextKey: -1)
    for number: Int32 in 0...2 {
      var step = step
      step.dataset = number
      _ = memory.datasets.answer(step, Array("put".utf8).rawSpan, [])
    }
    memory.renew(by: Succession(from: old, .first, to: new), counted: ThresholdTable())
    let members = memory.datasets.sets.map { set in ["a", "b", "put"].filter { set.contains(Array($0.utf8)) }
    }
    #expect(members == [["b"], ["a", "put"], ["put"]])
  }

  @Test("a tag holds on after its rule is gone")
  func tags() throws {
    let tags = udp("content:\"login\"; tag:session,3,packets;", 1)
    let other = udp("content:\"nothing\"; tag:session;", 2)
    var change = RuleChange([tags])
    let flow = try datagrams()
    #expect(change.alerts("login", flow) == [1])
    change.exchange([other], [flow])
    var tagged: [Bool] = []
    for _ in 0..<3 {
      _ = change.alerts("x", flow)
      tagged.append(change.inspector.isTagged)
    }
    #expect(tagged == [true, true, false])
  }
}
