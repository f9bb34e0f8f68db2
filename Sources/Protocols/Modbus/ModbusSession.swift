package import Wire

/// A request and its response, or one of them.
package final class ModbusTransaction: Transaction {
  package internal(set) var request: ModbusMessage?
  package internal(set) var response: ModbusMessage?

  /// What keywords look at: the request, as long as there is one.
  var told: ModbusMessage? { request ?? response }

  init(number: UInt64, _ clock: PacketClock) {
    super.init(number: number, completeFrom: Pair(both: 1))
    startNanoseconds = clock.nanoseconds
  }

  func raise(_ event: ModbusEvent) {
    guard events.count < ModbusLimits.events else { return }
    events.append(event.rawValue)
    revision &+= 1
  }

  func raise(_ errors: ModbusErrors) {
    if errors.contains(.function) { raise(.invalidFunctionCode) }
    if errors.contains(.value) { raise(.invalidValue) }
    if errors.contains(.length) { raise(.invalidLength) }
    if errors.contains(.exception) { raise(.invalidExceptionCode) }
    if errors.contains(.protocolNumber) { raise(.invalidProtocolNumber) }
  }

  func take(_ message: ModbusMessage, _ direction: Direction) {
    if direction == .toServer {
      request = message
    } else {
      response = message
      progress = Pair(both: 1)
    }
    revision &+= 1
  }
}

/// Parser of Modbus over TCP (Modbus Messaging on TCP/IP V1.0b §3.1.3).
///
///     transaction (16) | protocol (16) | length (16) | unit (8) | function (8) | …
///
/// Requests and responses are put together by transaction, unit and function, whichever comes first. What is
/// wrong with a message is an event. A length that cannot be takes as much of what has come; a gap ends the
/// parsing.
package final class ModbusSession: Session {
  private let requestsMax: Int
  private var isFlooded = false
  private var hasEnded = Pair(both: false)
  private var clock = PacketClock(nanoseconds: 0)

  init(_ settings: ModbusSettings) {
    let most = settings.requestsMax
    requestsMax = most == 0 ? ModbusLimits.transactions : min(most, ModbusLimits.transactions)
    super.init(streamDepthBytes: settings.streamDepthBytes)
    streamMessages = .marked
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    var position = 0
    while position < bytes.byteCount {
      let rest = bytes.part(position, bytes.byteCount &- position)
      guard let (message, byteCount) = ModbusMessage.read(rest, direction) else { break }
      guard take(message, direction) else { return Consumption(bytes: bytes.byteCount, .failed) }
      position &+= byteCount
      endsMessage[direction] = true
    }
    return Consumption(bytes: position)
  }

  /// Requests that nobody answers are told of when both sides have come to their end.
  package override func end(_ direction: Direction, _ clock: PacketClock) {
    hasEnded[direction] = true
    guard hasEnded.toServer, hasEnded.toClient else { return }
    for transaction in transactions { transaction.isLoggable = true }
  }

  /// Takes a message; false where there is no room for another transaction.
  private func take(_ message: ModbusMessage, _ direction: Direction) -> Bool {
    var message = message
    let known = transaction(for: &message, direction)
    guard let transaction = known ?? begin() else { return false }
    let isOfValues = !message.access.isDisjoint(with: [.read, .write])
    if direction == .toClient, isOfValues, !message.errors.isDisjoint(with: [.length, .value]) {
      transaction.raise(.valueMismatch)
    } else {
      transaction.raise(message.errors)
    }
    if direction == .toClient, known == nil { transaction.raise(.unsolicitedResponse) }
    transaction.take(message, direction)
    return true
  }

  /// The transaction that waits for a message.
  private func transaction(for message: inout ModbusMessage, _ direction: Direction) -> ModbusTransaction? {
    for case let known as ModbusTransaction in transactions {
      let (own, other) =
        direction == .toServer ? (known.request, known.response) : (known.response, known.request)
      if own == nil, let other, message.matches(other) { return known }
    }
    return nil
  }

  private func begin() -> ModbusTransaction? {
    if transactions.count < requestsMax { isFlooded = false }
    if isFlooded { return nil }
    let transaction = ModbusTransaction(number: transactionCount, clock)
    if transactions.count >= requestsMax {
      transaction.raise(.flooded)
      isFlooded = true
    }
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }
}
