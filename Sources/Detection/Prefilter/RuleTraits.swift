import Protocols

/// What the rules as a whole ask of the engine, gathered while each rule is at hand: to walk over all of them
/// once for every question would cost as much as compiling them.
struct RuleTraits: Sendable {
  /// Rules tag sessions or hosts.
  private(set) var usesTags = false
  private(set) var usesScripts = false
  /// Counting matches decides what becomes of packets.
  private(set) var thresholdsDecide = false
  /// Rules share state between flows, apart from scripts and counting.
  private(set) var sharesState = false
  /// Rules ask for bits and numbers of flows alone, which change with the flow's own packets.
  private(set) var hasOnlyFlowState = true
  /// What rules ask of files: digests are only worked out where somebody compares them.
  private(set) var files = FileNeeds()
  /// Raw values of the stream events that rules wait for.
  private(set) var streamEvents: Set<UInt8> = []
  /// Frames that rules ask for, as `ProtocolSettings.frames` takes them.
  private(set) var frames: [String: UInt64] = [:]

  /// Adds what a rule asks for.
  mutating func add(_ signature: borrowing Signature, _ protocols: [ApplicationProtocol]) {
    if !usesScripts { usesScripts = !signature.allScripts.isEmpty }
    if !signature.rateFilters.isEmpty { thresholdsDecide = true }
    if signature.action != .alert && !(signature.thresholds.isEmpty && signature.suppressions.isEmpty) {
      thresholdsDecide = true
    }
    if signature.changesDatasets { sharesState = true }
    for condition in signature.stateConditions { add(condition) }
    for effect in signature.effects { add(effect) }
    for event in signature.events {
      if case .stream(let raw) = event { streamEvents.insert(raw) }
    }
    for inspection in signature.inspections {
      switch inspection.buffer.source {
      case .file: addFile(inspection)
      case .frame(let indices, let kind):
        for index in indices where protocols.indices.contains(index) && Int(kind) < FrameLog.kindsMax {
          frames[protocols[index].name, default: 0] |= 1 << UInt64(kind)
        }
      default: break
      }
    }
  }

  private mutating func add(_ condition: StateCondition) {
    switch condition {
    case .flowBitsSet, .flowBitsNotSet, .flowInteger, .flowVariable: return
    case .xbit(_, .transaction, _): break
    case .xbit, .hostBit: sharesState = true
    }
    hasOnlyFlowState = false
  }

  private mutating func add(_ effect: Effect) {
    switch effect {
    case .xbit(_, .transaction, _, _): break
    case .xbit, .hostBit: sharesState = true
    case .tag(let tag):
      usesTags = true
      if tag.scope != .session { sharesState = true }
    case .storeFile: files.keepsFiles = true
    case .setFlowBits, .unsetFlowBits, .toggleFlowBits, .flowInteger, .bypass, .disableLogging,
      .disableTracking, .storeCertificates:
      break
    }
  }

  private mutating func addFile(_ inspection: Inspection) {
    for case .fileDigest(let list, _) in inspection.conditions {
      switch list.kind {
      case .md5: files.md5 = true
      case .sha1: files.sha1 = true
      case .sha256: files.sha256 = true
      }
    }
  }
}

extension RuleSet {
  /// Whether rules have scripts.
  var usesScripts: Bool { traits.usesScripts }
  /// Whether rules tag sessions or hosts.
  package var usesTags: Bool { traits.usesTags }
  /// Whether counting matches decides what becomes of packets: then it is done where they are inspected, in
  /// packet order.
  package var thresholdsDecide: Bool { traits.thresholdsDecide }
  /// Whether rules share state between flows: then packets of different flows must be inspected in order. A
  /// script may keep what it likes from packet to packet.
  package var usesHostState: Bool { traits.thresholdsDecide || traits.usesScripts || traits.sharesState }
  /// What the rules ask of files.
  package var fileNeeds: FileNeeds { traits.files }
  /// Whether rules of the firewall stand at hooks of a protocol.
  package func filters(_ protocolName: String) -> Bool {
    guard let index = ProtocolCatalogue.index(named: protocolName) else { return false }
    return firewall?.filters(index) ?? false
  }
  /// Frames that rules ask for, as `ProtocolSettings.frames` takes them.
  package var frameNeeds: [String: UInt64] { traits.frames }
  /// Whether a rule waits for an event of a stream, given by its raw value.
  package func waits(forStreamEvent raw: UInt8) -> Bool { traits.streamEvents.contains(raw) }
}
