import Detection
import Events
import Flows
import Identity
import Outputs
import Protocols
import Wire

/// What all workers share and never change: settings and rules.
struct WorkerContext: Sendable {
  var decoder = DecoderSettings()
  var flows = FlowSettings()
  var streams = StreamSettings()
  var protocols = ProtocolSettings()
  /// The rules that a run begins with, or goes on with.
  var inForce = RulesInForce()
  /// One encoder per output that takes lines.
  var encoders: [EVESettings] = []
  /// Where `tls-store` writes certificates.
  var certificateFolder: String?
  /// `pcap-log`: each has its number behind those of the encoders.
  var packetLogs: [PacketLogSettings] = []
  /// Structured events are wanted: there is a store or a correlator.
  var keepsStructured = false
  /// Types of further records that the correlator looks into, by their protocols' names.
  var kept = KeptRecords()
  /// `--simulate-ips`, inline modes: what rules drop is not passed on.
  var isInline = false
  /// What is done where limits are met and parsers fail.
  var exceptions = ExceptionPolicies()
  var interface = ""
  var detection = DetectionSettings()
  /// Scripts of the configuration that write records, and what they may do.
  var scriptOutputs: [ScriptOutputs.Source] = []
  var scripts = ScriptSettings()
  /// Files are kept, below this folder.
  var fileStore: FileStoreSettings?
  /// Who is behind addresses, where the site names accounts or lines.
  var identities: IdentityTable?
  /// Records of files tell what libmagic says of them.
  var showsMagic = false
  /// What rules cost is measured.
  var profilesRules = false
  /// Seed of flow identifiers and tables: fixed in a replay, random for a live capture.
  var seed: UInt64 = 0

  /// Evaluates the rules for one worker, with what was remembered before; nil without rules.
  func makeInspector(_ memory: DetectionMemory? = nil) -> Inspector? {
    guard let rules = inForce.rules else { return nil }
    var inspector = Inspector(
      rules, memory: memory ?? DetectionMemory(rules), matchLimit: detection.pcreMatchLimit,
      depthLimit: detection.pcreRecursionLimit)
    inspector.alertsMax = detection.alertsPerPacketMax
    inspector.isInline = isInline
    if profilesRules { inspector.profile = RuleProfiler(ruleCount: rules.signatures.count) }
    return inspector
  }
}

/// Follows the flows that belong to it, from packet to events. Confined to one thread.
///
/// In: packets in order, ticks of the packets' clock. Out: its `EventBuffer`. It never blocks, and
/// shares nothing that changes with other workers.
struct Worker: ~Copyable {
  let context: WorkerContext
  /// The rules in force: they may be exchanged, unlike the rest of the context.
  private(set) var inForce: RulesInForce
  let encoders: [EVEEncoder]
  private(set) var detector: ProtocolDetector
  /// Some output shows hardware addresses of flows.
  private let showsHardware: Bool
  /// Some output shows payloads of alerts.
  let showsPayload: Bool
  let subjects = EventSubjects()
  let fileStore: FileStore?
  /// Scripts that write records; nil without any.
  let scriptOutputs: ScriptOutputs?
  let certificates: CertificateFolder?
  let magic = FileMagic()
  var flows: FlowTable
  var streams: StreamEngine
  var inspector: Inspector?
  /// There is one: asking it would have it copied.
  private(set) var hasRules = false
  var line = JSONWriter()
  var buffer = EventBuffer()
  var counters = WorkerCounters()
  /// Packets around the tunnelled one that had events last.
  var tunnelLayers: [Packet] = []
  /// Stream data of the flow that is ending, as it was before its last inspection, and its length with holes.
  var keptStream: (bytes: [UInt8], lengthBytes: Int)?
  /// Stream data under the alert in hand.
  var payloadScratch: [UInt8] = []
  /// Alerts of the packet in hand, and what becomes of it.
  var alerts: [Alert] = []
  var verdict = PacketVerdict()
  /// Frames of PPPoE that carry no data: they belong to no flow. Nil until there is one.
  var lines: Conversation?
  /// Flows that others have announced.
  var expected = ExpectedFlows()
  /// Flows may be bypassed when they are encrypted, or their depth is reached.
  let mayBypass: Bool
  /// Some output takes the records of frames.
  let recordsFrames: Bool
  /// Some output takes the records of anomalies, or of ARP.
  let recordsAnomalies: Bool
  let recordsARP: Bool
  /// The firewall has rules for packets before their flow is looked up, or before their stream takes them in.
  private(set) var filtersBeforeFlow = false
  private(set) var filtersBeforeStream = false
  /// State of the logs of packets; nil: there are none.
  var packetLog: PacketLogState?
  /// Some output takes dropped packets.
  let recordsDrops: Bool
  /// Flows that ended while the table was asked, to be finished after it.
  var ended: [(Flow, FlowEnd)] = []
  /// Position of the next event within the packet in hand.
  var sequence: UInt32 = 0
  var sequenceFlow: UInt64 = 0
  /// Number of the packet in hand: where events stand in the run's order.
  var packetNumber: UInt64 = 0
  /// The worker's turn among others, while a round runs in which they come to shared state in turn.
  var turn: WorkerTurn?
  /// Where the packets come from.
  private(set) var source: PacketSource

