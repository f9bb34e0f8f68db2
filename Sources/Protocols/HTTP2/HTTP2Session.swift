package import Wire

/// The parser of an HTTP/2 flow (RFC 9113): frames, the compression of headers, streams as transactions.
///
/// Payloads of DATA frames pass through as they come; other frames are read when they are whole.
package final class HTTP2Session: Session {
  /// Bounds of what a hostile flow can make the parser keep.
  enum Limits {
    /// Streams that are open at a time.
    static let streams = 4096
    /// Streams of those that were reset and are kept for what still comes on them: it was on its way.
    static let resetStreams = 64
    /// Bytes of a frame other than DATA; a block of headers with its continuations.
    static let frameBytes = 64 * 1024
    static let blockBytes = 256 * 1024
  }

  /// Where a direction's reader stands.
  struct Lane {
    var decoder = HPACKDecoder()
    var hasBegun = false
    /// Bytes of the DATA frame being read, its padding, and its stream.
    var dataLeft = 0
    var paddingLeft = 0
    var data: HTTP2Transaction?
    var endsStream = false
    /// Bytes of a frame that are passed over.
    var skipped = 0
    /// A block of headers that goes on in CONTINUATION frames.
    var block: [UInt8] = []
    var blockTransaction: HTTP2Transaction?
    var blockEndsStream = false
    var blockIsRequest = false
  }

  /// An open stream.
  struct Stream {
    let transaction: HTTP2Transaction
    var pipelines = Pair<HTTPBodyPipeline?>(both: nil)
  }

  var lanes = Pair<Lane>(Lane(), Lane())
  var streams: [UInt32: Stream] = [:]
  /// Streams that were reset, the oldest first.
  private var resetStreams: [UInt32] = []
  /// The greatest stream begun so far.
  private var newestStream: UInt32 = 0
  /// The client asks for DNS messages: the flow is one of DNS over HTTP/2.
  var carriesDNS = false
  let profile: HTTPProfile
  let files: HTTPFlowFiles

  package init(_ settings: ProtocolSettings) {
    profile = settings.http.standard.usable
    files = HTTPFlowFiles(settings)
    super.init()
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    let carriedDNS = carriesDNS
    let position = read(bytes, direction, clock)
    if carriesDNS, !carriedDNS { return Consumption(bytes: position, .isKnownAs(DNSOverHTTP2.name)) }
    return Consumption(bytes: position)
  }

  /// Reads what is there; gives how much of it was used.
  private func read(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Int {
    var position = 0
    if !lanes[direction].hasBegun, direction == .toServer {
      switch skipPreface(bytes) {
      case nil: return 0
      case .some(let count): position = count
      }
    }
    lanes[direction].hasBegun = true
    while position < bytes.byteCount {
      let before = position
      if !step(bytes, &position, direction, clock) { return position }
      if position == before { return position }
    }
    return position
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    guard count <= lanes[direction].dataLeft else { return .failed }
    lanes[direction].dataLeft &-= count
    if let transaction = lanes[direction].data {
      streams[transaction.stream]?.pipelines[direction]?.skip(UInt64(clamping: count))
    }
    finishData(direction)
    return .goesOn
  }

  /// After an upgrade (RFC 7540 §3.2) the request of HTTP/1 is that of stream 1.
  package override func adopt(handedOver: Transaction) {
    guard let request = handedOver as? HTTPTransaction, request.hasRequest,
      let transaction = transaction(
        stream: 1, HTTP2FrameType.headers.rawValue, PacketClock(nanoseconds: request.startNanoseconds))
    else { return }
    var headers = [
      HTTP2Header(name: Array(":method".utf8), value: request.method),
      HTTP2Header(name: Array(":path".utf8), value: request.rawURI ?? []),
      HTTP2Header(name: Array(":authority".utf8), value: request.rawHost ?? []),
    ]
    for entry in request.request.headers.entries {
      let name = Array(request.request.headers.bytes[entry.name])
      if name.map(HTTPText.lowercased).elementsEqual("host".utf8) { continue }
      headers.append(HTTP2Header(name: name, value: Array(request.request.headers.bytes[entry.value])))
    }
    transaction.take(headers, .toServer)
    endStream(1, .toServer, isCut: false)
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    for number in streams.keys.sorted() { endStream(number, direction, isCut: true) }
    lanes[direction].block = []
    lanes[direction].blockTransaction = nil
  }

  /// How many bytes of the client's first belong to the preface; nil: more are needed.
  private func skipPreface(_ bytes: RawSpan) -> Int? {
    var count = 0
    while count < HTTP2.preface.count {
      guard count < bytes.byteCount else { return nil }
      guard bytes[count] == HTTP2.preface[count] else {
        connection(.toServer, PacketClock(nanoseconds: 0)).add(.invalidClientMagic)
        return 0
      }
      count += 1
    }
    return count
  }

  /// Reads on. False: the rest is not enough for a step.
  private func step(
    _ bytes: RawSpan, _ position: inout Int, _ direction: Direction, _ clock: PacketClock
  ) -> Bool {
    if lanes[direction].skipped > 0 {
      let count = min(lanes[direction].skipped, bytes.byteCount &- position)
      lanes[direction].skipped &-= count
      position &+= count
      return true
    }
    if lanes[direction].dataLeft > 0 || lanes[direction].paddingLeft > 0 {
      passData(bytes, &position, direction)
      return true
    }
    guard bytes.byteCount &- position >= HTTP2FrameHeader.byteCount else { return false }
    let header = HTTP2FrameHeader(bytes, at: position)
    let body = position &+ HTTP2FrameHeader.byteCount
    if header.type == HTTP2FrameType.data.rawValue {
      return beginData(header, bytes, &position, direction, clock)
    }
    let isTooLong = header.length > Limits.frameBytes
    guard isTooLong || bytes.byteCount &- body >= header.length else { return false }
    announceFrame(header, at: position, direction)
    if isTooLong {
      transaction(of: header, direction, clock)?.add(.longFrameData)
      lanes[direction].skipped = header.length
      position = body
    } else {
      position = body &+ header.length
      take(header, bytes.part(body, header.length), direction, clock)
    }
    return true
  }

  private func announceFrame(_ header: HTTP2FrameHeader, at position: Int, _ direction: Direction) {
    guard frames != nil else { return }
    announce(HTTP2FrameKind.header, direction, at: position, length: HTTP2FrameHeader.byteCount)
    announce(
      HTTP2FrameKind.pdu, direction, at: position, length: header.length &+ HTTP2FrameHeader.byteCount)
    announce(
      HTTP2FrameKind.data, direction, at: position &+ HTTP2FrameHeader.byteCount, length: header.length)
  }

  // MARK: Transactions

  /// A transaction for one frame about the connection: complete as soon as it is there.
  func connection(_ direction: Direction, _ clock: PacketClock) -> HTTP2Transaction {
    let transaction = begin(0, clock)
    for side in Direction.allCases { transaction.advance(side, to: HTTPTransaction.Step.complete) }
    return transaction
  }

  private func begin(_ stream: UInt32, _ clock: PacketClock) -> HTTP2Transaction {
    let transaction = HTTP2Transaction(number: transactionCount, stream: stream)
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  /// The transaction of a stream, begun where the frame can begin one; nil: the stream is over.
  func transaction(of header: HTTP2FrameHeader, _ direction: Direction, _ clock: PacketClock)
    -> HTTP2Transaction?
  {
    if header.stream == 0 { return connection(direction, clock) }
    return transaction(stream: header.stream, header.type, clock)
  }

  func transaction(stream: UInt32, _ type: UInt8, _ clock: PacketClock) -> HTTP2Transaction? {
    if let known = streams[stream] { return known.transaction }
    let begins = type == HTTP2FrameType.headers.rawValue || type == HTTP2FrameType.data.rawValue
    guard stream > newestStream || begins || type == HTTP2FrameType.pushPromise.rawValue else { return nil }
    guard streams.count < Limits.streams else {
      if let last = transactions.last as? HTTP2Transaction { last.add(.tooManyStreams) }
      return nil
    }
    let isReuse = stream <= newestStream && type == HTTP2FrameType.headers.rawValue && seen.contains(stream)
    let transaction = begin(stream, clock)
    if isReuse { transaction.add(.streamIdentifierReuse) }
    newestStream = max(newestStream, stream)
    if seen.count < Limits.streams { seen.insert(stream) }
    streams[stream] = Stream(transaction: transaction)
    return transaction
  }

  /// Streams that were begun: the first few thousand of a flow.
  private var seen: Set<UInt32> = []

  /// A stream was reset. What the other side has sent by then still belongs to it (RFC 9113 §5.4.2).
  func noteReset(_ number: UInt32) {
    guard streams[number] != nil, !resetStreams.contains(number) else { return }
    resetStreams.append(number)
    guard resetStreams.count > Limits.resetStreams else { return }
    let oldest = resetStreams.removeFirst()
    for side in Direction.allCases { endStream(oldest, side, isCut: true) }
  }

  /// A direction of a stream has come to its end.
  func endStream(_ number: UInt32, _ direction: Direction, isCut: Bool) {
    guard let stream = streams[number] else { return }
    stream.pipelines[direction]?.finish(isCut: isCut)
    if stream.pipelines[direction] == nil { stream.transaction.message(direction).body.isComplete = true }
    if carriesDNS { stream.transaction.readDNS(direction) }
    stream.transaction.advance(direction, to: HTTPTransaction.Step.complete)
    if stream.transaction.isComplete(direction.opposite) { streams[number] = nil }
  }
}
