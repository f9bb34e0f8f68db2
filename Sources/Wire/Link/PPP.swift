extension PacketDecoder {
  /// PPP, with or without HDLC address and control. Source: RFC 1661 §2, RFC 1662 §3.1.
  ///
  ///     0             2
  ///     | ff 03       | protocol (1 or 2 bytes) | payload …
  mutating func ppp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    counters.ppp &+= 1
    guard end &- offset >= 2 else { return packet.refuse(.pppPacketTooSmall) }
    guard enterLayer(&packet) else { return false }
    // Address ff is optional (RFC 1661 §6.6), whereas no protocol number begins with it.
    let isFramed = bytes[offset] == 0xff
    let start = isFramed ? offset &+ 2 : offset
    return pppPayload(bytes, at: start, end: end, &packet)
  }

  /// What follows a PPP header: the protocol number, compressed to one byte if that is odd, and its packet.
  mutating func pppPayload(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Bool {
    guard end > offset else { return packet.refuse(.pppPacketTooSmall) }
    let first = bytes[offset]
    let isCompressed = first & 1 != 0
    let start = offset &+ (isCompressed ? 1 : 2)
    guard end >= start else { return packet.refuse(.pppPacketTooSmall) }
    let number = isCompressed ? UInt16(first) : bytes.u16(offset)
    switch number {
    case 0x0021: return pppIPv4(bytes, at: start, end: end, &packet, .pppIPv4PacketTooSmall)
    case 0x002f: return pppIPv4(bytes, at: start, end: end, &packet, .pppVJUPacketTooSmall)
    case 0x0057:
      guard end &- start >= 40 else { return packet.refuse(.pppIPv6PacketTooSmall) }
      return ipv6(bytes, at: start, end: end, &packet)
    default:
      packet.setPayload(start, end)
      // Numbers are assigned odd in the low byte and even in the high one (RFC 1661 §2).
      return packet.refuse(Self.isKnownPPP(number) ? .pppUnsupportedProtocol : .pppWrongType)
    }
  }

  /// IPv4, or IPv4 with a TCP header that Van Jacobson's compression sent whole.
  private mutating func pppIPv4(
    _ bytes: RawSpan, at start: Int, end: Int, _ packet: inout Packet, _ tooSmall: DecoderEvent
  ) -> Bool {
    guard end &- start >= 20 else { return packet.refuse(tooSmall) }
    if tooSmall == .pppVJUPacketTooSmall && bytes[start] >> 4 != 4 { return false }
    return ipv4(bytes, at: start, end: end, &packet)
  }

  /// Protocols that PPP may carry and that are not looked into. Source: IANA, PPP numbers.
  private static func isKnownPPP(_ number: UInt16) -> Bool {
    switch number {
    case 0x0023, 0x0025, 0x0027, 0x0029, 0x002b, 0x002d, 0x0031, 0x0033, 0x0035, 0x003d, 0x003f, 0x0041,
      0x0043, 0x0045, 0x0047, 0x0049, 0x004b, 0x004d, 0x0053, 0x0055, 0x00fb, 0x00fd, 0x0281, 0x0283,
      0x8021, 0x8023, 0x8025, 0x8027, 0x8029, 0x802b, 0x802d, 0x802f, 0x8031, 0x8033, 0x8035, 0x803d,
      0x803f, 0x8041, 0x8043, 0x8045, 0x8047, 0x8049, 0x804b, 0x804d, 0x8053, 0x8055, 0x8057, 0x80fb,
      0x80fd, 0x8281, 0x8283, 0xc021, 0xc023, 0xc025, 0xc223:
      return true
    default: return false
    }
  }
}
