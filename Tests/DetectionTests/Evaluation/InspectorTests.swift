import Flows
import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Inspector")
struct InspectorTests {
  private let payload = Array("user=admin&cmd=whoami".utf8)

  @Test("alerts come in the order of action, priority and number")
  func order() {
    let signatures = [
      Fixture.signature(3, [Fixture.content("admin")]),
      Fixture.signature(2, [Fixture.content("whoami")]) { $0.identity.priority = 1 },
      Fixture.signature(1, [Fixture.content("user=")]),
      Fixture.signature(9, [Fixture.content("cmd=")], action: .drop),
    ]
    #expect(Fixture.alerts(RuleSet(signatures), payload) == [9, 2, 1, 3])
  }

  @Test("a pass rule keeps the rules after it from alerting")
  func pass() {
    let signatures = [
      Fixture.signature(1, [Fixture.content("admin")], action: .pass),
      Fixture.signature(2, [Fixture.content("whoami")]),
    ]
    #expect(Fixture.alerts(RuleSet(signatures), payload) == [])
  }

  @Test("no more alerts than allowed, and the rest is counted")
  func overflow() {
    let rules = RuleSet((1...20).map { Fixture.signature(UInt32($0), [Fixture.content("admin")]) })
    var inspector = Inspector(rules)
    #expect(Fixture.alerts(&inspector, payload).count == 15)
    #expect(inspector.counters.alertsOverflow == 5)
  }

  @Test("headers are honoured: ports, addresses, both ways")
  func headers() {
    func rules(_ change: @escaping (inout HeaderCondition) -> Void) -> RuleSet {
      RuleSet([Fixture.signature(1, [Fixture.content("admin")]) { change(&$0.header) }])
    }
    let packet = Fixture.packet(payload)
    let server = AddressSet(
      isAny: false, ranges4: [.init(low: packet.destination, high: packet.destination)], ranges6: [])
    #expect(Fixture.alerts(rules { $0.destinationPorts = PortSet(ranges: [53...53]) }, payload) == [1])
    #expect(Fixture.alerts(rules { $0.destinationPorts = PortSet(ranges: [54...60]) }, payload) == [])
    #expect(Fixture.alerts(rules { $0.destination = server }, payload) == [1])
    #expect(Fixture.alerts(rules { $0.source = server }, payload) == [])
    let bothWays = rules {
      $0.source = server
      $0.isBidirectional = true
    }
    #expect(Fixture.alerts(bothWays, payload) == [1])
    #expect(Fixture.alerts(rules { $0.ipProtocols = [6] }, payload) == [])
  }

  @Test("packet conditions are honoured")
  func packetConditions() {
    let small = Fixture.signature(1) { $0.packetConditions = [.number(.payloadSize, .less(10))] }
    let large = Fixture.signature(2) { $0.packetConditions = [.number(.payloadSize, .greater(10))] }
    #expect(Fixture.alerts(RuleSet([small, large]), payload) == [2])
  }

  @Test("a rule on addresses alone alerts once for each flow and direction")
  func addressesOnce() throws {
    let rules = RuleSet([Fixture.signature(1, ipProtocol: nil)])
    var inspector = Inspector(rules)
    let packet = Fixture.packet(payload)
    let flow = try Fixture.flow(packet, payload)
    var counts: [Int] = []
    for direction in [Direction.toServer, .toServer, .toClient, .toClient] {
      var alerts: [Alert] = []
      inspector.inspect(
        packet, payload.rawSpan, direction, flow: flow, conversation: nil, stream: nil, into: &alerts)
      counts.append(alerts.count)
    }
    #expect(counts == [1, 0, 1, 0])
  }

