package import Wire

/// One conversation between two endpoints: its key, counters, state and what the upper layers hang on to it.
///
/// Confined to its worker. The client is who sent the first packet, unless the stream shows otherwise
/// (`swapDirections`).
package final class Flow {
  /// How far a flow has come; the raw values order them.
  package enum State: UInt8, Sendable, CaseIterable {
    case new, established, closed, bypassed

    /// EVE's `flow.state`.
    package var name: String {
      switch self {
      case .new: "new"
      case .established: "established"
      case .closed: "closed"
      case .bypassed: "bypassed"
      }
    }
  }

  /// Unique within a run, and the same at any number of workers: EVE's `flow_id`, below 2⁵³.
  package let identifier: UInt64
  /// The normalised key under which the table holds the flow.
  package let key: FlowKey
  package private(set) var client: IPAddress
  package private(set) var server: IPAddress
  /// Source port of the client; for ICMP its first packet's type.
  package private(set) var clientPort: UInt16
  /// Port of the server; for ICMP the first packet's code.
  package private(set) var serverPort: UInt16
  package let ipProtocol: UInt8
  /// VLAN ids of the first packet from the outermost, and how many there are.
  package let vlanCount: UInt8
  package let vlan0: UInt16
  package let vlan1: UInt16
  package let vlan2: UInt16
  /// Tunnels around the flow's packets.
  package let depth: UInt8

  package var state = State.new
  package var startNanoseconds: Int64
  /// Time of the latest packet.
  package var lastNanoseconds: Int64
  /// Number of the packet that began the flow.
  package let firstPacket: UInt64
  /// Number of the latest packet.
  package var lastPacket: UInt64
  package var packets = Pair<UInt64>(both: 0)
  /// Bytes of the frames as captured; of a packet in a tunnel, its own.
  package var bytes = Pair<UInt64>(both: 0)
  /// Least and greatest TTL or hop limit, 0 where that side has not sent.
  package var ttlMin = Pair<UInt8>(both: 0)
  package var ttlMax = Pair<UInt8>(both: 0)
  /// TCP flags seen since the session began, by the direction of their packets.
  package var tcpFlags = Pair<UInt8>(both: 0)
  /// Type and code of the latest ICMP packet of the server, once it answered.
  package var icmpResponse: (type: UInt8, code: UInt8)?
  /// Packets and bytes since the flow was bypassed.
  package var bypassedPackets = Pair<UInt64>(both: 0)
  package var bypassedBytes = Pair<UInt64>(both: 0)
  /// TCP only: set by the owner with the first packet that begins a session.
  package var tcp: TCPSession?
  /// The application layer (`Conversation`), held for the sensor.
  package var application: AnyObject?
  /// Detection's state of the flow.
  package var detection: AnyObject?
  /// Hardware addresses, kept by who writes events, where an output shows them.
  package var hardware: AnyObject?
  /// Some alert was raised for it.
  package var hasAlerted = false
  /// The table was short of memory when the flow began or ended.
  package var isEmergency = false
  /// The two sides were exchanged after the flow began.
  package private(set) var isSwapped = false

  /// Whether the client is the second endpoint of `key`.
  var clientIsSecond: Bool
  /// Place in the table's slab, and in its wheel of time-outs.
  var slot: UInt32 = 0

  package init(identifier: UInt64, key: FlowKey, packet: Packet) {
    self.identifier = identifier
    self.key = key
    client = packet.source
    server = packet.destination
    clientPort = packet.isICMP ? UInt16(packet.icmpType) : packet.sourcePort
    serverPort = packet.isICMP ? UInt16(packet.icmpCode) : packet.destinationPort
    ipProtocol = packet.ipProtocol
    vlanCount = packet.vlanCount
    vlan0 = packet.vlan0
    vlan1 = packet.vlan1
    vlan2 = packet.vlan2
    depth = packet.depth
    startNanoseconds = packet.timeNanoseconds
    lastNanoseconds = packet.timeNanoseconds
    firstPacket = packet.number
    lastPacket = packet.number
    clientIsSecond = key.isReversed
  }

  /// Both sides have sent: what `flow:established` means for anything but TCP.
  package var hasBothDirections: Bool { packets.toServer != 0 && packets.toClient != 0 }

  /// Whether `flow:established` holds: for TCP the session's handshake, for the others both sides seen.
  package var isEstablished: Bool {
    ipProtocol == 6 ? (tcp?.isEstablished ?? false) : hasBothDirections
  }

  /// Which way a packet of this flow goes. `isReversed` is its key's.
  @inline(__always)
  func direction(of packet: Packet, isReversed: Bool) -> Direction {
    if packet.ipProtocol == ipProtocol { return isReversed == clientIsSecond ? .toServer : .toClient }
    // An ICMP error about one of the flow's packets.
    return packet.source == client ? .toServer : .toClient
  }

  /// Exchanges client and server with all that was counted for them: a stream was picked up from the server's
  /// side.
  ///
  /// The owner turns its own per-direction state.
  package func swapDirections() {
    swap(&client, &server)
    swap(&clientPort, &serverPort)
    packets = Pair(packets.toClient, packets.toServer)
    bytes = Pair(bytes.toClient, bytes.toServer)
    ttlMin = Pair(ttlMin.toClient, ttlMin.toServer)
    ttlMax = Pair(ttlMax.toClient, ttlMax.toServer)
    tcpFlags = Pair(tcpFlags.toClient, tcpFlags.toServer)
    clientIsSecond.toggle()
    isSwapped.toggle()
    tcp?.swapDirections()
  }

  /// Bytes of a packet that is not a frame's own: of one in a tunnel from its first header on, of a datagram
  /// put together with the link header of its fragments.
  private static func specialBytes(_ packet: Packet, _ byteCount: Int) -> Int {
    guard packet.depth == 0 else {
      if packet.ethernetOffset > 0 { return max(byteCount &- Int(packet.ethernetOffset), 0) }
      let end = Int(packet.payloadOffset) &+ Int(packet.payloadLength)
      return max(end &- Int(packet.networkOffset), 0)
    }
    switch packet.linkType {
    case 1: return byteCount &+ 14 &+ Int(packet.vlanCount) &* 4
    case 113: return byteCount &+ 16
    case 276: return byteCount &+ 20
    case 0, 108: return byteCount &+ 4
    default: return byteCount
    }
  }

  /// Counts a packet of a frame of `byteCount` bytes.
  func note(_ packet: Packet, _ direction: Direction, _ byteCount: Int) {
    if packet.timeNanoseconds > lastNanoseconds { lastNanoseconds = packet.timeNanoseconds }
    lastPacket = packet.number
    let isFrame = packet.depth == 0 && !packet.isReassembled
    let size = UInt64(clamping: isFrame ? byteCount : Flow.specialBytes(packet, byteCount))
    packets[direction] &+= 1
    bytes[direction] &+= size
    let least = ttlMin[direction]
    if least == 0 || packet.ttl < least { ttlMin[direction] = packet.ttl }
    if packet.ttl > ttlMax[direction] { ttlMax[direction] = packet.ttl }
    if !packet.isTCP {
      if packet.isICMP, direction == .toClient, packet.ipProtocol == ipProtocol {
        icmpResponse = (packet.icmpType, packet.icmpCode)
      }
      if state == .new, hasBothDirections { state = .established }
    }
    if state == .bypassed {
      bypassedPackets[direction] &+= 1
      bypassedBytes[direction] &+= size
    }
  }
}

/// Why a flow ended: EVE's `flow.reason`.
package enum FlowEnd: UInt8, Sendable, CaseIterable {
  /// No packet for as long as its state allows.
  case timeout
  /// Removed before its time, as memory was short.
  case forced
  /// The run ended.
  case shutdown
  /// Another connection began between the same endpoints.
  case reuse

  /// EVE's word for it.
  package var name: String {
    switch self {
    case .timeout: "timeout"
    case .forced: "forced"
    case .shutdown: "shutdown"
    case .reuse: "tcp_reuse"
    }
  }
}
