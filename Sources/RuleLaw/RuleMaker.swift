import Wire

/// Makes rules at random from what captures hold: most of them match something, the others miss by little.
///
/// The same seed and captures give the same rules, byte for byte.
package struct RuleMaker {
  private let observations: [Observation]
  var draw: Draw
  private var nextSID: Int
  var rules: [RandomRule] = []

  /// What a rule is about.
  enum Subject {
    case packet(ObservedPacket)
    case stream(ObservedFlow, Direction)
    case transaction(ObservedTransaction, ObservedFlow)
  }

  /// Rules on the captures, numbered from `firstSID`; pairs that share a bit of the flow stand together.
  package static func rules(
    _ count: Int, on observations: [Observation], seed: UInt64, firstSID: Int = 1
  ) -> [RandomRule] {
    let usable = observations.filter { !$0.packets.isEmpty }
    guard !usable.isEmpty else { return [] }
    var maker = RuleMaker(observations: usable, draw: Draw(seed: seed), nextSID: firstSID)
    while maker.rules.count < count { maker.add() }
    return Array(maker.rules.prefix(count))
  }

  private init(observations: [Observation], draw: Draw, nextSID: Int) {
    self.observations = observations
    self.draw = draw
    self.nextSID = nextSID
  }

  /// Percent of rules on transactions that are about both sides, are bound to a hook, ask for a buffer in an
  /// odd way.
  private static let twoSidedPercent = 8
  private static let hookPercent = 16
  private static let oddPercent = 20
  /// Percent of rules on streams that are about frames.
  private static let framePercent = 20

  private mutating func add() {
    let observation = draw.one(of: observations, else: observations[0])
    guard let subject = subject(observation) else { return }
    if case .transaction(let transaction, let flow) = subject, draw.chance(Self.twoSidedPercent),
      var both = twoSidedRule(transaction, flow, observation.transactions, sid: nextSID)
    {
      nextSID += 1
      oneFastPattern(&both)
      finish(&both)
      return rules.append(both)
    }
    var rule = rule(on: subject)
    addExtra(&rule, subject)
    finish(&rule)
    if draw.chance(4), let second = self.subject(observation) {
      var other = self.rule(on: second)
      finish(&other)
      let bits = bits("law\(rule.sid)")
      rule.options.append(.text(bits.set))
      if draw.chance(50) { rule.options.append(.text("flowbits:noalert;")) }
      other.options.append(.text(bits.ask))
      rule.isPlain = false
      other.isPlain = false
      rules += [rule, other]
    } else {
      rules.append(rule)
    }
  }

  private mutating func subject(_ observation: Observation) -> Subject? {
    switch draw.number(0, 9) {
    case 0...4 where !observation.transactions.isEmpty:
      guard let transaction = observation.transactions.randomElement(using: &draw) else { return nil }
      return .transaction(transaction, observation.flows[transaction.flow])
    case 5...6:
      let flows = observation.flows.filter { !$0.streams.toServer.isEmpty || !$0.streams.toClient.isEmpty }
      guard let flow = flows.randomElement(using: &draw) else { fallthrough }
      return .stream(flow, flow.streams.toServer.isEmpty || draw.chance(40) ? .toClient : .toServer)
    default:
      let filled = observation.packets.filter { !$0.payload.isEmpty && $0.layers.ipVersion != 0 }
      let all = observation.packets.filter { $0.layers.ipVersion != 0 }
      return (draw.chance(80) && !filled.isEmpty ? filled : all).randomElement(using: &draw).map {
        .packet($0)
      }
    }
  }

  // MARK: Rules

  private mutating func rule(on subject: Subject) -> RandomRule {
    defer { nextSID += 1 }
    var rule: RandomRule
    switch subject {
    case .packet(let packet): rule = packetRule(packet)
    case .stream(let flow, let direction): rule = streamRule(flow, direction)
    case .transaction(let transaction, let flow): rule = transactionRule(transaction, flow)
    }
    oneFastPattern(&rule)
    return rule
  }

  private mutating func packetRule(_ packet: ObservedPacket) -> RandomRule {
    let layers = packet.layers
    let own =
      layers.isTCP ? ["tcp-pkt", "tcp-pkt", "tcp", "ip"] : layers.isUDP ? ["udp", "udp", "ip"] : ["ip"]
    let name =
      layers.isICMP ? draw.one(of: ["icmp", "icmp", "ip"], else: "icmp") : draw.one(of: own, else: "ip")
    var rule = RandomRule(sid: nextSID, header: RandomHeader(protocolName: name))
    setEnds(&rule.header, layers)
    if layers.isTCP || layers.isUDP { setFlow(&rule, packet.direction, isEstablished: packet.isEstablished) }
    if packet.payload.isEmpty || draw.chance(40) {
      for _ in 0..<draw.number(1, 2) { addNumber(&rule, packet) }
    }
    if !packet.payload.isEmpty, draw.chance(85) {
      let chain = ChainMaker.chain(
        on: packet.payload, sizeKeyword: "dsize", countMax: 4, prefix: "v", &draw)
      rule.options += chain.map { .part($0) }
    }
    return rule
  }

  private mutating func streamRule(_ flow: ObservedFlow, _ direction: Direction) -> RandomRule {
    let name = draw.one(of: ["tcp", "tcp", "tcp-stream", "ip"], else: "tcp")
    var rule = RandomRule(sid: nextSID, header: RandomHeader(protocolName: name))
    setEnds(&rule.header, flow.first, isReply: direction == .toClient)
    setFlow(&rule, direction, isEstablished: true)
    if draw.chance(Self.framePercent) { setFrame(&rule, flow) }
    let chain = ChainMaker.chain(
      on: flow.streams[direction], sizeKeyword: nil, countMax: 4, prefix: "v", &draw)
    rule.options += chain.map { .part($0) }
    if draw.chance(8) {
      let size = draw.number(1, 3000)
      let side = draw.one(of: ["client", "server", "both", "either"], else: "client")
      let sign = draw.one(of: ["<", ">", "!=", "<=", ">="], else: ">")
      rule.options.append(.text("stream_size:\(side),\(sign),\(size);"))
      rule.isPlain = false
    }
    return rule
  }

  private mutating func transactionRule(
    _ transaction: ObservedTransaction, _ flow: ObservedFlow
  ) -> RandomRule {
    let isUDP = flow.first.isUDP
    let name = draw.chance(85) ? transaction.protocolName : isUDP ? "udp" : "tcp"
    var rule = RandomRule(sid: nextSID, header: RandomHeader(protocolName: name))
    setEnds(&rule.header, flow.first, isReply: transaction.direction == .toClient)
    setFlow(&rule, transaction.direction, isEstablished: true)
    let hasDirection = rule.options.contains {
      if case .flow(let words) = $0 { words.count > 1 } else { false }
    }
    var used: Set<String> = []
    for _ in 0..<draw.number(1, 3) {
      guard let buffer = transaction.buffers.randomElement(using: &draw) else { break }
      guard used.insert(buffer.keyword).inserted else { continue }
      // It is refused where the rule does not say which way it looks.
      if buffer.keyword == "http.header.raw", !hasDirection { continue }
      addBuffer(&rule, buffer)
    }
    if used.isEmpty || rule.chains.isEmpty, let buffer = transaction.buffers.first {
      addBuffer(&rule, buffer)
    }
    if draw.chance(Self.oddPercent), let buffer = transaction.buffers.randomElement(using: &draw),
      used.insert(buffer.keyword).inserted
    {
      addOddity(&rule, buffer)
    }
    if draw.chance(Self.hookPercent) { setHook(&rule, transaction) }
    if let number = transaction.numbers.randomElement(using: &draw), draw.chance(35) {
      rule.options.append(.transaction(number.keyword, draw.check(around: number.values.first ?? 0)))
    }
    return rule
  }

  mutating func addBuffer(_ rule: inout RandomRule, _ buffer: ObservedTransaction.Buffer) {
    var bytes = draw.one(of: buffer.instances, else: [])
    var transforms: [String] = []
    if draw.chance(18) {
      // One that the plain matcher knows, or a chain of any.
      if draw.chance(50) {
        let transform = draw.one(of: PlainTransform.allCases, else: .toLowercase)
        transforms = [transform.rawValue]
        bytes = transform.apply(bytes)
      } else {
        for _ in 0..<draw.number(1, 3) { transforms.append(transform(&bytes)) }
        rule.isPlain = false
      }
    }
    let isURI = buffer.keyword == "http.uri" && transforms.isEmpty && draw.chance(50)
    let chain = ChainMaker.chain(
      on: Array(bytes.prefix(4096)), sizeKeyword: buffer.isGrowing ? nil : isURI ? "urilen" : "bsize",
      countMax: 4, prefix: "v\(rule.options.count)", &draw)
    rule.options.append(.buffer(buffer.keyword, transforms))
    rule.options += chain.map { .part($0) }
  }

  /// Applies a transformation drawn from all, and gives its text.
  private mutating func transform(_ bytes: inout [UInt8]) -> String {
    if draw.chance(40) {
      let transform = draw.one(of: PlainTransform.allCases, else: .toLowercase)
      bytes = transform.apply(bytes)
      return transform.rawValue
    }
    let transform = draw.one(of: EngineTransform.allCases, else: .toMD5)
    bytes = transform.apply(bytes)
    return transform.text(&draw)
  }

  /// A rule has one fast pattern at most.
  private mutating func oneFastPattern(_ rule: inout RandomRule) {
    let places = rule.options.indices.filter {
      guard case .part(.content(let content)) = rule.options[$0] else { return false }
      return !content.isNegated
    }
    guard let place = places.randomElement(using: &draw), draw.chance(20),
      case .part(.content(var content)) = rule.options[place]
    else { return }
    content.isFastPattern = true
    rule.options[place] = .part(.content(content))
  }

  private mutating func finish(_ rule: inout RandomRule) {
    if draw.chance(2), !rule.text.contains("detection_filter") {
      rule.options.append(.text(threshold()))
      rule.isPlain = false
    }
    if draw.chance(1) {
      rule.options.append(.text("noalert;"))
      rule.isPlain = false
    }
  }
}

