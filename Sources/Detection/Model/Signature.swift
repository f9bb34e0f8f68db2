package import Wire

/// A rule after compiling: closed sets of conditions that the engine evaluates, cheapest first. Immutable and
/// shared.
package struct Signature: Sendable {
  package var identity: SignatureIdentity
  package var action: RuleAction
  package var header: HeaderCondition
  /// Conditions on the packet alone (headers, sizes), cheapest first.
  package var packetConditions: [PacketCondition] = []
  /// `flow:`, `flow.age`, `stream_size`, `app-layer-protocol` …
  package var flowConditions: [FlowCondition] = []
  /// `flowbits:isset` and relatives: state that must hold, in the order written.
  package var stateConditions: [StateCondition] = []
  /// What is set when the rule matches: `flowbits:set`, `flowint`, `xbits` …
  package var effects: [Effect] = []
  /// One for each buffer that the rule asks of, in the order written.
  package var inspections: [Inspection] = []
  /// Scripts that decide when all else holds.
  package var scripts: [ScriptCondition] = []
  /// `app-layer-event`s, `decode-event`s, `stream-event`s.
  package var events: [EventCondition] = []
  /// `threshold` and `detection_filter` in the rule.
  package var thresholds: [Threshold] = []
  /// What threshold.config suppresses of it, and how it changes its action.
  package var suppressions: [Suppression] = []
  package var rateFilters: [RateFilter] = []
  /// It is one of the firewall's rules.
  package var firewall: FirewallRole?
  /// How far its action reaches, where that is written (`drop:flow`).
  package var writtenScope: FirewallRole.Scope?
  /// `noalert`: matches and has effects, but is not reported.
  package var isSilent = false
  /// `alert` was written: the rule is reported even if its action is one that is not.
  package var wantsAlert = false
  /// `=>`: a request and its response are matched as one; each inspection's buffer names its direction.
  package var isTwoSided = false
  /// Number of variable slots (byte_extract, byte_math) that evaluation needs.
  package var variableCount = 0
  /// `prefilter` was written: its first prefilterable condition is the prefilter.
  package var wantsPrefilter = false
  /// The flow must have its protocol recognised as one of these (positions in `ProtocolCatalogue.all`);
  /// empty: any.
  package var protocols: [Int] = []
  /// Rule hook: the transaction progress at which it is evaluated.
  package var hookProgress: (direction: Direction, progress: UInt8)?
  /// The last progress of the hook's step, where it has several; nil: the one at which it begins.
  package var hookLast: UInt8?
  /// It is not evaluated beyond that (`app-layer-state:<…`).
  package var isHookBounded = false
  /// The hook is that of a part of a message (its line, headers, body …), which is met with each packet that
  /// brings some of the part, where the rule asks for no buffer.
  package var isOnPartHook = false
  /// The same of any hook of a protocol whose steps last (`ApplicationProtocol.hasLastingSteps`).
  package var isOnLastingHook = false

  package init(identity: SignatureIdentity, action: RuleAction, header: HeaderCondition) {
    self.identity = identity
    self.action = action
    self.header = header
  }
}

/// What an alert says of its rule.
package struct SignatureIdentity: Sendable {
  package var group: UInt32 = 1
  package var id: UInt32 = 0
  package var revision: UInt32 = 0
  package var message = ""
  package var classType = ""
  /// Text of the classification (EVE's `category`).
  package var category = ""
  /// 1 is the highest.
  package var priority: UInt8 = 3
  /// `target:src_ip` or `dest_ip`: which end is the attacked one.
  package var target: Target?
  /// Key and values in the order written.
  package var metadata: [(key: String, value: String)] = []
  /// Kind and value (`cve`, `2021-44228`), and the URL prefix of the kind.
  package var references: [(kind: String, prefix: String, value: String)] = []
  package var position = SourcePosition(file: "", line: 0, column: 0)
  /// The rule as written, for `alert.rule`.
  package var text = ""

  package enum Target: Sendable { case source, destination }

  package init() {}
}

