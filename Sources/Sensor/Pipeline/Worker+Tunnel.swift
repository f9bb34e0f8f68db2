import Events
import Wire

// Where a tunnelled packet came from: asked only for packets that have events, so it is decoded again
// from the frame.
extension Worker {
  /// Adds what every event of a packet tells: what rules noted on its flow, and the tunnel that it
  /// came through.
  mutating func complete(_ subject: EventSubject, _ bytes: RawSpan) {
    addMetadata(to: subject, subject.flow)
    guard subject.packet.depth > 0, subject.origin == .wire else { return }
    subject.origin = origin(of: subject.packet, bytes)
    subject.tunnel = tunnel(of: subject.packet, bytes)
  }

  /// How the packet came to be: EVE's `pkt_src`.
  private mutating func origin(of packet: Packet, _ bytes: RawSpan) -> PacketOrigin {
    if packet.isReassembled { return .defragmented }
    guard packet.depth > 0, let outer = layers(around: packet, bytes).last else { return .wire }
    switch outer.ipProtocol {
    case 4, 41: return outer.ipVersion == 6 ? .ipv6 : .ipv4
    case 47: return greOrigin(outer, bytes)
    case 17: return datagramOrigin(outer)
    default: return .ipv4
    }
  }

  /// ERSPAN is a GRE with protocol types of its own (0x88BE and 0x22EB).
  private func greOrigin(_ outer: Packet, _ bytes: RawSpan) -> PacketOrigin {
    let header = bytes.part(Int(outer.networkOffset &+ outer.networkHeaderLength), 4)
    guard header.byteCount == 4 else { return .gre }
    return header.u16(2) == 0x88BE || header.u16(2) == 0x22EB ? .erspan : .gre
  }

  private func datagramOrigin(_ outer: Packet) -> PacketOrigin {
    let settings = context.decoder
    if settings.vxlanPorts.contains(outer.destinationPort) { return .vxlan }
    if settings.genevePorts.contains(outer.destinationPort) { return .geneve }
    if settings.l2tpPorts.contains(outer.destinationPort) || settings.l2tpPorts.contains(outer.sourcePort) {
      return .l2tp
    }
    return .teredo
  }

  /// The frame's own packet, for one in a tunnel: EVE's `tunnel`.
  private mutating func tunnel(of packet: Packet, _ bytes: RawSpan) -> TunnelParent? {
    guard packet.depth > 0, !packet.isReassembled, let root = layers(around: packet, bytes).first else {
      return nil
    }
    return TunnelParent(
      endpoints: Endpoints(
        source: root.source, destination: root.destination, sourcePort: root.sourcePort,
        destinationPort: root.destinationPort, ipProtocol: root.ipProtocol),
      depth: packet.depth, packetNumber: packet.number)
  }

  /// The packets around a tunnelled one, the frame's own first.
  private mutating func layers(around packet: Packet, _ bytes: RawSpan) -> ArraySlice<Packet> {
    if tunnelLayers.first?.number != packet.number {
      tunnelLayers.removeAll(keepingCapacity: true)
      var decoder = PacketDecoder(context.decoder)
      decoder.decode(
        bytes, number: packet.number, timeNanoseconds: packet.timeNanoseconds, linkType: packet.linkType,
        wireLength: Int(packet.wireLength), into: &tunnelLayers)
    }
    return tunnelLayers.prefix(Int(packet.depth))
  }
}
