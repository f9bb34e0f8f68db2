import Protocols
import Wire

/// Compiles signatures, in order, and sorts them into everything that the inspector looks rules up in.
struct RuleSetBuilder {
  private let protocols: [ApplicationProtocol]
  private var program = ProgramBuilder()
  private var signatures: [Signature] = []
  private var problems: [RuleProblem] = []

  /// What a rule set is made of.
  struct Parts {
    var signatures: [Signature] = []
    var problems: [RuleProblem] = []
    var program = RuleProgram(ProgramPools())
    var databases: [ScanDatabase] = []
    var groups: [PacketGroup] = []
    var index = GroupIndex()
    var transactionGroups: [TransactionGroup] = []
    var addressRules = AddressRules()
    var eventRules = EventRules()
    var fieldPositions: [Int16] = []
  }

  init(_ protocols: [ApplicationProtocol]) {
    self.protocols = protocols
  }

  mutating func add(_ signature: Signature) {
    do {
      try program.add(signature)
      signatures.append(signature)
    } catch {
      problems.append(
        RuleProblem(
          at: signature.identity.position, "pcre: \(error.message) at byte \(error.offset) of the expression",
          remedy: "correct the expression between the slashes"))
    }
  }

  consuming func build() -> Parts {
    var parts = Parts()
    parts.signatures = signatures
    parts.problems = problems
    parts.program = RuleProgram(program.program)
    parts.fieldPositions = fieldPositions(parts.program.buffers)
    var groups = GroupBuilder()
    var transactions = TransactionGroupBuilder(protocols, parts.program.buffers)
    var sources: [(set: AddressSet, rule: Int32)] = []
    var destinations: [(set: AddressSet, rule: Int32)] = []
    for (index, signature) in signatures.enumerated() {
      let number = Int32(clamping: index)
      let rule = parts.program.rules[index]
      if rule.isTransactional {
        transactions.add(number, signature, rule, FastPattern.choose(signature))
      } else if !signature.events.isEmpty {
        Self.add(number, signature.events, &parts.eventRules)
      } else if Self.isOnAddressesAlone(signature) {
        Self.add(number, signature.header, &sources, &destinations, &parts.addressRules.others)
      } else {
        groups.add(number, signature, rule, FastPattern.choose(signature))
      }
    }
    parts.addressRules.bySource = AddressIndex(sources)
    parts.addressRules.byDestination = AddressIndex(destinations)
    compile(&groups, transactions, &parts)
    return parts
  }

  /// Literals are escaped and bounded before: a failure here would be our own mistake or a lack of memory.
  private func compile(
    _ groups: inout GroupBuilder, _ transactions: TransactionGroupBuilder, _ parts: inout Parts
  ) {
    var store = DatabaseStore()
    do {
      (parts.groups, parts.index) = try groups.build(&store)
      parts.transactionGroups = try transactions.build(&store)
    } catch {
      preconditionFailure("the literals of the rules could not be compiled: \(error.message)")
    }
    parts.databases = store.databases
  }

  private func fieldPositions(_ buffers: [BufferReference]) -> [Int16] {
    var positions = [Int16](repeating: -1, count: buffers.count * protocols.count)
    for (number, buffer) in buffers.enumerated() {
      guard case .field(let references) = buffer.source else { continue }
      for reference in references where protocols.indices.contains(reference.protocolIndex) {
        let hasField = protocols[reference.protocolIndex].fields.indices.contains(reference.fieldIndex)
        if hasField {
          positions[number * protocols.count + reference.protocolIndex] = Int16(reference.fieldIndex)
        }
      }
    }
    return positions
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

  /// Whether a rule asks for nothing but addresses (and state): it is evaluated once for each flow and
  /// direction.
  private static func isOnAddressesAlone(_ signature: Signature) -> Bool {
    let header = signature.header
    return signature.inspections.isEmpty && signature.packetConditions.isEmpty
      && signature.flowConditions.isEmpty
      && signature.protocols.isEmpty && header.sourcePorts.isAny && header.destinationPorts.isAny
      && header.payloadScope == .both && !header.acceptsNonIP
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