/// Protocol, addresses, ports and direction of a rule's header.
package struct HeaderCondition: Sendable {
  /// IP protocols that the rule sees: a set of protocol numbers; nil: any IP packet.
  package var ipProtocols: [UInt8]?
  /// 4, 6, or 0 for both.
  package var ipVersion: UInt8 = 0
  /// Rules on packets without IP (`alert pkthdr`, `arp`, `ether`), decode events.
  package var acceptsNonIP = false
  package var source = AddressSet.any
  package var sourcePorts = PortSet.any
  package var destination = AddressSet.any
  package var destinationPorts = PortSet.any
  package var isBidirectional = false
  /// `tcp-pkt`: packet payloads only. `tcp-stream`: reassembled stream only.
  package var payloadScope = PayloadScope.both

  package enum PayloadScope: Sendable { case both, packetOnly, streamOnly }

  package init() {}
}

/// Addresses as sorted, disjoint, inclusive ranges for each family: negations are already worked out.
package struct AddressSet: Sendable, Equatable {
  package struct Range: Sendable, Equatable {
    package var low: IPAddress
    package var high: IPAddress

    package init(low: IPAddress, high: IPAddress) {
      self.low = low
      self.high = high
    }
  }

  package var isAny: Bool
  package var ranges4: [Range]
  package var ranges6: [Range]
  /// The list names addresses that are taken out: rules with such a list are asked of each packet.
  package var hasExclusions = false

  package static let any = AddressSet(isAny: true, ranges4: [], ranges6: [])

  package init(isAny: Bool, ranges4: [Range], ranges6: [Range]) {
    self.isAny = isAny
    self.ranges4 = ranges4
    self.ranges6 = ranges6
  }
}

/// Ports as sorted, disjoint, inclusive ranges: negations are already worked out.
package struct PortSet: Sendable, Equatable {
  package var ranges: [ClosedRange<UInt16>]

  package static let any = PortSet(ranges: [0...65535])

  package init(ranges: [ClosedRange<UInt16>]) {
    self.ranges = ranges
  }

  package var isAny: Bool { ranges == [0...65535] }
}

/// A comparison of a number that comes from the traffic.
package enum NumberTest: Sendable, Equatable {
  case equal(Int64)
  case notEqual(Int64)
  case less(Int64)
  case lessOrEqual(Int64)
  case greater(Int64)
  case greaterOrEqual(Int64)
  /// Both ends included.
  case within(Int64, Int64)
  case outside(Int64, Int64)
  /// `value & mask` compared.
  case maskedEqual(mask: Int64, Int64)
  case maskedNotEqual(mask: Int64, Int64)
  case oneOf([Int64])
  case noneOf([Int64])
}

/// Conditions on one packet's headers. Numbers are read by the engine in `PacketNumber.read`.
package enum PacketCondition: Sendable {
  case number(PacketNumber, NumberTest)
  /// `flags`: the value's flags after masking compared: `+` all of them and others, `*` any of them, `!` not
  /// these.
  case tcpFlags(flags: UInt8, ignored: UInt8, mode: FlagMode)
  /// `fragbits`: bit 0 more fragments, bit 1 don't fragment, bit 2 reserved.
  case fragmentBits(bits: UInt8, mode: FlagMode)
  case sameIP
  case ipOption(String)
  /// `ipv4-csum:valid` …
  case checksum(ChecksumKind, isValid: Bool)
  case vlan(VLANTags, NumberTest)
  /// `l3_proto`, `ip_proto` with negation.
  case ipProtocol(NumberTest)

  /// It binds what a rule asks to the packet that meets it. As in Suricata, checksums do not: they are asked
  /// of the packet that brings the stream to inspection.
  var isBinding: Bool { if case .checksum = self { false } else { true } }
}

