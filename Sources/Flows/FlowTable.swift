package import Wire

/// Where a packet belongs.
package struct FlowLookup {
  package let flow: Flow
  package let direction: Direction
  /// The packet began the flow.
  package let isNew: Bool
}

/// What the flow table counted: the `flow` part of the statistics.
package struct FlowCounters: Sendable, Equatable {
  package var total: UInt64 = 0
  package var tcp: UInt64 = 0
  package var udp: UInt64 = 0
  package var icmpv4: UInt64 = 0
  package var icmpv6: UInt64 = 0
  package var other: UInt64 = 0
  /// Flows that ended as another connection began on the same endpoints.
  package var tcpReuse: UInt64 = 0
  /// Packets that found no flow, as memory was short.
  package var memcap: UInt64 = 0
  /// Flows that were removed before their time.
  package var forced: UInt64 = 0
  package var timedOut: UInt64 = 0
  package var emergencyEntered: UInt64 = 0
  package var emergencyLeft: UInt64 = 0
  /// Flows ended, by their last state.
  package var endedNew: UInt64 = 0
  package var endedEstablished: UInt64 = 0
  package var endedClosed: UInt64 = 0
  package var endedBypassed: UInt64 = 0
  /// Flows of TCP ended, by the last state of their session, in the order of `TCPState`.
  package var endedTCP = [UInt64](repeating: 0, count: TCPState.allCases.count)
  package var activeMax = 0

  package init() {}
}

