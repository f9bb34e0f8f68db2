import Wire

/// Reading responses.
extension HTTPSession {
  /// One step from `position`, which moves on.
  func readResponse(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    if !responses.isWithinBody { hasOnlyGrown = false }
    switch responses.state {
    case .firstLine:
      return readStatusLine(bytes, &position, clock)
    case .afterJunkLine:
      return readAfterJunkLine(bytes, position, clock)
    case .headers, .trailers:
      return readResponseBlock(bytes, &position)
    case .body(let left):
      let rest = passBody(&responses, bytes, &position, left)
      responses.state = .body(rest)
      if rest == 0 {
        hasOnlyGrown = false
        endResponseBody(bytes, position)
      }
      return .goesOn
    case .behindBody:
      return readBehindBody(bytes, &position, clock)
    case .untilClose:
      _ = passBody(&responses, bytes, &position, .max)
      return .goesOn
    case .chunkLength:
      return readResponseChunkLength(bytes, &position)
    case .chunkData(let left):
      let rest = passBody(&responses, bytes, &position, left)
      responses.state = rest == 0 ? .chunkEnd : .chunkData(rest)
      return .goesOn
    case .chunkEnd:
      skipChunkEnd(&responses, bytes, &position)
      return .goesOn
    case .waitsForResponse, .afterShortRequest, .ignored:
      position = bytes.byteCount
      return .goesOn
    }
  }

