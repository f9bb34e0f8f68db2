package import Wire

/// One request and its response, or whatever unit the protocol has. Protocols subclass it and add their
/// values.
///
/// Confined to the worker of its flow. `progress` only ever grows; `revision` changes whenever anything that
/// a field reads may have changed, so that nothing is inspected twice.
package class Transaction {
  /// Position in the flow, from 0: EVE's `tx_id`.
  package final let number: UInt64
  /// What is asked for with every packet, in one piece: one access reads all of it.
  package final var state: TransactionState {
    get { core }
    set { core = newValue }
  }
  /// The module's own: the compiler sees all that changes it, and proves once that accesses keep apart
  /// instead of having that asked at each of them.
  final var core: TransactionState
  /// How far each direction is, in the protocol's own steps (`ApplicationProtocol.progress`).
  package final var progress: Pair<UInt8> {
    get { core.progress }
    set { core.progress = newValue }
  }
  /// Raised by the parser on any change.
  package final var revision: UInt32 {
    get { core.revision }
    set { core.revision = newValue }
  }
  /// Protocol events, as positions in `ApplicationProtocol.events`, in order.
  package final var events: [UInt8] {
    get { lists.events }
    set {
      core.eventCount = UInt32(truncatingIfNeeded: newValue.count)
      lists.events = newValue
    }
  }
  /// Files carried, in order of appearance.
  package final var files: [TransferredFile] {
    get { lists.files }
    set {
      core.hasFiles = !newValue.isEmpty
      lists.files = newValue
    }
  }
  /// The module's own, as `core` is.
  private final var lists = Lists()

  /// What few transactions have much of.
  private struct Lists {
    var events: [UInt8] = []
    var files: [TransferredFile] = []
    var serverLane: AnyObject?
    var clientLane: AnyObject?
    var detection: AnyObject?
    var guesses: UInt8 = 0
    var startNanoseconds: Int64 = 0
  }

  /// The direction that the transaction lives in, if only one: a message that stands for itself (DNS). It is
  /// neither inspected nor logged with packets of the other.
  package final var onlyDirection: Direction? {
    get { core.onlyDirection }
    set { core.onlyDirection = newValue }
  }
  /// What rules and the firewall note on the transaction as a whole, where they do.
  package final var detection: AnyObject? {
    get { lists.detection }
    set { lists.detection = newValue }
  }
  /// The transaction's event has been written.
  package final var isLogged: Bool {
    get { core.isLogged }
    set { core.isLogged = newValue }
  }
  /// Rules have seen it in this direction after it had come to its end there.
  package final var isInspected: Pair<Bool> {
    get { core.isInspected }
    set { core.isInspected = newValue }
  }
  /// Its event can be written although it is not complete: all that the event tells is known (a TLS
  /// handshake).
  package final var isLoggable: Bool {
    get { core.isLoggable }
    set { core.isLoggable = newValue }
  }
  /// Positions in `events` that were reported as anomalies.
  package final var eventsReported: Int {
    get { Int(core.eventsReported) }
    set { core.eventsReported = UInt32(truncatingIfNeeded: newValue) }
  }
  /// Alerts on packets and the stream that it was guessed for.
  package final var guesses: UInt8 {
    get { lists.guesses }
    set { lists.guesses = newValue }
  }
  /// Time of the packet that began it, in nanoseconds since 1970.
  package final var startNanoseconds: Int64 {
    get { lists.startNanoseconds }
    set { lists.startNanoseconds = newValue }
  }

  /// Begins a transaction whose directions are complete from these steps on.
  package init(number: UInt64, completeFrom: Pair<UInt8> = Pair(both: .max)) {
    self.number = number
    core = TransactionState(completeFrom: completeFrom)
  }

  /// Detection's own state of a direction: which rules have been decided at which progress.
  package final func lane(_ direction: Direction) -> AnyObject? {
    direction == .toServer ? lists.serverLane : lists.clientLane
  }

  /// Keeps detection's state of a direction.
  package final func keep(lane: AnyObject, _ direction: Direction) {
    if direction == .toServer { lists.serverLane = lane } else { lists.clientLane = lane }
  }

  /// A direction's body has grown, and nothing else has changed. `isDue`: there is enough of it for detection
  /// to look into it.
  final func noteBody(_ direction: Direction, isDue: Bool) {
    core.revision &+= 1
    core.bodyRevisions &+= 1
    core.isBodyDue[direction] = isDue
  }

  /// Nobody needs it any more: it is logged with its files, and inspected to its end in both directions.
  final var isSettled: Bool {
    let state = core
    guard state.isLogged, state.isSettled(.toServer), state.isSettled(.toClient) else { return false }
    return !state.hasFiles || lists.files.allSatisfy(\.isLogged)
  }

  /// The direction has come to its end: with both, it can be logged, inspected for the last time and dropped.
  @inline(__always)
  package final func isComplete(_ direction: Direction) -> Bool { core.isComplete(direction) }
}

