import Wire

/// Rules on addresses alone, found by address: the ranges of all of them, cut into pieces that each name
/// their rules.
///
/// Asked once for each flow and direction instead of walking thousands of address lists.
final class AddressIndex: Sendable {
  /// Starts of the pieces, sorted; a piece goes up to the next one.
  private let starts4: [UInt32]
  private let starts6: [IPAddress]
  /// For each piece, the end of its rules in the list; they begin where those of the piece before end.
  private let ends4: [Int32]
  private let ends6: [Int32]
  private let rules4: [Int32]
  private let rules6: [Int32]
  /// For each value of the first 12 bits of an IPv4 address, the first piece that starts there or behind: the
  /// search begins among a few neighbours instead of walking through all pieces.
  private let first4: [Int32]

  /// Builds the index of (set, rule) pairs.
  init(_ entries: [(set: AddressSet, rule: Int32)] = []) {
    let ranges4 = entries.flatMap { entry in
      entry.set.ranges4.map { (low: $0.low, high: $0.high, rule: entry.rule) }
    }
    let ranges6 = entries.flatMap { entry in
      entry.set.ranges6.map { (low: $0.low, high: $0.high, rule: entry.rule) }
    }
    let pieces4 = Self.pieces(ranges4)
    let starts4 = pieces4.starts.map { UInt32(truncatingIfNeeded: $0.low) }
    self.starts4 = starts4
    var piece = 0
    first4 = (0...(1 << 12)).map { bucket in
      while piece < starts4.count, starts4[piece] >> 20 < bucket { piece += 1 }
      return Int32(clamping: piece)
    }
    (ends4, rules4) = (pieces4.ends, pieces4.rules)
    let pieces6 = Self.pieces(ranges6)
    (starts6, ends6, rules6) = (pieces6.starts, pieces6.ends, pieces6.rules)
  }

  var isEmpty: Bool { rules4.isEmpty && rules6.isEmpty }

  /// Adds to `candidates` the rules whose ranges hold the address.
  func find(_ address: IPAddress, into candidates: inout CandidateSet) {
    if address.isIPv6 {
      let piece = Self.last(0, starts6.count) { !(address < starts6[$0]) }
      guard piece >= 0 else { return }
      add(rules6, piece == 0 ? 0 : ends6[piece - 1], ends6[piece], &candidates)
    } else {
      let value = UInt32(truncatingIfNeeded: address.low)
      let bucket = Int(value >> 20)
      let piece = Self.last(Int(first4[bucket]), Int(first4[bucket &+ 1])) { starts4[$0] <= value }
      guard piece >= 0 else { return }
      add(rules4, piece == 0 ? 0 : ends4[piece - 1], ends4[piece], &candidates)
    }
  }

  private func add(_ rules: [Int32], _ start: Int32, _ end: Int32, _ candidates: inout CandidateSet) {
    for index in Int(start)..<Int(end) { candidates.insert(rules[index]) }
  }

  /// The last position before `high` for which the condition holds, which holds for all before it, those
  /// before `low` among them; −1: none.
  @inline(__always)
  private static func last(_ low: Int, _ high: Int, _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (low, high)
    while low < high {
      let middle = (low &+ high) >> 1
      if holds(middle) { low = middle &+ 1 } else { high = middle }
    }
    return low - 1
  }

  /// Sweeps over the ranges' ends, keeping the set of open rules.
  private static func pieces(
    _ ranges: [(low: IPAddress, high: IPAddress, rule: Int32)]
  ) -> (starts: [IPAddress], ends: [Int32], rules: [Int32]) {
    var edges: [(at: IPAddress, rule: Int32, opens: Bool)] = []
    edges.reserveCapacity(ranges.count * 2)
    for range in ranges {
      edges.append((range.low, range.rule, true))
      if let after = range.high.next { edges.append((after, range.rule, false)) }
    }
    edges.sort { $0.at != $1.at ? $0.at < $1.at : $0.rule < $1.rule }
    var starts: [IPAddress] = []
    var ends: [Int32] = []
    var rules: [Int32] = []
    var open: [Int32: Int] = [:]
    var index = 0
    while index < edges.count {
      let at = edges[index].at
      while index < edges.count && edges[index].at == at {
        let edge = edges[index]
        let depth = (open[edge.rule] ?? 0) + (edge.opens ? 1 : -1)
        open[edge.rule] = depth == 0 ? nil : depth
        index += 1
      }
      starts.append(at)
      rules += open.keys.sorted()
      ends.append(Int32(clamping: rules.count))
    }
    return (starts, ends, rules)
  }
}

extension IPAddress {
  /// The address after this one, or nil after the last.
  var next: IPAddress? {
    if !isIPv6 { return low >= UInt64(UInt32.max) ? nil : IPAddress(v4: UInt32(truncatingIfNeeded: low) + 1) }
    if low < UInt64.max { return IPAddress(v6High: high, low: low + 1) }
    return high < UInt64.max ? IPAddress(v6High: high + 1, low: 0) : nil
  }
}

extension AddressSet {
  /// Whether the set is so large that looking rules up by it would find them for most packets.
  var isWide: Bool {
    if isAny { return true }
    var count4: UInt64 = 0
    for range in ranges4 { count4 += range.high.low - range.low.low + 1 }
    return count4 > 1 << 26 || ranges6.contains { $0.high.high - $0.low.high > 1 << 40 }
  }

  /// IPv4 addresses in the set, and IPv6 networks of 64 bits: how selective it is.
  var size: UInt64 {
    if isAny { return .max }
    var sum: UInt64 = 0
    for range in ranges4 {
      sum = sum.addingReportingOverflow(range.high.low &- range.low.low &+ 1).partialValue
    }
    for range in ranges6 { sum = max(sum, sum &+ (range.high.high &- range.low.high) &+ 1) }
    return sum
  }
}
