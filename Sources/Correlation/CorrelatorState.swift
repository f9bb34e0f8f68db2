/// What the correlator counts: what it took, and what it could not keep.
package struct CorrelationCounts: Sendable, Codable, Equatable {
  /// Alerts taken.
  package var alerts: UInt64 = 0
  /// Of these, alerts that say nothing of an attack.
  package var ignored: UInt64 = 0
  /// Attempts of who may scan.
  package var allowed: UInt64 = 0
  /// Events that came after the watermark had passed them.
  package var late: UInt64 = 0
  /// Events that were weighed before the watermark, as too many waited.
  package var hurried: UInt64 = 0
  /// Chains that left for want of room, raised ones among them, and the alerts in them.
  package var evicted: UInt64 = 0
  package var evictedIncidents: UInt64 = 0
  package var evictedAlerts: UInt64 = 0
  /// Chains that turned out to be one, and chains taken apart at a hub.
  package var merged: UInt64 = 0
  package var split: UInt64 = 0
}

/// All that the correlator remembers: what a checkpoint keeps.
struct CorrelatorState: Sendable, Codable {
  var graph = EntityGraph()
  var commonness = Commonness()
  var chains: [Int: Chain] = [:]
  var nextNumber = 0
  /// Chains that went into others.
  var forward: [Int: Int] = [:]
  var waiting = WaitingLine()
  var newestNanoseconds = Int64.min
  /// Time of the newest event that was weighed.
  var weighedNanoseconds = Int64.min
  var patterns = PatternCatalogue()
  var flows = FlowMemory()
  /// What Sigma's correlations have seen of their spans.
  var sigma = SigmaWindows()
  var counts = CorrelationCounts()
  var aggregateCount = 0
  var raisedCount = 0
  /// Raised chains that have changed since the last look.
  var changed: Set<Int> = []
  /// Scores of unraised chains that came nearest.
  var nearest: [Int: Int] = [:]
  /// Identifiers of incidents that were split or have left: not to be given again.
  var usedIdentifiers: Set<String> = []

  private static let nearestMax = 64

  mutating func noteNearest(_ number: Int, _ score: Int) {
    nearest[number] = score
    guard nearest.count > Self.nearestMax else { return }
    if let least = nearest.min(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }) { nearest[least.key] = nil }
  }

  /// The chain that has this one's content now; nil: it left.
  func resolve(_ number: Int) -> Int? { Self.resolve(number, chains, forward) }

  /// The same with tables of their own.
  static func resolve(_ number: Int, _ chains: [Int: Chain], _ forward: [Int: Int]) -> Int? {
    var number = number
    while let next = forward[number] { number = next }
    return chains[number] == nil ? nil : number
  }
}
