import Wire

/// The DHT of BitTorrent (BEP 5, BEP 32): the protocol's entry in the catalogue.
enum BitTorrent {
  static let entry = ApplicationProtocol(
    name: "bittorrent-dht", transports: [.udp], ports: [],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: BitTorrentEvent.allCases.map(\.name), fields: [],
    recognise: { bytes, direction, _ in greeting.compare(bytes, direction) },
    makeSession: { _ in BitTorrentSession() })

  private static let greeting = Recognised.Pattern(nil, "d1:ad2:id20:")
}

/// Events of the DHT, in the order of their numbers.
package enum BitTorrentEvent: UInt8, Sendable, CaseIterable {
  case malformedPacket

  /// Name in rules.
  var name: String { "malformed_packet" }
}

/// One message.
package final class BitTorrentTransaction: Transaction {
  package internal(set) var message = BitTorrentMessage()

  init(number: UInt64, _ direction: Direction, _ clock: PacketClock) {
    super.init(number: number, completeFrom: Pair(both: 1))
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }
}

/// Parser of the DHT over UDP: each datagram that begins like one is a message and a transaction.
///
/// What cannot be read is an event, and a failure; other datagrams are passed over.
final class BitTorrentSession: Session {
  private static let beginnings = ["d1:ad", "d1:rd", "d2:ip", "d1:el"].map { Array($0.utf8) }

  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    guard bytes.byteCount > 5, Self.beginnings.contains(bytes.part(0, 5).copied()) else {
      return Consumption(bytes: bytes.byteCount)
    }
    let transaction = BitTorrentTransaction(number: transactionCount, direction, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    transaction.progress = Pair(both: 1)
    do throws(ParseFailure) {
      try transaction.message.read(bytes)
    } catch {
      transaction.events.append(BitTorrentEvent.malformedPacket.rawValue)
      return Consumption(bytes: bytes.byteCount, .failed)
    }
    return Consumption(bytes: bytes.byteCount)
  }
}
