package import Wire

/// The parser of an HTTP/1 flow (RFC 9110, RFC 9112).
///
/// Each direction is read on its own by a small state machine; responses are given to requests in order.
/// Bytes of lines are gathered until the line is whole, bodies pass through as they come: how the stream was
/// cut into segments shows in one way only, in what belongs to the message before. A gap is passed over
/// within a body of known length, else up to the next first line.
package final class HTTPSession: Session {
  private(set) var profile: HTTPProfile
  private let settings: HTTPSettings
  let files: HTTPFlowFiles
  var requests = HTTPReader()
  var responses = HTTPReader()
  /// The transaction whose request is being read.
  var current: HTTPTransaction?
  /// Transactions whose response is not complete, in order of their requests.
  var awaiting: [HTTPTransaction] = []
  /// The transaction whose response is being read: the first of `awaiting`.
  var answered: HTTPTransaction?
  /// The request before, as long as no other has begun: what follows and is no request line belongs to it.
  var requested: HTTPTransaction?
  var afterRequest: HTTPBodyPipeline?
  /// After a gap between requests: lines are passed over up to the next request line.
  var seeksRequest = false
  var frameTrack = HTTPFrameTrack()
  /// What was shown last has made a response's body grow, and has changed nothing else so far.
  var hasOnlyGrown = false
  private var hasEnded = Pair(both: false)
  /// The server has sent something.
  private var isAnswered = false
  /// Protocol that both sides have agreed to go on with.
  var change: Consumption.Outcome?
  /// The response before, as long as no other has begun: what follows and is no status line belongs to it.
  var responded: HTTPTransaction?
  var afterResponse: HTTPBodyPipeline?

  package init(_ settings: ProtocolSettings, profile: HTTPProfile? = nil) {
    self.profile = (profile ?? settings.http.standard).usable
    self.settings = settings.http
    files = HTTPFlowFiles(settings)
    super.init()
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    var position = 0
    forgetMessageBefore(direction)
    if direction == .toClient { isAnswered = true }
    hasOnlyGrown = direction == .toClient && frames == nil
    while position < bytes.byteCount {
      if frames != nil { noteLineStart(bytes, position, direction) }
      let outcome =
        direction == .toServer ? readRequest(bytes, &position, clock) : readResponse(bytes, &position, clock)
      if frames != nil { followFrames(position, direction) }
      switch outcome {
      case .goesOn: continue
      case .blocked: return Consumption(bytes: position)
      case .failed: return Consumption(bytes: position, .failed)
      case .changes(let name): return Consumption(bytes: position, .changesProtocol(name))
      }
    }
    if direction == .toServer {
      if requests.state == .afterShortRequest { completeShortRequest() }
    } else if responses.state == .afterJunkLine {
      endJunkLine(clock)
    }
    noteCutHead(direction)
    return Consumption(allOf: bytes, hasOnlyGrown: hasOnlyGrown)
  }

  /// A line or the headers of a message have come in part: rules on them are asked again.
  private func noteCutHead(_ direction: Direction) {
    guard direction == .toServer ? requests.isWithinHead : responses.isWithinHead,
      let transaction = direction == .toServer ? current : answered
    else { return }
    transaction.core.revision &+= 1
    transaction.core.cutHeads &+= 1
  }

  /// What comes with the end of a message and begins no other belongs to its body; what comes later begins
  /// another, whatever it looks like.
  private func forgetMessageBefore(_ direction: Direction) {
    if direction == .toServer {
      if requested != nil, requests.isBetweenMessages { (requested, afterRequest) = (nil, nil) }
    } else if responded != nil, responses.isBetweenMessages {
      (responded, afterResponse) = (nil, nil)
    }
  }

  package override func adopt(server: IPAddress) {
    if !settings.servers.isEmpty { profile = settings.profile(server: server).usable }
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    let state = direction == .toServer ? requests.state : responses.state
    let outcome =
      direction == .toServer
      ? skipRequestGap(UInt64(clamping: count)) : skipResponseGap(UInt64(clamping: count), clock)
    if frames != nil { followFrames(lost: count, state, direction) }
    return outcome
  }

  package override func endsWithConnection(_ direction: Direction) -> Bool {
    let isOpen = direction == .toServer ? current != nil : answered != nil
    switch direction == .toServer ? requests.state : responses.state {
    case .chunkLength, .chunkEnd: return !isOpen
    // The lengths in a response are not taken at their word.
    case .body, .chunkData: return !isOpen || direction == .toClient
    default: return true
    }
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    if direction == .toServer {
      endRequests()
      (requested, afterRequest) = (nil, nil)
    } else {
      endResponses(clock)
      (responded, afterResponse) = (nil, nil)
    }
    hasEnded[direction] = true
    // Nothing more will come of a server that has answered: what it left open is told of as it is.
    if hasEnded.toServer, hasEnded.toClient, isAnswered {
      for transaction in transactions { transaction.isLoggable = true }
    }
    if frames != nil { followFrames(0, direction) }
  }

  /// What one step of a direction's reader did.
  enum Step {
    case goesOn
    /// Cannot go on before the other direction has.
    case blocked
    case failed
    case changes(String?)
  }

  /// Begins a transaction.
  func begin(_ clock: PacketClock) -> HTTPTransaction {
    let transaction = HTTPTransaction(number: transactionCount)
    transaction.startNanoseconds = clock.nanoseconds
    transaction.state.waitsForResponse = true
    transactionCount &+= 1
    transactions.append(transaction)
    awaiting.append(transaction)
    return transaction
  }

  /// Bytes of all headers of one message: far more than any server takes, little enough for one flow.
  static let blockBytesMax = 512 * 1024

  /// Takes the whole header block that was gathered.
  func takeHeaders(
    _ reader: inout HTTPReader, _ transaction: HTTPTransaction, _ direction: Direction, trailers: Bool
  ) {
    let message = transaction.message(direction)
    var headers = HTTPHeaderReader.read(
      reader.pending, lines: reader.lines, headersMax: profile.headersMax,
      isResponse: direction == .toClient, into: trailers ? message.headers : HTTPHeaders())
    if trailers {
      message.rawTrailers = reader.pending
      message.hasTrailers = true
    } else {
      // An interim response's block stays in front.
      let before = message.rawHeaders
      message.rawHeaders = before.isEmpty ? reader.pending.rawSpan.copied() : before + reader.pending
      message.hasHeaders = true
    }
    reader.clear()
    transaction.revision &+= 1
    let isRequest = direction == .toServer
    if isRequest, !trailers, transaction.rawHost == nil, let host = headers.value(of: .host), !host.isEmpty {
      transaction.rawHost = host
    }
    if !headers.faults.isEmpty {
      note(headers.faults, transaction, isRequest: isRequest)
      headers.faults = []
    }
    message.headers = headers
    if headers.hasAmbiguousContentLength {
      transaction.add(isRequest ? .duplicateContentLengthInRequest : .duplicateContentLengthInResponse)
    }
  }

  /// Tells of what is wrong with headers. Of faults of one kind in an exchange, only the first is told.
  private func note(_ faults: [HTTPHeaderFault], _ transaction: HTTPTransaction, isRequest: Bool) {
    for fault in faults {
      switch fault {
      case .repetition: transaction.add(isRequest ? .requestHeaderRepetition : .responseHeaderRepetition)
      case .tooMany: transaction.add(isRequest ? .requestTooManyHeaders : .responseTooManyHeaders)
      case .missingColon, .emptyName:
        guard transaction.takesFault(.unreadable) else { continue }
        transaction.add(isRequest ? .requestFieldMissingColon : .responseFieldMissingColon)
      case .invalidFolding:
        guard transaction.takesFault(.folding) else { continue }
        transaction.add(isRequest ? .invalidRequestFolding : .invalidResponseFolding)
      case .spaceAfterName:
        guard transaction.takesFault(.invalid) else { continue }
        transaction.add(isRequest ? .requestSpaceAfterName : .responseSpaceAfterName)
      case .invalid:
        guard transaction.takesFault(.invalid) else { continue }
        transaction.add(isRequest ? .requestHeaderInvalid : .responseHeaderNameNotToken)
      }
    }
  }

  /// Takes the headers that came before one that cannot be read.
  func takeCutHeaders(_ reader: inout HTTPReader, _ transaction: HTTPTransaction, _ direction: Direction) {
    takeHeaders(&reader, transaction, direction, trailers: false)
    cutHeaders(transaction, direction)
  }

  /// Single headers before one that cannot be read are shown; what is made of all headers is not, as they
  /// never come to their end.
  func cutHeaders(_ transaction: HTTPTransaction, _ direction: Direction) {
    transaction.message(direction).hasHeaders = false
    transaction.core.isCut[direction] = true
    transaction.core.lacksStep[direction] = true
    transaction.advance(direction, to: HTTPTransaction.Step.body)
  }

  /// Counts the bytes just gathered as part of a body's framing, and forgets them.
  func countFraming(_ reader: inout HTTPReader) {
    reader.pipeline?.countFraming(UInt64(reader.pending.count))
    reader.clear()
  }

  /// Passes over the line break after a chunk, and whatever stands before it.
  func skipChunkEnd(_ reader: inout HTTPReader, _ bytes: RawSpan, _ position: inout Int) {
    let end = bytes.firstIndex(of: 0x0A, from: position)
    let upTo = end.map { $0 &+ 1 } ?? bytes.byteCount
    reader.pipeline?.countFraming(UInt64(upTo &- position))
    position = upTo
    if end != nil { reader.state = .chunkLength }
  }

  /// A Content-Length as servers and browsers read it: the first number in the value.
  func takeLength(_ bytes: [UInt8], _ range: Range<Int>, _ transaction: HTTPTransaction) -> Int64? {
    guard let start = range.first(where: { HTTPText.isDigit(bytes[$0]) }) else { return nil }
    let end = (start..<range.upperBound).first { !HTTPText.isDigit(bytes[$0]) } ?? range.upperBound
    guard let value = HTTPText.decimal(bytes, start..<end) else { return nil }
    if start > range.lowerBound { transaction.add(.contentLengthExtraDataStart) }
    if end < range.upperBound { transaction.add(.contentLengthExtraDataEnd) }
    return value
  }

  /// Passes body bytes on: as many as are there, at most `left`. Gives how many are left afterwards.
  func passBody(_ reader: inout HTTPReader, _ bytes: RawSpan, _ position: inout Int, _ left: UInt64) -> UInt64
  {
    guard reader.dropLineBreak(bytes, &position) else { return left }
    let count = Int(min(UInt64(bytes.byteCount &- position), left))
    if let pipeline = reader.pipeline, !pipeline.take(bytes.part(position, count)) { hasOnlyGrown = false }
    position &+= count
    return left &- UInt64(count)
  }
}
