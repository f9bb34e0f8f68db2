import Wire

/// What a rule asks of one buffer, compiled.
struct CompiledInspection: BitwiseCopyable, Sendable {
  enum Source: UInt8, BitwiseCopyable, Sendable {
    case payload, field, fileData, fileName, fileMagic, file, ipv4, ipv6, tcp, udp, icmpv4, icmpv6
    case sourceAddress, destinationAddress, frame

    /// It is asked of each file of a transaction.
    var isOnFiles: Bool { self == .fileData || self == .fileName || self == .fileMagic || self == .file }
  }

  /// Position among the rule set's buffers.
  var buffer: Int32
  var source: Source
  /// The buffer has to be transformed before it is matched.
  var isTransformed: Bool
  /// In a rule on both directions: the buffer is the response's.
  var isToClient = false
  /// Number of the frames meant.
  var frameKind: UInt8 = 0
  var steps: IndexRange
}

/// Header of a rule, compiled: ranges of the program's address and port pools. An empty range accepts
/// everything.
struct CompiledHeader: BitwiseCopyable, Sendable {
  /// Bit n: IP protocol n; all bits where any is accepted.
  var protocolLow: UInt64 = .max
  var protocolHigh: UInt64 = .max
  var acceptsHighProtocols = true
  var acceptsAnyProtocol = true
  var ipVersion: UInt8 = 0
  var acceptsNonIP = false
  var isBidirectional = false
  var source4 = IndexRange.empty
  var source6 = IndexRange.empty
  var isSourceAny = true
  var destination4 = IndexRange.empty
  var destination6 = IndexRange.empty
  var isDestinationAny = true
  var sourcePorts = IndexRange.empty
  var isSourcePortAny = true
  var destinationPorts = IndexRange.empty
  var isDestinationPortAny = true
}

/// On what a rule's payload conditions are tried.
enum PayloadMode: UInt8, BitwiseCopyable, Sendable {
  /// On packets only: the rule has conditions on single packets.
  case packet
  /// On the stream where there is one, else on packets.
  case stream
  /// On the packet first, then on the stream: the rule's contents are anchored, or it asks for the stream's
  /// size.
  case both
  /// On the stream only.
  case streamOnly
}

/// On what a rule's action holds beyond the packet.
enum ActionScope: UInt8, BitwiseCopyable, Sendable {
  /// The packet alone: rules on headers, events and sizes.
  case packet
  /// The flow: rules on addresses, protocols and transactions.
  case flow
  /// The flow where the rule matched on the stream, else the packet.
  case flowIfStream
}

/// A rule, compiled to a fixed size.
struct CompiledRule: BitwiseCopyable, Sendable {
  var packetSteps = IndexRange.empty
  var flowSteps = IndexRange.empty
  var stateSteps = IndexRange.empty
  /// Ranges of the program's inspections: those of packets and streams, of headers, of transactions.
  var payloadInspections = IndexRange.empty
  var headerInspections = IndexRange.empty
  var transactionInspections = IndexRange.empty
  var frameInspections = IndexRange.empty
  /// Positions in the catalogue of the protocols accepted: a range of the program's numbers; empty: any.
  var protocols = IndexRange.empty
  /// Events waited for: a range of the program's events.
  var events = IndexRange.empty
  var payloadMode = PayloadMode.stream
  var action = RuleAction.alert
  /// It is not reported.
  var isSilent = false
  /// On what its action holds.
  var actionScope = ActionScope.flowIfStream
  /// Whether it is reported, and sometimes what it does, is decided by counting.
  var isCounted = false
  var hasEffects = false
  /// Scripts are asked when all else holds.
  var hasScripts = false
  /// It asks for files, each of which may meet it.
  var asksFiles = false
  /// It has files kept.
  var keepsFiles = false
  var isTransactional = false
  /// No pattern calls it up: it is collected once for each transaction, and has to wait for what does not
  /// hold yet.
  var isCollectedOnce = false
  /// It asks for fields that are whole with a step of a transaction, or for the step itself.
  var isBoundToStep = false
  /// It is on transactions, and its pattern is in the payload: packets and streams raise it for the
  /// transactions that are open then. What holds at its first look holds anew with each part that raises it.
  var isRaised = false
  /// Its pattern is in a growing buffer, or it waits for an event: it may be called up more than once.
  var isCalledAgain = false
  /// A body calls it up, and it asks for the payload too: that is looked at with the body's end, as far as it
  /// came.
  var looksBack = false
  /// Progress at which a rule hook evaluates it, and the hook's direction; −1: no hook.
  var hookProgress: Int16 = -1
  /// Last progress of the hook's step, and the last at which the rule is evaluated at all.
  var hookLast: Int16 = -1
  var hookUntil = Int16.max
  /// It is evaluated with each inspection of a transaction at that progress, not only with the first.
  var isRepeated = false
  /// The rule asks for buffers of both directions of a transaction.
  var isTwoSided = false
  /// Bit 0: to the server, bit 1: to the client.
  var directions: UInt8 = 3
  /// Its payload conditions have places, or ask for what must not be there: they are tried on each part of a
  /// stream for itself.
  var isOnParts = false
  /// What `dsize` says of packets that have no payload of their own.
  var payloadNeed = PayloadNeed.any
  /// Conditions on the packet were written: it is evaluated once for each packet.
  var isBoundToPacket = false
}

