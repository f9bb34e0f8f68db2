extension PacketDecoder {
  /// A VLAN tag, up to three of them. Source: IEEE 802.1Q-2018 §9.
  ///
  ///     0          2        4
  ///     | PCP, id  | type   | payload …
  mutating func vlan(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    countTag(packet.vlanCount)
    guard enterLayer(&packet) else { return false }
    guard end &- offset >= 4 else { return packet.refuse(.vlanHeaderTooSmall) }
    let id = bytes.u16(offset) & 0x0fff
    switch packet.vlanCount {
    case 0: packet.vlan0 = id
    case 1: packet.vlan1 = id
    case 2: packet.vlan2 = id
    default:
      packet.raise(.vlanTooManyLayers)
      return false
    }
    packet.vlanCount &+= 1
    return networkLayer(bytes.u16(offset &+ 2), bytes, at: offset &+ 4, end: end, &packet)
      || packet.refuse(.vlanUnknownType)
  }

  private mutating func countTag(_ before: UInt8) {
    switch before {
    case 0: counters.vlan &+= 1
    case 1: counters.vlanTwice &+= 1
    case 2: counters.vlanThrice &+= 1
    default: break
    }
  }

  /// A provider backbone tag (MAC in MAC). Source: IEEE 802.1ah-2008 §9.7.
  ///
  ///     0             4           10          16     18
  ///     | flags, id   | receiver  | sender    | type | payload …
  mutating func providerBackbone(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.providerBackbone &+= 1
    guard end &- offset >= 18 else {
      _ = packet.refuse(.providerBackboneHeaderTooSmall)
      return
    }
    guard enterLayer(&packet) else { return }
    _ = networkLayer(bytes.u16(offset &+ 16), bytes, at: offset &+ 18, end: end, &packet)
  }

  /// A VN-Tag, between a bridge and its port extenders. Source: IEEE 802.1BR §7.
  ///
  ///     0               4      6
  ///     | flags, ids    | type | payload …
  mutating func vntag(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.vntag &+= 1
    guard enterLayer(&packet) else { return }
    guard end &- offset >= 6 else {
      _ = packet.refuse(.vntagHeaderTooSmall)
      return
    }
    if !networkLayer(bytes.u16(offset &+ 4), bytes, at: offset &+ 6, end: end, &packet) {
      _ = packet.refuse(.vntagUnknownType)
    }
  }
}
