@testable import Wire

/// Builds frames for tests, layer by layer, from the inside out.
enum Frames {
  static func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xff), UInt8(value & 0xff)] }

  static func ethernet(_ type: Int, _ payload: [UInt8]) -> [UInt8] {
    [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] + be16(type) + payload
  }

  static func ipv4(_ proto: UInt8, _ payload: [UInt8], options: [UInt8] = [], fragment: Int = 0) -> [UInt8] {
    var header: [UInt8] = [0x45 + UInt8(options.count / 4), 0]
    header += be16(20 + options.count + payload.count) + be16(7) + be16(fragment) + [64, proto, 0, 0]
    header += [10, 0, 0, 1, 10, 0, 0, 2] + options
    let sum = InternetChecksum.folded(header.rawSpan.onesComplementSum)
    let wire = UInt16(truncatingIfNeeded: ~sum)
    header[10] = UInt8(truncatingIfNeeded: wire)
    header[11] = UInt8(truncatingIfNeeded: wire >> 8)
    return header + payload
  }

  static func ipv6(_ next: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let address: [UInt8] = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11)
    return [0x60, 0, 0, 0] + be16(payload.count) + [next, 64] + address + [1] + address + [2] + payload
  }

  static func udp(_ payload: [UInt8], from source: Int = 1000, to destination: Int = 2000) -> [UInt8] {
    be16(source) + be16(destination) + be16(8 + payload.count) + [0, 0] + payload
  }

  static func tcp(_ payload: [UInt8] = [], options: [UInt8] = []) -> [UInt8] {
    be16(1000) + be16(80) + [0, 0, 0, 9, 0, 0, 0, 5, UInt8(80 + options.count * 4), 0x18] + be16(500)
      + [0, 0, 0, 3] + options + payload
  }

  /// A frame of every link type and tunnel, each valid: what hostile changes start from.
  static let samples: [(name: String, linkType: Int32, bytes: [UInt8])] = {
    let inner = ipv4(17, udp([1, 2, 3, 4]))
    let six = ipv6(6, tcp([9, 9], options: [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]))
    let pseudo: [UInt8] = [0, 6, 0x41, 0x40, 0, 0, 0, 0]
    let extended = ipv6(
      0,
      [60, 0, 5, 2, 0, 0, 1, 0] + [43, 0, 1, 4, 0, 0, 0, 0] + [44, 0, 2, 0, 0, 0, 0, 0]
        + [51, 0, 0, 0, 0, 0, 0, 7] + [17, 4, 0, 0] + [UInt8](repeating: 0, count: 20) + udp([1]))
    func over(_ port: Int, _ payload: [UInt8]) -> [UInt8] {
      ethernet(0x800, ipv4(17, udp(payload, to: port)))
    }
    func gre(_ header: [UInt8], _ payload: [UInt8]) -> [UInt8] { ethernet(0x800, ipv4(47, header + payload)) }
    return [
      ("ipv4 udp", 1, ethernet(0x800, inner)), ("ipv6 tcp", 1, ethernet(0x86dd, six)),
      ("ipv6 extensions", 1, ethernet(0x86dd, extended)),
      ("options", 1, ethernet(0x800, ipv4(6, tcp(), options: [7, 7, 4, 0, 0, 0, 0, 0]))),
      ("tcp options", 1, ethernet(0x800, ipv4(6, tcp(options: [2, 4, 5, 0xb4, 4, 2, 3, 3, 7, 34, 2, 0])))),
      ("vlan", 1, ethernet(0x88a8, be16(5) + be16(0x8100) + be16(6) + be16(0x800) + inner)),
      ("mpls", 1, ethernet(0x8847, [0, 6, 0x40, 0x40] + pseudo + ethernet(0x800, inner))),
      ("pppoe", 1, ethernet(0x8864, [0x11, 0, 0, 1] + be16(inner.count + 2) + [0, 0x21] + inner)),
      ("pppoe discovery", 1, ethernet(0x8863, [0x11, 9, 0, 0, 0, 4, 1, 1, 0, 0])),
      ("pbb", 1, ethernet(0x88e7, [UInt8](repeating: 0, count: 16) + be16(0x800) + inner)),
      ("vntag", 1, ethernet(0x8926, [0, 0, 0, 0] + be16(0x800) + inner)),
      ("fabricpath", 1, ethernet(0x8903, [0, 1] + ethernet(0x800, inner))),
      ("nsh", 1, ethernet(0x894f, [0, 2, 2, 1, 0, 0, 0, 0] + inner)),
      ("arp", 1, ethernet(0x806, [0, 1, 8, 0, 6, 4, 0, 1] + [UInt8](repeating: 3, count: 20))),
      ("ip in ip", 1, ethernet(0x800, ipv4(4, inner))), ("6in4", 1, ethernet(0x800, ipv4(41, six))),
      ("4in6", 1, ethernet(0x86dd, ipv6(4, inner))), ("6in6", 1, ethernet(0x86dd, ipv6(41, six))),
      ("gre", 1, gre([0xb0, 0, 8, 0] + [UInt8](repeating: 0, count: 12), inner)),
      ("gre routes", 1, gre([0x40, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 4, 1, 1, 1, 1, 0, 0, 0, 0], inner)),
      (
        "pptp", 1,
        gre([0x30, 0x81, 0x88, 0x0b] + [UInt8](repeating: 0, count: 12), [0xff, 3, 0, 0x21] + inner)
      ),
      (
        "erspan", 1,
        gre([0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 9, 0, 0, 0, 0, 0, 0], ethernet(0x800, inner))
      ),
      (
        "teredo", 1,
        over(3544, [0, 0, 1, 1, 2, 2, 2, 2] + six)
      ),
      ("vxlan", 1, over(4789, [8, 0, 0, 0, 0, 0, 5, 0] + ethernet(0x800, inner))),
      ("geneve", 1, over(6081, [1, 0, 0x65, 0x58, 0, 0, 5, 0, 0, 0, 0, 0] + ethernet(0x800, inner))),
      (
        "l2tp", 1,
        over(1701, [0x42, 2] + be16(inner.count + 12) + [0, 1, 0, 2, 0, 0, 0, 0x21] + inner)
      ),
      ("icmp error", 1, ethernet(0x800, ipv4(1, [3, 3, 0, 0, 0, 0, 0, 0] + inner))),
      ("icmpv6 error", 1, ethernet(0x86dd, ipv6(58, [1, 4, 0, 0, 0, 0, 0, 0] + six))),
      ("sctp", 1, ethernet(0x800, ipv4(132, [UInt8](repeating: 1, count: 20)))),
      ("loopback", 0, [2, 0, 0, 0] + inner), ("loopback other order", 0, [0, 0, 0, 30] + six),
      ("ppp", 9, [0xff, 3, 0x21] + inner), ("ppp bare", 50, [0, 0x57] + six), ("raw", 101, inner),
      ("raw 6", 229, six), ("pppoe link", 51, [0x11, 0, 0, 1] + be16(inner.count + 2) + [0, 0x21] + inner),
      ("hdlc", 104, [0x0f, 0] + be16(0x800) + inner),
      ("sll", 113, [UInt8](repeating: 0, count: 14) + be16(0x800) + inner),
      ("sll2", 276, be16(0x86dd) + [UInt8](repeating: 0, count: 18) + six),
    ]
  }()

  /// Decodes one frame with a new decoder.
  static func decode(
    _ bytes: [UInt8], linkType: Int32 = 1, _ settings: DecoderSettings = DecoderSettings()
  ) -> [Packet] {
    var decoder = PacketDecoder(settings)
    var packets: [Packet] = []
    decoder.decode(
      bytes.rawSpan, number: 1, timeNanoseconds: 5, linkType: linkType, wireLength: bytes.count,
      into: &packets)
    return packets
  }

  /// The names of the events of a packet.
  static func events(_ packet: Packet) -> [String] {
    var names: [String] = []
    packet.events.forEach { names.append($0.name) }
    return names
  }
}
