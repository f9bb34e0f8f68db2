import Wire

/// A file being read or written: put together from its parts, which may come in any order.
///
/// Parts that come too early wait, as far as the bounds allow; beyond them, what is missing is a gap. What
/// was there before stays.
final class SMBFile {
  let transaction: SMBTransaction
  let file: TransferredFile
  private let budget: FlowBudget
  /// Offset in the file of the next byte.
  private var next: UInt64 = 0
  private var waiting: [(start: UInt64, bytes: [UInt8])] = []
  private var waitingBytes = 0
  /// Bytes kept for rules.
  private var keptBytes = 0
  private let bytesMax: Int
  private let partsMax: Int
  private let fileBytesMax: Int

  /// - Parameter fileBytesMax: bytes after which the file counts as cut off; 0: none.
  init(
    _ transaction: SMBTransaction, _ file: TransferredFile, fileBytesMax: Int, settings: SMBSettings,
    budget: FlowBudget
  ) {
    self.transaction = transaction
    self.file = file
    self.fileBytesMax = fileBytesMax
    self.budget = budget
    bytesMax = file.direction == .toClient ? settings.queueBytesMax.read : settings.queueBytesMax.write
    partsMax = file.direction == .toClient ? settings.queuePartsMax.read : settings.queuePartsMax.write
  }

  deinit { budget.giveBack(keptBytes &+ waitingBytes) }

  /// Takes bytes that stand at an offset of the file.
  func take(_ bytes: RawSpan, at offset: UInt64) {
    guard file.state == .open, bytes.byteCount > 0 else { return }
    transaction.revision &+= 1
    if offset > next {
      keep(bytes, offset)
      return
    }
    appendNew(bytes, offset)
    release()
  }

  /// `count` bytes at an offset were lost.
  func lose(_ count: UInt64, at offset: UInt64) {
    guard file.state == .open, offset == next else { return }
    skip(to: offset &+ count)
    release()
  }

  /// No more bytes will come.
  func close() {
    flush()
    file.close()
    transaction.revision &+= 1
  }

  /// Takes what waits, with gaps where something is missing.
  func flush() {
    while !waiting.isEmpty { releaseFirst() }
  }

  /// Appends what is new of bytes that begin at or before the next one.
  private func appendNew(_ bytes: RawSpan, _ offset: UInt64) {
    let known = next &- offset
    if known > 0 { transaction.raise(.fileOverlap) }
    guard known < UInt64(bytes.byteCount) else { return }
    let fresh = bytes.part(Int(known), bytes.byteCount)
    next &+= UInt64(fresh.byteCount)
    let left = fileBytesMax == 0 ? fresh.byteCount : max(fileBytesMax &- Int(clamping: file.size), 0)
    let count = min(fresh.byteCount, left)
    let counted = fresh.part(0, count)
    file.count(counted)
    let wanted = min(counted.byteCount, max(SMBLimits.fileBytes &- file.data.keptCount, 0))
    let kept = budget.take(wanted)
    keptBytes &+= kept
    file.data.append(counted, keeping: kept)
    if count < fresh.byteCount { file.close(.truncated) }
  }

  private func skip(to offset: UInt64) {
    guard offset > next else { return }
    file.skip(offset &- next)
    next = offset
  }

  private func keep(_ bytes: RawSpan, _ offset: UInt64) {
    let isRead = file.direction == .toClient
    if waiting.count >= partsMax {
      transaction.raise(isRead ? .readQueueCountExceeded : .writeQueueCountExceeded)
    } else if waitingBytes &+ bytes.byteCount <= bytesMax, budget.takeAll(bytes.byteCount) {
      waitingBytes &+= bytes.byteCount
      if let last = waiting.indices.last, waiting[last].start &+ UInt64(waiting[last].bytes.count) == offset {
        waiting[last].bytes.append(bytes)
      } else {
        waiting.append((offset, bytes.copied()))
      }
      return
    } else {
      transaction.raise(isRead ? .readQueueSizeExceeded : .writeQueueSizeExceeded)
    }
    flush()
    skip(to: offset)
    appendNew(bytes, offset)
  }

  /// Appends the waiting parts whose turn it is.
  private func release() {
    while let index = waiting.firstIndex(where: { $0.start <= next }) { append(index) }
  }

  /// Gives up what is missing before the first waiting part.
  private func releaseFirst() {
    guard let index = waiting.indices.min(by: { waiting[$0].start < waiting[$1].start }) else { return }
    skip(to: waiting[index].start)
    append(index)
    release()
  }

  private func append(_ index: Int) {
    let part = waiting.remove(at: index)
    waitingBytes &-= part.bytes.count
    budget.giveBack(part.bytes.count)
    let bytes = part.bytes
    appendNew(bytes.rawSpan, part.start)
  }
}
