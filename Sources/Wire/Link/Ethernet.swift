extension PacketDecoder {
  /// Ethernet II. Source: IEEE 802.3 §3.2.
  ///
  ///     0           6           12      14
  ///     | receiver  | sender    | type  | payload …
  ///
  /// A length instead of a type (802.3 with LLC) is an unknown type: what it carries is not for an extranet.
  mutating func ethernet(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.ethernet &+= 1
    guard end &- offset >= 14 else { return packet.refuse(.ethernetPacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    packet.ethernetOffset = Int32(truncatingIfNeeded: offset)
    _ = networkLayer(bytes.u16(offset &+ 12), bytes, at: offset &+ 14, end: end, &packet)
    return true
  }

  /// ARP for IPv4 over Ethernet; anything else is invalid. Source: RFC 826, RFC 903.
  ///
  ///     0        2        4             6           8
  ///     | medium | type   | lengths 1+1 | operation | addresses …
  mutating func arp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.arp &+= 1
    packet.setPayload(offset, end)
    guard end &- offset >= 28, bytes.u32(offset) == 0x0001_0800, bytes.u16(offset &+ 4) == 0x0604,
      bytes.u16(offset &+ 6) &- 1 < 4
    else {
      packet.isInvalid = true
      return
    }
  }

  /// Cisco FabricPath (DCE): two bytes of tag, then a whole Ethernet frame.
  mutating func fabricPath(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 2 &+ 14 else {
      _ = packet.refuse(.dcePacketTooSmall)
      return
    }
    _ = ethernet(bytes, at: offset &+ 2, end: end, &packet)
  }
}

extension Packet {
  /// Sets the payload to what lies between two offsets.
  @inline(__always)
  mutating func setPayload(_ offset: Int, _ end: Int) {
    payloadOffset = Int32(truncatingIfNeeded: offset)
    payloadLength = Int32(truncatingIfNeeded: max(0, end &- offset))
  }
}
