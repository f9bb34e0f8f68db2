package import Wire

/// A message by which the ends of a PPP line agree (RFC 1661 §5): on the link, the log-in, the addresses.
///
///     | ff 03, or nothing | protocol (16) | code (8) | identifier (8) | length (16) | data …
///
/// Passwords, challenges and responses are passed over, so that nothing can keep them. Data that ends before
/// its length does tells nothing but its code.
package struct PPPMessage: Sendable {
  /// Protocols that agree on something, by their numbers (IANA, PPP numbers).
  package enum Kind: UInt16, Sendable, CaseIterable {
    case lcp = 0xC021
    case pap = 0xC023
    case chap = 0xC223
    case eap = 0xC227
    case ipcp = 0x8021
    case ipv6cp = 0x8057

    /// The name in rules and events.
    package var name: String { "\(self)" }
  }

  package let kind: Kind
  package let code: UInt8
  package let identifier: UInt8
  /// The name that is given at log-in.
  package private(set) var account: [UInt8] = []
  /// The name of who asks for it.
  package private(set) var serverName: [UInt8] = []
  /// The protocol of the log-in that LCP agrees on.
  package private(set) var authentication: UInt16?
  /// The largest unit received, in bytes.
  package private(set) var unitBytes: UInt16?
  /// Addresses of IPCP, as the message has them: 0.0.0.0 asks for one.
  package private(set) var addresses: [IPAddress] = []
  /// Interface identifier of IPv6CP.
  package private(set) var interfaceIdentifier: UInt64?

  /// Nil for a frame that carries data.
  package init?(_ frame: RawSpan) {
    let bytes = frame.byteCount >= 2 && frame.u16(0) == 0xFF03 ? frame.part(2, frame.byteCount) : frame
    guard bytes.byteCount >= 6, let kind = Kind(rawValue: bytes.u16(0)) else { return nil }
    self.kind = kind
    code = bytes[2]
    identifier = bytes[3]
    let length = Int(bytes.u16(4)) &- 4
    guard length >= 0, length <= bytes.byteCount &- 6 else { return }
    read(bytes.part(6, length))
  }

  private mutating func read(_ data: RawSpan) {
    let first = data.byteCount > 0 ? Int(data[0]) : 0
    switch (kind, code) {
    // RFC 1334 §2.2.1: the name before the password.
    case (.pap, 1): if data.byteCount > first { account = data.part(1, first).copied() }
    // RFC 1994 §4.1: the name behind challenge or response.
    case (.chap, 1): serverName = data.part(1 &+ first, data.byteCount).copied()
    case (.chap, 2): account = data.part(1 &+ first, data.byteCount).copied()
    // RFC 3748 §5.1: the identity.
    case (.eap, 2): if first == 1 { account = data.part(1, data.byteCount).copied() }
    case (.lcp, 1...4), (.ipcp, 1...4), (.ipv6cp, 1...4): readOptions(data)
    default: break
    }
  }

  /// Options (RFC 1661 §6): type (8), length (8), value.
  private mutating func readOptions(_ data: RawSpan) {
    var reader = ByteReader(data)
    for _ in 0..<AccessLimits.parts {
      guard let type = try? reader.u8(), let length = try? reader.u8(), length >= 2,
        let value = try? reader.take(Int(length) &- 2)
      else { return }
      switch (kind, type) {
      case (.lcp, 1): if value.byteCount == 2 { unitBytes = value.u16(0) }
      case (.lcp, 3): if value.byteCount >= 2 { authentication = value.u16(0) }
      // RFC 1332 §3.3, RFC 5072 §4.1.
      case (.ipcp, 3):
        if value.byteCount == 4, addresses.count < AccessLimits.addresses {
          addresses.append(IPAddress(v4: value.u32(0)))
        }
      case (.ipv6cp, 1): if value.byteCount == 8 { interfaceIdentifier = value.u64(0) }
      default: break
      }
    }
  }

  /// It only asks whether the line is still there (RFC 1661 §5.8, §5.9), as both ends do now and then.
  package var isKeepAlive: Bool { kind == .lcp && 9...11 ~= code }

  /// What the code means, or its number.
  package var codeName: String {
    let names =
      switch kind {
      case .lcp, .ipcp, .ipv6cp: Self.linkCodes
      case .pap: ["", "request", "ack", "nak"]
      case .chap: ["", "challenge", "response", "success", "failure"]
      case .eap: ["", "request", "response", "success", "failure"]
      }
    return code > 0 && Int(code) < names.count ? names[Int(code)] : "\(code)"
  }

  private static let linkCodes = [
    "", "configure_request", "configure_ack", "configure_nak", "configure_reject", "terminate_request",
    "terminate_ack", "code_reject", "protocol_reject", "echo_request", "echo_reply", "discard_request",
  ]

  /// The identifier in groups of four digits.
  package static func text(interface identifier: UInt64) -> String {
    let digits = String(identifier, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    return stride(from: 0, to: 16, by: 4).map { String(padded.dropFirst($0).prefix(4)) }
      .joined(separator: ":")
  }

  /// Name of a protocol of log-in.
  package static func authenticationName(_ number: UInt16) -> String {
    Kind(rawValue: number)?.name ?? "\(number)"
  }

  /// The fields of a transaction that may carry such a message.
  static func fields<T: Transaction>(
    of type: T.Type, _ read: @escaping @Sendable (T) -> PPPMessage?
  ) -> [Field] {
    let kinds = Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0.name, Int64($0.rawValue)) })
    return [
      .number(
        "ppp.protocol", names: kinds, "RFC 1661 §2", "Protocol of a PPP message that sets up a line.",
        example: "chap", of: type
      ) { read($0)?.kind.rawValue },
      .number("ppp.code", "RFC 1661 §5", "Code of a PPP message.", example: "5", of: type) {
        read($0)?.code
      },
      .text(
        "ppp.account", "RFC 1334 §2.2.1, RFC 1994 §4.1, RFC 3748 §5.1",
        "Name that is given at log-in, by PAP, CHAP or EAP.", example: "gz-301", of: type
      ) { read($0)?.account },
      .text(
        "ppp.server_name", "RFC 1994 §4.1", "Name of who asks for the log-in, by CHAP.", example: "bras",
        of: type
      ) { read($0)?.serverName },
      .number(
        "ppp.auth", names: kinds, "RFC 1661 §6.2", "Protocol of the log-in that the ends agree on.",
        example: "pap", of: type
      ) { read($0)?.authentication },
      .texts(
        "ppp.address", "RFC 1332 §3.3", "IPv4 addresses that are asked for or given, as text.",
        example: "10.40.", of: type
      ) { read($0)?.addresses.map { Array($0.description.utf8) } },
      .text(
        "ppp.interface_id", "RFC 5072 §4.1", "Interface identifier of IPv6, in groups of four digits.",
        example: "0211:22ff:fe33:4455", of: type
      ) { read($0)?.interfaceIdentifier.map { Array(Self.text(interface: $0).utf8) } },
    ]
  }
}
