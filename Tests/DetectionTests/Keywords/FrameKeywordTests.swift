import Protocols
import Testing
import Wire

@testable import Detection

@Suite("Frame keyword")
struct FrameKeywordTests {
  private func load(_ rule: String) -> LoadedRules {
    RuleLoader.load(files: [("/rules/a.rules", rule)], environment: RuleEnvironment())
  }

  /// The name in a DNS query for `a.example`.
  private static let query: [UInt8] =
    [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] + Array("a".utf8) + [7] + Array("example".utf8)
    + [0, 0, 1, 0, 1]

  /// Runs rules on one datagram with a DNS query.
  private func alerts(_ options: String, header: String = "dns") -> [Alert] {
    let loaded = load("alert \(header) any any -> any any (\(options) sid:1;)")
    #expect(loaded.problems.isEmpty)
    let rules = RuleSet(loaded.signatures)
    var settings = ProtocolSettings()
    settings.frames = rules.frameNeeds
    let conversation = Conversation(.udp, sourcePort: 1025, destinationPort: 53, settings: settings)
    conversation.datagram(Self.query.rawSpan, .toServer, PacketClock(nanoseconds: 1))
    let packet = Fixture.packet(Self.query, port: 1025, port: 53, ipProtocol: 17)
    guard let flow = try? Fixture.flow(packet, Self.query) else { return [] }
    var inspector = Inspector(rules)
    var alerts: [Alert] = []
    inspector.inspect(
      packet, Self.query.rawSpan, .toServer, flow: flow, conversation: conversation, stream: nil,
      into: &alerts)
    return alerts
  }

  @Test(
    "contents are looked for within the frame, by its own offsets",
    arguments: [
      ("frame:dns.pdu; content:\"example\";", true),
      ("frame:pdu; content:\"|12 34|\"; startswith;", true),
      ("frame:dns.pdu; content:\"|00 01|\"; endswith;", true),
      ("frame:dns.pdu; content:\"example\"; offset:16;", false),
      ("frame:dns.pdu; content:\"example\"; offset:15; bsize:27;", true),
      ("frame:dns.pdu; content:\"examplf\";", false),
      ("frame:dns.pdu; content:!\"examplf\";", true),
      ("frame:dns.pdu; to_uppercase; content:\"EXAMPLE\";", true),
      ("frame:dns.pdu; pcre:\"/e.a/\";", true),
      ("flow:to_client; frame:dns.pdu; content:\"example\";", false),
    ])
  func matches(options: String, holds: Bool) {
    #expect(alerts(options).isEmpty != holds)
  }

  @Test("an alert on a frame tells of it and of its transaction")
  func alert() throws {
    let alert = try #require(alerts("frame:dns.pdu; content:\"example\";", header: "udp").first)
    let frame = try #require(alert.frame)
    #expect(frame.identifier == 1)
    #expect(frame.length == UInt64(Self.query.count))
    #expect(alert.transaction == 0)
  }

  @Test("rules ask only for the frames that they name")
  func needs() {
    let loaded = load(
      """
      alert tls any any -> any any (frame:tls.pdu; content:"a"; sid:1;)
      alert tls any any -> any any (frame:data; content:"a"; sid:2;)
      alert http any any -> any any (http.uri; content:"a"; sid:3;)
      """)
    #expect(RuleSet(loaded.signatures).frameNeeds == ["tls": 1 << 1 | 1 << 3])
  }

  @Test(
    "what is wrong with a frame is told in the reference's words",
    arguments: [
      ("tcp", "frame:stream; content:\"a\";", "can't use shorthand notation for frame 'stream'"),
      ("http", "frame:http1.foo; content:\"a\";", "unknown frame 'foo' for protocol 'http1'"),
      ("udp", "frame:http1.request; content:\"a\";", "unknown frame 'request' for protocol 'http1'"),
      ("http", "frame:dns.pdu; content:\"a\";", "frame 'dns.pdu' protocol 'dns' mismatch"),
      ("http", "frame:http1.request; content:\"a\"; http.uri; content:\"a\";", "can't mix app-layer buffer"),
      ("http", "content:\"b\"; frame:http1.request; content:\"a\";", "can't mix pure content and frame"),
    ])
  func problems(header: String, options: String, words: String) {
    let loaded = load("alert \(header) any any -> any any (\(options) sid:1;)")
    #expect(loaded.signatures.isEmpty)
    #expect(loaded.problems.contains { $0.counterpart?.text.contains(words) == true })
  }
}
