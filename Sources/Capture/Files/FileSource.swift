import Wire

/// One capture file, read from front to back.
///
/// What is in it is told by its first bytes, never by its name. Damage ends it: the frames before are
/// delivered, and `problem` says where and why.
final class FileSource {
  private enum Format {
    case pcap(PcapFormat)
    case pcapng(PcapngFormat)
  }

  /// The path as it was given; "-" for standard input.

  let path: String
  /// Index of the file in its set.
  let index: Int32
  private let file: CFile
  private var gzip: CGzip?
  private var format: Format?
  /// Bytes that were read and not used up: what the next batch begins with.
  private var carry: [UInt8] = []
  /// Offset in the uncompressed file of the first byte that was not used up.
  private var position: UInt64 = 0
  private var toSkip: UInt64 = 0
  private var isAtEnd = false
  private var plainBytesRead: UInt64 = 0
  /// What was wrong, once it is known.
  private(set) var problem: CaptureProblem?

  /// Opens the file and finds out what it is.
  init(path: String, index: Int32) throws(CaptureProblem) {
    self.path = path
    self.index = index
    file = try CFile(path: path)
    var head = try read(atLeast: PcapFormat.headerBytes)
    guard head.count >= 2 else {
      throw problem("the file is empty", remedy: "give a capture that has been written to its end")
    }
    if head[0] == 0x1f, head[1] == 0x8b {
      guard let stream = CGzip(head: head) else {
        throw problem("there is no memory to decompress it", remedy: "free some memory")
      }
      gzip = stream
      head = try read(atLeast: PcapFormat.headerBytes)
    }
    try detect(head)
  }

  /// Size on the disk in bytes, 0 if unknown.
  var size: UInt64 { file.size }

  /// How much of it was read from the disk, in bytes.
  var bytesRead: UInt64 { gzip?.bytesRead ?? plainBytesRead }

  private func detect(_ head: [UInt8]) throws(CaptureProblem) {
    if head.count >= 12, head.rawSpan.u32(0) == PcapngFormat.sectionType {
      format = .pcapng(PcapngFormat())
      carry = head
    } else if let pcap = PcapFormat(header: head.rawSpan) {
      format = .pcap(pcap)
      carry = Array(head[PcapFormat.headerBytes...])
      position = UInt64(PcapFormat.headerBytes)
    } else {
      throw notACapture(head)
    }
  }

  private func notACapture(_ head: [UInt8]) -> CaptureProblem {
    if PcapFormat.isMagic(head) {
      return problem(
        "the capture ends within its header of \(PcapFormat.headerBytes) bytes",
        remedy: "write it again: there is no frame in it")
    }
    let isText = head.allSatisfy { ASCII.isPrintable($0) || ASCII.isSpace($0) || $0 >= 0x80 }
    let reason = isText ? "it is a text file, not a capture" : "it is not a capture: neither pcap nor pcapng"
    return problem(reason, remedy: "give a file that tcpdump, dumpcap or Wireshark wrote")
  }

  private func problem(_ reason: String, remedy: String) -> CaptureProblem {
    CaptureProblem(file: path, reason: reason, remedy: remedy)
  }

  /// The first bytes of the file or of what is compressed in it; fewer only at its end.
  private func read(atLeast count: Int) throws(CaptureProblem) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var filled = 0
    while filled < count {
      let got: Int
      do {
        got = try readSome(into: &bytes, at: filled, count: bytes.count - filled)
      } catch {
        throw problem(error.reason, remedy: "check the file, or copy it again")
      }
      if got == 0 { break }
      filled += got
    }
    return Array(bytes[0..<filled])
  }

  private func readSome(into bytes: inout [UInt8], at offset: Int, count: Int) throws(CFile.Failure) -> Int {
    if let gzip { return try gzip.read(from: file, into: &bytes, at: offset, count: count) }
    let got = try file.read(into: &bytes, at: offset, count: count)
    plainBytesRead &+= UInt64(got)
    return got
  }

  /// Fills a batch with the file's next frames, in place; false at the end of the file.
  func fill(_ batch: inout PacketBatch) -> Bool {
    batch.removeAll()
    guard !isAtEnd else { return false }
    batch.grow(to: carry.count)
    ByteCopy.copy(carry.rawSpan, into: &batch.storage, at: 0)
    batch.used = carry.count
    carry.removeAll(keepingCapacity: true)
    while true {
      let consumed = scan(&batch)
      let left = batch.used &- consumed
      if !batch.isEmpty {
        if !isAtEnd { carry.append(batch.storage.rawSpan.part(consumed, left)) }
        return true
      }
      if isAtEnd { return false }
      ByteCopy.moveToFront(&batch.storage, from: consumed, count: left)
      batch.used = left
      readMore(&batch)
    }
  }

  /// Reads once, up to the end of the buffer. At the end of the file what is left over is half a record.
  private func readMore(_ batch: inout PacketBatch) {
    skipBytes(&batch)
    guard !isAtEnd else { return }
    let room = batch.storage.count &- batch.used
    guard room > 0 else {
      fail(at: position, "a record is longer than any can be", "check how the file was made")
      return
    }
    do {
      let got = try readSome(into: &batch.storage, at: batch.used, count: room)
      if got == 0 { finish(batch.used) }
      batch.used &+= got
    } catch {
      fail(at: position &+ UInt64(batch.used), error.reason, "copy the file again from where it was made")
    }
  }

  /// Passes over the rest of a block that nobody wants.
  private func skipBytes(_ batch: inout PacketBatch) {
    while toSkip > 0 && !isAtEnd {
      let count = Int(min(toSkip, UInt64(batch.storage.count &- batch.used)))
      do {
        let got = try readSome(into: &batch.storage, at: batch.used, count: count)
        if got == 0 { finish(1) }
        toSkip &-= UInt64(got)
        position &+= UInt64(got)
      } catch {
        fail(at: position, error.reason, "copy the file again from where it was made")
      }
    }
  }

  /// Lists the frames in the batch's buffer; gives the offset behind what was used up.
  private func scan(_ batch: inout PacketBatch) -> Int {
    // The rest of a block that is passed over is not the beginning of another one.
    guard toSkip == 0 else { return 0 }
    let result: ScanResult
    // Taken out for the time being, as the buffer is borrowed while they are listed.
    var frames: [CapturedFrame] = []
    swap(&frames, &batch.frames)
    defer { swap(&frames, &batch.frames) }
    switch format {
    case .pcap(let pcap):
      result = pcap.scan(
        batch.storage.rawSpan, from: 0, to: batch.used, file: index, &frames)
    case .pcapng(var pcapng):
      result = pcapng.scan(
        batch.storage.rawSpan, from: 0, to: batch.used, file: index, &frames)
      format = .pcapng(pcapng)
    case nil: return batch.used
    }
    position &+= UInt64(result.consumed)
    toSkip = result.skip
    if let damage = result.damage, problem == nil {
      fail(at: position, damage, "the rest of the file cannot be read: check how it was made")
    }
    if !isAtEnd, frames.isEmpty { batch.grow(to: result.needed) }
    return result.consumed
  }

  /// The file is at its end, with some bytes of an incomplete record or without.
  private func finish(_ leftover: Int) {
    isAtEnd = true
    if leftover > 0 {
      fail(
        at: position, "the file ends within a record",
        "the capture was cut; what stands before was used, copy the file again for the rest")
    }
  }

  private func fail(at offset: UInt64, _ reason: String, _ remedy: String) {
    isAtEnd = true
    if problem == nil {
      problem = CaptureProblem(file: path, offset: offset, reason: reason, remedy: remedy, isPartial: true)
    }
  }
}
