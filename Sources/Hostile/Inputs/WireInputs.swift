import Identity
import Protocols
import Wire

/// Sessions as inputs: parts one after another, so that damage reaches their lengths, their order, their
/// directions and what they say.
///
///     | 1 bits (8) | length (16) | bytes |  …     bit 0: to the client; bit 1: a message without its length
///
/// A message (bit 1) gets its length and a record around it when it is read, so that damage within it is not
/// refused by the first length that it contradicts.
enum WireInputs {
  struct Part {
    var isToClient = false
    var isMessage = false
    var bytes: [UInt8]
  }

  static func encoded(_ parts: [Part]) -> [UInt8] {
    var result: [UInt8] = []
    for part in parts where result.count + part.bytes.count + 3 <= InputDamage.bytesMax {
      let bits: UInt8 = (part.isToClient ? 1 : 0) | (part.isMessage ? 2 : 0)
      result += [bits] + big(part.bytes.count, 2) + part.bytes
    }
    return result
  }

  /// The parts of an input; the last one is as long as the input allows.
  static func parts(of input: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var position = 0
    while position + 3 <= input.count {
      let length = Int(input[position + 1]) << 8 | Int(input[position + 2])
      let end = min(position + 3 + length, input.count)
      parts.append(
        Part(
          isToClient: input[position] & 1 != 0, isMessage: input[position] & 2 != 0,
          bytes: Array(input[(position + 3)..<end])))
      position = end
    }
    return parts
  }

  /// A number, its highest byte first.
  static func big(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  // MARK: TLCP

  /// Shows a session to the parser in segments, and asks for all that rules could ask for.
  static func readSession(_ input: [UInt8], turn: UInt64) {
    var settings = ProtocolSettings()
    let server = IPAddress(v4: 0x0A1F_0450)
    if turn % 3 == 0 { settings.tls.tlcpServers = [server: []] }
    if turn % 5 == 0 { settings.tls.encryptionHandling = .full }
    if turn % 4 != 0 { settings.tls.trustedRoots = [TrustedRoot(Array(input.prefix(700)))] }
    let flow = Conversation(.tcp, sourcePort: 40_000, destinationPort: 8443, settings: settings)
    flow.server = server
    let size = [Int.max, 1_460, 97, 3][Int(turn % 4)]
    for part in parts(of: input) {
      let bytes = part.isMessage ? framed(part.bytes) : part.bytes
      var position = 0
      while position < bytes.count {
        let count = min(size, bytes.count - position)
        flow.stream(bytes.rawSpan.part(position, count), part.isToClient ? .toClient : .toServer, clock)
        position += count
      }
    }
    guard let index = flow.protocolIndex, let session = flow.session else { return }
    extract(session, index)
    for transaction in session.openTransactions {
      guard let transaction = transaction as? TLSTransaction else { continue }
      for direction in [Direction.toServer, .toClient] {
        precondition(
          transaction.certificateRoles(direction).count == transaction.certificates[direction].count,
          "every certificate has a role")
      }
      _ = transaction.findings
    }
  }

  /// All that rules could ask for.
  private static func extract(_ session: Session, _ index: Int) {
    for transaction in session.openTransactions {
      for field in ProtocolCatalogue.all[index].fields {
        for direction in Direction.allCases where field.direction ?? direction == direction {
          _ = field.extract(transaction, direction)
        }
      }
    }
  }

  /// Within the validity of the certificates of our captures.
  private static let clock = PacketClock(nanoseconds: 1_795_500_000_000_000_000)

  /// A handshake message in records of TLCP, with the lengths that it has.
  private static func framed(_ message: [UInt8]) -> [UInt8] {
    guard let type = message.first else { return [] }
    let whole = [type] + big(message.count - 1, 3) + message.dropFirst()
    return stride(from: 0, to: whole.count, by: 16_384).flatMap { start in
      let part = whole[start..<min(start + 16_384, whole.count)]
      return [22, 1, 1] + big(part.count, 2) + part
    }
  }

  // MARK: Access lines

  /// Shows frames to decoder, observer and the parsers of access lines, and takes what was learned over a
  /// restart.
  static func readFrames(_ input: [UInt8]) {
    let table = IdentityTable()
    var observer = SessionObserver(table)
    var decoder = PacketDecoder(DecoderSettings())
    let lines = ProtocolCatalogue.index(named: "pppoe")
    let session = lines.map { ProtocolCatalogue.all[$0].makeSession(ProtocolSettings()) }
    var flows: [UInt32: Conversation] = [:]
    var time: Int64 = 1_795_500_000_000_000_000
    for (number, part) in parts(of: input).enumerated() {
      var packets: [Packet] = []
      time &+= 1_000_000
      decoder.decode(
        part.bytes.rawSpan, number: UInt64(number), timeNanoseconds: time, linkType: 1,
        wireLength: part.bytes.count, into: &packets)
      for packet in packets {
        observer.observe(packet, part.bytes.rawSpan)
        if packet.ipVersion == 0, packet.etherType == 0x8863 || packet.etherType == 0x8864 {
          let start = Int(packet.ethernetOffset) + 14
          let frame = part.bytes.rawSpan.part(start, part.bytes.count - start)
          _ = session?.consume(frame, .toServer, PacketClock(nanoseconds: time))
        } else if packet.isUDP {
          show(packet, part.bytes.rawSpan, &flows)
        }
      }
    }
    if let lines, let session { extract(session, lines) }
    for flow in flows.values {
      if let index = flow.protocolIndex, let session = flow.session { extract(session, index) }
    }
    let saved = table.saved()
    let again = IdentityTable()
    again.restore(saved)
    precondition(again.count == table.count, "what was learned is the same after a restart")
  }

  /// Shows a datagram to the conversation of its ports.
  private static func show(_ packet: Packet, _ bytes: RawSpan, _ flows: inout [UInt32: Conversation]) {
    let ports = (packet.sourcePort, packet.destinationPort)
    let isAnswer = ports.0 < ports.1
    let key = UInt32(min(ports.0, ports.1)) << 16 | UInt32(max(ports.0, ports.1))
    let flow =
      flows[key]
      ?? Conversation(
        .udp, sourcePort: max(ports.0, ports.1), destinationPort: min(ports.0, ports.1),
        settings: ProtocolSettings())
    flows[key] = flow
    flow.datagram(
      packet.payload(of: bytes), isAnswer ? .toClient : .toServer,
      PacketClock(nanoseconds: packet.timeNanoseconds))
  }
}
