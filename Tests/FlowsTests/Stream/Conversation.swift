import Flows
import Wire

/// One TCP flow through flow table and stream engine, with what was delivered.
final class TestConversation {
  var network = TestNetwork()
  var table = FlowTable()
  var engine: StreamEngine
  var delivered = Pair<[UInt8]>(both: [])
  var raw = Pair<[UInt8]>(both: [])
  var gaps = Pair<[Int]>(both: [])
  /// The last part shown to raw inspection.
  var lastPart = (count: 0, start: UInt64(0), newFrom: 0)
  var events: [StreamEvent] = []
  var flow: Flow?
  var clientNext: UInt32 = 0
  var serverNext: UInt32 = 0
  /// The last packet's result.
  var result: TCPResult?
  /// How many of the bytes shown the application takes; nil for all.
  var consumption: Int?

  init(_ settings: StreamSettings = StreamSettings()) {
    engine = StreamEngine(settings)
  }

  var session: TCPSession? { flow?.tcp }

  func take(_ frame: TestFrame) {
    let lookup = table.flow(
      for: frame.packet, frame.bytes.rawSpan, nowNanoseconds: frame.packet.timeNanoseconds
    ) {
      _, _ in
    }
    guard let lookup else { return }
    flow = lookup.flow
    let result = engine.handle(frame.packet, frame.bytes.rawSpan, in: lookup.flow, lookup.direction)
    if result.changedState { table.stateChanged(lookup.flow) }
    self.result = result
    result.events.forEach { events.append($0) }
    if result.delivers(result.direction.opposite) { deliver(result.direction.opposite) }
    if result.delivers(result.direction) { deliver(result.direction) }
  }

  func deliver(_ direction: Direction) {
    guard let session = flow?.tcp else { return }
    while true {
      let count = min(session.deliverableCount(direction), consumption ?? Int.max)
      if count > 0 {
        delivered[direction] += session.withDeliverable(direction) { Array($0.copied().prefix(count)) }
        session.markConsumed(direction, count)
      }
      let gap = session.takeGap(direction)
      if gap > 0 { gaps[direction].append(gap) }
      if count == 0, gap == 0 { break }
    }
    if session.rawPendingCount(direction) > 0 {
      var look = session.beginLook(direction)
      while session.withRawPart(
        direction, &look,
        { bytes, start, newFrom in
          lastPart = (bytes.byteCount, start, newFrom)
          raw[direction] += bytes.copied()[newFrom...]
        })
      {}
      session.markRawInspected(direction, look)
    }
  }

  /// The end of the flow.
  func finish() {
    session?.flush()
    for direction in Direction.allCases { deliver(direction) }
  }

  func handshake(clientInitial: UInt32 = 100, serverInitial: UInt32 = 5000, options: [UInt8] = []) {
    take(network.tcp(.toServer, Flags.syn, sequence: clientInitial, options: options))
    take(
      network.tcp(
        .toClient, Flags.synAck, sequence: serverInitial, acknowledgement: clientInitial &+ 1,
        options: options))
    clientNext = clientInitial &+ 1
    serverNext = serverInitial &+ 1
    take(network.tcp(.toServer, Flags.ack, sequence: clientNext, acknowledgement: serverNext))
  }

  /// Data from the client at an offset of its stream.
  func send(_ text: String, at offset: UInt32) { send(Array(text.utf8), at: offset) }

  func send(_ bytes: [UInt8], at offset: UInt32, urgent: UInt16 = 0) {
    let flags = urgent == 0 ? Flags.push : Flags.push | 0x20
    take(
      network.tcp(
        .toServer, flags, sequence: clientNext &+ offset, acknowledgement: serverNext, bytes, urgent: urgent))
  }

  /// The server acknowledges so many bytes of the client.
  func acknowledge(_ offset: UInt32) {
    take(network.tcp(.toClient, Flags.ack, sequence: serverNext, acknowledgement: clientNext &+ offset))
  }

  var text: String { String(decoding: delivered.toServer, as: UTF8.self) }
}
