extension PacketDecoder {
  /// PPPoE discovery: whether the tags are there is checked; they are the payload.
  /// Source: RFC 2516 §4 and §5.
  ///
  ///     0          1      2         4        6
  ///     | 1, 1     | code | session | length | tags …
  mutating func pppoeDiscovery(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.pppoe &+= 1
    guard end &- offset >= 6 else {
      _ = packet.refuse(.pppoePacketTooSmall)
      return
    }
    packet.pppoeSession = bytes.u16(offset &+ 2)
    packet.setPayload(offset &+ 6, end)
    switch bytes[offset &+ 1] {
    case 0x07, 0x09, 0x19, 0x65, 0xa7: break
    default:
      _ = packet.refuse(.pppoeWrongCode)
      return
    }
    if Int(bytes.u16(offset &+ 4)) > end &- offset &- 6 { _ = packet.refuse(.pppoeMalformedTags) }
  }

  /// A PPPoE session frame: PPP without its HDLC address and control. Source: RFC 2516 §6.
  ///
  ///     0          1      2         4        6
  ///     | 1, 1     | code | session | length | PPP protocol | payload …
  mutating func pppoeSession(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.pppoe &+= 1
    guard end &- offset >= 7 else { return packet.refuse(.pppoePacketTooSmall) }
    packet.pppoeSession = bytes.u16(offset &+ 2)
    guard enterLayer(&packet) else { return false }
    packet.setPayload(offset &+ 6, end)
    // A length of zero is a frame without anything in it; more than there is, is found out by what is inside.
    guard bytes.u16(offset &+ 4) != 0 else { return false }
    let isCompressed = bytes[offset &+ 6] & 1 != 0
    guard isCompressed || end &- offset >= 8 else { return packet.refuse(.pppoePacketTooSmall) }
    let number = isCompressed ? UInt16(bytes[offset &+ 6]) : bytes.u16(offset &+ 6)
    let start = offset &+ (isCompressed ? 7 : 8)
    if Self.isSilentPPP(number) { return false }
    return pppPayload(number, bytes, at: start, end: end, &packet)
  }
}
