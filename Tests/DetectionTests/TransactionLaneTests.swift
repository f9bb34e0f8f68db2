import Testing

@testable import Detection

@Suite("What is kept of a transaction")
struct TransactionLaneTests {
  /// A lane that is used again for another transaction tells nothing of the one before: whatever is added to
  /// it has to be renewed as well.
  @Test("a renewed lane is as one just made")
  func renewal() {
    let lane = TransactionLane(generation: 1)
    lane.filterStep = 3
    lane.filterProgress = 2
    lane.filterRevision = 9
    lane.nextEngine = 4
    lane.nextAlways = 5
    lane.events = 6
    lane.revision = 7
    lane.progress = 8
    lane.repeatedRevision = 1
    lane.repeatedProgress = 2
    lane.repeatedReached = 3
    lane.waitsForPayload = true
    lane.waitsForMore = true
    lane.waitsForState = true
    lane.stateRevision = 4
    lane.waiting = [WaitingRule(rule: 1, matched: 2, bodyBytes: 3)]
    lane.waitingProgress = 5
    lane.waitingBytes = 6
    lane.waitingFiles = 7
    lane.waitingFilesBegun = 8
    lane.waitingFilesReady = 9
    lane.decided = [9]
    lane.notesFired = true
    lane.restarts = 1
    lane.bodies = [ScannedBody(engine: 1, scanned: 2)]
    lane.behind = 2

    let fresh = TransactionLane(generation: 2)
    let untouched = Self.fields(fresh)
    for (name, value) in Self.fields(lane) where untouched[name] == value {
      Issue.record("\(name) is not set by this test")
    }
    lane.renew(generation: 2)
    #expect(Self.fields(lane) == untouched)
  }

  private static func fields(_ lane: TransactionLane) -> [String: String] {
    var fields: [String: String] = [:]
    for child in Mirror(reflecting: lane).children {
      fields[child.label ?? ""] = String(describing: child.value)
    }
    return fields
  }
}
