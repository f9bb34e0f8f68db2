extension PacketDecoder {
  /// PPPoE discovery: the tags are checked, nothing of them is kept. Source: RFC 2516 §4 and §5.
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
    switch bytes[offset &+ 1] {
    case 0x07, 0x09, 0x19, 0x65, 0xa7: break
    default:
      _ = packet.refuse(.pppoeWrongCode)
      return
    }
    let length = Int(bytes.u16(offset &+ 4))
    guard length <= end &- offset &- 6 else {
      _ = packet.refuse(.pppoeMalformedTags)
      return
    }
    pppoeTags(bytes, at: offset &+ 6, end: offset &+ 6 &+ length, &packet)
  }

  private mutating func pppoeTags(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    var position = offset
    while end &- position >= 4 {
      let type = bytes.u16(position)
      let length = Int(bytes.u16(position &+ 2))
      if type == 0 { return }
      guard length <= end &- position &- 4 else {
        _ = packet.refuse(.pppoeMalformedTags)
        return
      }
      position &+= 4 &+ length
    }
  }

  /// A PPPoE session frame: PPP without its HDLC address and control. Source: RFC 2516 §6.
  ///
  ///     0          1      2         4        6
  ///     | 1, 1     | code | session | length | PPP protocol | payload …
  mutating func pppoeSession(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.pppoe &+= 1
    guard end &- offset >= 7 else { return packet.refuse(.pppoePacketTooSmall) }
    packet.pppoeSession = bytes.u16(offset &+ 2)
    guard bytes[offset &+ 1] == 0 else { return packet.refuse(.pppoeWrongCode) }
    guard enterLayer(&packet) else { return false }
    return pppPayload(bytes, at: offset &+ 6, end: end, &packet)
  }
}
