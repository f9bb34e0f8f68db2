import Flows
import Wire

// A payload that continues its stream is searched once: for rules on packets, which are asked now, and for
// those on streams, which are asked when that part of the stream is shown.
extension Inspector {
  /// Searches a payload for both kinds of rules, with as much of the stream before it as a literal can reach
  /// back. False where the payload is not just the newest part of its stream: nothing was done.
  mutating func searchesAhead(
    _ number: Int32, _ subject: Subject, _ payload: RawSpan, hasRuns: Bool
  ) -> Bool {
    let database = packetGroups[Int(number)].joint
    guard database >= 0, !isInline, subject.isInStream, let tail = subject.rawTail else { return false }
    let start = tail.end &- Int64(payload.byteCount)
    var isNewest = false
    subject.withTail(from: start, reach: scans.longest(database) &- 1) {
      (bytes, newFrom) in
      isNewest = bytes.part(newFrom, .max).holdsSame(as: payload)
      if isNewest { scanJoint(database, bytes, after: newFrom, hasRuns) }
    }
    guard isNewest else {
      // It may have changed what was searched: no number of rewrites is to bring that about unseen.
      subject.forgetAhead()
      return false
    }
    subject.extendAhead(to: tail, from: start, group: number)
    if !aheadFound.isEmpty {
      subject.noteAhead(aheadFound, from: UInt64(max(start, 0)), to: UInt64(max(tail.end, 0)))
      aheadFound.removeAll(keepingCapacity: true)
    }
    return true
  }

  /// Searches a payload that belongs to no stream for both kinds of rules, which are asked now. False where
  /// the group has not joined its patterns.
  mutating func searchesAlone(_ number: Int32, _ payload: RawSpan, hasRuns: Bool) -> Bool {
    let database = packetGroups[Int(number)].joint
    guard database >= 0 else { return false }
    scanJoint(database, payload, after: 0, hasRuns)
    for rule in aheadFound { candidates.insert(rule) }
    aheadFound.removeAll(keepingCapacity: true)
    return true
  }

  private mutating func scanJoint(
    _ database: Int32, _ bytes: RawSpan, after minimumEnd: Int, _ hasRuns: Bool
  ) {
    counters.scans &+= 1
    counters.scannedBytes &+= UInt64(bytes.byteCount)
    scanned[Int(database)] &+= UInt64(bytes.byteCount)
    if hasRuns && runs.fold(bytes, after: minimumEnd) {
      let folded = runs.bytes
      scans.scanJoint(
        database, folded.rawSpan, after: runs.minimumEnd, &literals, into: &candidates, ahead: &aheadFound)
    } else {
      scans.scanJoint(
        database, bytes, after: minimumEnd, &literals, into: &candidates, ahead: &aheadFound)
    }
  }

  /// Adds the rules that were found ahead in the part of the stream that is shown. False where it was not
  /// searched ahead, or has changed since: it is to be searched now.
  mutating func takesAhead(
    _ number: Int32, _ subject: Subject, _ stream: StreamPart, _ window: RawSpan
  ) -> Bool {
    guard packetGroups[Int(number)].joint >= 0 else { return false }
    let (start, end) = (stream.newStart, stream.start &+ UInt64(window.byteCount))
    var isKnown = false
    if let tail = subject.rawTail { isKnown = subject.isSearchedAhead(start, end, of: tail, group: number) }
    if subject.hasAhead, let detection = subject.detection {
      let direction = subject.sessionDirection
      if isKnown {
        for entry in detection.aheadRules[direction] where entry.from < end && entry.to > start {
          candidates.insert(entry.rule)
        }
      }
      detection.aheadRules[direction].removeAll { $0.to <= end }
    }
    return isKnown
  }
}

extension FlowDetection {
  /// Keeps rules found in a part of the stream until that is shown.
  func noteAhead(_ rules: [Int32], _ direction: Direction, from: UInt64, to: UInt64) {
    if aheadRules[direction].count &+ rules.count > Limits.ahead {
      aheadRules[direction].removeAll()
      ahead[direction] = SearchedAhead()
      return
    }
    for rule in rules { aheadRules[direction].append(AheadRule(rule: rule, from: from, to: to)) }
  }
}

/// A rule on streams whose pattern ends in a part of the stream that is to be shown yet.
struct AheadRule: BitwiseCopyable {
  var rule: Int32
  /// Offsets in the stream of the part.
  var from: UInt64
  var to: UInt64
}

/// How much of a stream, up to which offset, was searched ahead for a group's rules.
struct SearchedAhead: BitwiseCopyable {
  /// Low bits of the offset, which is at most the stream's end.
  private var end: UInt32 = 0
  private var count: UInt32 = 0
  private var rewrites: UInt16 = 0
  private var group: Int16 = -1

  /// All from an offset to the stream's end has been searched.
  mutating func extend(to tail: RawTail, from start: Int64, group: Int32) {
    let group = Int16(clamping: group)
    let joins = self.group == group && rewrites == tail.rewrites && end == UInt32(truncatingIfNeeded: start)
    let before = joins ? Int64(count) : 0
    count = UInt32(clamping: before &+ tail.end &- start)
    end = UInt32(truncatingIfNeeded: tail.end)
    rewrites = tail.rewrites
    self.group = group
  }

  /// Whether the part was searched, and is as it was then.
  func covers(_ from: UInt64, _ to: UInt64, of tail: RawTail, group: Int32) -> Bool {
    guard count > 0, self.group == Int16(clamping: group), rewrites == tail.rewrites else { return false }
    let reached = tail.end &- Int64(UInt32(truncatingIfNeeded: tail.end) &- end)
    return Int64(clamping: to) <= reached && Int64(clamping: from) >= reached &- Int64(count)
  }
}
