import CLinux
import Dispatch
import Flows
import Foundation
import Wire

/// A worker on a thread of its own, that takes one batch after the other.
///
/// Sound although it is shared between two threads: `batch` and `seat` are touched by the thread only
/// between
/// `start` and `wait`, and by the owner only outside of that; the semaphores order the two.
final class WorkerThread: @unchecked Sendable {
  let seat: WorkerSeat
  private let index: Int
  private let count: Int
  private let context: WorkerContext
  private var decoder: PacketDecoder
  private var batch = FrameBatch()
  private var packets: [Packet] = []
  private let begin = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)
  private var isEnding = false
  /// Where the worker stands among the others.
  private let turn: WorkerTurn
  /// Rules share state between flows: the others are told how far this one is.
  var showsProgress = false
  /// What `start` begins.
  private var work = Work.batch

  private enum Work {
    case batch
    /// The run is over: flows that began up to a packet end.
    case end(afterPacket: UInt64, bound: UInt64)
  }

  init(_ seat: WorkerSeat, _ turn: WorkerTurn, index: Int, count: Int, context: WorkerContext) {
    self.seat = seat
    self.turn = turn
    self.index = index
    self.count = count
    self.context = context
    decoder = PacketDecoder(context.decoder)
    let thread = Thread { [weak self] in
      guard let begin = self?.begin else { return }
      while true {
        begin.wait()
        guard let self, !self.isEnding else { return }
        self.run()
        self.done.signal()
      }
    }
    thread.name = "worker \(index)"
    thread.start()
  }

  deinit {
    isEnding = true
    begin.signal()
  }

  /// The worker that a packet belongs to: by its flow, so that both directions meet; the first for
  /// what has none.
  static func index(of packet: Packet, _ bytes: RawSpan, _ context: WorkerContext, _ count: Int) -> Int {
    guard let key = FlowKey(packet, bytes, context.flows, seed: context.seed) else { return 0 }
    return Int(truncatingIfNeeded: (key.workerHash >> 32) % UInt64(count))
  }

  /// Gives the thread a batch to take, and returns the one that it has finished, emptied.
  func exchange(_ next: FrameBatch) -> FrameBatch {
    let finished = batch
    finished.clear()
    batch = next
    return finished
  }

  /// Takes the batch. Of several threads that take turns, each must have been told to `prepare` before.
  func start() {
    work = .batch
    begin.signal()
  }

  /// Ends the flows that began up to a packet, behind the last packet of the run.
  func startEnd(afterPacket number: UInt64, upTo bound: UInt64) {
    work = .end(afterPacket: number, bound: bound)
    begin.signal()
  }

  /// A round is about to begin: others wait for this one from here on.
  func prepare() {
    seat.worker.turn = showsProgress ? turn : nil
    if showsProgress { turn.own.begin() }
  }

  func wait() { done.wait() }

  private func run() {
    switch work {
    case .batch: takeBatch()
    case .end(let number, let bound): seat.worker.finish(afterPacket: number, upTo: bound)
    }
    if showsProgress { turn.own.rest() }
  }

  private func takeBatch() {
    let storage = batch.bytes
    for record in batch.records {
      if case .tick = record.kind {
        seat.worker.tick(nowNanoseconds: record.frame.timeNanoseconds, atPacket: record.frame.number)
        continue
      }
      let bytes = storage.rawSpan.part(record.start, record.count)
      packets.removeAll(keepingCapacity: true)
      if let trial = record.frame.checksums { decoder.checksumTrial = trial }
      if case .datagram(let original) = record.kind {
        decoder.decodeDatagram(bytes, like: original, into: &packets)
      } else {
        decoder.decode(
          bytes, number: record.frame.number, timeNanoseconds: record.frame.timeNanoseconds,
          linkType: record.frame.linkType, wireLength: record.frame.wireLength, into: &packets)
      }
      for (position, var packet) in packets.enumerated()
      where Self.index(of: packet, bytes, context, count) == index {
        if packet.isFragment, let events = record.frame.fragmentEvents { packet.events = events }
        if showsProgress {
          turn.own.reach(
            .packet(record.frame.number, position: record.frame.position << 16 | position))
        }
        seat.worker.take(packet, bytes)
      }
    }
  }
}
