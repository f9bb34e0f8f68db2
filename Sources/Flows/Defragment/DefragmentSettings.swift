package import Wire

/// How datagrams are put together from fragments: `defrag` of suricata.yaml, with its defaults.
package struct DefragmentSettings: Sendable {
  /// Bytes that fragments may take (`defrag.memcap`).
  package var memcapBytes = 32 << 20
  /// Datagrams in the making (`defrag.trackers`).
  package var trackersMax = 65535
  /// Fragments kept (`defrag.max-frags`).
  package var fragmentsMax = 65535
  /// For how long a datagram's fragments are waited for (`defrag.timeout`, `defrag.host-config`).
  package var timeoutSeconds = 60
  /// VLAN ids tell datagrams apart (`vlan.use-for-tracking`).
  package var tracksVLAN = true
  /// `host-os-policy`: who receives the datagram decides how overlaps read.
  package var hostPolicies = HostPolicies()
  /// `defrag.host-config`: other time-outs for some destinations, longest prefix first.
  package var hostTimeouts: [(address: IPAddress, bits: Int, seconds: Int)] = []

  package init() {}

  /// The time-out of datagrams to an address.
  func timeoutSeconds(for address: IPAddress) -> Int {
    for entry in hostTimeouts where HostPolicies.matches(entry.address, address, bits: entry.bits) {
      return entry.seconds
    }
    return timeoutSeconds
  }
}

/// What the defragmenter counted: the `defrag` part of the statistics.
package struct DefragmentCounters: Sendable, Equatable {
  package var ipv4Fragments: UInt64 = 0
  package var ipv4Reassembled: UInt64 = 0
  package var ipv6Fragments: UInt64 = 0
  package var ipv6Reassembled: UInt64 = 0
  /// Fragments that did not fit into the bounds.
  package var maxFragmentsHit: UInt64 = 0
  package var maxTrackersHit: UInt64 = 0
  package var memcapHit: UInt64 = 0
  package var timedOut: UInt64 = 0

  package init() {}
}
