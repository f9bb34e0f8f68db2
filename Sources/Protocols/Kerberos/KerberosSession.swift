package import Wire

/// Parser of Kerberos over TCP, where a length (32) stands before each message (RFC 4120 §7.2.2), and UDP.
///
/// Requests, replies and errors are transactions of their own. What has no sound head of an element is a
/// failure, and an event of the message before; a message that cannot be read is passed over. So are
/// messages to servers other than the one that gives tickets (AP-REQ, AP-REP). A gap ends the parsing.
package final class KerberosSession: Session {
  private let isStream: Bool
  /// Bytes of the message that is awaited; 0: its length is.
  private var awaited = Pair(both: 0)
  /// Type of the last request, until something answers it.
  private var request: UInt8 = 0

  init(isStream: Bool) {
    self.isStream = isStream
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    guard isStream else {
      return Consumption(bytes: bytes.byteCount, read(bytes, direction, clock) ? .goesOn : .failed)
    }
    var position = 0
    while position < bytes.byteCount {
      if awaited[direction] == 0 {
        guard bytes.byteCount &- position >= 4 else { break }
        awaited[direction] = Int(bytes.u32(position))
        position &+= 4
      }
      guard bytes.byteCount &- position >= awaited[direction] else { break }
      guard read(bytes.part(position, bytes.byteCount &- position), direction, clock) else {
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      position &+= awaited[direction]
      awaited[direction] = 0
    }
    return Consumption(bytes: position)
  }

  /// Reads a message; false where it is none.
  private func read(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Bool {
    guard KerberosMessage.hasHead(bytes) else {
      (transactions.last as? KerberosTransaction)?.raise(.malformedData)
      return false
    }
    guard bytes[0] & 0xC0 == 0x40 else { return true }
    let type = bytes[0] & 0x1F
    switch type {
    case 10...13, 30:
      if let message = try? KerberosMessage(bytes, type) {
        let isAnswer = type != 10 && type != 12
        let transaction = KerberosTransaction(
          number: transactionCount, message, request: isAnswer && request > 0 ? request : nil, direction,
          clock)
        transactionCount &+= 1
        transactions.append(transaction)
        if let encryption = message.encryption, KerberosEncryption.isWeak(encryption) {
          transaction.raise(.weakEncryption)
        }
      }
      request = type == 10 || type == 12 ? type : 0
    case 14: request = 14
    case 15: request = 0
    default: break
    }
    return true
  }
}
