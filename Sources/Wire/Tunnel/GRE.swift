extension PacketDecoder {
  /// Generic routing encapsulation: version 0, and version 1 as PPTP has it. Source: RFC 2784, RFC 2890,
  /// RFC 1701 (routing), RFC 2637 §4.1 (version 1).
  ///
  ///     0                       1                  2
  ///     | C R K S s, recursion  | A flags, version | type | checksum, offset | key | sequence | …
  ///
  /// What it carries becomes a packet of its own.
  mutating func gre(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.gre &+= 1
    guard enterLayer(&packet) else { return false }
    guard end &- offset >= 4 else { return packet.refuse(.grePacketTooSmall) }
    let flags = bytes[offset]
    let versionFlags = bytes[offset &+ 1]
    let type = bytes.u16(offset &+ 2)
    let length: Int
    switch versionFlags & 0x07 {
    case 0: length = lengthOfVersion0(flags, versionFlags, bytes, at: offset, end: end, &packet)
    case 1: length = lengthOfVersion1(flags, versionFlags, type, at: offset, end: end, &packet)
    default: return packet.refuse(.greWrongVersion)
    }
    guard length > 0 else { return false }
    greTunnel(type, hasSequence: flags & 0x10 != 0, at: offset &+ length, end: end)
    return true
  }

  /// Length of the header in bytes, or 0 where the packet was refused.
  private func lengthOfVersion0(
    _ flags: UInt8, _ versionFlags: UInt8, _ bytes: RawSpan, at offset: Int, end: Int,
    _ packet: inout Packet
  ) -> Int {
    if flags & 0x07 != 0 {
      _ = packet.refuse(.greVersion0Recursion)
      return 0
    }
    if versionFlags & 0x78 != 0 {
      _ = packet.refuse(.greVersion0Flags)
      return 0
    }
    var length = 4
    if flags & 0xc0 != 0 { length &+= 4 }
    if flags & 0x20 != 0 { length &+= 4 }
    if flags & 0x10 != 0 { length &+= 4 }
    guard length <= end &- offset else {
      _ = packet.refuse(.greVersion0HeaderTooBig)
      return 0
    }
    guard flags & 0x40 != 0 else { return length }
    return lengthWithRoutes(bytes, at: offset, from: length, end: end, &packet)
  }

  /// Source route entries, up to an empty one: family (2), offset, length, address.
  private func lengthWithRoutes(
    _ bytes: RawSpan, at offset: Int, from start: Int, end: Int, _ packet: inout Packet
  ) -> Int {
    var length = start
    while true {
      guard length &+ 4 <= end &- offset else {
        _ = packet.refuse(.greVersion0MalformedSourceRouteEntryHeader)
        return 0
      }
      let entry = offset &+ length
      let entryLength = Int(bytes[entry &+ 3])
      length &+= 4
      if bytes.u16(entry) == 0 && entryLength == 0 { return length }
      length &+= entryLength
      guard length <= end &- offset else {
        _ = packet.refuse(.greVersion0MalformedSourceRouteEntryHeader)
        return 0
      }
    }
  }

  private func lengthOfVersion1(
    _ flags: UInt8, _ versionFlags: UInt8, _ type: UInt16, at offset: Int, end: Int,
    _ packet: inout Packet
  ) -> Int {
    let event: DecoderEvent? =
      if flags & 0x80 != 0 {
        .greVersion1Checksum
      } else if flags & 0x40 != 0 {
        .greVersion1Route
      } else if flags & 0x08 != 0 {
        .greVersion1StrictSourceRoute
      } else if flags & 0x07 != 0 {
        .greVersion1Recursion
      } else if versionFlags & 0x78 != 0 {
        .greVersion1Flags
      } else if type != 0x880b {
        .greVersion1WrongProtocol
      } else if flags & 0x20 == 0 {
        .greVersion1NoKey
      } else {
        nil
      }
    if let event {
      _ = packet.refuse(event)
      return 0
    }
    var length = 8
    if flags & 0x10 != 0 { length &+= 4 }
    if versionFlags & 0x80 != 0 { length &+= 4 }
    guard length <= end &- offset else {
      _ = packet.refuse(.greVersion1HeaderTooBig)
      return 0
    }
    return length
  }

  private mutating func greTunnel(_ type: UInt16, hasSequence: Bool, at offset: Int, end: Int) {
    switch type {
    case 0x0800: enterTunnel(.ipv4, at: offset, end: end)
    case 0x6558: enterTunnel(.ethernet, at: offset, end: end)
    case 0x86dd: enterTunnel(.ipv6, at: offset, end: end)
    case 0x880b: enterTunnel(.ppp, at: offset, end: end)
    case 0x88be:
      // Type I has neither sequence number nor header of its own.
      if hasSequence {
        enterTunnel(.erspan, at: offset, end: end)
      } else {
        counters.erspan &+= 1
        enterTunnel(.ethernet, at: offset, end: end)
      }
    // Differs from Suricata: it does not open MPLS in GRE, nor PPP in version 1.
    case 0x0806, 0x8100, 0x8847, 0x8848: enterTunnel(.etherType, at: offset, end: end, etherType: type)
    default: break
    }
  }
}
