package import Wire

/// Parser of DNS over UDP (one message a datagram) and TCP (each message after its length, RFC 1035 §4.2.2).
///
/// A message that cannot be read raises an event on the transaction before it; over TCP the stream goes on
/// after it, as its length is known. After a gap the messages are picked up again where the known length
/// says, or else where the next bytes look like a message.
package final class DNSSession: Session {
  /// Events by their names in rules, in the order of their numbers.
  package enum Event: UInt8, CaseIterable {
    case malformedData, notRequest, notResponse, zFlagSet, invalidOpcode, nameTooLong, infiniteLoop,
      tooManyLabels
    case invalidAdditionals, invalidAuthorities

    var name: String {
      switch self {
      case .malformedData: "malformed_data"
      case .notRequest: "not_request"
      case .notResponse: "not_response"
      case .zFlagSet: "z_flag_set"
      case .invalidOpcode: "invalid_opcode"
      case .nameTooLong: "name_too_long"
      case .infiniteLoop: "infinite_loop"
      case .tooManyLabels: "too_many_labels"
      case .invalidAdditionals: "invalid_additionals"
      case .invalidAuthorities: "invalid_authorities"
      }
    }
  }

  private let isStream: Bool
  private let isMulticast: Bool
  private var lanes = Pair(both: Lane())
  /// Requests whose event a rule has not written: their responses are transactions of their own and are not
  /// written either. Those without response would stay for ever: as many as `silencedMax` are remembered.
  private var silenced: [UInt16] = []
  private static let silencedMax = 64

  /// Where a TCP direction stands.
  private struct Lane {
    /// Bytes of the unfinished message at the front of what was left over, its length prefix included.
    var unfinished: Int32 = 0
    /// Bytes still to be passed over: the rest of a message that a gap broke.
    var skips: Int32 = 0
    /// Where messages begin is not known after a gap.
    var isLost = false
  }

  /// `isMulticast`: requests and responses go the same way.
  init(isStream: Bool, isMulticast: Bool = false) {
    self.isStream = isStream
    self.isMulticast = isMulticast
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    guard isStream else {
      announce(DNS.DNSFrame.pdu, direction, at: 0, length: bytes.byteCount)
      if parse(bytes, direction, clock) { join(0, direction) }
      return Consumption(bytes: bytes.byteCount)
    }
    var position = min(Int(lanes[direction].skips), bytes.byteCount)
    lanes[direction].skips &-= Int32(position)
    if lanes[direction].isLost {
      guard bytes.byteCount >= 2 &+ DNSMessage.headerBytes else { return Consumption(bytes: position) }
      guard DNSProbe.looksLikeStream(bytes) else { return Consumption(bytes: bytes.byteCount) }
      lanes[direction].isLost = false
    }
    while bytes.byteCount &- position >= 2 {
      let length = Int(bytes.u16(position))
      lanes[direction].unfinished = Int32(2 &+ length)
      announce(DNS.DNSFrame.pdu, direction, at: position &+ 2, length: length)
      guard bytes.byteCount &- position &- 2 >= length else { break }
      if length > 0 {
        guard parse(bytes.part(position &+ 2, length), direction, clock) else {
          return Consumption(bytes: bytes.byteCount, .failed)
        }
        join(position &+ 2, direction)
      }
      position &+= 2 &+ length
      lanes[direction].unfinished = 0
    }
    return Consumption(bytes: position)
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    guard isStream else { return .goesOn }
    let expected = max(lanes[direction].unfinished, lanes[direction].skips)
    lanes[direction].unfinished = 0
    lanes[direction].skips = max(expected &- Int32(clamping: count), 0)
    lanes[direction].isLost = Int(expected) < count
    return .goesOn
  }

  /// The frame at a position is the newest transaction's.
  private func join(_ position: Int, _ direction: Direction) {
    guard frames != nil else { return }
    announce(DNS.DNSFrame.pdu, direction, at: position, transaction: transactions.last?.number)
  }

  private func parse(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Bool {
    do throws(ParseFailure) { return take(try DNSMessage(bytes), direction, clock) } catch {
      note(.malformedData)
      return false
    }
  }

  private func take(
    _ message: consuming DNSMessage, _ direction: Direction, _ clock: PacketClock
  ) -> Bool {
    let isOrdinary = message.isOrdinary
    if !isMulticast, message.isResponse != (direction == .toClient) {
      note(direction == .toServer ? .notRequest : .notResponse)
      return false
    }
    let isSilenced = message.isResponse && !silenced.isEmpty && takeSilenced(message.identifier)
    let transaction = DNSTransaction(message, number: transactionCount, direction: direction)
    if isSilenced { transaction.isLogged = true }
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    if !isOrdinary, let newest = transactions.last as? DNSTransaction { noteOddities(newest.message) }
    return true
  }

  package override func disableLogging(of transaction: Transaction) {
    super.disableLogging(of: transaction)
    guard let request = transaction as? DNSTransaction, !request.isResponse else { return }
    if silenced.count >= Self.silencedMax { silenced.removeFirst() }
    silenced.append(request.message.identifier)
  }

  /// Whether a response's request is among those that are not written, which ends with it.
  private func takeSilenced(_ identifier: UInt16) -> Bool {
    guard let place = silenced.firstIndex(of: identifier) else { return false }
    silenced.remove(at: place)
    return true
  }

  private func noteOddities(_ message: borrowing DNSMessage) {
    if message.oddities.contains(.tooLong) { note(.nameTooLong) }
    if message.oddities.contains(.infiniteLoop) { note(.infiniteLoop) }
    if message.oddities.contains(.tooManyLabels) { note(.tooManyLabels) }
    if message.hasInvalidAdditionals { note(.invalidAdditionals) }
    if message.hasInvalidAuthorities { note(.invalidAuthorities) }
    if message.hasReservedBit { note(.zFlagSet) }
    if message.opcode >= 7 { note(.invalidOpcode) }
  }

  /// Raises an event on the newest transaction.
  private func note(_ event: Event) {
    guard let transaction = transactions.last else { return }
    if !transaction.events.contains(event.rawValue) { transaction.events.append(event.rawValue) }
    transaction.revision &+= 1
  }
}
