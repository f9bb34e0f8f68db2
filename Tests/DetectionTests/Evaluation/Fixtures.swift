import Flows
import Protocols
import Testing
import Wire

@testable import Detection

/// Signatures, packets and programs made by hand.
enum Fixture {
  static func content(_ text: String, _ change: (inout ContentCondition) -> Void = { _ in })
    -> BufferCondition
  {
    var content = ContentCondition(pattern: Array(text.utf8))
    change(&content)
    return .content(content)
  }

  static func signature(
    _ id: UInt32, _ conditions: [BufferCondition] = [], ipProtocol: UInt8? = 17, action: RuleAction = .alert,
    _ change: (inout Signature) -> Void = { _ in }
  ) -> Signature {
    var identity = SignatureIdentity()
    identity.id = id
    var header = HeaderCondition()
    header.ipProtocols = ipProtocol.map { [$0] }
    var signature = Signature(identity: identity, action: action, header: header)
    if !conditions.isEmpty {
      signature.inspections = [Inspection(buffer: BufferReference(.payload), conditions: conditions)]
    }
    change(&signature)
    return signature
  }

  /// Whether one chain of conditions holds on a buffer.
  static func holds(_ conditions: [BufferCondition], _ text: String, variables: Int = 0, base: Int = 0)
    -> Bool
  {
    holds(conditions, Array(text.utf8), variables: variables, base: base)
  }

  static func holds(_ conditions: [BufferCondition], _ bytes: [UInt8], variables: Int = 0, base: Int = 0)
    -> Bool
  {
    var builder = ProgramBuilder()
    let signature = signature(1, conditions) { $0.variableCount = variables }
    guard (try? builder.add(signature, nil)) != nil else {
      Issue.record("the conditions do not compile")
      return false
    }
    let program = RuleProgram(builder.program)
    var matcher = Matcher(variableCount: max(variables, 1), patterns: PatternScratch())
    return matcher.matches(program.inspections[0].steps, bytes.rawSpan, base: base, program)
  }

  /// A UDP packet over IPv4 whose frame is only its payload: offsets of headers are not needed here.
  static func packet(
    _ payload: [UInt8], from source: UInt32 = 0x0a00_0001, port: UInt16 = 40_000,
    to destination: UInt32 = 0x0a00_0002,
    port destinationPort: UInt16 = 53, ipProtocol: UInt8 = 17, number: UInt64 = 1
  ) -> Packet {
    var packet = Packet()
    packet.number = number
    packet.timeNanoseconds = Int64(number) * 1_000_000_000
    packet.ipVersion = 4
    packet.ipProtocol = ipProtocol
    packet.source = IPAddress(v4: source)
    packet.destination = IPAddress(v4: destination)
    packet.sourcePort = port
    packet.destinationPort = destinationPort
    packet.transportOffset = 0
    packet.payloadLength = Int32(payload.count)
    return packet
  }

  static func flow(_ packet: Packet, _ bytes: [UInt8]) throws -> Flow {
    let made = FlowKey(packet, bytes.rawSpan, FlowSettings(), seed: 0)
    let key = try #require(made)
    return Flow(identifier: 1, key: key, packet: packet)
  }

  /// Numbers of the rules that alert on one packet without flow.
  static func alerts(_ rules: RuleSet, _ payload: [UInt8], _ packet: Packet? = nil) -> [UInt32] {
    var inspector = Inspector(rules)
    return alerts(&inspector, payload, packet)
  }

  static func alerts(_ inspector: inout Inspector, _ payload: [UInt8], _ packet: Packet? = nil) -> [UInt32] {
    var alerts: [Alert] = []
    inspector.inspect(
      packet ?? Self.packet(payload), payload.rawSpan, .toServer, flow: nil, conversation: nil, stream: nil,
      into: &alerts)
    return alerts.map { inspector.rules.signatures[$0.signature].identity.id }
  }
}

/// A generator of pseudo-random numbers with a printed seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension Inspector {
  /// Inspects a packet with its flow's own session.
  @discardableResult
  mutating func inspect(
    _ packet: Packet, _ bytes: RawSpan, _ direction: Direction, flow: Flow?, conversation: Conversation?,
    stream: TCPResult?, into alerts: inout [Alert]
  ) -> InspectionOutcome {
    inspect(
      packet, bytes, direction, flow: flow, session: flow?.tcp, conversation: conversation, stream: stream,
      into: &alerts)
  }
}
