extension PacketDecoder {
  /// UDP. Source: RFC 768.
  ///
  ///     0        2          4        6          8
  ///     | source | receiver | length | checksum | payload …
  ///
  /// Bytes behind the length are ignored.
  mutating func udp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.udp &+= 1
    let available = end &- offset
    guard available >= 8 else {
      _ = packet.refuse(.udpHeaderLengthTooSmall)
      return
    }
    let length = Int(bytes.u16(offset &+ 4))
    guard length >= 8 else {
      _ = packet.refuse(.udpLengthInvalid)
      return
    }
    guard available >= length else {
      _ = packet.refuse(.udpPacketTooSmall)
      return
    }
    packet.transportOffset = Int32(truncatingIfNeeded: offset)
    packet.transportHeaderLength = 8
    packet.sourcePort = bytes.u16(offset)
    packet.destinationPort = bytes.u16(offset &+ 2)
    packet.setPayload(offset &+ 8, offset &+ length)
    tunnelOverUDP(bytes, at: offset &+ 8, end: offset &+ length, &packet)
  }
}