/// The flows of one worker: finds or begins the flow of each packet, and ends flows exactly in time.
///
/// A flow ends when the packet clock reaches the time of its last packet plus the time-out of its state, and
/// is never found after that, so that what happens to a flow depends on its own packets and the clock alone,
/// not on when or in which worker the table is swept. Open addressing with linear probing; the slots of ended
/// flows are used again. The only bound is `FlowSettings.memcapBytes`: at it the emergency begins, in which
/// time-outs are shorter and, if that does not help, the flow that is nearest to its end goes.
package struct FlowTable: ~Copyable {
  package let settings: FlowSettings
  package private(set) var counters = FlowCounters()
  /// Memory is short: the emergency time-outs apply.
  package private(set) var isEmergency = false
  /// How many flows there are.
  package private(set) var count = 0

  /// Estimated bytes of one flow with its place in the table, without streams and application data.
  package static let flowBytes = 512
  /// How many flows the memory cap allows; at least a few, so that a tiny cap still lets traffic be seen.
  package let countMax: Int

  let seed: UInt64
  private let lifetimes: FlowLifetimes
  /// Low word: slot plus one, or 0 for a free entry. High word: low half of the hash, which says the home
  /// entry.
  var entries: [UInt64]
  var mask: Int
  /// The flows by slot.
  var flows: [Flow?] = []
  private var freeSlots: [UInt32] = []
  var wheel = TimeoutWheel()
  /// Slots of the flows that are left when the run is over, the last to end first.
  private var lastOrder: [Int32] = []

  /// A fixed `seed` in replays makes runs equal; a random one live makes collisions hard to provoke.
  package init(_ settings: FlowSettings = FlowSettings(), seed: UInt64 = 0) {
    self.settings = settings
    self.seed = seed
    lifetimes = FlowLifetimes(settings)
    countMax = min(max(settings.memcapBytes / FlowTable.flowBytes, 16), 1 << 30)
    entries = [UInt64](repeating: 0, count: 1024)
    mask = 1023
  }

  /// Bytes that the flows are estimated to take.
  package var memoryBytes: Int { count &* FlowTable.flowBytes }

  /// Finds or begins the flow of a packet and counts the packet in it; nil where the packet has none.
  ///
  /// `nowNanoseconds` is the packet clock: the latest time of all packets so far, in every worker. `ended` is
  /// shown flows that end by this packet: timed out, or replaced.
  @inline(__always)
  package mutating func flow(
    for packet: Packet, _ bytes: RawSpan, nowNanoseconds: Int64, ended: (Flow, FlowEnd) -> Void
  ) -> FlowLookup? {
    guard let key = FlowKey(packet, bytes, settings, seed: seed) else { return nil }
    return flow(
      for: packet, key: key, byteCount: bytes.byteCount, nowNanoseconds: nowNanoseconds, ended: ended)
  }

  /// The same with a key that the caller has already made with the table's settings and seed. `byteCount` is
  /// the length of the frame, or of the datagram that was put together.
  package mutating func flow(
    for packet: Packet, key: FlowKey, byteCount: Int, nowNanoseconds: Int64, ended: (Flow, FlowEnd) -> Void
  ) -> FlowLookup? {
    if let (flow, position) = find(key) {
      if let end = replacement(of: flow, by: packet, key) {
        remove(flow, at: position, end, ended)
      } else if let direction = admit(packet, key, byteCount, to: flow, nowNanoseconds) {
        return FlowLookup(flow: flow, direction: direction, isNew: false)
      } else {
        remove(flow, at: position, .timeout, ended)
      }
    }
    if key.isError { return nil }
    return begin(packet, key, byteCount, nowNanoseconds, ended)
  }

  /// Tells the table that a flow's state changed, so that a shorter time-out is kept in time.
  package mutating func stateChanged(_ flow: Flow) {
    let index = Int(flow.slot)
    guard index < flows.count, flows[index] === flow else { return }
    wheel.bringForward(flow.slot, dueSecond: dueSecond(flow))
  }

  /// The moment at which a flow ends if no packet comes any more.
  package mutating func expiryNanoseconds(_ flow: Flow) -> Int64 {
    expiryNanoseconds(flow.ipProtocol, flow.state, flow.lastNanoseconds)
  }

  @inline(__always)
  private mutating func expiryNanoseconds(_ ipProtocol: UInt8, _ state: Flow.State, _ last: Int64) -> Int64 {
    lifetimes[ipProtocol, state, isEmergency] &+ last
  }

  /// Ends every flow whose time is over. Cheap where none is: call it once per second of the packet clock.
  package mutating func sweep(nowNanoseconds: Int64, ended: (Flow, FlowEnd) -> Void) {
    var due: [UInt32] = []
    wheel.advance(toSecond: FlowTable.second(nowNanoseconds), due: &due)
    for slot in due {
      guard let flow = flows[Int(slot)] else { continue }
      if isOver(flow, nowNanoseconds) {
        end(flow, .timeout, ended)
      } else {
        wheel.schedule(slot, dueSecond: dueSecond(flow))
      }
    }
    if isEmergency, count <= countMax / 100 &* (100 &- min(max(settings.emergencyRecoveryPercent, 1), 100)) {
      isEmergency = false
      counters.emergencyLeft &+= 1
    }
  }

  /// The run is over: puts the flows that are left into the order in which they began, in which they lie in
  /// memory, too. Gives the first packets of some of them, one in `drainStep`, so that the run can be ended
  /// in parts of like size.
  package mutating func prepareDrain() -> [UInt64] {
    var order: [(packet: UInt64, depth: UInt8, slot: Int32)] = []
    order.reserveCapacity(count)
    for (slot, flow) in flows.enumerated() {
      if let flow { order.append((flow.firstPacket, flow.depth, Int32(clamping: slot))) }
    }
    order.sort { $0.packet != $1.packet ? $0.packet > $1.packet : $0.depth > $1.depth }
    lastOrder = order.map(\.slot)
    return stride(from: 0, to: order.count, by: Self.drainStep).map { order[$0].packet }
  }

  /// One in as many flows is named by `prepareDrain`.
  package static let drainStep = 64

  /// Ends the flows that began with a packet up to `bound`, in the order in which they began. As all flows
  /// go, their places in the table and the wheel are given up together, behind the last of them.
  package mutating func drain(upTo bound: UInt64 = .max, ended: (Flow, FlowEnd) -> Void) {
    while let next = lastOrder.last {
      if let flow = flows[Int(next)] {
        if flow.firstPacket > bound { return }
        flows[Int(next)] = nil
        settle(flow, .shutdown, ended)
      }
      lastOrder.removeLast()
    }
    guard count == 0 else { return }
    entries = [UInt64](repeating: 0, count: 1024)
    mask = 1023
    flows = []
    freeSlots = []
    wheel = TimeoutWheel()
  }

  /// Shows every flow that there is, in no particular order.
  package func forEach(_ body: (Flow) -> Void) {
    for flow in flows {
      if let flow { body(flow) }
    }
  }
}

