extension PacketDecoder {
  /// Whether a port of the datagram is one on which the tunnel is looked for.
  @inline(__always)
  func l2tpPort(_ packet: Packet) -> Bool {
    settings.l2tpPorts.contains(packet.destinationPort) || settings.l2tpPorts.contains(packet.sourcePort)
  }

  /// An L2TP data message: PPP over UDP. Source: RFC 2661 §3.1.
  ///
  ///     0               2            |        |         |                  |
  ///     | T L S O P, 2  | [length]   | tunnel | session | [Ns Nr] | [offset, padding] | PPP …
  ///
  /// Control messages, and what has a reserved bit set, stay the UDP payload that they are.
  mutating func l2tp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 8 else { return }
    let flags = bytes.u16(offset)
    guard flags & 0x8000 == 0, flags & 0x34f0 == 0, flags & 0x0f == 2 else { return }
    var start = offset &+ 2
    var last = end
    if flags & 0x4000 != 0 {
      let length = Int(bytes.u16(start))
      guard length <= end &- offset else { return }
      last = offset &+ length
      start &+= 2
    }
    start &+= 4
    if flags & 0x0800 != 0 { start &+= 4 }
    if flags & 0x0200 != 0 {
      guard last &- start >= 2 else { return }
      start &+= 2 &+ Int(bytes.u16(start))
    }
    guard last &- start >= 2, enterLayer(&packet) else { return }
    counters.l2tp &+= 1
    enterTunnel(.ppp, at: start, end: last)
  }
}
