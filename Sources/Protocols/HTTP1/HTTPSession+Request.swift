import Wire

/// Reading requests.
extension HTTPSession {
  /// One step from `position`, which moves on.
  func readRequest(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    switch requests.state {
    case .firstLine:
      return readRequestLine(bytes, &position, clock)
    case .afterShortRequest:
      return readAfterShortRequest(bytes, &position)
    case .headers, .trailers:
      return readRequestBlock(bytes, &position)
    case .body(let left):
      let rest = passBody(&requests, bytes, &position, left)
      requests.state = .body(rest)
      if rest == 0 { completeRequest() }
      return .goesOn
    case .chunkLength:
      return readRequestChunkLength(bytes, &position)
    case .chunkData(let left):
      let rest = passBody(&requests, bytes, &position, left)
      requests.state = rest == 0 ? .chunkEnd : .chunkData(rest)
      return .goesOn
    case .chunkEnd:
      skipChunkEnd(&requests, bytes, &position)
      return .goesOn
    case .waitsForResponse:
      return .blocked
    case .untilClose, .ignored, .afterJunkLine, .behindBody:
      position = bytes.byteCount
      return .goesOn
    }
  }

  private func readRequestLine(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    if requests.pending.isEmpty {
      // Line breaks before a request are passed over (RFC 9112 §2.2), but counted to a body right before
      // them.
      let start = position
      while position < bytes.byteCount, bytes[position] == 0x0D || bytes[position] == 0x0A { position &+= 1 }
      if requested?.request.framing == .length {
        requests.pending.append(bytes.part(start, position &- start))
        takeUnexpectedBody()
      }
      guard position < bytes.byteCount else { return .goesOn }
      guard awaiting.count < profile.transactionsMax else { return .failed }
    }
    if requested != nil { return readAfterRequest(bytes, &position, clock) }
    if !seeksRequest { beginRequest(clock) }
    switch requests.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax) {
    case .whole:
      if isWithinLostRequest() { return .goesOn }
      takeRequestLine(beginRequest(clock))
    case .needsMore: break
    case .tooLong:
      if seeksRequest { requests.clear() } else { return failRequest(.requestFieldTooLong) }
    }
    return .goesOn
  }

  /// The transaction of the request at hand, begun with its first byte.
  @discardableResult
  private func beginRequest(_ clock: PacketClock) -> HTTPTransaction {
    if let current { return current }
    let transaction = begin(clock)
    transaction.advance(.toServer, to: HTTPTransaction.Step.line)
    current = transaction
    return transaction
  }

  /// Whether a line after a gap is not even the end of a request line: it is passed over.
  private func isWithinLostRequest() -> Bool {
    guard seeksRequest else { return false }
    let line = Array(requests.pending[requests.line])
    let parts = HTTPRequestLine(line)
    let lastWord = (line.lastIndex(of: 0x20).map { $0 &+ 1 } ?? 0)..<line.endIndex
    seeksRequest = !HTTPMethods.contains(line, parts.method) && !looksLikeVersion(line, lastWord)
    if seeksRequest { requests.clear() }
    return seeksRequest
  }

  /// Reads the gathered line into the transaction.
  func takeRequestLine(_ transaction: HTTPTransaction) {
    let range = requests.line
    let end = requests.pending[range].lastIndex { $0 != 0x0D }.map { $0 &+ 1 } ?? range.lowerBound
    let line = HTTPCommonText.copy(requests.pending, range.lowerBound..<end)
    let parts = HTTPRequestLine(line)
    transaction.request.line = line
    transaction.request.lineEnd = HTTPCommonText.copy(requests.pending, end..<requests.pending.count)
    requests.clear()
    transaction.hasRequest = true
    transaction.method = HTTPCommonText.copy(line, parts.method)
    transaction.rawURI = HTTPCommonText.copy(line, parts.target)
    transaction.requestVersion = HTTPCommonText.copy(line, parts.version)
    parts.events.forEach(transaction.add)
    let isKnown = HTTPMethods.contains(line, parts.method)
    if !isKnown, parts.lacksVersion {
      transaction.add(parts.target.isEmpty ? .requestLineUnknownMethod : .requestLineUnknownMethodNoProtocol)
    } else if !isKnown, HTTPVersion(line, parts.version) == .invalid {
      transaction.add(.requestLineUnknownMethodInvalidProtocol)
    }
    takeTarget(transaction)
    if parts.lacksVersion {
      requests.state = .afterShortRequest
      return
    }
    requests.state = .headers
    transaction.advance(.toServer, to: HTTPTransaction.Step.headers)
  }

  private func takeTarget(_ transaction: HTTPTransaction) {
    let raw = transaction.rawURI ?? []
    // A path where CONNECT wants an authority names no host.
    let isAuthority = transaction.method.elementsEqual("CONNECT".utf8) && raw.first != 0x2F
    let target = HTTPURI(raw, isAuthority: isAuthority)
    var isDouble = false
    let (uri, path) = target.normalized(raw, profile, isDoubleEncoded: &isDouble)
    // An authority alone, as CONNECT has it, is no URI of which anything could be asked.
    transaction.uri = uri.isEmpty && target.path.isEmpty ? nil : uri
    if isDouble { transaction.add(.doubleEncodedURI) }
    transaction.path = path
    if let host = target.host {
      transaction.host = raw[host].map(HTTPText.lowercased)
      transaction.rawHost = transaction.host
      if let port = target.port {
        transaction.port = HTTPText.decimal(raw, port).flatMap { UInt16(exactly: $0) }
        if transaction.port == nil || transaction.port == 0 { transaction.add(.requestURIHostInvalid) }
      }
      if !HTTPURI.isValidHost(raw, host) { transaction.add(.requestURIHostInvalid) }
    }
  }

  /// Gives up the request side; what was read of the headers stays.
  private func failRequest(_ event: HTTPEvent?) -> Step {
    if let event { current?.add(event) }
    if requests.state == .headers, !requests.lines.isEmpty, let transaction = current {
      takeCutHeaders(&requests, transaction, .toServer)
    }
    requests.clear()
    requests.state = .ignored
    return .failed
  }

  /// A line where the next request may begin: if it is none, it belongs to the body of the request before.
  private func readAfterRequest(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    let gathered = requests.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax)
    if gathered == .needsMore { return .goesOn }
    let line = requests.pending
    let parts = HTTPRequestLine(line)
    if gathered == .whole, HTTPMethods.contains(line, parts.method) {
      requested = nil
      afterRequest = nil
      takeRequestLine(beginRequest(clock))
      return .goesOn
    }
    if gathered == .whole { requested?.add(.requestBodyUnexpected) }
    takeUnexpectedBody()
    return .goesOn
  }

  private func looksLikeVersion(_ line: [UInt8], _ version: Range<Int>) -> Bool {
    HTTPText.startsWith(line, version, "http/")
  }

  private func takeUnexpectedBody() {
    guard let requested, !requests.pending.isEmpty else { return }
    let bytes = requests.pending
    requests.clear()
    let pipeline = afterRequest ?? HTTPBodyPipeline(.toServer, requested, profile, files)
    afterRequest = pipeline
    pipeline.take(bytes.rawSpan)
    pipeline.finish(isCut: false)
  }

  /// Behind a request without version: if more than blanks came with it, only the version is missing.
  private func readAfterShortRequest(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = current else { return .failed }
    var end = position
    while end < bytes.byteCount, HTTPText.isSpace(bytes[end]) { end &+= 1 }
    if end < bytes.byteCount || end &- position > Self.blanksMax {
      transaction.add(.requestLineMissingProtocol)
      requests.state = .headers
      transaction.advance(.toServer, to: HTTPTransaction.Step.headers)
    } else {
      position = end
      completeShortRequest()
    }
    return .goesOn
  }

  /// Blanks that may stand behind a request without version.
  private static let blanksMax = 16

  /// A request without version was all there is: HTTP/0.9.
  func completeShortRequest() {
    guard let transaction = current else { return }
    transaction.isHTTP09 = true
    requests.clear()
    completeRequest()
    requests.state = .ignored
  }

  private func readRequestBlock(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = current else { return .failed }
    let gathered = requests.gatherBlock(
      bytes, &position, bytesMax: profile.fieldBytesMax, blockBytesMax: Self.blockBytesMax,
      isResponse: false)
    switch gathered {
    case .whole: break
    case .needsMore where requests.pending.count <= Self.blockBytesMax: return .goesOn
    case .needsMore, .tooLong: return failRequest(.requestFieldTooLong)
    }
    if requests.state == .trailers {
      takeHeaders(&requests, transaction, .toServer, trailers: true)
      completeRequest()
      return .goesOn
    }
    takeHeaders(&requests, transaction, .toServer, trailers: false)
    if transaction.request.headers.hasTooMany {
      cutHeaders(transaction, .toServer)
      return failRequest(nil)
    }
    HTTPRequestChecks.run(transaction)
    HTTPBodyPipeline.codings(transaction, .toServer, profile).events.forEach(transaction.add)
    transaction.advance(.toServer, to: HTTPTransaction.Step.body)
    if transaction.method.elementsEqual("CONNECT".utf8) {
      requests.state = .waitsForResponse
      return .goesOn
    }
    return beginRequestBody(transaction)
  }

  private func beginRequestBody(_ transaction: HTTPTransaction) -> Step {
    let message = transaction.request
    if let coding = message.headers.range(of: .transferEncoding) {
      if HTTPText.find(message.headers.bytes, coding, "chunked") != nil {
        if !transaction.requestVersion.elementsEqual("HTTP/1.1".utf8) {
          transaction.add(.invalidTransferEncodingInRequest)
        }
        message.framing = .chunked
      } else {
        message.framing = .invalid
        return failRequest(nil)
      }
    } else if let length = message.headers.range(of: .contentLength) {
      guard let value = takeLength(message.headers.bytes, length, transaction) else {
        message.framing = .invalid
        return failRequest(nil)
      }
      message.contentLength = value
      message.framing = .length
    } else {
      message.framing = .none
    }
    switch message.framing {
    case .chunked:
      requests.pipeline = HTTPBodyPipeline(.toServer, transaction, profile, files)
      requests.state = .chunkLength
    case .length where (message.contentLength ?? 0) > 0:
      requests.pipeline = HTTPBodyPipeline(.toServer, transaction, profile, files)
      requests.state = .body(UInt64(message.contentLength ?? 0))
    default:
      completeRequest()
    }
    return .goesOn
  }

  private func readRequestChunkLength(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = current else { return .failed }
    switch requests.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax) {
    case .whole: break
    case .needsMore: return .goesOn
    case .tooLong: return failRequest(.requestFieldTooLong)
    }
    let chunk = HTTPChunkLength(requests.pending, requests.line)
    countFraming(&requests)
    if chunk.hasExtension { transaction.add(.requestChunkExtension) }
    switch chunk.length {
    case nil:
      if chunk.isBlank { return .goesOn }
      return failRequest(nil)
    case 0?:
      requests.state = .trailers
      transaction.request.hasLastChunk = true
      transaction.advance(.toServer, to: HTTPTransaction.Step.trailer)
    case let length?:
      requests.state = .chunkData(length)
    }
    return .goesOn
  }

  /// The request has come to its end.
  func completeRequest(isCut: Bool = false) {
    guard let transaction = current else { return }
    requests.pipeline?.finish(isCut: isCut)
    afterRequest = requests.pipeline
    requested = transaction
    requests.pipeline = nil
    transaction.request.body.isComplete = true
    if transaction.core.isCut.toServer {
      transaction.revision &+= 1
    } else {
      transaction.advance(.toServer, to: HTTPTransaction.Step.complete)
    }
    current = nil
    requests.state = .firstLine
    requests.clear()
  }

  /// Bytes of the request side were lost.
  func skipRequestGap(_ count: UInt64) -> Consumption.Outcome {
    switch requests.state {
    case .body(let left):
      requests.pipeline?.skip(min(count, left))
      requests.state = .body(left &- min(count, left))
      if count >= left { completeRequest() }
      return count > left ? skipRequestGap(count &- left) : .goesOn
    case .firstLine where !requests.pending.isEmpty && !seeksRequest,
      .headers, .trailers, .afterShortRequest, .waitsForResponse:
      // What stands before and behind the gap is read as one: better a spoilt line than none.
      current?.add(.invalidGap)
      return .goesOn
    case .firstLine:
      // Somewhere within another request: what comes is read from the next request line on.
      requests.clear()
      requested = nil
      afterRequest = nil
      seeksRequest = true
      return .goesOn
    case .chunkData(let left) where count <= left:
      requests.pipeline?.skip(count)
      requests.state = left == count ? .chunkEnd : .chunkData(left &- count)
      return .goesOn
    case .ignored, .untilClose:
      return .goesOn
    default:
      _ = failRequest(.invalidGap)
      return .failed
    }
  }

  /// No more requests will come.
  func endRequests() {
    takeUnexpectedBody()
    requested = nil
    guard let transaction = current, requests.state != .ignored else { return }
    if case .firstLine = requests.state, !requests.pending.isEmpty { takeRequestLine(transaction) }
    if requests.state == .headers { takeHeaders(&requests, transaction, .toServer, trailers: false) }
    if case .afterShortRequest = requests.state { transaction.isHTTP09 = true }
    if !endsWithConnection(.toServer) { transaction.core.isCut.toServer = true }
    completeRequest(isCut: true)
    requests.state = .ignored
  }
}
