extension PacketDecoder {
  /// A TCP segment. Source: RFC 9293 §3.1.
  ///
  ///     0        2          4          8                 12        13      14       16         18
  ///     | source | receiver | sequence | acknowledgement | length… | flags | window | checksum | urgent …
  @inline(__always)
  mutating func tcp(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    counters.tcp &+= 1
    let available = end &- offset
    guard available >= 20 else {
      _ = packet.refuse(.tcpPacketTooSmall)
      return
    }
    let headerLength = Int(bytes[offset &+ 12] >> 4) &* 4
    guard headerLength >= 20 else {
      _ = packet.refuse(.tcpInvalidOptionLength)
      return
    }
    guard available >= headerLength else {
      _ = packet.refuse(.tcpHeaderLengthTooSmall)
      return
    }
    packet.transportOffset = Int32(truncatingIfNeeded: offset)
    packet.transportHeaderLength = Int32(truncatingIfNeeded: headerLength)
    packet.sourcePort = bytes.u16(offset)
    packet.destinationPort = bytes.u16(offset &+ 2)
    packet.tcpSequence = bytes.u32(offset &+ 4)
    packet.tcpAcknowledgement = bytes.u32(offset &+ 8)
    packet.tcpFlags = bytes[offset &+ 13]
    packet.tcpWindow = bytes.u16(offset &+ 14)
    packet.setPayload(offset &+ headerLength, end)
    // Two fillers and a timestamp are what nearly every segment has: nothing in them can be wrong.
    if headerLength > 20 && !(headerLength == 32 && bytes.u32(offset &+ 20) == 0x0101_080a) {
      checkOptions(ofTCP: bytes, at: offset &+ 20, end: offset &+ headerLength, &packet)
    }
    if settledChecksums != .ignore {
      let isGood = packet.isTransportChecksumGood(of: bytes)
      packet.hasBadChecksum = !isGood
      noteChecksum(isGood: isGood)
    }
  }

  @inline(never)
  private func checkOptions(
    ofTCP bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet
  ) {
    var findings = TCPOptions.Findings()
    _ = TCPOptions(bytes, at: offset, end: end, &findings)
    for _ in 0..<findings.invalidLengths { packet.raise(.tcpOptionInvalidLength) }
    for _ in 0..<findings.duplicates { packet.raise(.tcpOptionDuplicate) }
    // The segment is one all the same: a receiver may take its data, so that nothing may hide behind this.
    if findings.isInvalid { packet.hasInvalidOptions = true }
  }
}
