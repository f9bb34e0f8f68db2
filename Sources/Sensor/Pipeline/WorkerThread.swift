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

  init(_ seat: WorkerSeat, index: Int, count: Int, context: WorkerContext) {
    self.seat = seat
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

  func start() { begin.signal() }

  func wait() { done.wait() }

  private func run() {
    let storage = batch.bytes
    for record in batch.records {
      if case .tick = record.kind {
        seat.worker.tick(nowNanoseconds: record.frame.timeNanoseconds, atPacket: record.frame.number)
        continue
      }
      let bytes = storage.rawSpan.part(record.start, record.count)
      packets.removeAll(keepingCapacity: true)
      if case .datagram(let original) = record.kind {
        decoder.decodeDatagram(bytes, like: original, into: &packets)
      } else {
        decoder.decode(
          bytes, number: record.frame.number, timeNanoseconds: record.frame.timeNanoseconds,
          linkType: record.frame.linkType, wireLength: record.frame.wireLength, into: &packets)
      }
      for var packet in packets where Self.index(of: packet, bytes, context, count) == index {
        if packet.isFragment, let events = record.frame.fragmentEvents { packet.events = events }
        seat.worker.take(packet, bytes)
      }
    }
  }
}
