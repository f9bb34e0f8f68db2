import Wire

/// Several captures as one: their frames in order of time, as if one tap had seen them all.
///
/// Frames of equal time keep the order of the files, and within a file its own. Memory is bounded: a file is
/// opened when its first frame is due, so that captures that follow one another never stand open together.
package struct CaptureSet: ~Copyable {
  /// What may be asked of a set.
  package struct Options: Sendable {
    /// Whether folders within folders are looked into.
    package var isRecursive = false
    /// A BPF expression: frames that it does not match are left out. Nil for all.
    package var filter: String?

    package init() {}
  }

  /// The files that are read, in the order in which they were given; a folder's sorted by name.
  package let files: [String]
  /// What was wrong so far. Complete when `fill` has given false.
  package private(set) var problems: [CaptureProblem]
  private var waiting: [Waiting] = []
  private var active: [ActiveSource] = []
  private var single: FileSource?
  private var filter: CBPF?
  private var packets: UInt64 = 0
  private var filtered: UInt64 = 0
  private var bytesTotal: UInt64 = 0
  private var bytesOfFinished: UInt64 = 0

  /// A file whose first frame is not due yet.
  private struct Waiting {
    let index: Int32
    let firstTime: Int64
  }

  /// Finds the files. What cannot be read is a problem, not an error: the others are read all the same.
  ///
  /// Throws only for a filter that cannot be compiled, as no result would be what was asked for.
  package init(_ paths: [String], _ options: Options = Options()) throws(CaptureProblem) {
    var list = CaptureList(isRecursive: options.isRecursive)
    for path in paths { list.add(path) }
    files = list.files
    problems = list.problems
    if let expression = options.filter { filter = try CBPF(expression) }
    if files.count == 1 {
      do {
        let source = try FileSource(path: files[0], index: 0)
        bytesTotal = source.size
        single = source
      } catch {
        problems.append(error)
      }
    } else {
      probe()
    }
  }

  /// How far the set is.
  package var progress: CaptureProgress {
    var progress = CaptureProgress()
    progress.packets = packets
    progress.filtered = filtered
    progress.bytesTotal = bytesTotal
    progress.bytesRead = bytesOfFinished &+ (single?.bytesRead ?? 0)
    for source in active { progress.bytesRead &+= source.file.bytesRead }
    return progress
  }

  /// Fills a batch with the next frames; false, with an empty batch, at the end of all files.
  package mutating func fill(_ batch: inout PacketBatch) -> Bool {
    while true {
      let isMore = files.count == 1 ? fillSingle(&batch) : fillMerged(&batch)
      guard isMore else { return false }
      if let filter {
        let before = batch.count
        filter.apply(to: &batch)
        filtered &+= UInt64(before &- batch.count)
        if batch.isEmpty { continue }
      }
      batch.firstNumber = packets &+ 1
      packets &+= UInt64(batch.count)
      return true
    }
  }

  private mutating func fillSingle(_ batch: inout PacketBatch) -> Bool {
    guard let source = single else {
      batch.removeAll()
      return false
    }
    if source.fill(&batch) { return true }
    finish(source)
    single = nil
    return false
  }

  private mutating func finish(_ source: FileSource) {
    bytesOfFinished &+= source.bytesRead
    if let problem = source.problem { problems.append(problem) }
  }

  /// Reads the first frame's time of every file, so that they can be opened one after another.
  private mutating func probe() {
    var batch = PacketBatch(capacityBytes: CaptureLimits.mergedChunkBytes)
    for index in files.indices {
      do {
        let source = try FileSource(path: files[index], index: Int32(index))
        bytesTotal &+= source.size
        if files[index] == "-" {
          activate(source)
        } else if source.fill(&batch) {
          waiting.append(Waiting(index: Int32(index), firstTime: batch.frame(0).timeNanoseconds))
        } else {
          finish(source)
        }
      } catch {
        problems.append(error)
      }
    }
    // Latest first, so that the next one is taken off the end.
    waiting.sort { ($0.firstTime, $0.index) > ($1.firstTime, $1.index) }
  }

  private mutating func activate(_ source: FileSource) {
    let active = ActiveSource(source)
    if active.advance() { self.active.append(active) } else { finish(source) }
  }

  /// Opens the files whose first frame is due at `time`.
  private mutating func openDue(_ time: Int64) {
    while let next = waiting.last, next.firstTime <= time {
      waiting.removeLast()
      let path = files[Int(next.index)]
      guard active.count < CaptureLimits.overlappingFilesMax else {
        problems.append(
          CaptureProblem(
            file: path, reason: "more than \(CaptureLimits.overlappingFilesMax) captures overlap in time",
            remedy: "join some of them with mergecap first"))
        continue
      }
      do {
        activate(try FileSource(path: path, index: next.index))
      } catch {
        problems.append(error)
      }
    }
  }

  private mutating func fillMerged(_ batch: inout PacketBatch) -> Bool {
    batch.removeAll()
    while true {
      if active.isEmpty {
        guard let next = waiting.last else { return !batch.isEmpty }
        openDue(next.firstTime)
        continue
      }
      var first = 0
      for index in 1..<max(1, active.count) where active[index].isBefore(active[first]) { first = index }
      if let next = waiting.last, next.firstTime <= active[first].time {
        openDue(active[first].time)
        continue
      }
      // The run of this file up to where another one's turn comes.
      let source = active[first]
      var end = waiting.last.map { $0.firstTime &- 1 } ?? Int64.max
      for index in active.indices where index != first {
        let other = active[index]
        end = min(end, other.file.index > source.file.index ? other.time : other.time &- 1)
      }
      switch source.move(to: &batch, through: end) {
      case .turn: continue
      case .full: return true
      case .ended:
        finish(source.file)
        active.remove(at: first)
      }
    }
  }
}

/// A file that takes part in the merge, with its next frames.
private final class ActiveSource {
  /// Why moving frames came to an end.
  enum Outcome {
    /// Another file's frame is next.
    case turn
    /// The batch is full.
    case full
    /// The file has no more frames.
    case ended
  }

  let file: FileSource
  private var batch = PacketBatch(capacityBytes: CaptureLimits.mergedChunkBytes)
  private var next = 0
  /// When the next frame was captured.
  private(set) var time: Int64 = 0

  init(_ file: FileSource) {
    self.file = file
  }

  /// Makes the next frame ready; false at the end of the file.
  func advance() -> Bool {
    if next >= batch.count {
      next = 0
      guard file.fill(&batch) else { return false }
    }
    time = batch.frame(next).timeNanoseconds
    return true
  }

  func isBefore(_ other: ActiveSource) -> Bool {
    (time, file.index) < (other.time, other.file.index)
  }

  /// Moves frames up to and including those of a time.
  func move(to target: inout PacketBatch, through end: Int64) -> Outcome {
    repeat {
      guard target.append(batch.bytes(next), batch.frame(next)) else { return .full }
      next &+= 1
      guard advance() else { return .ended }
    } while time <= end
    return .turn
  }
}
