/// An IPv4 or IPv6 address, as two words in host order so that compares and hashes are single instructions.
///
/// IPv4 stands in the low 32 bits of `low`, with `isIPv6` false; it never equals its mapped IPv6 form.
@frozen
package struct IPAddress: Hashable, Sendable, BitwiseCopyable {
  /// The first eight bytes of an IPv6 address; 0 for IPv4.
  package let high: UInt64
  /// The last eight bytes, or the IPv4 address.
  package let low: UInt64
  /// The family.
  package let isIPv6: Bool

  /// An IPv4 address out of its value in host order.
  @inlinable @inline(__always)
  package init(v4: UInt32) {
    high = 0
    low = UInt64(v4)
    isIPv6 = false
  }

  /// An IPv6 address out of its halves in host order.
  @inlinable @inline(__always)
  package init(v6High: UInt64, low: UInt64) {
    high = v6High
    self.low = low
    isIPv6 = true
  }

  /// Written out, as the comparison that the compiler makes is called through a table from other modules.
  @inlinable @inline(__always)
  package static func == (left: IPAddress, right: IPAddress) -> Bool {
    left.low == right.low && left.high == right.high && left.isIPv6 == right.isIPv6
  }

  /// How many bits a prefix of this family can have: 32 or 128.
  @inlinable
  package var bitCount: Int { isIPv6 ? 128 : 32 }

  /// The bytes in network order: 4 or 16.
  package var bytes: [UInt8] {
    func split(_ word: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
    return isIPv6 ? split(high) + split(low) : Array(split(low)[4...])
  }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by value.
  package static func < (left: IPAddress, right: IPAddress) -> Bool {
    if left.isIPv6 != right.isIPv6 { return !left.isIPv6 }
    return left.high != right.high ? left.high < right.high : left.low < right.low
  }
}
