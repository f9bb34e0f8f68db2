import Protocols
import Wire

/// Compiles signatures, one after the other, into the flat pools of a program.
struct ProgramBuilder {
  var program = ProgramPools()
  let protocols: [ApplicationProtocol]
  private var bufferNumbers: [BufferReference: Int] = [:]
  private var patternNumbers: [PatternKey: Int] = [:]
  /// The buffer whose conditions are at hand, as events name it.
  private var bufferName = ""
  /// Address sets used lately: nearly all rules name one of a few variables.
  private var recentSets: [(set: AddressSet, ranges4: IndexRange, ranges6: IndexRange)] = []

  init(_ protocols: [ApplicationProtocol] = ProtocolCatalogue.all) {
    self.protocols = protocols
  }

  private struct PatternKey: Hashable {
    var expression: String
    var options: UInt32
  }

  /// Address sets that are looked up before a new one is stored.
  private static let recentMax = 24

  /// Adds a signature; its position becomes the rule's number. Throws where an expression cannot be compiled.
  ///
  /// `pattern` is what calls the rule up, if anything does.
  mutating func add(_ signature: Signature, _ pattern: FastPattern?) throws(CompiledPattern.Failure) {
    var rule = CompiledRule()
    let payload = signature.inspections.filter { $0.buffer.source == .payload }
    let header = signature.inspections.filter { if case .header = $0.buffer.source { true } else { false } }
    let other = signature.inspections.filter {
      switch $0.buffer.source {
      case .field, .fileData, .fileName, .fileMagic, .file: true
      case .payload, .header, .base64Data, .frame: false
      }
    }
    let frames = signature.inspections.filter { if case .frame = $0.buffer.source { true } else { false } }
    // What base64_decode gives is asked by the steps of base64_data, which run where the decoding stands.
    let decoded = signature.inspections.filter { $0.buffer.source == .base64Data }
    rule.payloadInspections = try add(payload, decoded)
    rule.headerInspections = try add(header, decoded)
    rule.transactionInspections = try add(other, decoded)
    rule.frameInspections = try add(frames, decoded)
    rule.packetSteps = add(signature.packetConditions)
    rule.flowSteps = add(signature.flowConditions.filter { !RuleGate.covers($0) })
    rule.stateSteps = add(signature.stateConditions)
    rule.protocols = add(numbers: signature.protocols.map(Int64.init))
    rule.events = add(signature.events)
    rule.action = signature.action
    rule.isSilent = signature.isSilent || signature.action == .pass && !signature.wantsAlert
    rule.actionScope = Self.actionScope(of: signature, isTransactional: !other.isEmpty)
    rule.isCounted =
      !signature.thresholds.isEmpty || !signature.suppressions.isEmpty || !signature.rateFilters.isEmpty
    rule.hasEffects = !signature.effects.isEmpty
    rule.hasScripts = !signature.scripts.isEmpty
    rule.asksFiles = other.contains {
      switch $0.buffer.source {
      case .fileData, .fileName, .fileMagic, .file: true
      default: false
      }
    }
    rule.keepsFiles = signature.effects.contains { if case .storeFile = $0 { true } else { false } }
    let hasEvent = signature.events.contains { if case .application = $0 { true } else { false } }
    rule.isTransactional = !other.isEmpty || hasEvent || signature.hookProgress != nil
    rule.isCollectedOnce = rule.isTransactional && (signature.hookProgress != nil || pattern == nil)
    let asksBodies = rule.asksFiles || other.contains { isGrowing($0.buffer) }
    rule.isBoundToStep = rule.isCollectedOnce && !hasEvent && !asksBodies
    rule.isCalledAgain = !signature.events.isEmpty || pattern.map { isGrowing($0.buffer) } ?? false
    rule.isRaised =
      rule.isTransactional && signature.hookProgress == nil && pattern?.buffer.source == .payload
    if rule.isRaised || signature.isTwoSided { rule.isCalledAgain = true }
    rule.looksBack = Self.looksBack(signature, protocols) && !payload.isEmpty
    rule.isBoundToPacket =
      signature.packetConditions.contains(where: \.isBinding) || header.contains { !$0.buffer.isAddress }
    rule.payloadNeed = PayloadNeed(signature)
    rule.payloadMode = mode(of: signature, payload, isBoundToPacket: rule.isBoundToPacket)
    rule.isOnParts = payload.contains { $0.conditions.contains { Self.isOnPart($0) } }
    rule.directions = directions(of: signature)
    rule.isTwoSided = signature.isTwoSided
    takeHook(of: signature, asksBuffers: !other.isEmpty, asksBodies: asksBodies, &rule)
    program.variableCount = max(program.variableCount, min(signature.variableCount, Self.variablesMax))
    program.rules.append(rule)
    program.gates.append(RuleGate(signature))
    program.headers.append(compile(signature.header))
  }

