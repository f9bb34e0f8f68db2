package import Wire

/// Sorted, disjoint, inclusive ranges of numbers: what address and port lists come down to.
struct RangeSet<Number: FixedWidthInteger & Sendable>: Sendable, Equatable {
  private(set) var ranges: [ClosedRange<Number>]

  /// A set of ranges in any order, which may overlap.
  init(_ ranges: [ClosedRange<Number>] = []) {
    self.ranges = Self.merged(ranges)
  }

  /// No number is in the set.
  var isEmpty: Bool { ranges.isEmpty }

  /// Overlapping and neighbouring ranges become one.
  private static func merged(_ ranges: [ClosedRange<Number>]) -> [ClosedRange<Number>] {
    guard ranges.count > 1 else { return ranges }
    var result: [ClosedRange<Number>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last,
        range.lowerBound <= last.upperBound || range.lowerBound &- 1 == last.upperBound
      {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// What is in this set and not in the other.
  func subtracting(_ other: RangeSet) -> RangeSet {
    var result: [ClosedRange<Number>] = []
    var cuts = other.ranges[...]
    for range in ranges {
      var low = range.lowerBound
      var isUsedUp = false
      while let cut = cuts.first, cut.lowerBound <= range.upperBound {
        if cut.upperBound < low {
          cuts.removeFirst()
          continue
        }
        if cut.lowerBound > low { result.append(low...(cut.lowerBound - 1)) }
        guard cut.upperBound < range.upperBound else {
          isUsedUp = true
          break
        }
        low = cut.upperBound + 1
        cuts.removeFirst()
      }
      if !isUsedUp { result.append(low...range.upperBound) }
    }
    return RangeSet(result)
  }

  /// Every number.
  static var all: RangeSet { RangeSet([Number.min...Number.max]) }
}

extension AddressSet {
  /// The set of two families' ranges.
  init(v4: RangeSet<UInt32>, v6: RangeSet<UInt128>) {
    self.init(
      isAny: v4 == .all && v6 == .all,
      ranges4: v4.ranges.map { Range(low: IPAddress(v4: $0.lowerBound), high: IPAddress(v4: $0.upperBound)) },
      ranges6: v6.ranges.map { Range(low: IPAddress($0.lowerBound), high: IPAddress($0.upperBound)) })
    if isAny { (ranges4, ranges6) = ([], []) }
  }

  /// Whether the address is in the set. For tests and messages: the engine has its own tables.
  package func contains(_ address: IPAddress) -> Bool {
    isAny || (address.isIPv6 ? ranges6 : ranges4).contains { $0.low <= address && address <= $0.high }
  }
}

extension PortSet {
  /// Whether the port is in the set.
  package func contains(_ port: UInt16) -> Bool {
    ranges.contains { $0.contains(port) }
  }
}

extension IPAddress {
  /// All 128 bits of an IPv6 address.
  var wide: UInt128 { UInt128(high) << 64 | UInt128(low) }

  /// An IPv6 address of its 128 bits.
  init(_ v6: UInt128) {
    self.init(v6High: UInt64(truncatingIfNeeded: v6 >> 64), low: UInt64(truncatingIfNeeded: v6))
  }
}
