import Flows
import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Verdicts")
struct VerdictTests {
  private let payload = Array("user=admin".utf8)

  /// Inspects one packet of a flow; the inspector keeps its verdict.
  private func inspect(
    _ signatures: [Signature], actions: [RuleAction] = SignatureOrder.standardActions, isInline: Bool = true,
    packets: Int = 1
  ) throws -> (verdict: PacketVerdict, flow: Flow, alerts: [UInt32]) {
    var inspector = Inspector(RuleSet(signatures, actions: actions))
    inspector.isInline = isInline
    let packet = Fixture.packet(payload)
    let flow = try Fixture.flow(packet, payload)
    var alerts: [Alert] = []
    for number in 0..<packets {
      var packet = packet
      packet.number = UInt64(number + 1)
      alerts = []
      inspector.inspect(
        packet, payload.rawSpan, .toServer, flow: flow, conversation: nil, stream: nil, into: &alerts)
    }
    let rules = inspector.rules
    return (inspector.packetVerdict, flow, alerts.map { rules.signatures[$0.signature].identity.id })
  }

  private func rule(_ id: UInt32, _ action: RuleAction) -> Signature {
    Fixture.signature(id, [Fixture.content("admin")], action: action)
  }

  @Test("an alert changes nothing")
  func alert() throws {
    let result = try inspect([rule(1, .alert)])
    #expect(result.verdict.action == .alert && result.flow.action == .none)
  }

  @Test("a drop drops inline, and only alerts elsewhere")
  func drop() throws {
    let inline = try inspect([rule(1, .drop)])
    #expect(inline.verdict.action == .drop && inline.verdict.reason == .rules)
    #expect(inline.verdict.signature == 0)
    #expect(try inspect([rule(1, .drop)], isInline: false).verdict.action == .alert)
  }

  @Test("a pass that comes first spares the packet the drop")
  func passFirst() throws {
    let result = try inspect([rule(1, .pass), rule(2, .drop)])
    #expect(result.verdict.action == .pass && result.alerts == [])
  }

  @Test("a drop that comes first stands, and the pass behind it does not pass the flow")
  func dropFirst() throws {
    let passesFlow = Fixture.signature(1, ipProtocol: nil, action: .pass)
    let result = try inspect([passesFlow, rule(2, .drop)], actions: [.drop, .pass, .reject, .alert])
    #expect(result.verdict.action == .drop && result.alerts == [2])
    #expect(result.flow.action == .none)
  }

  @Test("a pass on addresses alone holds for the flow")
  func passFlow() throws {
    let passesFlow = Fixture.signature(1, ipProtocol: nil, action: .pass)
    let result = try inspect([passesFlow, rule(2, .alert)], packets: 2)
    #expect(result.flow.action == .pass && result.verdict.action == .pass && result.alerts == [])
  }

  @Test(
    "a reject tells whom",
    arguments: [
      (RuleAction.reject, PacketVerdict.RejectTarget.client), (.rejectSource, .client),
      (.rejectDestination, .server), (.rejectBoth, .both),
    ])
  func reject(action: RuleAction, target: PacketVerdict.RejectTarget) throws {
    let result = try inspect([rule(1, action)])
    #expect(result.verdict.reject == target && result.verdict.action == .drop)
    #expect(try inspect([rule(1, action)], isInline: false).verdict.reject == target)
  }

  @Test("a rate filter's new action drops once the rate is reached, and says that it was the rate")
  func rateFilterDrops() throws {
    var signature = rule(1, .alert)
    signature.rateFilters = [
      RateFilter(track: .bySource, count: 2, seconds: 60, newAction: .drop, timeoutSeconds: 60)
    ]
    #expect(try inspect([signature], packets: 2).verdict.action == .alert)
    let result = try inspect([signature], packets: 3)
    #expect(result.verdict.action == .drop && result.verdict.reason == .threshold)
    #expect(result.alerts == [1])
  }

  @Test("a rate filter's new action passes silently")
  func rateFilterPasses() throws {
    var signature = rule(1, .alert)
    signature.rateFilters = [
      RateFilter(track: .bySource, count: 1, seconds: 60, newAction: .pass, timeoutSeconds: 60)
    ]
    let result = try inspect([signature], packets: 2)
    #expect(result.verdict.action == .pass && result.alerts == [])
  }

  @Test("each reason has a key and a text of its own kind")
  func reasons() {
    let keys = DropReason.allCases.map { "\($0.isFirewallOnly)\($0.key)" }
    #expect(Set(keys).count == keys.count)
    #expect(DropReason.preStream.text == "firewall pre stream hook")
    #expect(DropReason.streamMidstream.text == "stream midstream")
  }
}
