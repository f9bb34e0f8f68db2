/// Turns frames into packets: the only state is the settings, the counters and the frame in hand.
///
/// One frame gives its own packet first, then one for each tunnelled packet in it, from the outside in.
/// Tunnels are opened in a loop and one after the other, so that neither stack nor time grow with hostile
/// nesting: `DecoderSettings.layersMax` ends it. Nothing is allocated, as long as the caller keeps its array.
package struct PacketDecoder: Sendable {
  /// Decodes one layer that lies in the bytes from `at` to `end`; false where it cannot be believed.
  typealias Layer =
    @Sendable (
      _ decoder: inout PacketDecoder, _ bytes: RawSpan, _ at: Int, _ end: Int, _ packet: inout Packet
    ) -> Bool
  /// What the decoder was told.

  package let settings: DecoderSettings
  /// What happens to wrong checksums now, `automatic` until enough of them were seen.
  package private(set) var settledChecksums: DecoderSettings.ChecksumMode
  /// What was seen so far.
  package var counters = DecoderCounters()
  /// Layers of the frame so far.
  var layers = 0
  /// The tunnel that the packet in hand leads into.
  var tunnel = PendingTunnel()
  private var linkType: Int32 = -1
  private var linkLayer: Layer = Catalogue.unknownLinkLayer
  /// A decoder that has seen nothing.

  package init(_ settings: DecoderSettings = DecoderSettings()) {
    self.settings = settings
    settledChecksums = settings.checksums
  }

  /// Decodes a frame, and appends its packet and those of its tunnels.
  ///
  /// `wireLength` is the frame's length in bytes before it was cut to the capture's snap length.
  package mutating func decode(
    _ bytes: RawSpan, number: UInt64, timeNanoseconds: Int64, linkType: Int32, wireLength: Int,
    into packets: inout [Packet]
  ) {
    let index = packets.count
    packets.append(Packet())
    decode(bytes, number, timeNanoseconds, linkType, wireLength, &packets[index])
    if tunnel.kind != .none { decodeTunnels(bytes, packets[index], &packets) }
  }

  /// Decodes into a packet that is where it stays: copying it would cost as much as a layer.
  @inline(__always)
  private mutating func decode(
    _ bytes: RawSpan, _ number: UInt64, _ timeNanoseconds: Int64, _ linkType: Int32, _ wireLength: Int,
    _ packet: inout Packet
  ) {
    packet.number = number
    packet.timeNanoseconds = timeNanoseconds
    packet.linkType = linkType
    packet.wireLength = Int32(clamping: wireLength)
    layers = 0
    tunnel.kind = .none
    counters.packets &+= 1
    counters.bytes &+= UInt64(truncatingIfNeeded: bytes.byteCount)
    if bytes.byteCount > counters.packetSizeMax { counters.packetSizeMax = UInt64(bytes.byteCount) }
    // The loads check every offset; the bound keeps offsets within the packet's 32 bits.
    let end = min(bytes.byteCount, Int(Int32.max))
    if linkType == 1 {
      // Nearly every frame is Ethernet: the call through the catalogue costs more than the layer.
      _ = ethernet(bytes, at: 0, end: end, &packet)
    } else {
      if linkType != self.linkType { select(linkType) }
      _ = linkLayer(&self, bytes, 0, end, &packet)
    }
    if packet.isInvalid || packet.hasInvalidOptions { counters.invalid &+= 1 }
    counters.count(packet.events)
  }

  /// Decodes a datagram that was put together from fragments, with the frame's data taken from `original`.
  ///
  /// `bytes` are a frame with the original's link header: the IP header stands where the original's does.
  package mutating func decodeDatagram(
    _ bytes: RawSpan, like original: Packet, into packets: inout [Packet]
  ) {
    var packet = original.frame
    packet.depth = original.depth
    packet.etherType = original.etherType
    packet.vlanCount = original.vlanCount
    packet.vlan0 = original.vlan0
    packet.vlan1 = original.vlan1
    packet.vlan2 = original.vlan2
    packet.pppoeSession = original.pppoeSession
    packet.isReassembled = true
    layers = 0
    tunnel.kind = .none
    let end = min(bytes.byteCount, Int(Int32.max))
    if original.ipVersion == 6 {
      _ = ipv6(bytes, at: Int(original.networkOffset), end: end, &packet)
    } else {
      _ = ipv4(bytes, at: Int(original.networkOffset), end: end, &packet)
    }
    counters.count(packet.events)
    packets.append(packet)
    if tunnel.kind != .none { decodeTunnels(bytes, packet, &packets) }
  }

  private mutating func decodeTunnels(_ bytes: RawSpan, _ outer: Packet, _ packets: inout [Packet]) {
    var outer = outer
    while tunnel.kind != .none {
      let pending = tunnel
      tunnel.kind = .none
      var packet = outer.frame
      packet.depth = outer.depth &+ 1
      packet.startOffset = pending.offset
      packet.isReassembled = outer.isReassembled
      // What turns out not to be a packet is the outer packet's payload and no more.
      guard enterLayer(&packet), open(pending, bytes, &packet) else { return }
      counters.count(pending.carrier)
      counters.count(packet.events)
      packets.append(packet)
      outer = packet
    }
  }

  private mutating func select(_ linkType: Int32) {
    self.linkType = linkType
    linkLayer = Catalogue.linkLayer(of: linkType)
  }

  /// Counts a layer; false, with an event, where the frame has too many.
  @inline(__always)
  mutating func enterLayer(_ packet: inout Packet) -> Bool {
    layers &+= 1
    return layers < settings.layersMax || packet.refuse(.tooManyLayers)
  }

  /// What is known of checksums so far: a decoder that is given it decides on the next frame like this one.
  package struct ChecksumTrial: Sendable {
    let settled: DecoderSettings.ChecksumMode
    let verified: UInt64
    let wrong: UInt64
  }

  package var checksumTrial: ChecksumTrial {
    get {
      ChecksumTrial(
        settled: settledChecksums, verified: counters.checksumsVerified, wrong: counters.checksumsWrong)
    }
    set {
      settledChecksums = newValue.settled
      counters.checksumsVerified = newValue.verified
      counters.checksumsWrong = newValue.wrong
    }
  }

  /// Takes note of a TCP checksum that was verified, and gives up verifying where offloading is evident.
  @inline(__always)
  mutating func noteChecksum(isGood: Bool) {
    counters.checksumsVerified &+= 1
    if !isGood { counters.checksumsWrong &+= 1 }
    guard settledChecksums == .automatic, counters.checksumsVerified == checksumSample else { return }
    let isOffloaded = counters.checksumsWrong &* 10 > checksumSample
    settledChecksums = isOffloaded ? .ignore : .verify
  }

  /// How many segments are enough to tell offloading from damage.
  private var checksumSample: UInt64 { 1000 }
}

