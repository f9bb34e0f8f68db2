import Flows
import Protocols
import Testing
import Wire

@testable import Detection

/// A firewall, detection's rules behind it, and an HTTP conversation that goes through both.
final class FirewallBench {
  let loaded: LoadedRules
  let flow: Flow
  private var inspector: Inspector
  private let conversation = Conversation(
    .tcp, sourcePort: 1025, destinationPort: 80, settings: ProtocolSettings())
  private var number: UInt64 = 0

  init(
    _ firewall: String, threats: String = "", _ change: (inout FirewallPolicies) -> Void = { _ in }
  ) throws {
    var environment = RuleEnvironment()
    environment.firewallFiles = ["firewall.rules"]
    loaded = RuleLoader.load(
      files: [("firewall.rules", firewall), ("threats.rules", threats)], environment: environment)
    var policies = FirewallPolicies()
    policies.isEnabled = true
    change(&policies)
    inspector = Inspector(RuleSet(loaded.signatures, firewall: policies))
    inspector.isInline = true
    flow = try Fixture.flow(Self.packet([], .toServer, 0), [])
  }

  /// What became of the packet sent last.
  var verdict: PacketVerdict { inspector.packetVerdict }
  var isDropped: Bool { verdict.action == .drop }
  var isUntracked: Bool { inspector.isUntracked }

  private static func packet(_ payload: [UInt8], _ direction: Direction, _ number: UInt64) -> Packet {
    var packet = Fixture.packet(payload, port: 1025, port: 80, ipProtocol: 6, number: number)
    packet.tcpFlags = 0x18
    if direction == .toClient {
      swap(&packet.source, &packet.destination)
      swap(&packet.sourcePort, &packet.destinationPort)
    }
    return packet
  }

  /// Sends a packet with text; gives the numbers of the rules that alert, in order.
  @discardableResult
  func send(_ text: String, _ direction: Direction = .toServer) -> [UInt32] {
    number += 1
    let bytes = Array(text.utf8)
    let packet = Self.packet(bytes, direction, number)
    conversation.stream(bytes.rawSpan, direction, PacketClock(nanoseconds: Int64(number)))
    var alerts: [Alert] = []
    inspector.inspect(
      packet, bytes.rawSpan, direction, flow: flow, conversation: conversation, stream: nil, into: &alerts)
    return identifiers(alerts)
  }

  /// What a table before the flow or the stream came to.
  struct Early: Equatable {
    let passes: Bool
    let alerts: [UInt32]

    init(_ passes: Bool, _ alerts: [UInt32]) {
      (self.passes, self.alerts) = (passes, alerts)
    }
  }

  /// Asks the table before the flow.
  func sendBeforeFlow(_ text: String) -> Early {
    let bytes = Array(text.utf8)
    var alerts: [Alert] = []
    let passes = inspector.passesBeforeFlow(Self.packet(bytes, .toServer, 1), bytes.rawSpan, into: &alerts)
    return Early(passes, identifiers(alerts))
  }

  /// Asks the table before the stream.
  func sendBeforeStream(_ text: String) -> Early {
    let bytes = Array(text.utf8)
    var alerts: [Alert] = []
    let passes = inspector.passesBeforeStream(
      Self.packet(bytes, .toServer, 1), bytes.rawSpan, .toServer, flow: flow, into: &alerts)
    return Early(passes, identifiers(alerts))
  }

  private func identifiers(_ alerts: [Alert]) -> [UInt32] {
    alerts.map { inspector.rules.signatures[$0.signature].identity.id }
  }
}
