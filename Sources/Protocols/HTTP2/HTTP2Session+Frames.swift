import Wire

// Frames of each type (RFC 9113 §6).
extension HTTP2Session {
  /// Takes a whole frame other than DATA.
  func take(_ header: HTTP2FrameHeader, _ payload: RawSpan, _ direction: Direction, _ clock: PacketClock) {
    guard let type = HTTP2FrameType(rawValue: header.type) else { return }
    switch type {
    // An acknowledgement, or settings that say nothing: no exchange, as in Suricata.
    case .settings where header.length == 0: return
    case .headers, .pushPromise: return takeBlock(header, type, payload, direction, clock)
    case .continuation: return takeContinuation(header, payload, direction)
    default: break
    }
    guard let transaction = transaction(of: header, direction, clock) else { return }
    transaction.note(header.type, direction)
    if !take(type, payload, transaction, direction) { transaction.add(.invalidFrameData) }
    if type == .resetStream { noteReset(header.stream) }
  }

  /// Reads the payload of a frame that is no header block. False: it is not as long as it must be.
  private func take(
    _ type: HTTP2FrameType, _ payload: RawSpan, _ transaction: HTTP2Transaction, _ direction: Direction
  ) -> Bool {
    transaction.revision &+= 1
    switch type {
    case .settings:
      var position = 0
      while position &+ 6 <= payload.byteCount {
        guard transaction.signals[direction].settings.count < HTTP2Signals.countMax else { return true }
        transaction.signals[direction].settings.append(
          HTTP2Setting(identifier: payload.u16(position), value: payload.u32(position &+ 2)))
        position &+= 6
      }
      return position == payload.byteCount
    case .resetStream:
      guard payload.byteCount == 4 else { return false }
      transaction.signals[direction].errorCode = payload.u32(0)
    case .goAway:
      guard payload.byteCount >= 8 else { return false }
      transaction.signals[direction].errorCode = payload.u32(4)
      transaction.signals[direction].endsConnection = true
    case .priority:
      guard payload.byteCount == 5 else { return false }
      notePriority(payload[4], transaction, direction)
    case .windowUpdate:
      guard payload.byteCount == 4 else { return false }
      if transaction.signals[direction].windows.count < HTTP2Signals.countMax {
        transaction.signals[direction].windows.append(payload.u32(0) & 0x7FFF_FFFF)
      }
    case .ping: return payload.byteCount == 8
    case .data, .headers, .pushPromise, .continuation: break
    }
    return true
  }

  private func notePriority(_ weight: UInt8, _ transaction: HTTP2Transaction, _ direction: Direction) {
    guard transaction.signals[direction].priorities.count < HTTP2Signals.countMax else { return }
    transaction.signals[direction].priorities.append(weight)
  }

  // MARK: Headers

  /// HEADERS (§6.2) and PUSH_PROMISE (§6.6): the block belongs to the stream, or to the one that is promised.
  private func takeBlock(
    _ header: HTTP2FrameHeader, _ type: HTTP2FrameType, _ payload: RawSpan, _ direction: Direction,
    _ clock: PacketClock
  ) {
    var start = header.isPadded ? 1 : 0
    let padding = header.isPadded && payload.byteCount > 0 ? Int(payload[0]) : 0
    var number = header.stream
    var weight: UInt8?
    if type == .pushPromise {
      guard payload.byteCount >= start &+ 4 else { return fail(header, direction, clock) }
      number = payload.u32(start) & 0x7FFF_FFFF
      start &+= 4
    } else if header.hasPriority {
      guard payload.byteCount >= start &+ 5 else { return fail(header, direction, clock) }
      weight = payload[start &+ 4]
      start &+= 5
    }
    guard number != 0, payload.byteCount >= start &+ padding else { return fail(header, direction, clock) }
    guard let transaction = transaction(stream: number, header.type, clock) else { return }
    transaction.note(header.type, direction)
    if let weight { notePriority(weight, transaction, direction) }
    let fragment = payload.part(start, payload.byteCount &- start &- padding)
    // What is promised is a request, though the server says it.
    let isRequest = type == .pushPromise
    guard header.endsHeaders else {
      lanes[direction].block = fragment.copied()
      lanes[direction].blockTransaction = transaction
      lanes[direction].blockEndsStream = header.endsStream && !isRequest
      lanes[direction].blockIsRequest = isRequest
      return
    }
    finishBlock(fragment, transaction, direction, isRequest, endsStream: header.endsStream && !isRequest)
  }