/// What a tunnel carries and where it lies in the frame's bytes.
struct PendingTunnel: BitwiseCopyable, Sendable {
  /// The inner packet's first layer.
  enum Kind: UInt8 {
    case none
    case ethernet
    case ipv4
    case ipv6
    case ppp
    case teredo
    case etherType
    case erspan
  }

  /// What the tunnel is counted as, once there is a packet in it.
  enum Carrier: UInt8 {
    case other
    case ipv4InIPv4
    case ipv6InIPv4
    case ipv4InIPv6
    case ipv6InIPv6
    case teredo
  }

  /// The first layer of what is carried.

  var kind = Kind.none
  /// What the tunnel is counted as.
  var carrier = Carrier.other
  /// The inner EtherType, for `.etherType`.
  var etherType: UInt16 = 0
  /// Where the inner packet begins.
  var offset: Int32 = 0
  /// Where it ends.
  var end: Int32 = 0
}

extension PacketDecoder {
  /// Leaves a packet to be decoded after the one in hand.
  mutating func enterTunnel(
    _ kind: PendingTunnel.Kind, at offset: Int, end: Int, etherType: UInt16 = 0,
    _ carrier: PendingTunnel.Carrier = .other
  ) {
    tunnel = PendingTunnel(
      kind: kind, carrier: carrier, etherType: etherType, offset: Int32(truncatingIfNeeded: offset),
      end: Int32(truncatingIfNeeded: end))
  }
}

extension Packet {
  /// A new packet with only what belongs to the frame as a whole.
  fileprivate var frame: Packet {
    var packet = Packet()
    packet.number = number
    packet.timeNanoseconds = timeNanoseconds
    packet.linkType = linkType
    packet.wireLength = wireLength
    return packet
  }

  /// Notes an event that leaves the packet valid.
  @inline(never)
  mutating func raise(_ event: DecoderEvent) {
    events.insert(event.rawValue)
  }

  /// Notes an event that makes the packet invalid. Always false, so that a decoder can return it.
  @inline(never)
  mutating func refuse(_ event: DecoderEvent) -> Bool {
    events.insert(event.rawValue)
    isInvalid = true
    return false
  }
}
