import Wire

extension EVEEncoder {
  /// Appends the record of an ARP packet (RFC 826) for Ethernet and IPv4; false where it is something else.
  ///
  ///      0      2      4    5    6      8            14        18           24        28
  ///     +------+------+----+----+------+------------+---------+------------+---------+
  ///     | hard | prot | hl | pl | op   | sender MAC | IPv4    | target MAC | IPv4    |
  ///     +------+------+----+----+------+------------+---------+------------+---------+
  package func encodeARP(
    _ message: RawSpan, _ subject: EventSubject, frame: RawSpan, into line: inout JSONWriter
  ) -> Bool {
    guard message.byteCount >= 28, message.u16(0) == 1, message.u16(2) == 0x0800, message[4] == 6,
      message[5] == 4
    else { return false }
    beginRecord("arp", subject, endpoints: subject.endpoints, into: &line)
    encodeCommon(subject, frame: frame, into: &line)
    line.beginObject("arp")
    line.member("hw_type", literal: "ethernet")
    line.member("proto_type", literal: "ipv4")
    switch message.u16(6) {
    case 1: line.member("opcode", literal: "request")
    case 2: line.member("opcode", literal: "reply")
    case 3: line.member("opcode", literal: "request_reverse")
    case 4: line.member("opcode", literal: "reply_reverse")
    default: line.member("opcode", literal: "unknown")
    }
    line.member("src_mac", hexadecimal: message.part(8, 6).copied(), separator: UInt8(ascii: ":"))
    line.member("src_ip", IPAddress(v4: message.u32(14)))
    line.member("dest_mac", hexadecimal: message.part(18, 6).copied(), separator: UInt8(ascii: ":"))
    line.member("dest_ip", IPAddress(v4: message.u32(24)))
    line.endObject()
    endRecord(subject, into: &line)
    return true
  }
}
