import Wire

/// The bytes that one side has sent, put in order: one contiguous part, and separate regions behind holes.
///
/// Offsets count the stream's bytes from 0, the byte after the SYN, and never wrap. A segment that follows
/// what is there is appended and nothing else; all other cases go through `StreamBuffer+Overlap`.
struct StreamBuffer: ~Copyable {
  /// Contiguous bytes; those before `head` have been given up.
  var bytes: [UInt8] = []
  var head = 0
  /// Offset of `bytes[head]`.
  var base: Int64 = 0
  /// Segments of the contiguous part, ordered by arrival; those before `extentsHead` have been given up.
  var extents: [SegmentExtent] = []
  var extentsHead = 0
  /// Data behind holes, in order, neither overlapping nor touching.
  var regions: [StreamRegion] = []

  /// All before it was used up by the application layer.
  var consumed: Int64 = 0
  /// All before it was seen by raw inspection.
  var inspected: Int64 = 0
  /// All before it was acknowledged.
  var acknowledged: Int64 = 0
  /// Offset of the FIN: the length of the stream, once known.
  var finish: Int64?
  /// What was acknowledged does not matter any more: all there is may be delivered.
  var isFlushed = false
  /// Nobody wants the application data.
  var isApplicationDisabled = false
  /// Nobody inspects the stream as such.
  var isRawDisabled = false
  /// The depth was reached: what follows is not kept.
  var isDepthReached = false
  var hasGap = false
  /// Grows whenever bytes change otherwise than by more at the end.
  var rewrites: UInt16 = 0
  /// What streams without holes, frames and depths do not have: made with the first of it.
  var rest: StreamRest?
  /// Bytes accounted for in the memory budget.
  var accounted = 0

  /// Offset after the last contiguous byte.
  @inline(__always)
  var end: Int64 { base &+ Int64(bytes.count &- head) }

  /// Nothing is kept any more.
  @inline(__always)
  var isDisabled: Bool { isApplicationDisabled && isRawDisabled }

  /// Offset up to which data may be shown.
  @inline(__always)
  func limit(isInline: Bool) -> Int64 { isInline || isFlushed ? end : min(end, acknowledged) }

  /// Makes room for some more bytes at the end, if the storage that takes fits into `room`: an array that is
  /// full doubles, where that does not fit it grows by an eighth.
  @inline(__always)
  mutating func reserve(_ count: Int, room: Int) -> Bool {
    bytes.count &+ count <= bytes.capacity || grow(by: count, room: room)
  }

  @inline(never)
  private mutating func grow(by count: Int, room: Int) -> Bool {
    if max(bytes.capacity, count) <= room { return true }
    let wanted = bytes.count &+ count &+ bytes.count / 8
    guard wanted &- bytes.capacity <= room else { return false }
    bytes.reserveCapacity(wanted)
    return true
  }

  /// The same for bytes that may lie anywhere: they join the contiguous ones, with the part behind them, or
  /// another part, or make one of their own.
  mutating func reserve(_ count: Int, at offset: Int64, room: Int) -> Bool {
    if offset <= end { return reserve(count &+ (regions.first?.count ?? 0), room: room &- count) }
    let joined = regions.first { $0.start <= offset && offset <= $0.end }?.storageBytes ?? 0
    return joined &+ count &* 2 <= room
  }

  /// Appends a segment that begins at `end`, and nothing lies in its way.
  @inline(__always)
  mutating func append(_ payload: RawSpan) {
    let start = end
    bytes.append(payload)
    let finish = start &+ Int64(payload.byteCount)
    // Segments far behind are merged: only what is not yet acknowledged can still be overlapped to effect.
    if extents.count &- extentsHead >= StreamBuffer.extentsMax { mergeExtents() }
    extents.append(SegmentExtent(start: start, end: finish))
  }

  /// Segments remembered one by one in the contiguous part; older ones count as one.
  static let extentsMax = 256

  /// Runs of data that lie far apart, the contiguous one among them: what counts as regions to the outside.
  var farRegionCount: Int {
    var count = 1
    var before = end
    for region in regions {
      if region.start &- before > StreamBuffer.farBytes { count &+= 1 }
      before = region.end
    }
    return count
  }

  /// From this many missing bytes on, data counts as a region of its own.
  static let farBytes: Int64 = 256 << 10
  /// Holes in a direction at a time; a receiver's window rarely leaves room for more.
  static let holesMax = 1024

  @inline(never)
  private mutating func mergeExtents() {
    let kept = extents.count &- StreamBuffer.extentsMax / 2
    extents.replaceSubrange(0..<kept, with: CollectionOfOne(extents[extentsHead..<kept].union))
    extentsHead = 0
  }

  /// Up to where parser and rules have seen the stream; what is kept before it is only looked back at.
  var seenEnd: Int64 {
    var seen = isApplicationDisabled ? Int64.max : consumed
    if !isRawDisabled { seen = min(seen, inspected) }
    return max(base, min(seen, end))
  }

  /// Gives up what nobody wants any more. `overlap` bytes before the inspected ones stay for raw inspection.
  @inline(__always)
  mutating func trim(overlap: Int) {
    var keep = isApplicationDisabled ? Int64.max : consumed
    if !isRawDisabled {
      keep = min(keep, max(inspected &- Int64(overlap), end &- StreamBuffer.rawPendingMax))
    }
    if isDisabled { keep = end } else if keep > end { keep = end }
    if retainedFrom < keep { keep = min(keep, max(retainedFrom, end &- StreamBuffer.retainedMax)) }
    if let part = shownRemainder, part.end < keep { shownRemainder = nil }
    guard keep > base else { return }
    release(to: keep)
  }

