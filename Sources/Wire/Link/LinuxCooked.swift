extension PacketDecoder {
  /// Linux "cooked" capture: what the interface "any" gives. Source: LINKTYPE_LINUX_SLL.
  ///
  ///     0               14     16
  ///     | type, address | type | payload …
  mutating func linuxCooked(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.linuxCooked &+= 1
    guard end &- offset >= 16 else { return packet.refuse(.sllPacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    cookedPayload(bytes.u16(offset &+ 14), bytes, at: offset &+ 16, end: end, &packet)
    return true
  }

  /// The second version of it. Source: LINKTYPE_LINUX_SLL2.
  ///
  ///     0      2                      20
  ///     | type | interface, address   | payload …
  mutating func linuxCookedV2(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.linuxCookedV2 &+= 1
    guard end &- offset >= 20 else { return packet.refuse(.sll2PacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    cookedPayload(bytes.u16(offset), bytes, at: offset &+ 20, end: end, &packet)
    return true
  }

  private mutating func cookedPayload(
    _ type: UInt16, _ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet
  ) {
    _ = networkLayer(type, bytes, at: offset, end: end, &packet)
  }
}
