package import Flows
package import Wire

/// The hardware addresses that sent a flow's packets: EVE's `ether` in records of flows.
///
/// Kept only where an output shows them; a router's two sides or a fail-over give more than one for an end.
package final class FlowHardware {
  /// Addresses of the client's and the server's side, in 48 bits, in order of appearance.
  package private(set) var client: [UInt64] = []
  package private(set) var server: [UInt64] = []
  /// More than a few addresses for one end mean a loop or an attack on the switch: the rest says nothing new.
  private static let countMax = 10

  package init() {}

  /// Adds the addresses of a packet's Ethernet header to its flow.
  package static func note(_ flow: Flow, _ packet: Packet, _ frame: RawSpan, _ direction: Direction) {
    let offset = Int(packet.ethernetOffset)
    guard offset >= 0, packet.depth == 0, frame.byteCount >= offset &+ 14 else { return }
    let hardware = (flow.hardware as? FlowHardware) ?? FlowHardware()
    if flow.hardware == nil { flow.hardware = hardware }
    let destination = UInt64(frame.u32(offset)) << 16 | UInt64(frame.u16(offset &+ 4))
    let source = UInt64(frame.u32(offset &+ 6)) << 16 | UInt64(frame.u16(offset &+ 10))
    hardware.add(direction == .toServer ? source : destination, direction == .toServer ? destination : source)
  }

  private func add(_ client: UInt64, _ server: UInt64) {
    if !self.client.contains(client), self.client.count < Self.countMax { self.client.append(client) }
    if !self.server.contains(server), self.server.count < Self.countMax { self.server.append(server) }
  }

  /// Turns client and server round, with the flow.
  package func swapDirections() { swap(&client, &server) }
}

extension JSONWriter {
  /// A hardware address as `00:15:17:0d:06:f7`, quoted, without key.
  mutating func appendHardware(_ address: UInt64) {
    bytes.append(UInt8(ascii: "\""))
    for index in 0..<6 as Range<UInt64> {
      if index > 0 { bytes.append(UInt8(ascii: ":")) }
      bytes.appendHexadecimal(UInt8(truncatingIfNeeded: address >> (40 &- 8 &* index)))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A list of hardware addresses.
  mutating func member(_ key: StaticString, hardware addresses: [UInt64]) {
    beginArray(key)
    for address in addresses {
      separate()
      appendHardware(address)
    }
    endArray()
  }

  /// One hardware address.
  mutating func member(_ key: StaticString, hardware address: UInt64) {
    self.key(key)
    appendHardware(address)
  }
}
