package import Flows
package import Protocols
package import Wire

/// How a packet came to be: EVE's `pkt_src`.
package enum PacketOrigin: UInt8, Sendable {
  case wire, gre, ipv4, ipv6, teredo, defragmented, vxlan, geneve, erspan, l2tp
  /// Made when a stream came to its end without packets; made to inspect what was left in a stream.
  case flowTimeout, streamFlush

  /// The words of EVE.
  var text: StaticString {
    switch self {
    case .wire: "wire/pcap"
    case .gre: "gre tunnel"
    case .ipv4: "ipv4 tunnel"
    case .ipv6: "ipv6 tunnel"
    case .teredo: "teredo tunnel"
    case .defragmented: "defrag"
    case .vxlan: "vxlan encapsulation"
    case .geneve: "geneve encapsulation"
    case .erspan: "gre tunnel"
    case .l2tp: "l2tp tunnel"
    case .flowTimeout: "stream (flow timeout)"
    case .streamFlush: "stream (detect/log)"
    }
  }
}

/// The packet around a tunnelled packet: EVE's `tunnel`.
package struct TunnelParent: Sendable {
  package var endpoints: Endpoints
  package var depth: UInt8
  package var packetNumber: UInt64
  package var origin: PacketOrigin

  package init(endpoints: Endpoints, depth: UInt8, packetNumber: UInt64, origin: PacketOrigin = .wire) {
    self.endpoints = endpoints
    self.depth = depth
    self.packetNumber = packetNumber
    self.origin = origin
  }
}

/// What rules have noted on a flow and packet: EVE's `metadata`. Empty lists are not shown.
package struct FlowMetadata: Sendable {
  package var flowBits: [String] = []
  package var flowIntegers: [(name: String, value: UInt32)] = []
  package var flowVariables: [(name: String, value: [UInt8])] = []
  package var packetVariables: [(name: String, value: [UInt8])] = []
  /// Entropies that rules have worked out, by buffer, in bits per byte.
  package var entropies: [(name: String, bits: Double)] = []

  package init() {}

  package var isEmpty: Bool {
    flowBits.isEmpty && flowIntegers.isEmpty && flowVariables.isEmpty && packetVariables.isEmpty
      && entropies.isEmpty
  }
}

/// Where packets come from: one for a whole capture.
package final class PacketSource: Sendable {
  /// Interface of a live capture: EVE's `in_iface`.
  package let interface: String
  /// Path of a replayed capture: EVE's `pcap_filename`.
  package let captureFile: String

  package init(interface: String = "", captureFile: String = "") {
    self.interface = interface
    self.captureFile = captureFile
  }
}

/// What an event arose from: the packet, flow and transaction at hand. Made by the sensor, read by the
/// encoders. One is made for nearly every packet of datagrams, and handed on many times: it is an object, as
/// a value would be copied each time, with all of the packet.
package final class EventSubject {
  package let packet: Packet
  /// The packet goes from the client of its flow to the server.
  package let direction: Direction
  package let flow: Flow?
  package let source: PacketSource?
  /// Flow that expected this one (`ftp-data`): EVE's `parent_id`.
  package let parentFlow: UInt64?
  private var notes = Notes()

  /// What is known only after it was made. It is the module's own: the compiler sees all that changes it.
  private struct Notes {
    var origin = PacketOrigin.wire
    var protocols = KnownProtocols()
    var flowAction = FlowAction.none
    var transaction: Transaction?
    var further: Further?
  }

  /// What few events tell.
  private final class Further {
    let tunnel: TunnelParent?
    let metadata: FlowMetadata?

    init(tunnel: TunnelParent?, metadata: FlowMetadata?) {
      self.tunnel = tunnel
      self.metadata = metadata
    }
  }

  package init(packet: Packet, direction: Direction, flow: Flow? = nil, source: PacketSource? = nil) {
    self.packet = packet
    self.direction = direction
    self.flow = flow
    self.source = source
    parentFlow = flow?.parent
  }

  /// The same for another event of the packet.
  package func copy() -> EventSubject {
    let copy = EventSubject(packet: packet, direction: direction, flow: flow, source: source)
    copy.notes = notes
    return copy
  }

  package var origin: PacketOrigin {
    get { notes.origin }
    set { notes.origin = newValue }
  }
  /// What is known of the flow's protocol; nothing for events that do not tell it.
  package var protocols: KnownProtocols {
    get { notes.protocols }
    set { notes.protocols = newValue }
  }
  /// The transaction, for events that are about one.
  package var transaction: Transaction? {
    get { notes.transaction }
    set { notes.transaction = newValue }
  }
  /// `flow.action`, where a rule decided on the whole flow.
  package var flowAction: FlowAction {
    get { notes.flowAction }
    set { notes.flowAction = newValue }
  }
  /// The packet around this one.
  package var tunnel: TunnelParent? {
    get { notes.further?.tunnel }
    set {
      if newValue != nil || notes.further != nil {
        notes.further = Further(tunnel: newValue, metadata: metadata)
      }
    }
  }
  package var metadata: FlowMetadata? {
    get { notes.further?.metadata }
    set {
      if newValue != nil || notes.further != nil {
        notes.further = Further(tunnel: tunnel, metadata: newValue)
      }
    }
  }

  /// Protocol's position in the catalogue, where known.
  package var protocolIndex: Int? { protocols.flow.index }

  /// EVE's `app_proto`: `http`, `failed`, or empty where it is not known.
  package var applicationProtocol: String { protocols.flow.name ?? "" }

  /// The ends as the packet goes.
  package var endpoints: Endpoints {
    Endpoints(
      source: packet.source, destination: packet.destination, sourcePort: packet.sourcePort,
      destinationPort: packet.destinationPort, ipProtocol: packet.ipProtocol)
  }

  /// The ends with the client first, whichever way the packet goes.
  package var clientEndpoints: Endpoints {
    direction == .toServer ? endpoints : endpoints.reversed
  }

  /// The ends for data that goes in `direction`.
  package func endpoints(of dataDirection: Direction) -> Endpoints {
    dataDirection == direction ? endpoints : endpoints.reversed
  }
}

extension Endpoints {
  /// The same two ends, seen from the other side.
  package var reversed: Endpoints {
    Endpoints(
      source: destination, destination: source, sourcePort: destinationPort, destinationPort: sourcePort,
      ipProtocol: ipProtocol)
  }

  /// The protocol has ports.
  var hasPorts: Bool { ipProtocol == 6 || ipProtocol == 17 || ipProtocol == 132 }
}
