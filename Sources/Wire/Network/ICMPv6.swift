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
    guard enterLayer(&packet) else { return }
    packet.icmpType = bytes[offset]
    packet.icmpCode = bytes[offset &+ 1]
    packet.transportOffset = Int32(truncatingIfNeeded: offset)
    packet.transportHeaderLength = 8
    packet.setPayload(offset &+ 8, end)
    checkCode6(bytes, at: offset, end: end, &packet)
  }

  private func checkCode6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    let codeMax: UInt8
    switch packet.icmpType {
    case 1: codeMax = 7
    case 2: codeMax = 0
    case 3: codeMax = 1
    case 4: codeMax = 3
    case 128, 129: codeMax = 0
    case 130, 131, 132:
      codeMax = 0
      if packet.ttl != 1 { packet.raise(.icmpv6MLDMessageWithInvalidHopLimit) }
    case 133, 134, 135, 136, 137: codeMax = 0
    case 143:
      codeMax = 255
      if packet.ttl != 1 { packet.raise(.icmpv6MLDMessageWithInvalidHopLimit) }
    case 138...142, 144...155: codeMax = 255
    case 100, 101, 200, 201:
      packet.raise(.icmpv6ExperimentationType)
      return
    case 0, 5...99, 102...127, 156...199, 202...255:
      packet.raise(.icmpv6UnassignedType)
      return
    default:
      packet.raise(.icmpv6UnknownType)
      return
    }
    if packet.icmpCode > codeMax { packet.raise(.icmpv6UnknownCode) }
    if packet.icmpType < 5, end &- offset > 8 { checkEmbedded6(bytes, at: offset &+ 8, end: end, &packet) }
  }

  private func checkEmbedded6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 40 else {
      packet.raise(.icmpv6IPv6TruncatedPacket)
      return
    }
    if bytes[offset] >> 4 != 6 { packet.raise(.icmpv6IPv6UnknownVersion) }
  }
}