/// Which of a packet's VLAN tags a condition is about; negative indices count from the innermost.
package enum VLANTags: Sendable, Equatable, BitwiseCopyable { case any, all, index(Int) }

package enum FlagMode: Sendable, BitwiseCopyable { case exact, all, any, not }

package enum ChecksumKind: Sendable, BitwiseCopyable { case ipv4, tcp4, tcp6, udp4, udp6, icmp4, icmp6 }

/// Numbers of a packet that keywords name.
package enum PacketNumber: String, Sendable, CaseIterable, BitwiseCopyable {
  case ttl, tos, id, icmpType = "itype", icmpCode = "icode", icmpID = "icmp_id", icmpSequence = "icmp_seq"
  case tcpSequence = "tcp.seq", tcpAcknowledgement = "tcp.ack", tcpWindow = "tcp.window", tcpMSS = "tcp.mss"
  case tcpWindowScale = "tcp.wscale", payloadSize = "dsize", fragmentOffset = "fragoffset"
  case icmp6MTU = "icmpv6.mtu", vlanLayers = "vlan.layers"
  case rpcProgram = "rpc", rpcVersion = "rpc version", rpcProcedure = "rpc procedure"
}

/// Conditions on the flow.
package enum FlowCondition: Sendable {
  case direction(Direction)
  case established, notEstablished, stateless
  case onlyStream, noStream, onlyFragment, noFragment
  case number(FlowNumber, NumberTest)
  /// `app-layer-protocol:http[,mode]`, by position in the catalogue, or -1 unknown, -2 failed, -3 HTTP of
  /// any version.
  case applicationProtocol(Int, isNegated: Bool, side: ApplicationProtocolSide)
  case streamSize(StreamSizeSide, NumberTest)
  /// `iprep`: the packet's addresses lie in a set, or must not.
  case address(AddressSide, AddressSet, isNegated: Bool)
  /// What goes to the client comes from one of the ports.
  case answersFrom(PortSet)
  /// `geoip`: the packet's addresses are known to be of some countries, or of others.
  case country(AddressSide, CountrySet, isNegated: Bool)
}

/// Countries, and who knows which address is of which.
package struct CountrySet: Sendable {
  let source: any CountrySource
  let countries: Set<UInt16>

  init(_ source: any CountrySource, _ countries: Set<UInt16>) {
    self.source = source
    self.countries = countries
  }

  /// Whether an address is of one of them, or known not to be. Nothing holds for one that nobody knows.
  func holds(_ address: IPAddress, isNegated: Bool) -> Bool {
    source.country(of: address).map { countries.contains($0) != isNegated } ?? false
  }
}

/// Which of a packet's addresses are asked.
package enum AddressSide: String, Sendable, BitwiseCopyable {
  case any, source = "src", destination = "dst", both
}

package enum ApplicationProtocolSide: Sendable, BitwiseCopyable {
  case direction, final, either, toServer, toClient, original
}
package enum StreamSizeSide: Sendable, BitwiseCopyable { case server, client, both, either }

package enum FlowNumber: String, Sendable, CaseIterable, BitwiseCopyable {
  case age = "flow.age", packetsToServer = "flow.pkts_toserver", packetsToClient = "flow.pkts_toclient"
  case bytesToServer = "flow.bytes_toserver", bytesToClient = "flow.bytes_toclient"
  case packetsEither = "flow.pkts,either", packetsBoth = "flow.pkts,both"
  case bytesEither = "flow.bytes,either", bytesBoth = "flow.bytes,both"
  /// Packets of the packet's own direction, itself among them.
  case packetsOwn = "flow.pkts,own"
}