  /// Bytes kept for frames alone: a longer frame is shown from where it is still there.
  static let retainedMax: Int64 = 64 << 10
  /// Bytes before a hole that are kept for events alone.
  static let shownMax = 16 << 10

  private mutating func release(to offset: Int64) {
    head &+= Int(offset &- base)
    base = offset
    while extentsHead < extents.count, extents[extentsHead].end <= base { extentsHead &+= 1 }
    if head == bytes.count {
      let keeps = bytes.capacity <= StreamBuffer.idleCapacityMax
      bytes.removeAll(keepingCapacity: keeps)
      extents.removeAll(keepingCapacity: keeps)
      (head, extentsHead) = (0, 0)
    } else if head >= StreamBuffer.compactionThreshold, head &* 2 >= bytes.count {
      bytes.removeSubrange(0..<head)
      extents.removeSubrange(0..<extentsHead)
      (head, extentsHead) = (0, 0)
    }
  }

  /// Bytes kept for raw inspection alone: an owner that is behind by more does not look.
  static let rawPendingMax: Int64 = 256 << 10
  /// Storage an empty buffer may keep for what comes next.
  static let idleCapacityMax = 16 << 10
  /// From this many given-up bytes on, the rest is moved to the front.
  static let compactionThreshold = 4 << 10

  /// Bytes of storage held.
  var storageBytes: Int {
    var sum = bytes.capacity &+ extents.capacity &* MemoryLayout<SegmentExtent>.stride
    for region in regions { sum &+= region.storageBytes }
    for remainder in rawRemainders { sum &+= remainder.storageBytes }
    if let shownRemainder { sum &+= shownRemainder.storageBytes }
    return sum
  }

  /// The contiguous bytes from one offset to another; both are clamped to what is there.
  @_lifetime(borrow self)
  func span(from start: Int64, to limit: Int64) -> RawSpan {
    let first = min(max(start, base), end)
    let last = min(max(limit, first), end)
    return bytes.rawSpan.part(head &+ Int(first &- base), Int(last &- first))
  }

  /// The byte at an offset, where it is there.
  func byte(at offset: Int64) -> UInt8? {
    if offset >= base, offset < end { return bytes[head &+ Int(offset &- base)] }
    guard let region = regions.first(where: { $0.start <= offset && offset < $0.end }) else { return nil }
    return region.data[region.data.startIndex &+ Int(offset &- region.start)]
  }

  /// Bytes missing after the contiguous ones that will not come any more; 0 if there is no such hole.
  ///
  /// A hole counts once the receiver has acknowledged its bytes and data behind it has come: an
  /// acknowledgement alone may only have overtaken its data.
  @inline(__always)
  var gapBytes: Int64 {
    if regions.isEmpty || acknowledged <= end { return 0 }
    return slowGapBytes
  }

  private var slowGapBytes: Int64 {
    if isDisabled { return 0 }
    var limit = min(acknowledged, depthEnd)
    if let finish { limit = min(limit, finish) }
    if let first = regions.first { limit = min(limit, first.start) }
    return max(limit &- end, 0)
  }

  /// Steps over the hole; what was not used up before it is lost to the application layer.
  mutating func skipGap() -> Int64 {
    let missing = gapBytes
    guard missing > 0 else { return 0 }
    hasGap = true
    rewrites &+= 1
    let extent = SegmentExtent(start: base, end: end)
    let isRawLeft = !isRawDisabled && inspected < end
    if !isRawLeft, end > base {
      let count = min(bytes.count &- head, StreamBuffer.shownMax)
      let shown = SegmentExtent(start: end &- Int64(count), end: end)
      shownRemainder = StreamRegion([UInt8](bytes.suffix(count)), shown)
    }
    if isRawLeft {
      if rawRemainders.count == StreamBuffer.rawRemaindersMax { rawRemainders.removeFirst() }
      rawRemainders.append(StreamRegion([UInt8](bytes[head...]), extent))
    }
    base = end &+ missing
    (head, extentsHead) = (0, 0)
    bytes.removeAll(keepingCapacity: true)
    extents.removeAll(keepingCapacity: true)
    consumed = max(consumed, base)
    if let first = regions.first, first.start == base {
      bytes.append(contentsOf: first.data)
      extents = first.extents
      regions.removeFirst()
    }
    return missing
  }

  /// Parts kept for raw inspection that its owner has not taken up; more mean that it does not look.
  static let rawRemaindersMax = 32

  /// Gives storage back that the data does not need: the session is over, and its flow may stay for long.
  mutating func shrink() {
    guard bytes.capacity > 2 &* (bytes.count &- head) &+ 256 else { return }
    bytes = [UInt8](bytes[head...])
    extents = [SegmentExtent](extents[extentsHead...])
    (head, extentsHead) = (0, 0)
  }

  /// Drops everything, for a direction that nobody wants.
  mutating func discard() {
    rewrites &+= 1
    base = end
    (head, extentsHead) = (0, 0)
    bytes = []
    extents = []
    if let last = regions.last { base = max(base, last.end) }
    regions = []
    rest?.forgetRaw()
    consumed = base
    inspected = base
  }

  /// Forgets everything as if nothing had come.
  mutating func discardAll() {
    rewrites &+= 1
    (head, extentsHead, base, consumed, inspected, acknowledged) = (0, 0, 0, 0, 0, 0)
    bytes = []
    extents = []
    regions = []
  }
}
