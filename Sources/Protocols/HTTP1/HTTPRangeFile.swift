import Wire

/// A resource that comes in ranges (RFC 9110 §14), put together from the responses of one flow.
///
/// Parts may come in any order; those that come too early wait, as far as the bound allows. Differs from
/// Suricata: parts of different flows are not joined, as flows belong to different workers.
final class HTTPRangeFile {
  /// Bounds of what one flow may hold of files in ranges.
  enum Limits {
    static let files = 8
    /// Bytes of parts that came too early.
    static let waitingBytes = 1 << 20
    /// Bytes for the file store that wait for the file's end.
    static let unstoredBytes = 8 << 20
  }

  /// Host and path of the resource.
  let key: [UInt8]
  /// Length of the whole.
  let total: UInt64
  let file: TransferredFile
  private let bytesMax: Int
  /// Bytes put together, from the start on.
  private var next: UInt64 = 0
  private var waiting: [(start: UInt64, bytes: [UInt8])] = []
  private var waitingBytes = 0

  init(key: [UInt8], total: UInt64, file: TransferredFile, bytesMax: Int) {
    self.key = key
    self.total = total
    self.file = file
    self.bytesMax = bytesMax
  }

  /// All bytes are there.
  var isWhole: Bool { next >= total }

  /// Takes bytes that stand at an offset of the whole.
  func take(_ bytes: RawSpan, at offset: UInt64) {
    if offset > next {
      keep(bytes, offset)
      return
    }
    let known = next &- offset
    guard known < UInt64(bytes.byteCount) else { return }
    append(bytes.part(Int(known), bytes.byteCount &- Int(known)))
    while let index = waiting.firstIndex(where: { $0.start <= next }) {
      let part = waiting.remove(at: index)
      waitingBytes &-= part.bytes.count
      let known = next &- part.start
      let bytes = part.bytes
      if known < UInt64(bytes.count) { append(bytes.rawSpan.part(Int(known), bytes.count &- Int(known))) }
    }
  }

  private func append(_ bytes: RawSpan) {
    let count = Int(clamping: min(UInt64(bytes.byteCount), total &- min(next, total)))
    file.append(bytes.part(0, count), bytesMax: bytesMax)
    next &+= UInt64(count)
    if file.unstored?.count ?? 0 > Limits.unstoredBytes { file.unstored = nil }
  }

  private func keep(_ bytes: RawSpan, _ offset: UInt64) {
    guard offset < total, waitingBytes &+ bytes.byteCount <= Limits.waitingBytes else { return }
    waitingBytes &+= bytes.byteCount
    if let last = waiting.indices.last, waiting[last].start &+ UInt64(waiting[last].bytes.count) == offset {
      waiting[last].bytes.append(bytes)
    } else {
      waiting.append((offset, bytes.copied()))
    }
  }
}

extension HTTPFlowFiles {
  /// The file that a part belongs to, begun with its first part; nil where the response is no part, or is all
  /// there is.
  func rangeFile(_ transaction: HTTPTransaction, name: [UInt8], bytesMax: Int) -> HTTPRangeFile? {
    guard transaction.statusNumber == 206, let range = transaction.contentRange, let first = range.start,
      let last = range.end, let size = range.size, first >= 0, last < size, last - first + 1 < size
    else { return nil }
    let key = (transaction.host ?? []) + transaction.path
    if let known = ranges.first(where: { $0.key == key && $0.total == UInt64(size) }) { return known }
    if ranges.count >= HTTPRangeFile.Limits.files { ranges.removeFirst() }
    let made = HTTPRangeFile(
      key: key, total: UInt64(size), file: make(.toClient, name), bytesMax: bytesMax)
    ranges.append(made)
    return made
  }

  /// A part has come to its end: the file, where it is whole now.
  func finish(_ range: HTTPRangeFile) -> TransferredFile? {
    guard range.isWhole, let index = ranges.firstIndex(where: { $0 === range }) else { return nil }
    ranges.remove(at: index)
    range.file.close()
    return range.file
  }
}
