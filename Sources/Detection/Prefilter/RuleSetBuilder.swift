import Protocols
import Wire

/// Compiles signatures, in order, and sorts them into everything that the inspector looks rules up in.
struct RuleSetBuilder {
  private let protocols: [ApplicationProtocol]
  private var program: ProgramBuilder
  private var signatures: [Signature] = []
  private var patterns: [FastPattern?] = []
  private var traits = RuleTraits()
  private var problems: [RuleProblem] = []

  /// What a rule set is made of.
  struct Parts {
    var signatures: [Signature] = []
    var traits = RuleTraits()
    var problems: [RuleProblem] = []
    var program = RuleProgram(ProgramPools())
    var databases: [ScanDatabase] = []
    var groups = GroupBuilder.Built()
    var transactionGroups: [TransactionGroup] = []
    var frameGroups: [FrameGroup] = []
    var addressRules = AddressRules()
    var eventRules = EventRules()
    var protocolRules: [Int32] = []
    var readers: [FieldReader?] = []
    var endRules: [Int32] = []
  }

  init(_ protocols: [ApplicationProtocol]) {
    self.protocols = protocols
    program = ProgramBuilder(protocols)
  }

  mutating func add(_ signature: Signature) {
    do {
      // A rule on both directions is asked in each of them.
      let pattern = signature.isTwoSided ? nil : FastPattern.choose(signature, protocols)
      try program.add(signature, pattern)
      signatures.append(signature)
      patterns.append(pattern)
      traits.add(signature, protocols, hasPattern: pattern != nil)
    } catch {
      problems.append(
        RuleProblem(
          at: signature.identity.position, "pcre: \(error.message) at byte \(error.offset) of the expression",
          remedy: "correct the expression between the slashes"))
    }
  }

  /// `cache` keeps what takes long to compile from one run to the next.
  consuming func build(cache: (any PatternCache)? = nil) -> Parts {
    var parts = Parts()
    parts.signatures = signatures
    parts.traits = traits
    parts.problems = problems
    parts.program = RuleProgram(program.program)
    parts.readers = readers(parts.program.buffers)
    var groups = GroupBuilder()
    var transactions = TransactionGroupBuilder(protocols, parts.program.buffers)
    var frames = FrameGroupBuilder()
    var sources: [(set: AddressSet, rule: Int32)] = []
    var destinations: [(set: AddressSet, rule: Int32)] = []
    for (index, signature) in signatures.enumerated() {
      let number = Int32(clamping: index)
      let rule = parts.program.rules[index]
      if signature.firewall != nil { continue }
      if signature.isOnMadeUpPackets { parts.endRules.append(number) }
      groups.noteStreams(signature, rule)
      if !rule.frameInspections.isEmpty {
        frames.add(number, signature, rule, patterns[index])
      } else if rule.isRaised {
        groups.add(number, signature, rule, patterns[index])
      } else if rule.isTransactional {
        transactions.add(number, signature, rule, patterns[index])
      } else if !signature.events.isEmpty {
        Self.add(number, signature.events, &parts.eventRules)
      } else if signature.isOnProtocolAlone {
        parts.protocolRules.append(number)
      } else if signature.isOnAddressesAlone {
        Self.add(number, signature.header, &sources, &destinations, &parts.addressRules.others)
      } else {
        groups.add(number, signature, rule, patterns[index])
      }
    }
    parts.addressRules.bySource = AddressIndex(sources)
    parts.addressRules.byDestination = AddressIndex(destinations)
    compile(&groups, transactions, frames, &parts, cache)
    return parts
  }

  /// Literals are escaped and bounded before: a failure here would be our own mistake or a lack of memory.
  private func compile(
    _ groups: inout GroupBuilder, _ transactions: TransactionGroupBuilder, _ frames: FrameGroupBuilder,
    _ parts: inout Parts, _ cache: (any PatternCache)?
  ) {
    var store = DatabaseStore(cache: cache)
    do {
      parts.groups = try groups.build(&store)
      parts.transactionGroups = try transactions.build(&store)
      parts.frameGroups = try frames.build(protocols.count, &store)
    } catch {
      preconditionFailure("the literals of the rules could not be compiled: \(error.message)")
    }
    parts.databases = store.databases
  }

  private func readers(_ buffers: [BufferReference]) -> [FieldReader?] {
    var readers = [FieldReader?](repeating: nil, count: buffers.count * protocols.count)
    for index in protocols.indices {
      let places = TransactionGroupBuilder.places(of: buffers, index)
      for (number, buffer) in buffers.enumerated() {
        guard let reference = buffer.field(of: index),
          protocols[index].fields.indices.contains(reference.fieldIndex)
        else { continue }
        readers[number * protocols.count + index] = FieldReader(
          protocols[index].fields[reference.fieldIndex], place: places[number],
          isPlain: buffer.transforms.isEmpty)
      }
    }
    return readers
  }

  private static func add(_ number: Int32, _ events: [EventCondition], _ rules: inout EventRules) {
    func insert(_ event: Int, _ lists: inout [[Int32]]) {
      while lists.count <= event { lists.append([]) }
      lists[event].append(number)
    }
    // A rule with several events is looked up by its first and evaluated on all.
    switch events.first {
    case .decoder(let event)?: insert(Int(event), &rules.decoder)
    case .stream(let event)?: insert(Int(event), &rules.stream)
    case .applicationLayer(let name)?:
      if let position = ConversationEvent.allCases.firstIndex(where: { $0.rawValue == name }) {
        insert(position, &rules.layer)
      }
    case .application?, nil: break
    }
  }

  private static func add(
    _ number: Int32, _ header: HeaderCondition, _ sources: inout [(set: AddressSet, rule: Int32)],
    _ destinations: inout [(set: AddressSet, rule: Int32)], _ others: inout [Int32]
  ) {
    if header.isBidirectional {
      others.append(number)
    } else if !header.source.isWide && header.source.size <= header.destination.size {
      sources.append((header.source, number))
    } else if !header.destination.isWide {
      destinations.append((header.destination, number))
    } else {
      others.append(number)
    }
  }
}
