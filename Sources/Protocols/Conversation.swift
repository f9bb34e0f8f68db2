package import Wire

/// Something odd about a flow's application layer as a whole: an `applayer` anomaly, by the name that rules
/// use.
package enum ConversationEvent: String, Sendable, CaseIterable {
  case mismatchBothDirections = "applayer_mismatch_protocol_both_directions"
  case wrongDirectionFirstData = "applayer_wrong_direction_first_data"
  case onlyOneDirection = "applayer_detect_protocol_only_one_direction"
  case detectionSkipped = "applayer_proto_detection_skipped"
  case noTLSAfterSTARTTLS = "applayer_no_tls_after_starttls"
  case unexpectedProtocol = "applayer_unexpected_protocol"
  /// Of our own: a server that must speak TLCP, by the site, speaks something that is not even TLS.
  case tlcpRequired = "applayer_tlcp_required"
}

/// The application layer of one flow: recognises its protocol in both directions, shows the parser its bytes
/// in order, once, and keeps what the parser left over.
///
/// Directions passed in are always those of the flow's first packet. Where the bytes show that the flow was
/// taken the wrong way round, `isReversed` becomes true and the conversation turns all directions by itself;
/// whoever asks for transactions turns theirs (`direction(_:)`).
///
/// After every call the caller inspects and logs `session`'s transactions and then calls `removeFinished`.
package final class Conversation {
  /// What is asked for with every packet. It is the module's own: the compiler sees all that changes it, and
  /// proves once that accesses keep apart instead of having that asked at each of them.
  var core: Core

  /// The part of a conversation that is looked at with every packet.
  struct Core {
    var state = ProtocolState.unknown
    var sides = Pair<ProtocolState>(both: .unknown)
    var original = ProtocolState.unknown
    var expected = ProtocolState.unknown
    var isReversed = false
    var isOneSided = false
    var mayReverse = false
    var eventCount: UInt16 = 0
    var eventsReported: UInt16 = 0
    var changes: UInt32 = 1
    var settledAt = Pair<UInt32>(both: 0)
    /// Changes that were growing bodies and nothing else, and the other changes when a direction's records
    /// were last brought up to date.
    var growths: UInt32 = 0
    var recordedAt = Pair<UInt32>(both: 0)
    var hasFailed = false
    var isDatagramUnreadable = false
    /// The parser wants nothing more of a direction.
    var isFinished = Pair(both: false)
    var hasEnded = Pair(both: false)
    /// The parser announces frames.
    var hasFrames = false
    /// Offset in the stream of the first byte that a direction keeps, or of what comes next.
    var offsets = Pair<UInt64>(both: 0)
  }

  // Every flow of datagrams has one: small things stand together.
  /// One protocol has given way to another.
  package internal(set) var hasChanged = false
  let transport: ApplicationProtocol.Transport
  let ports: Pair<UInt16>
  var firstDataDirection: Direction?

  /// The flow's protocol (`app_proto`).
  package internal(set) var state: ProtocolState {
    get { core.state }
    set { core.state = newValue }
  }
  /// The protocol as recognised in each direction (`app_proto_ts`, `app_proto_tc`).
  package internal(set) var sides: Pair<ProtocolState> {
    get { core.sides }
    set { core.sides = newValue }
  }
  /// The protocol before a change (`app_proto_orig`).
  package internal(set) var original: ProtocolState {
    get { core.original }
    set { core.original = newValue }
  }
  /// The protocol announced by a change, where another came (`app_proto_expected`).
  package internal(set) var expected: ProtocolState {
    get { core.expected }
    set { core.expected = newValue }
  }
  /// The parser, once the protocol is known and unless it is only recognised.
  package internal(set) var session: Session? {
    get { parser }
    set {
      core.hasFrames = newValue?.frames != nil
      parser = newValue
    }
  }
  private var parser: Session?

  /// The frames that the parser announces, where rules or outputs ask for some.
  package var frames: FrameLog? { core.hasFrames ? parser?.frames : nil }
  /// Takes the flows that the parser has announced since.
  package func takeExpected() -> [ExpectedFlow] {
    guard let parser, !parser.expected.isEmpty else { return [] }
    let expected = parser.expected
    parser.expected = []
    return expected
  }

  /// Server and client are the other way round than the flow's first packet made believe.
  package internal(set) var isReversed: Bool {
    get { core.isReversed }
    set { core.isReversed = newValue }
  }
  /// One side alone is seen: what it says is all that will come.
  package var isOneSided: Bool {
    get { core.isOneSided }
    set { core.isOneSided = newValue }
  }
  /// Who is the client is a guess (datagrams, a stream picked up in its midst): bytes may show that it was
  /// wrong.
  package var mayReverse: Bool {
    get { core.mayReverse }
    set { core.mayReverse = newValue }
  }
  /// Anomalies of the application layer, in order. The caller takes those that it has not seen.
  package internal(set) var events: [ConversationEvent] = [] {
    didSet { core.eventCount = UInt16(clamping: events.count) }
  }
  /// How many of `events` there are.
  package var eventCount: Int { Int(core.eventCount) }
  /// How many of `events` were reported.
  package var eventsReported: Int {
    get { Int(core.eventsReported) }
    set { core.eventsReported = UInt16(clamping: newValue) }
  }
  /// There are events of the conversation that were not reported yet.
  package var hasUnreportedEvents: Bool { core.eventsReported < core.eventCount }
  /// Grows with everything that is shown to the parser: what has not changed need not be looked at again.
  package internal(set) var changes: UInt32 {
    get { core.changes }
    set { core.changes = newValue }
  }
  /// `changes` when rules and records of a direction were last brought up to date.
  package var settledAt: Pair<UInt32> {
    get { core.settledAt }
    set { core.settledAt = newValue }
  }
  /// Nothing that records tell of has changed since those of a direction were last brought up to date.
  package func isRecorded(_ direction: Direction) -> Bool {
    let core = core
    return core.recordedAt[direction] == core.changes &- core.growths
  }
  /// A direction's records have been brought up to date.
  package func noteRecorded(_ direction: Direction) {
    core.recordedAt[direction] = core.changes &- core.growths
  }
  /// Something was shown to the parser since a direction was last brought up to date.
  package func hasNews(_ direction: Direction) -> Bool {
    let core = core
    return core.settledAt[direction] != core.changes
  }
  /// The parser gave up: nothing more is parsed.
  package internal(set) var hasFailed: Bool {
    get { core.hasFailed }
    set { core.hasFailed = newValue }
  }

  /// The parser could not read the last datagram.
  package internal(set) var isDatagramUnreadable: Bool {
    get { core.isDatagramUnreadable }
    set { core.isDatagramUnreadable = newValue }
  }
  let detector: ProtocolDetector
  /// A change of protocol that the next call carries out, so that the old parser's transactions are logged
  /// before.
  var change: Change = .none
  /// What the parser before left for the one that comes.
  var handedOver: Transaction?
  /// Datagrams that the parser could not read.
  var unreadableDatagrams: UInt32 = 0
  /// How often the parser failed.
  package var failureCount: UInt64 { UInt64(unreadableDatagrams) &+ (hasFailed ? 1 : 0) }

  /// Address of the server, as the flow's first packet made believe.
  package var server: IPAddress? {
    get { ends.toServer }
    set { ends.toServer = newValue }
  }
  /// Address of the client, likewise.
  package var client: IPAddress? {
    get { ends.toClient }
    set { ends.toClient = newValue }
  }
  private var ends = Pair<IPAddress?>(both: nil)
  /// Bytes of each direction of the stream that the protocol wants put together, where it has a wish.
  package var streamDepthBytes: Int? { depth.map(Int.init) }
  /// The same, as it is kept.
  var depth: Int32?
  /// What is kept of each direction; taken out while it is being changed, so that no access to it lasts.
  var lanes: Pair<Lane> {
    get { kept }
    _modify {
      var taken = Pair(both: Lane())
      swap(&taken, &kept)
      defer { swap(&taken, &kept) }
      yield &taken
    }
  }
  private var kept = Pair(both: Lane())

  /// Bytes of a direction wait for what comes: to be recognised, or as part of a unit that is not complete.
  package func hasPending(_ direction: Direction) -> Bool { !lanes[direction].pending.isEmpty }

  /// Offset in the stream of the first byte that waits; `.max` without any.
  package func pendingStart(_ direction: Direction) -> UInt64 {
    lanes[direction].pending.isEmpty ? .max : core.offsets[direction]
  }

  /// A direction has come to its end.
  package func hasEnded(_ direction: Direction) -> Bool { core.hasEnded[direction] }

  /// Both sides have come to their end: all that is left is told.
  package var hasEnded: Bool { core.hasEnded.toServer && core.hasEnded.toClient }

  /// What there was so far is to be looked at now: the protocol changes with the next call, and nothing will
  /// come of the one before any more, or both sides have become encrypted.
  package var isChangeDue: Bool {
    if case .none = change { false } else { true }
  }

  /// What there was until both sides became encrypted has been looked at, once. False: it is something else.
  package func noteSealed() -> Bool {
    guard case .sealed = change else { return false }
    change = .none
    return true
  }

  /// Waiting for the next call: a change of protocol, with the name expected; or waiting to be looked at:
  /// what there was until both sides became encrypted.
  enum Change {
    case none
    case due(String?)
    case sealed
  }

  /// What is kept of one direction.
  struct Lane {
    /// Bytes not yet recognised or not yet consumed.
    var pending: [UInt8] = []
    /// Bytes that came after `pending` was full, while the protocol was not known.
    var overflow: Int32 = 0
    /// Recognition came to an end without a protocol.
    var hasGivenUp = false
    /// `pending` was left over by the parser before, and the one that came has not been shown it.
    var isUnshown = false
  }

  /// Begins the application layer of a flow from its first packet's ports.
  package init(
    _ transport: ApplicationProtocol.Transport, sourcePort: UInt16, destinationPort: UInt16,
    detector: ProtocolDetector
  ) {
    self.transport = transport
    self.detector = detector
    core = Core(mayReverse: transport == .udp)
    ports = Pair(destinationPort, sourcePort)
  }

  /// The same with a detector of its own: for a single conversation, as in tools and tests.
  package convenience init(
    _ transport: ApplicationProtocol.Transport, sourcePort: UInt16, destinationPort: UInt16,
    settings: ProtocolSettings
  ) {
    self.init(
      transport, sourcePort: sourcePort, destinationPort: destinationPort,
      detector: ProtocolDetector(settings))
  }

  /// Messages of a protocol whose frames belong to no flow: each stands for itself. Nil where the protocol is
  /// unknown or switched off.
  package convenience init?(flowless name: String, detector: ProtocolDetector) {
    guard let index = ProtocolCatalogue.index(named: name), !detector.settings.disabled.contains(name) else {
      return nil
    }
    self.init(.udp, sourcePort: 0, destinationPort: 0, detector: detector)
    sides = Pair(both: .known(index))
    state = .known(index)
    session = ProtocolCatalogue.all[index].makeSession(detector.settings)
  }

  /// What events tell of the protocol.
  package var protocols: KnownProtocols {
    let core = core
    var known = KnownProtocols()
    known.flow = core.state
    known.sides = core.sides
    known.original = core.original
    known.expected = core.expected
    return known
  }

  /// Takes a message of no flow.
  package func message(_ bytes: RawSpan, _ clock: PacketClock) {
    changes &+= 1
    guard let session, session.transactions.count <= Limits.transactions else { return }
    _ = session.consume(bytes, .toServer, clock)
  }

  /// Position in `ProtocolCatalogue.all` of the flow's protocol, once known.
  package var protocolIndex: Int? { state.index }

  /// The direction of the conversation for a direction of the flow's first packet, and the reverse.
  package func direction(_ direction: Direction) -> Direction {
    isReversed ? direction.opposite : direction
  }

  /// Whether more bytes of a direction are of any use; false after failure or once encrypted.
  package func wantsMore(_ direction: Direction) -> Bool {
    let core = core
    let own = core.isReversed ? direction.opposite : direction
    return !core.hasFailed && !core.isFinished[own] && !core.hasEnded[own] && core.state != .failed
  }

  /// The parser wants nothing more, as what follows is encrypted or of no interest to it.
  package var isFinished: Bool {
    guard let session, !session.readsNothing else { return false }
    return isFinished(.toServer, session) && isFinished(.toClient, session) && !hasFailed
  }

  /// The configuration wants flows of this protocol bypassed once they are encrypted.
  package var mayBypass: Bool {
    switch session {
    case is TLSSession: detector.settings.tls.encryptionHandling == .bypass
    case is SSHSession: detector.settings.ssh.encryptionHandling == .bypass
    default: false
    }
  }

  /// It wants nothing more of one direction at least: from here on payloads tell nothing in either. Where
  /// both become encrypted as one, it wants nothing more of both.
  package var hidesPayload: Bool {
    let core = core
    guard core.isFinished.toServer || core.isFinished.toClient || core.hasFrames, let session,
      !session.readsNothing
    else { return false }
    if session.isSealedAsOne { return isFinished }
    return (isFinished(.toServer, session) || isFinished(.toClient, session)) && !hasFailed
  }

  private func isFinished(_ direction: Direction, _ session: Session) -> Bool {
    core.isFinished[direction] || session.frames != nil && session.isOver(direction)
  }

  /// Forgets the transactions that are complete in both directions and logged with their files (and by then
  /// inspected).
  package func removeFinished() {
    guard let session = parser, !session.transactions.isEmpty else { return }
    // Most often there is one, and the next one takes its place.
    if session.openCount == 1 {
      if session.openTransaction(at: 0)?.isSettled == true {
        session.transactions.removeAll(keepingCapacity: true)
      }
      return
    }
    // Taken out for the time: nothing that is asked below can meet the list half changed.
    var open: [Transaction] = []
    swap(&open, &session.transactions)
    open.removeAll { $0.isSettled }
    swap(&open, &session.transactions)
  }

  /// Bounds of what one flow may hold.
  enum Limits {
    /// Bytes of a direction that recognition looks at: every signature of a protocol stands within its first
    /// kilobytes.
    static let recognitionBytes = 4096
    /// Bytes that a direction must have brought before it is given up: the reference waits for as many.
    static let giveUpBytes = Pair(17, 10)
    /// Bytes kept of a direction that was given up, until the other direction tells.
    static let undecidedBytes = 32 * 1024
    /// Bytes of a direction after which nobody waits for the other one any more.
    static let undecidedBytesTotal = 100_000
    /// Bytes that a parser may leave unconsumed: the largest unit is a DNS message or a TLS handshake in
    /// records.
    static let pendingBytes = 256 * 1024
    /// Open transactions left after a call: pipelining beyond it is an attack on memory.
    static let transactions = 1024
    /// Anomalies of the application layer kept for one flow: each kind comes up once or twice.
    static let events = 16
  }
}