extension FlowTable {
  /// The flow of a key and the position of its entry.
  @inline(__always)
  private mutating func find(_ key: FlowKey) -> (Flow, Int)? {
    let tag = key.hash & 0xffff_ffff
    var position = Int(truncatingIfNeeded: tag) & mask
    while true {
      let entry = entries[position]
      if entry == 0 { return nil }
      if entry >> 32 == tag, let flow = flows[Int(entry & 0xffff_ffff) &- 1], flow.key.isSame(as: key) {
        return (flow, position)
      }
      position = (position &+ 1) & mask
    }
  }

  /// A new connection on the endpoints of one that is over.
  @inline(__always)
  private mutating func replacement(of flow: Flow, by packet: Packet, _ key: FlowKey) -> FlowEnd? {
    guard packet.tcpFlags & 0x17 == 0x02, packet.isTCP else { return nil }
    let direction = flow.direction(of: packet, key, clientIsSecond: flow.tally.clientIsSecond)
    // Late packets of a server have begun a flow without session: who begins one now is another client.
    guard let session = flow.tcp else { return direction == .toClient ? .reuse : nil }
    return session.core.isReplaced(bySYN: packet.tcpSequence, direction) ? .reuse : nil
  }

  /// Counts a packet in a flow, and tells its way; nil if the flow's time is over.
  @inline(__always)
  private mutating func admit(
    _ packet: Packet, _ key: FlowKey, _ byteCount: Int, to flow: Flow, _ now: Int64
  ) -> Direction? {
    // A copy is changed and put back: an access that lasts would have every other one asked for overlaps.
    var tally = flow.tally
    let direction = admit(packet, key, byteCount, flow, &tally, now)
    flow.tally = tally
    return direction
  }

  @inline(__always)
  private mutating func admit(
    _ packet: Packet, _ key: FlowKey, _ byteCount: Int, _ flow: Flow, _ counts: inout FlowCounts, _ now: Int64
  ) -> Direction? {
    if now >= expiryNanoseconds(flow.ipProtocol, counts.state, counts.lastNanoseconds) { return nil }
    let direction = flow.direction(of: packet, key, clientIsSecond: counts.clientIsSecond)
    let size = counts.note(packet, direction, byteCount, isError: key.isError)
    if counts.state == .bypassed { flow.noteBypassed(direction, size) }
    return direction
  }

  private mutating func isOver(_ flow: Flow, _ now: Int64) -> Bool { now >= expiryNanoseconds(flow) }

  private static func second(_ nanoseconds: Int64) -> Int64 { nanoseconds / 1_000_000_000 }

  private mutating func dueSecond(_ flow: Flow) -> Int64 { FlowTable.second(expiryNanoseconds(flow)) }

  private mutating func begin(
    _ packet: Packet, _ key: FlowKey, _ byteCount: Int, _ now: Int64, _ ended: (Flow, FlowEnd) -> Void
  ) -> FlowLookup? {
    if count >= countMax { relieve(now, ended) }
    guard count < countMax else {
      counters.memcap &+= 1
      return nil
    }
    if (count &+ 1) &* 2 > entries.count { grow() }
    let flow = Flow(identifier: identifier(packet), key: key, packet: packet)
    flow.isEmergency = isEmergency
    if let slot = freeSlots.popLast() {
      flow.slot = slot
      flows[Int(slot)] = flow
    } else {
      flow.slot = UInt32(truncatingIfNeeded: flows.count)
      flows.append(flow)
    }
    insert((key.hash & 0xffff_ffff) << 32 | (UInt64(flow.slot) &+ 1))
    count &+= 1
    if count > counters.activeMax { counters.activeMax = count }
    countBegin(packet.ipProtocol)
    var tally = flow.tally
    tally.note(packet, .toServer, byteCount, isError: false)
    flow.tally = tally
    wheel.schedule(flow.slot, dueSecond: dueSecond(flow))
    return FlowLookup(flow: flow, direction: .toServer, isNew: true)
  }

