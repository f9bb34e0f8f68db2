package import Wire

/// Learns from the traffic who is behind which address: PPPoE, PPP in PPPoE and in L2TP, RADIUS accounting,
/// DHCP with relay agent information.
///
/// In: packets in order, on one thread. Out: what the table then knows. It looks at a packet only where its
/// ports or its session say that there may be something.
package struct SessionObserver {
  package let table: IdentityTable
  var sessions: [SessionKey: PPPSession] = [:]
  /// L2TP: the other end's number of a tunnel, and sessions by the other end's numbers.
  var tunnels: [SessionKey: UInt16] = [:]
  var aliases: [SessionKey: SessionKey] = [:]
  var transactions: [DHCPKey: LineIdentity] = [:]

  /// A session while it is set up and as long as it lasts.
  struct SessionKey: Hashable {
    /// PPPoE: hardware address of the client; L2TP: the tunnel's ends.
    let peer: UInt64
    let number: UInt32
  }

  struct DHCPKey: Hashable {
    let hardware: UInt64
    let transaction: UInt32
  }

  package init(_ table: IdentityTable) {
    self.table = table
  }

  /// Looks at one packet of a frame.
  package mutating func observe(_ packet: Packet, _ bytes: RawSpan) {
    if packet.etherType == 0x8863 || packet.etherType == 0x8864, packet.ipVersion == 0 {
      if packet.ethernetOffset >= 0 { pppoe(packet, bytes) }
      return
    }
    guard packet.ipProtocol == 17, packet.transportOffset >= 0 else { return }
    switch (packet.sourcePort, packet.destinationPort) {
    case (_, 1813), (_, 1646): radius(packet.payload(of: bytes), packet.timeNanoseconds)
    case (67, _), (68, 67): dhcp(packet.payload(of: bytes), packet.timeNanoseconds)
    case (1701, _), (_, 1701): l2tp(packet, packet.payload(of: bytes))
    default: break
    }
  }

  /// Text of bytes from outside, within bounds.
  static func text(_ bytes: RawSpan) -> String {
    String(decoding: bytes.part(0, IdentityLimits.nameBytes).copied(), as: UTF8.self)
  }

  static func hexadecimal(_ bytes: RawSpan) -> String {
    bytes.part(0, IdentityLimits.nameBytes).copied().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// A circuit is text in most networks; what is not printable is shown as hexadecimal.
  static func label(_ bytes: RawSpan) -> String {
    let copied = bytes.part(0, IdentityLimits.nameBytes).copied()
    return copied.allSatisfy { 0x20...0x7E ~= $0 } ? text(bytes) : hexadecimal(bytes)
  }

  /// A hardware address in its usual form.
  static func hardwareText(_ address: UInt64) -> String {
    (0..<6).map { place in
      let byte = UInt8(truncatingIfNeeded: address >> UInt64(40 - place * 8))
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined(separator: ":")
  }

  static func hardware(_ bytes: RawSpan, at offset: Int) -> UInt64 {
    guard offset >= 0, bytes.byteCount &- offset >= 6 else { return 0 }
    return UInt64(bytes.u16(offset)) << 32 | UInt64(bytes.u32(offset &+ 2))
  }
}
