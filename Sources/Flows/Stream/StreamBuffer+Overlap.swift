import Wire

/// What putting a segment in came to.
struct InsertOutcome {
  /// It overlapped with what was there.
  var overlaps = false
  /// And had other bytes.
  var differs = false
  /// It could not be kept: too many regions.
  var isRefused = false
}

extension StreamBuffer {
  /// Puts in a segment at any place at or behind `base`.
  mutating func insert(_ payload: RawSpan, at start: Int64, _ policy: HostPolicy, regionsMax: Int)
    -> InsertOutcome
  {
    var outcome = InsertOutcome()
    let finish = start &+ Int64(payload.byteCount)
    guard start < finish else { return outcome }
    if start > end, mustRefuse(start, finish, regionsMax) {
      outcome.isRefused = true
      return outcome
    }
    var data = payload.copied()
    let extent = SegmentExtent(start: start, end: finish)
    if start < end { resolve(&data, extent, policy, &outcome) }
    for region in regions where region.start < finish && region.end > start {
      outcome.overlaps = true
      region.resolve(&data, extent, policy, &outcome)
    }
    place(data, extent)
    if !regions.isEmpty { self.regionsMax = max(self.regionsMax, farRegionCount) }
    return outcome
  }

  /// A segment that would make one region too many.
  private func mustRefuse(_ start: Int64, _ finish: Int64, _ regionsMax: Int) -> Bool {
    if regions.count >= StreamBuffer.holesMax { return true }
    guard regionsMax > 0, farRegionCount >= regionsMax else { return false }
    let isNearEnd = start &- end <= StreamBuffer.farBytes
    return !isNearEnd
      && !regions.contains {
        $0.start <= finish &+ StreamBuffer.farBytes && $0.end >= start &- StreamBuffer.farBytes
      }
  }

  /// Settles the overlap with the contiguous part.
  private func resolve(
    _ data: inout [UInt8], _ extent: SegmentExtent, _ policy: HostPolicy, _ outcome: inout InsertOutcome
  ) {
    outcome.overlaps = true
    for index in extentsHead..<extents.count {
      let old = extents[index]
      StreamBuffer.resolve(&data, extent, old, bytes, offset: base &- Int64(head), policy, &outcome)
    }
  }

  /// Puts the old bytes of one segment into the new data where the policy prefers them. `offset` is that of
  /// `bytes[0]`.
  static func resolve(
    _ data: inout [UInt8], _ new: SegmentExtent, _ old: SegmentExtent, _ bytes: [UInt8], offset: Int64,
    _ policy: HostPolicy,
    _ outcome: inout InsertOutcome
  ) {
    let first = max(new.start, old.start, offset)
    let last = min(new.end, old.end, offset &+ Int64(bytes.count))
    guard first < last else { return }
    let keepsOld = !policy.prefersNew(start: new.start, end: new.end, overStart: old.start, end: old.end)
    var there = Int(first &- offset)
    for here in Int(first &- new.start)..<Int(last &- new.start) {
      if data[here] != bytes[there] {
        outcome.differs = true
        if keepsOld { data[here] = bytes[there] }
      }
      there &+= 1
    }
  }

  /// Writes the settled data and joins what it touches.
  private mutating func place(_ data: [UInt8], _ extent: SegmentExtent) {
    rewrites &+= 1
    if extent.start <= end {
      let index = head &+ Int(max(extent.start &- base, 0))
      let skipped = Int(max(base &- extent.start, 0))
      let within = min(bytes.count &- index, data.count &- skipped)
      for step in 0..<max(within, 0) { bytes[index &+ step] = data[skipped &+ step] }
      bytes.append(contentsOf: data[(skipped &+ max(within, 0))...])
      extents.append(extent)
      join()
      return
    }
    var first = 0
    while first < regions.count, regions[first].end < extent.start { first &+= 1 }
    guard first < regions.count, regions[first].start <= extent.end else {
      regions.insert(StreamRegion(data, extent), at: first)
      return
    }
    regions[first].absorb(data[...], at: extent.start, [extent])
    var last = first &+ 1
    while last < regions.count, regions[last].start <= extent.end {
      let next = regions[last]
      let known = Int(regions[first].end &- next.start)
      // What the two have in common was settled with the new data already.
      regions[first].absorb(next.data.dropFirst(known), at: regions[first].end, next.extents)
      last &+= 1
    }
    regions.removeSubrange((first &+ 1)..<last)
  }

  /// Takes the regions over that the contiguous part has reached.
  private mutating func join() {
    while let first = regions.first, first.start <= end {
      let known = Int(end &- first.start)
      bytes.append(contentsOf: first.data.dropFirst(known))
      extents.append(contentsOf: first.extents)
      regions.removeFirst()
    }
  }
}

extension HostPolicy {
  /// Whether the bytes of a new segment replace those of an old one that it overlaps. Offsets in the stream.
  func prefersNew(start: Int64, end: Int64, overStart oldStart: Int64, end oldEnd: Int64) -> Bool {
    switch self {
    case .bsd, .hpux10, .irix, .macOS, .windows, .windows2003, .bsdRight:
      start < oldStart
    case .linux:
      start < oldStart || (start == oldStart && end > oldEnd)
    case .oldLinux:
      start < oldStart || (start == oldStart && end >= oldEnd)
    case .solaris, .oldSolaris, .hpux11:
      end > oldEnd || (end == oldEnd && start <= oldStart)
    case .vista, .first:
      false
    case .last:
      true
    }
  }
}
