import Testing

@testable import Wire

@Suite struct DecoderTests {
  @Test("a TCP segment over IPv6 has its ports, numbers, flags and payload")
  func decodesTCP() throws {
    let frame = Frames.ethernet(0x86dd, Frames.ipv6(6, Frames.tcp([1, 2, 3], options: [1, 1, 1, 0])))
    let packet = try #require(Frames.decode(frame).first)
    #expect(
      packet.ipVersion == 6 && packet.isTCP && packet.sourcePort == 1000 && packet.destinationPort == 80)
    #expect(packet.tcpSequence == 9 && packet.tcpAcknowledgement == 5 && packet.tcpFlags == 0x18)
    let payload = packet.payload(of: frame.rawSpan).copied()
    #expect(payload == [1, 2, 3])
    #expect(packet.source.description == "2001:0db8:0000:0000:0000:0000:0000:0001")
    let headerLength = packet.transportHeader(of: frame.rawSpan).byteCount
    #expect(headerLength == 24)
  }

  @Test("the link's padding is not payload")
  func ignoresPadding() throws {
    let frame = Frames.ethernet(0x800, Frames.ipv4(17, Frames.udp([7]))) + [UInt8](repeating: 0, count: 17)
    let packet = try #require(Frames.decode(frame).first)
    let payload = packet.payload(of: frame.rawSpan).copied()
    #expect(payload == [7])
    #expect(packet.events.isEmpty)
  }

  @Test(
    "each sample decodes without a fault, tunnels to the innermost packet", arguments: Frames.samples.indices)
  func samplesAreValid(index: Int) throws {
    let sample = Frames.samples[index]
    let packets = Frames.decode(sample.bytes, linkType: sample.linkType)
    #expect(packets.allSatisfy { !$0.isInvalid }, "\(sample.name): \(packets.map(Frames.events))")
    let tunnels = [
      "ip in ip", "6in4", "4in6", "6in6", "gre", "gre routes", "pptp", "erspan", "teredo", "vxlan", "geneve",
      "l2tp",
    ]
    #expect(packets.count == (tunnels.contains(sample.name) ? 2 : 1), "\(sample.name)")
    if !["arp", "pppoe discovery"].contains(sample.name) {
      #expect(try #require(packets.last).transportOffset > 0, "\(sample.name)")
    }
  }

  @Test("no prefix and no changed byte of any sample makes the decoder trap or leave the frame")
  func hostileChanges() {
    var decoder = PacketDecoder()
    var packets: [Packet] = []
    func check(_ bytes: [UInt8], _ linkType: Int32) {
      packets.removeAll(keepingCapacity: true)
      decoder.decode(
        bytes.rawSpan, number: 1, timeNanoseconds: 0, linkType: linkType, wireLength: bytes.count,
        into: &packets)
      for packet in packets {
        let end = Int(packet.payloadOffset) + Int(packet.payloadLength)
        #expect(packet.payloadLength >= 0 && end <= bytes.count)
        _ = packet.tcpOptions(of: bytes.rawSpan)
        _ = packet.embeddedPacket(of: bytes.rawSpan)
        _ = packet.ipv4Options(of: bytes.rawSpan)
        _ = packet.isTransportChecksumGood(of: bytes.rawSpan)
        _ = packet.icmpIdentifier(of: bytes.rawSpan)
      }
    }
    for sample in Frames.samples {
      for length in 0...sample.bytes.count { check(Array(sample.bytes[0..<length]), sample.linkType) }
      for index in sample.bytes.indices {
        for value in [0, 1, 0x0f, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff] as [UInt8] {
          var bytes = sample.bytes
          bytes[index] = value
          check(bytes, sample.linkType)
        }
      }
    }
  }

  @Test("nesting without end is cut off at the limit of layers")
  func boundsNesting() {
    let flat = (0..<200).reduce(Frames.ipv4(17, Frames.udp([]))) { inner, _ in Frames.ipv4(4, inner) }
    #expect(Frames.decode(Frames.ethernet(0x800, flat)).count == 7)
    let tags = (0..<200).flatMap { _ in Frames.be16(5) + Frames.be16(0x8100) }
    #expect(Frames.events(Frames.decode(Frames.ethernet(0x8100, tags))[0]) == ["vlan.too_many_layers"])
  }

  @Test("an event may stand twice, and keeps its place in the order")
  func eventsKeepOrder() {
    let options: [UInt8] = [130, 2, 0xf1, 0x35]
    let packet = Frames.decode(Frames.ethernet(0x800, Frames.ipv4(17, Frames.udp([]), options: options)))[0]
    #expect(
      Frames.events(packet) == ["ipv4.opt_pad_required", "ipv4.opt_invalid_len", "ipv4.opt_invalid_len"])
    #expect(packet.isInvalid && packet.events.contains(.ipv4OptionPadRequired))
    #expect(!packet.events.contains(.tcpPacketTooSmall))
  }

  @Test("a packet holds at most fifteen events")
  func eventsAreBounded() {
    var set = DecoderEventSet()
    for raw in 0..<40 { set.insert(UInt8(raw)) }
    #expect(set.count == 15 && set[14] == 14 && set.contains(7) && !set.contains(15))
  }

  @Test("every event has a name of its own that leads back to it")
  func eventNames() {
    #expect(Set(DecoderEvent.allCases.map(\.name)).count == DecoderEvent.allCases.count)
    for event in DecoderEvent.allCases {
      #expect(DecoderEvent(name: event.name) == event && DecoderEvent(name: event.anomalyName) == event)
    }
    #expect(DecoderEvent(name: "ipv4.nonsense") == nil)
  }

  @Test("fragments have no transport; the reassembled datagram has, and keeps what belongs to the frame")
  func fragmentsAndDatagrams() throws {
    let tail = Frames.decode(
      Frames.ethernet(
        0x8100,
        Frames.be16(9) + Frames.be16(0x800)
          + Frames.ipv4(17, [1, 2, 3, 4], fragment: 0x2001)))[0]
    #expect(tail.isFragment && tail.hasMoreFragments && tail.fragmentOffsetBytes == 8)
    #expect(tail.transportOffset == -1 && tail.identification == 7)
    var decoder = PacketDecoder()
    var packets: [Packet] = []
    let link = [UInt8](repeating: 0, count: Int(tail.networkOffset))
    let whole = link + Frames.ipv4(17, Frames.udp([5, 6]))
    decoder.decodeDatagram(whole.rawSpan, like: tail, into: &packets)
    let packet = try #require(packets.first)
    #expect(packet.isReassembled && packet.isUDP && packet.vlanCount == 1 && packet.vlan0 == 9)
    let payload = packet.payload(of: whole.rawSpan).copied()
    #expect(payload == [5, 6] && packet.number == 1)
  }

  @Test("a fragment header around a whole datagram hides nothing")
  func atomicFragment() throws {
    let frame = Frames.ethernet(0x86dd, Frames.ipv6(44, [17, 0, 0, 0, 0, 0, 0, 1] + Frames.udp([3])))
    let packet = try #require(Frames.decode(frame).first)
    #expect(packet.isUDP && !packet.isFragment && Frames.events(packet) == ["ipv6.exthdr_useless_fh"])
  }

  @Test(
    "the protocol of an IPv6 fragment is the fragment header's, as is that of one that breaks off",
    arguments: [
      [6, 0, 0, 1, 0, 0, 0, 1] + Frames.tcp(), [6, 0, 0, 8, 0, 0, 0, 1] + Frames.tcp(),
      [6, 0, 0, 0, 0, 0, 0, 1] as [UInt8],
    ])
  func fragmentProtocol(fragment: [UInt8]) throws {
    let packet = try #require(Frames.decode(Frames.ethernet(0x86dd, Frames.ipv6(44, fragment))).first)
    #expect(packet.ipProtocol == 44 && packet.transportOffset == -1)
  }

  @Test("catalogues are sorted by number and have no number twice")
  func cataloguesAreSorted() {
    let values = LinkTypes.known
    #expect(values == values.sorted() && Set(values).count == values.count)
    #expect(LinkTypes.isKnown(1) && !LinkTypes.isKnown(147) && LinkTypes.name(of: 113) == "LINUX_SLL")
  }

  @Test("an unknown link type is counted and makes no event")
  func unknownLinkType() {
    var decoder = PacketDecoder()
    var packets: [Packet] = []
    decoder.decode(
      [1, 2, 3].rawSpan, number: 1, timeNanoseconds: 0, linkType: 147, wireLength: 3, into: &packets)
    #expect(packets.count == 1 && packets[0].events.isEmpty && decoder.counters.unknownLinkType == 1)
  }
}
