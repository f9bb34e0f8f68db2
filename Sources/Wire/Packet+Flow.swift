extension Packet {
  /// A hash of the flow's key that is the same in both directions: addresses, ports, protocol, VLAN ids and
  /// tunnel depth.
  ///
  /// A seed that nobody outside can know keeps others from filling one bucket. An ICMP error belongs to the
  /// worker of the flow that it is about: ask its `embeddedPacket`.
  @inlinable @inline(__always)
  package func flowHash(seed: UInt64, usesVLAN: Bool = true, usesDepth: Bool = true) -> UInt64 {
    let left = FlowHash.endpoint(source, sourcePort, seed)
    let right = FlowHash.endpoint(destination, destinationPort, seed)
    var tags = UInt64(ipProtocol)
    if usesDepth { tags |= UInt64(depth) << 8 }
    if usesVLAN {
      tags |= UInt64(vlan0) << 16 | UInt64(vlan1) << 32 | UInt64(vlan2) << 48
    }
    // A sum and a product do not depend on the order of the ends.
    return FlowHash.mix(left &+ right ^ tags, (left | 1) &* (right | 1))
  }
}

/// The mixing steps of `Packet.flowHash`.
package enum FlowHash {
  /// The two halves of a 128-bit product, folded: one multiplication that mixes all bits.
  @inlinable @inline(__always)
  package static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  /// The share of one end, before both are joined.
  @inlinable @inline(__always)
  package static func endpoint(_ address: IPAddress, _ port: UInt16, _ seed: UInt64) -> UInt64 {
    let family: UInt64 = address.isIPv6 ? 0x8ebc_6af0_9c88_c6e3 : 0x5899_65cc_7537_4cc3
    return mix(address.low ^ seed, address.high &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(port) << 32 ^ family)
  }
}
