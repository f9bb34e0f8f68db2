package import Wire

/// Parser of LDAP (RFC 4511) over TCP and UDP (a request a datagram, responses several in one).
///
/// A response belongs to the open request with its number. One without a request is a transaction of its own,
/// with an event unless it is a notice of the server (§4.4). What is no message ends a stream with an event;
/// in a datagram it is passed over. After a gap the next bytes must be a message.
package final class LDAPSession: Session {
  private let settings: LDAPSettings
  private let isStream: Bool
  /// Bytes of a message still to be stepped over.
  private var skips = Pair(both: 0)
  private var hasEnded = Pair(both: false)
  /// The server has agreed to go on with TLS.
  private var isTLSGranted = false
  private var clock = PacketClock(nanoseconds: 0)

  /// Name of the request that asks for TLS (§4.14.1).
  private static let startTLS = Array("1.3.6.1.4.1.1466.20037".utf8)

  init(_ settings: LDAPSettings, isStream: Bool) {
    self.settings = settings
    self.isStream = isStream
    super.init()
    streamMessages = .marked
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    guard isStream else {
      return Consumption(bytes: bytes.byteCount, datagram(bytes, direction) ? .goesOn : .failed)
    }
    // The client begins TLS: until it does, the conversation is one of LDAP.
    if isTLSGranted, direction == .toServer { return Consumption(bytes: 0, .changesProtocol("tls")) }
    var position = min(skips[direction], bytes.byteCount)
    if position > 0 { step(over: position, direction) }
    while position < bytes.byteCount {
      announce(LDAPFrame.pdu, direction, at: position)
      do throws(ParseFailure) {
        let step = try read(bytes.part(position, bytes.byteCount &- position), direction, at: position)
        let taken = min(step.byteCount, bytes.byteCount &- position)
        skips[direction] = step.byteCount
        self.step(over: taken, direction)
        position &+= taken
        if step.beginsTLS { isTLSGranted = true }
      } catch {
        if error.reason == .truncated { break }
        note(.invalidData)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
    }
    return Consumption(bytes: position)
  }

  /// So much of the message at hand is behind us. Each message that is whole is one to rules on the stream.
  private func step(over count: Int, _ direction: Direction) {
    skips[direction] &-= count
    if skips[direction] == 0 { endsMessage[direction] = true }
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    skips[direction] = max(skips[direction] &- count, 0)
    return .goesOn
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    hasEnded[direction] = true
    guard hasEnded.toServer, hasEnded.toClient else { return }
    for case let transaction as LDAPTransaction in transactions where !transaction.isComplete {
      transaction.complete()
    }
  }

  private func datagram(_ bytes: RawSpan, _ direction: Direction) -> Bool {
    var position = 0
    if direction == .toServer { announce(LDAPFrame.pdu, direction, at: 0, length: bytes.byteCount) }
    repeat {
      if direction == .toClient { announce(LDAPFrame.pdu, direction, at: position) }
      do throws(ParseFailure) {
        let step = try read(bytes.part(position, bytes.byteCount &- position), direction, at: position)
        position &+= step.byteCount
      } catch {
        note(error.reason == .truncated ? .incompleteData : .invalidData)
        return false
      }
    } while direction == .toClient && position < bytes.byteCount
    return true
  }

  /// Reads the message that begins here. Throws `.truncated` where it is not all there.
  private func read(
    _ bytes: RawSpan, _ direction: Direction, at position: Int
  ) throws(ParseFailure) -> (byteCount: Int, beginsTLS: Bool) {
    let header = try LDAPHeader(bytes)
    let message: LDAPMessage
    if isStream, header.byteCount > LDAPLimits.messageBytes {
      guard let cut = LDAPMessage(cut: header) else { throw ParseFailure(.malformed, at: 0) }
      message = cut
    } else {
      guard bytes.byteCount >= header.byteCount else { throw ParseFailure(.truncated, at: bytes.byteCount) }
      do throws(ParseFailure) { message = try LDAPMessage(bytes.part(0, header.byteCount), header) } catch {
        throw ParseFailure(.malformed, at: error.offset)
      }
    }
    let isRequest = direction == .toServer
    let transaction = isRequest ? begin(message) : answer(message, byteCount: header.byteCount)
    if isStream || !isRequest {
      announce(
        LDAPFrame.pdu, direction, at: position, length: header.byteCount, transaction: transaction.number)
    }
    return (header.byteCount, isStream && !isRequest && beginsTLS(message, transaction))
  }

  /// A request for TLS was granted.
  private func beginsTLS(_ response: LDAPMessage, _ transaction: LDAPTransaction) -> Bool {
    guard case .extendedResponse(let result, _, _) = response.operation, result.code == 0,
      case .extendedRequest(let name, _)? = transaction.request?.operation
    else { return false }
    return name == Self.startTLS
  }

  private func begin(_ request: LDAPMessage) -> LDAPTransaction {
    let transaction = add(request)
    // Nobody answers these (§4.3, §4.11).
    if request.code == 2 || request.code == 16 { transaction.complete() }
    return transaction
  }

  private func answer(_ response: LDAPMessage, byteCount: Int) -> LDAPTransaction {
    if let transaction = request(of: response) {
      if !transaction.add(response, byteCount: byteCount, max: settings.responsesMax) {
        transaction.raise(.tooManyResponses)
      }
      if Self.isLast(response.code) { transaction.complete() }
      return transaction
    }
    let transaction = add(nil)
    _ = transaction.add(response, byteCount: byteCount, max: settings.responsesMax)
    if response.code != 24 { transaction.raise(.requestNotFound) }
    if !isStream { transaction.onlyDirection = .toClient }
    transaction.complete()
    return transaction
  }

  private func request(of response: LDAPMessage) -> LDAPTransaction? {
    for case let transaction as LDAPTransaction in transactions
    where transaction.request?.identifier == response.identifier {
      return transaction
    }
    return nil
  }

  /// Entries, references and intermediate responses are followed by others.
  private static func isLast(_ code: UInt8) -> Bool { code != 4 && code != 19 && code != 25 }

  private func add(_ request: LDAPMessage?) -> LDAPTransaction {
    if transactions.count > settings.transactionsMax { endOldest() }
    let transaction = LDAPTransaction(request, number: transactionCount)
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  /// What is never answered does not fill the memory.
  private func endOldest() {
    for case let transaction as LDAPTransaction in transactions where !transaction.isComplete {
      transaction.raise(.tooManyTransactions)
      transaction.complete()
      return
    }
  }

  /// Raises an event on the newest transaction.
  private func note(_ event: LDAPEvent) {
    (transactions.last as? LDAPTransaction)?.raise(event)
  }
}
