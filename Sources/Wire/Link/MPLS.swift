extension PacketDecoder {
  /// A stack of MPLS labels. Source: RFC 3032 §2.1; pseudo-wires: RFC 4385 §3, RFC 4448 §4.3.
  ///
  ///     0                                    4
  ///     | label 20, class 3, bottom 1, TTL 8 | more labels … | payload …
  ///
  /// Nothing in the header says what follows; the first nibble of the payload is what everybody goes by. A
  /// nibble of 0 is the control word of a pseudo-wire with an Ethernet frame behind it.
  mutating func mpls(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.mpls &+= 1
    guard enterLayer(&packet) else { return }
    var position = offset
    var label: UInt32 = 0
    while true {
      guard end &- position >= 4 else {
        _ = packet.refuse(.mplsHeaderTooSmall)
        return
      }
      let entry = bytes.u32(position)
      position &+= 4
      label = entry >> 12
      if entry & 0x100 != 0 { break }
    }
    switch label {
    case 0: _ = ipv4(bytes, at: position, end: end, &packet)
    case 1: packet.raise(.mplsBadLabelRouterAlert)
    case 2: _ = ipv6(bytes, at: position, end: end, &packet)
    case 3: packet.raise(.mplsBadLabelImplicitNull)
    case 4...14: packet.raise(.mplsBadLabelReserved)
    default: mplsPayload(bytes, at: position, end: end, &packet)
    }
  }

  private mutating func mplsPayload(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 4 else {
      _ = packet.refuse(.mplsPacketTooSmall)
      return
    }
    switch bytes[offset] >> 4 {
    case 0: _ = ethernet(bytes, at: offset &+ 4, end: end, &packet)
    case 4: _ = ipv4(bytes, at: offset, end: end, &packet)
    case 6: _ = ipv6(bytes, at: offset, end: end, &packet)
    default: _ = packet.refuse(.mplsUnknownPayloadType)
    }
  }
}
