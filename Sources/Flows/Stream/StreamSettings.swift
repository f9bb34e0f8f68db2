/// How TCP is followed and put together: `stream` of suricata.yaml, with its defaults.
package struct StreamSettings: Sendable {
  /// Bytes that sessions may take (`stream.memcap`).
  package var memcapBytes = 64 << 20
  /// Bytes that stream data may take (`stream.reassembly.memcap`).
  package var reassemblyMemcapBytes = 256 << 20
  /// Packets with a wrong checksum are not taken (`stream.checksum-validation`).
  package var validatesChecksums = true
  /// Sessions are picked up whose beginning was not seen (`stream.midstream`).
  package var midstream = false
  /// Sessions are followed of which only one side is seen (`stream.async-oneside`).
  package var asyncOneSide = false
  /// Data is delivered as it comes, not as it is acknowledged (`stream.inline`).
  package var isInline = false
  /// Bytes of each direction that are put together, 0 for all (`stream.reassembly.depth`).
  package var depthBytes = 1 << 20
  /// Bytes shown at once to raw inspection (`stream.reassembly.toserver-chunk-size`).
  package var toServerChunkBytes = 2560
  /// The same to the client (`stream.reassembly.toclient-chunk-size`).
  package var toClientChunkBytes = 2560
  /// By how much Suricata lets chunks differ at random, from the smallest to the largest: nothing where
  /// `stream.reassembly.randomize-chunk-size` is off (`stream.reassembly.randomize-chunk-range`).
  package var chunkRangePercent = 10
  /// Stream data is inspected as such (`stream.reassembly.raw`).
  package var raw = true
  /// Overlaps with other data raise an event (`stream.reassembly.check-overlap-different-data`): to be set
  /// where a rule asks for it, as some systems repeat keep-alive bytes with other values.
  package var checksOverlaps = false
  /// Separate runs of data in one direction; more are dropped (`stream.reassembly.max-regions`).
  package var regionsMax = 8
  /// SYNs with different options remembered for a handshake (`stream.max-syn-queued`).
  package var synQueueMax = 10
  /// SYN/ACKs remembered for a handshake (`stream.max-synack-queued`).
  package var synAckQueueMax = 5
  /// Packets that do not fit the session are dropped in inline mode (`stream.drop-invalid`).
  package var dropsInvalid = true
  /// Flows are bypassed once the depth is reached in both directions (`stream.bypass`).
  package var bypass = false
  /// What urgent data means (`stream.reassembly.urgent.policy`).
  package var urgentPolicy = UrgentPolicy.outOfBand
  /// What happens past the bound of urgent bytes (`stream.reassembly.urgent.oob-limit-policy`).
  package var urgentLimitPolicy = UrgentPolicy.drop
  /// Time stamps as some systems echo them, with zeros, are let pass (`stream.liberal-timestamps`).
  package var liberalTimestamps = false
  /// `host-os-policy`.
  package var hostPolicies = HostPolicies()

  package init() {}

  /// Takes the smallest chunks that Suricata may draw, as it does where it is told to draw nothing.
  package mutating func takeSmallestChunks() {
    toServerChunkBytes &-= toServerChunkBytes &* chunkRangePercent / 200
    toClientChunkBytes &-= toClientChunkBytes &* chunkRangePercent / 200
  }
}

/// How a byte that the urgent pointer marks is treated (RFC 6093 §3).
package enum UrgentPolicy: UInt8, Sendable, CaseIterable {
  /// The last urgent byte is not part of the stream.
  case outOfBand
  /// The pointer is ignored.
  case inline
  /// Packets with urgent data are dropped.
  case drop
  /// Urgent data counts as lost.
  case gap

  /// The name in suricata.yaml.
  package var name: String {
    switch self {
    case .outOfBand: "oob"
    case .inline: "inline"
    case .drop: "drop"
    case .gap: "gap"
    }
  }

  /// The policy of a name in suricata.yaml; nil if there is none.
  package init?(name: String) {
    guard let policy = UrgentPolicy.allCases.first(where: { $0.name == name }) else { return nil }
    self = policy
  }
}