// MARK: Headers

extension RuleMaker {
  /// Ends that the packet has, or nearly.
  private mutating func setEnds(_ header: inout RandomHeader, _ packet: Packet, isReply: Bool = false) {
    let ends = [(packet.source, packet.sourcePort), (packet.destination, packet.destinationPort)]
    let (from, to) = isReply ? (ends[1], ends[0]) : (ends[0], ends[1])
    header.source = address(from.0)
    header.destination = address(to.0)
    if ["tcp", "udp", "tcp-pkt", "tcp-stream"].contains(header.protocolName) {
      header.sourcePort = port(from.1)
      header.destinationPort = port(to.1)
    }
    header.isBidirectional = draw.chance(6)
  }

  private mutating func address(_ address: IPAddress) -> RandomHeader.Address {
    switch draw.number(0, 19) {
    case 0, 1: return .one(address)
    case 2: return .network(address, address.bitCount - draw.number(0, address.bitCount / 2))
    case 3: return .list([address, IPAddress(v4: 0x0102_0304)])
    case 4: return .not(draw.chance(20) ? address : IPAddress(v4: 0x0102_0304))
    default: return .any
    }
  }

  private mutating func port(_ port: UInt16) -> RandomHeader.Port {
    switch draw.number(0, 19) {
    case 0...3: return .one(port)
    case 4: return .not(draw.chance(20) ? port : port &+ 1)
    case 5, 6: return .range(port > 10 ? port - 10 : 0, port < 65_000 ? port + 100 : 65_535)
    case 7: return .list([port, 7])
    default: return .any
    }
  }

