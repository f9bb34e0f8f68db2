import Wire

/// What ties a finding to what was seen before it.
enum EdgeKind: UInt8, Sendable, Codable {
  /// The same attacker goes on.
  case attacks
  /// The host was seen to fall: what it does next is the attacker's doing.
  case fallen
  /// The host was attacked beyond looking, without an answer that shows success.
  case tried
  /// The same domain, certificate, file or account.
  case shares

  /// Strength when fresh; see `EntityGraph.threshold`.
  var strength: Int {
    switch self {
    case .attacks: 100
    case .fallen: 100
    case .tried: 50
    case .shares: 60
    }
  }

  /// After each such time, in seconds, the strength is halved.
  var halfLifeSeconds: Int64 {
    switch self {
    case .attacks: 10 * 3_600
    case .fallen: 10 * 3_600
    case .tried: 3_600
    case .shares: 24 * 3_600
    }
  }
}

/// Entities and the chains that they belong to, by typed edges that decay.
///
/// An entity that ties together what is too much (a resolver, a proxy, a name of a content network) is a hub:
/// its edges are damped, so that incidents do not fuse.
struct EntityGraph: Sendable, Codable {
  struct Edge: Sendable, Codable {
    let kind: EdgeKind
    var chain: Int
    var lastNanoseconds: Int64
  }

  private struct Node: Sendable, Codable {
    /// Strongest ones only: at most `edgesMax`.
    var edges: [Edge] = []
    /// How many chains have had it, and the last that came new.
    var chainCount: UInt32 = 0
    var lastChain = -1
    var lastNanoseconds: Int64 = 0
  }

  private var nodes: [Entity: Node] = [:]

  /// From which strength an edge ties.
  static let threshold = 25
  /// From how many chains on an entity is a hub.
  static let hubChains = 32
  private static let edgesMax = 4

  var count: Int { nodes.count }

  /// The best edge of some kinds, whose strength is left at this time, and the strength.
  func best(
    _ entity: Entity, _ kinds: [EdgeKind], at nanoseconds: Int64, damping: Int = 0
  ) -> (edge: Edge, strength: Int)? {
    guard let node = nodes[entity] else { return nil }
    let damped = damping + (node.chainCount >= Self.hubChains ? 2 : 0)
    var best: (edge: Edge, strength: Int)?
    for edge in node.edges where kinds.contains(edge.kind) {
      let strength = Self.strength(edge, at: nanoseconds) >> damped
      guard strength >= Self.threshold else { continue }
      if let known = best {
        let left = (known.strength, known.edge.lastNanoseconds, -known.edge.chain)
        if left >= (strength, edge.lastNanoseconds, -edge.chain) { continue }
      }
      best = (edge, strength)
    }
    return best
  }

  private static func strength(_ edge: Edge, at nanoseconds: Int64) -> Int {
    let age = max((nanoseconds &- edge.lastNanoseconds) / 1_000_000_000, 0)
    return edge.kind.strength >> Int(min(age / edge.kind.halfLifeSeconds, 32))
  }

  func isHub(_ entity: Entity) -> Bool { (nodes[entity]?.chainCount ?? 0) >= Self.hubChains }

  /// Ties an entity to a chain. Returns whether it became a hub by that.
  mutating func tie(_ entity: Entity, _ kind: EdgeKind, to chain: Int, at nanoseconds: Int64) -> Bool {
    var node = nodes[entity] ?? Node()
    node.lastNanoseconds = max(node.lastNanoseconds, nanoseconds)
    var becameHub = false
    if let position = node.edges.firstIndex(where: { $0.chain == chain && $0.kind == kind }) {
      node.edges[position].lastNanoseconds = max(node.edges[position].lastNanoseconds, nanoseconds)
    } else {
      if node.lastChain != chain, !node.edges.contains(where: { $0.chain == chain }) {
        node.chainCount &+= 1
        node.lastChain = chain
        becameHub = node.chainCount == UInt32(Self.hubChains)
      }
      let edge = Edge(kind: kind, chain: chain, lastNanoseconds: nanoseconds)
      if node.edges.count < Self.edgesMax {
        node.edges.append(edge)
      } else if let weakest = node.edges.indices.min(by: {
        (Self.strength(node.edges[$0], at: nanoseconds), node.edges[$0].lastNanoseconds)
          < (Self.strength(node.edges[$1], at: nanoseconds), node.edges[$1].lastNanoseconds)
      }), Self.strength(node.edges[weakest], at: nanoseconds) <= kind.strength {
        node.edges[weakest] = edge
      }
    }
    nodes[entity] = node
    return becameHub
  }

  /// Leads edges of chains that went into others there, and removes those of chains that left.
  mutating func follow(_ resolve: (Int) -> Int?) {
    for (entity, var node) in nodes {
      node.edges = node.edges.compactMap { edge in
        resolve(edge.chain).map { Edge(kind: edge.kind, chain: $0, lastNanoseconds: edge.lastNanoseconds) }
      }
      // How many chains it had tells hubs even when none of them is left.
      nodes[entity] = node.edges.isEmpty && node.chainCount < UInt32(Self.hubChains) ? nil : node
    }
  }

  /// Lets the entities go that were idle longest, down to a number. Returns how many.
  mutating func shrink(to count: Int) -> Int {
    guard nodes.count > count else { return 0 }
    let leaving = nodes.sorted {
      ($0.value.lastNanoseconds, $0.key.kind, $0.key.text)
        < ($1.value.lastNanoseconds, $1.key.kind, $1.key.text)
    }.prefix(nodes.count - count)
    for (entity, _) in leaving { nodes[entity] = nil }
    return leaving.count
  }
}
