import Protocols

/// What the rules as a whole ask of the engine, gathered while each rule is at hand: to walk over all of them
/// once for every question would cost as much as compiling them.
struct RuleTraits: Sendable {
  /// Rules tag sessions or hosts.
  private(set) var usesTags = false
  private(set) var usesScripts = false
  /// Counting matches decides what becomes of packets.
  private(set) var thresholdsDecide = false
  /// Rules change or ask for state that flows share, and most packets do so: no pattern of theirs is looked
  /// for before, or the state is that of all packets.
  private(set) var sharesState = false
  /// Rules change or ask for state that flows share, where a pattern of theirs was found.
  private(set) var sharesRarely = false
  /// Rules ask for bits and numbers of flows alone, which change with the flow's own packets.
  private(set) var hasOnlyFlowState = true
  /// What rules ask of files: digests are only worked out where somebody compares them.
  private(set) var files = FileNeeds()
  /// Raw values of the stream events that rules wait for.
  private(set) var streamEvents: Set<UInt8> = []
  /// Frames that rules ask for, as `ProtocolSettings.frames` takes them.
  private(set) var frames: [String: UInt64] = [:]

  /// Adds what a rule asks for. `hasPattern`: it is looked at only where one of its patterns was found.
  mutating func add(
    _ signature: borrowing Signature, _ protocols: [ApplicationProtocol], hasPattern: Bool
  ) {
    if !usesScripts { usesScripts = !signature.allScripts.isEmpty }
    let isCounted = !(signature.thresholds.isEmpty && signature.suppressions.isEmpty)
    if !signature.rateFilters.isEmpty || signature.action != .alert && isCounted {
      thresholdsDecide = true
      noteShared(hasPattern)
    }
    if signature.changesDatasets { sharesState = true }
    for condition in signature.stateConditions { add(condition, hasPattern) }
    for effect in signature.effects { add(effect, hasPattern) }
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

  private mutating func noteShared(_ hasPattern: Bool) {
    if hasPattern { sharesRarely = true } else { sharesState = true }
  }

  private mutating func add(_ condition: StateCondition, _ hasPattern: Bool) {
    switch condition {
    case .flowBitsSet, .flowBitsNotSet, .flowInteger, .flowVariable: return
    case .xbit(_, .transaction, _): break
    case .xbit, .hostBit: noteShared(hasPattern)
    }
    hasOnlyFlowState = false
  }

  private mutating func add(_ effect: Effect, _ hasPattern: Bool) {
    switch effect {
    case .xbit(_, .transaction, _, _): break
    case .xbit, .hostBit: noteShared(hasPattern)
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
  /// Whether all packets must be inspected one after the other, as rules share state between flows that most
  /// of them ask for. A script may keep what it likes from packet to packet.
  package var needsOneWorker: Bool { traits.usesScripts || traits.sharesState }
  /// Whether rules share state between flows that few packets ask for: workers come to it in turn.
  package var needsTurns: Bool { traits.sharesRarely }
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