  @Test("a rule whose list takes addresses out is asked of each packet")
  func excludedAddresses() throws {
    var rest = AddressSet.any
    rest.hasExclusions = true
    var inspector = Inspector(RuleSet([Fixture.signature(1, ipProtocol: nil) { $0.header.source = rest }]))
    let packet = Fixture.packet(payload)
    let flow = try Fixture.flow(packet, payload)
    var counts: [Int] = []
    for direction in [Direction.toServer, .toServer, .toClient] {
      var alerts: [Alert] = []
      inspector.inspect(
        packet, payload.rawSpan, direction, flow: flow, conversation: nil, stream: nil, into: &alerts)
      counts.append(alerts.count)
    }
    #expect(counts == [1, 1, 1])
  }

  @Test(
    "what belongs to no flow counts as sent to the server, and has no state",
    arguments: [
      ([FlowCondition.direction(.toServer)], true), ([.direction(.toClient)], false),
      ([.stateless], false), ([.notEstablished], false), ([.noFragment], false), ([.noStream], true),
      ([.direction(.toServer), .noStream], true), ([.direction(.toServer), .stateless], false),
    ])
  func withoutFlow(conditions: [FlowCondition], isMatch: Bool) {
    let signature = Fixture.signature(1) {
      $0.flowConditions = conditions
      $0.packetConditions = [.number(.payloadSize, .greater(0))]
    }
    #expect(Fixture.alerts(RuleSet([signature]), payload) == (isMatch ? [1] : []))
  }

  @Test("a rule with ports is not asked of what has none")
  func portsOfOtherProtocols() {
    let closed = PortSet(ranges: [0...79, 81...65535])
    let rules = RuleSet(
      [closed, .any].enumerated().map { (index, ports) in
        Fixture.signature(UInt32(index), ipProtocol: nil) {
          $0.header.destinationPorts = ports
          $0.packetConditions = [.number(.payloadSize, .greater(0))]
        }
      })
    for (ipProtocol, found) in [(UInt8(2), [1]), (1, [1]), (58, [1]), (6, [0, 1]), (132, [0, 1])] {
      let packet = Fixture.packet(payload, port: 0, port: 0, ipProtocol: ipProtocol)
      #expect(Fixture.alerts(rules, payload, packet) == found.map(UInt32.init), "\(ipProtocol)")
    }
  }

  @Test("a bit that one rule sets is seen by the next, and by later packets of the flow")
  func flowBits() throws {
    let sets = Fixture.signature(1, [Fixture.content("admin")]) {
      $0.effects = [.setFlowBits([7])]
      $0.isSilent = true
    }
    let asks = Fixture.signature(2) {
      $0.stateConditions = [.flowBitsSet([7])]
      $0.packetConditions = [.number(.payloadSize, .greater(0))]
    }
    var inspector = Inspector(RuleSet([asks, sets]))
    let packet = Fixture.packet(payload)
    let flow = try Fixture.flow(packet, payload)
    var seen: [[UInt32]] = []
    for text in ["nothing", "user=admin", "nothing"] {
      let payload = Array(text.utf8)
      var alerts: [Alert] = []
      inspector.inspect(
        Fixture.packet(payload), payload.rawSpan, .toServer, flow: flow, conversation: nil, stream: nil,
        into: &alerts)
      seen.append(alerts.map { inspector.rules.signatures[$0.signature].identity.id })
    }
    #expect(seen == [[], [2], [2]])
  }

  @Test("an expression that cannot be compiled is told, and its rule left out")
  func problems() {
    let broken = Fixture.signature(1, [.pattern(PatternCondition(expression: "(", options: 0))])
    let rules = RuleSet([broken, Fixture.signature(2, [Fixture.content("admin")])])
    #expect(rules.problems.count == 1)
    #expect(Fixture.alerts(rules, payload) == [2])
  }

  @Test("bits of hosts expire")
  func hostBits() {
    let table = HostTable()
    let bit = HostBit(.xbit, name: 1, scope: .pair)
    let (client, server) = (IPAddress(v4: 1), IPAddress(v4: 2))
    table.change(bit, .set, source: client, destination: server, nowSeconds: 0, expireSeconds: 10)
    #expect(table.isSet(bit, source: server, destination: client, nowSeconds: 5))
    #expect(!table.isSet(bit, source: client, destination: server, nowSeconds: 10))
  }
}
