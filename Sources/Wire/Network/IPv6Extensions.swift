extension PacketDecoder {
  /// Walks the extension headers from `at`; gives the offset of what follows them, or −1 where they cannot be
  /// believed. Source: RFC 8200 §4, RFC 4302 §2.
  ///
  ///     0      1        2
  ///     | next | length | …        length in units of 8 bytes beyond the first 8; AH: of 4, less 2
  ///
  /// A fragment header ends the walk: what follows belongs to the reassembled datagram. Each header is at
  /// least eight bytes long, so that the walk ends with the packet.
  mutating func extensionHeaders(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Int {
    var seen = SeenExtensions()
    var position = offset
    while true {
      let header = packet.ipProtocol
      guard isExtension(header) else { return position }
      guard end &- position >= 8 else { return refuseExtension(&packet) }
      let next = bytes[position]
      if header == 44 {
        let isWhole = fragmentHeader(bytes, at: position, end: end, seen.fragment, &packet)
        seen.fragment = true
        position &+= 8
        packet.ipProtocol = next
        if !isWhole { return position }
        continue
      }
      let units = Int(bytes[position &+ 1])
      let length = header == 51 ? (units &+ 2) &* 4 : (units &+ 1) &* 8
      guard end &- position >= length else { return refuseExtension(&packet) }
      let headerEnd = position &+ length
      switch header {
      case 0:
        if seen.hop { packet.raise(.ipv6ExtensionHeaderDuplicateHopByHopHeader) }
        seen.hop = true
        checkOptions6(bytes, at: position &+ 2, end: headerEnd, isHop: true, &packet)
      case 43:
        if seen.routing { packet.raise(.ipv6ExtensionHeaderDuplicateRoutingHeader) }
        seen.routing = true
        if bytes[position &+ 2] == 0 { packet.raise(.ipv6RoutingHeaderType0) }
      case 51:
        if seen.authentication { packet.raise(.ipv6ExtensionHeaderDuplicateAuthenticationHeader) }
        seen.authentication = true
        if bytes.u16(position &+ 2) != 0 {
          packet.raise(.ipv6ExtensionHeaderAuthenticationHeaderReservedNotNull)
        }
      case 60:
        // One before a routing header and one at the end are lawful.
        if seen.destinationCount >= 2 { packet.raise(.ipv6ExtensionHeaderDuplicateDestinationHeader) }
        seen.destinationCount &+= 1
        checkOptions6(bytes, at: position &+ 2, end: headerEnd, isHop: false, &packet)
      default: break
      }
      position = headerEnd
      packet.ipProtocol = next
    }
  }

  private struct SeenExtensions {
    var hop = false
    var routing = false
    var fragment = false
    var authentication = false
    var destinationCount = 0
  }

  /// Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, shim6.
  private func isExtension(_ number: UInt8) -> Bool {
    switch number {
    case 0, 43, 44, 51, 60, 135, 139, 140: true
    default: false
    }
  }

  private func refuseExtension(_ packet: inout Packet) -> Int {
    _ = packet.refuse(.ipv6TruncatedExtensionHeader)
    return -1
  }

  /// A fragment header; true where the datagram is whole in spite of it (RFC 6946). Source: RFC 8200 §4.5.
  ///
  ///     0      1          2              4
  ///     | next | reserved | offset, more | identification
  private func fragmentHeader(
    _ bytes: RawSpan, at offset: Int, end: Int, _ isSecond: Bool, _ packet: inout Packet
  ) -> Bool {
    if isSecond {
      packet.raise(.ipv6ExtensionHeaderDuplicateFragmentHeader)
      return true
    }
    if bytes[offset &+ 1] != 0 { packet.raise(.ipv6FragmentHeaderNonZeroReservedField) }
    let word = bytes.u16(offset &+ 2)
    packet.identification = bytes.u32(offset &+ 4)
    packet.fragmentOffsetBytes = word & 0xfff8
    packet.hasMoreFragments = word & 1 != 0
    if word & 0xfff9 == 0 {
      packet.raise(.ipv6ExtensionHeaderUselessFragmentHeader)
      return true
    }
    if packet.hasMoreFragments && (end &- offset &- 8) & 7 != 0 {
      _ = packet.refuse(.ipv6FragmentInvalidLength)
    }
    packet.isFragment = true
    return false
  }

  /// Options of a hop-by-hop or destination header. Source: RFC 8200 §4.2; numbers: IANA.
  private func checkOptions6(
    _ bytes: RawSpan, at offset: Int, end: Int, isHop: Bool, _ packet: inout Packet
  ) {
    var position = offset
    var hasOther = false
    while position < end {
      let type = bytes[position]
      if type == 0 {
        position &+= 1
        continue
      }
      guard end &- position >= 2, Int(bytes[position &+ 1]) <= end &- position &- 2 else {
        packet.raise(.ipv6ExtensionHeaderInvalidOptionLength)
        return
      }
      let length = Int(bytes[position &+ 1])
      switch type {
      case 0x01: if length == 0 { packet.raise(.ipv6ZeroLengthPadN) }
      case 0x05, 0xc2, 0xc9: hasOther = true
      default:
        hasOther = true
        packet.raise(isHop ? .ipv6HopOptionsUnknownOption : .ipv6DestinationOptionsUnknownOption)
      }
      position &+= 2 &+ length
    }
    if !hasOther {
      packet.raise(isHop ? .ipv6HopOptionsOnlyPadding : .ipv6DestinationOptionsOnlyPadding)
    }
  }
}