  /// Whether a body calls a rule up, by the documented choice.
  private static func looksBack(_ signature: Signature, _ protocols: [ApplicationProtocol]) -> Bool {
    guard let choice = PatternChoice(signature) else { return false }
    return FastPattern.isBody(signature.inspections[choice.inspection].buffer, protocols)
  }

  /// Where a rule is met by how far its transaction has come, and whether it is met again.
  private func takeHook(
    of signature: Signature, asksBuffers: Bool, asksBodies: Bool, _ rule: inout CompiledRule
  ) {
    guard signature.firewall == nil, let hook = signature.hookProgress else { return }
    let isOnPart = signature.isOnPartHook && hook.progress > 0
    rule.isRepeated = !asksBuffers && (isOnPart || signature.isOnLastingHook)
    // A body is looked at while it comes, and what was cut as far as it came.
    let begins = isOnPart && (rule.isRepeated || asksBodies)
    rule.hookProgress = Int16(hook.progress) - (begins ? 1 : 0)
    rule.hookLast = isOnPart ? rule.hookProgress : Int16(signature.hookLast ?? hook.progress)
    if signature.isHookBounded { rule.hookUntil = rule.hookLast }
    rule.directions &= hook.direction == .toServer ? 1 : 2
    // Nothing follows the last one.
    if let index = signature.protocols.first,
      Int(hook.progress) == protocols[index].progress[hook.direction].count - 1
    {
      rule.isBoundToStep = false
    }
  }

  /// Variables that one rule can have: each takes a keyword in it.
  private static let variablesMax = 256

  /// Rules on single packets look at packets; anchored contents are tried on packets and on the stream; all
  /// others on the stream alone, where there is one.
  private func mode(of signature: Signature, _ payload: [Inspection], isBoundToPacket: Bool) -> PayloadMode {
    for condition in signature.flowConditions {
      if case .onlyStream = condition { return .streamOnly }
      if case .noStream = condition { return .packet }
    }
    switch signature.header.payloadScope {
    case .packetOnly: return .packet
    // Packets that no stream took are shown to these as well.
    case .streamOnly: return .stream
    case .both: break
    }
    if isBoundToPacket { return .packet }
    for case .streamSize in signature.flowConditions { return .both }
    for inspection in payload {
      for case .content(let content) in inspection.conditions
      where content.startsWith || content.offset != nil || content.depth != nil {
        return .both
      }
    }
    return .stream
  }

  /// Bit 0: to the server, bit 1: to the client.
  private func directions(of signature: Signature) -> UInt8 {
    for case .direction(let direction) in signature.flowConditions {
      return direction == .toServer ? 1 : 2
    }
    return 3
  }

  // MARK: Inspections

  private mutating func add(
    _ inspections: [Inspection], _ decoded: [Inspection]
  ) throws(CompiledPattern.Failure) -> IndexRange {
    var compiled: [CompiledInspection] = []
    for inspection in inspections {
      let buffer = number(of: inspection.buffer)
      for case .pcrexform(let text) in inspection.buffer.transforms
      where program.transformPatterns[text] == nil {
        program.transformPatterns[text] = try CompiledPattern(text, options: 0)
      }
      bufferName = inspection.buffer.keyword
      let steps = try add(
        inspection.conditions, decoded, isPayload: inspection.buffer.source == .payload)
      compiled.append(
        CompiledInspection(
          buffer: Int32(clamping: buffer), source: Self.source(inspection.buffer.source),
          isTransformed: !inspection.buffer.transforms.isEmpty,
          isToClient: inspection.buffer.direction == .toClient,
          frameKind: Self.frameKind(inspection.buffer.source), steps: steps))
    }
    let start = program.inspections.count
    program.inspections += compiled
    return IndexRange(start, program.inspections.count)
  }

