extension PacketDecoder {
  /// Walks the extension headers from `at`; gives the offset of what follows them, or −1 where they cannot
  /// be believed. Source: RFC 8200 §4, RFC 4302 §2.
  ///
  ///     0      1        2
  ///     | next | length | …        length in units of 8 bytes beyond the first 8; AH: of 4, less 2
  ///
  /// A fragment header ends the walk: what follows belongs to the reassembled datagram. Each header is at
  /// least eight bytes long, so that the walk ends with the packet. Where nothing follows, or nothing that is
  /// understood, the packet's protocol is the last header that was, as in Suricata; 0 where there is none.
  mutating func extensionHeaders(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) -> Int {
    var seen = SeenExtensions()
    var position = offset
    var understood: UInt8 = 0
    while true {
      let header = packet.ipProtocol
      let isExtension = isExtension(header)
      // What follows an extension has to be there; an encrypted payload counts as an extension.
      if end &- position < 2, isExtension || header == 50 || position > offset {
        if header == 59 { return endWithout(understood, at: position, end: end, &packet) }
        packet.ipProtocol = understood
        _ = packet.refuse(.ipv6TruncatedExtensionHeader)
        return -1
      }
      guard isExtension else {
        switch header {
        case 1:
          packet.raise(.ipv6ICMPv4)
          packet.ipProtocol = understood
          return -1
        case 41 where position > offset, 47 where position > offset:
          packet.raise(.ipv6UnknownNextHeader)
          return -1
        case 59: return endWithout(understood, at: position, end: end, &packet)
        default: return position
        }
      }
      if header < 135 { understood = header }
      packet.ipProtocol = understood
      guard end &- position >= 8 else {
        _ = packet.refuse(.ipv6TruncatedExtensionHeader)
        return -1
      }
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
      let length = header == 51 ? max(12, (units &+ 2) &* 4) : (units &+ 1) &* 8
      guard end &- position >= length else {
        _ = packet.refuse(.ipv6TruncatedExtensionHeader)
        return -1
      }
      checkExtension(header, bytes, at: position, end: position &+ length, &seen, &packet)
      position &+= length
      packet.ipProtocol = next
    }
  }

  /// Nothing follows the headers, or should not.
  private func endWithout(_ understood: UInt8, at offset: Int, end: Int, _ packet: inout Packet) -> Int {
    if end > offset { packet.raise(.ipv6DataAfterNoneHeader) }
    packet.ipProtocol = understood
    return -1
  }

  /// Counts a header of each kind, and looks into those whose content tells something.
  private func checkExtension(
    _ header: UInt8, _ bytes: RawSpan, at offset: Int, end: Int, _ seen: inout SeenExtensions,
    _ packet: inout Packet
  ) {
    switch header {
    case 0:
      if seen.hop {
        packet.raise(.ipv6ExtensionHeaderDuplicateHopByHopHeader)
      } else {
        checkOptions6(bytes, at: offset &+ 2, end: end, isHop: true, &packet)
      }
      seen.hop = true
    case 43:
      if seen.routing { packet.raise(.ipv6ExtensionHeaderDuplicateRoutingHeader) }
      seen.routing = true
      if bytes[offset &+ 2] == 0 { packet.raise(.ipv6RoutingHeaderType0) }
    case 51:
      if seen.authentication { packet.raise(.ipv6ExtensionHeaderDuplicateAuthenticationHeader) }
      seen.authentication = true
      if bytes.u16(offset &+ 2) != 0 {
        packet.raise(.ipv6ExtensionHeaderAuthenticationHeaderReservedNotNull)
      }
    case 60:
      // One before a routing header and one at the end are lawful.
      if seen.destinationCount >= 2 {
        packet.raise(.ipv6ExtensionHeaderDuplicateDestinationHeader)
      } else {
        checkOptions6(bytes, at: offset &+ 2, end: end, isHop: false, &packet)
      }
      seen.destinationCount &+= 1
    default: break
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
    packet.hasFragmentHeader = true
    packet.identification = bytes.u32(offset &+ 4)
    packet.fragmentOffsetBytes = word & 0xfff8
    packet.hasMoreFragments = word & 1 != 0
    if word & 0xfff9 == 0 {
      packet.raise(.ipv6ExtensionHeaderUselessFragmentHeader)
      return true
    }
    if packet.hasMoreFragments && (end &- offset &- 8) & 7 != 0 {
      packet.raise(.ipv6FragmentInvalidLength)
    }
    packet.isFragment = true
    return false
  }

  /// Options of a hop-by-hop or destination header. Source: RFC 8200 §4.2; numbers: IANA.
  private func checkOptions6(
    _ bytes: RawSpan, at offset: Int, end: Int, isHop: Bool, _ packet: inout Packet
  ) {
    var position = offset
    var paddings = 0
    var others = 0
    loop: while position < end {
      let type = bytes[position]
      if type == 0 {
        paddings &+= 1
        position &+= 1
        continue
      }
      // A length may count one byte too many: what is behind the header is not read.
      guard end &- position >= 2, Int(bytes[position &+ 1]) < end &- position else {
        _ = packet.refuse(.ipv6ExtensionHeaderInvalidOptionLength)
        break
      }
      let length = Int(bytes[position &+ 1])
      switch type {
      case 0x01:
        paddings &+= 1
        if length == 0 { packet.raise(.ipv6ZeroLengthPadN) }
      // Router alert (RFC 2711), jumbo payload (RFC 2675), home address (RFC 6275 §6.3).
      case 0x05, 0xc2, 0xc9:
        guard length >= (type == 0x05 ? 2 : type == 0xc2 ? 4 : 16) else {
          _ = packet.refuse(.ipv6ExtensionHeaderInvalidOptionLength)
          break loop
        }
        if type != 0xc2 { others &+= 1 }
      default:
        others &+= 1
        packet.raise(isHop ? .ipv6HopOptionsUnknownOption : .ipv6DestinationOptionsUnknownOption)
      }
      position &+= 2 &+ length
    }
    if paddings > 0 && others == 0 {
      packet.raise(isHop ? .ipv6HopOptionsOnlyPadding : .ipv6DestinationOptionsOnlyPadding)
    }
  }
}