  private func fail(_ header: HTTP2FrameHeader, _ direction: Direction, _ clock: PacketClock) {
    transaction(of: header, direction, clock)?.add(.invalidFrameData)
  }

  private func takeContinuation(_ header: HTTP2FrameHeader, _ payload: RawSpan, _ direction: Direction) {
    guard let transaction = lanes[direction].blockTransaction else { return }
    transaction.note(header.type, direction)
    guard lanes[direction].block.count &+ payload.byteCount <= Limits.blockBytes else {
      transaction.add(.reassemblyLimitReached)
      lanes[direction].block = []
      lanes[direction].blockTransaction = nil
      return
    }
    lanes[direction].block.append(payload)
    guard header.endsHeaders else { return }
    let block = lanes[direction].block
    lanes[direction].block = []
    lanes[direction].blockTransaction = nil
    finishBlock(
      block.rawSpan, transaction, direction, lanes[direction].blockIsRequest,
      endsStream: lanes[direction].blockEndsStream)
  }

  private func finishBlock(
    _ block: RawSpan, _ transaction: HTTP2Transaction, _ direction: Direction, _ isRequest: Bool,
    endsStream: Bool
  ) {
    do throws(HPACKDecoder.Failure) {
      let headers = try lanes[direction].decoder.decode(block)
      transaction.take(headers, isRequest ? .toServer : direction)
      if !carriesDNS, transaction.asksForDNS { carriesDNS = true }
    } catch {
      switch error {
      case .damaged: transaction.add(.invalidHeader)
      case .overflow: transaction.add(.headerIntegerOverflow)
      case .tooLong: transaction.add(.reassemblyLimitReached)
      }
    }
    if isRequest { endStream(transaction.stream, .toServer, isCut: false) }
    if endsStream { endStream(transaction.stream, direction, isCut: false) }
  }

  // MARK: Data

  /// The head of a DATA frame (§6.1). False: the length of its padding is not there yet.
  func beginData(
    _ header: HTTP2FrameHeader, _ bytes: RawSpan, _ position: inout Int, _ direction: Direction,
    _ clock: PacketClock
  ) -> Bool {
    var start = position &+ HTTP2FrameHeader.byteCount
    var length = header.length
    var padding = 0
    if header.isPadded, length > 0 {
      guard start < bytes.byteCount else { return false }
      padding = Int(bytes[start])
      start &+= 1
      length &-= 1
    }
    if frames != nil {
      announce(
        HTTP2FrameKind.pdu, direction, at: position, length: header.length &+ HTTP2FrameHeader.byteCount)
    }
    position = start
    lanes[direction].data = nil
    lanes[direction].endsStream = header.endsStream
    guard padding <= length else {
      transaction(of: header, direction, clock)?.add(.invalidFrameData)
      lanes[direction].skipped = length
      return true
    }
    lanes[direction].dataLeft = length &- padding
    lanes[direction].paddingLeft = padding
    if header.stream != 0, let transaction = transaction(of: header, direction, clock) {
      transaction.note(header.type, direction)
      if direction == .toClient { transaction.noteResponse() }
      lanes[direction].data = transaction
      if header.length > Limits.frameBytes { transaction.add(.longFrameData) }
      openBody(transaction, direction)
    }
    finishData(direction)
    return true
  }

  private func openBody(_ transaction: HTTP2Transaction, _ direction: Direction) {
    guard let stream = streams[transaction.stream], stream.pipelines[direction] == nil else { return }
    streams[transaction.stream]?.pipelines[direction] = HTTPBodyPipeline(
      direction, transaction, profile, files, isHTTP2: true)
  }

  /// Passes on what is there of a DATA frame.
  func passData(_ bytes: RawSpan, _ position: inout Int, _ direction: Direction) {
    let count = min(lanes[direction].dataLeft, bytes.byteCount &- position)
    if count > 0 {
      if let transaction = lanes[direction].data {
        streams[transaction.stream]?.pipelines[direction]?.take(bytes.part(position, count))
      }
      lanes[direction].dataLeft &-= count
      position &+= count
    }
    let padding = min(lanes[direction].paddingLeft, bytes.byteCount &- position)
    if lanes[direction].dataLeft == 0 {
      lanes[direction].paddingLeft &-= padding
      position &+= padding
    }
    finishData(direction)
  }

  func finishData(_ direction: Direction) {
    guard lanes[direction].dataLeft == 0, lanes[direction].paddingLeft == 0 else { return }
    if lanes[direction].endsStream, let transaction = lanes[direction].data {
      endStream(transaction.stream, direction, isCut: false)
    }
    lanes[direction].data = nil
    lanes[direction].endsStream = false
  }
}
