import Wire

/// Rules that a kind of packet can match, apart from transactions: databases to scan and rules to ask in any
/// case.
struct PacketGroup: Sendable, BitwiseCopyable {
  /// Patterns that stand within the first bytes of a TCP segment's payload or of a stream; −1: none.
  var prefix: Int32 = -1
  /// Patterns anywhere in the payload of packets of at most `smallBytes`.
  var packet: Int32 = -1
  /// The same for larger packets: without the rules whose `dsize` allows none.
  var large: Int32 = -1
  /// Patterns anywhere in a stream.
  var stream: Int32 = -1
  /// For payloads that continue their stream: patterns of packets and of streams, searched for at once; the
  /// number of a rule on streams is doubled and one more, that of a rule on packets doubled. −1: none.
  var joint: Int32 = -1
  /// What `joint` does not hold of `packet`, `large` and `stream`.
  var packetRest: Int32 = -1
  var largeRest: Int32 = -1
  var streamRest: Int32 = -1
  /// Rules without pattern that need a SYN, as places in `RuleSet.groupRules`.
  var onSYN = IndexRange.empty
  /// Rules without pattern that look at no payload.
  var always = IndexRange.empty
  /// Rules without pattern that look at the payload or stream.
  var onPayload = IndexRange.empty

  /// Bytes from the start of a payload in which anchored patterns lie that are searched for apart: most stand
  /// at its very beginning.
  static let nearBytes = 64
  /// The same in bodies.
  static let prefixBytes = 256
  /// Bytes of the largest payload that counts as small: most rules with `dsize` ask for less.
  static let smallBytes = 400

  var isEmpty: Bool {
    prefix < 0 && packet < 0 && large < 0 && stream < 0 && onSYN.isEmpty && always.isEmpty
      && onPayload.isEmpty
  }
}

/// Kinds of packets that have groups of their own.
enum TransportClass: Int, CaseIterable, Sendable {
  case tcp, udp, icmp, icmp6, sctp, other, none

  @inline(__always)
  init(_ packet: Packet) {
    if packet.ipVersion == 0 {
      self = .none
    } else {
      switch packet.ipProtocol {
      case 6: self = .tcp
      case 17: self = .udp
      case 1: self = .icmp
      case 58: self = .icmp6
      case 132: self = .sctp
      default: self = .other
      }
    }
  }

  /// Whether a rule's header takes packets of this kind.
  func isAccepted(by header: HeaderCondition) -> Bool {
    if self == .none { return header.acceptsNonIP }
    switch self {
    // A port is asked of what has ports.
    case .icmp, .icmp6, .other:
      if !header.sourcePorts.isAny || !header.destinationPorts.isAny { return false }
    default: break
    }
    guard let protocols = header.ipProtocols else { return true }
    switch self {
    case .tcp: return protocols.contains(6)
    case .udp: return protocols.contains(17)
    case .icmp: return protocols.contains(1)
    case .icmp6: return protocols.contains(58)
    case .sctp: return protocols.contains(132)
    case .other: return protocols.contains { ![1, 6, 17, 58, 132].contains($0) }
    case .none: return false
    }
  }
}

/// Where a packet finds its groups: tables by kind, direction, port and protocol.
struct GroupIndex: Sendable {
  private var common: [Int32]
  private var ports: [PortGroups]
  /// By position in the catalogue.
  private var applications: [[Int32]]
  /// Ports of servers whose TCP streams rules look at, by direction, and whether they look at those of any.
  private var streamPorts = Pair(both: Set<UInt16>())
  private var asksAnyStream = Pair(both: false)

  init() {
    let count = TransportClass.allCases.count * 2
    common = [Int32](repeating: -1, count: count)
    ports = [PortGroups](repeating: PortGroups(), count: count)
    applications = [[Int32]](repeating: [], count: count)
  }

  /// Group of rules that take any port and protocol.
  func common(_ kind: TransportClass, _ direction: Direction) -> Int32 {
    common[kind.rawValue * 2 + direction.index]
  }

  /// Group of rules that name the server's port.
  func port(_ port: UInt16, _ kind: TransportClass, _ direction: Direction) -> Int32 {
    ports[kind.rawValue * 2 + direction.index].group(port)
  }

  /// Group of rules that name an application protocol.
  func application(_ index: Int32, _ kind: TransportClass, _ direction: Direction) -> Int32 {
    let position = kind.rawValue * 2 + direction.index
    return Int(index) < applications[position].count ? applications[position][Int(index)] : -1
  }

  /// Whether rules look at what is sent in a direction over TCP to or from a server's port.
  func asksStreams(of port: UInt16, _ direction: Direction) -> Bool {
    asksAnyStream[direction] || streamPorts[direction].contains(port)
  }

  /// A rule looks at the streams of a layer.
  mutating func noteStreams(_ direction: Direction, _ layer: GroupLayer) {
    switch layer {
    case .port(let port): streamPorts[direction].insert(port)
    case .common, .application: asksAnyStream[direction] = true
    }
  }

  mutating func set(_ group: Int32, _ kind: TransportClass, _ direction: Direction, _ layer: GroupLayer) {
    let position = kind.rawValue * 2 + direction.index
    switch layer {
    case .common: common[position] = group
    case .port(let port): ports[position].set(group, port)
    case .application(let index):
      let missing = max(0, Int(index) + 1 - applications[position].count)
      applications[position] += [Int32](repeating: -1, count: missing)
      applications[position][Int(index)] = group
    }
  }
}

/// Groups of ports, in the order of the ports.
private struct PortGroups: Sendable {
  private var ports: [UInt16] = []
  private var groups: [Int32] = []

  /// The port's group; −1: it has none.
  func group(_ port: UInt16) -> Int32 {
    let place = place(of: port)
    return place < ports.count && ports[place] == port ? groups[place] : -1
  }

  mutating func set(_ group: Int32, _ port: UInt16) {
    let place = place(of: port)
    if place < ports.count, ports[place] == port {
      groups[place] = group
    } else {
      ports.insert(port, at: place)
      groups.insert(group, at: place)
    }
  }

  /// Place of the first port that is not below this one.
  private func place(of port: UInt16) -> Int {
    var (low, high) = (0, ports.count)
    while low < high {
      let middle = (low &+ high) >> 1
      if ports[middle] < port { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}

/// By what a group's rules are chosen.
enum GroupLayer: Hashable {
  case common
  /// The server's port.
  case port(UInt16)
  /// Position in the catalogue.
  case application(Int32)
}
