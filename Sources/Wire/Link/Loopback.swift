extension PacketDecoder {
  /// BSD loopback: an address family in the byte order of the machine that captured.
  /// Source: LINKTYPE_NULL and LINKTYPE_LOOP.
  ///
  ///     0        4
  ///     | family | payload …
  mutating func loopback(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.loopback &+= 1
    guard end &- offset >= 4 else { return packet.refuse(.loopbackPacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    let start = offset &+ 4
    // A family is below 256, so that a big one has its bytes the other way round.
    // Differs from Suricata: it knows the machine's own byte order only.
    let raw = bytes.u32(offset)
    let family = raw > 0xffff ? raw.byteSwapped : raw
    switch family {
    case 2: return ipv4(bytes, at: start, end: end, &packet)
    // IPv6 on Linux, Windows, NetBSD, Solaris, FreeBSD and macOS.
    case 10, 23, 24, 26, 28, 30: return ipv6(bytes, at: start, end: end, &packet)
    default:
      packet.setPayload(start, end)
      packet.raise(.loopbackUnsupportedType)
      return false
    }
  }
}
