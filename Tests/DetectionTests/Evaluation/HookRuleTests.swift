import Flows
import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Rules on hooks")
struct HookRuleTests {
  private func rules(_ rule: String) -> RuleSet {
    let loaded = RuleLoader.load(files: [("/a.rules", rule)], environment: RuleEnvironment())
    #expect(loaded.problems.isEmpty)
    return RuleSet(loaded.signatures)
  }

  @Test("a hook of a body is met again with each part of it, the last one too, other hooks once")
  func bodies() throws {
    let names = ["response_line", "response_body", "response_complete"]
    let counts = try names.map { name in
      var inspector = Inspector(rules("alert http1:\(name) any any -> any any (sid:1;)"))
      let conversation = Conversation(
        .tcp, sourcePort: 1025, destinationPort: 80, settings: ProtocolSettings())
      let clock = PacketClock(nanoseconds: 1)
      conversation.stream(Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".utf8).rawSpan, .toServer, clock)
      var packet = Fixture.packet([], port: 80, port: 1025, ipProtocol: 6)
      packet.tcpFlags = 0x10
      let none: [UInt8] = []
      let flow = try Fixture.flow(packet, none)
      var alerts: [Alert] = []
      for text in ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "def", "ghi"] {
        conversation.stream(Array(text.utf8).rawSpan, .toClient, clock)
        inspector.inspect(
          packet, none.rawSpan, .toClient, flow: flow, conversation: conversation, stream: nil,
          into: &alerts)
      }
      return alerts.count
    }
    #expect(counts == [1, 3, 1])
  }
}
