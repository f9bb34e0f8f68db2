import Wire

/// Cuts a stream into lines that end in a line feed.
///
/// A line that lies whole in the bytes at hand is not copied; the beginning of one that does not is kept. Of
/// a line that is too long the first `bytesMax` bytes are given, and the rest is either passed over or given
/// in pieces of that size, counted from the line's start: how the stream was cut never shows.
struct LineReader {
  /// What the bytes held.
  enum Gathered: Equatable {
    case needsMore
    /// A line, or the last piece of one, within the bytes, its line feed included.
    case whole(Range<Int>)
    /// The same in `kept`.
    case inKept
    /// The first bytes of a line that is too long, within the bytes or in `kept`.
    case cut(Range<Int>)
    case cutInKept
  }

  /// What becomes of the rest of a line that is too long.
  enum Excess { case dropped, given }

  /// The line that was last gathered, where it did not lie whole in the bytes.
  private(set) var kept: [UInt8] = []
  /// The next piece goes on with a line whose beginning was given already.
  private(set) var isContinuation = false
  private let bytesMax: Int
  private let excess: Excess
  private var isDropping = false
  private var wasGiven = false
  private var endedLine = true

  init(bytesMax: Int, excess: Excess) {
    self.bytesMax = bytesMax
    self.excess = excess
  }

  /// Nothing of an unfinished line is kept.
  var isEmpty: Bool { wasGiven || kept.isEmpty }

  /// Takes the next line or piece; `position` is moved past what was taken.
  mutating func gather(_ bytes: RawSpan, _ position: inout Int) -> Gathered {
    if wasGiven {
      kept.removeAll(keepingCapacity: kept.capacity <= 8192)
      wasGiven = false
    }
    isContinuation = !endedLine
    if isDropping {
      guard let end = bytes.firstIndex(of: 0x0A, from: position) else {
        position = bytes.byteCount
        return .needsMore
      }
      position = end &+ 1
      isDropping = false
      endedLine = true
      isContinuation = false
      guard position < bytes.byteCount else { return .needsMore }
    }
    let start = position
    let room = bytesMax &- kept.count
    let window = bytes.part(start, room)
    let end = window.firstIndex(of: 0x0A, from: 0)
    let count = end.map { $0 &+ 1 } ?? window.byteCount
    // A line is too long from as many bytes on as there is room for, whether or not it ends just there.
    let isCut = count == room
    guard end != nil || isCut else {
      kept.append(window)
      position = bytes.byteCount
      return .needsMore
    }
    position = start &+ count
    endedLine = end != nil
    if isCut, end == nil, excess == .dropped { isDropping = true }
    wasGiven = true
    guard kept.isEmpty else {
      kept.append(window.part(0, count))
      return isCut ? .cutInKept : .inKept
    }
    let range = start..<(start &+ count)
    return isCut ? .cut(range) : .whole(range)
  }

  /// Gives `kept` away so that it can be read while the reader's owner changes; to be given back.
  mutating func lend() -> [UInt8] {
    var lent: [UInt8] = []
    swap(&lent, &kept)
    return lent
  }

  /// Takes back what `lend` gave.
  mutating func giveBack(_ bytes: inout [UInt8]) {
    swap(&bytes, &kept)
  }

  /// Forgets what was gathered of a line.
  mutating func reset() {
    self = LineReader(bytesMax: bytesMax, excess: excess)
  }
}

/// Helpers for lines of text.
enum LineText {
  /// Bytes of a line without its line feed and the carriage return before it.
  static func contentCount(_ line: RawSpan) -> Int {
    var count = line.byteCount
    guard count > 0, line[count &- 1] == 0x0A else { return count }
    count &-= 1
    if count > 0, line[count &- 1] == 0x0D { count &-= 1 }
    return count
  }

  /// Whether a line begins with a word given in capitals, whatever its case.
  static func begins(_ line: RawSpan, with word: [UInt8]) -> Bool {
    guard line.byteCount >= word.count else { return false }
    for index in word.indices where ASCII.uppercased(line[index]) != word[index] { return false }
    return true
  }

  /// Offset of the first byte at or after `position` that is no space.
  static func afterSpaces(_ line: RawSpan, from position: Int) -> Int {
    var index = position
    while index < line.byteCount, line[index] == 0x20 { index &+= 1 }
    return min(index, line.byteCount)
  }
}
