/// One packet after decoding: offsets over borrowed bytes. Nothing is copied.
///
/// A frame gives one `Packet` for each IP layer that it carries: the outer one first, then one per tunnelled
/// packet, each with its own flow. All offsets count from the start of the frame's bytes (of the reassembled
/// datagram for a packet that came out of defragmentation); −1 stands for a layer that is not there.
@frozen
package struct Packet: BitwiseCopyable, Sendable {
  /// Position of the frame in the run, from 1: Suricata's `pcap_cnt`.
  package var number: UInt64 = 0
  /// When the frame was captured, in nanoseconds since 1970 (UTC).
  package var timeNanoseconds: Int64 = 0
  /// The capture's link type (a `LINKTYPE_` value).
  package var linkType: Int32 = 1
  /// Length of the frame on the wire in bytes, which may be more than was captured.
  package var wireLength: Int32 = 0

  /// Offset of the Ethernet header, or −1.
  package var ethernetOffset: Int32 = -1
  /// EtherType of the innermost link header, 0 if unknown.
  package var etherType: UInt16 = 0
  /// VLAN ids from the outermost, and how many there are (at most 3).
  package var vlanCount: UInt8 = 0
  /// The outermost VLAN id.
  package var vlan0: UInt16 = 0
  /// The VLAN id within it.
  package var vlan1: UInt16 = 0
  /// The innermost VLAN id.
  package var vlan2: UInt16 = 0
  /// PPPoE session id, 0 if the frame is not PPPoE.
  package var pppoeSession: UInt16 = 0

  /// How many tunnels are around this packet: 0 for the frame's own IP layer.
  package var depth: UInt8 = 0
  /// Where the packet's first layer stands in the frame: 0, but for one in a tunnel.
  package var startOffset: Int32 = 0
  /// True for a datagram put together from fragments.
  package var isReassembled = false

  /// 4 or 6, or 0 where there is no valid IP layer.
  package var ipVersion: UInt8 = 0
  /// Offset of the IP header, or −1.
  package var networkOffset: Int32 = -1
  /// Its length in bytes, with options and extension headers.
  package var networkHeaderLength: Int32 = 0
  /// Payload protocol of the last IP header: 6 TCP, 17 UDP, …
  package var ipProtocol: UInt8 = 0
  /// Time to live, or hop limit.
  package var ttl: UInt8 = 0
  /// Type of service, or traffic class.
  package var tos: UInt8 = 0
  /// Who sent the packet.
  package var source = IPAddress(v4: 0)
  /// Who is to have it.
  package var destination = IPAddress(v4: 0)
  /// True for a fragment that is not (yet) part of a whole datagram: it has no transport layer.
  package var isFragment = false
  /// Where the fragment belongs in its datagram, in bytes.
  package var fragmentOffsetBytes: UInt16 = 0
  /// Whether others follow it.
  package var hasMoreFragments = false
  /// There is a fragment header of IPv6, of a fragment or of a datagram that is whole in spite of it.
  package var hasFragmentHeader = false
  /// Identification of the datagram (IPv4: 16 bits; IPv6: of the fragment header).
  package var identification: UInt32 = 0

  /// Offset of the TCP, UDP, ICMP or SCTP header, or −1.
  package var transportOffset: Int32 = -1
  /// Its length in bytes, with options.
  package var transportHeaderLength: Int32 = 0
  /// Port of the sender, 0 without ports.
  package var sourcePort: UInt16 = 0
  /// Port of the receiver, 0 without ports.
  package var destinationPort: UInt16 = 0
  /// TCP flags in the low byte (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128).
  package var tcpFlags: UInt8 = 0
  /// Sequence number of the first byte.
  package var tcpSequence: UInt32 = 0
  /// The next byte that is awaited.
  package var tcpAcknowledgement: UInt32 = 0
  /// The window before scaling.
  package var tcpWindow: UInt16 = 0
  /// Type of an ICMP or ICMPv6 message.
  package var icmpType: UInt8 = 0
  /// Its code.
  package var icmpCode: UInt8 = 0

  /// The transport payload (or the IP payload, where no transport layer was decoded).
  package var payloadOffset: Int32 = 0
  /// Length of the payload in bytes.
  package var payloadLength: Int32 = 0

  /// Decoder events raised for this packet.
  package var events = DecoderEventSet()
  /// A decoder event says that the packet must not reach flows: its headers cannot be believed.
  package var isInvalid = false
  /// Options of IPv4 or TCP contradict themselves: counted as invalid, and taken as any other packet.
  package var hasInvalidOptions = false
  /// The TCP checksum was verified and is wrong: streams do not take the packet. Others are asked on demand.
  package var hasBadChecksum = false

  @inlinable
  package init() {}

  /// Whether there is a TCP header.
  @inlinable @inline(__always)
  package var isTCP: Bool { ipProtocol == 6 && transportOffset >= 0 }

  /// Whether there is a UDP header.
  @inlinable @inline(__always)
  package var isUDP: Bool { ipProtocol == 17 && transportOffset >= 0 }

  /// Whether it is ICMP for IPv4 and tells of an error (RFC 792): unreachable, source quench, redirect, time
  /// exceeded, parameter problem.
  @inlinable @inline(__always)
  package var isICMPv4Error: Bool {
    guard ipProtocol == 1 else { return false }
    switch icmpType {
    case 3, 4, 5, 11, 12: return true
    default: return false
    }
  }

  /// Whether there is an ICMP or ICMPv6 header.
  @inlinable @inline(__always)
  package var isICMP: Bool { (ipProtocol == 1 || ipProtocol == 58) && transportOffset >= 0 }

  /// When the frame was captured, in whole seconds since 1970.
  @inlinable
  package var timeSeconds: Int64 { timeNanoseconds / 1_000_000_000 }
  /// Time of capture in microseconds since 1970, as thresholds compare it.
  package var timeMicroseconds: Int64 { timeNanoseconds / 1000 }

  /// The payload's bytes out of those of the frame.
  @inlinable @inline(__always)
  @_lifetime(copy bytes)
  package func payload(of bytes: RawSpan) -> RawSpan {
    bytes.part(Int(payloadOffset), Int(payloadLength))
  }
}

