import Flows
import Wire

/// Encodes events as lines of EVE JSON, in Suricata's order of members. One per worker and `eve-log`.
///
/// What comes in are the live objects of the packet path; what goes out is one line appended to a
/// writer. It keeps nothing of them but text that never changes (per signature). No I/O, no clock.
package final class EVEEncoder {
  package let settings: EVESettings
  private let wanted: EVETypeBits
  let communityID: CommunityID?
  let signatureTexts: SignatureTexts
  /// Records end with places, or with the name of the capture.
  private let hasClosing: Bool
  /// Version told where `suricata-version` is on: the one whose output this is.
  static let version = "8.0.7"

  package init(settings: EVESettings) {
    self.settings = settings
    wanted = EVETypeBits(settings.types)
    communityID = settings.hasCommunityID ? CommunityID(seed: settings.communityIDSeed) : nil
    signatureTexts = SignatureTexts(settings: settings.alert)
    hasClosing = settings.places != nil || settings.hasCaptureFile
  }

  /// Whether records of this type are wanted at all.
  package func wants(_ type: EVEType) -> Bool { wanted.contains(type) }

  /// Text that depends on the rule set was kept for the old one: forget it.
  package func rulesChanged() { signatureTexts.clear() }

  // MARK: Header

  /// Begins a line: the time, the flow, and both ends as `endpoints` says; leaves the object open.
  func beginRecord(
    _ type: StaticString, _ subject: EventSubject, endpoints: Endpoints, into line: inout JSONWriter
  ) {
    line.beginObject()
    line.member("timestamp", nanoseconds: subject.packet.timeNanoseconds)
    if let flow = subject.flow { line.member("flow_id", flow.identifier) }
    if let parent = subject.parentFlow { line.member("parent_id", parent) }
    if !settings.sensorName.isEmpty { line.member("host", settings.sensorName) }
    encodeInterface(of: subject, into: &line)
    if subject.origin == .wire, subject.packet.number > 0 { line.member("pcap_cnt", subject.packet.number) }
    line.member("event_type", literal: type)
    if subject.packet.vlanCount > 0 { encodeVLANs(subject.packet, into: &line) }
    if subject.packet.ipVersion != 0 {
      encode(endpoints, into: &line)
      line.member("ip_v", subject.packet.ipVersion)
      if subject.packet.ipProtocol == 1 || subject.packet.ipProtocol == 58,
        subject.packet.transportOffset >= 0
      {
        line.member("icmp_type", subject.packet.icmpType)
        line.member("icmp_code", subject.packet.icmpCode)
      }
    }
    line.member("pkt_src", literal: subject.origin.text)
  }

  /// The members that follow the header in every record: version, metadata, hardware addresses, community id.
  func encodeCommon(
    _ subject: EventSubject, frame: RawSpan?, into line: inout JSONWriter
  ) {
    if settings.hasVersion { line.member("suricata_version", Self.version) }
    if settings.hasMetadata, let metadata = subject.metadata {
      encode(metadata, hasPacketVariables: true, into: &line)
    }
    if settings.hasEthernet, let frame { encodeEthernet(subject, frame, into: &line) }
    if let communityID, let flow = subject.flow { communityID.encode(flow, into: &line) }
  }

  /// Ends a line. Its line feed comes with `JSONWriter.takeLine`.
  @inline(__always)
  func endRecord(_ subject: EventSubject, into line: inout JSONWriter) {
    if hasClosing { encodeClosing(subject, into: &line) }
    line.endObject()
  }

  private func encodeClosing(_ subject: EventSubject, into line: inout JSONWriter) {
    if settings.places != nil {
      let packet = subject.packet
      if packet.ipVersion != 0 {
        encodePlaces(packet.source, packet.destination, of: subject, into: &line)
      } else if let flow = subject.flow {
        // A flow's record shows no packet: its client is the source.
        encodePlaces(flow.client, flow.server, of: subject, into: &line)
      }
    }
    if settings.hasCaptureFile, let file = subject.source?.captureFile, !file.isEmpty {
      line.member("pcap_filename", file)
    }
  }

  /// The interface of a live capture.
  func encodeInterface(of subject: EventSubject, into line: inout JSONWriter) {
    guard let name = subject.source?.interface, !name.isEmpty else { return }
    line.member("in_iface", name)
  }

  /// Both ends and the protocol's name.
  func encode(_ endpoints: Endpoints, into line: inout JSONWriter) {
    line.member("src_ip", endpoints.source)
    if endpoints.hasPorts { line.member("src_port", endpoints.sourcePort) }
    line.member("dest_ip", endpoints.destination)
    if endpoints.hasPorts { line.member("dest_port", endpoints.destinationPort) }
    encodeProtocol(endpoints.ipProtocol, into: &line)
  }

  func encodeProtocol(_ number: UInt8, into line: inout JSONWriter) {
    switch number {
    case 6: line.member("proto", literal: "TCP")
    case 17: line.member("proto", literal: "UDP")
    default: line.member("proto", ipProtocolName(number))
    }
  }

  private func encodeVLANs(_ packet: Packet, into line: inout JSONWriter) {
    line.beginArray("vlan")
    line.element(packet.vlan0)
    if packet.vlanCount > 1 { line.element(packet.vlan1) }
    if packet.vlanCount > 2 { line.element(packet.vlan2) }
    line.endArray()
  }

  /// The packet's addresses; those of its flow for a packet that was made without bytes.
  private func encodeEthernet(
    _ subject: EventSubject, _ frame: RawSpan, into line: inout JSONWriter
  ) {
    let packet = subject.packet
    let offset = Int(packet.ethernetOffset)
    if offset >= 0, frame.byteCount >= offset &+ 14 {
      line.beginObject("ether")
      line.member("ether_type", frame.u16(offset &+ 12))
      line.member("src_mac", hardware: UInt64(frame.u32(offset &+ 6)) << 16 | UInt64(frame.u16(offset &+ 10)))
      line.member("dest_mac", hardware: UInt64(frame.u32(offset)) << 16 | UInt64(frame.u16(offset &+ 4)))
      line.endObject()
    } else if offset < 0, let flow = subject.flow, let hardware = flow.hardware as? FlowHardware {
      let sides = hardware.sides(of: flow, subject.direction)
      guard let source = sides.source.first, let destination = sides.destination.first else { return }
      line.beginObject("ether")
      line.member("src_mac", hardware: source)
      line.member("dest_mac", hardware: destination)
      line.endObject()
    }
  }

  /// What rules have set on the flow: bits that name traffic in an object of their own, all else in
  /// `metadata`.
  func encode(_ metadata: FlowMetadata, hasPacketVariables: Bool, into line: inout JSONWriter) {
    encodeTraffic(metadata.flowBits, into: &line)
    let bits = metadata.flowBits.filter { !$0.hasPrefix("traffic/id/") && !$0.hasPrefix("traffic/label/") }
    let packetVariables = hasPacketVariables ? metadata.packetVariables : []
    guard
      !bits.isEmpty || !metadata.flowIntegers.isEmpty || !metadata.flowVariables.isEmpty
        || !packetVariables.isEmpty || !metadata.entropies.isEmpty
    else { return }
    line.beginObject("metadata")
    if !bits.isEmpty {
      line.beginArray("flowbits")
      for name in bits { line.element(name) }
      line.endArray()
    }
    if !metadata.flowIntegers.isEmpty {
      line.beginObject("flowints")
      for (name, value) in metadata.flowIntegers {
        line.key(text: name)
        line.bytes.appendDecimal(value)
      }
      line.endObject()
    }
    encodeVariables("flowvars", metadata.flowVariables, into: &line)
    encodeVariables("pktvars", packetVariables, into: &line)
    if !metadata.entropies.isEmpty {
      line.beginObject("entropy")
      for (name, bits) in metadata.entropies {
        line.key(text: name)
        line.value(encoded: Array("\(bits)".utf8))
      }
      line.endObject()
    }
    line.endObject()
  }

  /// Bits called `traffic/id/…` and `traffic/label/…` say what kind of traffic a flow is.
  private func encodeTraffic(_ bits: [String], into line: inout JSONWriter) {
    let identifiers = bits.filter { $0.hasPrefix("traffic/id/") }
    let labels = bits.filter { $0.hasPrefix("traffic/label/") }
    guard !identifiers.isEmpty || !labels.isEmpty else { return }
    line.beginObject("traffic")
    if !identifiers.isEmpty {
      line.beginArray("id")
      for name in identifiers { line.element(String(name.dropFirst("traffic/id/".count))) }
      line.endArray()
    }
    if !labels.isEmpty {
      line.beginArray("label")
      for name in labels { line.element(String(name.dropFirst("traffic/label/".count))) }
      line.endArray()
    }
    line.endObject()
  }

  private func encodeVariables(
    _ key: StaticString, _ variables: [(name: String, value: [UInt8])], into line: inout JSONWriter
  ) {
    guard !variables.isEmpty else { return }
    line.beginArray(key)
    for (name, value) in variables { encodeVariable(name, value, into: &line) }
    line.endArray()
  }

  private func encodeVariable(_ name: String, _ value: [UInt8], into line: inout JSONWriter) {
    line.beginObject()
    line.key(text: name)
    line.bytes.append(UInt8(ascii: "\""))
    line.appendPrintable(value.rawSpan)
    line.bytes.append(UInt8(ascii: "\""))
    line.endObject()
  }
}

/// Name of an IP protocol in EVE, or its number.
package func ipProtocolName(_ number: UInt8) -> String {
  Int(number) < ipProtocolNames.count ? ipProtocolNames[Int(number)] : String(number)
}
