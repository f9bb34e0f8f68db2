import Wire

/// Reading responses.
extension HTTPSession {
  /// One step from `position`, which moves on.
  func readResponse(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    switch responses.state {
    case .firstLine:
      return readStatusLine(bytes, &position, clock)
    case .headers, .trailers:
      return readResponseBlock(bytes, &position)
    case .body(let left):
      let rest = passBody(responses, bytes, &position, left)
      responses.state = .body(rest)
      if rest == 0 { completeResponse() }
      return .goesOn
    case .untilClose:
      _ = passBody(responses, bytes, &position, .max)
      return .goesOn
    case .chunkLength:
      return readResponseChunkLength(bytes, &position)
    case .chunkData(let left):
      let rest = passBody(responses, bytes, &position, left)
      responses.state = rest == 0 ? .chunkEnd : .chunkData(rest)
      return .goesOn
    case .chunkEnd:
      if responses.gatherLine(bytes, &position) { responses.state = .chunkLength }
      responses.clear()
      return .goesOn
    case .waitsForResponse, .afterShortRequest, .ignored:
      position = bytes.byteCount
      return .goesOn
    }
  }

  private func readStatusLine(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    if responses.pending.isEmpty {
      while position < bytes.byteCount, bytes[position] == 0x0D || bytes[position] == 0x0A { position &+= 1 }
      guard position < bytes.byteCount else { return .goesOn }
    }
    let transaction = answeredTransaction(clock)
    let isWhole = responses.gatherLine(bytes, &position)
    if isTooLong(responses) {
      transaction.add(.responseFieldTooLong)
      return .failed
    }
    if isWhole { takeStatusLine(transaction) }
    return .goesOn
  }

  /// The transaction that the response at hand belongs to; a made-up one where no request was seen.
  private func answeredTransaction(_ clock: PacketClock) -> HTTPTransaction {
    if let answered { return answered }
    let transaction: HTTPTransaction
    if let first = awaiting.first {
      transaction = first
    } else {
      transaction = begin(clock)
      transaction.rawURI = HTTPTransaction.unseenTarget
      transaction.uri = HTTPTransaction.unseenTarget
      transaction.path = HTTPTransaction.unseenTarget
      transaction.request.body.isComplete = true
      transaction.advance(.toServer, to: HTTPTransaction.Step.complete)
      transaction.add(.unableToMatchResponse)
    }
    if case .afterShortRequest = requests.state, current === transaction { completeShortRequest() }
    transaction.advance(.toClient, to: HTTPTransaction.Step.line)
    answered = transaction
    return transaction
  }

  private func takeStatusLine(_ transaction: HTTPTransaction) {
    let range = responses.line
    let line = Array(responses.pending[range])
    guard HTTPStatusLine.looksLikeOne(line), !transaction.isHTTP09 || line.starts(with: "HTTP".utf8) else {
      // No status line: the bytes are content, as browsers take them.
      let pipeline = responses.pipeline ?? HTTPBodyPipeline(.toClient, transaction, profile, files)
      responses.pipeline = pipeline
      let bytes = responses.pending
      pipeline.take(bytes.rawSpan)
      responses.clear()
      if transaction.isHTTP09 { responses.state = .untilClose }
      return
    }
    let parts = HTTPStatusLine(line)
    transaction.hasResponse = true
    transaction.response.line = line
    transaction.response.lineEnd = Array(responses.pending[range.upperBound...])
    responses.clear()
    responses.pipeline = nil
    transaction.responseVersion = Array(line[parts.version])
    transaction.status = Array(line[parts.status])
    transaction.statusNumber = parts.number
    transaction.statusMessage = Array(line[parts.message])
    if HTTPVersion(line, parts.version) == .invalid { transaction.add(.responseInvalidProtocol) }
    if parts.number == nil { transaction.add(.responseInvalidStatus) }
    responses.state = .headers
    transaction.advance(.toClient, to: HTTPTransaction.Step.headers)
  }

  private func readResponseBlock(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = answered else { return .failed }
    let isWhole = gatherBlock(&responses, bytes, &position)
    if isTooLong(responses) {
      transaction.add(.responseFieldTooLong)
      return .failed
    }
    guard isWhole else { return .goesOn }
    if responses.state == .trailers {
      takeHeaders(&responses, transaction, .toClient, trailers: true)
      completeResponse()
      return .goesOn
    }
    takeHeaders(&responses, transaction, .toClient, trailers: false)
    return afterResponseHeaders(transaction)
  }

  /// Decides what follows the headers.
  private func afterResponseHeaders(_ transaction: HTTPTransaction) -> Step {
    let message = transaction.response
    let status = transaction.statusNumber ?? 0
    let headers = message.headers
    let hasFraming =
      headers.range(of: "transfer-encoding") != nil || headers.range(of: "content-length") != nil
    if status == 100, !hasFraming {
      if transaction.hasContinue { transaction.add(.continueAlreadySeen) }
      transaction.hasContinue = true
      responses.state = .firstLine
      return .goesOn
    }
    if let range = headers.value(of: "content-range") {
      transaction.contentRange = HTTPContentRange(range)
      if transaction.contentRange == nil { transaction.add(.rangeInvalid) }
    }
    transaction.advance(.toClient, to: HTTPTransaction.Step.body)
    if transaction.method.elementsEqual("CONNECT".utf8) {
      if (200...299).contains(status) {
        openTunnel(transaction)
        return .changes(nil)
      }
      if case .waitsForResponse = requests.state { completeRequest() }
    }
    if status == 101, !hasFraming {
      completeResponse()
      let upgrade = headers.value(of: "upgrade") ?? []
      responses.state = .ignored
      requests.state = .ignored
      return .changes(Self.upgradeName(upgrade))
    }
    let hasNoBody = (100...199).contains(status) || status == 204 || status == 304
    if transaction.method.elementsEqual("HEAD".utf8) || (hasNoBody && !hasFraming) {
      message.framing = .none
      completeResponse()
      return .goesOn
    }
    beginResponseBody(transaction)
    return .goesOn
  }