  init(_ context: WorkerContext, _ memory: DetectionMemory? = nil) {
    self.context = context
    inForce = context.inForce
    encoders = context.encoders.map { EVEEncoder(settings: $0) }
    showsPayload = encoders.contains { $0.wants(.alert) && $0.settings.alert.showsPayload }
    mayBypass = context.streams.bypass || context.protocols.bypassesEncrypted
    packetLog = context.packetLogs.isEmpty ? nil : PacketLogState(context.packetLogs)
    recordsFrames = encoders.contains { $0.wants(.frame) }
    recordsAnomalies = encoders.contains { $0.wants(.anomaly) }
    recordsARP = encoders.contains { $0.wants(.arp) }
    recordsDrops = encoders.contains { $0.wants(.drop) }
    showsHardware = encoders.contains { $0.settings.hasEthernet }
    detector = ProtocolDetector(context.protocols)
    flows = FlowTable(context.flows, seed: context.seed)
    streams = StreamEngine(context.streams)
    inspector = context.makeInspector(memory)
    fileStore = context.fileStore.map { FileStore(folder: $0.folder) }
    scriptOutputs =
      context.scriptOutputs.isEmpty ? nil : ScriptOutputs(context.scriptOutputs, context.scripts)
    certificates = context.certificateFolder.map { CertificateFolder($0) }
    source = PacketSource(interface: context.interface)
    noteRules()
  }

  /// The packets from here on are those of another file.
  mutating func captureFileChanged(_ path: String) {
    source = PacketSource(interface: context.interface, captureFile: path)
  }

  /// Looks at whether there are rules in force, and at which tables the firewall has in them.
  mutating func noteRules() {
    hasRules = inspector != nil
    filtersBeforeFlow = inspector?.filtersBeforeFlow ?? false
    filtersBeforeStream = inspector?.filtersBeforeStream ?? false
  }

  /// Takes the rules and what they need of settings from a context, for everything that begins from here on.
  mutating func take(_ next: WorkerContext) {
    inForce = next.inForce
    detector = ProtocolDetector(next.protocols)
    lines = nil
    streams.settings = next.streams
    for encoder in encoders { encoder.rulesChanged() }
  }

