extension Packet {
  /// The IPv4 header with its options; empty where there is none.
  @_lifetime(copy bytes)
  package func ipv4Header(of bytes: RawSpan) -> RawSpan {
    guard ipVersion == 4 else { return bytes.part(0, 0) }
    return bytes.part(Int(networkOffset), Int(networkHeaderLength))
  }

  /// The IPv6 header with its extension headers; empty where there is none.
  @_lifetime(copy bytes)
  package func ipv6Header(of bytes: RawSpan) -> RawSpan {
    guard ipVersion == 6 else { return bytes.part(0, 0) }
    return bytes.part(Int(networkOffset), Int(networkHeaderLength))
  }

  /// The TCP header with its options, the UDP header, or all of an ICMP message's; empty without transport.
  @_lifetime(copy bytes)
  package func transportHeader(of bytes: RawSpan) -> RawSpan {
    guard transportOffset >= 0 else { return bytes.part(0, 0) }
    return bytes.part(Int(transportOffset), Int(transportHeaderLength))
  }

  /// The header of an ICMPv4 message with what its type puts between it and the payload.
  @_lifetime(copy bytes)
  package func icmpv4Header(of bytes: RawSpan) -> RawSpan {
    let header = transportHeader(of: bytes)
    guard header.byteCount >= 8 else { return header }
    return bytes.part(Int(transportOffset), max(Int(payloadOffset) &- Int(transportOffset), 8))
  }

  /// The Ethernet header; empty where there is none.
  @_lifetime(copy bytes)
  package func ethernetHeader(of bytes: RawSpan) -> RawSpan {
    guard ethernetOffset >= 0 else { return bytes.part(0, 0) }
    return bytes.part(Int(ethernetOffset), 14)
  }

  /// The IP packet without the link's padding, from its header to the end of its payload.
  @_lifetime(copy bytes)
  package func ipPacket(of bytes: RawSpan) -> RawSpan {
    guard ipVersion != 0 else { return bytes.part(0, 0) }
    return bytes.part(Int(networkOffset), Int(payloadOffset &- networkOffset &+ payloadLength))
  }

  /// The IPv4 flags as rules know them: more fragments 1, don't fragment 2, reserved 4.
  package func fragmentBits(of bytes: RawSpan) -> UInt8 {
    let header = ipv4Header(of: bytes)
    guard header.byteCount >= 20 else { return 0 }
    return header[6] >> 5
  }

  /// The VLAN id at a level from the outermost, 0 to 2; nil where there is none.
  @inlinable
  package func vlan(_ level: Int) -> UInt16? {
    let level = level < 0 ? level &+ Int(vlanCount) : level
    guard level >= 0, level < Int(vlanCount) else { return nil }
    return level == 0 ? vlan0 : level == 1 ? vlan1 : vlan2
  }

  /// The TCP urgent pointer, 0 without TCP.
  package func tcpUrgentPointer(of bytes: RawSpan) -> UInt16 {
    let header = transportHeader(of: bytes)
    return isTCP && header.byteCount >= 20 ? header.u16(18) : 0
  }

  /// Identifier and sequence number of an ICMP echo and the like; nil for types that have none.
  package func icmpIdentifier(of bytes: RawSpan) -> (identifier: UInt16, sequence: UInt16)? {
    let header = transportHeader(of: bytes)
    guard isICMP, header.byteCount >= 8 else { return nil }
    switch (ipVersion, icmpType) {
    case (4, 0), (4, 8), (4, 13...18), (6, 128), (6, 129): return (header.u16(4), header.u16(6))
    default: return nil
    }
  }

  /// The largest unit of "packet too big" in ICMPv6; nil for another message.
  package func icmpv6MTU(of bytes: RawSpan) -> UInt32? {
    let header = transportHeader(of: bytes)
    guard ipProtocol == 58, icmpType == 2, header.byteCount >= 8 else { return nil }
    return header.u32(4)
  }

