import Flows
import Protocols
import Wire

/// Conditions on single packets.
extension RuleProgram {
  /// Whether all of a rule's packet conditions hold.
  @inline(__always)
  func holds(_ steps: IndexRange, packet: borrowing Packet, _ bytes: RawSpan) -> Bool {
    var index = steps.start
    while index < steps.end {
      guard holds(packetSteps[index], packet, bytes) else { return false }
      index &+= 1
    }
    return true
  }

  /// The same of a packet that was made up: its checksums are good, and it has nothing else.
  @inline(never)
  func holdsMadeUp(_ steps: IndexRange, _ packet: Packet) -> Bool {
    packetSteps[steps.start..<steps.end].allSatisfy { step in
      switch step {
      case .checksum(.ipv4, isValid: true): packet.ipVersion == 4
      case .checksum(.tcp4, isValid: true): packet.ipVersion == 4 && packet.ipProtocol == 6
      case .checksum(.tcp6, isValid: true): packet.ipVersion == 6 && packet.ipProtocol == 6
      default: false
      }
    }
  }

  /// A packet without VLAN holds no condition on one, not even a negated one.
  private func holds(_ tags: VLANTags, _ check: NumberCheck, _ packet: borrowing Packet) -> Bool {
    let packet = copy packet
    func holds(_ level: Int) -> Bool {
      packet.vlan(level).map { check.holds(Int64($0), numbers) } ?? false
    }
    let levels = 0..<Int(packet.vlanCount)
    switch tags {
    // The level behind the innermost tag reads as 0, as it does in the reference.
    case .index(let level) where level > 0 && level == levels.count: return check.holds(0, numbers)
    case .index(let level): return holds(level)
    case .any: return levels.contains { holds($0) }
    case .all: return !levels.isEmpty && levels.allSatisfy { holds($0) }
    }
  }

  private func holds(_ step: PacketStep, _ packet: borrowing Packet, _ bytes: RawSpan) -> Bool {
    switch step {
    case .number(.payloadSize, let check): return check.holds(Int64(packet.payloadLength), numbers)
    case .number(let number, let check):
      guard let value = number.read(packet, bytes) else { return false }
      return check.holds(value, numbers)
    case .tcpFlags(let flags, let ignored, let mode):
      // Flags that few packets have call for a packet with some of them, even where they must not be set.
      guard packet.isTCP else { return false }
      let found = packet.tcpFlags
      // As in Suricata, no flags are asked for of a packet with some.
      if flags == 0, found != 0 { return mode == .not }
      return matches(found & ~ignored, flags, mode)
        && (flags & TCPFlagClass.opening == 0 || found & TCPFlagClass.opening != 0)
        && (flags & TCPFlagClass.unusual == 0 || found & TCPFlagClass.unusual != 0)
    case .fragmentBits(let bits, let mode):
      guard packet.ipVersion == 4 else { return false }
      // As in Suricata, all of the bits "and others" wants others.
      let found = packet.fragmentBits(of: bytes)
      return matches(found, bits, mode) && (mode != .all || found != bits)
    case .sameIP:
      guard packet.ipVersion != 0 else { return false }
      return packet.source == packet.destination
    case .ipOption(let options):
      guard packet.ipVersion == 4 else { return false }
      return packet.ipv4Options(of: bytes).rawValue & options == options
    case .checksum(let kind, let isValid):
      let packet = copy packet
      return kind.applies(to: packet) && kind.isGood(packet, bytes) == isValid
    case .vlan(let tags, let check): return holds(tags, check, packet)
    case .ipProtocol(let check):
      guard packet.ipVersion != 0 else { return false }
      return check.holds(Int64(packet.ipProtocol), numbers)
    case .never: return false
    }
  }

  @inline(__always)
  private func matches(_ value: UInt8, _ wanted: UInt8, _ mode: FlagMode) -> Bool {
    switch mode {
    case .exact: value == wanted
    case .all: value & wanted == wanted
    case .any: value & wanted != 0
    // Not without flags: with any.
    case .not: wanted == 0 ? value != 0 : value & wanted != wanted
    }
  }
}

/// TCP flags that open and close connections, and those that are hardly ever set.
private enum TCPFlagClass {
  static let opening: UInt8 = 0x07
  static let unusual: UInt8 = 0xe0
}

extension ChecksumKind {
  func applies(to packet: Packet) -> Bool {
    switch self {
    case .ipv4: packet.ipVersion == 4
    case .tcp4: packet.ipVersion == 4 && packet.isTCP
    case .tcp6: packet.ipVersion == 6 && packet.isTCP
    case .udp4: packet.ipVersion == 4 && packet.isUDP
    case .udp6: packet.ipVersion == 6 && packet.isUDP
    case .icmp4: packet.ipProtocol == 1 && packet.isICMP
    case .icmp6: packet.ipProtocol == 58 && packet.isICMP
    }
  }

