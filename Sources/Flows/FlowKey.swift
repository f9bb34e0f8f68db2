package import Wire

/// What makes packets of both directions one flow: endpoints in a fixed order, protocol, VLANs and tunnel
/// depth, together with the hash that places it.
///
/// TCP, UDP, SCTP and ESP order the endpoints by value. ICMP messages that have an answer put the asking side
/// first, those without stand alone by direction and type. An ICMPv4 error "unreachable" has the key of the
/// packet that it is about.
package struct FlowKey: Sendable, BitwiseCopyable {
  package var first: IPAddress { address(firstHigh, firstLow) }
  package var second: IPAddress { address(secondHigh, secondLow) }
  /// Hash over everything that is part of the key: also for choosing a worker.
  package let hash: UInt64
  // Each flow has its key: the addresses, which are of one family, are kept without room between them.
  private let firstHigh: UInt64
  private let firstLow: UInt64
  private let secondHigh: UInt64
  private let secondLow: UInt64
  /// VLAN ids, 16 bits each; their number above.
  package let vlans: UInt64
  /// Ports of the first and the second endpoint; the asking message's type for ICMP.
  package let ports: UInt32
  package let ipProtocol: UInt8
  package let depth: UInt8
  private let isIPv6: Bool
  /// The packet goes from the second endpoint to the first; not part of the key.
  package let isReversed: Bool
  /// The packet is an ICMP error about the flow's packet; not part of the key.
  package let isError: Bool

  /// The key of a packet; nil for what has no flow (fragments, invalid packets, other protocols).
  @inline(__always)
  package init?(_ packet: Packet, _ bytes: RawSpan, _ settings: FlowSettings, seed: UInt64) {
    guard !packet.isInvalid, packet.ipVersion != 0, !packet.isFragment else { return nil }
    let depth = settings.tracksDepth ? packet.depth : 0
    var vlans: UInt64 = 0
    if settings.tracksVLAN, packet.vlanCount != 0 {
      vlans = UInt64(packet.vlanCount) << 48 | UInt64(packet.vlan2) << 32
      vlans |= UInt64(packet.vlan1) << 16 | UInt64(packet.vlan0)
    }
    switch packet.ipProtocol {
    case 6, 17, 132:
      guard packet.transportOffset >= 0 else { return nil }
      self.init(
        packet.source, packet.sourcePort, packet.destination, packet.destinationPort,
        packet.ipProtocol, depth, vlans, seed)
    case 1, 58:
      guard packet.transportOffset >= 0 else { return nil }
      self.init(icmp: packet, bytes, depth, vlans, seed)
    case 41 where packet.events.contains(DecoderEvent.ipv6UnknownNextHeader.rawValue):
      // Behind extension headers it is no tunnel.
      return nil
    case 4, 41, 50:
      // IP in IP, IPv6 in IP, ESP: flows of two addresses.
      self.init(packet.source, 0, packet.destination, 0, packet.ipProtocol, depth, vlans, seed)
    default:
      return nil
    }
  }

  /// A key of endpoints ordered by value.
  @inline(__always)
  init(
    _ source: IPAddress, _ sourcePort: UInt16, _ destination: IPAddress, _ destinationPort: UInt16,
    _ ipProtocol: UInt8, _ depth: UInt8, _ vlans: UInt64, _ seed: UInt64, isError: Bool = false
  ) {
    let isReversed =
      source.high != destination.high
      ? source.high > destination.high
      : source.low != destination.low ? source.low > destination.low : sourcePort > destinationPort
    self.init(
      first: isReversed ? destination : source, second: isReversed ? source : destination,
      firstPort: isReversed ? destinationPort : sourcePort,
      secondPort: isReversed ? sourcePort : destinationPort,
      ipProtocol, depth, vlans, seed, isReversed: isReversed, isError: isError)
  }

  @inline(__always)
  private init(
    first: IPAddress, second: IPAddress, firstPort: UInt16, secondPort: UInt16, _ ipProtocol: UInt8,
    _ depth: UInt8, _ vlans: UInt64, _ seed: UInt64, isReversed: Bool, isError: Bool
  ) {
    (firstHigh, firstLow) = (first.high, first.low)
    (secondHigh, secondLow) = (second.high, second.low)
    isIPv6 = first.isIPv6
    ports = UInt32(firstPort) << 16 | UInt32(secondPort)
    self.ipProtocol = ipProtocol
    self.depth = depth
    self.vlans = vlans
    self.isReversed = isReversed
    self.isError = isError
    let rest = UInt64(ports) << 32 | UInt64(ipProtocol) << 8 | UInt64(depth)
    hash = FlowKey.hash(first, second, rest, vlans, seed)
  }

  /// The hash of endpoints outside VLANs and tunnels.
  @inline(__always)
  static func hash(
    _ source: IPAddress, _ sourcePort: UInt16, _ destination: IPAddress, _ destinationPort: UInt16,
    _ ipProtocol: UInt8, _ seed: UInt64
  ) -> UInt64 {
    FlowKey(source, sourcePort, destination, destinationPort, ipProtocol, 0, 0, seed).hash
  }

  /// A hash of two addresses, of the numbers beside them, and of a seed that others do not know.
  @inline(__always)
  static func hash(
    _ first: IPAddress, _ second: IPAddress, _ rest: UInt64, _ vlans: UInt64, _ seed: UInt64
  ) -> UInt64 {
    var hash = fold(first.low ^ seed, second.low ^ 0x9e37_79b9_7f4a_7c15)
    hash = fold(hash ^ rest, vlans ^ 0xe703_7ed1_a0b4_28db)
    if first.isIPv6 { hash = fold(hash ^ first.high, second.high ^ 0x8ebc_6af0_9c88_c6e3) }
    return fold(hash ^ seed, 0x5895_11df_b5c4_9dcb)
  }

  /// Both halves of a product of two words, folded: spreads every input bit over the result.
  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left | 1).multipliedFullWidth(by: right)
    return product.high ^ product.low ^ left
  }

  /// Whether two keys name the same flow.
  @inline(__always)
  package func isSame(as other: FlowKey) -> Bool {
    hash == other.hash && ports == other.ports && firstLow == other.firstLow && secondLow == other.secondLow
      && firstHigh == other.firstHigh && secondHigh == other.secondHigh && isIPv6 == other.isIPv6
      && ipProtocol == other.ipProtocol && vlans == other.vlans && depth == other.depth
  }

  @inline(__always)
  private func address(_ high: UInt64, _ low: UInt64) -> IPAddress {
    isIPv6 ? IPAddress(v6High: high, low: low) : IPAddress(v4: UInt32(truncatingIfNeeded: low))
  }
}

