extension PacketDecoder {
  /// Cisco's HDLC, on serial lines. Source: LINKTYPE_C_HDLC.
  ///
  ///     0        1     2      4
  ///     | to     | 0   | type | payload …
  mutating func ciscoHDLC(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.ciscoHDLC &+= 1
    guard end &- offset >= 4 else { return packet.refuse(.chdlcPacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    let start = offset &+ 4
    if !networkLayer(bytes.u16(offset &+ 2), bytes, at: start, end: end, &packet) {
      packet.setPayload(start, end)
    }
    return true
  }
}
