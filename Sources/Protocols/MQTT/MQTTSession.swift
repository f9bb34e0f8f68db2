package import Wire

/// Frames of MQTT (rules: `frame:mqtt.pdu`): a message, its head of two bytes, and as many behind them as the
/// message's length says.
///
/// As in the reference, the second and the third lie where the first of the messages that came together lies.
enum MQTTFrame: String, FrameKind {
  case pdu, header, data
}

/// Parser of MQTT 3.1, 3.1.1 and 5.0 over TCP.
///
///     kind (4) | flags (4) | length (8 to 32) | body        messages, both ways alike
///
/// Answers join the transaction of what they answer: CONNACK that of CONNECT, and the others by the number
/// of the message. Messages longer than the configuration allows are stepped over. A length that does not
/// end, or a part that is missing, is an event and ends the parsing; so does a gap.
package final class MQTTSession: Session {
  private let connection: MQTTConnection
  private var lanes = Pair(both: 0)
  /// Transactions that wait for answers, by their numbers, and the oldest that may be among them.
  private var open: [UInt64: MQTTTransaction] = [:]
  private var oldest: UInt64 = 0
  /// Numbers of the open transactions that answers name so, the first before the others.
  private var named: [UInt32: [UInt64]] = [:]
  private var hasEnded = Pair(both: false)
  private var clock = PacketClock(nanoseconds: 0)

  /// Stands for the number that CONNECT has none of; those of messages have sixteen bits.
  private static let connectIdentifier = UInt32.max

  init(_ settings: MQTTSettings) {
    connection = MQTTConnection(settings)
    super.init()
    streamMessages = .marked
    pendingBytesMax = settings.messageBytesMax &+ 5
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    var position = min(lanes[direction], bytes.byteCount)
    lanes[direction] &-= position
    reading: while position < bytes.byteCount {
      let header: MQTTHeader
      switch MQTTHeader.read(bytes, at: position) {
      case .needsMore: break reading
      case .malformed: return fail(bytes.byteCount, direction)
      case .header(let found): header = found
      }
      let length = header.headBytes &+ header.bodyBytes
      guard header.bodyBytes <= connection.settings.messageBytesMax else {
        position &+= skip(header, length, of: bytes.byteCount &- position, direction)
        continue
      }
      guard length <= bytes.byteCount &- position else { break }
      let body = bytes.part(position &+ header.headBytes, header.bodyBytes)
      guard take(header, body, direction) else { return fail(bytes.byteCount, direction) }
      announce(header, direction, at: position)
      position &+= length
    }
    return Consumption(bytes: position)
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    hasEnded[direction] = true
    guard hasEnded.toServer, hasEnded.toClient else { return }
    for transaction in open.values { transaction.complete() }
    open = [:]
    named = [:]
  }

  // MARK: Messages

  private func announce(_ header: MQTTHeader, _ direction: Direction, at position: Int) {
    guard frames != nil else { return }
    announce(MQTTFrame.pdu, direction, at: position, length: header.headBytes &+ header.bodyBytes)
    announce(MQTTFrame.header, direction, at: 0, length: 2, isAnother: true)
    announce(MQTTFrame.data, direction, at: 2, length: header.bodyBytes, isAnother: true)
  }

  /// Tells of a message that is too long, and says how many of the bytes at hand are its.
  ///
  /// As in the reference, whichever side sent it, it is told of as the server's.
  private func skip(_ header: MQTTHeader, _ length: Int, of count: Int, _ direction: Direction) -> Int {
    let passed = min(length, count)
    lanes[direction] = length &- passed
    let transaction = begin(.toClient, identifier: nil)
    transaction.add(MQTTMessage(header: header, content: .skipped(bytes: length)), bytes: 0)
    finish(transaction)
    return passed
  }

  /// What cannot be read is an event on a transaction of its own.
  private func fail(_ count: Int, _ direction: Direction) -> Consumption {
    let marked = endsMessage
    let transaction = begin(direction, identifier: nil)
    endsMessage = marked
    transaction.raise(.malformedTraffic)
    finish(transaction)
    return Consumption(bytes: count, .failed)
  }

  /// Reads a whole message; false where it cannot be read.
  private func take(_ header: MQTTHeader, _ body: RawSpan, _ direction: Direction) -> Bool {
    guard connection.budget.takeAll(body.byteCount) else {
      let length = header.headBytes &+ header.bodyBytes
      let transaction = begin(direction, identifier: nil)
      transaction.add(MQTTMessage(header: header, content: .skipped(bytes: length)), bytes: 0)
      finish(transaction)
      return true
    }
    guard let message = try? MQTTMessage(header, body, version: connection.version) else {
      connection.budget.giveBack(body.byteCount)
      return false
    }
    place(message, direction, bytes: body.byteCount)
    return true
  }

  /// Gives a message to the transaction that it belongs to, or begins one.
  private func place(_ message: MQTTMessage, _ direction: Direction, bytes count: Int) {
    switch (message.header.kind, message.content) {
    case (.connect, .connect(let connect)):
      connection.version = connect.version
      let transaction = begin(direction, identifier: Self.connectIdentifier)
      transaction.add(message, bytes: count)
      if connection.isConnected { transaction.raise(.doubleConnect) }
    case (.connack, _):
      guard !answer(message, Self.connectIdentifier, bytes: count) else {
        connection.isConnected = true
        return
      }
      let transaction = begin(direction, identifier: nil)
      transaction.add(message, bytes: count)
      transaction.raise(.missingConnect)
      finish(transaction)
    case (_, .publish(let publication)):
      request(message, publication.identifier, direction, bytes: count)
    case (_, .subscribe(let identifier, _, _)), (_, .unsubscribe(let identifier, _)):
      request(message, identifier, direction, bytes: count)
    case (_, .answer(let identifier, _, _)):
      join(message, identifier, direction, or: .missingPublish, bytes: count)
    case (.suback, .grants(let identifier, _)):
      join(message, identifier, direction, or: .missingSubscribe, bytes: count)
    case (_, .grants(let identifier, _)):
      join(message, identifier, direction, or: .missingUnsubscribe, bytes: count)
    default:
      let transaction = begin(direction, identifier: nil)
      transaction.add(message, bytes: count)
      if message.header.kind == .unassigned {
        transaction.raise(.unassignedKind)
      } else if !connection.isConnected {
        transaction.raise(.unintroducedMessage)
      }
      finish(transaction)
    }
  }

  /// A message that is answered where its quality of service asks for it.
  private func request(
    _ message: MQTTMessage, _ identifier: UInt16?, _ direction: Direction, bytes count: Int
  ) {
    let quality = message.header.quality
    let isNamed = quality == 1 || quality == 2
    let transaction = begin(direction, identifier: isNamed ? identifier.map(UInt32.init) : nil)
    transaction.add(message, bytes: count)
    if quality == 3 { transaction.raise(.invalidQuality) }
    if isNamed, identifier == nil { transaction.raise(.missingIdentifier) }
    if !connection.isConnected { transaction.raise(.unintroducedMessage) }
    if quality == 0 { finish(transaction) }
  }

  /// An answer joins what it answers, or stands for itself with an event.
  private func join(
    _ message: MQTTMessage, _ identifier: UInt16, _ direction: Direction, or event: MQTTEvent,
    bytes count: Int
  ) {
    guard !answer(message, UInt32(identifier), bytes: count) else { return }
    let transaction = begin(direction, identifier: nil)
    transaction.add(message, bytes: count)
    transaction.raise(event)
    if !connection.isConnected { transaction.raise(.unintroducedMessage) }
    finish(transaction)
  }

  /// Gives an answer to the open transaction of its name; false where there is none. PUBREC and PUBREL are
  /// answered themselves.
  private func answer(_ message: MQTTMessage, _ name: UInt32, bytes count: Int) -> Bool {
    guard let number = named[name]?.first, let transaction = open[number] else { return false }
    guard message.header.kind == .pubrec || message.header.kind == .pubrel else {
      transaction.add(message, bytes: count)
      finish(transaction)
      return true
    }
    if transaction.messages.count < connection.settings.messagesMax {
      transaction.add(message, bytes: count)
    } else {
      connection.budget.giveBack(count)
      transaction.raise(.tooManyMessages)
    }
    return true
  }

  // MARK: Transactions

  private func begin(_ direction: Direction, identifier: UInt32?) -> MQTTTransaction {
    if transactions.count > connection.settings.transactionsMax { endOldest() }
    let transaction = MQTTTransaction(
      number: transactionCount, direction, identifier: identifier, connection, clock)
    transactions.append(transaction)
    // Rules on the stream are shown what begins a transaction, not the answers that join it.
    endsMessage[direction] = true
    open[transactionCount] = transaction
    if let identifier { named[identifier, default: []].append(transactionCount) }
    transactionCount &+= 1
    return transaction
  }

  private func endOldest() {
    while oldest < transactionCount, open[oldest] == nil { oldest &+= 1 }
    guard let transaction = open[oldest] else { return }
    transaction.raise(.tooManyTransactions)
    finish(transaction)
  }

  private func finish(_ transaction: MQTTTransaction) {
    transaction.complete()
    open[transaction.number] = nil
    guard let identifier = transaction.identifier, var numbers = named[identifier] else { return }
    numbers.removeAll { $0 == transaction.number }
    named[identifier] = numbers.isEmpty ? nil : numbers
  }
}
