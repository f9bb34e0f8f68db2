import Flows
import Protocols
import Wire

/// What is being inspected: a packet with all that hangs on it. Passed down by reference, never stored.
struct Subject {
  let packet: Packet
  /// Way of the packet within the conversation.
  let direction: Direction
  let flow: Flow?
  let conversation: Conversation?
  let stream: TCPResult?
  let detection: FlowDetection?
  /// The flow has ended: the packet is only made up.
  let isEnd: Bool
  let isInline: Bool

  /// Way of the packet within the TCP session, which knows nothing of a conversation taken the wrong way
  /// round.
  var sessionDirection: Direction {
    conversation?.isReversed == true ? direction.opposite : direction
  }

  var isEstablished: Bool {
    if let stream, stream.isEstablished { return true }
    return flow?.isEstablished ?? false
  }

  /// The packet's payload is part of its stream, and inspected there.
  var isInStream: Bool { stream?.isInStream ?? false }
}
