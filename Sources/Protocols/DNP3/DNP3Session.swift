package import Wire

/// Parser of DNP3 over TCP (IEEE 1815-2012 §8, §9 and §13).
///
///     05 64 | length (8) | control (8) | destination (16) | source (16) | CRC (16)
///     up to 16 bytes | CRC (16) …        the length counts five bytes of the header, and no checksum
///     final, first, sequence (6) | application control (8) | function (8) | indications (16) | objects …
///
/// Numbers are little-endian. Frames without user data are passed over. A frame whose header or length is
/// wrong is an event, and the next start bytes are looked for; other bytes where a frame should begin end
/// the parsing, unless a server sends a banner with its name in it. A gap ends it.
package final class DNP3Session: Session {
  private let settings: DNP3Settings
  /// Bytes are passed over up to the next start of a frame.
  private var seeksFrame = Pair(both: false)
  /// More transactions are open than there may be.
  private var isFlooded = false
  private var clock = PacketClock(nanoseconds: 0)

  init(_ settings: DNP3Settings) {
    self.settings = settings
    super.init()
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    var position = 0
    while position < bytes.byteCount {
      if seeksFrame[direction] {
        position = Self.nextStart(bytes, from: position)
        guard bytes.byteCount &- position >= 2 else { break }
        seeksFrame[direction] = false
      }
      let rest = bytes.part(position, bytes.byteCount &- position)
      if !DNP3Frame.mayBegin(rest) {
        switch DNP3Frame.banner(rest) {
        case .yes where direction == .toClient:
          seeksFrame[direction] = true
          continue
        case .needsMore where direction == .toClient || rest.byteCount < DNP3Frame.headerBytes:
          return Consumption(bytes: position)
        default: return Consumption(bytes: bytes.byteCount, .failed)
        }
      }
      guard rest.byteCount >= DNP3Frame.headerBytes else { break }
      guard let length = frameLength(rest, direction) else {
        seeksFrame[direction] = true
        position &+= 1
        continue
      }
      guard length <= rest.byteCount else { break }
      take(rest.part(0, length), direction)
      position &+= length
    }
    return Consumption(bytes: position)
  }

  /// Where a frame may begin next: the bytes' end, or the last byte if that may be the first of one.
  private static func nextStart(_ bytes: RawSpan, from start: Int) -> Int {
    var position = start
    while position < bytes.byteCount, !DNP3Frame.mayBegin(bytes.part(position, 2)) { position &+= 1 }
    return position
  }

  /// Bytes of a frame with its checksums, by its header; nil where that is wrong.
  private func frameLength(_ bytes: RawSpan, _ direction: Direction) -> Int? {
    guard DNP3Checksum.holds(bytes.part(0, DNP3Frame.headerBytes)) else {
      raise(.badLinkChecksum, direction)
      return nil
    }
    guard let length = DNP3Frame.byteCount(bytes[2]) else {
      raise(.lengthTooSmall, direction)
      return nil
    }
    return length
  }

  /// Takes a whole frame.
  private func take(_ frame: RawSpan, _ direction: Direction) {
    guard 3...4 ~= frame[3] & 15 else { return }
    // Transport and application headers, and a response's indications.
    guard frame[2] >= (direction == .toServer ? 8 : 10) else { return raise(.lengthTooSmall, direction) }
    let content = frame.part(DNP3Frame.headerBytes, frame.byteCount &- DNP3Frame.headerBytes)
    var position = 0
    while position < content.byteCount {
      guard DNP3Checksum.holds(content.part(position, DNP3Frame.blockBytes)) else {
        return raise(.badTransportChecksum, direction)
      }
      position &+= DNP3Frame.blockBytes
    }
    let transport = content[0]
    guard let transaction = transaction(frame, transport, direction) else { return }
    append(content, to: transaction)
    guard transaction.message.bytes.count <= DNP3Limits.messageBytes else {
      raise(.tooLongReassembly, direction)
      return transaction.finish()
    }
    guard transport & 0x80 != 0 else { return transaction.noteGrown() }
    var reader = DNP3ObjectReader(settings)
    let start = transaction.isRequest ? 2 : 4
    let message = transaction.message.bytes
    let outcome = reader.read(message.rawSpan, from: start)
    transaction.objects = reader.objects
    switch outcome {
    case .complete: transaction.isWhole = true
    case .cut: break
    case .unknownObject: transaction.raise(.unknownObject)
    case .tooManyPoints: transaction.raise(.tooManyPoints)
    case .tooManyObjects: transaction.raise(.tooManyObjects)
    }
    transaction.finish()
  }

  /// The transaction that a segment belongs to: a new one for the first of a message. Confirmations are none.
  private func transaction(_ frame: RawSpan, _ transport: UInt8, _ direction: Direction) -> DNP3Transaction? {
    let isRequest = direction == .toServer
    let (destination, source) = (frame.u16(4).byteSwapped, frame.u16(6).byteSwapped)
    if transport & 0x40 != 0 {
      let function = frame[DNP3Frame.headerBytes &+ 2]
      if isRequest, function == 0 { return nil }
      let header = DNP3Transaction.Header(
        length: frame[2], control: frame[3], destination: destination, source: source,
        checksum: frame.u16(8).byteSwapped, applicationControl: frame[DNP3Frame.headerBytes &+ 1],
        function: function, indications: isRequest ? 0 : frame.u16(DNP3Frame.headerBytes &+ 3))
      return begin(isRequest: isRequest, header, transport)
    }
    for case let known as DNP3Transaction in transactions {
      guard known.isRequest == isRequest, !known.isDone, let header = known.header,
        header.source == source, header.destination == destination,
        (known.transport &+ 1) & 0x3F == transport & 0x3F
      else { continue }
      known.transport = transport
      return known
    }
    return nil
  }

  /// Adds what a frame brings of the message: its blocks without their checksums and the transport's header.
  private func append(_ content: RawSpan, to transaction: DNP3Transaction) {
    var position = 0
    while position < content.byteCount {
      let block = min(DNP3Frame.blockBytes, content.byteCount &- position) &- 2
      let skipped = position == 0 ? 1 : 0
      transaction.append(content.part(position &+ skipped, block &- skipped))
      position &+= DNP3Frame.blockBytes
    }
  }

  // MARK: Transactions

  private func begin(
    isRequest: Bool, _ header: DNP3Transaction.Header?, _ transport: UInt8
  ) -> DNP3Transaction {
    if transactions.count < settings.transactionsMax { isFlooded = false }
    let transaction = DNP3Transaction(
      number: transactionCount, isRequest: isRequest, header, transport: transport, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    if transactions.count > settings.transactionsMax, !isFlooded {
      isFlooded = true
      transaction.raise(.flooded)
    }
    if isFlooded {
      for case let old as DNP3Transaction in transactions
      where transactionCount &- old.number > UInt64(settings.transactionsMax) && !old.isDone {
        old.leave()
      }
    }
    return transaction
  }

  /// Notes an event on the newest transaction, or on one of its own.
  private func raise(_ event: DNP3Event, _ direction: Direction) {
    if let last = transactions.last as? DNP3Transaction, last.number &+ 1 == transactionCount {
      return last.raise(event)
    }
    let carrier = begin(isRequest: direction == .toServer, nil, 0)
    carrier.finish()
    carrier.raise(event)
  }
}

/// The link layer's frames.
enum DNP3Frame {
  static let headerBytes = 10
  /// Bytes of user data, and their checksum.
  static let blockBytes = 18

  /// A frame begins here, as far as there are bytes.
  static func mayBegin(_ bytes: RawSpan) -> Bool {
    bytes.byteCount > 0 && bytes[0] == 0x05 && (bytes.byteCount < 2 || bytes[1] == 0x64)
  }

  /// Bytes of a frame by its length, with all checksums; nil where it is too small.
  static func byteCount(_ length: UInt8) -> Int? {
    guard length >= 5 else { return nil }
    let content = Int(length) &- 5
    let rest = content % 16
    return headerBytes &+ content / 16 &* blockBytes &+ (rest > 0 ? rest &+ 2 : 0)
  }

  /// A greeting of a server: printable text with the protocol's name in it.
  static func banner(_ bytes: RawSpan) -> Recognition {
    let count = min(bytes.byteCount, DNP3Limits.bannerBytes)
    for position in 0..<count {
      guard 0x20...0x7E ~= bytes[position] else { return .no }
      guard position >= 3, bytes[position] == UInt8(ascii: "3"), bytes[position &- 1] == UInt8(ascii: "P"),
        bytes[position &- 2] == UInt8(ascii: "N"), bytes[position &- 3] == UInt8(ascii: "D")
      else { continue }
      return .yes
    }
    return count == DNP3Limits.bannerBytes ? .no : .needsMore
  }
}

/// The checksum behind headers and blocks (IEEE 1815-2012 §9.2.4.3): polynomial 3D65, bits turned round,
/// complemented.
enum DNP3Checksum {
  private static let table: [UInt16] = (0..<256).map { index in
    var value = UInt16(index)
    for _ in 0..<8 { value = value & 1 != 0 ? value >> 1 ^ 0xA6BC : value >> 1 }
    return value
  }

  /// The last two bytes are the checksum of those before.
  static func holds(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount >= 3 else { return false }
    var value: UInt16 = 0
    let count = bytes.byteCount &- 2
    for position in 0..<count {
      value = table[Int(UInt8(truncatingIfNeeded: value) ^ bytes[position])] ^ value >> 8
    }
    return ~value == bytes.u16(count).byteSwapped
  }
}
