import Flows
import Protocols
import Wire

// From the stream to the parser.
extension Worker {
  /// Hands the application layer what a TCP packet made available, in both directions.
  mutating func deliver(_ flow: Flow, _ result: TCPResult, at packet: Packet) {
    if result.events.contains(.reassemblyDepthReached) {
      (flow.application as? Conversation)?.truncate(result.direction)
    }
    guard result.deliversToServer || result.deliversToClient || result.endsToServer || result.endsToClient,
      let session = flow.tcp
    else { return }
    let clock = PacketClock(nanoseconds: packet.timeNanoseconds)
    // Data that the packet acknowledged was sent before the packet's own: the other direction comes first.
    let own = result.direction
    if result.delivers(own.opposite) { deliver(flow, session, own.opposite, clock) }
    if result.delivers(own) { deliver(flow, session, own, clock) }
    if result.endsToServer { endDirection(flow, .toServer, clock) }
    if result.endsToClient { endDirection(flow, .toClient, clock) }
  }

  /// Hands over one direction's data and gaps, until there is nothing more.
  mutating func deliver(_ flow: Flow, _ session: TCPSession, _ direction: Direction, _ clock: PacketClock) {
    let isNew = flow.application == nil
    let conversation = conversation(of: flow, .tcp)
    if isNew, !expected.isEmpty, !session.isMidstream {
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
        if let frames = conversation.session?.frames {
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
    if let parser = conversation.session, !parser.expected.isEmpty {
      for var announced in parser.expected {
        announced.parent = flow.identifier
        expected.add(announced)
      }
      parser.expected = []
    }
    if !conversation.wantsMore(direction) { session.disableApplication(direction) }
  }

  /// A direction has come to its end with its connection (FIN, RST).
  func endDirection(_ flow: Flow, _ direction: Direction, _ clock: PacketClock) {
    guard let conversation = flow.application as? Conversation else { return }
    conversation.endWithConnection(direction, clock)
  }
}