  private static func frameKind(_ source: BufferReference.Source) -> UInt8 {
    if case .frame(_, let kind) = source { return kind }
    return 0
  }

  private static func source(_ source: BufferReference.Source) -> CompiledInspection.Source {
    switch source {
    case .payload, .base64Data: .payload
    case .field: .field
    case .fileData: .fileData
    case .fileName: .fileName
    case .fileMagic: .fileMagic
    case .file: .file
    case .frame: .frame
    case .header(.ipv4): .ipv4
    case .header(.ipv6): .ipv6
    case .header(.tcp): .tcp
    case .header(.udp): .udp
    case .header(.icmpv4): .icmpv4
    case .header(.icmpv6): .icmpv6
    case .header(.source): .sourceAddress
    case .header(.destination): .destinationAddress
    }
  }

  private mutating func number(of buffer: BufferReference) -> Int {
    if let number = bufferNumbers[buffer] { return number }
    let number = program.buffers.count
    program.buffers.append(buffer)
    bufferNumbers[buffer] = number
    return number
  }

  private mutating func add(
    _ conditions: [BufferCondition], _ decoded: [Inspection], isPayload: Bool = false
  ) throws(CompiledPattern.Failure) -> IndexRange {
    // A pattern that only the prefilter needs has no place in the chain: it must not move the position.
    let only = conditions.filter { Self.isFastPatternOnly($0) }
    let ordered = only + conditions.filter { !Self.isFastPatternOnly($0) }
    var steps: [Step] = []
    for condition in ordered { steps.append(try compile(condition, decoded)) }
    Self.markRetries(&steps, isPayload: isPayload)
    Self.markDecisive(&steps)
    let start = program.steps.count
    program.steps += steps
    return IndexRange(start, program.steps.count)
  }

  private static func isFastPatternOnly(_ condition: BufferCondition) -> Bool {
    if case .content(let content) = condition { return content.isFastPatternOnly && !content.isRelative }
    return false
  }

  private mutating func compile(
    _ condition: BufferCondition, _ decoded: [Inspection]
  ) throws(CompiledPattern.Failure) -> Step {
    switch condition {
    case .content(let content): return .content(compile(content))
    case .pattern(let pattern): return .pattern(try compile(pattern))
    case .byteTest(let test): return .byteTest(test)
    case .byteJump(let jump): return .byteJump(jump)
    case .byteExtract(let extract): return .byteExtract(extract)
    case .byteMath(let math): return .byteMath(math)
    case .isDataAt(let offset, let isRelative, let isNegated):
      return .isDataAt(Bound(offset), isRelative: isRelative, isNegated: isNegated)
    case .size(let test): return .size(check(test))
    case .absent(let orElse): return .absent(orElse: orElse)
    case .entropy(let entropy):
      let name = intern(bufferName.replacing(".", with: "_"))
      return .entropy(offset: entropy.offset, bytes: entropy.bytes, check(entropy.test), name: name)
    case .base64Decode(let offset, let bytes, let isRelative):
      var data = IndexRange.empty
      for inspection in decoded.prefix(1) { data = try add(inspection.conditions, []) }
      return .base64Decode(
        offset: Int(clamping: offset.clamped), bytes: bytes.map { Int(clamping: $0.clamped) },
        isRelative: isRelative,
        data: data)
    case .number(let test, let place): return .number(check(test), at: place)
    case .asn1(let check): return .asn1(check)
    case .dataset(let dataset): return .dataset(compile(dataset))
    case .fileSize(let test): return .fileSize(check(test))
    case .fileDigest(let list, let isNegated):
      program.digestLists.append(list)
      return .fileDigest(Int32(clamping: program.digestLists.count - 1), isNegated: isNegated)
    case .fileStored: return .fileStored
    }
  }

  /// The position of a name that alerts show.
  mutating func intern(_ name: String) -> Int32 { Int32(clamping: program.names.intern(name)) }

  private mutating func compile(_ content: ContentCondition) -> ContentStep {
    let bytes = content.ignoresCase ? content.pattern.map(\.lowercased) : content.pattern
    var step = ContentStep(start: program.bytes.count, count: bytes.count)
    program.bytes += bytes
    step.offset = Bound(content.offset)
    step.depth = content.startsWith ? Bound(kind: .constant, value: bytes.count) : Bound(content.depth)
    step.distance = Bound(content.distance)
    step.within = Bound(content.within)
    step.isNegated = content.isNegated
    step.ignoresCase = content.ignoresCase
    step.endsWith = content.endsWith
    step.isRelative = content.isRelative
    return step
  }

