import Wire

/// Looks rules up in what a capture holds, one after the other, by their definition: no prefilter, no state
/// from one packet to the next, every place tried.
package enum PlainMatcher {
  /// What becomes of a rule on a capture.
  package enum Verdict: Sendable {
    case fires, silent
    /// The rule asks for what depends on the order in which its data comes, which is not told here.
    case unknown
  }

  /// Whether the rule fires at least once on the capture.
  package static func verdict(_ rule: RandomRule, on observation: Observation) -> Verdict {
    guard rule.isPlain else { return .unknown }
    if rule.asksTransactions { return onTransactions(rule, observation) }
    return onPackets(rule, observation)
  }

  // MARK: Packets and streams

  private static func onPackets(_ rule: RandomRule, _ observation: Observation) -> Verdict {
    let parts = rule.chains.first?.parts ?? []
    if !observation.flows.allSatisfy(\.isPlain) { return .unknown }
    var isUnsure = false
    let isOnStream = !parts.isEmpty && ["tcp", "ip", "tcp-stream"].contains(rule.header.protocolName)
    for packet in observation.packets where !packet.layers.isInvalid {
      guard matches(rule, packet) else { continue }
      if parts.isEmpty { return .fires }
      let isTCP = packet.layers.isTCP
      if isOnStream, isTCP { continue }
      if !packet.payload.isEmpty, PlainChain.holds(parts, packet.payload) {
        if isReadable(packet, observation) { return .fires }
        isUnsure = true
      }
    }
    // Packets without data are looked at where they bring data of the stream forward.
    if PlainChain.holds(parts, []), observation.flows.contains(where: { $0.first.isTCP }) { isUnsure = true }
    if isUnsure { return .unknown }
    guard isOnStream else { return .silent }
    return onStreams(rule, parts, observation)
  }

  private static func onStreams(_ rule: RandomRule, _ parts: [BufferPart], _ observation: Observation)
    -> Verdict
  {
    // Numbers of packets, places and conditions that more data may undo depend on how the stream is shown.
    let isTold =
      rule.options.allSatisfy { $0.isTimeless } && parts.allSatisfy { $0.isMonotone && !$0.hasPlace }
    guard isTold else { return observation.flows.contains { $0.first.isTCP } ? .unknown : .silent }
    var verdict = Verdict.silent
    for (index, flow) in observation.flows.enumerated() where flow.first.isTCP {
      for direction in Direction.allCases where !flow.streams[direction].isEmpty {
        let carriers = observation.packets.filter {
          $0.flow == index && $0.direction == direction && !$0.payload.isEmpty && matches(rule, $0)
        }
        for packet in carriers where PlainChain.holds(parts, packet.payload) {
          if isReadable(packet, observation) { return .fires }
          verdict = .unknown
        }
        // What holds over several segments may stand in two messages, which are shown one after the other.
        if !carriers.isEmpty, PlainChain.holds(parts, flow.streams[direction]) { verdict = .unknown }
      }
    }
    return verdict
  }

  /// Payloads of protocols that encrypt are looked at up to some moment of the handshake.
  private static func isReadable(_ packet: ObservedPacket, _ observation: Observation) -> Bool {
    guard let flow = packet.flow, let name = observation.flows[flow].protocolName else { return true }
    return name != "tls" && name != "ssh"
  }

  /// Everything but payloads.
  private static func matches(_ rule: RandomRule, _ packet: ObservedPacket) -> Bool {
    rule.header.matches(packet.layers)
      && rule.options.allSatisfy { option in
        switch option {
        case .packet(let keyword, let check):
          return PacketNumbers.all.first { $0.keyword == keyword }?.value(packet).map(check.holds) ?? false
        case .flags(let modifier, let bits): return flags(packet, modifier, bits)
        case .flow(let words): return packet.flow != nil && flow(words, packet)
        default: return true
        }
      }
  }

  private static func flags(_ packet: ObservedPacket, _ modifier: Character?, _ bits: UInt8) -> Bool {
    guard packet.layers.isTCP else { return false }
    let flags = packet.layers.tcpFlags
    // Rules that name FIN, SYN or RST are for packets with one of them; so are URG, ECE and CWR.
    for group in [0x07, 0xe0] as [UInt8] where bits & group != 0 && flags & group == 0 { return false }
    switch modifier {
    case "+": return flags & bits == bits
    case "*": return flags & bits != 0
    case "!": return flags & bits != bits
    default: return flags == bits
    }
  }

  private static func flow(_ words: [String], _ packet: ObservedPacket) -> Bool {
    words.allSatisfy { word in
      switch word {
      case "to_server", "from_client": packet.direction == .toServer
      case "to_client", "from_server": packet.direction == .toClient
      case "established": packet.isEstablished
      default: !packet.isEstablished
      }
    }
  }

  // MARK: Transactions

  private static func onTransactions(_ rule: RandomRule, _ observation: Observation) -> Verdict {
    guard rule.options.allSatisfy({ $0.isTimeless }), observation.flows.allSatisfy(\.isPlain) else {
      return .unknown
    }
    let bodies = observation.transactions.flatMap(\.buffers).filter(\.isGrowing).map(\.keyword)
    for chain in rule.chains where bodies.contains(chain.keyword) && !chain.parts.allSatisfy(\.isMonotone) {
      return .unknown
    }
    for transaction in observation.transactions where holds(rule, transaction) {
      let carriers = observation.packets.filter {
        $0.flow == transaction.flow && $0.direction == transaction.direction && !$0.payload.isEmpty
      }
      if carriers.contains(where: { matches(rule, $0) }) { return .fires }
    }
    return .silent
  }

  private static func holds(_ rule: RandomRule, _ transaction: ObservedTransaction) -> Bool {
    let name = rule.header.protocolName
    guard name == transaction.protocolName || name == "tcp" || name == "udp" else { return false }
    for case .transaction(let keyword, let check) in rule.options {
      let values = transaction.numbers.first { $0.keyword == keyword }?.values ?? []
      guard values.contains(where: check.holds) else { return false }
    }
    return rule.chains.allSatisfy { chain in
      let buffer = transaction.buffers.first { $0.keyword == chain.keyword }
      return (buffer?.instances ?? []).contains { instance in
        let transforms = chain.transforms.compactMap { PlainTransform(rawValue: $0) }
        return PlainChain.holds(chain.parts, transforms.reduce(instance) { $1.apply($0) })
      }
    }
  }
}

