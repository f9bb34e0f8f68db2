/// Where layers are registered: what a number in one header says about the next, sorted by that number.
enum Catalogue {
  /// A link type that captures may have, by its `LINKTYPE_` value.
  struct LinkType: Sendable {
    /// The `LINKTYPE_` value.
    let value: Int32
    /// Its name without the prefix.
    let name: String
    /// The decoder of its frames.
    let decode: PacketDecoder.Layer
  }

  /// The link types. Source: www.tcpdump.org/linktypes.html.
  static let linkTypes: [LinkType] = [
    LinkType(value: 0, name: "NULL") { $0.loopback($1, at: $2, end: $3, &$4) },
    LinkType(value: 1, name: "ETHERNET") { $0.ethernet($1, at: $2, end: $3, &$4) },
    LinkType(value: 9, name: "PPP") { $0.ppp($1, at: $2, end: $3, &$4) },
    LinkType(value: 12, name: "RAW") { $0.rawIP($1, at: $2, end: $3, &$4) },
    LinkType(value: 14, name: "RAW") { $0.rawIP($1, at: $2, end: $3, &$4) },
    LinkType(value: 50, name: "PPP_HDLC") { $0.ppp($1, at: $2, end: $3, &$4) },
    LinkType(value: 51, name: "PPP_ETHER") { $0.pppoeSession($1, at: $2, end: $3, &$4) },
    LinkType(value: 101, name: "RAW") { $0.rawIP($1, at: $2, end: $3, &$4) },
    LinkType(value: 104, name: "C_HDLC") { $0.ciscoHDLC($1, at: $2, end: $3, &$4) },
    LinkType(value: 108, name: "LOOP") { $0.loopback($1, at: $2, end: $3, &$4) },
    LinkType(value: 113, name: "LINUX_SLL") { $0.linuxCooked($1, at: $2, end: $3, &$4) },
    LinkType(value: 228, name: "IPv4") { $0.rawIP($1, at: $2, end: $3, &$4) },
    LinkType(value: 229, name: "IPv6") { $0.rawIP($1, at: $2, end: $3, &$4) },
    LinkType(value: 276, name: "LINUX_SLL2") { $0.linuxCookedV2($1, at: $2, end: $3, &$4) },
    LinkType(value: 778, name: "GRE_OVER_IP") { $0.rawIP($1, at: $2, end: $3, &$4) },
  ]

  /// The decoder of a link type, or one that only counts.
  static func linkLayer(of value: Int32) -> PacketDecoder.Layer {
    linkTypes.first { $0.value == value }?.decode ?? unknownLinkLayer
  }

  /// What happens to a frame whose link type nobody knows.
  static let unknownLinkLayer: PacketDecoder.Layer = { decoder, _, _, end, packet in
    decoder.counters.unknownLinkType &+= 1
    packet.payloadLength = Int32(truncatingIfNeeded: end)
    return false
  }
}

/// Which link types of captures can be decoded.
package enum LinkTypes {
  /// Whether frames of the link type are decoded at all.
  package static func isKnown(_ value: Int32) -> Bool {
    Catalogue.linkTypes.contains { $0.value == value }
  }

  /// The `LINKTYPE_` name without its prefix, or the number.
  package static func name(of value: Int32) -> String {
    Catalogue.linkTypes.first { $0.value == value }?.name ?? String(value)
  }

  /// The values that are known, sorted.
  package static var known: [Int32] { Catalogue.linkTypes.map(\.value) }
}

extension PacketDecoder {
  /// The layer that an EtherType announces; false, with an event, where nobody knows it.
  @inline(__always)
  mutating func networkLayer(
    _ etherType: UInt16, _ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet
  ) -> Bool {
    packet.etherType = etherType
    if etherType == 0x0800 {
      _ = ipv4(bytes, at: offset, end: end, &packet)
      return true
    }
    return otherLayer(etherType, bytes, at: offset, end: end, &packet)
  }

