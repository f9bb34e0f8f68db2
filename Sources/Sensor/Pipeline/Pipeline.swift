import Detection
import Flows
import Identity
import Wire

/// The whole way of a run's packets: decoding, defragmentation, workers, and the merging of what they saw.
///
/// With one worker everything runs on the caller's thread. With several, frames are collected into rounds:
/// while the workers take one round, the next is read. Either way the same events come out in the same order.
struct Pipeline: ~Copyable {
  private let context: WorkerContext
  private var decoder: PacketDecoder
  private var defragmenter: Defragmenter
  /// Learns who is behind addresses, before workers see the packets; nil: the site names no accounts.
  private var observer: SessionObserver?
  var merger: Merger
  private var packets: [Packet] = []
  /// Packets of a datagram that was put together.
  private var inner: [Packet] = []
  /// The only worker, or none where there are threads.
  private let seat: WorkerSeat?
  private(set) var threads: [WorkerThread] = []
  private(set) var turns: [WorkerTurn] = []
  private var pending: [FrameBatch] = []
  private var isRoundRunning = false
  private var lastTickSecond: Int64 = .min
  private(set) var latestNanoseconds: Int64 = 0
  private(set) var latestNumber: UInt64 = 0
  private(set) var memory = MemoryPeaks()
  /// The rules in force, and since when.
  var inForce: RulesInForce
  var history = RuleHistory.first
  /// Rules that came by a reload share state between flows that most packets ask for: the workers take
  /// packets one after the other.
  var takesTurns = false

  /// Bytes of events after which the only worker's are handed on, and bytes of frames that make a round.
  static let eventBytesMax = 256 << 10
  private static let roundBytesMax = 4 << 20
  /// At the end, about as many flows end together, so that the events of all of them are never held at once.
  private static let flowsEndedAtOnce = 2 << 10

  init(_ context: WorkerContext, workers: Int, defragment: DefragmentSettings, merger: consuming Merger) {
    self.context = context
    inForce = context.inForce
    decoder = PacketDecoder(context.decoder)
    defragmenter = Defragmenter(defragment, seed: context.seed)
    observer = context.identities.map(SessionObserver.init)
    self.merger = merger
    if workers <= 1 {
      seat = WorkerSeat(context)
    } else {
      seat = nil
      turns = WorkerTurn.make(workers)
      let shared = context.inForce.rules.map { DetectionMemory($0) }
      threads = turns.enumerated().map { index, turn in
        let memory = shared.map { DetectionMemory(sharing: $0, turn) }
        let thread = WorkerThread(
          WorkerSeat(context, memory), turn, index: index, count: workers, context: context)
        thread.showsProgress = context.inForce.rules?.needsTurns == true
        return thread
      }
      pending = (0..<workers).map { _ in FrameBatch() }
    }
  }

  /// Takes one frame. Frames must come in order of their numbers. `ahead` is the frame that comes next, where
  /// that is known: nothing is done with it but to have its flow's place at hand then.
  mutating func take(
    _ bytes: RawSpan, number: UInt64, timeNanoseconds: Int64, linkType: Int32, wireLength: Int,
    ahead: RawSpan = RawSpan()
  ) throws {
    latestNumber = number
    latestNanoseconds = max(latestNanoseconds, timeNanoseconds)
    try tickIfDue(timeNanoseconds, number)
    packets.removeAll(keepingCapacity: true)
    let checksums = seat == nil ? decoder.checksumTrial : nil
    decoder.decode(
      bytes, number: number, timeNanoseconds: timeNanoseconds, linkType: linkType, wireLength: wireLength,
      into: &packets)
    if observer != nil { observe(packets, bytes) }
    if let seat {
      try takeAlone(seat, bytes, ahead)
    } else if takesTurns {
      try takeInTurn(bytes)
    } else {
      let frame = FrameBatch.Frame(
        number: number, timeNanoseconds: timeNanoseconds, linkType: linkType, wireLength: wireLength,
        checksums: checksums)
      try takeForThreads(bytes, frame)
    }
  }

  /// Learns from packets who is behind addresses.
  private mutating func observe(_ packets: [Packet], _ bytes: RawSpan) {
    for packet in packets { observer?.observe(packet, bytes) }
  }

  /// The capture's file changed: events name it from here on.
  mutating func captureFileChanged(_ path: String) throws {
    seat?.worker.captureFileChanged(path)
    guard seat == nil else { return }
    try finishRounds()
    for thread in threads { thread.seat.worker.captureFileChanged(path) }
  }

