import Protocols
import Wire

/// What a rule's options say together.
extension SignatureBuilder {
  /// Checks and settles what only the whole rule can say.
  mutating func finish() throws(RuleProblem) {
    guard signature.identity.id != 0 else {
      throw RuleProblem(
        at: rule.position, "the rule has no sid", remedy: "add sid:NUMBER; with a number of its own"
      ).inSuricata("detect-parse", "Signature missing required value \"sid\".")
    }
    if stickyBuffer != nil, stickyIndex == nil, !bufferIsBroken {
      throw RuleProblem(
        at: rule.position, "the buffer \(stickyName) is asked nothing",
        remedy: "write a content behind \(stickyName), or remove it"
      ).inSuricata(
        "detect-parse",
        "rule \(signature.identity.id) setup buffer \(stickyName) but didn't add matches to it")
    }
    let configures = signature.effects.contains {
      switch $0 {
      case .disableLogging, .disableTracking: true
      default: false
      }
    }
    guard (rule.action == .config) == configures else {
      throw RuleProblem(
        at: rule.position,
        configures
          ? "only a rule that begins with config configures something" : "the rule configures nothing",
        remedy: "begin with config and write config: logging disable, type tx, scope tx;")
    }
    checkURISize()
    signature.inspections.removeAll { $0.conditions.isEmpty }
    attempt { (builder) throws(RuleProblem) in try builder.settleDirection() }
    settleOpenings()
    if asksFiles, !problems.contains(where: { $0.severity == .error }) {
      attempt { (builder) throws(RuleProblem) in try FileSyntax.checkOwner(builder) }
    }
    attempt { (builder) throws(RuleProblem) in try builder.settleScope() }
    attempt { (builder) throws(RuleProblem) in try builder.checkHook() }
    attempt { (builder) throws(RuleProblem) in try builder.checkEarlyHook() }
    attempt { (builder) throws(RuleProblem) in try builder.checkFrames() }
    for index in signature.inspections.indices {
      attempt { (builder) throws(RuleProblem) in try builder.check(builder.signature.inspections[index]) }
    }
    checkPayloadSize()
    boundContents()
    settleByteOrder()
    normaliseContents()
    settlePriority()
    settleLines()
    signature.variableCount = slots.count
  }

  /// A rule for IP of any ends that asks for fields of access lines means frames without IP too.
  private mutating func settleLines() {
    guard signature.header.ipProtocols == nil, signature.header.ipVersion == 0,
      signature.protocols.contains(where: { ProtocolCatalogue.all[$0].transports.isEmpty }),
      signature.header.source.isAny, signature.header.destination.isAny
    else { return }
    signature.header.acceptsNonIP = true
  }

  /// Numbers in the byte order of a remote procedure call (`dce`) are asked of calls alone.
  private mutating func settleByteOrder() {
    let asksCalls = signature.inspections.contains { inspection in
      inspection.conditions.contains { condition in
        switch condition {
        case .byteTest(let test): test.format.usesDCE
        case .byteJump(let jump): jump.format.usesDCE
        case .byteExtract(let extract): extract.format.usesDCE
        case .byteMath(let math): math.format.usesDCE
        default: false
        }
      }
    }
    guard asksCalls, signature.protocols.isEmpty else { return }
    signature.protocols = ["dcerpc", "smb"].compactMap { ProtocolCatalogue.index(named: $0) }
  }

