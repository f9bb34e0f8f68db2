package import Wire

/// Parser of the beginning of RDP over TCP, up to the server's answer to the client's settings, or its
/// certificates where both have changed to TLS. What follows is not read.
///
/// A message that cannot be read is passed over; what is neither TPKT nor the beginning of TLS ends the
/// parsing, and so does a gap.
package final class RDPSession: Session {
  private var isTLS = false
  private var isOver = false

  init() {
    super.init()
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    var position = 0
    while position < bytes.byteCount, !isOver {
      let rest = bytes.part(position, bytes.byteCount &- position)
      if !isTLS, rest[0] == Self.handshake { isTLS = true }
      guard let length = isTLS ? Self.recordLength(rest) : Self.messageLength(rest) else {
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      guard length <= rest.byteCount else { return Consumption(bytes: position) }
      position &+= length
      if isTLS {
        if direction == .toClient, rest[0] == Self.handshake {
          readHandshake(rest.part(5, length &- 5), clock)
        }
      } else if let item = RDPMessage.item(rest.part(4, length &- 4)), Self.isSent(item, direction) {
        begin(item, direction, clock)
        if case .connectResponse = item { isOver = true }
      }
    }
    return Consumption(bytes: bytes.byteCount)
  }

  private static let handshake: UInt8 = 22

  private static func messageLength(_ bytes: RawSpan) -> Int? {
    guard bytes[0] == 3 else { return nil }
    guard bytes.byteCount >= 4 else { return 4 }
    let length = Int(bytes.u16(2))
    return length >= 4 ? length : nil
  }

  /// Length of a record of TLS (RFC 5246 §6.2).
  private static func recordLength(_ bytes: RawSpan) -> Int? {
    guard 20...24 ~= bytes[0] else { return nil }
    guard bytes.byteCount >= 5 else { return 5 }
    let length = Int(bytes.u16(3))
    return length <= 18_432 ? length &+ 5 : nil
  }

  /// Each side has messages of its own.
  private static func isSent(_ item: RDPTransaction.Item, _ direction: Direction) -> Bool {
    switch item {
    case .request, .connectRequest: direction == .toServer
    case .response, .connectResponse, .certificates: direction == .toClient
    }
  }

  private func begin(_ item: RDPTransaction.Item, _ direction: Direction, _ clock: PacketClock) {
    transactions.append(RDPTransaction(number: transactionCount, item, direction, clock))
    transactionCount &+= 1
  }

  /// Looks for certificates among the messages of a record (RFC 5246 §7.4.2).
  private func readHandshake(_ bytes: RawSpan, _ clock: PacketClock) {
    var reader = ByteReader(bytes)
    while let type = try? reader.u8(), let length = try? reader.u24(),
      let body = try? reader.take(Int(length))
    {
      guard type == 11 else { continue }
      var list = ByteReader(body)
      guard let listLength = try? list.u24(), let all = try? list.take(Int(listLength)) else { return }
      var certificates = ByteReader(all)
      var serials: [[UInt8]] = []
      while serials.count < Self.certificatesMax, let count = try? certificates.u24(),
        let certificate = try? certificates.take(Int(count))
      {
        if let serial = try? Self.serial(certificate) { serials.append(serial) }
      }
      begin(.certificates(serials), .toClient, clock)
      isOver = true
    }
  }

  /// Certificates of a chain that are told.
  private static let certificatesMax = 16

  /// Serial number of a certificate (RFC 5280 §4.1).
  private static func serial(_ bytes: RawSpan) throws(ParseFailure) -> [UInt8] {
    var outer = DERReader(bytes)
    var certificate = DERReader(try outer.content(DERReader.Tag.sequence))
    var body = DERReader(try certificate.content(DERReader.Tag.sequence))
    if body.nextTag == 0xA0 { _ = try body.content() }
    return try body.content(DERReader.Tag.integer).copied()
  }
}