  /// The packet that an ICMP error returns, as far as its head goes; nil where the message has none.
  ///
  /// Its addresses, protocol and ports are those of the flow that the error is about. Source: RFC 792,
  /// RFC 4443 §3: as much of the packet as fits, and at least eight bytes behind its IP header.
  package func embeddedPacket(of bytes: RawSpan) -> Packet? {
    guard isICMP, !isInvalid else { return nil }
    let start = Int(payloadOffset)
    let available = Int(payloadLength)
    guard start >= 0, start &+ available <= bytes.byteCount else { return nil }
    return ipVersion == 4
      ? embedded4(bytes, at: start, available) : embedded6(bytes, at: start, available)
  }

  private func embedded4(_ bytes: RawSpan, at offset: Int, _ available: Int) -> Packet? {
    guard carriesEmbedded4, available >= 20, bytes[offset] >> 4 == 4 else { return nil }
    let headerLength = Int(bytes[offset] & 0x0f) &* 4
    guard headerLength >= 20 else { return nil }
    var packet = embeddedBasis
    packet.ipVersion = 4
    packet.networkOffset = Int32(truncatingIfNeeded: offset)
    packet.networkHeaderLength = Int32(truncatingIfNeeded: headerLength)
    packet.ipProtocol = bytes[offset &+ 9]
    packet.ttl = bytes[offset &+ 8]
    packet.source = IPAddress(v4: bytes.u32(offset &+ 12))
    packet.destination = IPAddress(v4: bytes.u32(offset &+ 16))
    packet.readEmbeddedTransport(bytes, at: offset &+ headerLength, available &- headerLength)
    return packet
  }

  private func embedded6(_ bytes: RawSpan, at offset: Int, _ available: Int) -> Packet? {
    guard icmpType >= 1, icmpType <= 4, available >= 40, bytes[offset] >> 4 == 6 else { return nil }
    var packet = embeddedBasis
    packet.ipVersion = 6
    packet.networkOffset = Int32(truncatingIfNeeded: offset)
    packet.networkHeaderLength = 40
    packet.ipProtocol = bytes[offset &+ 6]
    packet.ttl = bytes[offset &+ 7]
    packet.source = IPAddress(v6High: bytes.u64(offset &+ 8), low: bytes.u64(offset &+ 16))
    packet.destination = IPAddress(v6High: bytes.u64(offset &+ 24), low: bytes.u64(offset &+ 32))
    packet.readEmbeddedTransport(bytes, at: offset &+ 40, available &- 40)
    return packet
  }

  private var embeddedBasis: Packet {
    var packet = Packet()
    packet.number = number
    packet.timeNanoseconds = timeNanoseconds
    packet.linkType = linkType
    packet.depth = depth
    packet.vlanCount = vlanCount
    packet.vlan0 = vlan0
    packet.vlan1 = vlan1
    packet.vlan2 = vlan2
    return packet
  }

  private mutating func readEmbeddedTransport(_ bytes: RawSpan, at offset: Int, _ available: Int) {
    setPayload(offset, offset &+ max(0, available))
    switch ipProtocol {
    case 6, 17, 132:
      guard available >= 4 else { return }
      transportOffset = Int32(truncatingIfNeeded: offset)
      transportHeaderLength = Int32(truncatingIfNeeded: min(available, 8))
      sourcePort = bytes.u16(offset)
      destinationPort = bytes.u16(offset &+ 2)
      if ipProtocol == 6, available >= 8 { tcpSequence = bytes.u32(offset &+ 4) }
    case 1, 58:
      guard available >= 2 else { return }
      transportOffset = Int32(truncatingIfNeeded: offset)
      transportHeaderLength = Int32(truncatingIfNeeded: min(available, 8))
      icmpType = bytes[offset]
      icmpCode = bytes[offset &+ 1]
    default: break
    }
  }
}
