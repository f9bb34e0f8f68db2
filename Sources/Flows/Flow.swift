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
  /// VLAN ids of the first packet from the outermost, and how many there are.
  package let vlanCount: UInt8
  /// Tunnels around the flow's packets.
  package let depth: UInt8
  package let vlan0: UInt16
  package let vlan1: UInt16
  package let vlan2: UInt16
  /// Session of PPPoE that its first packet came in; 0: none.
  package let pppoeSession: UInt16
  /// Source port of the client, and port of the server; for ICMP the first packet's type and code.
  package var clientPort: UInt16 { ports.toServer }
  package var serverPort: UInt16 { ports.toClient }
  private var ports: Pair<UInt16>
  /// Place in the table's slab, and in its wheel of time-outs.
  var slot: UInt32 = 0
  /// What limits and failures did to it.
  package var exceptions = ExceptionNotes()

  /// Number of the packet that began the flow.
  package let firstPacket: UInt64
  package var ipProtocol: UInt8 { key.ipProtocol }
  package var client: IPAddress { tally.clientIsSecond ? key.second : key.first }
  package var server: IPAddress { tally.clientIsSecond ? key.first : key.second }
  /// What changes with every packet.
  package var counts: FlowCounts { tally }
  /// The counts, for this module alone: see `held`.
  var tally: FlowCounts
  /// The two sides were exchanged after the flow began.
  package private(set) var isSwapped = false
  /// Some alert was raised for it.
  package var hasAlerted = false
  /// A rule has matched, whether or not that becomes an alert.
  package var hasMatches = false
  /// The table was short of memory when the flow began or ended.
  package var isEmergency = false

  /// What few flows have, made with the first of it.
  private(set) var rest: Rest?

  /// What hangs on the flow and is asked for with every packet. It is the module's own: the compiler sees all
  /// that changes it, and proves once that accesses keep apart instead of having that asked at each of them.
  var held = Held()

  /// What hangs on a flow.
  struct Held {
    var tcp: TCPSession?
    var application: AnyObject?
    var detection: AnyObject?
    var action = FlowAction.none
    var wantsBypass = false
  }

  /// TCP only: set by the owner with the first packet that begins a session.
  package var tcp: TCPSession? {
    get { held.tcp }
    set { held.tcp = newValue }
  }
  /// The application layer (`Conversation`), held for the sensor.
  package var application: AnyObject? {
    get { held.application }
    set { held.application = newValue }
  }
  /// Detection's state of the flow.
  package var detection: AnyObject? {
    get { held.detection }
    set { held.detection = newValue }
  }
  /// What rules, policies and failures decided on all of its packets.
  package var action: FlowAction {
    get { held.action }
    set { held.action = newValue }
  }
  /// A rule asks for it to be bypassed from the next packet on.
  package var wantsBypass: Bool {
    get { held.wantsBypass }
    set { held.wantsBypass = newValue }
  }
  /// Directions in which a record of a dropped packet was written.
  package var hasLoggedDrop = Pair(both: false)

  /// What few flows have.
  final class Rest {
    var hardware: AnyObject?
    var parent: UInt64?
    var bypassedPackets = Pair<UInt64>(both: 0)
    var bypassedBytes = Pair<UInt64>(both: 0)
  }

  private var made: Rest {
    if let rest { return rest }
    let made = Rest()
    rest = made
    return made
  }

  /// Hardware addresses, kept by who writes events, where an output shows them.
  package var hardware: AnyObject? {
    get { rest?.hardware }
    set { made.hardware = newValue }
  }
  /// The flow that announced this one (FTP's data connections).
  package var parent: UInt64? {
    get { rest?.parent }
    set { made.parent = newValue }
  }

  package init(identifier: UInt64, key: FlowKey, packet: Packet) {
    self.identifier = identifier
    self.key = key
    ports =
      packet.isICMP
      ? Pair(UInt16(packet.icmpType), UInt16(packet.icmpCode))
      : Pair(packet.sourcePort, packet.destinationPort)
    vlanCount = packet.vlanCount
    pppoeSession = packet.pppoeSession
    vlan0 = packet.vlan0
    vlan1 = packet.vlan1
    vlan2 = packet.vlan2
    depth = packet.depth
    firstPacket = packet.number
    tally = FlowCounts(packet, clientIsSecond: key.isReversed)
  }

  /// Whether `flow:established` holds: for TCP the session's handshake, for the others both sides seen.
  package var isEstablished: Bool {
    ipProtocol == 6 ? (tcp?.isEstablished ?? false) : hasBothDirections
  }

  /// Counts a packet of the flow once it is bypassed.
  @inline(never)
  func noteBypassed(_ direction: Direction, _ byteCount: UInt64) {
    made.bypassedPackets[direction] &+= 1
    made.bypassedBytes[direction] &+= byteCount
  }

  /// Which way a packet of this flow goes.
  @inline(__always)
  func direction(of packet: Packet, _ key: FlowKey, clientIsSecond: Bool) -> Direction {
    if !key.isError { return key.isReversed == clientIsSecond ? .toServer : .toClient }
    return packet.source == client ? .toServer : .toClient
  }

  /// Exchanges client and server with all that was counted for them: a stream was picked up from the server's
  /// side.
  ///
  /// The owner turns its own per-direction state.
  package func swapDirections() {
    ports = Pair(ports.toClient, ports.toServer)
    isSwapped.toggle()
    var tally = self.tally
    tally.swapDirections()
    self.tally = tally
    tcp?.swapDirections()
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
