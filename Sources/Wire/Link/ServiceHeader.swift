extension PacketDecoder {
  /// A network service header. Source: RFC 8300 §2.
  ///
  ///     0                          2       3      4                8
  ///     | version, TTL, length     | type  | next | path and index | context …  payload …
  mutating func serviceHeader(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.serviceHeader &+= 1
    guard end &- offset >= 8 else {
      _ = packet.refuse(.nshHeaderTooSmall)
      return
    }
    let basis = bytes.u16(offset)
    let length = Int(basis & 0x3f) &* 4
    let type = bytes[offset &+ 2]
    guard basis >> 14 == 0 else {
      packet.raise(.nshUnsupportedVersion)
      return
    }
    guard length < end &- offset, length >= 8 else {
      _ = packet.refuse(.nshBadHeaderLength)
      return
    }
    switch type {
    case 0x0, 0xf:
      packet.raise(.nshReservedType)
      return
    case 0x1:
      guard length == 24 else {
        _ = packet.refuse(.nshBadHeaderLength)
        return
      }
    case 0x2: break
    default:
      packet.raise(.nshUnsupportedType)
      return
    }
    serviceHeaderPayload(bytes[offset &+ 3], bytes, at: offset &+ length, end: end, &packet)
  }

  private mutating func serviceHeaderPayload(
    _ next: UInt8, _ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet
  ) {
    guard enterLayer(&packet) else { return }
    switch next {
    case 1: _ = ipv4(bytes, at: offset, end: end, &packet)
    case 2: _ = ipv6(bytes, at: offset, end: end, &packet)
    case 3: _ = ethernet(bytes, at: offset, end: end, &packet)
    case 4: packet.raise(.nshUnknownPayload)
    case 5: mpls(bytes, at: offset, end: end, &packet)
    default: packet.raise(.nshUnknownPayload)
    }
  }
}