  func isGood(_ packet: Packet, _ bytes: RawSpan) -> Bool {
    self == .ipv4 ? packet.isIPv4ChecksumGood(of: bytes) : packet.isTransportChecksumGood(of: bytes)
  }
}

extension PacketNumber {
  /// The number that a keyword names, or nil where the packet has none.
  func read(_ packet: borrowing Packet, _ bytes: RawSpan) -> Int64? {
    switch self {
    case .ttl: return packet.ipVersion == 0 ? nil : Int64(packet.ttl)
    case .tos: return packet.ipVersion == 4 ? Int64(packet.tos) : nil
    case .id: return packet.ipVersion == 4 ? Int64(packet.identification) : nil
    case .icmpType: return packet.isICMP ? Int64(packet.icmpType) : nil
    case .icmpCode: return packet.isICMP ? Int64(packet.icmpCode) : nil
    case .icmpID: return packet.icmpIdentifier(of: bytes).map { Int64($0.identifier) }
    case .icmpSequence: return packet.icmpIdentifier(of: bytes).map { Int64($0.sequence) }
    case .tcpSequence: return packet.isTCP ? Int64(packet.tcpSequence) : nil
    case .tcpAcknowledgement: return packet.isTCP ? Int64(packet.tcpAcknowledgement) : nil
    case .tcpWindow: return packet.isTCP ? Int64(packet.tcpWindow) : nil
    case .tcpMSS:
      guard packet.isTCP else { return nil }
      let options = packet.tcpOptions(of: bytes)
      return options.hasMaximumSegmentSize ? Int64(options.maximumSegmentSize) : nil
    case .tcpWindowScale:
      guard packet.isTCP else { return nil }
      let options = packet.tcpOptions(of: bytes)
      return options.hasWindowScale ? Int64(options.windowScale) : nil
    case .payloadSize: return Int64(packet.payloadLength)
    case .fragmentOffset:
      guard packet.ipVersion == 4 ? true : packet.hasFragmentHeader else { return nil }
      return Int64(packet.fragmentOffsetBytes / 8)
    case .icmp6MTU: return packet.icmpv6MTU(of: bytes).map(Int64.init)
    case .vlanLayers: return Int64(packet.vlanCount)
    case .rpcProgram: return remoteCall(packet, bytes, 12)
    case .rpcVersion: return remoteCall(packet, bytes, 16)
    case .rpcProcedure: return remoteCall(packet, bytes, 20)
    }
  }

  /// A number of the call that a payload begins with (RFC 5531 §9), over TCP behind a record mark (§11):
  ///
  ///     [mark (32)] | XID (32) | 0 (32): call | RPC version (32) | program (32) | version (32)
  ///     procedure (32)
  private func remoteCall(_ packet: borrowing Packet, _ bytes: RawSpan, _ place: Int) -> Int64? {
    let packet = copy packet
    guard packet.isTCP || packet.isUDP else { return nil }
    let payload = packet.payload(of: bytes)
    let start = packet.isTCP ? 4 : 0
    guard payload.byteCount >= start &+ 24, payload.u32(start &+ 4) == 0 else { return nil }
    return Int64(payload.u32(start &+ place))
  }
}

/// Conditions on flows.
extension RuleProgram {
  /// Whether all of a rule's flow conditions hold.
  @inline(__always)
  func holds(_ steps: IndexRange, flowOf subject: Subject) -> Bool {
    var index = steps.start
    while index < steps.end {
      guard holds(flowSteps[index], subject) else { return false }
      index &+= 1
    }
    return true
  }

  private func holds(_ step: FlowStep, _ subject: Subject) -> Bool {
    switch step {
    case .direction(let direction): return subject.hasFlow && subject.direction == direction
    case .established: return subject.isEstablished
    case .notEstablished: return !subject.isEstablished
    // Where a rule's payload conditions look is settled when it is compiled.
    case .stateless, .onlyStream, .noStream: return true
    case .onlyFragment: return subject.packet.isReassembled
    case .noFragment: return !subject.packet.isReassembled
    case .number(let number, let check):
      // Suricata does not ask for the age with a packet that it made up.
      guard let flow = subject.flow, number != .age || !subject.isEnd else { return false }
      return number.holds(flow, subject.packet, subject.sessionDirection, check, numbers)
    case .applicationProtocol(let index, let isNegated, let side):
      return holdsProtocol(index, isNegated, side, subject)
    case .streamSize(let side, let check): return holdsSize(side, check, subject)
    case .answersFrom(let ports):
      return subject.direction == .toServer || contains(ports, subject.packet.sourcePort)
    case .address(let side, let ranges4, let ranges6, let isNegated):
      return holdsAddress(side, ranges4, ranges6, isNegated, subject.packet)
    case .country(let side, let number, let isNegated):
      return holdsCountry(side, countries[Int(number)], isNegated, subject.packet)
    }
  }

