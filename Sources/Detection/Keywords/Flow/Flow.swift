import Wire

extension Keyword {
  static let flow = Keyword(
    "flow", .flow, "Direction and state of the flow.",
    values:
      "to_server, to_client, from_server, from_client, established, not_established, stateless, "
      + "only_stream, no_stream, only_frag, no_frag", example: "flow:established,to_server;"
  ) { (value, builder) throws(RuleProblem) in
    // As in Suricata, one that says no more than a direction may stand before another.
    let isDirection = value.split().allSatisfy { FlowSyntax.directions.contains($0.lowercasedText) }
    if !isDirection || builder.seen.contains("flow") {
      try builder.once("flow", inSuricata: "A signature may have only one flow option.")
    }
    builder.flowOffset = builder.option?.offset ?? 0
    for part in value.split() { try FlowSyntax.take(part, &builder) }
  }

  static let flowAge = Keyword(
    "flow.age", .flow, "Seconds since the flow's first packet.", values: "n, <n, >n …",
    example: "flow.age:>3600;"
  ) { (value, builder) throws(RuleProblem) in
    builder.add(.age, try NumberSyntax.parse(value, maximum: Int64(UInt32.max)))
  }

  static let flowPackets = Keyword(
    "flow.pkts", .flow, "Packets of the flow on one side.",
    values: "toserver|toclient|either|both,comparison",
    example: "flow.pkts:toclient,>100;"
  ) { (value, builder) throws(RuleProblem) in
    let sides: [String: FlowNumber] = [
      "toserver": .packetsToServer, "toclient": .packetsToClient, "either": .packetsEither,
      "both": .packetsBoth,
    ]
    try FlowSyntax.count(value, sides, maximum: Int64(UInt32.max), &builder)
  }

  static let flowBytes = Keyword(
    "flow.bytes", .flow, "Bytes of the flow on one side.", values: "toserver|toclient|either|both,comparison",
    example: "flow.bytes:toserver,>1000000;"
  ) { (value, builder) throws(RuleProblem) in
    let sides: [String: FlowNumber] = [
      "toserver": .bytesToServer, "toclient": .bytesToClient, "either": .bytesEither, "both": .bytesBoth,
    ]
    try FlowSyntax.count(value, sides, maximum: Int64.max >> 1, &builder)
  }

  /// The older keyword with the side in its name.
  private static func counter(_ number: FlowNumber, _ summary: String) -> Keyword {
    Keyword(
      number.rawValue, .flow, summary, values: "n, <n, >n …", example: "\(number.rawValue):>100;"
    ) { (value, builder) throws(RuleProblem) in
      builder.add(number, try NumberSyntax.parse(value, maximum: Int64.max >> 1))
    }
  }

  static let flowPacketsToServer = counter(.packetsToServer, "Packets of the flow to its server.")
  static let flowPacketsToClient = counter(.packetsToClient, "Packets of the flow to its client.")
  static let flowBytesToServer = counter(.bytesToServer, "Bytes of the flow to its server.")
  static let flowBytesToClient = counter(.bytesToClient, "Bytes of the flow to its client.")

  static let streamSize = Keyword(
    "stream_size", .flow, "Bytes of the TCP stream that one side has sent.",
    values: "server|client|both|either,operator,n", example: "stream_size:server,>,1000;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    let sides: [String: StreamSizeSide] = [
      "server": .server, "client": .client, "both": .both, "either": .either,
    ]
    guard parts.count == 3, let side = sides[parts[0].text] else {
      throw value.problem(
        "“\(value.text)” is no stream size", remedy: "write server|client|both|either,operator,n")
    }
    let size = try parts[2].integer(in: 0...Int64(UInt32.max), "the size")
    let test: NumberTest
    switch parts[1].text {
    case "<": test = .less(size)
    case "<=": test = .lessOrEqual(size)
    case ">": test = .greater(size)
    case ">=": test = .greaterOrEqual(size)
    case "=": test = .equal(size)
    case "!=": test = .notEqual(size)
    default:
      throw parts[1].problem("“\(parts[1].text)” is no operator", remedy: "write <, <=, >, >=, = or !=")
    }
    builder.signature.flowConditions.append(.streamSize(side, test))
  }
}

extension SignatureBuilder {
  fileprivate mutating func add(_ number: FlowNumber, _ test: NumberTest) {
    signature.flowConditions.append(.number(number, test))
    requiresPacket = true
  }
}

private enum FlowSyntax {
  static let directions = ["to_server", "from_client", "to_client", "from_server"]

  /// One word of `flow`; those that exclude one another are refused.
  static func take(_ word: KeywordValue, _ builder: inout SignatureBuilder) throws(RuleProblem) {
    let text = word.lowercasedText
    switch text {
    case "to_server", "from_client": try direct(.toServer, word, &builder)
    case "to_client", "from_server": try direct(.toClient, word, &builder)
    case "established", "not_established", "stateless": try choose("state", text, word, &builder)
    case "only_stream", "no_stream": try choose("stream", text, word, &builder)
    case "only_frag", "no_frag": try choose("fragments", text, word, &builder)
    default:
      let known = [
        "to_server", "to_client", "from_server", "from_client", "established", "not_established", "stateless",
        "only_stream", "no_stream", "only_frag", "no_frag",
      ]
      let near = Spelling.nearest(to: text, among: known) ?? known.joined(separator: ", ")
      throw word.problem("“\(word.text)” is no word of flow", remedy: "write \(near)")
    }
  }

  private static func direct(
    _ direction: Direction, _ word: KeywordValue, _ builder: inout SignatureBuilder
  ) throws(RuleProblem) {
    guard builder.flowDirection == nil else {
      throw word.problem("the direction is given twice", remedy: "keep one of them")
    }
    builder.flowDirection = direction
    builder.signature.flowConditions.append(.direction(direction))
  }

  private static func choose(
    _ what: String, _ text: String, _ word: KeywordValue, _ builder: inout SignatureBuilder
  ) throws(RuleProblem) {
    guard builder.seen.insert("flow \(what)").inserted else {
      throw word.problem(
        "“\(word.text)” stands with another word on the flow's \(what)", remedy: "keep one of them")
    }
    let condition: FlowCondition
    switch text {
    case "established": condition = .established
    case "not_established": condition = .notEstablished
    case "only_stream": condition = .onlyStream
    case "no_stream": condition = .noStream
    case "only_frag": condition = .onlyFragment
    case "no_frag": condition = .noFragment
    default: condition = .stateless
    }
    builder.signature.flowConditions.append(condition)
    if text == "only_stream", builder.signature.header.payloadScope == .both {
      builder.signature.header.payloadScope = .streamOnly
    }
    if text == "no_stream" { builder.requiresPacket = true }
  }

  static func count(
    _ value: KeywordValue, _ sides: [String: FlowNumber], maximum: Int64, _ builder: inout SignatureBuilder
  ) throws(RuleProblem) {
    let parts = value.split(limit: 2)
    guard parts.count == 2, let number = sides[parts[0].lowercasedText] else {
      throw value.problem(
        "the side is missing", remedy: "write toserver, toclient, either or both, a comma and a number")
    }
    builder.add(number, try NumberSyntax.parse(parts[1], maximum: maximum))
  }
}
