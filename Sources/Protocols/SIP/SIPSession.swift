package import Wire

/// Parser of SIP (RFC 3261) over UDP (one message a datagram) and TCP.
///
/// Clients send requests and servers responses; what goes the other way is not read, as in the reference. A
/// datagram that cannot be read raises an event on the message before it, if that is still open, and the flow
/// goes on. In a stream it ends the parsing.
///
/// Differs from Suricata: over TCP a body is as long as Content-Length says (§18.3), and line ends between
/// messages are passed over (§7.5), so that what follows a body or a keep-alive is still read.
package final class SIPSession: Session {
  private let isStream: Bool
  private var lanes = Pair(both: Lane())
  private var clock = PacketClock(nanoseconds: 0)

  /// Where a direction of a stream stands.
  private struct Lane {
    var reader = SIPMessageReader()
    /// The message whose body is coming in, its first bytes, and how many are to come.
    var open: SIPTransaction?
    var body: [UInt8] = []
    var bytesLeft = 0
  }

  init(isStream: Bool) {
    self.isStream = isStream
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    guard isStream else {
      return Consumption(bytes: bytes.byteCount, datagram(bytes, direction) ? .goesOn : .failed)
    }
    var position = 0
    while position < bytes.byteCount {
      if lanes[direction].open != nil {
        takeBody(bytes, &position, direction)
        continue
      }
      while position < bytes.byteCount, bytes[position] == 0x0D || bytes[position] == 0x0A { position &+= 1 }
      guard position < bytes.byteCount else { break }
      announce(SIPFrame.pdu, direction, at: position)
      do throws(ParseFailure) {
        let rest = bytes.part(position, bytes.byteCount &- position)
        let message = try lanes[direction].reader.read(rest, direction)
        lanes[direction].reader = SIPMessageReader()
        begin(message, direction, at: position)
        position &+= message.bodyOffset
      } catch {
        if error.reason == .truncated { break }
        note(.invalidData)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
    }
    return Consumption(bytes: position)
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    guard isStream, lanes[direction].open != nil, lanes[direction].bytesLeft >= count else { return .failed }
    // What a body with a hole says is not read.
    lanes[direction].body = []
    lanes[direction].bytesLeft &-= count
    if lanes[direction].bytesLeft == 0 { finish(direction) }
    return .goesOn
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    if lanes[direction].open != nil { finish(direction) }
  }

  private func datagram(_ bytes: RawSpan, _ direction: Direction) -> Bool {
    announce(SIPFrame.pdu, direction, at: 0, length: bytes.byteCount)
    do throws(ParseFailure) {
      var reader = SIPMessageReader()
      let message = try reader.read(bytes, direction)
      let transaction = add(message, direction)
      let body = bytes.part(message.bodyOffset, bytes.byteCount &- message.bodyOffset)
      announceParts(of: transaction, direction, at: 0, bodyBytes: body.byteCount)
      transaction.complete(body: body.part(0, SIPLimits.bodyBytes))
      return true
    } catch {
      note(error.reason == .truncated ? .incompleteData : .invalidData)
      return false
    }
  }

  /// A stream has brought a message's headers: its body follows.
  private func begin(_ message: SIPMessage, _ direction: Direction, at position: Int) {
    let transaction = add(message, direction)
    let bodyBytes = message.contentLength ?? 0
    announce(
      SIPFrame.pdu, direction, at: position, length: message.bodyOffset &+ bodyBytes,
      transaction: transaction.number)
    announceParts(of: transaction, direction, at: position, bodyBytes: bodyBytes)
    lanes[direction].open = transaction
    lanes[direction].bytesLeft = bodyBytes
    if bodyBytes == 0 { finish(direction) }
  }

  private func takeBody(_ bytes: RawSpan, _ position: inout Int, _ direction: Direction) {
    let count = min(lanes[direction].bytesLeft, bytes.byteCount &- position)
    let room = SIPLimits.bodyBytes &- lanes[direction].body.count
    lanes[direction].body.append(bytes.part(position, min(count, room)))
    position &+= count
    lanes[direction].bytesLeft &-= count
    if lanes[direction].bytesLeft == 0 { finish(direction) }
  }

  private func finish(_ direction: Direction) {
    let transaction = lanes[direction].open
    let body = lanes[direction].body
    lanes[direction] = Lane()
    transaction?.complete(body: body.rawSpan)
  }

  private func add(_ message: SIPMessage, _ direction: Direction) -> SIPTransaction {
    let transaction = SIPTransaction(message, number: transactionCount, direction)
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  private func announceParts(
    of transaction: SIPTransaction, _ direction: Direction, at position: Int, bodyBytes: Int
  ) {
    guard frames != nil else { return }
    let message = transaction.message
    let isRequest = direction == .toServer
    let number = transaction.number
    announce(
      isRequest ? SIPFrame.requestLine : .responseLine, direction, at: position, length: message.lineBytes,
      transaction: number)
    announce(
      isRequest ? SIPFrame.requestHeaders : .responseHeaders, direction, at: position &+ message.lineBytes,
      length: message.headerBytes, transaction: number)
    guard bodyBytes > 0 else { return }
    announce(
      isRequest ? SIPFrame.requestBody : .responseBody, direction, at: position &+ message.bodyOffset,
      length: bodyBytes, transaction: number)
  }

  /// Raises an event on the newest message.
  private func note(_ event: SIPEvent) {
    guard let transaction = transactions.last else { return }
    if !transaction.events.contains(event.rawValue) { transaction.events.append(event.rawValue) }
    transaction.revision &+= 1
  }
}
