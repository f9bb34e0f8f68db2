import Testing

@testable import Wire

@Suite struct PacketTests {
  @Test("TCP options are read on demand, and duplicates and wrong lengths are events")
  func tcpOptions() {
    let options: [UInt8] = [2, 4, 5, 0xb4, 4, 2, 3, 3, 9, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1]
    let frame = Frames.ethernet(0x800, Frames.ipv4(6, Frames.tcp(options: options)))
    let found = Frames.decode(frame)[0].tcpOptions(of: frame.rawSpan)
    #expect(found.hasMaximumSegmentSize && found.maximumSegmentSize == 1460)
    #expect(found.isSACKPermitted && found.hasWindowScale && found.windowScale == 9)
    #expect(found.hasTimestamp && found.timestampValue == 1 && found.timestampEcho == 2)
    let twice = Frames.decode(
      Frames.ethernet(0x800, Frames.ipv4(6, Frames.tcp(options: [3, 3, 1, 3, 3, 1, 2, 3, 0, 0, 0, 0]))))[0]
    #expect(Frames.events(twice) == ["tcp.opt_invalid_len", "tcp.opt_duplicate"])
  }

  @Test("options that go past their end leave a segment that streams take")
  func brokenOptions() {
    let frame = Frames.ethernet(0x800, Frames.ipv4(6, Frames.tcp(options: [1, 1, 8, 200])))
    let packet = Frames.decode(frame)[0]
    #expect(Frames.events(packet) == ["tcp.opt_invalid_len"])
    #expect(!packet.isInvalid && packet.hasInvalidOptions && packet.isTCP)
  }

  @Test("an ICMP error names the flow that it is about")
  func embeddedPacket() throws {
    let inner = Frames.ipv4(17, Frames.udp([1], from: 4444, to: 53))
    let frame = Frames.ethernet(0x800, Frames.ipv4(1, [3, 3, 0, 0, 0, 0, 0, 0] + inner))
    let found = Frames.decode(frame)[0].embeddedPacket(of: frame.rawSpan)
    let packet = try #require(found)
    #expect(packet.sourcePort == 4444 && packet.destinationPort == 53 && packet.ipProtocol == 17)
    let echo = Frames.ethernet(0x800, Frames.ipv4(1, [8, 0, 0, 0, 0, 7, 0, 9]))
    let none = Frames.decode(echo)[0].embeddedPacket(of: echo.rawSpan)
    #expect(none?.sourcePort == nil)
    let identifiers = Frames.decode(echo)[0].icmpIdentifier(of: echo.rawSpan)
    let ids = try #require(identifiers)
    #expect(ids.identifier == 7 && ids.sequence == 9)
  }

  @Test("IPv4 options and flags are there by the names that rules use")
  func ipOptions() {
    let frame = Frames.ethernet(
      0x800, Frames.ipv4(17, Frames.udp([]), options: [131, 7, 4, 0, 0, 0, 0, 1], fragment: 0x4000))
    let packet = Frames.decode(frame)[0]
    let options = packet.ipv4Options(of: frame.rawSpan)
    let bits = packet.fragmentBits(of: frame.rawSpan)
    #expect(options == [.looseSourceRoute, .noOperation] && bits == 2)
    #expect(IPv4OptionSet.named("lsrr") == .looseSourceRoute && IPv4OptionSet.named("x") == nil)
  }

