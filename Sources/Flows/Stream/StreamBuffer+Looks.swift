import Wire

/// A look of raw inspection at one direction of a stream: part after part, each behind a hole.
package struct RawLook: BitwiseCopyable {
  /// All before it has been shown, once the look is over.
  fileprivate(set) var progress: Int64
  /// The run of data that comes next.
  fileprivate var block = 0

  init(from progress: Int64) { self.progress = progress }
}

/// Where the contiguous bytes of a stream end.
package struct RawTail: BitwiseCopyable {
  /// Offset in the stream after the last of them.
  package let end: Int64
  /// Another number than before tells that bytes may have changed which were there.
  package let rewrites: UInt16
}

/// What is asked of a direction's stream with every packet.
struct StreamSummary: BitwiseCopyable {
  /// Offset after the last contiguous byte.
  let end: Int64
  /// All before it was seen by raw inspection.
  let inspected: Int64
  /// Bytes that the application layer may be shown.
  let deliverableCount: Int
  /// Bytes that raw inspection has not seen, those of holes among them; 0 where there is none to be shown.
  let rawPendingCount: Int
  let rewrites: UInt16
  let isRawDisabled: Bool
  /// A hole is to be skipped.
  let hasGap: Bool
}

/// Where a part of a look lies: the run of data that it belongs to, and its offsets in the stream.
struct RawPart: BitwiseCopyable {
  var block: Int
  var start: Int64
  var end: Int64
}

// Raw inspection looks at parts before skipped holes, at the contiguous bytes, and at what stands behind
// holes.
extension StreamBuffer {
  /// Runs of data: inline, what stands behind an open hole is shown with the packet that brings it.
  private func blockCount(isInline: Bool) -> Int {
    rawRemainders.count &+ 1 &+ (isInline ? 0 : regions.count)
  }

  private func extent(ofBlock block: Int) -> SegmentExtent {
    if block < rawRemainders.count {
      return SegmentExtent(start: rawRemainders[block].start, end: rawRemainders[block].end)
    }
    let behind = block &- rawRemainders.count &- 1
    if behind < 0 { return SegmentExtent(start: base, end: end) }
    return SegmentExtent(start: regions[behind].start, end: regions[behind].end)
  }

  /// The next part of a look; nil where there is none.
  ///
  /// Only what is acknowledged is shown. Behind a hole a look begins to count at the first byte there, so
  /// that the next one shows the same bytes again, and it shows as much as is acknowledged with the hole:
  /// the number of alerts on a stream with holes is to be Suricata's.
  func nextPart(_ look: inout RawLook, isInline: Bool) -> RawPart? {
    let limit = isFlushed ? Int64.max : isInline ? end : acknowledged
    while look.block < blockCount(isInline: isInline) {
      let block = look.block
      look.block &+= 1
      let extent = extent(ofBlock: block)
      guard extent.end > max(extent.start, look.progress) else { continue }
      let start = max(extent.start, look.progress)
      let count = min(extent.end &- start, limit &- look.progress)
      guard count > 0 else { return nil }
      if start == look.progress || isInline || isFlushed {
        look.progress = start &+ count
      } else if start <= limit {
        look.progress = start
      }
      return RawPart(block: block, start: start, end: start &+ count)
    }
    return nil
  }

  /// Shows a part, after at most `overlap` bytes of its run that stand before it.
  func withPart<Result>(
    _ part: RawPart, overlap: Int,
    _ body: (_ bytes: RawSpan, _ startOffset: UInt64, _ newFrom: Int) -> Result
  ) -> Result {
    let start = max(part.start &- Int64(overlap), extent(ofBlock: part.block).start)
    let newFrom = Int(part.start &- start)
    let behind = part.block &- rawRemainders.count &- 1
    if behind == -1 { return body(span(from: start, to: part.end), UInt64(max(start, 0)), newFrom) }
    let run = behind < 0 ? rawRemainders[part.block] : regions[behind]
    return run.withBytes { bytes in
      body(bytes.part(Int(start &- run.start), Int(part.end &- start)), UInt64(max(start, 0)), newFrom)
    }
  }

  /// What is asked for with every packet.
  @inline(__always)
  func summary(isInline: Bool) -> StreamSummary {
    let (end, inspected) = (end, inspected)
    let isPlain = rest == nil && regions.isEmpty
    var pending = 0
    if !isPlain {
      pending = slowRawPendingCount(isInline: isInline)
    } else if !isRawDisabled, bytes.count > head, end > inspected {
      pending = Int(max((isInline || isFlushed ? end : acknowledged) &- inspected, 0))
    }
    return StreamSummary(
      end: end, inspected: inspected,
      deliverableCount: isApplicationDisabled ? 0 : Int(max(limit(isInline: isInline) &- consumed, 0)),
      rawPendingCount: pending, rewrites: rewrites, isRawDisabled: isRawDisabled,
      hasGap: !isPlain && gapBytes > 0)
  }

  /// Bytes that raw inspection has not seen, those of holes among them; 0 where there is none to be shown.
  @inline(never)
  private func slowRawPendingCount(isInline: Bool) -> Int {
    if isRawDisabled { return 0 }
    var last = bytes.count > head ? end : rawRemainders.last?.end ?? inspected
    if !isInline, let region = regions.last { last = region.end }
    guard last > inspected else { return 0 }
    let limit = isFlushed ? last : isInline ? end : acknowledged
    return Int(max(limit &- inspected, 0))
  }

  /// There are bytes that raw inspection has not seen and will want, once they are acknowledged.
  var isUnacknowledged: Bool { !isRawDisabled && end > max(inspected, acknowledged) }

  /// A look is over.
  mutating func markInspected(_ look: RawLook) {
    inspected = max(inspected, look.progress)
    while let first = rawRemainders.first, inspected >= first.end {
      shownRemainder = rawRemainders.removeFirst()
    }
  }
}
