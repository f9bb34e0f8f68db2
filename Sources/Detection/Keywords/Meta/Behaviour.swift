import Protocols

extension Keyword {
  static let noAlert = Keyword(
    "noalert", .meta, "The rule has its effects and is not reported.", argument: .none, example: "noalert;"
  ) { (value, builder) throws(RuleProblem) in
    builder.signature.isSilent = true
    builder.signature.wantsAlert = false
  }

  static let alert = Keyword(
    "alert", .meta, "The rule is reported: takes a noalert back, and has a pass rule reported.",
    argument: .none, example: "noalert; alert;"
  ) { (value, builder) throws(RuleProblem) in
    builder.signature.isSilent = false
    builder.signature.wantsAlert = true
  }

  static let bypass = Keyword(
    "bypass", .meta, "The rest of the flow need not be looked at any more.", argument: .none,
    example: "bypass;"
  ) { (value, builder) throws(RuleProblem) in
    try builder.once("bypass")
    builder.signature.effects.append(.bypass)
  }

  static let queueMark = Keyword(
    "nfq_set_mark", .meta,
    "Marks the packet for the kernel where packets come from its queue (NFQUEUE); without effect here.",
    values: "mark/mask", example: "nfq_set_mark:0x1/0xff;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split("/")
    guard parts.count == 2 else {
      throw value.problem("“\(value.text)” is no mark", remedy: "write mark/mask, as 0x1/0xff")
    }
    for part in parts { _ = try part.integer(in: 0...Int64(UInt32.max), "the mark") }
  }

  static let tlsStore = Keyword(
    "tls.store", aliases: ["tls_store"], .meta,
    "Writes the certificates of the session to `outputs.tls-store`.", argument: .none,
    example: "tls.cert_issuer; content:\"CN=example\"; tls.store;", exampleProtocol: "tls"
  ) { (value, builder) throws(RuleProblem) in
    try builder.once("tls.store")
    let names = builder.signature.protocols.map { ProtocolCatalogue.all[$0].name }
    guard names.isEmpty || names.contains("tls") else {
      throw builder.problem("tls.store is for rules on TLS", remedy: "write alert tls, or remove it")
    }
    builder.signature.effects.append(.storeCertificates)
  }

  static let prefilter = Keyword(
    "prefilter", .meta, "The condition before is what the rule is looked up by.", argument: .none,
    example: "ttl:1; prefilter;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let signature = builder.signature
    let hasCondition =
      !signature.inspections.isEmpty || !signature.packetConditions.isEmpty
      || !signature.flowConditions.isEmpty
      || !signature.stateConditions.isEmpty || !signature.events.isEmpty
    guard hasCondition else {
      throw builder.problem("prefilter needs a condition before it", remedy: "write it behind the condition")
    }
    builder.signature.wantsPrefilter = true
    // Behind a content it says what fast_pattern says.
    if builder.isBehindContent, !builder.hasFastPattern {
      builder.hasFastPattern = true
      try builder.modifyContent("prefilter") { (content) throws(RuleProblem) in
        content.isFastPattern = true
      }
    }
  }

  static let requires = Keyword(
    "requires", .meta, "The rule is left out unless the engine has what is named.",
    values: "version >= n.n.n, keyword name, feature name",
    example: "requires:version >= 7.0.0, keyword dns.query;"
  ) { (value, builder) throws(RuleProblem) in
    try builder.once("requires")
    _ = try RuleRequirements.unmet(value, builder.context.environment.features)
  }
}
