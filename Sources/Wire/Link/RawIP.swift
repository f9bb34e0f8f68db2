extension PacketDecoder {
  /// Frames that begin with an IP header. Source: LINKTYPE_RAW, LINKTYPE_IPV4, LINKTYPE_IPV6.
  mutating func rawIP(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.raw &+= 1
    guard end &- offset >= 20 else { return packet.refuse(.ipv4PacketTooSmall) }
    switch bytes[offset] >> 4 {
    case 4: return ipv4(bytes, at: offset, end: end, &packet)
    case 6: return ipv6(bytes, at: offset, end: end, &packet)
    default:
      packet.raise(.rawIPInvalidIPVersion)
      return false
    }
  }
}
