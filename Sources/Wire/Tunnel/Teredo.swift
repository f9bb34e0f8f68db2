extension PacketDecoder {
  /// Whether a port of the datagram is one on which the tunnel is looked for.
  @inline(__always)
  func teredoPort(_ packet: Packet) -> Bool {
    settings.teredoPorts.isAny || settings.teredoPorts.contains(packet.sourcePort)
      || settings.teredoPorts.contains(packet.destinationPort)
  }

  /// IPv6 in UDP; false where it is something else. Source: RFC 4380 §5.1.1.
  ///
  ///     | 00 00, port, address | IPv6 …
  ///
  /// The origin indication may be missing, and nothing names the protocol: the IPv6 header must fill the
  /// datagram exactly, and the packet must decode without a fault, to be believed. A packet with the
  /// authentication indication is not opened: it is how clients find their server, and no more than that.
  mutating func teredo(_ bytes: RawSpan, at offset: Int, end: Int) -> Bool {
    guard end &- offset >= 40 else { return false }
    var start = offset
    if bytes.u16(start) == 0x0000 {
      start &+= 8
      guard end &- start >= 40 else { return false }
    }
    let length = Int(bytes.u16(start &+ 4))
    guard bytes[start] >> 4 == 6, length &+ 40 == end &- start, bytes[start &+ 7] != 0 else { return false }
    // Hop-by-hop options need eight bytes at least.
    guard bytes[start &+ 6] != 0 || length >= 8 else { return false }
    enterTunnel(.teredo, at: start, end: end, .teredo)
    return true
  }
}
