extension PacketDecoder {
  /// An IPv4 packet. Source: RFC 791 §3.1.
  ///
  ///     0                 1     2        4    6               8     9          10         12
  ///     | version, length | TOS | length | id | flags, offset | TTL | protocol | checksum | source …
  ///
  /// A header that contradicts itself, or a packet longer than what was captured, makes the packet invalid
  /// and leaves it without an IP layer. Bytes behind the total length are the link's padding and are ignored.
  mutating func ipv4(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.ipv4 &+= 1
    guard enterLayer(&packet) else { return false }
    let available = end &- offset
    guard available >= 20 else { return packet.refuse(.ipv4PacketTooSmall) }
    let first = bytes[offset]
    guard first >> 4 == 4 else { return packet.refuse(.ipv4WrongIPVersion) }
    let headerLength = Int(first & 0x0f) &* 4
    guard headerLength >= 20 else { return packet.refuse(.ipv4HeaderLengthTooSmall) }
    let length = Int(bytes.u16(offset &+ 2))
    guard length >= headerLength else { return packet.refuse(.ipv4TotalLengthSmallerThanHeaderLength) }
    guard available >= length else { return packet.refuse(.ipv4TruncatedPacket) }
    if headerLength > 20 {
      guard checkOptions(bytes, at: offset &+ 20, end: offset &+ headerLength, &packet) else { return false }
    }
    packet.ipVersion = 4
    packet.networkOffset = Int32(truncatingIfNeeded: offset)
    packet.networkHeaderLength = Int32(truncatingIfNeeded: headerLength)
    packet.tos = bytes[offset &+ 1]
    packet.identification = UInt32(bytes.u16(offset &+ 4))
    packet.ttl = bytes[offset &+ 8]
    packet.ipProtocol = bytes[offset &+ 9]
    packet.source = IPAddress(v4: bytes.u32(offset &+ 12))
    packet.destination = IPAddress(v4: bytes.u32(offset &+ 16))
    let start = offset &+ headerLength
    let payloadEnd = offset &+ length
    packet.setPayload(start, payloadEnd)
    let fragment = bytes.u16(offset &+ 6)
    if fragment & 0x3fff != 0 {
      packet.isFragment = true
      packet.hasMoreFragments = fragment & 0x2000 != 0
      packet.fragmentOffsetBytes = (fragment & 0x1fff) &* 8
      return true
    }
    switch packet.ipProtocol {
    case 6: tcp(bytes, at: start, end: payloadEnd, &packet)
    case 17: udp(bytes, at: start, end: payloadEnd, &packet)
    default: layerOverIPv4(bytes, at: start, end: payloadEnd, &packet)
    }
    return true
  }

  /// IP in IPv4. Source: RFC 2003.
  mutating func ipInIPv4(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    enterTunnel(.ipv4, at: offset, end: end, .ipv4InIPv4)
  }

  /// IPv6 in IPv4 (6in4, 6to4). Source: RFC 4213 §3.
  mutating func ipv6InIPv4(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    enterTunnel(.ipv6, at: offset, end: end, .ipv6InIPv4)
  }
}
