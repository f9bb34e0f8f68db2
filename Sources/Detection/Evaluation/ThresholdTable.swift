package import Wire

/// Counts matches against `threshold`, `detection_filter` and `suppress`, and says which are reported.
///
/// It has one owner and is asked in packet order, inline with one worker or where the events of several are
/// merged: the same order gives the same answers.
package struct ThresholdTable: Sendable {
  private struct Key: Hashable {
    var signature: UInt32
    var group: UInt32
    var threshold: UInt8
    var first: IPAddress
    var second: IPAddress
    var flow: UInt64
  }

  private struct Count {
    var startSeconds: Int64
    var current: UInt32
    /// Of a backoff: the count at which the next alert comes.
    var next: UInt64
    /// When the entry can be forgotten.
    var expirySeconds: Int64
  }

  private var counts: [Key: Count] = [:]
  private let entriesMax: Int
  /// Matches let through because the table was full.
  package private(set) var untracked: UInt64 = 0

  /// `entriesMax` bounds the table: a scan over many addresses must not fill the memory. Past it matches are
  /// reported.
  package init(entriesMax: Int = 1 << 19) {
    self.entriesMax = entriesMax
  }

  /// Entries kept at the moment.
  package var count: Int { counts.count }

  /// Counts a match of the signature and says whether it is reported.
  package mutating func admit(
    _ signature: Signature, source: IPAddress, destination: IPAddress, flow: UInt64, timeSeconds: Int64
  ) -> Bool {
    for suppression in signature.suppressions where suppression.applies(source, destination) { return false }
    var isAdmitted = true
    for (position, threshold) in signature.thresholds.enumerated() {
      var key = Key(
        signature: signature.identity.id, group: signature.identity.group,
        threshold: UInt8(clamping: position),
        first: IPAddress(v4: 0), second: IPAddress(v4: 0), flow: 0)
      switch threshold.track {
      case .bySource: key.first = source
      case .byDestination: key.first = destination
      case .byBoth:
        key.first = min(source, destination)
        key.second = max(source, destination)
      case .byRule: break
      case .byFlow: key.flow = flow
      }
      if !count(threshold, key, timeSeconds) { isAdmitted = false }
    }
    return isAdmitted
  }

  private mutating func count(_ threshold: Threshold, _ key: Key, _ now: Int64) -> Bool {
    guard var entry = counts[key] else {
      guard hasRoom(now) else {
        untracked &+= 1
        return true
      }
      var entry = Count(
        startSeconds: now, current: 1, next: UInt64(max(1, threshold.count)), expirySeconds: 0)
      let isAdmitted = Self.decide(threshold, &entry, isFirst: true)
      entry.expirySeconds = Self.expiry(threshold, entry)
      counts[key] = entry
      return isAdmitted
    }
    let isOver = threshold.kind != .backoff && now > entry.startSeconds &+ Int64(threshold.seconds)
    if isOver {
      entry.startSeconds = now
      entry.current = 1
    } else if entry.current < .max {
      entry.current += 1
    }
    let isAdmitted = Self.decide(threshold, &entry, isFirst: isOver)
    entry.expirySeconds = Self.expiry(threshold, entry)
    counts[key] = entry
    return isAdmitted
  }

  /// Whether the match at which the count stands now is reported.
  private static func decide(_ threshold: Threshold, _ entry: inout Count, isFirst: Bool) -> Bool {
    switch threshold.kind {
    case .limit: return entry.current <= threshold.count
    case .threshold:
      guard entry.current >= threshold.count else { return false }
      entry.current = 0
      return true
    case .both: return entry.current == threshold.count
    case .detectionFilter: return entry.current > threshold.count
    case .backoff:
      guard UInt64(entry.current) == entry.next else { return false }
      entry.next =
        entry.next.multipliedReportingOverflow(by: UInt64(max(2, threshold.multiplier))).partialValue
      return true
    }
  }

  private static func expiry(_ threshold: Threshold, _ entry: Count) -> Int64 {
    threshold.kind == .backoff ? .max : entry.startSeconds &+ Int64(threshold.seconds)
  }

  /// Makes room by forgetting what is over.
  private mutating func hasRoom(_ now: Int64) -> Bool {
    if counts.count < entriesMax { return true }
    counts = counts.filter { $0.value.expirySeconds >= now }
    return counts.count < entriesMax
  }
}

extension Suppression {
  /// Whether the alert's ends are among those suppressed.
  func applies(_ source: IPAddress, _ destination: IPAddress) -> Bool {
    switch track {
    case .all: true
    case .bySource: addresses.contains(source)
    case .byDestination: addresses.contains(destination)
    case .byEither: addresses.contains(source) || addresses.contains(destination)
    }
  }
}
