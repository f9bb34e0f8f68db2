package import Wire

/// What a capture holds, told plainly: packets, flows with their streams, transactions with their buffers.
///
/// Random rules are drawn from it, and the plain matcher looks rules up in it. Nothing of the rule engine
/// takes part.
package struct Observation: Sendable {
  /// Path of the capture.
  package let name: String
  /// Packets in the order of the capture, those of tunnels included.
  package internal(set) var packets: [ObservedPacket] = []
  /// Conversations, by the order of their first packets.
  package internal(set) var flows: [ObservedFlow] = []
  /// Transactions of all flows, each as it was at the end of the capture.
  package internal(set) var transactions: [ObservedTransaction] = []
}

/// One packet, with the numbers that keywords ask for.
package struct ObservedPacket: Sendable {
  /// What decoding found.
  package let layers: Packet
  /// The payload's bytes.
  package let payload: [UInt8]
  /// Flags of an IPv4 header: more fragments 1, don't fragment 2, reserved 4.
  package let fragmentBits: UInt8
  /// Identifier and sequence number of an ICMP message that has them.
  package let echo: (identifier: UInt16, sequence: UInt16)?
  /// Position among the flows; nil without flow.
  package var flow: Int?
  /// Which way it goes in its flow.
  package var direction = Direction.toServer
  /// Both ends have spoken: for TCP, the handshake is over.
  package var isEstablished = false
}

/// One conversation.
package struct ObservedFlow: Sendable {
  /// The client's first packet, which tells addresses, ports and protocol.
  package let first: Packet
  /// Bytes of both directions in their order.
  package var streams = Pair<[UInt8]>(both: [])
  /// Nothing overlapped, nothing is missing, the handshake was seen: the streams are what any engine sees.
  package var isPlain = true
  /// Name of its protocol, where it was recognised.
  package var protocolName: String?
}

/// One transaction in one direction.
package struct ObservedTransaction: Sendable {
  /// A sticky buffer with its instances.
  package struct Buffer: Sendable {
    package let keyword: String
    package let instances: [[UInt8]]
    /// It grew while the transaction went on: rules were asked before it was whole.
    package let isGrowing: Bool
  }

  /// Numbers under a keyword.
  package struct Number: Sendable {
    package let keyword: String
    package let values: [Int]
  }

  /// Position among the flows.
  package let flow: Int
  package let protocolName: String
  package let direction: Direction
  package internal(set) var buffers: [Buffer] = []
  package internal(set) var numbers: [Number] = []
}
