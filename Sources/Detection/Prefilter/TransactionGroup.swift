import Protocols
import Wire

/// Rules on the transactions of one protocol in one direction: what to extract and scan, by progress.
struct TransactionGroup: Sendable {
  /// A buffer to be scanned.
  struct Engine: Sendable, BitwiseCopyable {
    /// Number of the buffer in the program.
    var buffer: Int32
    /// Progress from which the buffer is complete.
    var progress: UInt8
    var database: Int32
    /// Of a growing buffer: patterns that stand within its first bytes.
    var prefix: Int32 = -1
    /// The patterns of this growing buffer are also in those of file.data: where both are the same bytes,
    /// they are scanned once.
    var isInFiles = false
    /// Looked at once more at the transaction's end, as more may have come to the buffer.
    var isLater = false
  }

  /// A rule without pattern, evaluated once the progress is reached.
  struct Always: Sendable, BitwiseCopyable {
    var progress: UInt8
    /// The last progress at which it is evaluated again.
    var last: UInt8 = 0
    var rule: Int32
  }

  /// Sorted by progress.
  var engines: [Engine] = []
  /// Buffers that grow.
  var bodies: [Engine] = []
  /// Sorted by progress.
  var always: [Always] = []
  /// Those among them that are evaluated again as long as their step lasts.
  var repeated: [Always] = []
  /// Rules by the protocol event that they wait for.
  var events: [[Int32]] = []

  var isEmpty: Bool { engines.isEmpty && bodies.isEmpty && always.isEmpty && events.isEmpty }
}

/// Sorts the rules on transactions into groups, and compiles the groups' databases.
struct TransactionGroupBuilder {
  private struct Place: Hashable {
    var protocolIndex: Int
    var direction: Direction
  }

  private struct Draft {
    /// Entries by number of the buffer; those that stand within its first bytes apart.
    var entries: [Int: [ScanDatabase.Entry]] = [:]
    var prefixes: [Int: [ScanDatabase.Entry]] = [:]
    /// Those whose buffer is looked at once more at the end.
    var later: [Int: [ScanDatabase.Entry]] = [:]
    var always: [TransactionGroup.Always] = []
    var repeated: [TransactionGroup.Always] = []
    var events: [UInt8: [Int32]] = [:]
  }

  /// What does not change while rules are sorted; apart from the drafts, so that these are changed in place.
  private struct Sorter {
    let protocols: [ApplicationProtocol]
    let buffers: [BufferReference]
    private var numbers: [BufferReference: Int] = [:]

    init(_ protocols: [ApplicationProtocol], _ buffers: [BufferReference]) {
      self.protocols = protocols
      self.buffers = buffers
      for (number, buffer) in buffers.enumerated() { numbers[buffer] = number }
    }

    func accepts(_ signature: Signature, _ index: Int) -> Bool {
      if !signature.protocols.isEmpty && !signature.protocols.contains(index) { return false }
      for case .application(let owner, _) in signature.events where owner != index { return false }
      return true
    }

    /// Whether the protocol has all of the rule's buffers in this direction.
    func hasBuffers(_ signature: Signature, _ index: Int, _ direction: Direction) -> Bool {
      for inspection in signature.inspections {
        guard case .field(let references) = inspection.buffer.source else { continue }
        guard let field = field(references, index) else { return false }
        if let own = field.direction, own != direction, !signature.isTwoSided { return false }
      }
      return true
    }

    func field(_ references: [FieldReference], _ index: Int) -> Field? {
      guard let reference = references.first(where: { $0.protocolIndex == index }),
        protocols[index].fields.indices.contains(reference.fieldIndex)
      else { return nil }
      return protocols[index].fields[reference.fieldIndex]
    }

