package import Wire

/// Counts matches against `threshold`, `detection_filter` and `suppress`, and says which are reported.
///
/// It has one owner and is asked in packet order, inline with one worker or where the events of several are
/// merged: the same order gives the same answers.
package struct ThresholdTable: Sendable {
  /// What becomes of a match.
  package enum Decision: Sendable, Equatable {
    /// It is reported, and does what its rule says.
    case report
    /// It does what its rule says without a report.
    case silent
    /// It counts for nothing yet.
    case nothing
  }

  /// What is counted: a signature's threshold, for the ends that it tracks.
  struct Key: Hashable {
    var signature: UInt32
    var group: UInt32
    var threshold: UInt8
    var first: IPAddress
    var second: IPAddress
    var flow: UInt64
  }

  private struct Count {
    /// When the period began.
    var startMicroseconds: Int64
    var current: UInt32
    /// Of a backoff: the count at which the next alert comes.
    var next: UInt64
    /// When the entry can be forgotten.
    var expiryMicroseconds: Int64
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
    _ signature: Signature, source: IPAddress, destination: IPAddress, flow: UInt64, timeMicroseconds: Int64
  ) -> Bool {
    decide(
      signature, source: source, destination: destination, flow: flow, timeMicroseconds: timeMicroseconds)
      == .report
  }

  /// Counts a match of the signature and says what becomes of it.
  package mutating func decide(
    _ signature: Signature, source: IPAddress, destination: IPAddress, flow: UInt64, timeMicroseconds: Int64
  ) -> Decision {
    for suppression in signature.suppressions where suppression.applies(source, destination) {
      return .silent
    }
    var decision = Decision.report
    let match = Match(source: source, destination: destination, flow: flow)
    for (position, threshold) in signature.thresholds.enumerated() {
      let key = key(signature, position, threshold.track, match)
      if count(threshold, key, timeMicroseconds) { continue }
      switch threshold.kind {
      case .limit, .backoff: if decision == .report { decision = .silent }
      case .both:
        let isPast = (counts[key]?.current ?? 0) > threshold.count
        if !isPast { decision = .nothing } else if decision == .report { decision = .silent }
      case .threshold, .detectionFilter: decision = .nothing
      }
    }
    return decision
  }

  /// Counts a match against the signature's rate filters: the action that holds for it now, if it is another.
  package mutating func newAction(
    of signature: Signature, source: IPAddress, destination: IPAddress, flow: UInt64, timeMicroseconds: Int64
  ) -> RuleAction? {
    let match = Match(source: source, destination: destination, flow: flow)
    for (position, filter) in signature.rateFilters.enumerated() {
      let key = key(signature, 128 + position, filter.track, match)
      if count(filter, key, timeMicroseconds) { return filter.newAction }
    }
    return nil
  }

  /// The ends of a match.
  private struct Match {
    let source: IPAddress
    let destination: IPAddress
    let flow: UInt64
  }

  private func key(
    _ signature: Signature, _ position: Int, _ track: Threshold.Track, _ match: Match
  ) -> Key {
    var key = Key(
      signature: signature.identity.id, group: signature.identity.group,
      threshold: UInt8(clamping: position),
      first: IPAddress(v4: 0), second: IPAddress(v4: 0), flow: 0)
    switch track {
    case .bySource: key.first = match.source
    case .byDestination: key.first = match.destination
    case .byBoth:
      key.first = min(match.source, match.destination)
      key.second = max(match.source, match.destination)
    case .byRule: break
    case .byFlow: key.flow = match.flow
    }
    return key
  }

  /// Counts a match; true while the filter's action holds. `next` is when that ends, 0 while it does not.
  private mutating func count(_ filter: RateFilter, _ key: Key, _ timeMicroseconds: Int64) -> Bool {
    // Rate filters count in whole seconds.
    let now = timeMicroseconds / Self.second
    let period = Int64(filter.seconds)
    let first = Count(
      startMicroseconds: timeMicroseconds, current: 1, next: 0,
      expiryMicroseconds: timeMicroseconds &+ period &* Self.second)
    guard var entry = counts[key] else {
      guard hasRoom(timeMicroseconds) else {
        untracked &+= 1
        return false
      }
      counts[key] = first
      return filter.count == 0
    }
    defer { counts[key] = entry }
    if entry.next != 0 {
      if filter.timeoutSeconds == 0 || UInt64(clamping: now) < entry.next { return true }
      entry = first
      return false
    }
    if now &- entry.startMicroseconds / Self.second < period {
      if entry.current < .max { entry.current += 1 }
      guard entry.current > filter.count else { return false }
      let timeout = Int64(filter.timeoutSeconds)
      entry.next = UInt64(clamping: max(1, now &+ timeout))
      entry.expiryMicroseconds = timeout == 0 ? .max : timeMicroseconds &+ timeout &* Self.second
      return true
    }
    entry = first
    return false
  }

  /// Microseconds.
  private static let second: Int64 = 1_000_000

  private mutating func count(_ threshold: Threshold, _ key: Key, _ now: Int64) -> Bool {
    guard var entry = counts[key] else {
      guard hasRoom(now) else {
        untracked &+= 1
        return true
      }
      var entry = Count(
        startMicroseconds: now, current: 1, next: UInt64(max(1, threshold.count)), expiryMicroseconds: 0)
      let isAdmitted = Self.decide(threshold, &entry, isFirst: true)
      entry.expiryMicroseconds = Self.expiry(threshold, entry)
      counts[key] = entry
      return isAdmitted
    }
    // A period of 0 seconds is over with each match.
    let isOver =
      threshold.kind != .backoff
      && (threshold.seconds == 0 || now > entry.startMicroseconds &+ Int64(threshold.seconds) &* Self.second)
    if isOver {
      entry.startMicroseconds = now
      entry.current = 1
    } else if entry.current < .max {
      entry.current += 1
    }
    let isAdmitted = Self.decide(threshold, &entry, isFirst: isOver)
    entry.expiryMicroseconds = Self.expiry(threshold, entry)
    counts[key] = entry
    return isAdmitted
  }

  /// Whether the match at which the count stands now is reported.
  private static func decide(_ threshold: Threshold, _ entry: inout Count, isFirst: Bool) -> Bool {
    switch threshold.kind {
    // The first match of a period is reported whatever the count.
    case .limit: return isFirst || entry.current <= threshold.count
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

  /// A threshold of a signature, whatever it tracks.
  static func place(_ signature: borrowing Signature, _ position: Int) -> Key {
    Key(
      signature: signature.identity.id, group: signature.identity.group,
      threshold: UInt8(clamping: position), first: IPAddress(v4: 0), second: IPAddress(v4: 0), flow: 0)
  }

  /// Forgets the counts of thresholds that are not wanted.
  mutating func keep(_ isWanted: (Key) -> Bool) {
    counts = counts.filter { key, _ in
      var place = key
      (place.first, place.second, place.flow) = (IPAddress(v4: 0), IPAddress(v4: 0), 0)
      return isWanted(place)
    }
  }

  private static func expiry(_ threshold: Threshold, _ entry: Count) -> Int64 {
    threshold.kind == .backoff ? .max : entry.startMicroseconds &+ Int64(threshold.seconds) &* second
  }

  /// Makes room by forgetting what is over.
  private mutating func hasRoom(_ now: Int64) -> Bool {
    if counts.count < entriesMax { return true }
    counts = counts.filter { $0.value.expiryMicroseconds >= now }
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
