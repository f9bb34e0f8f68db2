extension PacketDecoder {
  /// Cisco's HDLC, on serial lines. Source: LINKTYPE_C_HDLC.
  ///
  ///     0        1     2      4
  ///     | to     | 0   | type | payload …
  mutating func ciscoHDLC(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.ciscoHDLC &+= 1
    guard end &- offset >= 4 else { return packet.refuse(.chdlcPacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    _ = networkLayer(bytes.u16(offset &+ 2), bytes, at: offset &+ 4, end: end, &packet)
    return true
  }
}
