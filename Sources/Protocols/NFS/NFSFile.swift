import Wire

/// A file being read or written: put together from its chunks, which may come in any order.
///
/// Chunks that come too early wait, as far as the bounds allow; beyond them they are dropped with an event.
/// Bytes that were there before are passed over. Where the last chunk is not the next one, something is
/// missing for good: the file is cut.
final class NFSFile {
  let file: TransferredFile
  private let transaction: NFSTransaction
  private let files: FlowFiles
  private let budget: FlowBudget
  private let bytesMax: Int
  private let partsMax: Int
  /// Offset of the next byte.
  private var next: UInt64 = 0
  private var waiting: [UInt64: (bytes: [UInt8], hasGap: Bool)] = [:]
  private var waitingBytes = 0
  private var keptBytes = 0
  /// The chunk at hand: where its next byte belongs, bytes still to come, whether it is the last.
  private var place: UInt64 = 0
  private var waitsAt: UInt64?
  private var left = 0
  private var isLast = false

  init(
    _ transaction: NFSTransaction, _ file: TransferredFile, _ files: FlowFiles, _ settings: NFSSettings,
    _ budget: FlowBudget
  ) {
    self.transaction = transaction
    self.file = file
    self.files = files
    self.budget = budget
    let isRead = file.direction == .toClient
    bytesMax = isRead ? settings.queueBytesMax.read : settings.queueBytesMax.write
    partsMax = isRead ? settings.queuePartsMax.read : settings.queuePartsMax.write
  }

  deinit { budget.giveBack(keptBytes &+ waitingBytes) }

  var isDone: Bool { file.state != .open }

  /// Begins a chunk of `count` bytes at an offset. False: there is no room for it, and an event.
  func begin(_ count: Int, at offset: UInt64, isLast: Bool) -> Bool {
    if left > 0 { cut() }
    place = offset
    left = count
    self.isLast = isLast && offset &+ UInt64(count) > next
    waitsAt = nil
    guard file.state == .open else { return true }
    if offset > next {
      if let event = refusal(count, at: offset) {
        transaction.raise(event)
        left = 0
        return false
      }
      waitsAt = offset
      if isLast { cut() }
    } else if isLast, offset &+ UInt64(count) <= next, offset < next {
      cut()
    }
    return true
  }

  private func refusal(_ count: Int, at offset: UInt64) -> NFSEvent? {
    let isRead = file.direction == .toClient
    if waitingBytes &+ count > (bytesMax == 0 ? Int.max / 2 : bytesMax) {
      return isRead ? .readQueueSizeExceeded : .writeQueueSizeExceeded
    }
    if waiting[offset] == nil, waiting.count &+ 1 > (partsMax == 0 ? 1024 : partsMax) {
      return isRead ? .readQueueCountExceeded : .writeQueueCountExceeded
    }
    return nil
  }

  /// Takes the next bytes of the chunk.
  func take(_ bytes: RawSpan) {
    let bytes = bytes.part(0, left)
    left &-= bytes.byteCount
    transaction.revision &+= 1
    if let waitsAt {
      wait(bytes, at: waitsAt)
    } else {
      append(bytes)
    }
    place &+= UInt64(bytes.byteCount)
    if left == 0 { finishChunk() }
  }

  /// `count` bytes of the chunk were lost.
  func lose(_ count: Int) {
    let count = min(count, left)
    left &-= count
    place &+= UInt64(count)
    if let waitsAt {
      // What is missing cannot be waited for: neither can what comes behind it.
      if let part = waiting.removeValue(forKey: waitsAt) { giveBack(part.bytes.count) }
    } else if file.state == .open, place > next {
      file.skip(place &- next)
      next = place
    }
    if left == 0 { finishChunk() }
  }

  private func finishChunk() {
    if waitsAt == nil { release() }
    waitsAt = nil
    if isLast { close() }
    isLast = false
  }

  private func wait(_ bytes: RawSpan, at offset: UInt64) {
    guard file.state == .open, budget.takeAll(bytes.byteCount) else {
      cut()
      return
    }
    waitingBytes &+= bytes.byteCount
    waiting[offset, default: ([], false)].bytes.append(bytes)
  }

  /// Appends what is new of bytes that begin at or before the next one.
  private func append(_ bytes: RawSpan) {
    guard file.state == .open, place &+ UInt64(bytes.byteCount) > next else { return }
    let known = Int(next &- place)
    let fresh = bytes.part(known, bytes.byteCount &- known)
    next &+= UInt64(fresh.byteCount)
    let kept = budget.take(min(fresh.byteCount, max(NFSLimits.fileBytes &- file.data.keptCount, 0)))
    keptBytes &+= kept
    files.append(fresh, to: file, bytesMax: file.data.keptCount &+ kept)
  }

  /// Appends the waiting chunks whose turn it is.
  private func release() {
    while let part = waiting.removeValue(forKey: next) {
      giveBack(part.bytes.count)
      place = next
      append(part.bytes.rawSpan)
      if part.bytes.isEmpty { return }
    }
  }

  private func giveBack(_ count: Int) {
    waitingBytes &-= count
    budget.giveBack(count)
  }

  /// No more bytes will come.
  func close() { end(.closed) }

  /// Something is missing for good.
  func cut() { end(.truncated) }

  private func end(_ state: TransferredFile.State) {
    file.close(state)
    waiting = [:]
    budget.giveBack(waitingBytes)
    waitingBytes = 0
    transaction.revision &+= 1
  }
}
