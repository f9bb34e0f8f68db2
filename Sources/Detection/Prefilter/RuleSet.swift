package import Protocols
import Wire

/// All rules, compiled: immutable, and shared by all workers. A reload makes another one.
package final class RuleSet: Sendable {
  /// The signatures in the order in which they are evaluated; an alert names its position here.
  package let signatures: [Signature]
  /// What could not be compiled, and why.
  package let problems: [RuleProblem]

  let program: RuleProgram
  let databases: [ScanDatabase]
  /// The same for those who search.
  let scans: ScanTable
  let groups: [PacketGroup]
  /// Rules without pattern of these groups.
  let groupRules: [Int32]
  private let groupLabels: [String]
  let groupIndex: GroupIndex
  /// By protocol and direction.
  let transactionGroups: [TransactionGroup]
  /// Packets and streams raise rules for transactions, and these may wait for what comes, although no group
  /// has them.
  let raisesRules: Bool
  /// By protocol and direction; empty where no rule asks for frames.
  let frameGroups: [FrameGroup]
  let addressRules: AddressRules
  let eventRules: EventRules
  /// The firewall, where there is one.
  let firewall: FirewallTables?
  /// Rules that ask which protocol the flow has and nothing else.
  let protocolRules: [Int32]
  /// Rules that packets made up at the end of a stream are asked for.
  let endRules: [Int32]
  /// For each buffer and protocol what reads the field, if the protocol has one.
  let readers: [FieldReader?]
  let protocols: [ApplicationProtocol]
  /// Data sets that conditions name, as they were loaded.
  let datasets: [Dataset]

  /// Compiles signatures. Those that cannot be compiled are left out and told in `problems`.
  package init(
    _ signatures: [Signature], datasets: [Dataset] = [],
    actions: [RuleAction] = SignatureOrder.standardActions,
    firewall policies: FirewallPolicies = FirewallPolicies(),
    protocols: [ApplicationProtocol] = ProtocolCatalogue.all, cache: (any PatternCache)? = nil,
    scriptNames: ScriptNames = ScriptNames()
  ) {
    self.scriptNames = scriptNames
    var builder = RuleSetBuilder(protocols)
    var ordered = signatures
    if policies.isEnabled { ordered += FirewallTables.policySignatures() }
    SignatureOrder.sort(&ordered, actions: actions)
    for signature in ordered { builder.add(signature) }
    let parts = builder.build(cache: cache)
    self.signatures = parts.signatures
    self.protocols = protocols
    self.datasets = datasets
    problems = parts.problems
    program = parts.program
    databases = parts.databases
    scans = ScanTable(parts.databases)
    groups = parts.groups.groups
    groupRules = parts.groups.rules
    groupLabels = parts.groups.labels
    groupIndex = parts.groups.index
    transactionGroups = parts.transactionGroups
    raisesRules = parts.program.rules.contains { $0.isRaised }
    frameGroups = parts.frameGroups
    addressRules = parts.addressRules
    eventRules = parts.eventRules
    traits = parts.traits
    firewall = policies.isEnabled ? FirewallTables(parts.signatures, policies, protocols) : nil
    protocolRules = parts.protocolRules
    endRules = parts.endRules
    readers = parts.readers
  }

  /// Names that flows refer to by their positions: buffers of entropies.
  package var names: [String] { program.names }

  /// Bytes of all automata: what the prefilter takes of memory.
  package var databaseBytes: Int { databases.reduce(0) { $0 + ($1.literals?.byteCount ?? 0) } }
  /// How many different automata there are.
  package var databaseCount: Int { databases.count }

  /// What each automaton is run over, and with how many patterns: for those who tune rules or the engine.
  package var databaseLabels: [String] {
    var labels = [String](repeating: "", count: databases.count)
    func add(_ database: Int32, _ label: String) {
      guard database >= 0 else { return }
      let index = Int(database)
      let patterns = "\(label) (\(databases[index].patternCount))"
      labels[index] += labels[index].isEmpty ? patterns : ", " + patterns
    }
    for (group, label) in zip(groups, groupLabels) {
      add(group.prefix, label + " prefix")
      add(group.packet, label + " packet")
      if group.large != group.packet { add(group.large, label + " large packet") }
      add(group.stream, label + " stream")
      add(group.joint, label + " packet and stream")
    }
    for (number, group) in transactionGroups.enumerated() where !group.isEmpty {
      let name = protocols[number / 2].name + (number % 2 == 0 ? " to server" : " to client")
      for engine in group.engines + group.bodies {
        let keyword = program.buffers[Int(engine.buffer)].keyword
        add(engine.database, "\(name) \(keyword)")
        add(engine.prefix, "\(name) \(keyword) prefix")
      }
    }
    return labels
  }

  /// Names that scripts may use.
  let scriptNames: ScriptNames
  /// What the rules as a whole ask for.
  let traits: RuleTraits

  /// What reads the field that a buffer means for a protocol.
  @inline(__always)
  func reader(_ buffer: Int32, _ protocolIndex: Int) -> FieldReader? {
    readers[Int(buffer) &* protocols.count &+ protocolIndex]
  }
}

/// What the inspector needs of a field: passed on as one reference, where the field itself is many.
final class FieldReader: Sendable {
  let kind: FieldKind
  let grows: Bool
  let comesInParts: Bool
  let progress: Pair<UInt8>
  let atEnd: (@Sendable (Transaction, Direction) -> FieldValue)?
  let extract: @Sendable (Transaction, Direction) -> FieldValue
  /// The first of the buffers that mean the same for the protocol: its value is kept at that one's place.
  let place: Int32
  /// The buffer has no transformations.
  let isPlain: Bool

  init(_ field: Field, place: Int, isPlain: Bool) {
    self.place = Int32(clamping: place)
    self.isPlain = isPlain
    kind = field.kind
    grows = field.grows
    comesInParts = field.comesInParts
    atEnd = field.atEnd
    progress = field.progress
    extract = field.extract
  }
}

/// Rules on addresses alone, asked once for each flow and direction.
struct AddressRules: Sendable {
  /// Rules found by their source, and by their destination.
  var bySource = AddressIndex()
  var byDestination = AddressIndex()
  /// Rules that no small set of addresses picks out.
  var others: [Int32] = []

  var isEmpty: Bool { bySource.isEmpty && byDestination.isEmpty && others.isEmpty }
}

/// Rules that wait for events of packets and flows, by event.
struct EventRules: Sendable {
  var decoder: [[Int32]] = []
  var stream: [[Int32]] = []
  var layer: [[Int32]] = []

  @inline(__always)
  static func rules(_ lists: [[Int32]], _ event: Int) -> [Int32] {
    event < lists.count ? lists[event] : []
  }
}

extension Signature {
  /// A condition puts values into data sets or takes them out.
  var changesDatasets: Bool {
    inspections.contains { inspection in
      inspection.conditions.contains {
        if case .dataset(let condition) = $0 { condition.changesSet } else { false }
      }
    }
  }
}

/// What rules ask of transferred files.
package struct FileNeeds: Sendable, Equatable {
  package var md5 = false
  package var sha1 = false
  package var sha256 = false
  /// Some rule has files kept.
  package var keepsFiles = false

  package init() {}
}
