import Flows
import Protocols
import Wire

// From the stream to the parser.
extension Worker {
  /// Hands the application layer what a TCP packet made available, in both directions.
  /// Gives the flow's application layer, if it has one by then.
  mutating func deliver(
    _ flow: Flow, _ session: TCPSession?, _ result: TCPResult, at packet: Packet
  ) -> Conversation? {
    var conversation = flow.application as? Conversation
    if result.events.contains(.reassemblyDepthReached) { conversation?.truncate(result.direction) }
    guard result.deliversToServer || result.deliversToClient || result.endsToServer || result.endsToClient,
      let session
    else { return conversation }
    let clock = PacketClock(nanoseconds: packet.timeNanoseconds)
    // Data that the packet acknowledged was sent before the packet's own: the other direction comes first.
    let own = result.direction
    if result.delivers(own.opposite) {
      conversation = deliver(flow, session, conversation, own.opposite, clock)
    }
    if result.delivers(own) { conversation = deliver(flow, session, conversation, own, clock) }
    if result.endsToServer { conversation?.endWithConnection(.toServer, clock) }
    if result.endsToClient { conversation?.endWithConnection(.toClient, clock) }
    return conversation
  }

  /// Hands over one direction's data and gaps, until there is nothing more.
  @discardableResult
  mutating func deliver(
    _ flow: Flow, _ session: TCPSession, _ known: Conversation?, _ direction: Direction, _ clock: PacketClock
  ) -> Conversation {
    let conversation = known ?? begin(flow, .tcp)
    if known == nil, !expected.isEmpty, !session.isMidstream {
      let announced = expected.take(
        client: flow.client, server: flow.server, serverPort: flow.serverPort, clock)
      if let announced {
        flow.parent = announced.parent
        conversation.begin(announced)
      }
    }
    if session.isMidstream { conversation.mayReverse = true }
    conversation.isOneSided = session.isAsync
    while true {
      let count = session.deliverableCount(direction)
      if count > 0 {
        session.withDeliverable(direction) { bytes in conversation.stream(bytes, direction, clock) }
        if let frames = conversation.frames {
          let logical = conversation.direction(direction)
          // What waits to be parsed may turn out to be a frame.
          let oldest = frames.oldest(logical, reachingBack: session.chunkBytes(direction))
          session.retain(direction, from: min(oldest, conversation.pendingStart(logical)))
        }
        session.markConsumed(direction, count)
      }
      let gap = session.takeGap(direction)
      if gap > 0 { conversation.gap(gap, direction, clock) }
      if count == 0, gap == 0 { break }
    }
    if let depth = conversation.streamDepthBytes { session.setDepth(depth) }
    for var announced in conversation.takeExpected() {
      announced.parent = flow.identifier
      expected.add(announced)
    }
    if !conversation.wantsMore(direction) { session.disableApplication(direction) }
    return conversation
  }
}