  private mutating func compile(_ condition: PatternCondition) throws(CompiledPattern.Failure) -> PatternStep
  {
    let key = PatternKey(expression: condition.expression, options: condition.options)
    let number: Int
    if let known = patternNumbers[key] {
      number = known
    } else {
      number = program.patterns.count
      program.patterns.append(try CompiledPattern(condition.expression, options: condition.options))
      patternNumbers[key] = number
    }
    var step = PatternStep(pattern: number, isNegated: condition.isNegated, isRelative: condition.isRelative)
    let start = program.captures.count
    for capture in condition.captures {
      program.captures.append(CompiledCapture(group: capture.group, kind: capture.kind, name: capture.name))
    }
    step.captures = IndexRange(start, program.captures.count)
    return step
  }

  // MARK: Numbers

  mutating func add(numbers: [Int64]) -> IndexRange {
    let start = program.numbers.count
    program.numbers += numbers
    return IndexRange(start, program.numbers.count)
  }

  mutating func check(_ test: NumberTest) -> NumberCheck {
    func make(_ operation: NumberCheck.Operation, _ first: Int64, _ second: Int64 = 0) -> NumberCheck {
      NumberCheck(operation: operation, first: first, second: second)
    }
    switch test {
    case .equal(let value): return make(.equal, value)
    case .notEqual(let value): return make(.notEqual, value)
    case .less(let value): return make(.less, value)
    case .lessOrEqual(let value): return make(.lessOrEqual, value)
    case .greater(let value): return make(.greater, value)
    case .greaterOrEqual(let value): return make(.greaterOrEqual, value)
    case .within(let low, let high): return make(.within, low, high)
    case .outside(let low, let high): return make(.outside, low, high)
    case .maskedEqual(let mask, let value): return make(.maskedEqual, mask, value)
    case .maskedNotEqual(let mask, let value): return make(.maskedNotEqual, mask, value)
    case .oneOf(let values):
      let range = add(numbers: values)
      return make(.oneOf, Int64(range.lower), Int64(range.upper))
    case .noneOf(let values):
      let range = add(numbers: values)
      return make(.noneOf, Int64(range.lower), Int64(range.upper))
    }
  }

  // MARK: Pools of the other parts (see ProgramBuilder+Header)

  mutating func append(steps: [PacketStep]) -> IndexRange {
    let start = program.packetSteps.count
    program.packetSteps += steps
    return IndexRange(start, program.packetSteps.count)
  }

  mutating func append(steps: [FlowStep]) -> IndexRange {
    let start = program.flowSteps.count
    program.flowSteps += steps
    return IndexRange(start, program.flowSteps.count)
  }

  mutating func append(steps: [StateStep]) -> IndexRange {
    let start = program.stateSteps.count
    program.stateSteps += steps
    return IndexRange(start, program.stateSteps.count)
  }

  mutating func append(events: [CompiledEvent]) -> IndexRange {
    let start = program.events.count
    program.events += events
    return IndexRange(start, program.events.count)
  }

  mutating func append(ports: PortSet) -> IndexRange {
    let start = program.ports.count
    program.ports += ports.ranges
    return IndexRange(start, program.ports.count)
  }

  /// Ranges of both families in the pools; a set used lately is shared.
  mutating func append(addresses: AddressSet) -> (IndexRange, IndexRange) {
    if let index = recentSets.firstIndex(where: { $0.set == addresses }) {
      let known = recentSets[index]
      if index > 0 { recentSets.swapAt(index, index - 1) }
      return (known.ranges4, known.ranges6)
    }
    let start4 = program.addresses4.count
    program.addresses4 += addresses.ranges4.map {
      UInt32(truncatingIfNeeded: $0.low.low)...UInt32(truncatingIfNeeded: max($0.low.low, $0.high.low))
    }
    let start6 = program.addresses6.count
    program.addresses6 += addresses.ranges6
    let ranges4 = IndexRange(start4, program.addresses4.count)
    let ranges6 = IndexRange(start6, program.addresses6.count)
    if recentSets.count >= Self.recentMax { recentSets.removeLast() }
    recentSets.insert((addresses, ranges4, ranges6), at: 0)
    return (ranges4, ranges6)
  }
}
