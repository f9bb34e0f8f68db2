import Wire

/// Sorts the rules on packets and streams into groups, and compiles the groups' databases.
struct GroupBuilder {
  private struct Place: Hashable {
    var kind: TransportClass
    var direction: Direction
    var layer: GroupLayer
  }

  private struct Draft {
    var prefix: [ScanDatabase.Entry] = []
    var packet: [ScanDatabase.Entry] = []
    /// Those of `packet` whose rules take packets of more than `PacketGroup.smallBytes`.
    var large: [ScanDatabase.Entry] = []
    var stream: [ScanDatabase.Entry] = []
    var onSYN: [Int32] = []
    var always: [Int32] = []
    var onPayload: [Int32] = []

    var patternCount: Int { prefix.count + packet.count + stream.count }

    mutating func addPacket(_ entry: ScanDatabase.Entry, _ signature: Signature) {
      packet.append(entry)
      if RuleGate.payloadSizes(of: signature).upperBound > PacketGroup.smallBytes { large.append(entry) }
    }
  }

  /// What has been built.
  struct Built {
    var groups: [PacketGroup] = []
    /// For which packets each is, for those who tune.
    var labels: [String] = []
    /// Rules without pattern of all groups.
    var rules: [Int32] = []
    var index = GroupIndex()

    fileprivate mutating func keep(_ list: [Int32]) -> IndexRange {
      rules += list
      return IndexRange(rules.count - list.count, rules.count)
    }
  }

  private var drafts: [Place: Draft] = [:]
  private var index = GroupIndex()

  /// A rule that names at most this many server ports is kept by port; one with more is met by most flows.
  private static let portsMax = 64
  /// A port with fewer patterns shares the common databases: another scan costs more than a few more
  /// patterns.
  private static let patternsMin = 1000

  init() {}

  /// Adds a rule to the groups of all packets that it can match.
  mutating func add(_ number: Int32, _ signature: Signature, _ rule: CompiledRule, _ pattern: FastPattern?) {
    for kind in TransportClass.allCases where kind.isAccepted(by: signature.header) {
      for direction in Direction.allCases where rule.directions & (1 << UInt8(direction.index)) != 0 {
        for layer in layers(signature, kind, direction) {
          let place = Place(kind: kind, direction: direction, layer: layer)
          insert(number, rule, pattern, kind, into: &drafts[place, default: Draft()], signature)
        }
      }
    }
  }

  /// Notes whose streams a rule looks at, whatever calls it up.
  mutating func noteStreams(_ signature: Signature, _ rule: CompiledRule) {
    guard !rule.payloadInspections.isEmpty, rule.payloadMode != .packet,
      TransportClass.tcp.isAccepted(by: signature.header)
    else { return }
    for direction in Direction.allCases where rule.directions & (1 << UInt8(direction.index)) != 0 {
      for layer in layers(signature, .tcp, direction) { index.noteStreams(direction, layer) }
    }
  }

  private func layers(_ signature: Signature, _ kind: TransportClass, _ direction: Direction) -> [GroupLayer]
  {
    if !signature.protocols.isEmpty {
      return signature.protocols.map { .application(Int32(clamping: $0)) }
    }
    guard kind == .tcp || kind == .udp else { return [.common] }
    let header = signature.header
    let own = direction == .toServer ? header.destinationPorts : header.sourcePorts
    var ports = Self.ports(own)
    if header.isBidirectional {
      let other = Self.ports(direction == .toServer ? header.sourcePorts : header.destinationPorts)
      ports = ports.flatMap { ports in other.map { ports.union($0) } }
    }
    guard let ports, ports.count <= Self.portsMax else { return [.common] }
    return ports.sorted().map { .port($0) }
  }

  /// The ports of a small set, or nil for a large one.
  private static func ports(_ set: PortSet) -> Set<UInt16>? {
    let count = set.ranges.reduce(0) { $0 + $1.count }
    return count <= portsMax ? Set(set.ranges.flatMap { Array($0) }) : nil
  }

  private func insert(
    _ number: Int32, _ rule: CompiledRule, _ pattern: FastPattern?, _ kind: TransportClass,
    into draft: inout Draft,
    _ signature: Signature
  ) {
    guard let pattern else {
      if !rule.payloadInspections.isEmpty || needsPayload(signature) {
        draft.onPayload.append(number)
      } else if needsSYN(signature) {
        draft.onSYN.append(number)
      } else {
        draft.always.append(number)
      }
      return
    }
    let entry = ScanDatabase.Entry(literal: pattern.literal, rule: number)
    let inPacket = ScanDatabase.Entry(
      literal: pattern.literal, rule: number, endMax: max(0, pattern.endMax ?? .max))
    guard kind == .tcp else {
      draft.addPacket(inPacket, signature)
      return
    }
    let isPrefix = inPacket.endMax <= PacketGroup.nearBytes
    switch rule.payloadMode {
    case .packet: if isPrefix { draft.prefix.append(inPacket) } else { draft.addPacket(inPacket, signature) }
    case .both:
      if isPrefix {
        draft.prefix.append(inPacket)
      } else {
        draft.addPacket(inPacket, signature)
        draft.stream.append(entry)
      }
    case .stream, .streamOnly: draft.stream.append(entry)
    }
  }

