extension PacketDecoder {
  /// Whether a port of the datagram is one on which the tunnel is looked for.
  @inline(__always)
  func genevePort(_ packet: Packet) -> Bool {
    settings.genevePorts.contains(packet.destinationPort) || settings.genevePorts.contains(packet.sourcePort)
  }

  /// Geneve, whose options are skipped. Source: RFC 8926 §3.4.
  ///
  ///     0                   1       2      4         7          8
  ///     | version, options  | flags | type | network | reserved | options … | payload …
  mutating func geneve(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 8 else { return }
    let first = bytes[offset]
    guard first >> 6 == 0, bytes[offset &+ 1] & 0x3f == 0, bytes[offset &+ 7] == 0 else { return }
    let start = offset &+ 8 &+ Int(first & 0x3f) &* 4
    guard end >= start else { return }
    guard enterLayer(&packet) else { return }
    counters.geneve &+= 1
    switch bytes.u16(offset &+ 2) {
    case 0x0800: enterTunnel(.ipv4, at: start, end: end)
    case 0x0806: break
    case 0x6558: enterTunnel(.ethernet, at: start, end: end)
    case 0x86dd: enterTunnel(.ipv6, at: start, end: end)
    default: _ = packet.refuse(.geneveUnknownPayloadType)
    }
  }
}
