extension PacketDecoder {
  /// A mirrored frame, ERSPAN type II. Source: draft-foschiano-erspan-03 §4.2.
  ///
  ///     0                  2                 4                8
  ///     | version 4, VLAN  | class, session  | index          | Ethernet frame …
  mutating func erspan(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.erspan &+= 1
    guard enterLayer(&packet) else { return false }
    guard end &- offset >= 8 else { return packet.refuse(.erspanHeaderTooSmall) }
    let word = bytes.u16(offset)
    guard word >> 12 == 1 else { return packet.refuse(.erspanUnsupportedVersion) }
    let vlan = word & 0x0fff
    if vlan != 0 {
      guard packet.vlanCount == 0 else { return packet.refuse(.erspanTooManyVlanLayers) }
      packet.vlan0 = vlan
      packet.vlanCount = 1
    }
    return ethernet(bytes, at: offset &+ 8, end: end, &packet)
  }
}
