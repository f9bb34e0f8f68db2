import Flows
import Protocols
package import Wire

/// Detection's state of one flow: which groups of rules it uses, its bits and numbers, what was already
/// decided.
///
/// Confined to the flow's worker, held by `Flow.detection`.
package final class FlowDetection {
  /// The rule set for which the rest was resolved.
  var generation: UInt64
  /// Groups of each direction: rules of any port, of the flow's port, of its protocol; −1: none.
  var groups = Pair(both: GroupChoice())
  /// Protocol for which `groups` was resolved; −1: not known then.
  var protocolIndex: Int32 = -1
  /// Rules on addresses alone have been asked.
  var hasAskedAddresses = Pair(both: false)
  /// The firewall lets all of its packets through.
  var isAccepted = false
  /// Detection leaves it alone.
  var isPassed = false
  /// The firewall condemned it.
  package internal(set) var isDroppedByFirewall = false
  /// A rule on an open transaction waits for the payload or for state: it is asked with every packet.
  var waits = Pair(both: false)
  /// Grows when bits or numbers of the flow change: rules that wait for them are asked again only then.
  private(set) var stateRevision: UInt32 = 0
  /// `stateRevision` when transactions of a direction were last inspected.
  var stateSeen = Pair<UInt32>(both: 0)
  /// Payloads told nothing any more after the packet before: what came until then is still shown.
  var hidesPayload = false
  /// Events of the conversation that rules have been asked for: there are a few at most.
  var conversationEvents: UInt8 = 0
  /// A rule has all further files of the flow kept.
  package var keepsFiles = Pair(both: false)
  /// Rules on the protocol alone have been asked.
  var hasAskedProtocol = Pair(both: false)
  /// They have been asked of the protocol that another has changed to.
  var hasAskedChanged = Pair(both: false)
  /// Up to where each direction's stream was shown, and where the message in hand begins in it: what was
  /// before is not shown again with it.
  var streamEnd = Pair<UInt64>(both: 0)
  private(set) var messageStart = Pair<UInt64>(both: 0)
  /// Number of the packet with which no protocol was recognised, as far as it fits; 0: none yet.
  var decidedAt = Pair<UInt32>(both: 0)

  /// How far each direction's stream was searched ahead for rules on streams.
  var ahead = Pair(both: SearchedAhead())

  /// There are tags on the session, and rules that wait for more of a direction's stream, that are raised for
  /// its transactions, or were found ahead in it: asked with every packet.
  private(set) var hasTags = false
  private var isPending = Pair(both: false)
  private var isRaised = Pair(both: false)
  private var isAhead = Pair(both: false)
  /// What most flows never have: made with the first of it.
  private var notes: FlowNotes?

  /// Bounds of what one flow may hold.
  enum Limits {
    /// Rules waiting for more of the stream: each is evaluated again with new data.
    static let pending = 32
    /// Rules found ahead in a stream: with more, the stream is searched when its turn comes.
    static let ahead = 64
    /// Rules raised for transactions.
    static let raised = 64
    /// Places of matches remembered: a rule whose place is forgotten may fire again on the same data.
    static let consumed = 64
    /// Parts of a stream behind holes that one packet brings to inspection: as many as a few lost packets
    /// leave.
    static let holes = 64
    /// Texts captured for one packet.
    static let packetVariables = 64
    /// Bits, numbers and variables: rules name a few thousand, one flow meets a handful.
    static let values = 256
  }

  init(generation: UInt64) {
    self.generation = generation
  }

  /// Whether the flow has the bit.
  package func has(_ bit: Int) -> Bool {
    guard let notes else { return false }
    for known in notes.bits where known == Int32(truncatingIfNeeded: bit) { return true }
    return false
  }

  /// Rules have noted nothing that events tell of.
  package var isBare: Bool {
    guard let notes else { return true }
    return notes.bits.isEmpty && notes.integers.isEmpty && notes.variables.isEmpty && notes.entropies.isEmpty
  }

  /// The bits set, in order: for EVE's `metadata.flowbits`.
  package var allBits: [Int] { bits.map(Int.init) }

  /// Numbers of `flowint`, in order of appearance: for EVE's `metadata.flowints`.
  package var allIntegers: [(name: Int, value: Int64)] { integers.map { (Int($0.name), $0.value) } }

  func set(_ bit: Int) {
    guard !has(bit), bits.count < Limits.values else { return }
    stateRevision &+= 1
    bits.append(Int32(truncatingIfNeeded: bit))
  }

  func unset(_ bit: Int) {
    stateRevision &+= 1
    bits.removeAll { $0 == Int32(truncatingIfNeeded: bit) }
  }

  func toggle(_ bit: Int) {
    if has(bit) { unset(bit) } else { set(bit) }
  }

  func integer(_ name: Int) -> Int64? {
    for known in integers where known.name == Int32(truncatingIfNeeded: name) { return known.value }
    return nil
  }

  func setInteger(_ name: Int, _ value: Int64) {
    stateRevision &+= 1
    let name = Int32(truncatingIfNeeded: name)
    if let index = integers.firstIndex(where: { $0.name == name }) {
      integers[index].value = value
    } else if integers.count < Limits.values {
      integers.append((name, value))
    }
  }

  /// Whether a captured text holds another, given as numbers.
  func variable(_ name: Int, holds text: ArraySlice<Int64>) -> Bool {
    guard let value = variables.first(where: { $0.name == name })?.text, value.count >= text.count else {
      return false
    }
    return (0...value.count - text.count).contains { start in
      value[start...].prefix(text.count).elementsEqual(text) { Int64($0) == $1 }
    }
  }

  func setVariable(_ name: Int, _ text: [UInt8]) {
    stateRevision &+= 1
    if let index = variables.firstIndex(where: { $0.name == name }) {
      variables[index].text = text
    } else if variables.count < Limits.values {
      variables.append((name, text))
    }
  }

  /// Keeps the entropy that a rule has worked out last for a buffer: EVE's `metadata.entropy`.
  func noteEntropy(_ name: Int32, _ bits: Double) {
    if let index = entropies.firstIndex(where: { $0.name == name }) {
      entropies[index].bits = bits
    } else if entropies.count < Limits.values {
      entropies.append((name, bits))
    }
  }

  /// The rules were exchanged: entropies keep their names by other numbers.
  func renewEntropies(_ number: (Int32) -> Int32?) {
    entropies = entropies.compactMap { entry in number(entry.name).map { ($0, entry.bits) } }
  }

  /// A message has been shown as a whole: the next one begins behind it.
  func endMessage(_ direction: Direction) { messageStart[direction] = streamEnd[direction] }

  /// Where in the stream a rule may begin to match: after its last match.
  func streamStart(of rule: Int32, _ direction: Direction) -> UInt64 {
    for entry in consumed where entry.rule == rule && entry.direction == direction { return entry.upTo }
    return 0
  }

  /// A rule has matched on the stream as far as `offset`.
  func noteMatch(of rule: Int32, _ direction: Direction, upTo offset: UInt64) {
    if let index = consumed.firstIndex(where: { $0.rule == rule && $0.direction == direction }) {
      consumed[index].upTo = offset
    } else {
      if consumed.count >= Limits.consumed { consumed.removeFirst() }
      consumed.append(ConsumedStream(rule: rule, direction: direction, upTo: offset))
    }
  }
}

