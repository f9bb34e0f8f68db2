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
    case .untilClose, .ignored, .afterJunkLine:
      position = bytes.byteCount
      return .goesOn
    }
  }

  private func readRequestLine(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    if requests.pending.isEmpty {
      // Line breaks before a request are passed over (RFC 9112 §2.2).
      while position < bytes.byteCount, bytes[position] == 0x0D || bytes[position] == 0x0A { position &+= 1 }
      guard position < bytes.byteCount else { return .goesOn }
      guard awaiting.count < profile.transactionsMax else { return .failed }
    }
    if current == nil {
      // A response may have begun before its request was seen.
      current = begin(clock)
      current?.advance(.toServer, to: HTTPTransaction.Step.line)
    }
    guard let transaction = current else { return .failed }
    switch requests.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax) {
    case .whole: takeRequestLine(transaction)
    case .needsMore: break
    case .tooLong: return failRequest(.requestFieldTooLong)
    }
    return .goesOn
  }

  /// Reads the gathered line into the transaction.
  func takeRequestLine(_ transaction: HTTPTransaction) {
    let range = requests.line
    let line = Array(requests.pending[range])
    let parts = HTTPRequestLine(line)
    transaction.request.line = line
    transaction.request.lineEnd = Array(requests.pending[range.upperBound...])
    requests.clear()
    transaction.hasRequest = true
    transaction.method = Array(line[parts.method])
    transaction.rawURI = Array(line[parts.target])
    transaction.requestVersion = Array(line[parts.version])
    parts.events.forEach(transaction.add)
    let isKnown = HTTPMethods.contains(line, parts.method)
    if !isKnown, HTTPVersion(line, parts.version) == .invalid || parts.lacksVersion {
      transaction.add(.requestLineInvalid)
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
    let isAuthority = transaction.method.elementsEqual("CONNECT".utf8)
    let target = HTTPURI(raw, isAuthority: isAuthority)
    var isDouble = false
    transaction.uri = target.normalized(raw, profile, isDoubleEncoded: &isDouble)
    if isDouble { transaction.add(.doubleEncodedURI) }
    var pathOnly = profile
    pathOnly.uriIncludesAll = false
    transaction.path = HTTPURI(path: target.path).normalized(raw, pathOnly, isDoubleEncoded: &isDouble)
    if let host = target.host {
      transaction.host = raw[host].map(HTTPText.lowercased)
      transaction.rawHost = Array(raw[host.lowerBound..<(target.port?.upperBound ?? host.upperBound)])
      if let port = target.port {
        transaction.port = HTTPText.decimal(raw, port).flatMap { UInt16(exactly: $0) }
        if transaction.port == nil || transaction.port == 0 { transaction.add(.invalidAuthorityPort) }
      }
      if !HTTPURI.isValidHost(raw, host) { transaction.add(.requestURIHostInvalid) }
    }
  }

  private func failRequest(_ event: HTTPEvent) -> Step {
    current?.add(event)
    return .failed
  }

  private func readAfterShortRequest(_ bytes: RawSpan, _ position: inout Int) -> Step {
    guard let transaction = current else { return .failed }
    switch requests.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax) {
    case .whole: break
    case .needsMore: return .goesOn
    case .tooLong: return failRequest(.requestFieldTooLong)
    }
    let line = requests.line
    if requests.pending[line].contains(0x3A) {
      // Headers follow: only the version is missing.
      transaction.add(.requestLineMissingProtocol)
      requests.lines.append(line)
      requests.lineStart = requests.pending.count
      requests.state = .headers
      transaction.advance(.toServer, to: HTTPTransaction.Step.headers)
      return .goesOn
    }
    completeShortRequest()
    return .goesOn
  }

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
    switch requests.gatherBlock(bytes, &position, bytesMax: profile.fieldBytesMax, isResponse: false) {
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
    HTTPRequestChecks.run(transaction)
    transaction.advance(.toServer, to: HTTPTransaction.Step.body)
    if transaction.method.elementsEqual("CONNECT".utf8) {
      requests.state = .waitsForResponse
      return .goesOn
    }
    beginRequestBody(transaction)
    return .goesOn
  }

  private func beginRequestBody(_ transaction: HTTPTransaction) {
    let message = transaction.request
    if let coding = message.headers.range(of: "transfer-encoding") {
      if HTTPText.find(message.headers.bytes, coding, "chunked") != nil {
        message.framing = .chunked
      } else {
        message.framing = .invalid
        transaction.add(.invalidTransferEncodingInRequest)
      }
    } else if let length = message.headers.range(of: "content-length") {
      if let value = HTTPText.decimal(message.headers.bytes, length) {
        message.contentLength = value
        message.framing = .length
      } else {
        message.framing = .invalid
        transaction.add(.invalidContentLengthInRequest)
      }
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
      return failRequest(.invalidRequestChunkLength)
    case 0?:
      requests.state = .trailers
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
    requests.pipeline = nil
    transaction.request.body.isComplete = true
    transaction.advance(.toServer, to: HTTPTransaction.Step.complete)
    current = nil
    requests.state = .firstLine
    requests.clear()
  }

  /// Bytes of the request side were lost.
  func skipRequestGap(_ count: UInt64) -> Consumption.Outcome {
    switch requests.state {
    case .body(let left) where count <= left:
      requests.pipeline?.skip(count)
      requests.state = .body(left &- count)
      if left == count { completeRequest() }
      return .goesOn
    case .chunkData(let left) where count <= left:
      requests.pipeline?.skip(count)
      requests.state = left == count ? .chunkEnd : .chunkData(left &- count)
      return .goesOn
    case .ignored, .untilClose:
      return .goesOn
    default:
      return .failed
    }
  }

  /// No more requests will come.
  func endRequests() {
    guard let transaction = current else { return }
    switch requests.state {
    case .firstLine:
      transaction.add(.requestLineIncomplete)
      if !requests.pending.isEmpty { takeRequestLine(transaction) }
    default:
      break
    }
    if case .afterShortRequest = requests.state { transaction.isHTTP09 = true }
    completeRequest(isCut: true)
    requests.state = .ignored
  }
}
