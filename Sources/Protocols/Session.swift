package import Wire

/// What a parser did with the bytes it was shown.
package struct Consumption: Sendable {
  package enum Outcome: Sendable, Equatable {
    /// More bytes may come.
    case goesOn
    /// The parser cannot follow any more: the flow's bytes are not parsed further. A datagram could not be
    /// read; those that follow are shown all the same.
    case failed
    /// Nothing more is of interest (encrypted from here on): the flow's bytes need not be reassembled.
    case finished
    /// From here on the bytes are of another protocol (CONNECT, STARTTLS, Upgrade), by name; nil: to be
    /// recognised anew.
    case changesProtocol(String?)
    /// The protocol turns out to be a special one, by name, which the same parser reads.
    case isKnownAs(String)
  }

  /// Bytes used up; the rest is shown again, with what follows.
  package let bytes: Int
  package let outcome: Outcome
  /// Bodies of messages have grown, and nothing else has changed.
  let hasOnlyGrown: Bool

  package init(bytes: Int, _ outcome: Outcome = .goesOn) {
    self.bytes = bytes
    self.outcome = outcome
    hasOnlyGrown = false
  }

  /// All bytes were used up, and perhaps bodies have grown by them and nothing else has changed.
  init(allOf bytes: RawSpan, hasOnlyGrown: Bool) {
    self.bytes = bytes.byteCount
    outcome = .goesOn
    self.hasOnlyGrown = hasOnlyGrown
  }
}

/// The moment of the packet at hand: parsers never ask a clock.
package struct PacketClock: Sendable {
  /// Nanoseconds since 1970 (UTC).
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }
}

/// A flow's parser: takes bytes in order, once, and keeps the open transactions. Protocols subclass it.
///
/// Hostile bytes are no errors: they become protocol events on a transaction, or `.failed`.
package class Session {
  /// Transactions that are not yet finished with, oldest first. `Conversation` removes those that are done.
  ///
  /// They are taken out while they are being changed, so that no access to them lasts.
  final var transactions: [Transaction] {
    get { open }
    _modify {
      var taken: [Transaction] = []
      swap(&taken, &open)
      defer { swap(&taken, &open) }
      yield &taken
    }
  }
  private final var open: [Transaction] = []
  /// The same for other modules, which only read them: the compiler then sees all that changes them.
  package final var openTransactions: [Transaction] { open }

  /// How many of them there are.
  package final var openCount: Int { open.count }

  /// One of them, by its place; nil: there are not so many.
  package final func openTransaction(at place: Int) -> Transaction? {
    place < open.count ? open[place] : nil
  }

  /// A rule has a transaction's event not written. Protocols whose responses are transactions of their own do
  /// the same with its response.
  package func disableLogging(of transaction: Transaction) { transaction.isLogged = true }

  /// A transaction has come to its end in a direction, and rules have not seen it there since.
  package final func hasCompleteMessage(_ direction: Direction) -> Bool {
    for transaction in transactions {
      let state = transaction.core
      if state.isInspected[direction] || !state.isComplete(direction) { continue }
      if state.onlyDirection != direction.opposite { return true }
    }
    return false
  }

  /// Flows that were announced and that nobody has taken note of yet.
  package final var expected: [ExpectedFlow] {
    get { announced }
    set { announced = newValue }
  }
  private final var announced: [ExpectedFlow] = []
  /// Number of transactions begun so far.
  package internal(set) final var transactionCount: UInt64 {
    get { begun }
    set { begun = newValue }
  }
  private final var begun: UInt64 = 0

  /// The frames announced, where rules or outputs ask for some; see `announce`.
  package final var frames: FrameLog? {
    get { log }
    set { log = newValue }
  }
  private final var log: FrameLog?

  /// The exchange that agreed on another protocol: what the parser that follows may want to know.
  package final var handedOver: Transaction?

  /// The protocol is only told by its bytes, not parsed: payloads are all that rules can look at.
  package let readsNothing: Bool
  /// Bytes of each direction of a stream that the protocol wants put together, 0 for all; nil: as many as
  /// others.
  package let streamDepthBytes: Int?

  /// Bytes that the parser may leave unconsumed, where its largest unit is longer than others'.
  final var pendingBytesMax: Int?

  /// When rules on the stream are asked although no chunk of it has come together.
  package enum StreamMessages: Sendable {
    /// When a transaction is complete.
    case transactions
    /// Where the parser says that one has ended, until both sides are encrypted: each flight of a handshake.
    case all
    /// Where the parser says that one has ended: see `endsMessage`.
    case marked
    case none
  }

  /// What a message of the stream is to rules on it: what the reference takes for one.
  package final var streamMessages: StreamMessages {
    get { traits.streamMessages }
    set { traits.streamMessages = newValue }
  }
  /// What one direction brings counts as news of the other one too.
  package final var movesAsOne: Bool {
    get { traits.movesAsOne }
    set { traits.movesAsOne = newValue }
  }
  /// A message of each direction has ended that rules on the stream have not been shown.
  package final var endsMessage: Pair<Bool> {
    get { traits.endsMessage }
    set { traits.endsMessage = newValue }
  }

  /// What is asked for with every packet. It is the module's own: the compiler sees all that changes it, and
  /// proves once that accesses keep apart instead of having that asked at each of them.
  private final var traits = Traits()

  /// What a session is for rules on its stream.
  private struct Traits {
    var streamMessages = StreamMessages.transactions
    var movesAsOne = false
    var endsMessage = Pair(both: false)
  }

  package init(readsNothing: Bool = false, streamDepthBytes: Int? = nil) {
    self.readsNothing = readsNothing
    self.streamDepthBytes = streamDepthBytes
  }

  /// Payloads tell something until both directions are encrypted; what came until then is looked at with
  /// packets made up.
  package var isSealedAsOne: Bool { false }

  /// Nothing that follows in a direction is of interest but for its frames, which are announced all the same.
  package func isOver(_ direction: Direction) -> Bool { false }

  /// Says which server it is, before the first bytes: a protocol may have settings for some of them.
  package func adopt(server: IPAddress) {}

  /// Says which port of the server it is, likewise.
  package func adopt(serverPort: UInt16) {}

  /// Takes over from the parser before it, whose last exchange agreed on this protocol.
  package func adopt(handedOver: Transaction) {}

  /// Says which protocol the connection had before it agreed on this one, by name.
  package func adopt(protocolBefore name: String) {}

  /// Says which client it is, before the first bytes.
  package func adopt(client: IPAddress) {}

  /// Takes stream bytes that follow those consumed before, or one whole datagram.
  package func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    Consumption(bytes: bytes.byteCount)
  }

  /// `count` bytes were lost in a stream. The default gives up.
  package func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock) -> Consumption.Outcome {
    .failed
  }

  /// The stream's depth was reached in this direction: what is open there will not be whole.
  package func truncate(_ direction: Direction) {}

  /// Whether what is being read is over with its connection: else it waits for the flow's end, as it is cut.
  package func endsWithConnection(_ direction: Direction) -> Bool { true }

  /// No more bytes will come in this direction (FIN, RST or time-out).
  package func end(_ direction: Direction, _ clock: PacketClock) {}
}
