/// What the decoder saw since it began, by the names of Suricata's `stats.decoder`.
package struct DecoderCounters: Sendable {
  /// Frames.
  package var packets: UInt64 = 0
  /// Bytes of all frames.
  package var bytes: UInt64 = 0
  /// Frames whose own packet is invalid.
  package var invalid: UInt64 = 0
  /// IPv4 headers.
  package var ipv4: UInt64 = 0
  /// IPv6 headers.
  package var ipv6: UInt64 = 0
  /// Ethernet headers.
  package var ethernet: UInt64 = 0
  /// ARP messages.
  package var arp: UInt64 = 0
  /// EtherTypes that no layer is registered for.
  package var unknownEtherType: UInt64 = 0
  /// Cisco HDLC headers.
  package var ciscoHDLC: UInt64 = 0
  /// Frames that begin with an IP header.
  package var raw: UInt64 = 0
  /// BSD loopback headers.
  package var loopback: UInt64 = 0
  /// Linux cooked headers, version 1.
  package var linuxCooked: UInt64 = 0
  /// Linux cooked headers, version 2.
  package var linuxCookedV2: UInt64 = 0
  /// TCP headers.
  package var tcp: UInt64 = 0
  /// UDP headers.
  package var udp: UInt64 = 0
  /// SCTP headers.
  package var sctp: UInt64 = 0
  /// Encrypted payloads.
  package var esp: UInt64 = 0
  /// ICMP messages.
  package var icmpv4: UInt64 = 0
  /// ICMPv6 messages.
  package var icmpv6: UInt64 = 0
  /// PPP frames.
  package var ppp: UInt64 = 0
  /// PPPoE frames, discovery and session.
  package var pppoe: UInt64 = 0
  /// Geneve headers.
  package var geneve: UInt64 = 0
  /// GRE headers.
  package var gre: UInt64 = 0
  /// First VLAN tags.
  package var vlan: UInt64 = 0
  /// Second VLAN tags.
  package var vlanTwice: UInt64 = 0
  /// Third VLAN tags.
  package var vlanThrice: UInt64 = 0
  /// VXLAN headers.
  package var vxlan: UInt64 = 0
  /// VN-Tags.
  package var vntag: UInt64 = 0
  /// Provider backbone tags.
  package var providerBackbone: UInt64 = 0
  /// Packets in Teredo.
  package var teredo: UInt64 = 0
  /// IPv4 packets in IPv4.
  package var ipv4InIPv4: UInt64 = 0
  /// IPv6 packets in IPv4.
  package var ipv6InIPv4: UInt64 = 0
  /// IPv4 packets in IPv6.
  package var ipv4InIPv6: UInt64 = 0
  /// IPv6 packets in IPv6.
  package var ipv6InIPv6: UInt64 = 0
  /// Label stacks.
  package var mpls: UInt64 = 0
  /// Mirrored frames.
  package var erspan: UInt64 = 0
  /// Network service headers.
  package var serviceHeader: UInt64 = 0
  /// L2TP data messages that were opened; Suricata has no such counter.
  package var l2tp: UInt64 = 0
  /// Length of the longest frame in bytes.
  package var packetSizeMax: UInt64 = 0
  /// TCP segments whose checksum was verified, and how many were wrong.
  package var checksumsVerified: UInt64 = 0
  /// TCP segments whose checksum was wrong.
  package var checksumsWrong: UInt64 = 0
  /// Frames of a link type that is not known: they have no layer at all.
  package var unknownLinkType: UInt64 = 0
  /// How often each event was raised, by its raw value.
  package private(set) var events = [UInt64](repeating: 0, count: DecoderEvent.allCases.count)

  package init() {}

  /// Counts the events of a packet; most packets have none.
  @inline(__always)
  mutating func count(_ set: DecoderEventSet) {
    if !set.isEmpty { countEach(set) }
  }

  @inline(never)
  private mutating func countEach(_ set: DecoderEventSet) {
    for index in 0..<set.count {
      let raw = Int(set[index])
      if raw < events.count { events[raw] &+= 1 }
    }
  }

  /// Counts a tunnel that had a packet in it.
  mutating func count(_ carrier: PendingTunnel.Carrier) {
    switch carrier {
    case .other: break
    case .ipv4InIPv4: ipv4InIPv4 &+= 1
    case .ipv6InIPv4: ipv6InIPv4 &+= 1
    case .ipv4InIPv6: ipv4InIPv6 &+= 1
    case .ipv6InIPv6: ipv6InIPv6 &+= 1
    case .teredo: teredo &+= 1
    }
  }

  /// Average frame length in bytes.
  package var packetSizeAverage: UInt64 { packets == 0 ? 0 : bytes / packets }

  /// The counters in the order and by the names of `stats.decoder`, without the events.
  package var named: [(name: String, value: UInt64)] {
    [
      ("pkts", packets), ("bytes", bytes), ("invalid", invalid), ("ipv4", ipv4), ("ipv6", ipv6),
      ("ethernet", ethernet), ("arp", arp), ("unknown_ethertype", unknownEtherType), ("chdlc", ciscoHDLC),
      ("raw", raw), ("null", loopback), ("sll", linuxCooked), ("sll2", linuxCookedV2), ("tcp", tcp),
      ("udp", udp), ("sctp", sctp), ("esp", esp), ("icmpv4", icmpv4), ("icmpv6", icmpv6), ("ppp", ppp),
      ("pppoe", pppoe), ("geneve", geneve), ("gre", gre), ("vlan", vlan), ("vlan_qinq", vlanTwice),
      ("vlan_qinqinq", vlanThrice), ("vxlan", vxlan), ("vntag", vntag), ("ieee8021ah", providerBackbone),
      ("teredo", teredo), ("ipv4_in_ipv4", ipv4InIPv4), ("ipv6_in_ipv4", ipv6InIPv4),
      ("ipv4_in_ipv6", ipv4InIPv6), ("ipv6_in_ipv6", ipv6InIPv6), ("mpls", mpls),
      ("avg_pkt_size", packetSizeAverage), ("max_pkt_size", packetSizeMax), ("erspan", erspan),
      ("nsh", serviceHeader), ("l2tp", l2tp),
      ("too_many_layers", events[Int(DecoderEvent.tooManyLayers.rawValue)]),
    ]
  }
}