extension RandomRule {
  var asksTransactions: Bool {
    options.contains {
      switch $0 {
      case .buffer, .transaction: true
      default: false
      }
    }
  }

  /// Conditions by the buffer that they ask; an empty name for the payload.
  var chains: [(keyword: String, transforms: [String], parts: [BufferPart])] {
    var chains: [(keyword: String, transforms: [String], parts: [BufferPart])] = []
    for option in options {
      switch option {
      case .buffer(let keyword, let transforms): chains.append((keyword, transforms, []))
      case .part(let part):
        if chains.isEmpty { chains.append(("", [], [])) }
        chains[chains.count - 1].parts.append(part)
      default: break
      }
    }
    return chains
  }
}

extension RandomOption {
  /// It says the same of all packets of a direction that carry data.
  var isTimeless: Bool {
    switch self {
    case .packet, .flags: false
    case .flow(let words): !words.contains("not_established")
    case .part(.size("dsize", _)): false
    default: true
    }
  }
}

extension BufferPart {
  /// It counts from the beginning of what is shown.
  var hasPlace: Bool {
    switch self {
    case .content(let content): content.startsWith || content.offset != nil || content.depth != nil
    case .pattern(let pattern): pattern.isAnchored && !pattern.isRelative
    case .byteTest(let test): !test.reading.isRelative
    case .byteJump(let jump): !jump.reading.isRelative || jump.start != nil
    case .byteExtract(let extract): !extract.reading.isRelative
    case .byteMath(let math): !math.reading.isRelative
    case .isDataAt(_, let isRelative, _): !isRelative
    case .size: true
    }
  }

  /// What holds goes on to hold when more bytes come.
  var isMonotone: Bool {
    switch self {
    case .content(let content): !content.isNegated && !content.endsWith
    case .pattern(let pattern): !pattern.isNegated && pattern.pieces.allSatisfy { $0.maximum != .max }
    case .byteJump(let jump): jump.start != "from_end"
    case .isDataAt(_, _, let isNegated): !isNegated
    case .size: false
    case .byteTest, .byteExtract, .byteMath: true
    }
  }
}

extension RandomHeader {
  /// Whether a packet is between the rule's ends, in either order where the rule says so.
  func matches(_ packet: Packet) -> Bool {
    guard takes(packet) else { return false }
    let from = (packet.source, packet.sourcePort)
    let to = (packet.destination, packet.destinationPort)
    return isBetween(from, to) || isBidirectional && isBetween(to, from)
  }

  private func takes(_ packet: Packet) -> Bool {
    switch protocolName {
    case "tcp", "tcp-pkt", "tcp-stream": packet.ipProtocol == 6
    case "udp": packet.ipProtocol == 17
    case "icmp": packet.ipProtocol == 1 || packet.ipProtocol == 58
    default: packet.ipVersion != 0
    }
  }

  private func isBetween(_ from: (IPAddress, UInt16), _ to: (IPAddress, UInt16)) -> Bool {
    source.takes(from.0) && sourcePort.takes(from.1) && destination.takes(to.0) && destinationPort.takes(to.1)
  }
}

extension RandomHeader.Address {
  func takes(_ address: IPAddress) -> Bool {
    switch self {
    case .any: return true
    case .one(let wanted): return address == wanted
    case .not(let other): return address != other
    case .list(let list): return list.contains(address)
    case .network(let network, let bits):
      guard network.isIPv6 == address.isIPv6 else { return false }
      func prefix(_ address: IPAddress) -> [Bool] {
        address.bytes.flatMap { byte in (0..<8).map { byte & (0x80 >> $0) != 0 } }.prefix(bits).map { $0 }
      }
      return prefix(network) == prefix(address)
    }
  }
}

extension RandomHeader.Port {
  func takes(_ port: UInt16) -> Bool {
    switch self {
    case .any: true
    case .one(let wanted): port == wanted
    case .not(let other): port != other
    case .range(let low, let high): port >= low && port <= high
    case .list(let list): list.contains(port)
    }
  }
}
