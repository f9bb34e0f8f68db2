package import Wire

/// A request and its response, or one of them.
package final class ENIPTransaction: Transaction {
  package internal(set) var request: ENIPMessage?
  package internal(set) var response: ENIPMessage?

  init(number: UInt64, _ clock: PacketClock) {
    super.init(number: number, completeFrom: Pair(both: 1))
    startNanoseconds = clock.nanoseconds
  }

  /// The message of a direction.
  func message(_ direction: Direction) -> ENIPMessage? { direction == .toServer ? request : response }

  /// Bytes of its messages.
  var byteCount: Int { (request?.byteCount ?? 0) &+ (response?.byteCount ?? 0) }

  func take(_ message: ENIPMessage, _ direction: Direction) {
    if direction == .toServer { request = message } else { response = message }
    if message.isInvalid { raise(.invalidMessage) }
    progress[direction] = 1
    revision &+= 1
  }

  func raise(_ event: ENIPEvent) {
    events.append(event.rawValue)
    revision &+= 1
  }

  /// Nothing more is waited for.
  func finish() {
    progress = Pair(both: 1)
    revision &+= 1
  }
}

/// Parser of EtherNet/IP over TCP and UDP (CIP Networks Library volume 2, §2-3).
///
///     command (16) | length (16) | session (32) | status (32) | context (64) | options (32) | …
///
/// Numbers are little-endian. A response belongs to the first request of its command and session that waits,
/// or of its sequence; requests before that are not waited for any more. What follows a header and cannot be
/// read is an event. After a gap the next segment that begins with a header goes on.
package final class ENIPSession: Session {
  private let settings: ENIPSettings
  private let isStream: Bool
  private var isLost = Pair(both: false)
  private var clock = PacketClock(nanoseconds: 0)

  init(_ settings: ENIPSettings, isStream: Bool) {
    self.settings = settings
    self.isStream = isStream
    super.init()
    streamMessages = .marked
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    if isLost[direction] {
      guard ENIPMessage.isHeader(bytes) == true else { return Consumption(bytes: bytes.byteCount) }
      isLost[direction] = false
    }
    var position = 0
    while position < bytes.byteCount {
      let rest = bytes.part(position, bytes.byteCount &- position)
      guard let byteCount = takeMessage(rest, at: position, direction) else { break }
      position &+= byteCount
      endsMessage[direction] = true
      // What follows in a datagram is none of it.
      if !isStream { return Consumption(bytes: bytes.byteCount) }
    }
    return isStream ? Consumption(bytes: position) : Consumption(bytes: bytes.byteCount, .failed)
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    isLost[direction] = true
    return .goesOn
  }

  /// Requests that nobody answers are told of when both sides have come to their end.
  package override func end(_ direction: Direction, _ clock: PacketClock) {
    hasEnded[direction] = true
    guard hasEnded.toServer, hasEnded.toClient else { return }
    for transaction in transactions { transaction.isLoggable = true }
  }

  private var hasEnded = Pair(both: false)

  /// Takes the message that begins here, and gives its length; nil where it is not there as a whole.
  private func takeMessage(_ bytes: RawSpan, at position: Int, _ direction: Direction) -> Int? {
    var places: [(kind: ENIPFrame, start: Int, byteCount: Int)] = []
    let wantsFrames = frames != nil
    let read = ENIPMessage.read(bytes, wantsFrames ? { places.append(($0, $1, $2)) } : nil)
    guard let message = read else { return nil }
    let transaction = transaction(for: message, direction)
    if wantsFrames {
      let header = ENIPMessage.headerBytes
      let whole: [(kind: ENIPFrame, start: Int, byteCount: Int)] = [
        (.header, 0, header), (.data, header, Int(message.length)), (.pdu, 0, message.byteCount),
      ]
      for frame in whole + places {
        announce(
          frame.kind, direction, at: position &+ frame.start, length: frame.byteCount,
          transaction: transaction?.number, isAnother: true)
      }
    }
    transaction?.take(message, direction)
    return message.byteCount
  }

  /// The transaction of a message: the one that waits for it, or a new one. Nil: there are too many, and
  /// none of them is waited for any more.
  private func transaction(for message: ENIPMessage, _ direction: Direction) -> ENIPTransaction? {
    if direction == .toClient {
      for case let known as ENIPTransaction in transactions {
        guard let request = known.request, known.response == nil else { continue }
        known.finish()
        if message.answers(request) { return known }
      }
    }
    guard transactions.count < settings.transactionsMax, hasRoom(for: message) else {
      for (place, transaction) in transactions.enumerated() {
        guard let transaction = transaction as? ENIPTransaction else { continue }
        transaction.finish()
        if place == 0 { transaction.raise(.tooManyTransactions) }
      }
      return nil
    }
    let transaction = ENIPTransaction(number: transactionCount, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  private func hasRoom(for message: ENIPMessage) -> Bool {
    var bytes = message.byteCount
    for case let known as ENIPTransaction in transactions { bytes &+= known.byteCount }
    return transactions.isEmpty || bytes <= ENIPLimits.bytes
  }
}
