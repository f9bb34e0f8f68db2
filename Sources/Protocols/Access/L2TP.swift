import Wire

/// L2TP version 2 over UDP (RFC 2661): the protocol's entry in the catalogue.
enum L2TP {
  static let entry = ApplicationProtocol(
    name: "l2tp", transports: [.udp], ports: [1701], progress: Field.wholeSteps, events: [],
    fields: fields + PPPMessage.fields(of: L2TPTransaction.self) { $0.ppp },
    probe: { bytes, _, _ in L2TPHeader(bytes) == nil ? .no : .yes },
    makeSession: { _ in L2TPSession() })

  private static let fields: [Field] = [
    .number(
      "l2tp.message_type", names: L2TPTransaction.types, "RFC 2661 §6", "Kind of a control message.",
      example: "iccn", of: L2TPTransaction.self
    ) { $0.type },
    number("l2tp.tunnel_id", "RFC 2661 §3.1", "Number of the tunnel at the receiver.", "5") {
      $0.header.tunnel
    },
    number("l2tp.session_id", "RFC 2661 §3.1", "Number of the session at the receiver.", "9") {
      $0.header.session
    },
    number("l2tp.assigned_tunnel_id", "RFC 2661 §4.4.3", "Number that the sender gives the tunnel.", "6") {
      $0.assignedTunnel
    },
    number("l2tp.assigned_session_id", "RFC 2661 §4.4.4", "Number that the sender gives the session.", "10") {
      $0.assignedSession
    },
    number("l2tp.result_code", "RFC 2661 §4.4.2", "Why a tunnel or session ends.", "3") { $0.result },
    text("l2tp.host_name", "RFC 2661 §4.4.3", "Name of the sender.", "lac-1") { $0.hostName },
    text("l2tp.vendor_name", "RFC 2661 §4.4.3", "Maker of the sender's software.", "xelerance") {
      $0.vendorName
    },
    text("l2tp.calling_number", "RFC 2661 §4.4.4", "Number that a call comes from.", "0757") { $0.calling },
    text("l2tp.called_number", "RFC 2661 §4.4.4", "Number that is called.", "16300") { $0.called },
    text(
      "l2tp.proxy_account", "RFC 2661 §4.4.5", "Name by which the caller has logged in already.", "gz-301"
    ) { $0.proxyAccount },
  ]

  private static func number(
    _ keyword: String, _ source: String, _ summary: String, _ example: String,
    _ read: @escaping @Sendable (L2TPTransaction) -> UInt16?
  ) -> Field {
    .number(keyword, source, summary, example: example, of: L2TPTransaction.self) { read($0) }
  }

  private static func text(
    _ keyword: String, _ source: String, _ summary: String, _ example: String,
    _ read: @escaping @Sendable (L2TPTransaction) -> [UInt8]
  ) -> Field {
    .text(keyword, source, summary, example: example, of: L2TPTransaction.self, read)
  }
}

/// The header of a message (RFC 2661 §3.1).
///
///     | T L - - S - O P - - - - version (4) | [length] | tunnel | session | [Ns, Nr] | [offset, padding] | …
package struct L2TPHeader: Sendable {
  package let isControl: Bool
  package let tunnel: UInt16
  package let session: UInt16
  /// Where the message's contents stand in the datagram.
  let body: Range<Int>

  /// Nil where it is none, or of another version.
  init?(_ bytes: RawSpan) {
    var reader = ByteReader(bytes)
    guard let flags = try? reader.u16(), flags & 0x0F == 2, flags & 0x34F0 == 0 else { return nil }
    isControl = flags & 0x8000 != 0
    // A control message has length and numbers, and no offset.
    if isControl, flags & 0x4A00 != 0x4800 { return nil }
    var end = bytes.byteCount
    if flags & 0x4000 != 0 {
      guard let length = try? reader.u16(), length <= end else { return nil }
      end = Int(length)
    }
    guard let tunnel = try? reader.u16(), let session = try? reader.u16() else { return nil }
    self.tunnel = tunnel
    self.session = session
    if flags & 0x0800 != 0, (try? reader.u32()) == nil { return nil }
    if flags & 0x0200 != 0 {
      guard let padding = try? reader.u16(), (try? reader.skip(Int(padding))) != nil else { return nil }
    }
    guard reader.position <= end else { return nil }
    body = reader.position..<end
  }
}

/// One control message, or a data message by which the ends of the line in it agree on something.
///
/// Hidden values (RFC 2661 §4.3), challenges and responses are not read.
package final class L2TPTransaction: AccessTransaction {
  package static let types: [String: Int64] = [
    "sccrq": 1, "sccrp": 2, "scccn": 3, "stopccn": 4, "hello": 6, "ocrq": 7, "ocrp": 8, "occn": 9,
    "icrq": 10, "icrp": 11, "iccn": 12, "cdn": 14, "wen": 15, "sli": 16,
  ]
  package let header: L2TPHeader
  package let ppp: PPPMessage?
  package private(set) var type: UInt16?
  package private(set) var result: UInt16?
  package private(set) var assignedTunnel: UInt16?
  package private(set) var assignedSession: UInt16?
  package private(set) var hostName: [UInt8] = []
  package private(set) var vendorName: [UInt8] = []
  package private(set) var calling: [UInt8] = []
  package private(set) var called: [UInt8] = []
  package private(set) var proxyAccount: [UInt8] = []

  /// What the type means, or its number; nil for data.
  package var typeName: String? {
    type.map { type in Self.types.first { $0.value == Int64(type) }?.key ?? "\(type)" }
  }

  init?(_ bytes: RawSpan, number: UInt64, _ direction: Direction, _ clock: PacketClock) {
    guard let header = L2TPHeader(bytes), !header.body.isEmpty else { return nil }
    self.header = header
    let body = bytes.part(header.body.lowerBound, header.body.count)
    ppp = header.isControl ? nil : PPPMessage(body)
    if !header.isControl, ppp == nil { return nil }
    super.init(number: number, direction, clock)
    if header.isControl { readValues(body) }
  }

  /// Values (RFC 2661 §4.1): flags and length (16), vendor (16), type (16), value.
  private func readValues(_ bytes: RawSpan) {
    var reader = ByteReader(bytes)
    for _ in 0..<AccessLimits.parts {
      guard let flags = try? reader.u16(), let vendor = try? reader.u16(), let type = try? reader.u16(),
        flags & 0x3FF >= 6, let value = try? reader.take(Int(flags & 0x3FF) &- 6)
      else { return }
      guard vendor == 0, flags & 0x4000 == 0 else { continue }
      let number = value.byteCount >= 2 ? value.u16(0) : nil
      switch type {
      case 0: self.type = number
      case 1: result = number
      case 7: hostName = value.copied()
      case 8: vendorName = value.copied()
      case 9: assignedTunnel = number
      case 14: assignedSession = number
      case 21: called = value.copied()
      case 22: calling = value.copied()
      case 30: proxyAccount = value.copied()
      default: break
      }
    }
  }
}

/// Parser of L2TP: what carries data, and acknowledgements without contents, are passed over.
final class L2TPSession: Session {
  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    if let transaction = L2TPTransaction(bytes, number: transactionCount, direction, clock) {
      transactionCount &+= 1
      transactions.append(transaction)
    }
    return Consumption(bytes: bytes.byteCount)
  }
}
