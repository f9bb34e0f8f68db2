extension PacketDecoder {
  @inline(__always)
  func vxlanPort(_ packet: Packet) -> Bool {
    settings.vxlanPorts.contains(packet.destinationPort) || settings.vxlanPorts.contains(packet.sourcePort)
  }

  /// An Ethernet frame in UDP. Source: RFC 7348 §5.
  ///
  ///     0        1          4           7          8
  ///     | flags  | reserved | network   | reserved | Ethernet frame …
  mutating func vxlan(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 8 &+ 14 else { return }
    let word = bytes.u32(offset)
    guard word >> 24 & 0x08 != 0, word & 0x00ff_ffff == 0, bytes[offset &+ 7] == 0 else { return }
    guard enterLayer(&packet) else { return }
    counters.vxlan &+= 1
    switch bytes.u16(offset &+ 20) {
    case 0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, 0x9100: enterTunnel(.ethernet, at: offset &+ 8, end: end)
    default: packet.raise(.vxlanUnknownPayloadType)
    }
  }
}