  /// A number below 2⁵³ that no other flow of the run has: a bijection of packet number and depth.
  private mutating func identifier(_ packet: Packet) -> UInt64 {
    let mask: UInt64 = (1 << 53) - 1
    var value = (packet.number << 5 | UInt64(packet.depth & 31)) & mask
    value = (value &* 0x9e37_79b9_7f4a_7c15 &+ seed) & mask
    value ^= value >> 27
    value = (value &* 0x2545_f491_4f6c_dd1d) & mask
    value ^= value >> 26
    return value == 0 ? mask : value
  }

  private mutating func countBegin(_ ipProtocol: UInt8) {
    counters.total &+= 1
    switch ipProtocol {
    case 6: counters.tcp &+= 1
    case 17: counters.udp &+= 1
    case 1: counters.icmpv4 &+= 1
    case 58: counters.icmpv6 &+= 1
    default: counters.other &+= 1
    }
  }

  @inline(__always)
  private mutating func insert(_ entry: UInt64) {
    var position = Int(truncatingIfNeeded: entry >> 32) & mask
    while entries[position] != 0 { position = (position &+ 1) & mask }
    entries[position] = entry
  }

  private mutating func grow() {
    let smaller = entries
    entries = [UInt64](repeating: 0, count: smaller.count &* 2)
    mask = entries.count &- 1
    for entry in smaller where entry != 0 { insert(entry) }
  }

  /// Makes room: the emergency begins; what it lets end, ends, else the flow that is nearest to its end goes.
  private mutating func relieve(_ now: Int64, _ ended: (Flow, FlowEnd) -> Void) {
    if !isEmergency {
      isEmergency = true
      counters.emergencyEntered &+= 1
      // The shorter time-outs come into force for the flows that are there.
      for flow in flows {
        if let flow { wheel.bringForward(flow.slot, dueSecond: dueSecond(flow)) }
      }
      sweep(nowNanoseconds: now, ended: ended)
    }
    guard count >= countMax, let slot = wheel.next(), let flow = flows[Int(slot)] else { return }
    flow.isEmergency = true
    end(flow, .forced, ended)
  }

  private mutating func end(_ flow: Flow, _ reason: FlowEnd, _ ended: (Flow, FlowEnd) -> Void) {
    guard let (found, position) = find(flow.key), found === flow else { return }
    remove(flow, at: position, reason, ended)
  }

  private mutating func remove(
    _ flow: Flow, at position: Int, _ reason: FlowEnd, _ ended: (Flow, FlowEnd) -> Void
  ) {
    unlink(position)
    wheel.cancel(flow.slot)
    flows[Int(flow.slot)] = nil
    freeSlots.append(flow.slot)
    settle(flow, reason, ended)
  }

  /// Counts a flow that has left the table, and shows it.
  private mutating func settle(_ flow: Flow, _ reason: FlowEnd, _ ended: (Flow, FlowEnd) -> Void) {
    count &-= 1
    switch reason {
    case .timeout: counters.timedOut &+= 1
    case .forced: counters.forced &+= 1
    case .reuse: counters.tcpReuse &+= 1
    case .shutdown: break
    }
    switch flow.state {
    case .new: counters.endedNew &+= 1
    case .established: counters.endedEstablished &+= 1
    case .closed: counters.endedClosed &+= 1
    case .bypassed: counters.endedBypassed &+= 1
    }
    if flow.ipProtocol == 6 {
      counters.endedTCP[Int((flow.tcp?.state ?? TCPState.none).rawValue)] &+= 1
    }
    ended(flow, reason)
  }

  /// Frees an entry and moves those behind it that would not be found any more.
  private mutating func unlink(_ position: Int) {
    var hole = position
    var next = (hole &+ 1) & mask
    while entries[next] != 0 {
      let home = Int(truncatingIfNeeded: entries[next] >> 32) & mask
      // The entry may move up only if its home is not between the hole and itself.
      if ((next &- home) & mask) >= ((next &- hole) & mask) {
        entries[hole] = entries[next]
        hole = next
      }
      next = (next &+ 1) & mask
    }
    entries[hole] = 0
  }
}