  private mutating func otherLayer(
    _ etherType: UInt16, _ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet
  ) -> Bool {
    switch etherType {
    case 0x0806: arp(bytes, at: offset, end: end, &packet)
    case 0x8100, 0x88a8, 0x9100: _ = vlan(bytes, at: offset, end: end, &packet)
    case 0x86dd: _ = ipv6(bytes, at: offset, end: end, &packet)
    case 0x8847, 0x8848: mpls(bytes, at: offset, end: end, &packet)
    case 0x8863: pppoeDiscovery(bytes, at: offset, end: end, &packet)
    case 0x8864: _ = pppoeSession(bytes, at: offset, end: end, &packet)
    case 0x88e7: providerBackbone(bytes, at: offset, end: end, &packet)
    case 0x8903: fabricPath(bytes, at: offset, end: end, &packet)
    case 0x8926: vntag(bytes, at: offset, end: end, &packet)
    case 0x894f: serviceHeader(bytes, at: offset, end: end, &packet)
    default:
      counters.unknownEtherType &+= 1
      packet.raise(.ethernetUnknownEtherType)
      packet.setPayload(offset, end)
      return false
    }
    return true
  }

  /// The layer that the protocol number of an IPv4 header announces, TCP and UDP apart.
  mutating func layerOverIPv4(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    switch packet.ipProtocol {
    case 1: icmpv4(bytes, at: offset, end: end, &packet)
    case 4: ipInIPv4(bytes, at: offset, end: end, &packet)
    case 41: ipv6InIPv4(bytes, at: offset, end: end, &packet)
    case 47: _ = gre(bytes, at: offset, end: end, &packet)
    case 50: esp(bytes, at: offset, end: end, &packet)
    case 58: _ = packet.refuse(.ipv4ICMPv6)
    case 132: sctp(bytes, at: offset, end: end, &packet)
    default: break
    }
  }

  /// The layer that the last next-header number of an IPv6 packet announces, TCP and UDP apart.
  mutating func layerOverIPv6(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    switch packet.ipProtocol {
    case 4: ipv4InIPv6(bytes, at: offset, end: end, &packet)
    case 41: ipv6InIPv6(bytes, at: offset, end: end, &packet)
    case 47: _ = gre(bytes, at: offset, end: end, &packet)
    case 50: esp(bytes, at: offset, end: end, &packet)
    case 58: icmpv6(bytes, at: offset, end: end, &packet)
    case 132: sctp(bytes, at: offset, end: end, &packet)
    default: packet.raise(.ipv6UnknownNextHeader)
    }
  }

  /// The tunnels over UDP, by port. The packet stays UDP whether or not there is a tunnel.
  @inline(__always)
  mutating func tunnelOverUDP(_ bytes: RawSpan, at offset: Int, end: Int, _ packet: inout Packet) {
    // Teredo comes first: it is found by its content, which says more than a port.
    if teredoPort(packet), teredo(bytes, at: offset, end: end) { return }
    if genevePort(packet) { geneve(bytes, at: offset, end: end, &packet) }
    if l2tpPort(packet) { l2tp(bytes, at: offset, end: end, &packet) }
    if vxlanPort(packet) { vxlan(bytes, at: offset, end: end, &packet) }
  }

  /// Decodes what a tunnel carries; false where it is no packet.
  mutating func open(_ pending: PendingTunnel, _ bytes: RawSpan, _ packet: inout Packet) -> Bool {
    let offset = Int(pending.offset)
    let end = Int(pending.end)
    switch pending.kind {
    case .none: return false
    case .ethernet: return ethernet(bytes, at: offset, end: end, &packet)
    case .ipv4: return ipv4(bytes, at: offset, end: end, &packet)
    case .ipv6: return ipv6(bytes, at: offset, end: end, &packet)
    case .ppp: return ppp(bytes, at: offset, end: end, &packet)
    case .teredo: return ipv6(bytes, at: offset, end: end, &packet) && !packet.isInvalid
    case .etherType:
      switch pending.etherType {
      case 0x0800: return ipv4(bytes, at: offset, end: end, &packet)
      case 0x86dd: return ipv6(bytes, at: offset, end: end, &packet)
      case 0x8100, 0x88a8, 0x9100: return vlan(bytes, at: offset, end: end, &packet)
      default: return networkLayer(pending.etherType, bytes, at: offset, end: end, &packet)
      }
    case .erspan: return erspan(bytes, at: offset, end: end, &packet)
    }
  }
}
