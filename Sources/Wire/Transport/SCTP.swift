extension PacketDecoder {
  /// The common header of SCTP. Source: RFC 9260 §3.1.
  ///
  ///     0        2          4     8          12
  ///     | source | receiver | tag | checksum | chunks …
  mutating func sctp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.sctp &+= 1
    guard end &- offset >= 12 else {
      _ = packet.refuse(.sctpPacketTooSmall)
      return
    }
    packet.transportOffset = Int32(truncatingIfNeeded: offset)
    packet.transportHeaderLength = 12
    packet.sourcePort = bytes.u16(offset)
    packet.destinationPort = bytes.u16(offset &+ 2)
    packet.setPayload(offset &+ 12, end)
  }

  /// An encrypted payload: only that it is there. Source: RFC 4303 §2.
  ///
  ///     0                4          8
  ///     | parameters id  | sequence | encrypted …
  mutating func esp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.esp &+= 1
    guard end &- offset >= 8 else {
      _ = packet.refuse(.espPacketTooSmall)
      return
    }
    packet.transportOffset = Int32(truncatingIfNeeded: offset)
    packet.transportHeaderLength = 8
    packet.setPayload(offset &+ 8, end)
  }
}
