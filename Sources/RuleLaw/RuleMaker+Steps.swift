import Protocols

// Rules that are bound to how far an exchange has come, to both sides of it, to its frames, events and files.
extension RuleMaker {
  /// Makes of a rule on a transaction one at a hook: a step of the protocol, or one that all have.
  mutating func setHook(_ rule: inout RandomRule, _ transaction: ObservedTransaction) {
    guard let entry = ProtocolCatalogue.all.first(where: { $0.name == transaction.protocolName }),
      rule.header.protocolName == entry.name
    else { return }
    let direction = draw.chance(92) ? transaction.direction : transaction.direction.opposite
    let common =
      direction == .toServer
      ? ["request_started", "request_complete"] : ["response_started", "response_complete"]
    let steps = entry.progress[direction]
    let hook = draw.one(of: draw.chance(75) ? steps : common, else: common[0])
    let name = entry.name == "http" ? "http1" : entry.name
    rule.header.protocolName = "\(name):\(hook)"
    rule.isPlain = false
    if draw.chance(15) {
      // A hook may stand for itself.
      rule.options.removeAll { if case .buffer = $0 { true } else if case .part = $0 { true } else { false } }
    }
  }

  /// A rule on both sides of one exchange (`=>`).
  mutating func twoSidedRule(
    _ transaction: ObservedTransaction, _ flow: ObservedFlow, _ all: [ObservedTransaction], sid: Int
  ) -> RandomRule? {
    let partners = all.filter {
      $0.flow == transaction.flow && $0.protocolName == transaction.protocolName
        && $0.direction != transaction.direction
    }
    guard let other = partners.randomElement(using: &draw) else { return nil }
    var rule = RandomRule(sid: sid, header: RandomHeader(protocolName: transaction.protocolName))
    rule.header.isTwoSided = true
    rule.isPlain = false
    for side in draw.chance(50) ? [transaction, other] : [other, transaction] {
      guard let buffer = side.buffers.randomElement(using: &draw) else { continue }
      addBuffer(&rule, buffer)
    }
    return rule
  }

  /// A rule on a frame: what it asks for comes from the stream.
  mutating func setFrame(_ rule: inout RandomRule, _ flow: ObservedFlow) {
    guard let name = flow.protocolName, let entry = ProtocolCatalogue.all.first(where: { $0.name == name }),
      !entry.frames.isEmpty
    else { return }
    let frame = draw.one(of: entry.frames + ["stream"], else: "stream")
    rule.header.protocolName = draw.chance(70) ? name : flow.first.isUDP ? "udp" : "tcp"
    rule.options.append(.text("frame:\(entry.frameName).\(frame);"))
    rule.isPlain = false
  }

  /// An event of the protocol.
  mutating func event(_ transaction: ObservedTransaction) -> String? {
    guard let entry = ProtocolCatalogue.all.first(where: { $0.name == transaction.protocolName }),
      let event = entry.events.randomElement(using: &draw)
    else { return nil }
    return "app-layer-event:\(entry.name).\(event);"
  }

  /// What stands in a buffer's place: that it is not there, how mixed it is, what is in it once decoded.
  mutating func addOddity(_ rule: inout RandomRule, _ buffer: ObservedTransaction.Buffer) {
    let bytes = draw.one(of: buffer.instances, else: [])
    rule.options.append(.buffer(buffer.keyword, []))
    rule.isPlain = false
    switch draw.number(0, 6) {
    case 0: rule.options.append(.text("absent;"))
    case 1:
      let content = ContentPart(bytes: Array(bytes.prefix(4)) + [0x7e])
      rule.options.append(.text("absent:or_else; content:!\"\(ContentPart.quoted(content.bytes))\";"))
    case 2:
      let sign = draw.one(of: [">", "<", ">=", "<=", "!=", "="], else: ">")
      let places = ["", "bytes 4, ", "bytes 6, offset 1, ", "offset 2, "]
      let value = draw.one(of: ["1.5", "2.0", "2.585", "3.3", "4"], else: "2.0")
      rule.options.append(.text("entropy: \(draw.one(of: places, else: ""))value \(sign) \(value);"))
    case 3, 4:
      let place = draw.number(0, max(bytes.count - 4, 0))
      let count = draw.one(of: [4, 8, 12, 16, 64], else: 8)
      let first = draw.one(
        of: ["bytes \(count), offset \(place)", "offset \(place)", "bytes \(count)"], else: "bytes 8")
      rule.options.append(.text("base64_decode:\(first);"))
      let decoded = EngineTransform.fromBase64.apply(Array(bytes.dropFirst(place)))
      let part = decoded.isEmpty ? [0x61] : Array(decoded.prefix(draw.number(1, 3)))
      rule.options.append(.text("base64_data; content:\"\(ContentPart.quoted(part))\";"))
    case 5:
      let place = draw.number(0, max(bytes.count, 1))
      rule.options.append(.text("isdataat:\(draw.chance(40) ? "!" : "")\(place);"))
    default:
      // Back to the payload, behind the buffer's own conditions.
      let part = Array(bytes.prefix(draw.number(1, 6)))
      let quoted = ContentPart.quoted(part.isEmpty ? [0x61] : part)
      rule.options.append(.text("content:\"\(quoted)\"; pkt_data; content:\"\(quoted)\";"))
    }
  }
}
