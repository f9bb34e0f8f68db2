package import Wire

/// What changes with every packet of a flow, in one value: a packet reaches it with a single access to the
/// flow.
package struct FlowCounts: Sendable {
  package let startNanoseconds: Int64
  /// Time of the latest packet.
  package internal(set) var lastNanoseconds: Int64
  /// Number of the latest packet.
  package internal(set) var lastPacket: UInt64
  package internal(set) var packets = Pair<UInt64>(both: 0)
  /// Bytes of the frames as captured; of a packet in a tunnel, its own.
  package internal(set) var bytes = Pair<UInt64>(both: 0)
  package internal(set) var state = Flow.State.new
  /// Least and greatest TTL or hop limit, 0 where that side has not sent.
  package internal(set) var ttlMin = Pair<UInt8>(both: 0)
  package internal(set) var ttlMax = Pair<UInt8>(both: 0)
  /// Type and code of the latest ICMP packet of the server, once it answered.
  package internal(set) var icmpResponse: (type: UInt8, code: UInt8)?
  /// Whether the client is the second endpoint of the flow's key.
  var clientIsSecond: Bool

  init(_ packet: Packet, clientIsSecond: Bool) {
    startNanoseconds = packet.timeNanoseconds
    lastNanoseconds = packet.timeNanoseconds
    lastPacket = packet.number
    self.clientIsSecond = clientIsSecond
  }

  /// Whether a side has sent something that is no error of ICMP for IPv4.
  private var hasSent = Pair(both: false)

  /// Both sides have sent.
  var hasBothDirections: Bool { hasSent.toServer && hasSent.toClient }

  /// Counts a packet of a frame of `byteCount` bytes, and says how many of them count. `isError` is one about
  /// the flow, which is not of it.
  @inline(__always) @discardableResult
  mutating func note(_ packet: Packet, _ direction: Direction, _ byteCount: Int, isError: Bool) -> UInt64 {
    if packet.timeNanoseconds > lastNanoseconds { lastNanoseconds = packet.timeNanoseconds }
    lastPacket = packet.number
    let size = UInt64(
      clamping: packet.depth == 0 ? byteCount : FlowCounts.tunnelledBytes(packet, byteCount))
    if direction == .toServer {
      packets.toServer &+= 1
      bytes.toServer &+= size
      if ttlMin.toServer == 0 || packet.ttl < ttlMin.toServer { ttlMin.toServer = packet.ttl }
      if packet.ttl > ttlMax.toServer { ttlMax.toServer = packet.ttl }
    } else {
      packets.toClient &+= 1
      bytes.toClient &+= size
      if ttlMin.toClient == 0 || packet.ttl < ttlMin.toClient { ttlMin.toClient = packet.ttl }
      if packet.ttl > ttlMax.toClient { ttlMax.toClient = packet.ttl }
    }
    if !packet.isTCP {
      if packet.isICMP, direction == .toClient, !isError { icmpResponse = (packet.icmpType, packet.icmpCode) }
      if !packet.isICMPv4Error { hasSent[direction] = true }
      if state == .new, hasBothDirections { state = .established }
    }
    return size
  }

  /// Bytes of a packet in a tunnel: from its first header on.
  @inline(never)
  private static func tunnelledBytes(_ packet: Packet, _ byteCount: Int) -> Int {
    if packet.ethernetOffset > 0 { return max(byteCount &- Int(packet.startOffset), 0) }
    let end = Int(packet.payloadOffset) &+ Int(packet.payloadLength)
    return max(end &- Int(packet.networkOffset), 0)
  }

  /// Exchanges what was counted for client and server.
  mutating func swapDirections() {
    packets = Pair(packets.toClient, packets.toServer)
    bytes = Pair(bytes.toClient, bytes.toServer)
    ttlMin = Pair(ttlMin.toClient, ttlMin.toServer)
    ttlMax = Pair(ttlMax.toClient, ttlMax.toServer)
    hasSent = Pair(hasSent.toClient, hasSent.toServer)
    clientIsSecond.toggle()
  }
}

// What was counted, under the flow's own names.
extension Flow {
  package var state: State {
    get { tally.state }
    set { tally.state = newValue }
  }

  package var startNanoseconds: Int64 { tally.startNanoseconds }
  /// Time of the latest packet.
  package var lastNanoseconds: Int64 { tally.lastNanoseconds }
  /// Number of the latest packet.
  package var lastPacket: UInt64 { tally.lastPacket }
  package var packets: Pair<UInt64> { tally.packets }
  /// Bytes of the frames as captured; of a packet in a tunnel, its own.
  package var bytes: Pair<UInt64> { tally.bytes }
  /// Least TTL or hop limit by direction, 0 where that side has not sent.
  package var ttlMin: Pair<UInt8> { tally.ttlMin }
  package var ttlMax: Pair<UInt8> { tally.ttlMax }
  /// Type and code of the latest ICMP packet of the server, once it answered.
  package var icmpResponse: (type: UInt8, code: UInt8)? { tally.icmpResponse }
  /// Packets and bytes since the flow was bypassed.
  package var bypassedPackets: Pair<UInt64> { rest?.bypassedPackets ?? Pair(both: 0) }
  package var bypassedBytes: Pair<UInt64> { rest?.bypassedBytes ?? Pair(both: 0) }
  /// TCP flags seen since the session began, by the direction of their packets.
  package var tcpFlags: Pair<UInt8> { tcp?.flags ?? Pair(both: 0) }
  /// Both sides have sent: what `flow:established` means for anything but TCP.
  package var hasBothDirections: Bool { tally.hasBothDirections }
}
