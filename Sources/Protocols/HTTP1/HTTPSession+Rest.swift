import Wire

/// What follows a response's body on its connection, or takes its place: lost bytes, the end.
extension HTTPSession {
  /// The body has come to its end, and with it the response, unless a line has begun behind it: until that is
  /// whole, nobody can tell whether it is more content.
  func endResponseBody(_ bytes: RawSpan, _ position: Int) {
    if position < bytes.byteCount, bytes.firstIndex(of: 0x0A, from: position) == nil {
      responses.clear()
      responses.state = .behindBody
    } else {
      completeResponse()
    }
  }

  /// Gathers the line behind a body.
  func readBehindBody(_ bytes: RawSpan, _ position: inout Int, _ clock: PacketClock) -> Step {
    let gathered = responses.gatherLine(bytes, &position, bytesMax: profile.fieldBytesMax)
    if gathered == .needsMore { return .goesOn }
    leaveBody()
    return takeFirstLine(gathered, clock)
  }

  /// The response is complete; what was gathered behind its body is a first line's, or content of its own.
  func leaveBody() {
    let line = responses.pending
    completeResponse()
    responses.pending = line
  }

  /// Bytes of the response side were lost.
  func skipResponseGap(_ count: UInt64, _ clock: PacketClock) -> Consumption.Outcome {
    switch responses.state {
    case .body(let left):
      responses.pipeline?.skip(min(count, left))
      responses.state = .body(left &- min(count, left))
      if count >= left { completeResponse() }
      return count > left ? skipResponseGap(count &- left, clock) : .goesOn
    case .behindBody:
      completeResponse()
      return skipResponseGap(count, clock)
    case .firstLine where HTTPStatusLine.looksLikeOne(responses.pending):
      answeredTransaction(clock).add(.invalidGap)
      return .goesOn
    case .headers, .trailers:
      answered?.add(.invalidGap)
      return .goesOn
    case .firstLine, .afterJunkLine:
      // Somewhere within another response: what comes is its content, up to the next status line.
      responses.clear()
      responses.state = .firstLine
      responded = nil
      afterResponse = nil
      // A gap alone begins no response, but what there is of it may be asked.
      awaiting.first?.add(.invalidGap)
      awaiting.first?.state.waitsForResponse = false
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
      answered?.add(.invalidGap)
      responses.clear()
      responses.state = .ignored
      return .failed
    }
  }

  /// A status line was still expected: the response never came to its end. What came in its place is not
  /// asked, unless it is what a gap has left over. True where it is not.
  private func leaveUnbegunResponse() -> Bool {
    guard let answered else { return false }
    answered.core.isCut.toClient = true
    answered.core.withholdsBody = !answered.events.contains(HTTPEvent.invalidGap.rawValue)
    return answered.core.withholdsBody
  }

  /// No more responses will come.
  func endResponses(_ clock: PacketClock) {
    var isCut = false
    if responses.state == .behindBody { leaveBody() }
    switch responses.state {
    case .firstLine where !responses.pending.isEmpty && HTTPStatusLine.looksLikeOne(responses.pending):
      takeStatusLine(answeredTransaction(clock), isWhole: false)
    case .firstLine where !responses.pending.isEmpty, .afterJunkLine:
      takeJunk(clock)
    case .firstLine:
      isCut = leaveUnbegunResponse()
    case .chunkLength, .chunkEnd:
      isCut = true
    case .headers:
      if let answered { takeHeaders(&responses, answered, .toClient, trailers: false) }
    default:
      break
    }
    if !endsWithConnection(.toClient) { answered?.core.isCut.toClient = true }
    completeResponse(isCut: isCut)
    responses.state = .ignored
  }
}
