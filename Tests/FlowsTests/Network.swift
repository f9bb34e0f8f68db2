import Flows
import Wire

/// A frame of a test: the bytes from the TCP header on, and the packet that points into them.
struct TestFrame {
  var packet: Packet
  var bytes: [UInt8]
}

/// Makes frames as a decoder would, without link and IP headers.
struct TestNetwork {
  static let client = IPAddress(v4: 0x0a00_0001)
  static let server = IPAddress(v4: 0x0a00_0002)

  var number: UInt64 = 0
  var nanoseconds: Int64 = 1_600_000_000_000_000_000

  mutating func tcp(
    _ direction: Direction, _ flags: UInt8, sequence: UInt32, acknowledgement: UInt32 = 0,
    _ payload: [UInt8] = [],
    window: UInt16 = 65535, options: [UInt8] = [], urgent: UInt16 = 0, clientPort: UInt16 = 1000
  ) -> TestFrame {
    precondition(options.count % 4 == 0, "options fill words")
    var header = [UInt8](repeating: 0, count: 20)
    header[18] = UInt8(urgent >> 8)
    header[19] = UInt8(urgent & 0xff)
    var packet = next(6, direction)
    packet.transportOffset = 0
    packet.transportHeaderLength = Int32(20 + options.count)
    packet.sourcePort = direction == .toServer ? clientPort : 80
    packet.destinationPort = direction == .toServer ? 80 : clientPort
    packet.tcpFlags = flags
    packet.tcpSequence = sequence
    packet.tcpAcknowledgement = acknowledgement
    packet.tcpWindow = window
    packet.payloadOffset = packet.transportHeaderLength
    packet.payloadLength = Int32(payload.count)
    return TestFrame(packet: packet, bytes: header + options + payload)
  }

  mutating func udp(_ direction: Direction, clientPort: UInt16 = 1000) -> TestFrame {
    var packet = next(17, direction)
    packet.transportOffset = 0
    packet.sourcePort = direction == .toServer ? clientPort : 53
    packet.destinationPort = direction == .toServer ? 53 : clientPort
    return TestFrame(packet: packet, bytes: [UInt8](repeating: 0, count: 8))
  }

  mutating func icmp(_ direction: Direction, type: UInt8, quoting quoted: [UInt8] = []) -> TestFrame {
    var packet = next(1, direction)
    packet.transportOffset = 0
    packet.icmpType = type
    return TestFrame(packet: packet, bytes: [type, 0, 0, 0, 0, 0, 0, 0] + quoted)
  }

  private mutating func next(_ ipProtocol: UInt8, _ direction: Direction) -> Packet {
    number += 1
    var packet = Packet()
    packet.number = number
    packet.timeNanoseconds = nanoseconds
    packet.ipVersion = 4
    packet.ipProtocol = ipProtocol
    packet.ttl = direction == .toServer ? 64 : 50
    packet.source = direction == .toServer ? TestNetwork.client : TestNetwork.server
    packet.destination = direction == .toServer ? TestNetwork.server : TestNetwork.client
    return packet
  }
}

/// The flags of test packets.
enum Flags {
  static let fin: UInt8 = 0x11
  static let syn: UInt8 = 0x02
  static let synAck: UInt8 = 0x12
  static let rst: UInt8 = 0x14
  static let ack: UInt8 = 0x10
  static let push: UInt8 = 0x18
}

/// A seeded generator (SplitMix64), so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
