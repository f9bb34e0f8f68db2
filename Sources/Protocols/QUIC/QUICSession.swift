package import Wire

/// Parser of QUIC (RFC 9000, RFC 9001, RFC 9369, drafts from the 23rd on, and Google's versions).
///
/// Only the first packets of a connection can be read, up to the hellos of both sides: they are protected
/// with keys that follow from what is sent in the clear, or not at all in Google's versions. Each packet with
/// a long head is a transaction; the one that completes a hello tells of it. A Retry begins anew, once.
///
/// A packet that was not protected with these keys, and frames that are cut, are events; nothing behind them
/// in the same datagram is read, nor behind a head that cannot be read: the datagram is a failure.
package final class QUICSession: Session {
  private var keys: QUICKeys?
  private var handshakes = Pair(both: QUICHandshake())
  private var hasHello = Pair(both: false)
  private var hasRetried = false
  private var clock = PacketClock(nanoseconds: 0)

  init() {
    super.init()
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    let all = bytes.byteCount
    var position = 0
    for _ in 0..<QUICLimits.packets where position < all {
      let packet = bytes.part(position, all &- position)
      guard let header = try? QUICHeader(packet) else { return Consumption(bytes: all, .failed) }
      if hasHello[direction] || header.kind == .short { break }
      if header.kind == .initial {
        guard initial(packet, header, direction) else { return Consumption(bytes: all, .failed) }
      } else {
        if header.kind == .retry { retry(direction) }
        begin(header, direction)
      }
      position &+= header.headBytes &+ header.bodyBytes
    }
    return Consumption(bytes: all)
  }

  @discardableResult
  private func begin(_ header: QUICHeader, _ direction: Direction) -> QUICTransaction {
    let transaction = QUICTransaction(number: transactionCount, header, direction, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  /// The client has to begin anew, with keys of its own; a second one has no meaning (RFC 9000 §17.2.5.2).
  private func retry(_ direction: Direction) {
    guard direction == .toClient, keys != nil, !hasRetried else { return }
    hasRetried = true
    keys = nil
    hasHello.toServer = false
    handshakes.toServer = QUICHandshake()
  }

  /// Reads a first packet; false where it cannot be.
  private func initial(_ packet: RawSpan, _ header: QUICHeader, _ direction: Direction) -> Bool {
    if keys == nil { keys = QUICKeys(header.version, destination: header.destination) }
    var content = packet.part(header.headBytes, header.bodyBytes).copied()
    if let keys, !content.isEmpty {
      guard let clear = keys.open(packet, header, direction) else {
        begin(header, direction).raise(.failedDecrypt)
        return false
      }
      content = clear
    }
    let transaction = begin(header, direction)
    guard let frames = try? QUICFrames(content.rawSpan), take(frames, transaction) else {
      transaction.raise(.errorOnData)
      return false
    }
    return true
  }

  /// Takes what the frames bring; false where a handshake begins with another message than a hello.
  private func take(_ frames: QUICFrames, _ transaction: QUICTransaction) -> Bool {
    for tags in frames.messages { take(tags, transaction) }
    let direction = transaction.direction
    for part in frames.parts where !handshakes[direction].add(part) {
      transaction.raise(.handshakeTooLong)
      handshakes[direction] = QUICHandshake()
      return true
    }
    guard case .message(let kind, let body) = handshakes[direction].state else { return true }
    handshakes[direction] = QUICHandshake()
    let isClient = kind == 1
    guard isClient || kind == 2, let hello = try? QUICHello(body.rawSpan, isClient: isClient) else {
      return false
    }
    hasHello[direction] = true
    transaction.hello = hello
    isClient ? takeClient(body, transaction) : takeServer(body, transaction)
    return true
  }

  private func takeClient(_ body: [UInt8], _ transaction: QUICTransaction) {
    var reader = TLSHelloReader()
    transaction.clientHello = try? reader.client(body.rawSpan)
    transaction.serverName = transaction.clientHello?.serverName
    var rawReader = TLSHelloReader(keepsReserved: true)
    guard var raw = try? rawReader.client(body.rawSpan) else { return }
    raw.extensions = raw.extensions.map(QUICHello.told)
    transaction.ja3Text = TLSFingerprints.ja3(raw)
  }

  private func takeServer(_ body: [UInt8], _ transaction: QUICTransaction) {
    transaction.ja3Text = (try? TLSHelloReader().server(body.rawSpan)).map(TLSFingerprints.ja3s)
  }

  private func take(_ tags: [QUICTag], _ transaction: QUICTransaction) {
    for tag in tags {
      if tag.name == QUICTag.serverName { transaction.serverName = tag.value }
      if tag.name == QUICTag.userAgent { transaction.userAgent = tag.value }
    }
    guard let version = transaction.header.version.fingerprintName else { return }
    let names = Array(tags.map(\.text).joined(separator: [UInt8(ascii: "-")]))
    transaction.fingerprints.append(Array("\(version),".utf8) + names)
  }
}