  private mutating func setFlow(_ rule: inout RandomRule, _ direction: Direction, isEstablished: Bool) {
    guard draw.chance(65) else { return }
    let isSpoilt = draw.chance(8)
    let isToServer = (direction == .toServer) != isSpoilt
    let words = isToServer ? ["to_server", "from_client"] : ["to_client", "from_server"]
    var flow = draw.chance(70) ? [draw.one(of: words, else: words[0])] : []
    if flow.isEmpty || draw.chance(70) {
      flow.insert(isEstablished != draw.chance(4) ? "established" : "not_established", at: 0)
    }
    rule.options.append(.flow(flow))
  }

  /// A condition on a number of the packet.
  private mutating func addNumber(_ rule: inout RandomRule, _ packet: ObservedPacket) {
    if packet.layers.isTCP, draw.chance(25) {
      let modifier = draw.one(of: [nil, nil, "+", "*", "!"] as [Character?], else: nil)
      rule.options.append(.flags(modifier, draw.chance(85) ? packet.layers.tcpFlags : 0x12))
      return
    }
    let values = PacketNumbers.all.compactMap { number in number.value(packet).map { (number, $0) } }
    guard let (number, value) = values.randomElement(using: &draw) else { return }
    guard !rule.options.contains(where: { if case .packet(number.keyword, _) = $0 { true } else { false } })
    else {
      return
    }
    let check = draw.check(around: value)
    if case .equal = check {
      rule.options.append(.packet(number.keyword, check))
    } else if number.takesRanges {
      rule.options.append(.packet(number.keyword, check))
    } else {
      rule.options.append(.packet(number.keyword, .equal(value)))
    }
  }
}