  /// Takes one packet through flow, stream, parser, rules and events.
  mutating func take(_ packet: Packet, _ bytes: RawSpan) {
    begin(packet.number)
    counters.packets &+= 1
    if filtersBeforeFlow, !passesBeforeFlow(packet, bytes) { return }
    let lookup = flows.flow(for: packet, bytes, nowNanoseconds: packet.timeNanoseconds) { flow, reason in
      ended.append((flow, reason))
    }
    if !ended.isEmpty { finishEnded(atPacket: packet.number) }
    if !packet.events.isEmpty {
      reportAnomalies(of: packet, bytes, lookup?.flow, lookup?.direction ?? .toServer)
    }
    guard let lookup else {
      inspectWithoutFlow(packet, bytes)
      return
    }
    take(packet, bytes, of: lookup.flow, lookup.direction)
  }

  /// Takes a packet of a flow.
  @inline(never)
  private mutating func take(_ packet: Packet, _ bytes: RawSpan, of flow: Flow, _ direction: Direction) {
    if showsHardware { FlowHardware.note(flow, packet, bytes, direction) }
    if filtersBeforeStream, packet.isTCP, !passesBeforeStream(packet, bytes, flow, direction) { return }
    if flow.action == .drop, context.isInline {
      takeDropped(packet, bytes, flow, direction)
      return
    }
    if flow.state == .bypassed {
      counters.bypassedPackets &+= 1
      counters.bypassedBytes &+= UInt64(clamping: bytes.byteCount)
      counters.verdicts.accepted &+= packet.depth == 0 && !packet.isReassembled ? 1 : 0
      return
    }
    if packet.isTCP, flow.ipProtocol == 6 {
      takeTCP(packet, bytes, flow, direction)
    } else {
      takeDatagram(packet, bytes, flow, direction)
    }
  }

  /// Takes one packet, and says whether there are as many events as are handed on together.
  @inline(__always)
  mutating func fills(_ packet: Packet, _ bytes: RawSpan) -> Bool {
    take(packet, bytes)
    return buffer.bytes.count >= Pipeline.eventBytesMax || buffer.structured.count >= 4096
  }

  /// The packets' clock has moved on: flows that are over by now end here, at this point of the run's order.
  mutating func tick(nowNanoseconds: Int64, atPacket number: UInt64) {
    begin(number)
    flows.sweep(nowNanoseconds: nowNanoseconds) { flow, reason in ended.append((flow, reason)) }
    guard !ended.isEmpty else { return }
    let finished = ended.sorted { $0.0.identifier < $1.0.identifier }
    ended.removeAll(keepingCapacity: true)
    for (flow, reason) in finished {
      turn?.own.reach(.tick(number, flow: flow.identifier))
      finish(flow, reason, atPacket: number)
    }
  }

  /// No more packets will come: the flows end that began up to a packet, each at a point of its own behind
  /// the last packet.
  mutating func finish(afterPacket number: UInt64, upTo bound: UInt64) {
    flows.drain(upTo: bound) { flow, reason in ended.append((flow, reason)) }
    let finished = ended
    ended.removeAll(keepingCapacity: true)
    for (flow, reason) in finished {
      begin(number &+ flow.firstPacket)
      turn?.own.reach(.packet(packetNumber, position: Int(flow.depth)))
      finish(flow, reason, atPacket: packetNumber)
    }
  }

  private mutating func begin(_ number: UInt64) {
    if number != packetNumber {
      packetNumber = number
      sequence = 0
      sequenceFlow = 0
    }
    verdict = PacketVerdict()
    if !alerts.isEmpty { alerts.removeAll(keepingCapacity: true) }
  }

  private mutating func takeTCP(_ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ direction: Direction) {
    let result = streams.handle(packet, bytes, in: flow, direction)
    let session = flow.tcp
    if result.changedState { flows.stateChanged(flow) }
    if !result.events.isEmpty { reportStreamEvents(result.events, packet, bytes, flow, result.direction) }
    if meetsException(packet, flow, session, result) {
      settle(packet, bytes, result.direction, flow)
      return
    }
    if isRefused(packet, session, result) { return takeRefused(packet, bytes, flow, result) }
    let conversation = deliver(flow, session, result, at: packet)
    if meetsFailure(flow, conversation) {
      settle(packet, bytes, result.direction, flow)
      return
    }
    if mayBypass { noteEnds(of: flow) }
    if context.isInline, let offset = result.offsetOfOverlap {
      inspectNormalised(packet, bytes, flow, session, conversation, result, offset)
    } else {
      inspect(packet, bytes, flow, session, conversation, result.direction, result)
    }
    if result.changedState, flow.state == .closed { session?.shrink() }
  }

