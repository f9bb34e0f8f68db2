/// What the decoder is told by the configuration: checksums, tunnels and bounds.
package struct DecoderSettings: Sendable {
  /// What happens to a TCP segment with a wrong checksum: Suricata's `-k all`, `none` and `auto`.
  package enum ChecksumMode: Sendable {
    /// Every TCP checksum is verified.
    case verify
    /// None is verified: captures from a machine that offloads checksums have wrong ones throughout.
    case ignore
    /// Verified, until a tenth of the first thousand segments are wrong: then offloading is assumed.
    case automatic
  }

  /// What a wrong TCP checksum means.

  package var checksums = ChecksumMode.automatic
  /// The most layers of one frame, tunnels included (`decoder.max-layers`): what bounds the decoder's work.
  package var layersMax = 16
  /// UDP ports on which Teredo is looked for; every port by default, as its relays use any.
  package var teredoPorts = PortList.any
  /// UDP ports that carry VXLAN.
  package var vxlanPorts = PortList(4789)
  /// UDP ports that carry Geneve.
  package var genevePorts = PortList(6081)
  /// UDP ports whose L2TP data messages are opened.
  ///
  /// Differs from Suricata: it does not look into L2TP; access points on dial-up lines carry all their
  /// traffic in it.
  package var l2tpPorts = PortList(1701)
  /// Whether VLAN ids are part of a flow's key (`vlan.use-for-tracking`).
  package var usesVLAN = true
  /// Whether the tunnel depth is part of a flow's key (`decoder.recursion-level.use-for-tracking`).
  package var usesDepth = true

  package init() {}
}

/// Up to four UDP ports, or all of them, without an array behind it.
package struct PortList: Sendable, Equatable {
  private var first: UInt16 = 0
  private var second: UInt16 = 0
  private var third: UInt16 = 0
  private var fourth: UInt16 = 0
  /// True where every port is meant.
  package private(set) var isAny = false

  /// No port: turns a tunnel off.
  package static let none = PortList()
  /// Every port.
  package static let any = {
    var list = PortList()
    list.isAny = true
    return list
  }()
  /// How many ports a list can hold.
  package static let countMax = 4

  /// A list of at most four ports; port 0 means none, further ports are left out.
  package init(_ ports: UInt16...) {
    self.init(ports)
  }

  /// A list of at most four ports; port 0 means none, further ports are left out.
  package init(_ ports: [UInt16]) {
    if ports.count > 0 { first = ports[0] }
    if ports.count > 1 { second = ports[1] }
    if ports.count > 2 { third = ports[2] }
    if ports.count > 3 { fourth = ports[3] }
  }

  /// Whether the list has the port.
  @inline(__always)
  package func contains(_ port: UInt16) -> Bool {
    isAny || (port != 0 && (port == first || port == second || port == third || port == fourth))
  }
}