/// The `DecoderEvent`s that a packet raised, in the order in which they were found, at most 15.
///
/// The same event may stand twice, as it does in anomaly records; more than 15 are dropped, which bounds what
/// one hostile packet can make the outputs write.
@frozen
package struct DecoderEventSet: BitwiseCopyable, Sendable, Equatable {
  /// The first byte counts, the others are the events.
  @usableFromInline var first: UInt64 = 0
  @usableFromInline var second: UInt64 = 0

  /// How many events one packet can hold.
  package static let countMax = 15

  @inlinable
  package init() {}

  /// Whether none was raised.
  @inlinable @inline(__always)
  package var isEmpty: Bool { first == 0 }

  /// How many events there are.
  @inlinable @inline(__always)
  package var count: Int { Int(first & 0xff) }

  /// The raw value of the event at `index`, which is below `count`.
  @inlinable
  package subscript(_ index: Int) -> UInt8 {
    let position = UInt64(truncatingIfNeeded: index &+ 1)
    let word = position < 8 ? first : second
    return UInt8(truncatingIfNeeded: word &>> ((position & 7) &* 8))
  }

  /// Adds an event by its raw value, behind those that are there.
  @inlinable
  package mutating func insert(_ raw: UInt8) {
    let position = UInt64(truncatingIfNeeded: count &+ 1)
    guard position < 16 else { return }
    let value = UInt64(raw) &<< ((position & 7) &* 8)
    if position < 8 { first |= value } else { second |= value }
    first &+= 1
  }

  /// Whether the event was raised at least once.
  @inlinable
  package func contains(_ raw: UInt8) -> Bool {
    for index in 0..<count where self[index] == raw { return true }
    return false
  }

  /// Adds an event, behind those that are there.
  @inlinable
  package mutating func insert(_ event: DecoderEvent) { insert(event.rawValue) }

  /// Whether the event was raised at least once.
  @inlinable
  package func contains(_ event: DecoderEvent) -> Bool { contains(event.rawValue) }

  /// Calls `body` for each event in the order in which they were found.
  @inlinable
  package func forEach(_ body: (DecoderEvent) -> Void) {
    for index in 0..<count {
      if let event = DecoderEvent(rawValue: self[index]) { body(event) }
    }
  }
}