  /// Brings the directions of `flow`, buffers and hook together.
  private mutating func settleDirection() throws(RuleProblem) {
    if signature.isTwoSided { return try settleSides() }
    let isRaw = signature.inspections.contains { $0.buffer.keyword == "http.header.raw" }
    // As in Suricata, of all buffers a response's body alone says which way the rule looks.
    let hasBody = signature.inspections.contains { $0.buffer.keyword == "http.response_body" }
    guard !isRaw || hasBody || flowDirection != nil || signature.hookProgress != nil else {
      throw RuleProblem(
        at: rule.position, "http.header.raw may be of the request or of the response",
        remedy: "add flow:to_server; or flow:to_client;"
      ).inSuricata(
        "detect-http-raw-header",
        "http_raw_header signature without a flow direction. Use flow:to_server for inspecting request "
          + "headers or flow:to_client for inspecting response headers.")
    }
    if flowDirection == .toClient, asksFiles, isOnMails { bufferDirections.insert(.toServer) }
    guard !bufferDirections.isEmpty else { return }
    guard bufferDirections.count == 1, let direction = bufferDirections.first else {
      throw RuleProblem(
        at: rule.position,
        "the rule asks for buffers of requests and of responses, which never come together",
        remedy: "write one rule for each direction, joined by flowbits"
      ).inSuricata(
        "detect-parse",
        "rule \(signature.identity.id) mixes keywords with conflicting directions, a transactional rule with "
          + "=> should be used")
    }
    if let flowDirection {
      if flowDirection != direction {
        let word = flowDirection == .toServer ? "to_server" : "to_client"
        throw RuleProblem(
          at: rule.text.position(at: flowOffset), "flow:\(word) excludes the buffers that the rule asks for",
          remedy: "write flow:\(flowDirection == .toServer ? "to_client" : "to_server")"
        ).inSuricata(
          "detect-parse", "rule \(signature.identity.id) mixes keywords with conflicting directions")
      }
    } else {
      signature.flowConditions.append(.direction(direction))
    }
  }

  /// As in Suricata, a rule on what opens a connection to ports that it names looks towards the server alone,
  /// unless it says otherwise: the answer has the same flag. Where it goes both ways, that holds for the way
  /// to the ports it names.
  private mutating func settleOpenings() {
    let (header, syn) = (signature.header, UInt8(0x02))
    let (isFromAny, isToAny) = (header.sourcePorts.isAny, header.destinationPorts.isAny)
    guard flowDirection == nil, signature.hookProgress == nil,
      header.isBidirectional ? !isFromAny || !isToAny : !isToAny
    else { return }
    for case .tcpFlags(syn, _, let mode) in signature.packetConditions where mode != .not {
      if header.isBidirectional, isFromAny != isToAny {
        let ports = isToAny ? header.sourcePorts : header.destinationPorts
        return signature.flowConditions.append(.answersFrom(ports))
      }
      if mode != .exact {
        problems.append(
          RuleProblem(
            .warning, at: rule.position,
            "with ports and no direction, what opens a connection is asked of packets to the server",
            remedy: "add flow:to_server, and write a rule with flow:to_client for answers"))
      }
      return signature.flowConditions.append(.direction(.toServer))
    }
  }

  /// Files of mails go to the server.
  private var isOnMails: Bool {
    !signature.protocols.isEmpty
      && signature.protocols.allSatisfy { ProtocolCatalogue.all[$0].name == "smtp" }
  }

  private var asksFiles: Bool {
    signature.inspections.contains { inspection in
      switch inspection.buffer.source {
      case .fileData, .fileName, .fileMagic, .file: true
      case .payload, .header, .base64Data, .field, .frame: false
      }
    }
  }

  /// A rule on both directions of a transaction: each buffer gets its direction, and both must be asked.
  private mutating func settleSides() throws(RuleProblem) {
    let id = signature.identity.id
    func refuse(_ message: String, _ remedy: String, _ words: String) -> RuleProblem {
      RuleProblem(at: rule.position, message, remedy: remedy)
        .inSuricata("detect-parse", "rule \(id) \(words)")
    }
    if flowDirection != nil {
      throw refuse(
        "a rule with => has no direction of its own", "remove to_server or to_client from flow",
        "means to use both directions, cannot specify a flow direction")
    }
    var sides: Set<Direction> = []
    var asksPackets = false
    for index in signature.inspections.indices {
      let buffer = signature.inspections[index].buffer
      guard let side = buffer.side else {
        switch buffer.source {
        case .payload, .header:
          asksPackets = true
          continue
        case .base64Data: continue
        case .field, .fileData, .fileName, .fileMagic, .file, .frame:
          throw refuse(
            "\(buffer.keyword) may be of the request or of the response",
            "write \(buffer.keyword): to_server; or \(buffer.keyword): to_client;",
            "means to use both directions, cannot have keywords ambiguous about directions")
        }
      }
      signature.inspections[index].buffer.direction = side
      sides.insert(side)
    }
    guard sides.count == 2 else {
      throw refuse(
        "a rule with => asks for buffers of the request and of the response",
        "add a buffer of the other direction, or write ->", "should use both directions, but does not")
    }
    if asksPackets {
      throw RuleProblem(
        at: rule.position,
        "a rule with => looks at transactions, and this one asks for packets or the stream",
        remedy: "ask for buffers of the protocol instead")
    }
    let (requests, others) = (
      signature.inspections.filter { $0.buffer.direction == .toServer },
      signature.inspections.filter { $0.buffer.direction != .toServer }
    )
    signature.inspections = requests + others
  }