/// The part of a transaction that is looked at with every packet.
package struct TransactionState: Sendable, BitwiseCopyable {
  package var progress = Pair<UInt8>(both: 0)
  /// Progress from which a direction is complete.
  package let completeFrom: Pair<UInt8>
  package var isInspected = Pair<Bool>(both: false)
  package var isLogged = false
  package var isLoggable = false
  package var hasFiles = false
  package var onlyDirection: Direction?
  /// A direction's message was cut: it never gets to its end, and the flow's end does not bring it there.
  package internal(set) var isCut = Pair(both: false)
  /// It was cut before what comes with the step that was reached last was whole: some of that is not known.
  package internal(set) var lacksStep = Pair(both: false)
  /// What came in place of a response, or of the one behind an interim response, is not asked as its body.
  package internal(set) var withholdsBody = false
  /// Revisions that brought a part of a message's head alone, of which nothing can be told yet.
  package internal(set) var cutHeads: UInt32 = 0
  /// An interim response is over, and nothing of the next one's head was read.
  package internal(set) var isBetweenHeads = false
  /// Nothing is asked of the response before it has begun.
  package var waitsForResponse = false
  /// Numbers in its messages are little-endian: what `dce` of byte operations goes by.
  package var isLittleEndian = false
  /// They are known to be big-endian.
  package var isBigEndian = false
  package var revision: UInt32 = 0
  /// How many of the revisions were bytes of bodies and nothing else.
  @usableFromInline var bodyRevisions: UInt32 = 0
  /// What came of a direction's body is to be looked at already.
  package internal(set) var isBodyDue = Pair(both: false)
  /// The revision beside bodies with which a direction was last asked, where no rule waits for anything
  /// there; 0: some do. And the rules that were asked.
  package var settledRevision = Pair<UInt32>(both: 0)
  @usableFromInline var settledRules: UInt32 = 0
  /// An interim response came: the response begins anew behind it; and how often it did, to its headers' end.
  package internal(set) var mayRestart = false
  package internal(set) var restarts: UInt8 = 0
  package var eventCount: UInt32 = 0
  package var eventsReported: UInt32 = 0

  init(completeFrom: Pair<UInt8>) {
    self.completeFrom = completeFrom
  }

  /// The direction has come to its end.
  @inlinable @inline(__always)
  package func isComplete(_ direction: Direction) -> Bool { progress[direction] >= completeFrom[direction] }

  /// Nothing more comes of a direction, and rules have seen all of it.
  func isSettled(_ direction: Direction) -> Bool {
    onlyDirection == direction.opposite || isInspected[direction] && isComplete(direction)
  }

  /// Changes with all but the bytes of bodies.
  @inlinable @inline(__always)
  package var revisionBesideBodies: UInt32 { revision &- bodyRevisions }

  /// Rules were asked of a direction as it stood then, and none of them waits for anything.
  package mutating func settle(_ direction: Direction, at reached: TransactionState, rules: UInt32) {
    if settledRules != rules { settledRevision = Pair(both: 0) }
    settledRules = rules
    settledRevision[direction] = reached.revisionBesideBodies
  }

  /// Nothing has come for rules to look at since a direction was last asked.
  @inlinable @inline(__always)
  package func isUnchanged(_ direction: Direction, rules: UInt32) -> Bool {
    settledRevision[direction] == revisionBesideBodies && settledRevision[direction] != 0
      && settledRules == rules && !isBodyDue[direction]
  }

  /// There are protocol events that were not reported yet.
  @inlinable @inline(__always)
  package var hasUnreportedEvents: Bool { eventsReported < eventCount }

  /// Both directions have come to their end.
  @inlinable @inline(__always)
  package var isDone: Bool { isComplete(.toServer) && isComplete(.toClient) }
}