  private mutating func takeDatagram(_ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ direction: Direction)
  {
    var conversation = flow.application as? Conversation
    if packet.isUDP, packet.payloadLength > 0, !packet.hasBadChecksum {
      let speaker = conversation ?? begin(flow, .udp)
      speaker.datagram(packet.payload(of: bytes), direction, PacketClock(nanoseconds: packet.timeNanoseconds))
      if meetsFailure(flow, speaker) {
        settle(packet, bytes, direction, flow)
        return
      }
      conversation = speaker
    }
    if packet.transportOffset < 0 {
      // IP in IP, ESP: what rules call the payload begins behind a transport header.
      var bare = packet
      bare.payloadLength = 0
      inspect(bare, bytes, flow, flow.tcp, conversation, direction, nil)
    } else {
      inspect(packet, bytes, flow, flow.tcp, conversation, direction, nil)
    }
  }

  /// Begins the flow's application layer.
  func begin(_ flow: Flow, _ transport: ApplicationProtocol.Transport) -> Conversation {
    let conversation = Conversation(
      transport, sourcePort: flow.clientPort, destinationPort: flow.serverPort, detector: detector)
    conversation.server = flow.server
    conversation.client = flow.client
    flow.application = conversation
    return conversation
  }

  private mutating func finishEnded(atPacket number: UInt64) {
    guard !ended.isEmpty else { return }
    let finished = ended
    ended.removeAll(keepingCapacity: true)
    for (flow, reason) in finished { finish(flow, reason, atPacket: number) }
  }
}

/// A place for a worker, which its pipeline, its thread and those that read counters refer to.
///
/// The worker itself is a value: within it, Swift proves that no two parts of the program change the same
/// state at once, where a class would ask that again at each access.
final class WorkerSeat {
  var worker: Worker

  init(_ context: WorkerContext, _ memory: DetectionMemory? = nil) {
    worker = Worker(context, memory)
  }
}

/// What a worker counted, for statistics and the summary.
struct WorkerCounters: Sendable {
  var packets: UInt64 = 0
  var alerts: UInt64 = 0
  var alertsSuppressed: UInt64 = 0
  /// Transactions and flows by the position of their protocol in the catalogue.
  var transactions = [UInt64](repeating: 0, count: ProtocolCatalogue.all.count)
  var protocolFlows = [UInt64](repeating: 0, count: ProtocolCatalogue.all.count)
  /// Of the numbers for each protocol, those of flows of datagrams.
  var datagrams = DatagramCounters()
  /// Flows whose parser gave up, by the position of their protocol.
  var parserFailures = [UInt64](repeating: 0, count: ProtocolCatalogue.all.count)
  var failedTCPFlows: UInt64 = 0
  var failedUDPFlows: UInt64 = 0
  /// Packets of flows that were bypassed.
  var bypassedPackets: UInt64 = 0
  var bypassedBytes: UInt64 = 0
  var anomalies: UInt64 = 0
  var verdicts = VerdictCounters()
  var exceptions = ExceptionCounters()
  var files: UInt64 = 0
}

/// What is counted for each protocol of flows of datagrams, by its position in the catalogue.
struct DatagramCounters: Sendable {
  var flows = [UInt64](repeating: 0, count: ProtocolCatalogue.all.count)
  var transactions = [UInt64](repeating: 0, count: ProtocolCatalogue.all.count)
  var failures = [UInt64](repeating: 0, count: ProtocolCatalogue.all.count)
}
