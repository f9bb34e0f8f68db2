extension PacketDecoder {
  /// ICMP for IPv6. Source: RFC 4443; numbers: IANA, ICMPv6 parameters.
  ///
  ///     0      1      2          4
  ///     | type | code | checksum | depends on the type | payload …
  mutating func icmpv6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.icmpv6 &+= 1
    guard end &- offset >= 8 else {
      _ = packet.refuse(.icmpv6PacketTooSmall)
      return
    }
    packet.icmpType = bytes[offset]
    packet.icmpCode = bytes[offset &+ 1]
    packet.transportOffset = Int32(truncatingIfNeeded: offset)
    packet.transportHeaderLength = 8
    packet.setPayload(offset &+ 8, end)
    checkCode6(bytes, at: offset, end: end, &packet)
  }

  private func checkCode6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    let type = packet.icmpType
    guard let codeMax = codeMax6(type) else {
      packet.raise(eventOfUnknown6(type))
      return
    }
    // Multicast listeners talk to their own link only (RFC 2710 §3).
    if type >= 130, type <= 132, packet.ttl != 1 { packet.raise(.icmpv6MLDMessageWithInvalidHopLimit) }
    if packet.icmpCode > codeMax {
      packet.raise(.icmpv6UnknownCode)
    } else if type < 5 {
      checkEmbedded6(bytes, at: offset &+ 8, end: end, &packet)
    }
  }

  /// The highest code of a type, nil where the type is not in use.
  private func codeMax6(_ type: UInt8) -> UInt8? {
    switch type {
    case 1: 6
    case 2: 0
    case 3: 1
    case 4: 2
    case 128...137, 141...149, 154, 156...159: 0
    case 138...140: 2
    case 150...153: 255
    case 155: 3
    default: nil
    }
  }

  private func eventOfUnknown6(_ type: UInt8) -> DecoderEvent {
    switch type {
    case 0, 127: .icmpv6UnknownType
    case 100, 101, 200, 201: .icmpv6ExperimentationType
    default: .icmpv6UnassignedType
    }
  }

  private func checkEmbedded6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 40 else {
      _ = packet.refuse(.icmpv6IPv6TruncatedPacket)
      return
    }
    if bytes[offset] >> 4 != 6 { _ = packet.refuse(.icmpv6IPv6UnknownVersion) }
  }
}
