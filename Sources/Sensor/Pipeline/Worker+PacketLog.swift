import Capture
import Detection
import Flows
import Outputs
import Wire

/// What a worker keeps for `pcap-log`.
struct PacketLogState {
  /// Filters, by position of the log; nil: all packets.
  var filters: [FrameFilter?] = []
  /// Packets with data that TCP flows without an alert have brought lately, where one may still come.
  var recent: [UInt64: RecentPackets] = [:]
  var hasConditions = false
  /// By position of the log: it has its first packet, by which its file is named.
  var hasBegun: [Bool] = []
  /// Alerts of the packet with this number that are written already.
  private var raised: [Alert] = []
  private var raisedAt: UInt64 = 0
  var written: UInt64 = 0
  var filtered: UInt64 = 0

  /// Flows of which packets are kept back: others begin with their alert.
  static let flowsMax = 4096

  init(_ logs: [PacketLogSettings]) {
    // The expressions were checked when the configuration was read.
    filters = logs.map { log in log.filter.flatMap { try? FrameFilter($0) } }
    hasBegun = logs.map { _ in false }
    hasConditions = logs.contains { $0.condition != .all }
  }

  /// Remembers alerts of the packet in hand, which is kept once it is done with.
  mutating func note(_ alerts: [Alert], at packetNumber: UInt64) {
    guard hasConditions else { return }
    if raisedAt != packetNumber { raised.removeAll() }
    raisedAt = packetNumber
    raised += alerts
  }

  /// Alerts of a packet that are written already.
  func raised(at packetNumber: UInt64) -> [Alert] { raisedAt == packetNumber ? raised : [] }
}

/// The last packets of a flow.
struct RecentPackets {
  private var records: [[UInt8]] = []
  private var byteCount = 0

  /// About a window of data: what rules on the stream look at.
  private static let bytesMax = 128 * 1024

  /// Adds a packet; the oldest ones go where there are too many bytes.
  mutating func append(_ record: [UInt8]) {
    records.append(record)
    byteCount += record.count
    while byteCount > Self.bytesMax, !records.isEmpty { byteCount -= records.removeFirst().count }
  }

  /// All of them, oldest first.
  var all: [[UInt8]] { records }
}

// Packets for `pcap-log`: they go the way of all events, so that their order does not depend on the workers.
extension Worker {
  /// Keeps a packet that was inspected, where a log wants it.
  @inline(never)
  mutating func logPacket(_ packet: Packet, _ bytes: RawSpan, _ flow: Flow?) {
    guard packet.depth == 0, !packet.isReassembled, var state = packetLog else { return }
    packetLog = nil
    defer { packetLog = state }
    var record: [UInt8] = []
    PacketRecord.append(
      bytes, linkType: packet.linkType, nanoseconds: packet.timeNanoseconds,
      wireLength: Int(packet.wireLength), to: &record)
    let raised = state.raised(at: packetNumber) + alerts
    let isNew = !raised.isEmpty && flow.map { state.recent[$0.identifier] != nil } == true
    var isWanted = false
    for (position, log) in context.packetLogs.enumerated() {
      guard meets(log.condition, flow, raised) else { continue }
      isWanted = true
      if let filter = state.filters[position], !filter.matches(bytes, packet.linkType) {
        state.filtered &+= 1
        if !state.hasBegun[position] { keep(PacketRecord.mark(of: packet.timeNanoseconds), position, flow) }
        state.hasBegun[position] = true
        continue
      }
      state.hasBegun[position] = true
      if log.condition != .all, isNew, let flow {
        for earlier in state.recent[flow.identifier]?.all ?? [] {
          state.written &+= 1
          keep(earlier, position, flow)
        }
      }
      state.written &+= 1
      keep(record, position, flow)
    }
    guard state.hasConditions, let flow else { return }
    if isWanted || !raised.isEmpty {
      state.recent[flow.identifier] = nil
    } else if packet.isTCP, packet.payloadLength > 0, !flow.hasAlerted {
      guard state.recent[flow.identifier] != nil || state.recent.count < PacketLogState.flowsMax else {
        return
      }
      state.recent[flow.identifier, default: RecentPackets()].append(record)
    }
  }

  private mutating func meets(
    _ condition: PacketLogSettings.Condition, _ flow: Flow?, _ raised: [Alert]
  ) -> Bool {
    switch condition {
    case .all: return true
    case .alerts: return !raised.isEmpty || flow?.hasAlerted == true
    case .tag:
      if inspector?.isTagged == true { return true }
      guard let rules = inForce.rules else { return false }
      return raised.contains { alert in
        rules.signatures[alert.signature].effects.contains { if case .tag = $0 { true } else { false } }
      }
    }
  }

  private mutating func keep(_ record: [UInt8], _ position: Int, _ flow: Flow?) {
    let start = buffer.bytes.count
    buffer.bytes += record
    buffer.entries.append(
      EventBuffer.Entry(
        order: nextOrder(flow), output: UInt8(truncatingIfNeeded: encoders.count + position), start: start,
        end: buffer.bytes.count, match: -1, isFlow: false))
  }
}

extension PacketFile: LineOutput {
  /// Takes records instead of lines: whole ones, in order, too.
  func write(lines bytes: RawSpan) throws { try write(records: bytes) }
}