  /// Conditions on a packet's header make the whole rule one on single packets.
  private mutating func settleScope() throws(RuleProblem) {
    let isStreamOnly = signature.flowConditions.contains { if case .onlyStream = $0 { true } else { false } }
    if isStreamOnly, signature.header.payloadScope == .packetOnly { throw mixedScope }
    guard requiresPacket else { return }
    let asksFields = signature.inspections.contains { inspection in
      switch inspection.buffer.source {
      case .field, .fileData, .fileName, .fileMagic, .file, .frame: true
      case .payload, .header, .base64Data: false
      }
    }
    if asksFields {
      throw RuleProblem(
        at: rule.position,
        "the rule asks for a single packet (dsize, flags, ttl …) and for a protocol's buffer",
        remedy: "write one rule for each, joined by flowbits"
      ).inSuricata(
        "detect-parse",
        "Signature combines packet specific matches (like dsize, flags, ttl) with stream / state matching by "
          + "matching on app layer proto (like using http_* keywords).")
    }
    if signature.header.payloadScope == .streamOnly { throw mixedScope }
    signature.header.payloadScope = .packetOnly
  }

  private var mixedScope: RuleProblem {
    RuleProblem(
      at: rule.position, "the rule is for streams only and asks for what only packets have",
      remedy: "write tcp or tcp-pkt instead of tcp-stream"
    ).inSuricata(
      "detect-parse",
      "can't mix packet keywords with tcp-stream or flow:only_stream.  Invalidating signature.")
  }

  /// A rule on a hook is evaluated once, at that progress: its buffers must become complete there. Where a
  /// protocol has but a beginning and an end, what is there with the one is there with the other, and numbers
  /// are there with both.
  private mutating func checkHook() throws(RuleProblem) {
    guard let hook = signature.hookProgress else { return }
    var isShort = false
    if case .application(let index) = header {
      isShort = ProtocolCatalogue.all[index].progress[hook.direction].count == 2
    }
    if isShort, hook.progress == 1 { return }
    for inspection in signature.inspections {
      guard case .field(let references) = inspection.buffer.source else { continue }
      let step = hook.progress...(signature.hookLast ?? hook.progress)
      for reference in references
      where !step.contains(reference.field.progress[hook.direction]) && reference.field.kind != .body
        && !reference.field.comesInParts && !(isShort && reference.field.kind == .number)
      {
        throw RuleProblem(
          at: rule.position, "\(inspection.buffer.keyword) is not there at the rule's hook",
          remedy: "write the hook at which it becomes complete, or none")
      }
    }
  }

  private mutating func settlePriority() {
    if signature.identity.classType.isEmpty || seen.contains("priority") { return }
    if let entry = context.environment.classifications[signature.identity.classType] {
      signature.identity.priority = entry.priority
    }
  }
}

extension BufferReference {
  /// The one direction that has the buffer, or that it is marked with.
  var side: Direction? {
    if let direction { return direction }
    guard case .field(let references) = source else { return nil }
    let directions = references.map(\.field.direction)
    guard let first = directions.first, directions.allSatisfy({ $0 == first }) else { return nil }
    return first
  }
}
