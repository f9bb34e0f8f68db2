import Wire

/// One message.
package final class KerberosTransaction: Transaction {
  private let message: KerberosMessage
  /// Type of the request that a message answers, where it was seen.
  package let request: UInt8?

  init(
    number: UInt64, _ message: KerberosMessage, request: UInt8?, _ direction: Direction, _ clock: PacketClock
  ) {
    self.message = message
    self.request = request
    super.init(number: number, completeFrom: Pair(both: 1))
    progress = Pair(both: 1)
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }

  /// Number of its tag (RFC 4120 §5.10).
  package var type: UInt8 { message.type }
  /// Parts of the names of client and server.
  package var clientName: [[UInt8]]? { message.clientName }
  package var serverName: [[UInt8]]? { message.serverName }
  package var realm: [UInt8]? { message.realm }
  /// Encryption of a reply.
  package var encryption: Int32? { message.encryption }
  package var ticketEncryption: Int32? { message.ticketEncryption }
  package var errorCode: Int32? { message.errorCode }

  func raise(_ event: KerberosEvent) {
    if events.count < 255 { events.append(event.rawValue) }
  }
}
