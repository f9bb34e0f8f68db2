import Protocols
import Wire

/// Rules on the frames of one protocol in one direction, by the frames' numbers.
struct FrameGroup: Sendable {
  /// Rules on one kind of frames.
  struct Kind: Sendable {
    /// Patterns of rules; −1: none.
    var database: Int32 = -1
    /// Rules without pattern.
    var always: [Int32] = []
  }

  var kinds: [Kind] = []

  var isEmpty: Bool { kinds.isEmpty }
}

/// Sorts the rules on frames into groups.
struct FrameGroupBuilder {
  private struct Place: Hashable {
    var group: Int
    var kind: UInt8
  }

  private var patterns: [Place: [ScanDatabase.Entry]] = [:]
  private var always: [Place: [Int32]] = [:]

  /// Adds a rule to the groups of all frames that it asks for.
  mutating func add(_ number: Int32, _ signature: Signature, _ rule: CompiledRule, _ pattern: FastPattern?) {
    var places: Set<Place> = []
    for inspection in signature.inspections {
      guard case .frame(let protocols, let kind) = inspection.buffer.source else { continue }
      for index in protocols {
        for direction in Direction.allCases where rule.directions & (1 << UInt8(direction.index)) != 0 {
          places.insert(Place(group: index * 2 + direction.index, kind: kind))
        }
      }
    }
    // A rule on frames of two kinds is asked for each: what stands in the one says nothing of the other.
    let isOfOneKind = Set(places.map(\.kind)).count == 1
    for place in places {
      if let pattern, isOfOneKind, pattern.isOnPlainFrame {
        let entry = ScanDatabase.Entry(literal: pattern.literal, rule: number)
        patterns[place, default: []].append(entry)
      } else {
        always[place, default: []].append(number)
      }
    }
  }

  /// Compiles all databases; groups stand at twice the protocol's position, plus the direction's index. Empty
  /// where no rule asks for frames.
  func build(
    _ protocolCount: Int, _ store: inout DatabaseStore
  ) throws(LiteralDatabase.Failure) -> [FrameGroup] {
    let used = Set(patterns.keys).union(always.keys)
      .sorted { ($0.group, $0.kind) < ($1.group, $1.kind) }
    guard !used.isEmpty else { return [] }
    var groups = [FrameGroup](repeating: FrameGroup(), count: protocolCount * 2)
    for place in used where groups.indices.contains(place.group) {
      while groups[place.group].kinds.count <= Int(place.kind) {
        groups[place.group].kinds.append(FrameGroup.Kind())
      }
      groups[place.group].kinds[Int(place.kind)] = FrameGroup.Kind(
        database: try store.number(patterns[place] ?? []), always: always[place] ?? [])
    }
    return groups
  }
}

extension FastPattern {
  /// It stands in a frame's bytes as they are.
  fileprivate var isOnPlainFrame: Bool {
    if case .frame = buffer.source { return buffer.transforms.isEmpty }
    return false
  }
}