/// State that must hold. Names are interned by the compiler: `FlowBits`' position for the flow's bits.
package enum StateCondition: Sendable {
  /// Any of the bits (`isset:a|b`).
  case flowBitsSet([Int])
  case flowBitsNotSet([Int])
  case flowInteger(name: Int, IntegerTest)
  /// A text that an expression captured for the flow holds another.
  case flowVariable(name: Int, text: [UInt8])
  case xbit(name: Int, scope: BitScope, isSet: Bool)
  case hostBit(name: Int, scope: BitScope, isSet: Bool)

  package enum IntegerTest: Sendable {
    case isSet, notSet, compare(NumberTest)
    /// With another number of the flow, by its name's number.
    case compareVariable(IntegerComparison, Int)
  }
}

/// How two numbers of a flow are compared.
package enum IntegerComparison: UInt8, Sendable, BitwiseCopyable {
  case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual

  func holds(_ left: Int64, _ right: Int64) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    case .notEqual: left != right
    }
  }
}

package enum BitScope: Sendable, BitwiseCopyable { case source, destination, pair, both, transaction }

/// What a match changes.
package enum Effect: Sendable {
  case setFlowBits([Int])
  case unsetFlowBits([Int])
  case toggleFlowBits([Int])
  case flowInteger(name: Int, FlowIntegerChange)
  case xbit(name: Int, scope: BitScope, BitChange, expireSeconds: Int64)
  case hostBit(name: Int, scope: BitScope, BitChange, expireSeconds: Int64)
  case storeFile(FileStoreRequest)
  case tag(Tag)
  case bypass
  /// `config: logging disable`: the transaction's record is not written.
  case disableLogging
  /// `config: tracking disable`: the packet belongs to no flow.
  case disableTracking
  /// `tls.store`: the chain of certificates is written to `tls-store`.
  case storeCertificates

  package enum FlowIntegerChange: Sendable { case set(Operand), add(Operand), subtract(Operand) }
  package enum BitChange: Sendable { case set, unset, toggle }
}

/// An event that the rule waits for.
package enum EventCondition: Sendable {
  /// Raw value of Wire's `DecoderEvent`.
  case decoder(UInt8)
  /// Raw value of Flows' `StreamEvent`.
  case stream(UInt8)
  /// Protocol's position in the catalogue and the event's position in its list.
  case application(protocolIndex: Int, event: UInt8)
  /// An event of the application layer itself (`applayer_mismatch_protocol_both_directions`), by name.
  case applicationLayer(String)
}

/// Limits on how often a rule alerts.
package struct Threshold: Sendable, Equatable {
  package enum Kind: Sendable { case limit, threshold, both, backoff, detectionFilter }
  package enum Track: Sendable { case bySource, byDestination, byBoth, byRule, byFlow }

  package var kind: Kind
  package var track: Track
  package var count: UInt32
  package var seconds: UInt32
  /// `backoff`: alert at count, count × multiplier, …
  package var multiplier: UInt32

  package init(kind: Kind, track: Track, count: UInt32, seconds: UInt32, multiplier: UInt32 = 0) {
    self.kind = kind
    self.track = track
    self.count = count
    self.seconds = seconds
    self.multiplier = multiplier
  }
}

/// `suppress` of threshold.config: alerts that are not reported.
package struct Suppression: Sendable, Equatable {
  package enum Track: Sendable { case all, bySource, byDestination, byEither }

  package var track: Track
  package var addresses: AddressSet

  package init(track: Track, addresses: AddressSet) {
    self.track = track
    self.addresses = addresses
  }
}

/// `rate_filter` of threshold.config: from `count` matches in `seconds` on, the action is another for a
/// while.
package struct RateFilter: Sendable, Equatable {
  package var track: Threshold.Track
  package var count: UInt32
  package var seconds: UInt32
  package var newAction: RuleAction
  /// How long the new action holds; 0: for ever.
  package var timeoutSeconds: UInt32

  package init(
    track: Threshold.Track, count: UInt32, seconds: UInt32, newAction: RuleAction, timeoutSeconds: UInt32
  ) {
    self.track = track
    self.count = count
    self.seconds = seconds
    self.newAction = newAction
    self.timeoutSeconds = timeoutSeconds
  }
}