  /// Brings everything that was taken to the outputs.
  mutating func settle() throws {
    if let seat { try mergeAlone(seat) } else { try finishRounds() }
  }

  /// Ends all flows and writes everything that is pending.
  mutating func finish() throws {
    try finishRounds()
    for bound in endBounds() {
      seat?.worker.finish(afterPacket: latestNumber, upTo: bound)
      for thread in threads { thread.prepare() }
      for thread in threads { thread.startEnd(afterPacket: latestNumber, upTo: bound) }
      for thread in threads { thread.wait() }
      try merger.merge(workers.map { $0.worker.buffer })
      for seat in workers { seat.worker.buffer.clear() }
    }
    for seat in workers { seat.worker.scriptOutputs?.finish() }
  }

  /// The first packets of flows up to which the run ends in one go.
  private func endBounds() -> [UInt64] {
    let samples = workers.flatMap { $0.worker.flows.prepareDrain() }.sorted()
    let step = Self.flowsEndedAtOnce / FlowTable.drainStep
    return stride(from: step, to: samples.count, by: step).map { samples[$0] } + [.max]
  }

  mutating func close() throws { try merger.close() }

  mutating func flush() throws {
    try settle()
    try merger.flush()
  }

  /// All workers, for statistics; not while a round is running.
  var workers: [WorkerSeat] { seat.map { [$0] } ?? threads.map(\.seat) }
  var decoderCounters: DecoderCounters { decoder.counters }
  var defragmentCounters: DefragmentCounters { defragmenter.counters }
  var suppressedAlerts: UInt64 { merger.suppressedCount }
  var overflowingAlerts: UInt64 { merger.overflowCount }
  var alertsBySignature: [Int: UInt64] { merger.alertsBySignature }
  var earlierAlerts: [(identity: SignatureIdentity, count: UInt64)] { merger.earlierAlerts }

  /// Looks at how much memory the tables hold. With threads nothing is looked at: they may be running.
  mutating func noteMemory() {
    guard let seat else { return }
    memory.note(seat.worker, defragmentBytes: defragmenter.memoryBytes)
  }

  /// Once a second of the packets' clock, flows that are over end.
  private mutating func tickIfDue(_ nanoseconds: Int64, _ number: UInt64) throws {
    let second = nanoseconds / 1_000_000_000
    guard second > lastTickSecond else { return }
    lastTickSecond = second
    if let seat {
      seat.worker.tick(nowNanoseconds: nanoseconds, atPacket: number)
    } else if takesTurns {
      for thread in threads { thread.seat.worker.tick(nowNanoseconds: nanoseconds, atPacket: number) }
    } else {
      for batch in pending { batch.appendTick(nanoseconds, number) }
    }
  }

  // MARK: One worker

  private mutating func takeAlone(_ seat: WorkerSeat, _ bytes: RawSpan, _ ahead: RawSpan) throws {
    var isFull = false
    for index in packets.indices {
      var packet = packets[index]
      let datagram = defragment(&packet, bytes)
      if seat.worker.fills(packet, bytes, ahead: ahead) { isFull = true }
      if let datagram { takeWhole(datagram, packet, seat, level: 1) }
    }
    if isFull { try mergeAlone(seat) }
  }

  /// Takes a datagram that was put together; what it carries may be a fragment again, a few times. Without
  /// a worker each packet is its own worker's.
  private mutating func takeWhole(_ whole: WholeDatagram, _ fragment: Packet, _ seat: WorkerSeat?, level: Int)
  {
    var inner: [Packet] = []
    decoder.decodeDatagram(whole.bytes.rawSpan, like: whole.pattern(fragment), into: &inner)
    if observer != nil { observe(inner, whole.bytes.rawSpan) }
    for index in inner.indices {
      var packet = inner[index]
      let next = level < Self.nestedDatagramsMax ? defragment(&packet, whole.bytes.rawSpan) : nil
      (seat ?? owner(of: packet, whole.bytes.rawSpan)).worker.take(packet, whole.bytes.rawSpan)
      if let next { takeWhole(next, packet, seat, level: level + 1) }
    }
  }

  /// Tunnels in fragments in tunnels: nobody needs more, and each could cost as much as a datagram.
  private static let nestedDatagramsMax = 4

