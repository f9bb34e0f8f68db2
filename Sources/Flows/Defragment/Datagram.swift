package import Wire

/// A datagram that was put together from its fragments.
package struct WholeDatagram: Sendable {
  /// Link header, IP header and data.
  package let bytes: [UInt8]
  /// Where its IP header stands in `bytes`.
  package let networkOffset: Int

  /// The fragment that completed it, as its bytes are decoded by.
  package func pattern(_ fragment: Packet) -> Packet {
    var pattern = fragment
    pattern.networkOffset = Int32(truncatingIfNeeded: networkOffset)
    return pattern
  }
}

/// A datagram in the making: the fragments' data, painted over each other as the receiver would.
struct Datagram {
  private var header: [UInt8] = []
  /// Where the IP header stands in `header`: behind the link header.
  private(set) var networkOffset = 0
  private var data: [UInt8] = []
  /// The first fragment: most datagrams that are never whole, as floods are made of, have no other.
  private var first: SegmentExtent?
  /// Where the fragments lie, in order of arrival, once there are two.
  private var fragments: [SegmentExtent] = []
  /// What is covered by them: ordered, neither overlapping nor touching.
  private var covered: [SegmentExtent] = []
  /// Length of the data, once the last fragment was seen.
  private var length: Int64?
  let createdNanoseconds: Int64
  let timeoutSeconds: Int
  let policy: HostPolicy
  /// Distinguishes it from an earlier one of the same key.
  private(set) var serial: UInt64

  init(createdNanoseconds: Int64, timeoutSeconds: Int, policy: HostPolicy, serial: UInt64) {
    self.createdNanoseconds = createdNanoseconds
    self.timeoutSeconds = timeoutSeconds
    self.policy = policy
    self.serial = serial
  }

  /// Gives up its fragments: what is left has the serial number 0.
  mutating func clear() {
    serial = 0
    header = []
    data = []
    first = nil
    if !fragments.isEmpty {
      fragments = []
      covered = []
    }
    length = nil
  }

  var fragmentCount: Int { fragments.isEmpty ? (first == nil ? 0 : 1) : fragments.count }

  var storageBytes: Int {
    header.capacity &+ data.capacity &+ (fragments.capacity &+ covered.capacity)
      &* MemoryLayout<SegmentExtent>.stride
  }

  func isOver(_ nowNanoseconds: Int64) -> Bool {
    nowNanoseconds >= createdNanoseconds &+ Int64(clamping: timeoutSeconds) &* 1_000_000_000
  }

  /// Takes in a fragment; true if it overlapped with another. `header` are the bytes before the data that the
  /// first fragment gives the whole.
  mutating func add(
    _ payload: RawSpan, at offset: Int, isLast: Bool, networkOffset newOffset: Int,
    header newHeader: @autoclosure () -> [UInt8]
  ) -> Bool {
    let extent = SegmentExtent(start: Int64(offset), end: Int64(offset) &+ Int64(payload.byteCount))
    if isLast, length == nil { length = extent.end }
    if offset == 0, header.isEmpty || policy.prefersNewFragment(extent, over: first ?? extent) {
      header = newHeader()
      networkOffset = newOffset
    }
    guard extent.start < extent.end else { return false }
    guard let first else {
      first = extent
      if offset > 0 { data = [UInt8](repeating: 0, count: offset) }
      data.append(payload)
      return false
    }
    if fragments.isEmpty {
      fragments = [first]
      covered = [first]
    }
    var new = payload.copied()
    var overlaps = false
    for old in fragments where old.start < extent.end && old.end > extent.start {
      overlaps = true
      guard !policy.prefersNewFragment(extent, over: old) else { continue }
      for position in Int(max(old.start, extent.start))..<Int(min(old.end, extent.end)) {
        new[position &- offset] = data[position]
      }
    }
    if data.count < Int(extent.end) {
      data.append(contentsOf: repeatElement(0, count: Int(extent.end) &- data.count))
    }
    data.replaceSubrange(offset..<Int(extent.end), with: new)
    fragments.append(extent)
    cover(extent)
    return overlaps
  }

  private mutating func cover(_ extent: SegmentExtent) {
    var merged = extent
    var first = 0
    while first < covered.count, covered[first].end < extent.start { first &+= 1 }
    var last = first
    while last < covered.count, covered[last].start <= extent.end {
      merged.start = min(merged.start, covered[last].start)
      merged.end = max(merged.end, covered[last].end)
      last &+= 1
    }
    covered.replaceSubrange(first..<last, with: CollectionOfOne(merged))
  }

  /// Header and data, once nothing is missing.
  var whole: (header: [UInt8], data: ArraySlice<UInt8>)? {
    guard let length, !header.isEmpty, let first = covered.first ?? first, first.start == 0,
      first.end >= length, length > 0
    else { return nil }
    return (header, data[..<Int(length)])
  }
}

extension HostPolicy {
  /// Whether the bytes of a new fragment replace those of an old one that it overlaps (Novak, "Target-Based
  /// Fragmentation Reassembly", 2005).
  func prefersNewFragment(_ new: SegmentExtent, over old: SegmentExtent) -> Bool {
    switch self {
    case .first, .macOS, .hpux11, .oldSolaris:
      false
    case .last:
      true
    case .bsd, .irix, .hpux10:
      new.start < old.start
    case .bsdRight:
      new.start >= old.start
    case .linux, .oldLinux:
      new.start <= old.start
    case .windows, .vista, .windows2003:
      new.start < old.start && new.end > old.end
    case .solaris:
      new.start <= old.start && new.end >= old.end && !(new.start == old.start && new.end == old.end)
    }
  }
}