  /// Whether a size of the payload is wanted that only a payload has: what is encrypted counts as none.
  private func needsPayload(_ signature: Signature) -> Bool {
    signature.packetConditions.contains {
      guard case .number(.payloadSize, let test) = $0 else { return false }
      switch test {
      case .equal(let size): return size != 0
      case .greater, .greaterOrEqual, .within, .notEqual: return true
      default: return false
      }
    }
  }

  private func needsSYN(_ signature: Signature) -> Bool {
    signature.packetConditions.contains {
      if case .tcpFlags(let flags, let ignored, let mode) = $0 {
        return (mode == .exact || mode == .all) && flags & ~ignored & 2 != 0
      }
      return false
    }
  }

  /// Compiles all databases and gives the groups with their index.
  mutating func build(
    _ store: inout DatabaseStore
  ) throws(LiteralDatabase.Failure) -> Built {
    shareSmall()
    var built = Built()
    let places = drafts.keys.sorted { Self.order($0) < Self.order($1) }
    for place in places {
      guard let draft = drafts[place] else { continue }
      var group = PacketGroup()
      group.onSYN = built.keep(draft.onSYN)
      group.always = built.keep(draft.always)
      group.onPayload = built.keep(draft.onPayload)
      group.prefix = try store.number(draft.prefix)
      group.packet = try store.number(draft.packet)
      group.large = draft.large.count == draft.packet.count ? group.packet : try store.number(draft.large)
      group.stream = try store.number(draft.stream)
      if place.layer == .common, place.kind == .tcp { try join(draft, into: &group, &store) }
      guard !group.isEmpty else { continue }
      index.set(Int32(clamping: built.groups.count), place.kind, place.direction, place.layer)
      built.groups.append(group)
      built.labels.append("\(place.kind) \(place.direction) \(place.layer)")
    }
    built.index = index
    return built
  }

  /// Joins the patterns of packets and streams that Vectorscan searches for, where there are so many that a
  /// few more cost nothing.
  private func join(
    _ draft: Draft, into group: inout PacketGroup, _ store: inout DatabaseStore
  ) throws(LiteralDatabase.Failure) {
    let inStream = ScanDatabase.scannable(draft.stream)
    let inPacket = ScanDatabase.scannable(draft.packet, besideMany: true)
    guard inStream.count >= LiteralDatabase.fineFrom, !inPacket.isEmpty else { return }
    let scannable = inStream.union(inPacket)
    var joint: [ScanDatabase.Entry] = []
    for (entries, bit) in [(draft.packet, Int32(0)), (draft.stream, 1)] {
      for entry in entries where scannable.contains(entry.literal) {
        joint.append(ScanDatabase.Entry(literal: entry.literal, rule: entry.rule << 1 | bit))
      }
    }
    let rest = { (entries: [ScanDatabase.Entry]) in entries.filter { !scannable.contains($0.literal) } }
    group.joint = try store.number(joint, isJoint: true)
    group.packetRest = try store.number(rest(draft.packet))
    group.largeRest = try store.number(rest(draft.large))
    group.streamRest = try store.number(rest(draft.stream))
  }

  private static var lists: [WritableKeyPath<Draft, [ScanDatabase.Entry]>] {
    [\.prefix, \.packet, \.large, \.stream]
  }

  /// Moves the patterns of ports and protocols that have few into the common databases; the rules' own
  /// conditions keep them apart. Short ones stay: they would cost all traffic a look at each pair of its
  /// bytes.
  private mutating func shareSmall() {
    for (place, draft) in drafts {
      guard place.layer != .common, draft.patternCount > 0, draft.patternCount < Self.patternsMin else {
        continue
      }
      let common = Place(kind: place.kind, direction: place.direction, layer: .common)
      for list in Self.lists {
        let known = drafts[common]?[keyPath: list] ?? []
        let scannable = ScanDatabase.scannable(known + draft[keyPath: list])
        let isShared = { (entry: ScanDatabase.Entry) in
          list == \.prefix || scannable.contains(entry.literal)
        }
        drafts[common, default: Draft()][keyPath: list] += draft[keyPath: list].filter(isShared)
        drafts[place]?[keyPath: list].removeAll(where: isShared)
      }
    }
    for place in drafts.keys where place.layer == .common {
      for list in Self.lists { drafts[place]?[keyPath: list].sort { $0.rule < $1.rule } }
    }
  }

  private static func order(_ place: Place) -> Int {
    let layer: Int
    switch place.layer {
    case .common: layer = 0
    case .port(let port): layer = 1 + Int(port)
    case .application(let index): layer = 100_000 + Int(index)
    }
    return (place.kind.rawValue * 2 + place.direction.index) * 1_000_000 + layer
  }
}