  /// The protocol that an Upgrade header names, as the catalogue calls it.
  private static func upgradeName(_ value: [UInt8]) -> String? {
    if HTTPText.find(value, value.indices, "h2c") != nil { return "http2" }
    if HTTPText.find(value, value.indices, "websocket") != nil { return "websocket" }
    return nil
  }

  private func openTunnel(_ transaction: HTTPTransaction) {
    completeResponse()
    if current === transaction { completeRequest() }
    requests.state = .ignored
    responses.state = .ignored
  }

  private func beginResponseBody(_ transaction: HTTPTransaction) {
    let message = transaction.response
    let headers = message.headers
    if let type = headers.range(of: "content-type"),
      HTTPText.find(headers.bytes, type, "multipart/byteranges") != nil
    {
      transaction.add(.responseMultipartByteRanges)
    }
    responses.pipeline = HTTPBodyPipeline(.toClient, transaction, profile, files)
    if let coding = headers.range(of: "transfer-encoding"),
      HTTPText.find(headers.bytes, coding, "chunked") != nil
    {
      if !HTTPText.equals(headers.bytes, coding, "chunked") {
        transaction.add(.responseAbnormalTransferEncoding)
      }
      message.framing = .chunked
      responses.state = .chunkLength
      return
    }
    guard let length = headers.range(of: "content-length") else {
      message.framing = .untilClose
      responses.state = .untilClose
      return
    }
    guard let value = Self.lenientLength(headers.bytes, length) else {
      transaction.add(.invalidContentLengthInResponse)
      message.framing = .untilClose
      responses.state = .untilClose
      return
    }
    message.contentLength = value
    message.framing = .length
    responses.state = .body(UInt64(value))
    if value == 0 { completeResponse() }
  }

  /// A Content-Length as browsers read it: the first number in the value.
  private static func lenientLength(_ bytes: [UInt8], _ range: Range<Int>) -> Int64? {
    guard let start = range.first(where: { HTTPText.isDigit(bytes[$0]) }) else { return nil }
    let end = (start..<range.upperBound).first { !HTTPText.isDigit(bytes[$0]) } ?? range.upperBound
    return HTTPText.decimal(bytes, start..<end)
  }

  private func readResponseChunkLength(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = answered else { return .failed }
    let isWhole = responses.gatherLine(bytes, &position)
    if isTooLong(responses) {
      transaction.add(.responseFieldTooLong)
      return .failed
    }
    guard isWhole else { return .goesOn }
    let chunk = HTTPChunkLength(responses.pending, responses.line)
    if chunk.hasExtension { transaction.add(.responseChunkExtension) }
    switch chunk.length {
    case nil:
      if chunk.isBlank {
        responses.clear()
        return .goesOn
      }
      transaction.add(.invalidResponseChunkLength)
      let bytes = responses.pending
      responses.pipeline?.take(bytes.rawSpan)
      responses.clear()
      responses.state = .untilClose
    case 0?:
      responses.clear()
      responses.state = .trailers
      transaction.advance(.toClient, to: HTTPTransaction.Step.trailer)
    case let length?:
      responses.clear()
      responses.state = .chunkData(length)
    }
    return .goesOn
  }

  /// The response has come to its end.
  func completeResponse(isCut: Bool = false) {
    guard let transaction = answered else { return }
    responses.pipeline?.finish(isCut: isCut)
    responses.pipeline = nil
    transaction.response.body.isComplete = true
    transaction.advance(.toClient, to: HTTPTransaction.Step.complete)
    awaiting.removeAll { $0 === transaction }
    answered = nil
    responses.state = .firstLine
    responses.clear()
  }

  /// Bytes of the response side were lost.
  func skipResponseGap(_ count: UInt64) -> Consumption.Outcome {
    switch responses.state {
    case .body(let left) where count <= left:
      responses.pipeline?.skip(count)
      responses.state = .body(left &- count)
      if left == count { completeResponse() }
      return .goesOn
    case .chunkData(let left) where count <= left:
      responses.pipeline?.skip(count)
      responses.state = left == count ? .chunkEnd : .chunkData(left &- count)
      return .goesOn
    case .untilClose:
      responses.pipeline?.skip(count)
      return .goesOn
    case .ignored:
      return .goesOn
    default:
      return .failed
    }
  }

  /// No more responses will come.
  func endResponses() {
    guard let transaction = answered else { return }
    switch responses.state {
    case .firstLine where !responses.pending.isEmpty:
      takeStatusLine(transaction)
      completeResponse(isCut: false)
    case .untilClose, .firstLine:
      completeResponse(isCut: false)
    default:
      completeResponse(isCut: true)
    }
    responses.state = .ignored
  }
}