extension FlowKey {
  /// The hash that chooses a worker. Flows of FTP, and those that may be data connections that one of them
  /// announces, go by their addresses alone, so that the same worker sees both.
  package var workerHash: UInt64 {
    guard ipProtocol == 6 else { return hash }
    let (one, other) = (ports >> 16, ports & 0xffff)
    let isFTP = 20...21 ~= one || 20...21 ~= other
    guard isFTP || one > 1023 && other > 1023 else { return hash }
    var pair = FlowKey.fold(first.low, second.low ^ 0x9e37_79b9_7f4a_7c15)
    if first.isIPv6 { pair = FlowKey.fold(pair ^ first.high, second.high ^ 0x8ebc_6af0_9c88_c6e3) }
    return FlowKey.fold(pair, 0x5895_11df_b5c4_9dcb)
  }

  /// ICMP (RFC 792, RFC 4443).
  private init?(icmp packet: Packet, _ bytes: RawSpan, _ depth: UInt8, _ vlans: UInt64, _ seed: UInt64) {
    if packet.ipProtocol == 1, packet.icmpType == 3 {
      guard let key = FlowKey.embedded(packet, bytes, depth, vlans, seed) else { return nil }
      self = key
      return
    }
    // The other errors (quench, redirect, time exceeded, parameter problem) begin no flow either.
    if packet.ipProtocol == 1, [4, 5, 11, 12].contains(packet.icmpType) { return nil }
    let request = FlowKey.request(of: packet.icmpType, ipProtocol: packet.ipProtocol)
    let isAnswer = request != nil && request != packet.icmpType
    self.init(
      first: isAnswer ? packet.destination : packet.source,
      second: isAnswer ? packet.source : packet.destination,
      firstPort: UInt16(request ?? packet.icmpType), secondPort: 0, packet.ipProtocol, depth, vlans, seed,
      isReversed: isAnswer, isError: false)
  }

  /// The type of the question, for types that have question and answer.
  private static func request(of type: UInt8, ipProtocol: UInt8) -> UInt8? {
    if ipProtocol == 1 {
      switch type {
      case 0, 8: 8  // echo
      case 13, 14: 13  // timestamp
      case 15, 16: 15  // information
      case 17, 18: 17  // address mask
      case 9, 10: 10  // router solicitation, advertisement
      default: nil
      }
    } else {
      switch type {
      case 128, 129: 128  // echo
      case 133, 134: 133  // router solicitation, advertisement
      case 135, 136: 135  // neighbour solicitation, advertisement
      case 139, 140: 139  // node information
      default: nil
      }
    }
  }

  /// The key of the IPv4 packet that an ICMPv4 error quotes (RFC 792: header and at least 64 bits of its
  /// data).
  private static func embedded(
    _ packet: Packet, _ bytes: RawSpan, _ depth: UInt8, _ vlans: UInt64, _ seed: UInt64
  ) -> FlowKey? {
    let start = Int(packet.transportOffset) &+ 8
    guard start &+ 20 <= bytes.byteCount, bytes[start] >> 4 == 4 else { return nil }
    let header = Int(bytes[start] & 15) &* 4
    let ipProtocol = bytes[start &+ 9]
    let source = IPAddress(v4: bytes.u32(start &+ 12))
    let destination = IPAddress(v4: bytes.u32(start &+ 16))
    let transport = start &+ header
    guard header >= 20, transport &+ 4 <= bytes.byteCount else { return nil }
    guard ipProtocol == 6 || ipProtocol == 17 || ipProtocol == 132 else { return nil }
    return FlowKey(
      source, bytes.u16(transport), destination, bytes.u16(transport &+ 2), ipProtocol, depth, vlans, seed,
      isError: true)
  }
}
