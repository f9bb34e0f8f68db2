/// A range of addresses that share their first bits: "10.0.0.0/8", "2001:db8::/32".
package struct IPPrefix: Hashable, Sendable, BitwiseCopyable {
  /// The first address of the range: bits behind the prefix are zero.
  package let address: IPAddress
  /// How many bits are shared: 0 to 32 or to 128.
  package let length: UInt8

  /// The range of `length` bits around an address. Nil for more bits than the address has.
  package init?(_ address: IPAddress, length: Int) {
    guard length >= 0, length <= address.bitCount else { return nil }
    let (high, low) = Self.masks(length, isIPv6: address.isIPv6)
    self.address =
      address.isIPv6
      ? IPAddress(v6High: address.high & high, low: address.low & low)
      : IPAddress(v4: UInt32(truncatingIfNeeded: address.low & low))
    self.length = UInt8(length)
  }

  /// A range out of its text: an address alone, with "/24", or (IPv4) with "/255.255.255.0".
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first) else { return nil }
    guard parts.count == 2 else {
      self.init(address, length: address.bitCount)
      return
    }
    if let mask = IPAddress(parts[1]) {
      guard !mask.isIPv6, !address.isIPv6 else { return nil }
      let bits = UInt32(truncatingIfNeeded: mask.low)
      let length = bits.nonzeroBitCount
      // Only ones in front and zeros behind make a range.
      guard (~bits).leadingZeroBitCount == length else { return nil }
      self.init(address, length: length)
    } else {
      guard parts[1].utf8.allSatisfy({ ASCII.decimalDigit($0) != nil }), let length = Int(parts[1]) else {
        return nil
      }
      self.init(address, length: length)
    }
  }

  /// Whether the address is in the range; never true for the other family.
  package func contains(_ other: IPAddress) -> Bool {
    guard other.isIPv6 == address.isIPv6 else { return false }
    let (high, low) = Self.masks(Int(length), isIPv6: address.isIPv6)
    return other.high & high == address.high && other.low & low == address.low
  }

  /// Whether all of the other range is in this one.
  package func contains(_ other: IPPrefix) -> Bool {
    other.length >= length && contains(other.address)
  }

  /// The last address of the range.
  package var last: IPAddress {
    let (high, low) = Self.masks(Int(length), isIPv6: address.isIPv6)
    return address.isIPv6
      ? IPAddress(v6High: address.high | ~high, low: address.low | ~low)
      : IPAddress(v4: UInt32(truncatingIfNeeded: address.low | ~low))
  }

  private static func masks(_ length: Int, isIPv6: Bool) -> (UInt64, UInt64) {
    guard isIPv6 else { return (0, length == 0 ? 0 : (UInt64.max << UInt64(32 - length)) & 0xffff_ffff) }
    let high = length == 0 ? 0 : length >= 64 ? UInt64.max : UInt64.max << UInt64(64 - length)
    let low = length <= 64 ? 0 : length >= 128 ? UInt64.max : UInt64.max << UInt64(128 - length)
    return (high, low)
  }
}

extension IPPrefix: CustomStringConvertible {
  /// The range as "10.0.0.0/8".
  package var description: String { "\(address)/\(length)" }
}
