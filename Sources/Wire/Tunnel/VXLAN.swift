extension PacketDecoder {
  /// Whether a port of the datagram is one on which the tunnel is looked for.
  @inline(__always)
  func vxlanPort(_ packet: Packet) -> Bool {
    settings.vxlanPorts.contains(packet.destinationPort)
  }

  /// An Ethernet frame in UDP. Source: RFC 7348 §5.
  ///
  ///     0        1          4           7          8
  ///     | flags  | reserved | network   | reserved | Ethernet frame …
  mutating func vxlan(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 8 &+ 14 else { return }
    guard bytes[offset] & 0x08 != 0, bytes[offset &+ 7] == 0 else { return }
    guard enterLayer(&packet) else { return }
    counters.vxlan &+= 1
    let type = bytes.u16(offset &+ 20)
    switch type {
    case 0x0806: break
    case 0x0800, 0x86dd, 0x8100, 0x88a8, 0x9100:
      enterTunnel(.etherType, at: offset &+ 22, end: end, etherType: type)
    default: _ = packet.refuse(.vxlanUnknownPayloadType)
    }
  }
}
