extension PacketDecoder {
  /// PPP, with or without HDLC address and control. Source: RFC 1661 §2, RFC 1662 §3.1.
  ///
  ///     0             2
  ///     | ff 03       | protocol (1 or 2 bytes) | payload …
  mutating func ppp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.ppp &+= 1
    guard end > offset else { return packet.refuse(.pppPacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    // Address ff is optional (RFC 1661 §6.6), whereas no protocol number begins with it.
    let isFramed = bytes[offset] == 0xff
    let start = isFramed ? offset &+ 2 : offset
    guard end > start else { return packet.refuse(.pppPacketTooSmall) }
    packet.setPayload(start, end)
    // A number whose first byte is odd has been compressed to that byte (RFC 1661 §6.5).
    let first = bytes[start]
    if first & 1 != 0 {
      switch first {
      // Suricata gives IPv4 behind a compressed number the event of the compressed header's.
      case 0x21: return pppIPv4(bytes, at: start &+ 1, end: end, &packet, .pppVJUPacketTooSmall)
      case 0x2f, 0x57: return pppPayload(UInt16(first), bytes, at: start &+ 1, end: end, &packet)
      default:
        packet.raise(.pppUnsupportedProtocol)
        return false
      }
    }
    guard end &- start >= 2 else { return packet.refuse(.pppPacketTooSmall) }
    let number = bytes.u16(start)
    if Self.isSilentPPP(number) { return false }
    return pppPayload(number, bytes, at: start &+ 2, end: end, &packet)
  }

  /// The packet that a protocol number announces.
  mutating func pppPayload(
    _ number: UInt16, _ bytes: RawSpan, at start: Int, end: Int, _ packet: inout Packet
  ) -> Bool {
    switch number {
    case 0x0021: return pppIPv4(bytes, at: start, end: end, &packet, .pppIPv4PacketTooSmall)
    case 0x002f:
      // A header of another version has been compressed further: no fault, and nothing to be read.
      guard end &- start >= 20 else { return packet.refuse(.pppVJUPacketTooSmall) }
      return bytes[start] >> 4 == 4 && ipv4(bytes, at: start, end: end, &packet)
    case 0x0057:
      guard end &- start >= 40 else { return packet.refuse(.pppIPv6PacketTooSmall) }
      return ipv6(bytes, at: start, end: end, &packet)
    // Source: IANA, PPP numbers; those that are known without being looked into.
    case 0x0023, 0x0025, 0x0027, 0x0029, 0x002b, 0x002d, 0x0031, 0x0033, 0x0035, 0x0201, 0x0231, 0x0233,
      0x0281, 0x0283, 0x8023, 0x8025, 0x8027, 0x8029, 0x802b, 0x8033, 0x8035, 0x8281:
      packet.raise(.pppUnsupportedProtocol)
      return false
    default: return packet.refuse(.pppWrongType)
    }
  }

  /// Protocols that set up and keep a line, and are no event: they are on every one of them.
  ///
  /// Compressed data, IPCP, IPv6CP, CCP, Cisco discovery, LCP, PAP, quality reports, callback, CHAP.
  static func isSilentPPP(_ number: UInt16) -> Bool {
    switch number {
    case 0x00fd, 0x8021, 0x8057, 0x80fd, 0x8207, 0xc021, 0xc023, 0xc025, 0xc029, 0xc223: true
    default: false
    }
  }

  /// IPv4, or IPv4 with a TCP header that Van Jacobson's compression sent whole.
  private mutating func pppIPv4(
    _ bytes: RawSpan, at start: Int, end: Int, _ packet: inout Packet, _ tooSmall: DecoderEvent
  ) -> Bool {
    guard end &- start >= 20 else { return packet.refuse(tooSmall) }
    return ipv4(bytes, at: start, end: end, &packet)
  }
}
