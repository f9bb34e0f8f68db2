/// What has been decided of a transaction in one direction, held by `Transaction.lane`.
final class TransactionLane {
  /// The rule set for which it was decided.
  var generation: UInt64
  /// The firewall's hook at which it stands, and how far the transaction had come when it was asked last.
  var filterStep = 0
  var filterProgress: Int16 = -1
  var filterRevision: UInt32 = 0
  /// Engines and rules without pattern before these positions have been asked.
  var nextEngine = 0
  var nextAlways = 0
  var events = 0
  /// Revision and progress at the last inspection; −1: never.
  var revision: Int64 = -1
  var progress: Int16 = -1
  /// The same when rules that are met again while a step lasts were last asked.
  var repeatedRevision: Int64 = -1
  var repeatedProgress: Int16 = -1
  var repeatedReached: UInt64 = 0
  /// A rule waits for the payload or for state only: it is asked with every packet.
  var waitsForPayload = false
  /// A rule waits for a number that the transaction's next message may bring.
  var waitsForMore = false
  /// A rule waits for bits or numbers of the flow, as they were at this revision.
  var waitsForState = false
  var stateRevision: UInt32 = 0
  /// Rules waiting for more of the transaction, with the inspections that hold already.
  var waiting: [WaitingRule] = [] {
    didSet { hasWaiting = !waiting.isEmpty }
  }
  private(set) var hasWaiting = false
  /// Progress and bytes of growing buffers when the waiting rules were last asked.
  var waitingProgress: Int16 = -1
  var waitingBytes = 0
  /// Files that had come to their end then.
  var waitingFiles = 0
  /// Files there were then, and those of which enough had come to be looked at.
  var waitingFilesBegun = 0
  var waitingFilesReady = 0
  /// Rules that have fired or can fire no more, of those that may be called up again.
  var decided: [Int32] = [] {
    didSet { hasDecided = !decided.isEmpty }
  }
  private(set) var hasDecided = false
  /// The response may begin anew: all rules that fire are noted, and how often it has done so.
  var notesFired = false
  var restarts: UInt8 = 0
  /// How far each growing buffer was scanned.
  var bodies: [ScannedBody] = [] {
    didSet { hasBodies = !bodies.isEmpty }
  }
  private var hasBodies = false
  /// After a reload: rules that came after this generation have not been asked yet; 0: all have.
  var behind: UInt64 = 0

  init(generation: UInt64) {
    self.generation = generation
  }

  /// Begins anew for another transaction, as if just made.
  func renew(generation: UInt64) {
    self.generation = generation
    (filterStep, filterProgress, filterRevision) = (0, -1, 0)
    (nextEngine, nextAlways, events) = (0, 0, 0)
    (revision, progress) = (-1, -1)
    (repeatedRevision, repeatedProgress, repeatedReached) = (-1, -1, 0)
    (waitsForPayload, waitsForMore, waitsForState, stateRevision) = (false, false, false, 0)
    if hasWaiting { waiting = [] }
    (waitingProgress, waitingBytes) = (-1, 0)
    (waitingFiles, waitingFilesBegun, waitingFilesReady) = (0, 0, 0)
    (notesFired, restarts, behind) = (false, 0, 0)
    if hasDecided { decided.removeAll(keepingCapacity: true) }
    if hasBodies { bodies.removeAll(keepingCapacity: true) }
  }

  /// What is kept of a rule that waits.
  @inline(__always)
  func waiting(for rule: Int32) -> WaitingRule? {
    guard hasWaiting else { return nil }
    for known in waiting where known.rule == rule { return known }
    return nil
  }

  /// A rule waits no more. The list is taken out for the time: nothing can meet it half changed.
  func forget(_ rule: Int32) {
    guard hasWaiting else { return }
    var left = waiting
    waiting = []
    left.removeAll { $0.rule == rule }
    waiting = left
  }

  /// Rules that one transaction may keep waiting.
  static let waitingMax = 512
}

/// A rule of which a transaction does not tell yet.
struct WaitingRule: BitwiseCopyable {
  var rule: Int32
  /// Bit n: the rule's n-th inspection holds.
  var matched: UInt64
  /// Bytes that growing buffers had when it was last evaluated.
  var bodyBytes: Int
  /// It waits for the payload or for state, which may come with any packet.
  var waitsForPacket = false
  /// Files of the transaction before this one do not count: it has matched on some of them.
  var firstFile: UInt16 = 0
}

/// How far a growing buffer was scanned, and how far rules were last evaluated on it.
struct ScannedBody: BitwiseCopyable {
  var engine: Int32
  var scanned: Int
}
