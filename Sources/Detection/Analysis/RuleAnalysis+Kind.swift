import Protocols
import Wire

/// Kind, flags and requirements of a rule.
extension RuleAnalysis {
  /// The kind of a rule, by what it asks.
  static func kind(of signature: Signature, options: [Rule.Option]) -> Kind {
    let asksTransaction =
      signature.hookProgress != nil || signature.inspections.contains { isOnTransaction($0.buffer) }
      || signature.events.contains { if case .application = $0 { true } else { false } }
    if asksTransaction { return .transaction }
    let decodes = signature.events.contains { if case .decoder = $0 { true } else { false } }
    if decodes { return .decoderOnly }
    if signature.packetConditions.contains(where: \.isBinding) || !signature.events.isEmpty { return .packet }
    if signature.inspections.contains(where: { $0.buffer.source == .payload }) {
      return payloadKind(signature)
    }
    if signature.inspections.contains(where: { if case .header = $0.buffer.source { true } else { false } }) {
      return .packet
    }
    if !signature.packetConditions.isEmpty { return .packet }
    let asksAddress = signature.flowConditions.contains { if case .address = $0 { true } else { false } }
    if !signature.protocols.isEmpty { return asksAddress ? .packet : .applicationLayer }
    return plainKind(signature, options: options)
  }

  private static func payloadKind(_ signature: Signature) -> Kind {
    guard signature.header.payloadScope != .packetOnly else { return .packet }
    guard signature.header.ipProtocols?.contains(6) ?? true else { return .packetStream }
    if signature.header.payloadScope == .streamOnly { return .stream }
    if signature.flowConditions.contains(where: { if case .streamSize = $0 { true } else { false } }) {
      return .packetStream
    }
    return isAnchored(signature) ? .packetStream : .stream
  }

  /// A content on the payload has a fixed place: it is sought in packets too.
  private static func isAnchored(_ signature: Signature) -> Bool {
    signature.inspections.filter { $0.buffer.source == .payload }.contains { inspection in
      inspection.conditions.contains { condition in
        if case .content(let content) = condition {
          return content.depth != nil || content.offset != nil || content.startsWith
        }
        return false
      }
    }
  }

  /// A rule without conditions on bytes or headers.
  private static func plainKind(_ signature: Signature, options: [Rule.Option]) -> Kind {
    let asksProtocol = signature.flowConditions.contains {
      if case .applicationProtocol = $0 { true } else { false }
    }
    let asksMore = signature.flowConditions.contains { condition in
      switch condition {
      case .applicationProtocol, .direction: false
      default: true
      }
    }
    if asksProtocol, !asksMore, signature.stateConditions.isEmpty { return .protocolOnly }
    let header = signature.header
    let isOnAddresses = signature.flowConditions.allSatisfy(\.isOnAddress)
    guard isOnAddresses, signature.stateConditions.isEmpty,
      header.sourcePorts.isAny, header.destinationPorts.isAny, !header.acceptsNonIP
    else { return .packet }
    let text = signature.identity.text.prefix { $0 != "(" }
    return text.contains("!") ? .likeIPOnly : .ipOnly
  }

  static func isOnTransaction(_ buffer: BufferReference) -> Bool {
    switch buffer.source {
    case .field, .fileData, .fileName, .fileMagic, .file, .frame: true
    case .payload, .header, .base64Data: false
    }
  }

  private var asksPayload: Bool { signature.inspections.contains { $0.buffer.source == .payload } }

  private var isTCP: Bool { signature.header.ipProtocols?.contains(6) ?? true }

  /// The conditions on single packets that the rule has.
  private var asksPacket: Bool {
    signature.packetConditions.contains(where: \.isBinding)
      || signature.flowConditions.contains { condition in
        switch condition {
        case .number, .streamSize: true
        default: false
        }
      }
      || signature.inspections.contains { if case .header = $0.buffer.source { true } else { false } }
  }

  /// What traffic must have before the rule is looked at.
  var requirements: [String] {
    var words: [String] = []
    var wantsPayload = asksPayload
    for case .number(.payloadSize, let test) in signature.packetConditions {
      switch test {
      case .equal(0): words.append("no_payload")
      case .equal, .greater, .greaterOrEqual, .within, .notEqual: wantsPayload = true
      default: break
      }
    }
    if wantsPayload { words.insert("payload", at: 0) }
    let asksFlow =
      !signature.protocols.isEmpty || !signature.stateConditions.isEmpty
      || signature.flowConditions.contains { condition in
        switch condition {
        case .applicationProtocol, .streamSize, .direction, .number: false
        default: true
        }
      }
    if signature.events.contains(where: { if case .application = $0 { false } else { true } }) {
      words.append("engine_event")
    }
    if asksFlow { words.append("flow") }
    if signature.packetConditions.contains(where: { if case .tcpFlags = $0 { true } else { false } }) {
      words.append("tcp_flags_init_deinit")
    }
    if signature.packetConditions.contains(where: \.isBinding) { words.append("real_pkt") }
    return words
  }

  /// Short words on the rule, in the order of Suricata's file.
  var flags: [String] {
    let header = signature.header
    var words: [String] = []
    func add(_ word: String, _ isSet: Bool) { if isSet { words.append(word) } }
    add("src_any", header.source.isAny)
    add("dst_any", header.destination.isAny)
    add("sp_any", header.sourcePorts.isAny)
    add("dp_any", header.destinationPorts.isAny)
    add("noalert", signature.isSilent || signature.action == .pass || signature.action == .config)
    add("applayer", !signature.protocols.isEmpty)
    let isPacketStream = isTCP && (kind == .packetStream || Self.isAnchored(signature))
    add("need_packet", asksPacket || isPacketStream)
    add("need_stream", asksPayload && isTCP && signature.header.payloadScope != .packetOnly)
    add("negated_mpm", choice?.content.isNegated == true)
    add(
      "need_flowvar", signature.stateConditions.contains { if case .flowBitsSet = $0 { true } else { false } }
    )
    let direction = signature.direction
    add("toserver", direction != .toClient)
    add("toclient", direction != .toServer)
    add("prefilter", choice != nil)
    add("src_is_target", signature.identity.target == .source)
    add("dst_is_target", signature.identity.target == .destination)
    let hasSize = signature.packetConditions.contains {
      if case .number(.payloadSize, _) = $0 { true } else { false }
    }
    if hasSize { words.insert("dsize", at: words.firstIndex(of: "need_packet") ?? words.count) }
    return words
  }
}

extension Signature {
  /// The direction that the rule is for, by `flow` or by its buffers; nil: both.
  var direction: Direction? {
    for case .direction(let direction) in flowConditions { return direction }
    return nil
  }
}
