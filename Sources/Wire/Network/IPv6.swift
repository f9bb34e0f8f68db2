extension PacketDecoder {
  /// An IPv6 packet. Source: RFC 8200 §3.
  ///
  ///     0                       4        6      7           8         24        40
  ///     | version, class, flow  | length | next | hop limit | source  | receiver | …
  mutating func ipv6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.ipv6 &+= 1
    guard enterLayer(&packet) else { return false }
    let available = end &- offset
    // No event: the link's padding of an empty frame would be one.
    guard available >= 40 else { return false }
    let first = bytes.u32(offset)
    guard first >> 28 == 6 else { return packet.refuse(.ipv6WrongIPVersion) }
    let length = Int(bytes.u16(offset &+ 4))
    guard available >= 40 &+ length else { return packet.refuse(.ipv6TruncatedPacket) }
    packet.ipVersion = 6
    packet.networkOffset = Int32(truncatingIfNeeded: offset)
    packet.networkHeaderLength = 40
    packet.tos = UInt8(truncatingIfNeeded: first >> 20)
    packet.ttl = bytes[offset &+ 7]
    packet.source = IPAddress(v6High: bytes.u64(offset &+ 8), low: bytes.u64(offset &+ 16))
    packet.destination = IPAddress(v6High: bytes.u64(offset &+ 24), low: bytes.u64(offset &+ 32))
    packet.ipProtocol = bytes[offset &+ 6]
    var start = offset &+ 40
    let payloadEnd = start &+ length
    packet.setPayload(start, payloadEnd)
    if packet.ipProtocol != 6 && packet.ipProtocol != 17 {
      start = extensionHeaders(bytes, at: start, end: payloadEnd, &packet)
      guard start >= 0 else { return true }
      packet.networkHeaderLength = Int32(truncatingIfNeeded: start &- offset)
      packet.setPayload(start, payloadEnd)
      if packet.isFragment {
        // What the fragment header leads to stands in the whole datagram alone.
        packet.ipProtocol = 44
        return true
      }
    }
    switch packet.ipProtocol {
    case 6: tcp(bytes, at: start, end: payloadEnd, &packet)
    case 17: udp(bytes, at: start, end: payloadEnd, &packet)
    default: layerOverIPv6(bytes, at: start, end: payloadEnd, &packet)
    }
    return true
  }

  /// IPv4 in IPv6. Source: RFC 2473.
  mutating func ipv4InIPv6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 20 else {
      _ = packet.refuse(.ipv6IPv4InIPv6TooSmall)
      return
    }
    guard bytes[offset] >> 4 == 4 else {
      _ = packet.refuse(.ipv6IPv4InIPv6WrongVersion)
      return
    }
    enterTunnel(.ipv4, at: offset, end: end, .ipv4InIPv6)
  }

  /// IPv6 in IPv6. Source: RFC 2473.
  mutating func ipv6InIPv6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 40 else {
      _ = packet.refuse(.ipv6IPv6InIPv6TooSmall)
      return
    }
    guard bytes[offset] >> 4 == 6 else {
      _ = packet.refuse(.ipv6IPv6InIPv6WrongVersion)
      return
    }
    enterTunnel(.ipv6, at: offset, end: end, .ipv6InIPv6)
  }
}