    /// The entry by which a rule is asked again at the end, where more has come to the buffer of its pattern.
    /// As in the reference, that is so if all else of it is known with that buffer; the pattern is the one of
    /// the documented choice.
    private func laterEntry(
      _ number: Int32, _ signature: Signature, _ index: Int, _ direction: Direction
    ) -> (buffer: Int, entry: ScanDatabase.Entry)? {
      var growing: UInt8?
      for inspection in signature.inspections where inspection.buffer.source != .payload {
        guard case .field(let references) = inspection.buffer.source, let field = field(references, index),
          field.kind != .body
        else { return nil }
        if field.atEnd != nil { growing = field.progress[direction] }
      }
      guard let growing, let choice = PatternChoice(signature), !choice.content.isNegated,
        let literal = FastPattern.literal(of: choice.content)
      else { return nil }
      let buffer = signature.inspections[choice.inspection].buffer
      guard case .field(let references) = buffer.source, field(references, index)?.atEnd != nil,
        let place = numbers[buffer]
      else { return nil }
      let isKnown = signature.inspections.allSatisfy { inspection in
        if inspection.buffer.source == .payload { return true }
        guard case .field(let references) = inspection.buffer.source else { return false }
        return field(references, index).map { $0.progress[direction] <= growing } ?? false
      }
      return isKnown ? (place, ScanDatabase.Entry(literal: literal, rule: number)) : nil
    }

    func insert(
      _ number: Int32, _ signature: Signature, _ rule: CompiledRule, _ pattern: FastPattern?,
      _ draft: inout Draft,
      _ index: Int, _ direction: Direction
    ) {
      if rule.hookProgress < 0, let pattern, let buffer = numbers[pattern.buffer] {
        let entry = ScanDatabase.Entry(literal: pattern.literal, rule: number)
        let isPrefix = pattern.endMax.map { $0 <= PacketGroup.prefixBytes } ?? false
        if isPrefix && pattern.buffer.transforms.isEmpty {
          draft.prefixes[buffer, default: []].append(entry)
        } else {
          draft.entries[buffer, default: []].append(entry)
        }
        if let later = laterEntry(number, signature, index, direction) {
          draft.later[later.buffer, default: []].append(later.entry)
        }
        return
      }
      let hasOnlyEvents = rule.transactionInspections.isEmpty && rule.payloadInspections.isEmpty
      if hasOnlyEvents, case .application(_, let event)? = signature.events.first {
        draft.events[event, default: []].append(number)
        return
      }
      var progress = UInt8.max
      for inspection in signature.inspections {
        switch inspection.buffer.source {
        case .field(let references):
          guard let field = field(references, index) else { continue }
          progress = min(progress, field.kind == .body ? 0 : field.progress[direction])
        case .fileData, .fileName, .fileMagic, .file: progress = 0
        case .payload, .header, .base64Data, .frame: break
        }
      }
      if rule.hookProgress >= 0 { progress = UInt8(clamping: rule.hookProgress) }
      if progress == .max { progress = 0 }
      let last = UInt8(clamping: rule.hookLast)
      let entry = TransactionGroup.Always(progress: progress, last: last, rule: number)
      draft.always.append(entry)
      if rule.isRepeated { draft.repeated.append(entry) }
    }
  }

  private let sorter: Sorter
  private var drafts: [Place: Draft] = [:]

  init(_ protocols: [ApplicationProtocol], _ buffers: [BufferReference]) {
    sorter = Sorter(protocols, buffers)
  }

  /// Adds a rule to the groups of all protocols and directions that have its buffers.
  mutating func add(_ number: Int32, _ signature: Signature, _ rule: CompiledRule, _ pattern: FastPattern?) {
    for index in sorter.protocols.indices where sorter.accepts(signature, index) {
      for direction in Direction.allCases where rule.directions & (1 << UInt8(direction.index)) != 0 {
        guard sorter.hasBuffers(signature, index, direction) else { continue }
        sorter.insert(
          number, signature, rule, pattern,
          &drafts[Place(protocolIndex: index, direction: direction), default: Draft()], index, direction)
      }
    }
  }

  /// Compiles all databases; groups stand at twice the protocol's position, plus the direction's index.
  func build(_ store: inout DatabaseStore) throws(LiteralDatabase.Failure) -> [TransactionGroup] {
    var groups = [TransactionGroup](repeating: TransactionGroup(), count: sorter.protocols.count * 2)
    for index in sorter.protocols.indices {
      for direction in Direction.allCases {
        guard let draft = drafts[Place(protocolIndex: index, direction: direction)] else { continue }
        groups[index * 2 + direction.index] = try group(draft, index, direction, &store)
      }
    }
    return groups
  }