/// What rules note on a flow and most flows do not have: few flows pay for it.
private final class FlowNotes {
  var bits: [Int32] = []
  var integers: [(name: Int32, value: Int64)] = []
  var tags: [ActiveTag] = []
  var pending = Pair<[PendingStreamRule]>(both: [])
  var raised = Pair<[RaisedRule]>(both: [])
  var ahead = Pair<[AheadRule]>(both: [])
  var consumed: [ConsumedStream] = []
  var variables: [(name: Int, text: [UInt8])] = []
  var entropies: [(name: Int32, bits: Double)] = []
  var addressesAsked = Pair<UInt64>(both: 0)
  var protocolAsked = Pair<UInt64>(both: 0)
}

extension FlowDetection {
  /// There is something that `renew` has to look at.
  var hasNotes: Bool { notes != nil }

  private var made: FlowNotes {
    if let notes { return notes }
    let made = FlowNotes()
    notes = made
    return made
  }

  /// After a reload: the generation up to which rules on addresses were asked; 0: none.
  var addressesAsked: Pair<UInt64> {
    get { notes?.addressesAsked ?? Pair(both: 0) }
    _modify { yield &made.addressesAsked }
  }

  /// The same of rules on the protocol.
  var protocolAsked: Pair<UInt64> {
    get { notes?.protocolAsked ?? Pair(both: 0) }
    _modify { yield &made.protocolAsked }
  }

