extension PacketDecoder {
  /// ICMP for IPv4. Source: RFC 792; numbers: IANA, ICMP parameters.
  ///
  ///     0      1      2          4
  ///     | type | code | checksum | depends on the type | payload …
  mutating func icmpv4(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.icmpv4 &+= 1
    guard end &- offset >= 8 else {
      _ = packet.refuse(.icmpv4PacketTooSmall)
      return
    }
    packet.icmpType = bytes[offset]
    packet.icmpCode = bytes[offset &+ 1]
    packet.transportOffset = Int32(truncatingIfNeeded: offset)
    packet.transportHeaderLength = 8
    let more = Packet.icmpv4Extension(bytes.part(offset, 8))
    let isWhole = end &- offset >= 8 &+ more
    packet.setPayload(offset &+ (isWhole ? 8 &+ more : 8), end)
    if !isWhole { packet.raise(.icmpv4IPv4TruncatedPacket) }
    checkCode4(bytes, at: offset, end: end, &packet)
  }

  private func checkCode4(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    let codeMax: UInt8
    switch packet.icmpType {
    case 0, 4, 8, 12, 13, 14, 15, 16, 17, 18: codeMax = 0
    case 3: codeMax = 15
    case 5: codeMax = 3
    case 9: codeMax = 255
    case 11: codeMax = 1
    default:
      packet.raise(.icmpv4UnknownType)
      return
    }
    let isKnown = packet.icmpCode <= codeMax
    if !isKnown { packet.raise(.icmpv4UnknownCode) }
    switch packet.icmpType {
    case 3, 5, 11, 12:
      if isKnown, end &- offset > 8 { checkEmbedded4(bytes, at: offset &+ 8, end: end, &packet) }
    case 4: if isKnown { checkEmbedded4(bytes, at: offset &+ 8, end: end, &packet) }
    default: break
    }
  }

  private func checkEmbedded4(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    guard end &- offset >= 20 else {
      packet.raise(.icmpv4IPv4TruncatedPacket)
      return
    }
    if bytes[offset] >> 4 != 4 { packet.raise(.icmpv4IPv4UnknownVersion) }
  }
}

extension Packet {
  /// Bytes that a message's type puts between its first eight bytes, which are given, and its payload: three
  /// time stamps, the addresses of a router's advertisement. Source: RFC 792, RFC 1256 §3.
  static func icmpv4Extension(_ head: RawSpan) -> Int {
    switch head[0] {
    case 9: Int(head[4]) &* Int(head[5]) &* 4
    case 13, 14: 12
    default: 0
    }
  }

  /// Whether the type is one that returns the packet it is about.
  var carriesEmbedded4: Bool {
    switch icmpType {
    case 3, 4, 5, 11, 12: true
    default: false
    }
  }
}