  @Test("a checksum is wrong as soon as one bit is, over IPv4 and IPv6")
  func checksums() {
    // DNS over IPv6 and over IPv4 as tcpdump wrote them, with right checksums.
    let payload: [UInt8] = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3]
    for isIPv6 in [false, true] {
      var segment = Frames.udp(payload)
      func frame() -> [UInt8] {
        isIPv6
          ? Frames.ethernet(0x86dd, Frames.ipv6(17, segment))
          : Frames.ethernet(0x800, Frames.ipv4(17, segment))
      }
      // The checksum that makes it right is found by search: the verifier is not asked how it computes.
      let right = (1...0xffff).filter { value in
        segment.replaceSubrange(6..<8, with: Frames.be16(value))
        let bytes = frame()
        return Frames.decode(bytes)[0].isTransportChecksumGood(of: bytes.rawSpan)
      }
      #expect(right.count == 1)
      segment.replaceSubrange(6..<8, with: Frames.be16(right.first ?? 0))
      var bytes = frame()
      let isHeaderGood = Frames.decode(bytes)[0].isIPv4ChecksumGood(of: bytes.rawSpan)
      #expect(isHeaderGood)
      bytes[bytes.count - 1] ^= 4
      let isGood = Frames.decode(bytes)[0].isTransportChecksumGood(of: bytes.rawSpan)
      #expect(!isGood)
    }
  }

  @Test("the well-known example of RFC 1071 sums up as it says")
  func checksumExample() {
    let words: [UInt8] = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]
    let sum = InternetChecksum.folded(words.rawSpan.onesComplementSum)
    #expect(UInt16(sum).byteSwapped == 0xddf2)
    let odd: [UInt8] = [1]
    let single = InternetChecksum.folded(odd.rawSpan.onesComplementSum)
    #expect(single == 1)
  }

  @Test("a wrong TCP checksum marks the packet only where checksums are verified")
  func checksumModes() {
    let frame = Frames.ethernet(0x800, Frames.ipv4(6, Frames.tcp([1])))
    var settings = DecoderSettings()
    settings.checksums = .verify
    #expect(Frames.decode(frame, linkType: 1, settings)[0].hasBadChecksum)
    settings.checksums = .ignore
    #expect(!Frames.decode(frame, linkType: 1, settings)[0].hasBadChecksum)
    var decoder = PacketDecoder()
    var packets: [Packet] = []
    for number in 1...1001 {
      packets.removeAll()
      decoder.decode(
        frame.rawSpan, number: UInt64(number), timeNanoseconds: 0, linkType: 1, wireLength: frame.count,
        into: &packets)
    }
    #expect(decoder.settledChecksums == .ignore && !packets[0].hasBadChecksum)
    // One that saw none of these frames decides alike once it is told.
    var other = PacketDecoder()
    other.checksumTrial = decoder.checksumTrial
    packets.removeAll()
    other.decode(
      frame.rawSpan, number: 1002, timeNanoseconds: 0, linkType: 1, wireLength: frame.count, into: &packets)
    #expect(!packets[0].hasBadChecksum)
  }

  @Test("the flow's hash is the same both ways, and other for another port, VLAN, depth or seed")
  func flowHash() {
    var packet = Packet()
    packet.source = IPAddress(v4: 1)
    packet.destination = IPAddress(v4: 2)
    packet.sourcePort = 5
    packet.destinationPort = 6
    packet.ipProtocol = 6
    var back = packet
    back.source = packet.destination
    back.destination = packet.source
    back.sourcePort = 6
    back.destinationPort = 5
    let hash = packet.flowHash(seed: 7)
    #expect(back.flowHash(seed: 7) == hash && packet.flowHash(seed: 8) != hash)
    back.sourcePort = 5
    #expect(back.flowHash(seed: 7) != hash)
    packet.vlan0 = 3
    #expect(packet.flowHash(seed: 7) != hash && packet.flowHash(seed: 7, usesVLAN: false) == hash)
    packet.depth = 1
    #expect(packet.flowHash(seed: 7, usesVLAN: false) != hash)
    #expect(packet.flowHash(seed: 7, usesVLAN: false, usesDepth: false) == hash)
  }

  @Test("neighbouring addresses and ports spread over all buckets")
  func flowHashSpreads() {
    var buckets = [Int](repeating: 0, count: 64)
    for host in 0..<256 {
      for port in 0..<64 {
        var packet = Packet()
        packet.source = IPAddress(v4: 0x0a00_0000 + UInt32(host))
        packet.destination = IPAddress(v4: 0x0a01_0001)
        packet.sourcePort = UInt16(40_000 + port)
        packet.destinationPort = 443
        buckets[Int(packet.flowHash(seed: 99) % 64)] += 1
      }
    }
    #expect(buckets.allSatisfy { $0 > 180 && $0 < 340 })
  }
}
