import Capture
import Protocols
import Wire

/// Reads a capture into an `Observation`: a dictionary of flows, segments put in order by their numbers, the
/// protocols' own parsers.
package struct ObservationReader {
  /// Bounds: random rules want small captures, and the plain matcher tries every place.
  enum Limits {
    /// Packets that are looked at.
    static let packets = 4000
    /// Bytes kept of one direction of a stream.
    static let streamBytes = 65_536
    /// Segments that wait for one before them.
    static let waiting = 256
  }

  private struct Key: Hashable {
    let ends: Set<String>
    let ipProtocol: UInt8
    let vlan: [UInt16]
    let depth: UInt8
  }

  /// What is known of a TCP session.
  private struct Session {
    var hasSYN = false
    var hasSYNACK = false
    var isEstablished = false
    var next = Pair<UInt32?>(both: nil)
    var waiting = Pair<[(sequence: UInt32, bytes: [UInt8])]>(both: [])
    var spoke = Pair(both: false)
  }

  private let detector = ProtocolDetector(ProtocolSettings())
  private var observation: Observation
  private var flows: [Key: Int] = [:]
  private var sessions: [Session] = []
  private var conversations: [Conversation] = []

  private init(_ name: String) {
    observation = Observation(name: name)
  }

  /// Reads a capture, as far as it can be read.
  package static func read(_ path: String) -> Observation {
    var reader = ObservationReader(path)
    var decoder = PacketDecoder()
    guard var captures = try? CaptureSet([path]) else { return reader.observation }
    var batch = PacketBatch()
    while captures.fill(&batch), reader.observation.packets.count < Limits.packets {
      batch.forEach { bytes, number, frame in
        var packets: [Packet] = []
        decoder.decode(
          bytes, number: number, timeNanoseconds: frame.timeNanoseconds, linkType: frame.linkType,
          wireLength: Int(frame.wireLength), into: &packets)
        for packet in packets { reader.take(packet, bytes) }
      }
      batch.removeAll()
    }
    reader.finish()
    return reader.observation
  }

  private mutating func take(_ packet: Packet, _ bytes: RawSpan) {
    var observed = ObservedPacket(
      layers: packet, payload: packet.payload(of: bytes).copied(),
      fragmentBits: packet.fragmentBits(of: bytes), echo: packet.icmpIdentifier(of: bytes))
    if packet.isTCP || packet.isUDP, !packet.isInvalid {
      let index = flow(of: packet)
      let flow = observation.flows[index]
      let isFromClient = packet.source == flow.first.source && packet.sourcePort == flow.first.sourcePort
      observed.flow = index
      observed.direction = isFromClient ? .toServer : .toClient
      sessions[index].spoke[observed.direction] = true
      if packet.isTCP {
        let before = sessions[index].isEstablished
        takeSegment(packet, observed.payload, index, observed.direction)
        // A bare acknowledgement that ends the handshake still belongs to it.
        observed.isEstablished = before || sessions[index].isEstablished && !observed.payload.isEmpty
      } else {
        observed.isEstablished = sessions[index].spoke.toServer && sessions[index].spoke.toClient
        conversations[index].datagram(observed.payload.rawSpan, observed.direction, clock(packet))
      }
    }
    observation.packets.append(observed)
  }

  private func clock(_ packet: Packet) -> PacketClock { PacketClock(nanoseconds: packet.timeNanoseconds) }

  private mutating func flow(of packet: Packet) -> Int {
    let key = Key(
      ends: ["\(packet.source) \(packet.sourcePort)", "\(packet.destination) \(packet.destinationPort)"],
      ipProtocol: packet.ipProtocol, vlan: [packet.vlan0, packet.vlan1, packet.vlan2], depth: packet.depth)
    // A connection that begins anew on the same ports is another flow.
    let isNew = packet.isTCP && packet.tcpFlags & 0x12 == 2
    if let known = flows[key], !(isNew && sessions[known].isEstablished) { return known }
    let index = observation.flows.count
    flows[key] = index
    observation.flows.append(ObservedFlow(first: packet))
    sessions.append(Session())
    conversations.append(
      Conversation(
        packet.isTCP ? .tcp : .udp, sourcePort: packet.sourcePort, destinationPort: packet.destinationPort,
        detector: detector))
    return index
  }

  private mutating func takeSegment(
    _ packet: Packet, _ payload: [UInt8], _ index: Int, _ direction: Direction
  ) {
    if packet.tcpFlags & 2 != 0 {
      if packet.tcpFlags & 0x10 == 0 {
        sessions[index].hasSYN = true
      } else {
        sessions[index].hasSYNACK = true
      }
      sessions[index].next[direction] = packet.tcpSequence &+ 1
      if !payload.isEmpty { observation.flows[index].isPlain = false }
      return
    }
    if packet.tcpFlags & 4 != 0 { return }
    guard sessions[index].hasSYN, sessions[index].hasSYNACK, var next = sessions[index].next[direction] else {
      observation.flows[index].isPlain = false
      return
    }
    if direction == .toServer, packet.tcpFlags & 0x10 != 0 { sessions[index].isEstablished = true }
    guard !payload.isEmpty else { return }
    if sessions[index].waiting[direction].count < Limits.waiting {
      sessions[index].waiting[direction].append((packet.tcpSequence, payload))
    }
    while let position = sessions[index].waiting[direction].firstIndex(where: { $0.sequence == next }) {
      let segment = sessions[index].waiting[direction].remove(at: position)
      next &+= UInt32(truncatingIfNeeded: segment.bytes.count)
      append(segment.bytes, index, direction, clock(packet))
    }
    sessions[index].next[direction] = next
  }

  private mutating func append(
    _ bytes: [UInt8], _ index: Int, _ direction: Direction, _ clock: PacketClock
  ) {
    guard observation.flows[index].streams[direction].count < Limits.streamBytes else {
      observation.flows[index].isPlain = false
      return
    }
    observation.flows[index].streams[direction] += bytes
    conversations[index].stream(bytes.rawSpan, direction, clock)
  }

  // MARK: Transactions

  private mutating func finish() {
    for (index, conversation) in conversations.enumerated() {
      if !sessions[index].waiting.toServer.isEmpty || !sessions[index].waiting.toClient.isEmpty {
        observation.flows[index].isPlain = false
      }
      for direction in Direction.allCases {
        conversation.end(direction, PacketClock(nanoseconds: observation.flows[index].first.timeNanoseconds))
      }
      if conversation.isReversed { observation.flows[index].isPlain = false }
      observation.flows[index].protocolName = conversation.state.name
      guard let session = conversation.session, let number = conversation.protocolIndex else { continue }
      for transaction in session.openTransactions {
        for direction in Direction.allCases { note(transaction, number, index, direction) }
      }
    }
  }

  private mutating func note(
    _ transaction: Transaction, _ protocolIndex: Int, _ flow: Int, _ direction: Direction
  ) {
    if let only = transaction.onlyDirection, only != direction { return }
    let entry = ProtocolCatalogue.all[protocolIndex]
    var observed = ObservedTransaction(flow: flow, protocolName: entry.name, direction: direction)
    for field in entry.fields where field.direction ?? direction == direction && !field.argumentIsContent {
      guard let keyword = field.keyword else { continue }
      func note(_ instances: [[UInt8]], isGrowing: Bool = false) {
        observed.buffers.append(.init(keyword: keyword, instances: instances, isGrowing: isGrowing))
      }
      switch field.extract(transaction, direction) {
      case .none: break
      case .bytes(let bytes): note([bytes])
      case .list(let list) where !list.isEmpty: note(list)
      case .list: break
      case .body(let body): note([body.bytes], isGrowing: true)
      case .number(let number): observed.numbers.append(.init(keyword: keyword, values: [Int(number)]))
      case .numbers(let numbers):
        observed.numbers.append(.init(keyword: keyword, values: numbers.map(Int.init)))
      }
    }
    for file in transaction.files where file.direction == direction {
      let data = file.data.bytes
      observed.buffers.append(.init(keyword: "file.data", instances: [data], isGrowing: true))
      observed.buffers.append(.init(keyword: "file.name", instances: [file.name], isGrowing: true))
      observed.numbers.append(.init(keyword: "filesize", values: [Int(clamping: file.size)]))
    }
    if !observed.buffers.isEmpty { observation.transactions.append(observed) }
  }
}
