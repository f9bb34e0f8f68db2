import Flows
import Protocols
import Wire

/// What is being inspected: a packet with all that hangs on it.
///
/// An object, as it is large and every rule asks for some of it: a value would be copied whole wherever a
/// part of it is passed on. Each inspector has one that it uses for packet after packet (`begin`), confined
/// to it.
final class Subject {
  private(set) var packet = Packet()
  /// Way of the packet within the conversation.
  private(set) var direction = Direction.toServer
  private(set) var flow: Flow?
  /// The flow's TCP session.
  private(set) var session: TCPSession?
  private(set) var conversation: Conversation?
  private(set) var stream: TCPResult?
  private(set) var detection: FlowDetection?
  /// The flow has ended: the packet is only made up.
  private(set) var isEnd = false
  private(set) var isInline = false
  private var facts = Facts(Packet(), .toServer, nil, nil, nil, nil, isEnd: false)

  /// Nothing yet: see `begin`.
  init() {}

  convenience init(
    _ packet: Packet, _ direction: Direction, flow: Flow?, session: TCPSession?, conversation: Conversation?,
    stream: TCPResult?, detection: FlowDetection?, isEnd: Bool, isInline: Bool
  ) {
    self.init()
    begin(
      packet, direction, flow: flow, session: session, conversation: conversation, stream: stream,
      detection: detection, isEnd: isEnd, isInline: isInline)
  }

  /// Goes on to another packet.
  func begin(
    _ packet: Packet, _ direction: Direction, flow: Flow?, session: TCPSession?, conversation: Conversation?,
    stream: TCPResult?, detection: FlowDetection?, isEnd: Bool, isInline: Bool
  ) {
    facts = Facts(packet, direction, flow, conversation, stream, detection, isEnd: isEnd)
    self.packet = packet
    self.direction = direction
    self.flow = flow
    self.session = session
    self.conversation = conversation
    self.stream = stream
    self.detection = detection
    self.isEnd = isEnd
    self.isInline = isInline
  }
}

// What is searched ahead in the packet's stream: session and flow's state are asked where they stand, without
// counting a reference.
extension Subject {
  /// Shows the end of the packet's stream from an offset on, after at most `reach` bytes before it.
  func withTail(from start: Int64, reach: Int, _ body: (_ bytes: RawSpan, _ newFrom: Int) -> Void) {
    session?.withTail(sessionDirection, from: start, reach: reach, body)
  }

  /// A part of the stream was searched ahead for a group's rules.
  func extendAhead(to tail: RawTail, from start: Int64, group: Int32) {
    detection?.ahead[sessionDirection].extend(to: tail, from: start, group: group)
  }

  /// What was searched ahead counts no more.
  func forgetAhead() { detection?.ahead[sessionDirection] = SearchedAhead() }

  /// Whether a part of the stream was searched ahead for a group's rules, and is as it was then.
  func isSearchedAhead(_ from: UInt64, _ to: UInt64, of tail: RawTail, group: Int32) -> Bool {
    detection?.ahead[sessionDirection].covers(from, to, of: tail, group: group) ?? false
  }

  /// Keeps rules found in a part of the stream.
  func noteAhead(_ rules: [Int32], from: UInt64, to: UInt64) {
    detection?.noteAhead(rules, sessionDirection, from: from, to: to)
  }
}

extension Subject {
  /// What is asked for again and again, worked out once.
  private struct Facts {
    let sessionDirection: Direction
    let isEstablished: Bool
    let isFinished: Bool
    let finishes: Bool
    let hasNews: Bool
    let isInStream: Bool
    let isError: Bool
    let isRefused: Bool
    let isICMPv4Error: Bool
    let protocolIndex: Int32
    let hasFlow: Bool
    let flowAction: FlowAction
    let gate: RuleGate.View

    init(
      _ packet: Packet, _ direction: Direction, _ flow: Flow?, _ conversation: Conversation?,
      _ stream: TCPResult?, _ detection: FlowDetection?, isEnd: Bool
    ) {
      // Chains are read where the object lies; what is bound is counted first.
      isFinished = detection?.hidesPayload ?? false
      sessionDirection = conversation?.isReversed == true ? direction.opposite : direction
      finishes = !isFinished && !isEnd && conversation?.hidesPayload == true
      hasNews = isEnd || conversation?.hasNews(direction) == true
      protocolIndex = Int32(truncatingIfNeeded: conversation?.protocolIndex ?? -1)
      hasFlow = flow != nil
      flowAction = flow?.action ?? .none
      if let stream {
        isEstablished = stream.isEstablished
        isRefused = !stream.isValid && !stream.isTolerated
        isInStream = stream.isInStream
      } else {
        isEstablished = flow?.isEstablished ?? false
        isRefused = false
        isInStream = false
      }
      isError = packet.isICMP && hasFlow && flow?.ipProtocol != packet.ipProtocol
      isICMPv4Error = packet.isICMPv4Error
      gate = RuleGate.View(packet, direction, hasFlow: hasFlow, isEstablished: isEstablished)
    }
  }

  /// What is asked of the flow's state with every packet.
  var hasTags: Bool { detection?.hasTags ?? false }
  var hasRaised: Bool { detection?.hasRaised(direction) ?? false }
  var hasPending: Bool { detection?.hasPending(direction) ?? false }
  var stateRevision: UInt32 { detection?.stateRevision ?? 0 }
  var hasAhead: Bool { detection?.hasAhead(sessionDirection) ?? false }
  /// How far the packet's stream has come; nil where it is not kept.
  var rawTail: RawTail? { session?.rawTail(sessionDirection) }
  /// Nothing of the flow has changed since rules on transactions were last asked in this direction.
  var isSettled: Bool {
    !hasNews && !hasRaised && detection?.waits[direction] == false
      && detection?.stateSeen[direction] == detection?.stateRevision
  }
  var hasConversationEvents: Bool { (conversation?.eventCount ?? 0) > 0 }

  /// Way of the packet within the TCP session, which knows nothing of a conversation taken the wrong way
  /// round.
  var sessionDirection: Direction { facts.sessionDirection }
  /// `flow:established` holds.
  var isEstablished: Bool { facts.isEstablished }
  /// What the flow carries from here on is encrypted, or of no interest: payloads tell nothing.
  var isFinished: Bool { facts.isFinished }
  /// The same begins behind this packet.
  var finishes: Bool { facts.finishes }
  /// The parser was shown something since rules on transactions were last asked in this direction.
  var hasNews: Bool { facts.hasNews }
  /// The packet's payload is part of its stream, and inspected there.
  var isInStream: Bool { facts.isInStream }
  /// The packet is an ICMP error about the flow: it brings nothing of the flow's data.
  var isError: Bool { facts.isError }
  /// The packet does not fit its stream: it says nothing of the protocol, whose rules are not asked.
  var isRefused: Bool { facts.isRefused }
  /// The packet is an ICMP error for IPv4: it is of no flow.
  var isICMPv4Error: Bool { facts.isICMPv4Error }
  /// Position in the catalogue of the flow's protocol; −1: not known, or none.
  var protocolIndex: Int32 { facts.protocolIndex }
  /// The packet's payload.
  @_lifetime(copy bytes)
  func payload(of bytes: RawSpan) -> RawSpan {
    bytes.part(Int(packet.payloadOffset), Int(packet.payloadLength))
  }
  var hasFlow: Bool { facts.hasFlow }
  /// What was decided on the flow's packets before this one.
  var flowAction: FlowAction { facts.flowAction }
  /// What the gates of rules ask for.
  var gate: RuleGate.View { facts.gate }
}