  /// Bits set, in order.
  private var bits: [Int32] {
    get { notes?.bits ?? [] }
    _modify { yield &made.bits }
  }

  private var integers: [(name: Int32, value: Int64)] {
    get { notes?.integers ?? [] }
    _modify { yield &made.integers }
  }

  /// Tags on the session.
  var tags: [ActiveTag] {
    get { notes?.tags ?? [] }
    _modify {
      let made = made
      yield &made.tags
      hasTags = !made.tags.isEmpty
    }
  }

  /// Rules whose pattern stands in the stream, but whose other conditions do not hold yet.
  var pending: Pair<[PendingStreamRule]> {
    get { notes?.pending ?? Pair(both: []) }
    _modify {
      let made = made
      yield &made.pending
      isPending = Pair(!made.pending.toServer.isEmpty, !made.pending.toClient.isEmpty)
    }
  }

  /// Rules on transactions whose payload conditions hold, until transactions of the direction are inspected.
  var raised: Pair<[RaisedRule]> {
    get { notes?.raised ?? Pair(both: []) }
    _modify {
      let made = made
      yield &made.raised
      isRaised = Pair(!made.raised.toServer.isEmpty, !made.raised.toClient.isEmpty)
    }
  }

  /// Rules whose pattern stands in a part of the stream that is to be shown yet.
  var aheadRules: Pair<[AheadRule]> {
    get { notes?.ahead ?? Pair(both: []) }
    _modify {
      let made = made
      yield &made.ahead
      isAhead = Pair(!made.ahead.toServer.isEmpty, !made.ahead.toClient.isEmpty)
    }
  }

  func hasAhead(_ direction: Direction) -> Bool { isAhead[direction] }

  func hasPending(_ direction: Direction) -> Bool { isPending[direction] }

  func hasRaised(_ direction: Direction) -> Bool { isRaised[direction] }

  /// Up to where in the stream a rule's last match has used it up.
  var consumed: [ConsumedStream] {
    get { notes?.consumed ?? [] }
    _modify { yield &made.consumed }
  }

  /// Variables that expressions captured for the flow: name and text.
  package private(set) var variables: [(name: Int, text: [UInt8])] {
    get { notes?.variables ?? [] }
    _modify { yield &made.variables }
  }

  /// Entropies worked out last: name of the buffer (`RuleSet.names`), and bits per byte.
  package private(set) var entropies: [(name: Int32, bits: Double)] {
    get { notes?.entropies ?? [] }
    _modify { yield &made.entropies }
  }
}

/// Groups of rules that a flow's direction uses, by number; −1: none.
struct GroupChoice: BitwiseCopyable {
  var common: Int32 = -1
  var port: Int32 = -1
  var application: Int32 = -1
  var transactions: Int32 = -1
  var isResolved = false
}

/// A rule whose pattern was seen in the stream before its other conditions held.
struct PendingStreamRule: BitwiseCopyable {
  var rule: Int32
  /// Offset in the stream after which waiting is of no use.
  var until: UInt64
}

/// A rule on transactions whose payload conditions hold.
struct RaisedRule: BitwiseCopyable {
  var rule: Int32
  var isOnStream: Bool
}

/// Up to where a rule's matches have used up a stream.
struct ConsumedStream: BitwiseCopyable {
  var rule: Int32
  var direction: Direction
  var upTo: UInt64
}
