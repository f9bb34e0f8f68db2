import Flows
import Protocols
import Wire

extension Keyword {
  static let decodeEvent = Keyword(
    "decode-event", aliases: ["decoder-event"], .flow, "The decoder noticed this about the packet.",
    values: "name",
    example: "decode-event:ipv4.pkt_too_small;", exampleProtocol: "pkthdr"
  ) { (value, builder) throws(RuleProblem) in
    try EventSyntax.decoder(value, &builder)
  }

  static let streamEvent = Keyword(
    "stream-event", .flow, "The stream engine noticed this about the packet.", values: "name",
    example: "stream-event:fin_but_no_session;"
  ) { (value, builder) throws(RuleProblem) in
    try EventSyntax.stream(value, &builder)
  }

  static let engineEvent = Keyword(
    "engine-event", .flow, "An event of the decoder or of the stream engine.",
    values: "decoder.name or stream.name",
    example: "engine-event:stream.fin_but_no_session;"
  ) { (value, builder) throws(RuleProblem) in
    if let name = value.dropping("stream.") {
      try EventSyntax.stream(name, &builder)
    } else {
      try EventSyntax.decoder(value.dropping("decoder.") ?? value, &builder)
    }
  }

  static let applicationEvent = Keyword(
    "app-layer-event", .flow, "A protocol's parser noticed this.", values: "protocol.name or name",
    example: "app-layer-event:dns.z_flag_set;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split(".", limit: 2)
    guard parts.count == 2 else {
      guard EventSyntax.layerEvents.contains(value.text) else {
        let near = Spelling.nearest(to: value.text, among: EventSyntax.layerEvents) ?? "protocol.name"
        throw value.problem("there is no event “\(value.text)”", remedy: "write \(near)")
      }
      builder.signature.events.append(.applicationLayer(value.text))
      return
    }
    guard let index = ProtocolCatalogue.index(named: parts[0].text), ProtocolCatalogue.all[index].isParsed
    else {
      try EventSyntax.leaveOut(parts, &builder)
      return
    }
    let entry = ProtocolCatalogue.all[index]
    guard builder.signature.protocols.isEmpty || builder.signature.protocols.contains(index) else {
      throw parts[0].problem("the rule is for another protocol", remedy: "write alert \(parts[0].text)")
    }
    guard let event = entry.events.firstIndex(of: parts[1].text), event <= 255 else {
      // Suricata takes such a rule and never matches it: events come and go with versions.
      let near = Spelling.nearest(to: parts[1].text, among: entry.events)
      builder.isLeftOut = true
      builder.problems.append(
        parts[1].problem(
          "the rule is left out: \(entry.name) has no event “\(parts[1].text)”", .warning,
          remedy: near.map { "write \(entry.name).\($0) if that is meant" } ?? "remove the rule"))
      return
    }
    builder.signature.protocols = [index]
    builder.signature.events.append(.application(protocolIndex: index, event: UInt8(event)))
  }

  static let applicationProtocol = Keyword(
    "app-layer-protocol", .flow, "The protocol that was recognised in the flow.", isNegatable: true,
    values: "[!]name[,final|original|either|to_server|to_client|direction]",
    example: "app-layer-protocol:!http;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    let sides: [String: ApplicationProtocolSide] = [
      "final": .final, "original": .original, "either": .either, "to_server": .toServer,
      "to_client": .toClient,
      "direction": .direction,
    ]
    var side = ApplicationProtocolSide.direction
    if parts.count > 1 {
      guard parts.count == 2, let named = sides[parts[1].text] else {
        throw parts[1].problem(
          "“\(parts[1].text)” is no side", remedy: "write \(sides.keys.sorted().joined(separator: ", "))")
      }
      side = named
    }
    let number: Int
    switch parts[0].text {
    case "unknown": number = -1
    case "failed": number = -2
    case "http" where builder.signature.protocols.isEmpty: number = SignatureBuilder.anyHTTP
    default:
      guard let index = ProtocolCatalogue.index(named: parts[0].text) else {
        throw parts[0].problem("the protocol \(parts[0].text) is not parsed yet", remedy: "name one that is")
      }
      number = index
    }
    guard builder.signature.protocols.isEmpty else {
      throw builder.problem(
        "the rule's header names its protocol already", remedy: "write alert tcp or alert udp")
    }
    for case .applicationProtocol(_, let isNegated, _) in builder.signature.flowConditions
    where !isNegated || !value.isNegated {
      throw builder.problem(
        "app-layer-protocol names one protocol already", remedy: "keep one of them, or negate all of them")
    }
    builder.signature.flowConditions.append(
      .applicationProtocol(number, isNegated: value.isNegated, side: side))
  }
}

extension Keyword {
  static let applicationState = Keyword(
    "app-layer-state", .flow, "The step that a transaction of the rule's protocol is in, as a hook has it.",
    values: "a step of the protocol", example: "app-layer-state:client_hello_done;", exampleProtocol: "tls"
  ) { (value, builder) throws(RuleProblem) in
    try builder.takeState(value)
  }
}

private enum EventSyntax {
  /// A rule on events of a protocol without a parser is well formed and can never match here: it is left out
  /// and that is said, so that the event rules that Suricata ships load as a whole.
  static func leaveOut(_ parts: [KeywordValue], _ builder: inout SignatureBuilder) throws(RuleProblem) {
    let name = parts[0].text == "ikev2" ? "ike" : parts[0].text
    guard let events = ReferenceEvents.names[name] else {
      let near = Spelling.nearest(to: name, among: Array(ReferenceEvents.names.keys))
      throw parts[0].problem(
        "there is no protocol “\(name)” with events",
        remedy: near.map { "write \($0) if that is meant" } ?? "see the list: fengsui rules keywords")
    }
    let what =
      events.contains(parts[1].text)
      ? "the protocol \(name) has no parser here, so that the rule can never match"
      : "\(name) has no event “\(parts[1].text)”"
    builder.isLeftOut = true
    builder.problems.append(
      parts[0].problem(
        "the rule is left out: \(what)", .warning, remedy: "remove the rule, or expect nothing of it"))
  }

  /// Events of the layer that recognises protocols.
  static let layerEvents = [
    "applayer_mismatch_protocol_both_directions", "applayer_wrong_direction_first_data",
    "applayer_detect_protocol_only_one_direction", "applayer_proto_detection_skipped",
    "applayer_no_tls_after_starttls", "applayer_unexpected_protocol",
    // Of our own.
    "applayer_tlcp_required",
  ]

  static func decoder(_ value: KeywordValue, _ builder: inout SignatureBuilder) throws(RuleProblem) {
    guard let event = DecoderEvent(name: value.text) else {
      let near = Spelling.nearest(to: value.text, among: DecoderEvent.allCases.map(\.name))
      throw value.problem(
        "the decoder has no event “\(value.text)”",
        remedy: near.map { "write \($0)" } ?? "write one of the decoder's events, or leave the rule out")
    }
    builder.signature.events.append(.decoder(event.rawValue))
    builder.signature.header.acceptsNonIP = true
  }

  static func stream(_ value: KeywordValue, _ builder: inout SignatureBuilder) throws(RuleProblem) {
    guard let event = StreamEvent(name: value.text) else {
      let near = Spelling.nearest(to: value.text, among: StreamEvent.allCases.map(\.name))
      throw value.problem(
        "the stream engine has no event “\(value.text)”",
        remedy: near.map { "write \($0)" } ?? "write one of its events, or leave the rule out")
    }
    builder.signature.events.append(.stream(event.rawValue))
  }
}
