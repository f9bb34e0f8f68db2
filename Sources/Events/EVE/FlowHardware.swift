package import Flows
package import Wire

/// The hardware addresses that sent a flow's packets: EVE's `ether` in records of flows.
///
/// Kept only where an output shows them; a router's two sides or a fail-over give more than one for an end.
package final class FlowHardware {
  /// Addresses of the side that began the flow and of the other, in 48 bits, in order of appearance.
  private var first: [UInt64] = []
  private var second: [UInt64] = []
  /// More than a few addresses for one end mean a loop or an attack on the switch: the rest says nothing new.
  private static let countMax = 10

  package init() {}

  /// Adds the addresses of a packet's Ethernet header to its flow.
  package static func note(_ flow: Flow, _ packet: Packet, _ frame: RawSpan, _ direction: Direction) {
    let offset = Int(packet.ethernetOffset)
    guard offset >= 0, frame.byteCount >= offset &+ 14 else { return }
    let hardware = (flow.hardware as? FlowHardware) ?? FlowHardware()
    if flow.hardware == nil { flow.hardware = hardware }
    let destination = UInt64(frame.u32(offset)) << 16 | UInt64(frame.u16(offset &+ 4))
    let source = UInt64(frame.u32(offset &+ 6)) << 16 | UInt64(frame.u16(offset &+ 10))
    let isForward = (direction == .toServer) != flow.isSwapped
    hardware.add(isForward ? source : destination, isForward ? destination : source)
  }

  private func add(_ first: UInt64, _ second: UInt64) {
    if !self.first.contains(first), self.first.count < Self.countMax { self.first.append(first) }
    if !self.second.contains(second), self.second.count < Self.countMax { self.second.append(second) }
  }

  /// Addresses of the sender's and the receiver's side for packets in a direction.
  func sides(of flow: Flow, _ direction: Direction) -> (source: [UInt64], destination: [UInt64]) {
    (direction == .toServer) != flow.isSwapped ? (first, second) : (second, first)
  }
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