  @inline(never)
  private func holdsCountry(
    _ side: AddressSide, _ set: CountrySet, _ isNegated: Bool, _ packet: Packet
  ) -> Bool {
    guard packet.ipVersion != 0 else { return false }
    func passes(_ address: IPAddress) -> Bool { set.holds(address, isNegated: isNegated) }
    switch side {
    case .source: return passes(packet.source)
    case .destination: return passes(packet.destination)
    case .any: return passes(packet.source) || passes(packet.destination)
    case .both: return passes(packet.source) && passes(packet.destination)
    }
  }

  @inline(never)
  private func holdsAddress(
    _ side: AddressSide, _ ranges4: IndexRange, _ ranges6: IndexRange, _ isNegated: Bool, _ packet: Packet
  ) -> Bool {
    guard packet.ipVersion != 0 else { return false }
    func passes(_ address: IPAddress) -> Bool { contains(ranges4, ranges6, address) != isNegated }
    switch side {
    case .source: return passes(packet.source)
    case .destination: return passes(packet.destination)
    case .any: return passes(packet.source) || passes(packet.destination)
    case .both: return passes(packet.source) && passes(packet.destination)
    }
  }

  /// A protocol that is not known yet satisfies neither a name nor its negation.
  private func holdsProtocol(
    _ index: Int, _ isNegated: Bool, _ side: ApplicationProtocolSide, _ subject: Subject
  ) -> Bool {
    guard let conversation = subject.conversation else { return index == -1 && !isNegated }
    let states: [ProtocolState]
    switch side {
    case .direction: states = [conversation.sides[subject.direction]]
    case .final: states = [conversation.state]
    case .original: states = [conversation.original]
    case .toServer: states = [conversation.sides.toServer]
    case .toClient: states = [conversation.sides.toClient]
    case .either: states = [conversation.sides.toServer, conversation.sides.toClient]
    }
    if isNegated {
      // One side that is known tells of either.
      return states.contains { $0 != .unknown } && !states.contains { isKnown($0, as: index) }
    }
    return states.contains { isKnown($0, as: index) }
  }

  /// Some protocols are told by the names of others as well; `http` names all versions.
  private func isKnown(_ state: ProtocolState, as index: Int) -> Bool {
    let number = number(of: state)
    if index == SignatureBuilder.anyHTTP { return SignatureBuilder.versionsOfHTTP.contains(number) }
    return number == index
      || number >= 0 && SignatureBuilder.alsoNamed.contains { $0.number == number && $0.name == index }
  }

  private func number(of state: ProtocolState) -> Int {
    state.index ?? (state == .failed ? -2 : -1)
  }

  private func holdsSize(_ side: StreamSizeSide, _ check: NumberCheck, _ subject: Subject) -> Bool {
    guard let session = subject.session else { return false }
    // The client's stream goes to the server, and the server's to the client.
    let sender = subject.sessionDirection
    func holds(_ direction: Direction) -> Bool {
      check.holds(Int64(session.sizeBytes(direction, with: subject.packet, from: sender)), numbers)
    }
    let client = holds(.toServer)
    let server = holds(.toClient)
    switch side {
    case .client: return client
    case .server: return server
    case .both: return client && server
    case .either: return client || server
    }
  }
}

extension FlowNumber {
  func holds(
    _ flow: Flow, _ packet: Packet, _ direction: Direction, _ check: NumberCheck, _ lists: [Int64]
  ) -> Bool {
    func test(_ value: UInt64) -> Bool { check.holds(Int64(clamping: value), lists) }
    switch self {
    case .age:
      let seconds = packet.timeNanoseconds / 1_000_000_000 - flow.startNanoseconds / 1_000_000_000
      return check.holds(seconds, lists)
    case .packetsToServer: return test(flow.packets.toServer)
    case .packetsToClient: return test(flow.packets.toClient)
    case .bytesToServer: return test(flow.bytes.toServer)
    case .bytesToClient: return test(flow.bytes.toClient)
    case .packetsOwn: return !packet.isICMPv4Error && test(flow.packets[direction])
    case .packetsEither: return test(flow.packets.toServer) || test(flow.packets.toClient)
    case .packetsBoth: return test(flow.packets.toServer &+ flow.packets.toClient)
    case .bytesEither: return test(flow.bytes.toServer) || test(flow.bytes.toClient)
    case .bytesBoth: return test(flow.bytes.toServer &+ flow.bytes.toClient)
    }
  }
}
