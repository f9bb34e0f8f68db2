package import Wire

/// Parser of WebSocket (RFC 6455) with compressed messages (RFC 7692): frames both ways.
///
/// A frame is taken when its payload is there, up to `max-payload-size`; the rest is stepped over. The frame
/// that ends a message from several has all of that for a payload, decompressed. One whose compression cannot
/// be followed keeps the payload as it was sent. A gap ends the parsing, unless it lies in what is stepped
/// over.
package final class WebSocketSession: Session {
  private let payloadBytesMax: Int
  private var lanes = Pair(both: Lane())

  /// Where a direction stands.
  private struct Lane {
    var hasBegun = false
    /// Bytes of a payload still to be stepped over.
    var skips: UInt64 = 0
    /// A message from several frames is open: what came of it, and whether it is compressed.
    var isOpen = false
    var message: [UInt8] = []
    var isCompressed = false
    /// What goes on from message to message: later ones refer to what was in those before.
    var inflater: Inflater?
  }

  /// A message may be as many times larger than what is kept before its decompression is given up.
  private static let inflationMax = 16

  init(_ settings: WebSocketSettings) {
    payloadBytesMax = settings.payloadBytesMax
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    var position = Int(clamping: min(lanes[direction].skips, UInt64(bytes.byteCount)))
    lanes[direction].skips &-= UInt64(position)
    while position < bytes.byteCount {
      let rest = bytes.part(position, bytes.byteCount &- position)
      guard let header = try? WebSocketHeader(rest) else { break }
      if !lanes[direction].hasBegun, header.hasReservedBits {
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      let kept = Int(clamping: min(header.payloadBytes, UInt64(payloadBytesMax)))
      guard rest.byteCount &- header.byteCount >= kept else { break }
      lanes[direction].hasBegun = true
      announce(header, direction, at: position, payloadBytes: kept)
      take(header, rest.part(header.byteCount, kept), direction, clock)
      position &+= header.byteCount &+ kept
      let excess = header.payloadBytes &- UInt64(kept)
      let skipped = min(excess, UInt64(bytes.byteCount &- position))
      position &+= Int(clamping: skipped)
      lanes[direction].skips = excess &- skipped
    }
    return Consumption(bytes: position)
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    guard lanes[direction].skips >= UInt64(clamping: count) else { return .failed }
    lanes[direction].skips &-= UInt64(clamping: count)
    return .goesOn
  }

  private func announce(
    _ header: WebSocketHeader, _ direction: Direction, at position: Int, payloadBytes: Int
  ) {
    guard frames != nil else { return }
    let start = position &+ header.byteCount
    announce(
      WebSocketFrameKind.header, direction, at: position, length: header.byteCount,
      transaction: transactionCount)
    announce(
      WebSocketFrameKind.pdu, direction, at: position, length: header.byteCount &+ payloadBytes,
      transaction: transactionCount)
    guard payloadBytes > 0 else { return }
    announce(
      WebSocketFrameKind.data, direction, at: start, length: payloadBytes, transaction: transactionCount)
  }

  private func take(
    _ header: WebSocketHeader, _ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock
  ) {
    var payload = header.unmasked(bytes)
    var isCompressed = header.isCompressed
    var isCut = false
    if !header.isControl, lanes[direction].isOpen || !header.endsMessage {
      isCut = add(payload, header, direction)
      isCompressed = false
      if header.endsMessage {
        payload = lanes[direction].message
        isCompressed = lanes[direction].isCompressed
        lanes[direction].isOpen = false
        lanes[direction].message = []
      }
    }
    if isCompressed, header.endsMessage, let whole = inflated(payload, direction) { payload = whole }
    let transaction = WebSocketTransaction(header, payload: payload, number: transactionCount, direction)
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    if header.payloadBytes > UInt64(payloadBytesMax) { transaction.raise(.skipsEndOfPayload) }
    if isCut { transaction.raise(.reachesReassemblyLimit) }
  }

  /// Adds to the message that is open, or opens one; true where this reaches the bound of what is kept.
  private func add(_ payload: [UInt8], _ header: WebSocketHeader, _ direction: Direction) -> Bool {
    if !lanes[direction].isOpen {
      lanes[direction].isOpen = true
      lanes[direction].isCompressed = header.isCompressed
    }
    let room = payloadBytesMax &- lanes[direction].message.count
    guard room > 0 else { return false }
    lanes[direction].message.append(payload.rawSpan.part(0, room))
    return payload.count >= room
  }

  /// Decompresses a message; nil where nothing comes of it.
  private func inflated(_ payload: [UInt8], _ direction: Direction) -> [UInt8]? {
    let inflater = lanes[direction].inflater ?? Inflater(.rawDeflate, isFast: false)
    lanes[direction].inflater = inflater
    // The end of a block, which is not sent (RFC 7692 §7.2.2).
    let input = payload + [0x00, 0x00, 0xFF, 0xFF]
    var output: [UInt8] = []
    var produced = 0
    let outcome = inflater.decode(input.rawSpan) { piece in
      produced &+= piece.byteCount
      output.append(piece.part(0, payloadBytesMax &- output.count))
      return produced < Self.inflationMax &* payloadBytesMax
    }
    // After a last block, an error or a bomb the next message begins anew.
    if outcome != .needsInput { lanes[direction].inflater = nil }
    return output.isEmpty ? nil : output
  }
}
