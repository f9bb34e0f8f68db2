import Wire

/// DHCP for IPv4 (RFC 2131, RFC 2132): the protocol's entry in the catalogue.
enum DHCP {
  static let entry = ApplicationProtocol(
    name: "dhcp", transports: [.udp], ports: [67, 68],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: DHCPEvent.allCases.map(\.name), fields: fields,
    // Two bytes say little: the port must be one of DHCP.
    probe: { bytes, _, _ in bytes.byteCount >= 3 && 1...2 ~= bytes[0] && bytes[1] == 1 ? .yes : .no },
    makeSession: { _ in DHCPSession() })

  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] = [
    number("dhcp.leasetime", "§9.2", "Seconds that an address is lent for.", .leaseTime),
    number("dhcp.rebinding_time", "§9.12", "Seconds until a client asks any server.", .rebindingTime),
    number("dhcp.renewal_time", "§9.11", "Seconds until a client asks its server again.", .renewalTime),
  ]

  private static func number(
    _ keyword: String, _ section: String, _ summary: String, _ kind: DHCPOption.Kind
  ) -> Field {
    Field(
      keyword: keyword, .number, nil, progress: atOnce, source: "RFC 2132 \(section)", summary,
      example: "\(keyword):<3600;", of: DHCPTransaction.self
    ) { transaction, _ in transaction.number(kind).map { .number(Int64($0)) } ?? .none }
  }
}

/// Events of DHCP, in the order of their numbers.
package enum DHCPEvent: UInt8, Sendable, CaseIterable {
  case truncatedOptions, malformedOptions

  /// Name in rules.
  var name: String {
    switch self {
    case .truncatedOptions: "truncated_options"
    case .malformedOptions: "malformed_options"
    }
  }
}

/// An option as it was sent.
package struct DHCPOption: Sendable {
  /// Options that something is told of.
  package enum Kind: UInt8, Sendable {
    case subnetMask = 1
    case routers = 3
    case dnsServers = 6
    case hostName = 12
    case requestedAddress = 50
    case leaseTime = 51
    case messageType = 53
    case parameters = 55
    case renewalTime = 58
    case rebindingTime = 59
    case vendorClass = 60
    case clientIdentifier = 61
  }

  package let kind: Kind
  package let content: [UInt8]
}

/// One message.
package final class DHCPTransaction: Transaction {
  /// From a client, or to one.
  package let isRequest: Bool
  package let identifier: UInt32
  package let hardwareAddress: [UInt8]
  package let clientAddress: [UInt8]
  package let assignedAddress: [UInt8]
  package let serverAddress: [UInt8]
  package let relayAddress: [UInt8]
  /// Those that are told of, in their order.
  package private(set) var options: [DHCPOption] = []

  /// Reads a message whose head is whole.
  init(number: UInt64, _ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) {
    isRequest = bytes[0] == 1
    identifier = bytes.u32(4)
    clientAddress = bytes.part(12, 4).copied()
    assignedAddress = bytes.part(16, 4).copied()
    serverAddress = bytes.part(20, 4).copied()
    relayAddress = bytes.part(24, 4).copied()
    hardwareAddress = bytes.part(28, min(Int(bytes[2]), 16)).copied()
    super.init(number: number, completeFrom: Pair(both: 1))
    readOptions(bytes.part(DHCPSession.headBytes, bytes.byteCount &- DHCPSession.headBytes))
    progress = Pair(both: 1)
    onlyDirection = direction
    startNanoseconds = clock.nanoseconds
  }

  /// Kind (8), length (8), content; 0 fills, 255 ends.
  private func readOptions(_ bytes: RawSpan) {
    var position = 0
    while position < bytes.byteCount {
      let kind = bytes[position]
      if kind == 255 { return }
      position &+= 1
      if kind == 0 { continue }
      guard position < bytes.byteCount, Int(bytes[position]) < bytes.byteCount &- position else { break }
      let content = bytes.part(position &+ 1, Int(bytes[position]))
      position &+= 1 &+ content.byteCount
      guard let kind = DHCPOption.Kind(rawValue: kind) else { continue }
      guard content.byteCount >= Self.leastBytes(kind) else {
        raise(.malformedOptions)
        continue
      }
      if options.count < Self.optionsMax { options.append(DHCPOption(kind: kind, content: content.copied())) }
    }
    raise(.truncatedOptions)
  }

  /// Options of one message that are kept: a datagram has room for many of one byte.
  private static let optionsMax = 64

  private static func leastBytes(_ kind: DHCPOption.Kind) -> Int {
    switch kind {
    case .leaseTime, .renewalTime, .rebindingTime: 4
    case .messageType, .clientIdentifier: 1
    default: 0
    }
  }

  private func raise(_ event: DHCPEvent) {
    if !events.contains(event.rawValue) { events.append(event.rawValue) }
  }

  /// The first option of a kind.
  package func option(_ kind: DHCPOption.Kind) -> [UInt8]? { options.first { $0.kind == kind }?.content }

  /// The number that an option holds.
  package func number(_ kind: DHCPOption.Kind) -> UInt32? {
    option(kind).flatMap { $0.count >= 4 ? $0.rawSpan.u32(0) : nil }
  }

  /// 1 discover … 8 inform.
  package var messageType: UInt8? { option(.messageType)?.first }
}

/// Parser of DHCP over UDP: each datagram is a message and a transaction.
///
///     kind (8) | hardware (8) | its length (8) | hops (8) | number (32) | seconds (16) | flags (16)
///     addresses of client, assigned, server, relay (4 × 32) | hardware address (16 bytes)
///     names of server (64 bytes) and file (128 bytes) | cookie (32) | options
///
/// A datagram without whole head is a failure; options that are cut, without end, or too short are events.
final class DHCPSession: Session {
  static let headBytes = 240

  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    guard bytes.byteCount >= Self.headBytes else { return Consumption(bytes: bytes.byteCount, .failed) }
    transactions.append(DHCPTransaction(number: transactionCount, bytes, direction, clock))
    transactionCount &+= 1
    return Consumption(bytes: bytes.byteCount)
  }
}