/// Whether a rule's `dsize` wants a payload, whatever its size, or none. As in the reference, data of the
/// stream that a packet brings to inspection count as payload where rules look at streams of that port.
enum PayloadNeed: UInt8, BitwiseCopyable {
  case any, some, none

  init(_ signature: Signature) {
    self = .any
    for case .number(.payloadSize, let test) in signature.packetConditions {
      if case .notEqual = test { self = .some }
      if case .equal(0) = test { self = .none }
    }
  }
}

/// All rules' conditions in flat pools, while they are being compiled.
struct ProgramPools: Sendable {
  var rules: [CompiledRule] = []
  /// Gates and headers of the rules, apart: most candidates end at them.
  var gates: [RuleGate] = []
  var headers: [CompiledHeader] = []
  var inspections: [CompiledInspection] = []
  var steps: [Step] = []
  var packetSteps: [PacketStep] = []
  var flowSteps: [FlowStep] = []
  var stateSteps: [StateStep] = []
  var events: [CompiledEvent] = []
  /// Bytes of contents.
  var bytes: [UInt8] = []
  var numbers: [Int64] = []
  var addresses4: [ClosedRange<UInt32>] = []
  var addresses6: [AddressSet.Range] = []
  var ports: [ClosedRange<UInt16>] = []
  var patterns: [CompiledPattern] = []
  var captures: [CompiledCapture] = []
  var buffers: [BufferReference] = []
  /// Expressions of `pcrexform`, by their text.
  var transformPatterns: [String: CompiledPattern] = [:]
  /// Most variables that any rule has.
  var variableCount = 0
  /// Names that alerts show: keys of data sets' objects, buffers of entropies.
  var names = NameTable()
  /// Lists of files' digests.
  var digestLists: [DigestList] = []
  var countries: [CountrySet] = []
}

/// All rules' conditions in flat pools: immutable, shared between workers, without reference counting inside.
///
/// A class, so that passing it on is passing one pointer.
final class RuleProgram: Sendable {
  let rules: [CompiledRule]
  let gates: [RuleGate]
  let headers: [CompiledHeader]
  let inspections: [CompiledInspection]
  let steps: [Step]
  let packetSteps: [PacketStep]
  let flowSteps: [FlowStep]
  let stateSteps: [StateStep]
  let events: [CompiledEvent]
  let bytes: [UInt8]
  let numbers: [Int64]
  let addresses4: [ClosedRange<UInt32>]
  let addresses6: [AddressSet.Range]
  let ports: [ClosedRange<UInt16>]
  let patterns: [CompiledPattern]
  let captures: [CompiledCapture]
  let buffers: [BufferReference]
  let transformPatterns: [String: CompiledPattern]
  let variableCount: Int
  let names: [String]
  let digestLists: [DigestList]
  let countries: [CountrySet]

  init(_ pools: ProgramPools) {
    rules = pools.rules
    gates = pools.gates
    headers = pools.headers
    inspections = pools.inspections
    steps = pools.steps
    packetSteps = pools.packetSteps
    flowSteps = pools.flowSteps
    stateSteps = pools.stateSteps
    events = pools.events
    bytes = pools.bytes
    numbers = pools.numbers
    addresses4 = pools.addresses4
    addresses6 = pools.addresses6
    ports = pools.ports
    patterns = pools.patterns
    captures = pools.captures
    buffers = pools.buffers
    transformPatterns = pools.transformPatterns
    variableCount = pools.variableCount
    names = pools.names.names
    digestLists = pools.digestLists
    countries = pools.countries
  }
}

/// A capture group that a rule keeps, by its position (from 1) in the expression.
struct CompiledCapture: Sendable {
  var group: Int
  var kind: PatternCondition.CaptureKind
  var name: Int
}

/// An event that a rule waits for, compiled.
enum CompiledEvent: BitwiseCopyable, Sendable {
  case decoder(UInt8)
  case stream(UInt8)
  case application(protocolIndex: Int32, event: UInt8)
  /// Position among the events of conversations.
  case layer(UInt8)
}
