import Flows
import Protocols
import Wire

/// What is being inspected: a packet with all that hangs on it. Passed down by reference, never stored.
struct Subject {
  let packet: Packet
  /// Way of the packet within the conversation.
  let direction: Direction
  var flow: Flow? { held.flow }
  /// The flow's TCP session.
  var session: TCPSession? { @inline(never) get { held.session } }
  var conversation: Conversation? { held.conversation }
  let stream: TCPResult?
  var detection: FlowDetection? { @inline(never) get { held.detection } }
  /// What is asked of the flow's state with every packet, without counting a reference.
  var hasTags: Bool { held.detection?.hasTags ?? false }
  var hasRaised: Bool { held.detection?.hasRaised(direction) ?? false }
  var hasPending: Bool { held.detection?.hasPending(direction) ?? false }
  var stateRevision: UInt32 { held.detection?.stateRevision ?? 0 }
  var hasAhead: Bool { held.detection?.hasAhead(sessionDirection) ?? false }
  /// How far the packet's stream has come; nil where it is not kept.
  var rawTail: RawTail? { held.session?.rawTail(sessionDirection) }
  /// Nothing of the flow has changed since rules on transactions were last asked in this direction.
  var isSettled: Bool {
    !hasNews && !hasRaised && held.detection?.waits[direction] == false
      && held.detection?.stateSeen[direction] == held.detection?.stateRevision
  }
  var hasConversationEvents: Bool { (held.conversation?.eventCount ?? 0) > 0 }
  /// The flow has ended: the packet is only made up.
  let isEnd: Bool
  let isInline: Bool
  /// Way of the packet within the TCP session, which knows nothing of a conversation taken the wrong way
  /// round.
  let sessionDirection: Direction
  /// `flow:established` holds.
  let isEstablished: Bool
  /// What the flow carries from here on is encrypted, or of no interest: payloads tell nothing.
  let isFinished: Bool
  /// The same begins behind this packet.
  let finishes: Bool
  /// The parser was shown something since rules on transactions were last asked in this direction.
  let hasNews: Bool
  /// The packet's payload is part of its stream, and inspected there.
  let isInStream: Bool
  /// The packet is an ICMP error about the flow: it brings nothing of the flow's data.
  let isError: Bool
  /// The packet does not fit its stream: it says nothing of the protocol, whose rules are not asked.
  let isRefused: Bool
  /// What hangs on the packet. What is bound by `if let` is read through functions, which count one
  /// reference: where they are inlined, the optional is copied through the tables of its type, at ten times
  /// the cost.
  private let held: Held

  private struct Held {
    let flow: Flow?
    let session: TCPSession?
    let conversation: Conversation?
    let detection: FlowDetection?
  }
  /// What the gates of rules ask for.
  let gate: RuleGate.View

  init(
    _ packet: Packet, _ direction: Direction, flow: Flow?, session: TCPSession?, conversation: Conversation?,
    stream: TCPResult?, detection: FlowDetection?, isEnd: Bool, isInline: Bool
  ) {
    self.packet = packet
    self.direction = direction
    held = Held(flow: flow, session: session, conversation: conversation, detection: detection)
    self.stream = stream
    self.isEnd = isEnd
    self.isInline = isInline
    sessionDirection = conversation?.isReversed == true ? direction.opposite : direction
    isEstablished = stream?.isEstablished ?? flow?.isEstablished ?? false
    isFinished = detection?.hidesPayload ?? false
    finishes = !isFinished && !isEnd && conversation?.hidesPayload == true
    hasNews = isEnd || conversation.map { $0.settledAt[direction] != $0.changes } ?? false
    isError = packet.isICMP && flow.map { $0.ipProtocol != packet.ipProtocol } ?? false
    isRefused = stream.map { !$0.isValid && !$0.isTolerated } ?? false
    isInStream = stream?.isInStream ?? false
    gate = RuleGate.View(packet, direction, hasFlow: flow != nil, isEstablished: isEstablished)
  }
}

// What is searched ahead in the packet's stream: session and flow's state are asked where they stand, without
// counting a reference.
extension Subject {
  /// Shows the end of the packet's stream from an offset on, after at most `reach` bytes before it.
  func withTail(from start: Int64, reach: Int, _ body: (_ bytes: RawSpan, _ newFrom: Int) -> Void) {
    held.session?.withTail(sessionDirection, from: start, reach: reach, body)
  }

  /// A part of the stream was searched ahead for a group's rules.
  func extendAhead(to tail: RawTail, from start: Int64, group: Int32) {
    held.detection?.ahead[sessionDirection].extend(to: tail, from: start, group: group)
  }

  /// What was searched ahead counts no more.
  func forgetAhead() { held.detection?.ahead[sessionDirection] = SearchedAhead() }

  /// Whether a part of the stream was searched ahead for a group's rules, and is as it was then.
  func isSearchedAhead(_ from: UInt64, _ to: UInt64, of tail: RawTail, group: Int32) -> Bool {
    held.detection?.ahead[sessionDirection].covers(from, to, of: tail, group: group) ?? false
  }

  /// Keeps rules found in a part of the stream.
  func noteAhead(_ rules: [Int32], from: UInt64, to: UInt64) {
    held.detection?.noteAhead(rules, sessionDirection, from: from, to: to)
  }
}