  private func isBody(_ buffer: BufferReference, _ index: Int) -> Bool {
    guard case .field(let references) = buffer.source else { return false }
    return sorter.field(references, index)?.kind == .body
  }

  /// For each buffer the first that means the same field of a protocol, with the same transformations: old
  /// and new keywords differ in the other protocols that they mean. Bodies keep places of their own, and so
  /// does each side of a rule on both.
  static func places(of buffers: [BufferReference], _ index: Int) -> [Int] {
    struct Meaning: Hashable {
      var field: FieldReference
      var transforms: [Transform]
      var side: Direction?
    }
    var firsts: [Meaning: Int] = [:]
    return buffers.enumerated().map { number, buffer in
      guard let field = buffer.field(of: index) else { return number }
      let meaning = Meaning(field: field, transforms: buffer.transforms, side: buffer.direction)
      let first = firsts[meaning] ?? number
      firsts[meaning] = first
      return first
    }
  }

  /// Has buffers that mean the same searched as one.
  private func joined(_ draft: Draft, _ index: Int) -> Draft {
    let places = Self.places(of: sorter.buffers, index)
    var draft = draft
    for list in [\Draft.entries, \.prefixes, \.later] {
      for (buffer, entries) in draft[keyPath: list].sorted(by: { $0.key < $1.key }) {
        let place = places[buffer]
        if place == buffer || isBody(sorter.buffers[buffer], index) { continue }
        draft[keyPath: list][buffer] = nil
        draft[keyPath: list][place, default: []] += entries
        draft[keyPath: list][place]?.sort { $0.rule < $1.rule }
      }
    }
    return draft
  }

  private func group(
    _ draft: Draft, _ index: Int, _ direction: Direction, _ store: inout DatabaseStore
  ) throws(LiteralDatabase.Failure) -> TransactionGroup {
    let draft = joined(draft, index)
    var group = TransactionGroup()
    let used = Set(draft.entries.keys).union(draft.prefixes.keys).sorted()
    let files = used.first { sorter.buffers[$0].source == .fileData && sorter.buffers[$0].transforms.isEmpty }
    let shared =
      files == nil
      ? [] : used.filter { isBody(sorter.buffers[$0], index) && sorter.buffers[$0].transforms.isEmpty }
    for buffer in used {
      var entries = draft.entries[buffer] ?? []
      var prefixes = draft.prefixes[buffer] ?? []
      if buffer == files {
        for other in shared {
          entries += draft.entries[other] ?? []
          prefixes += draft.prefixes[other] ?? []
        }
      }
      var engine = TransactionGroup.Engine(buffer: Int32(buffer), progress: 0, database: -1)
      var grows = false
      switch sorter.buffers[buffer].source {
      case .field(let references):
        guard let field = sorter.field(references, index) else { continue }
        engine.progress = field.progress[direction]
        grows = field.kind == .body
      case .fileData: grows = true
      case .payload, .header, .base64Data, .fileName, .fileMagic, .file, .frame: continue
      }
      if grows {
        engine.isInFiles = shared.contains(buffer)
        engine.database = try store.number(entries)
        engine.prefix = try store.number(prefixes)
        group.bodies.append(engine)
      } else {
        // A short buffer is scanned once for all of its patterns.
        engine.database = try store.number((entries + prefixes).sorted { $0.rule < $1.rule })
        group.engines.append(engine)
      }
    }
    for (buffer, entries) in draft.later.sorted(by: { $0.key < $1.key }) {
      group.engines.append(
        TransactionGroup.Engine(
          buffer: Int32(buffer), progress: .max, database: try store.number(entries), isLater: true))
    }
    group.engines.sort { $0.progress != $1.progress ? $0.progress < $1.progress : $0.buffer < $1.buffer }
    group.repeated = draft.repeated
    group.always = draft.always.sorted {
      $0.progress != $1.progress ? $0.progress < $1.progress : $0.rule < $1.rule
    }
    if let last = draft.events.keys.max() {
      group.events = (0...last).map { draft.events[$0] ?? [] }
    }
    return group
  }
}