  private func readStatusLine(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    if responses.pending.isEmpty {
      if beginsShortResponse(clock) { return .goesOn }
      let start = position
      while position < bytes.byteCount, bytes[position] == 0x0D || bytes[position] == 0x0A { position &+= 1 }
      if position > start, answered == nil, responded?.response.framing == .length {
        // Line breaks right after a body count to it, as the reference does.
        responses.pending.append(bytes.part(start, position &- start))
        takeJunk(clock)
      }
      guard position < bytes.byteCount else {
        beginResponse(clock)
        return .goesOn
      }
    }
    return takeFirstLine(
      responses.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax), clock)
  }

  /// Tells by what was gathered of a line whether a response begins with it.
  func takeFirstLine(_ gathered: HTTPReader.Gathered, _ clock: PacketClock) -> Step {
    switch gathered {
    case .needsMore: beginResponse(clock)
    case .whole:
      if HTTPStatusLine.looksLikeOne(responses.pending) {
        takeStatusLine(answeredTransaction(clock))
      } else {
        responses.state = .afterJunkLine
      }
    case .tooLong:
      if HTTPStatusLine.looksLikeOne(responses.pending) {
        answeredTransaction(clock).add(.responseFieldTooLong)
        responses.clear()
        responses.state = .ignored
        return .failed
      }
      takeJunk(clock)
    }
    return .goesOn
  }

  /// The first byte begins a response, whatever its line turns out to be.
  private func beginResponse(_ clock: PacketClock) {
    if responded == nil, !awaiting.isEmpty { _ = answeredTransaction(clock) }
  }

  /// A request without version is answered by content alone (HTTP/0.9), whatever it looks like.
  private func beginsShortResponse(_ clock: PacketClock) -> Bool {
    guard answered == nil, let first = awaiting.first, first.isHTTP09 else { return false }
    let transaction = answeredTransaction(clock)
    transaction.response.framing = .untilClose
    transaction.advance(.toClient, to: HTTPTransaction.Step.body)
    responses.pipeline = HTTPBodyPipeline(.toClient, transaction, profile, files)
    responses.state = .untilClose
    return true
  }

  /// What follows a line that is no status line: a status line makes it noise, else it is content.
  private func readAfterJunkLine(_ bytes: RawSpan, _ position: Int, _ clock: PacketClock) -> Step {
    let content = responses.pending.lastIndex { $0 != 0x0D && $0 != 0x0A }.map { $0 &+ 1 } ?? 0
    if bytes.byteCount &- position > 1 && (bytes[position] == 0x48 || content <= 2)
      || responses.pending.allSatisfy(HTTPText.isSpace)
    {
      responses.clear()
    } else {
      takeJunk(clock)
    }
    responses.state = .firstLine
    return .goesOn
  }

  /// Nothing came with a line that is no status line: it is all that there is of the response.
  func endJunkLine(_ clock: PacketClock) {
    let isBlank = responses.pending.allSatisfy(HTTPText.isSpace)
    if isBlank { responses.clear() } else { takeJunk(clock) }
    responses.state = .firstLine
    if !isBlank, answered != nil { completeResponse() }
  }

  /// Bytes where a status line was expected: browsers show them, as part of the response before or alone.
  func takeJunk(_ clock: PacketClock) {
    let bytes = responses.pending
    responses.clear()
    if answered == nil, let responded {
      let pipeline = afterResponse ?? HTTPBodyPipeline(.toClient, responded, profile, files)
      afterResponse = pipeline
      if bytes.last == 0x0A { responded.add(.responseBodyUnexpected) }
      pipeline.take(bytes.rawSpan)
      pipeline.finish(isCut: false)
      return
    }
    let transaction = answeredTransaction(clock)
    if !transaction.events.contains(HTTPEvent.invalidGap.rawValue) { transaction.core.withholdsBody = true }
    let pipeline = responses.pipeline ?? HTTPBodyPipeline(.toClient, transaction, profile, files)
    responses.pipeline = pipeline
    pipeline.take(bytes.rawSpan)
  }

  /// The transaction that the response at hand belongs to; a made-up one where no request was seen.
  func answeredTransaction(_ clock: PacketClock) -> HTTPTransaction {
    if let answered { return answered }
    let transaction: HTTPTransaction
    if let first = awaiting.first {
      transaction = first
    } else {
      transaction = begin(clock)
      transaction.rawURI = HTTPTransaction.unseenTarget
      transaction.path = HTTPTransaction.unseenTarget
      transaction.request.body.isComplete = true
      transaction.advance(.toServer, to: HTTPTransaction.Step.complete)
      transaction.add(.unableToMatchResponse)
    }
    transaction.advance(.toClient, to: HTTPTransaction.Step.line)
    answered = transaction
    responded = nil
    afterResponse = nil
    return transaction
  }

  func takeStatusLine(_ transaction: HTTPTransaction, isWhole: Bool = true) {
    let whole = responses.line
    let text = HTTPStatusLine.withoutLeadingSpace(responses.pending, whole)
    let junkEnd = responses.pending[whole.lowerBound..<text.lowerBound].lastIndex(of: 0x0D).map { $0 &+ 1 }
    let range = (junkEnd ?? whole.lowerBound)..<responses.partEnd(text)
    let line = HTTPCommonText.copy(responses.pending, range)
    let parts = HTTPStatusLine(line)
    transaction.hasResponse = true
    transaction.core.withholdsBody = false
    transaction.core.isBetweenHeads = false
    transaction.response.line = line
    let isSplit = range.upperBound != whole.upperBound
    transaction.response.lineEnd =
      isSplit
      ? [0x0D] : HTTPCommonText.copy(responses.pending, range.upperBound..<responses.pending.count)
    transaction.responseVersion = HTTPCommonText.copy(line, parts.version)
    transaction.status = parts.status.isEmpty ? nil : HTTPCommonText.copy(line, parts.status)
    transaction.statusNumber = parts.number
    transaction.statusMessage = parts.message.map { HTTPCommonText.copy(line, $0) }
    if isWhole, HTTPVersion(line, parts.version) == .invalid { transaction.add(.responseLineInvalidProtocol) }
    if isWhole, parts.number == nil { transaction.add(.responseLineInvalidStatus) }
    responses.state = .headers
    transaction.advance(.toClient, to: HTTPTransaction.Step.headers)
    guard isSplit else {
      responses.clear()
      return
    }
    // A lone carriage return ended the status line: headers stand on the same line.
    responses.pending.removeFirst(range.upperBound &+ 1)
    responses.lineStart = 0
    responses.appendParts(of: responses.line)
    responses.lineStart = responses.pending.count
  }

  private func readResponseBlock(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = answered else { return .failed }
    let gathered = responses.gatherBlock(
      bytes, &position, bytesMax: profile.fieldBytesMax, blockBytesMax: Self.blockBytesMax, isResponse: true)
    switch gathered {
    case .whole: break
    case .needsMore where responses.pending.count <= Self.blockBytesMax: return .goesOn
    case .needsMore, .tooLong:
      transaction.add(.responseFieldTooLong)
      if responses.state == .headers { takeCutHeaders(&responses, transaction, .toClient) }
      responses.clear()
      responses.state = .ignored
      return .failed
    }
    if responses.state == .trailers {
      takeHeaders(&responses, transaction, .toClient, trailers: true)
      endResponseBody(bytes, position)
      return .goesOn
    }
    takeHeaders(&responses, transaction, .toClient, trailers: false)
    if transaction.hasContinue, transaction.core.restarts < .max { transaction.core.restarts &+= 1 }
    if transaction.response.headers.hasTooMany {
      cutHeaders(transaction, .toClient)
      responses.state = .ignored
      return .failed
    }
    HTTPBodyPipeline.codings(transaction, .toClient, profile).events.forEach(transaction.add)
    return afterResponseHeaders(transaction)
  }

  /// Decides what follows the headers.
  private func afterResponseHeaders(_ transaction: HTTPTransaction) -> Step {
    let message = transaction.response
    let status = transaction.statusNumber ?? 0
    let headers = message.headers
    let hasFraming =
      headers.range(of: .transferEncoding) != nil || headers.range(of: .contentLength) != nil
    let isEmpty = headers.range(of: .contentLength).map { headers.bytes[$0].elementsEqual([0x30]) } ?? true
    if status == 100, isEmpty, headers.range(of: .transferEncoding) == nil {
      if transaction.hasContinue { transaction.add(.continueAlreadySeen) }
      transaction.hasContinue = true
      transaction.core.mayRestart = true
      transaction.core.isBetweenHeads = true
      responses.state = .firstLine
      return .goesOn
    }
    if let range = headers.value(of: .contentRange) {
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
    if status == 101, hasFraming { transaction.add(.switchingProtocolWithContentLength) }
    if status == 101, !hasFraming {
      completeResponse()
      handedOver = transaction
      let upgrade = headers.value(of: .upgrade) ?? []
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
    if hasNoBody, hasFraming { transaction.add(.responseBodyUnexpected) }
    return beginResponseBody(transaction)
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

  private func beginResponseBody(_ transaction: HTTPTransaction) -> Step {
    let message = transaction.response
    let headers = message.headers
    if let pipeline = responses.pipeline {
      pipeline.prepareDecoder()
    } else {
      responses.pipeline = HTTPBodyPipeline(.toClient, transaction, profile, files)
    }
    if let coding = headers.range(of: .transferEncoding),
      HTTPText.find(headers.bytes, coding, "chunked") != nil
    {
      if !HTTPText.equals(headers.bytes, coding, "chunked") {
        transaction.add(.responseAbnormalTransferEncoding)
      }
      if HTTPVersion.isOld(transaction.responseVersion) { transaction.add(.responseChunkedOldProtocol) }
      message.framing = .chunked
      responses.state = .chunkLength
      return .goesOn
    }
    guard let length = headers.range(of: .contentLength) else {
      if let type = headers.range(of: .contentType),
        HTTPText.find(headers.bytes, type, "multipart/byteranges") != nil
      {
        transaction.add(.responseMultipartByteRanges)
      }
      message.framing = .untilClose
      responses.state = .untilClose
      return .goesOn
    }
    guard let value = takeLength(headers.bytes, length, transaction) else {
      message.framing = .invalid
      transaction.add(.invalidContentLengthInResponse)
      responses.pipeline = nil
      responses.state = .ignored
      return .failed
    }
    message.contentLength = value
    message.framing = .length
    responses.state = .body(UInt64(value))
    if value == 0 { completeResponse() }
    return .goesOn
  }

  private func readResponseChunkLength(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = answered else { return .failed }
    guard responses.dropLineBreak(bytes, &position) else { return .goesOn }
    let gathered = responses.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax)
    let chunk = HTTPChunkLength(responses.pending, responses.line)
    if gathered == .needsMore, chunk.mayBegin { return .goesOn }
    if chunk.hasExtension { transaction.add(.responseChunkExtension) }
    switch chunk.length {
    case _ where gathered != .whole, nil where !chunk.isBlank:
      if chunk.isTooLarge {
        countFraming(&responses)
        responses.state = .ignored
        return .failed
      }
      // Not chunked after all: browsers show the rest as it is.
      transaction.add(.invalidResponseChunkLength)
      let bytes = responses.pending
      responses.clear()
      responses.pipeline?.take(bytes.rawSpan)
      responses.state = .untilClose
    case nil:
      countFraming(&responses)
    case 0?:
      countFraming(&responses)
      responses.pipeline?.finish(isCut: false)
      responses.state = .trailers
      transaction.response.hasLastChunk = true
      transaction.advance(.toClient, to: HTTPTransaction.Step.trailer)
    case let length?:
      countFraming(&responses)
      responses.state = .chunkData(length)
    }
    return .goesOn
  }

  /// The response has come to its end.
  func completeResponse(isCut: Bool = false) {
    guard let transaction = answered else { return }
    responses.pipeline?.finish(isCut: isCut)
    responded = transaction
    afterResponse = responses.pipeline
    responses.pipeline = nil
    transaction.response.body.isComplete = true
    if transaction.core.isCut.toClient {
      transaction.revision &+= 1
    } else {
      transaction.core.withholdsBody = false
      transaction.advance(.toClient, to: HTTPTransaction.Step.complete)
    }
    awaiting.removeAll { $0 === transaction }
    answered = nil
    responses.state = .firstLine
    responses.clear()
  }
}
