import Wire

/// PPPoE (RFC 2516): the protocol's entry in the catalogue. Its frames have no IP and belong to no flow: each
/// message stands for itself (`Conversation.init(flowless:)`).
enum PPPoE {
  static let entry = ApplicationProtocol(
    name: "pppoe", aliases: ["ppp"], transports: [], ports: [], progress: Field.wholeSteps, events: [],
    fields: fields + PPPMessage.fields(of: PPPoETransaction.self) { $0.ppp },
    makeSession: { _ in PPPoESession() })

  private static let fields: [Field] = [
    .number(
      "pppoe.code", names: PPPoETransaction.codes, "RFC 2516 §5", "Kind of the frame: session, or discovery.",
      example: "padt", of: PPPoETransaction.self
    ) { $0.code },
    .number(
      "pppoe.session_id", "RFC 2516 §4", "Number of the session, 0 before there is one.", example: "7",
      of: PPPoETransaction.self
    ) { $0.session },
    text("pppoe.service_name", "Name of the service, where one is named.", "internet") { $0.serviceName },
    text("pppoe.ac_name", "Name of the access concentrator.", "bras") { $0.concentrator },
    text("pppoe.host_uniq", "Mark by which the client knows the answer.", "|00 01|") { $0.hostMark },
    text("pppoe.error", "What the concentrator says is wrong.", "no resources") { $0.error },
    .text(
      "pppoe.circuit_id", "TR-101 §3.9.2", "The line, as the access node tells it.", example: "olt-3 1/1/7",
      of: PPPoETransaction.self
    ) { $0.circuit },
    .text(
      "pppoe.remote_id", "TR-101 §3.9.2", "The subscriber, as the access node tells it.",
      example: "subscriber", of: PPPoETransaction.self
    ) { $0.remote },
  ]

  private static func text(
    _ keyword: String, _ summary: String, _ example: String,
    _ read: @escaping @Sendable (PPPoETransaction) -> [UInt8]
  ) -> Field {
    .text(keyword, "RFC 2516, appendix A", summary, example: example, of: PPPoETransaction.self, read)
  }
}

/// One frame of discovery, or a frame of a session by which the ends agree on something.
///
///     | 1, 1 | code (8) | session (16) | length (16) | tags, or a PPP frame …
///
/// Frames that carry data have none. Tags behind the length, and what is cut off, are not read.
package final class PPPoETransaction: AccessTransaction {
  package static let codes: [String: Int64] = [
    "session": 0x00, "pado": 0x07, "padi": 0x09, "padr": 0x19, "pads": 0x65, "padt": 0xA7,
  ]
  package let code: UInt8
  package let session: UInt16
  package let ppp: PPPMessage?
  package private(set) var serviceName: [UInt8] = []
  package private(set) var concentrator: [UInt8] = []
  package private(set) var hostMark: [UInt8] = []
  package private(set) var error: [UInt8] = []
  /// The line and the subscriber, as the access node tells them.
  package private(set) var circuit: [UInt8] = []
  package private(set) var remote: [UInt8] = []

  /// What the code means, or its number.
  package var codeName: String { Self.codes.first { $0.value == Int64(code) }?.key ?? "\(code)" }

  init?(_ bytes: RawSpan, number: UInt64, _ direction: Direction, _ clock: PacketClock) {
    guard bytes.byteCount >= 6, bytes[0] == 0x11 else { return nil }
    code = bytes[1]
    session = bytes.u16(2)
    let body = bytes.part(6, Int(bytes.u16(4)))
    ppp = code == 0 ? PPPMessage(body) : nil
    if code == 0, ppp == nil { return nil }
    super.init(number: number, direction, clock)
    if code != 0 { readTags(body) }
  }

  /// Tags (RFC 2516, appendix A): type (16), length (16), value.
  private func readTags(_ bytes: RawSpan) {
    var reader = ByteReader(bytes)
    for _ in 0..<AccessLimits.parts {
      guard let type = try? reader.u16(), let length = try? reader.u16(), type != 0,
        let value = try? reader.take(Int(length))
      else { return }
      switch type {
      case 0x0101: serviceName = value.copied()
      case 0x0102: concentrator = value.copied()
      case 0x0103: hostMark = value.copied()
      case 0x0105: readVendor(value)
      case 0x0201...0x0203: error = value.copied()
      default: break
      }
    }
  }

  /// Broadband Forum TR-101 §3.9.2: vendor 3561, then type (8), length (8), value.
  private func readVendor(_ bytes: RawSpan) {
    guard bytes.byteCount > 4, bytes.u32(0) == 3561 else { return }
    var reader = ByteReader(bytes, at: 4)
    for _ in 0..<AccessLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(),
        let value = try? reader.take(Int(length))
      else { return }
      if type == 1 { circuit = value.copied() }
      if type == 2 { remote = value.copied() }
    }
  }
}

/// Takes whole frames from the PPPoE header on.
final class PPPoESession: Session {
  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    if let transaction = PPPoETransaction(bytes, number: transactionCount, direction, clock) {
      transactionCount &+= 1
      transactions.append(transaction)
    }
    return Consumption(bytes: bytes.byteCount)
  }
}
