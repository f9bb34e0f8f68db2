import Wire

/// Where a segment lies in its stream: overlap policies ask for the bounds of what came before.
struct SegmentExtent: BitwiseCopyable {
  var start: Int64
  var end: Int64
}

/// Data behind a hole, growing at both ends in constant time per byte, whatever order hostile segments come
/// in.
struct StreamRegion {
  private var bytes: [UInt8]
  /// Room at the front: the data begins here.
  private var head = 0
  /// Offset of the first byte.
  private(set) var start: Int64
  /// Segments of the region, in order of arrival.
  private(set) var extents: [SegmentExtent]

  /// Segments remembered one by one; older ones count as one.
  static let extentsMax = 256

  init(_ data: [UInt8], _ extent: SegmentExtent) {
    bytes = data
    start = extent.start
    extents = [extent]
  }

  var count: Int { bytes.count &- head }
  var end: Int64 { start &+ Int64(count) }
  var data: ArraySlice<UInt8> { bytes[head...] }

  /// Bytes of storage held.
  var storageBytes: Int { bytes.capacity &+ extents.capacity &* MemoryLayout<SegmentExtent>.stride }

  /// Shows the bytes without copying them.
  func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    body(bytes.rawSpan.part(head, count))
  }

  /// Settles the overlap of new data with the region's segments.
  func resolve(
    _ data: inout [UInt8], _ extent: SegmentExtent, _ policy: HostPolicy, _ outcome: inout InsertOutcome
  ) {
    for old in extents {
      StreamBuffer.resolve(&data, extent, old, bytes, offset: start &- Int64(head), policy, &outcome)
    }
  }

  /// Takes in settled data that overlaps or touches the region.
  mutating func absorb(_ data: ArraySlice<UInt8>, at offset: Int64, _ segments: [SegmentExtent]) {
    let finish = offset &+ Int64(data.count)
    if offset < start { prepend(data.prefix(Int(start &- offset)), offset) }
    let within = data[(data.startIndex &+ Int(max(start &- offset, 0)))...]
    let first = max(offset, start)
    var place = head &+ Int(first &- start)
    let last = min(finish, end)
    var index = within.startIndex
    if offset >= start || finish > start {
      let overlap = max(Int(last &- first), 0)
      for _ in 0..<overlap {
        bytes[place] = within[index]
        place &+= 1
        index &+= 1
      }
      bytes.append(contentsOf: within[index...])
    }
    extents += segments
    if extents.count > StreamRegion.extentsMax { mergeExtents() }
  }

  /// Puts bytes right before the first one. Room doubles, so that each byte is moved a bounded number of
  /// times.
  private mutating func prepend(_ data: ArraySlice<UInt8>, _ offset: Int64) {
    if head < data.count {
      let room = data.count &+ count
      var grown = [UInt8](repeating: 0, count: room)
      grown.append(contentsOf: bytes[head...])
      bytes = grown
      head = room
    }
    head &-= data.count
    var place = head
    for byte in data {
      bytes[place] = byte
      place &+= 1
    }
    start = offset
  }

  private mutating func mergeExtents() {
    let kept = extents.count &- StreamRegion.extentsMax / 2
    extents.replaceSubrange(0..<kept, with: CollectionOfOne(extents[..<kept].union))
  }
}

extension ArraySlice where Element == SegmentExtent {
  /// The extent that covers all of them.
  var union: SegmentExtent {
    var merged = SegmentExtent(start: Int64.max, end: Int64.min)
    for extent in self {
      merged.start = Swift.min(merged.start, extent.start)
      merged.end = Swift.max(merged.end, extent.end)
    }
    return merged
  }
}