  /// The datagram that a fragment completes; what is odd about the fragment is noted on its packet.
  private mutating func defragment(_ packet: inout Packet, _ bytes: RawSpan) -> WholeDatagram? {
    guard packet.isFragment else { return nil }
    return defragmenter.take(&packet, bytes, nowNanoseconds: packet.timeNanoseconds)
  }

  private mutating func mergeAlone(_ seat: WorkerSeat) throws {
    try merger.merge([seat.worker.buffer])
    seat.worker.buffer.clear()
  }

  // MARK: Several workers

  /// Takes a frame's packets here and now, each with the worker that it belongs to: what rules share
  /// between flows then changes in the order of packets.
  private mutating func takeInTurn(_ bytes: RawSpan) throws {
    for index in packets.indices {
      var packet = packets[index]
      let datagram = defragment(&packet, bytes)
      owner(of: packet, bytes).worker.take(packet, bytes)
      if let datagram { takeWhole(datagram, packet, nil, level: 1) }
    }
    if threads.contains(where: { $0.seat.worker.buffer.bytes.count >= Self.eventBytesMax }) {
      try awaitRound()
    }
  }

  private func owner(of packet: Packet, _ bytes: RawSpan) -> WorkerSeat {
    threads[WorkerThread.index(of: packet, bytes, context, threads.count)].seat
  }

  private mutating func takeForThreads(_ bytes: RawSpan, _ frame: FrameBatch.Frame) throws {
    var datagrams: [(whole: WholeDatagram, fragment: Packet, level: Int)] = []
    var frame = frame
    frame.fragmentEvents = putTogether(packets, bytes, level: 0, &datagrams)
    let targets = targets(of: packets, bytes)
    for index in threads.indices where targets & 1 << UInt64(index) != 0 {
      pending[index].append(bytes, frame)
    }
    var position = 0
    while position < datagrams.count {
      let (whole, fragment, level) = datagrams[position]
      position += 1
      let pattern = whole.pattern(fragment)
      inner.removeAll(keepingCapacity: true)
      frame.checksums = decoder.checksumTrial
      decoder.decodeDatagram(whole.bytes.rawSpan, like: pattern, into: &inner)
      if observer != nil { observe(inner, whole.bytes.rawSpan) }
      frame.fragmentEvents = putTogether(inner, whole.bytes.rawSpan, level: level, &datagrams)
      frame.position = position
      let targets = self.targets(of: inner, whole.bytes.rawSpan)
      for index in threads.indices where targets & 1 << UInt64(index) != 0 {
        pending[index].append(datagram: whole.bytes, like: pattern, frame)
      }
    }
    if pending.contains(where: { $0.bytes.count >= Self.roundBytesMax }) { try beginRound() }
  }

  /// Adds the datagrams that fragments complete to a list; gives the events of the last fragment.
  private mutating func putTogether(
    _ packets: [Packet], _ bytes: RawSpan, level: Int,
    _ datagrams: inout [(whole: WholeDatagram, fragment: Packet, level: Int)]
  ) -> DecoderEventSet? {
    guard level < Self.nestedDatagramsMax else { return nil }
    var events: DecoderEventSet?
    for index in packets.indices where packets[index].isFragment {
      var packet = packets[index]
      if let whole = defragment(&packet, bytes) { datagrams.append((whole, packet, level + 1)) }
      events = packet.events
    }
    return events
  }

  /// The workers to which some packets belong, as a set of bits.
  private func targets(of packets: [Packet], _ bytes: RawSpan) -> UInt64 {
    packets.reduce(0) { $0 | 1 << UInt64(WorkerThread.index(of: $1, bytes, context, threads.count)) }
  }

  /// Lets the workers take what was collected, after they have finished the round before.
  private mutating func beginRound() throws {
    try awaitRound()
    for (index, thread) in threads.enumerated() { pending[index] = thread.exchange(pending[index]) }
    for thread in threads { thread.prepare() }
    for thread in threads { thread.start() }
    isRoundRunning = true
  }

  private mutating func awaitRound() throws {
    if isRoundRunning {
      for thread in threads { thread.wait() }
      isRoundRunning = false
    } else if !takesTurns {
      return
    }
    try merger.merge(threads.map { $0.seat.worker.buffer })
    for thread in threads { thread.seat.worker.buffer.clear() }
  }

  private mutating func finishRounds() throws {
    if pending.contains(where: { !$0.records.isEmpty }) { try beginRound() }
    try awaitRound()
  }
}
