import Wire

/// Shortens long runs of one byte before the search for patterns: padding, sparse files and the like.
///
/// A literal search slows down tenfold in such runs, as every place of one looks like the end of many
/// patterns.
/// As no pattern holds a run of more than `RunFolder.runMax` bytes (`FastPattern` sees to that), a run that
/// is cut to one byte more than that still ends, begins and holds the same patterns as the whole run does.
struct RunFolder {
  /// Bytes of the longest run that a pattern may hold.
  static let runMax = 8
  /// Runs from this length on are cut: every one of them holds an aligned word that shows it.
  static let foldedMin = 24

  /// The bytes with their runs cut, after `fold` returned true.
  private(set) var bytes: [UInt8] = []
  /// Where the scan's new part begins in them: patterns that end later, and perhaps a few that end in the run
  /// before.
  private(set) var minimumEnd = 0

  /// Cuts the long runs. False: there is none, and the bytes are to be searched as they are.
  @inline(__always)
  mutating func fold(_ input: RawSpan, after minimumEnd: Int) -> Bool {
    let first = Self.nextRun(input, from: 0)
    return first >= input.byteCount ? false : fold(input, firstAt: first, minimumEnd)
  }

  /// Whether there may be a run that is long enough to be cut; where there is none, no part has one either.
  @inline(__always)
  static func hasRun(_ input: RawSpan) -> Bool { nextRun(input, from: 0) < input.byteCount }

  /// Place of the next aligned word whose bytes are all equal; the end where there is none.
  @inline(__always)
  private static func nextRun(_ input: RawSpan, from start: Int) -> Int {
    let count = input.byteCount
    var position = (start &+ 15) & ~15
    while position &+ 56 <= count {
      let words = input.everySecondWord(position)
      if isEven(words.0) || isEven(words.1) || isEven(words.2) || isEven(words.3) { break }
      position &+= 64
    }
    while position &+ 8 <= count {
      if isEven(input.load(position, as: UInt64.self)) { return position }
      position &+= 16
    }
    return count
  }

  /// Whether the eight bytes of a word are equal: turned by one byte, they are what they were.
  @inline(__always)
  private static func isEven(_ word: UInt64) -> Bool { word == word &<< 8 | word &>> 56 }

  @inline(never)
  private mutating func fold(_ input: RawSpan, firstAt first: Int, _ minimumEnd: Int) -> Bool {
    let count = input.byteCount
    bytes.removeAll(keepingCapacity: true)
    self.minimumEnd = -1
    var copied = 0
    var found = first
    while found < count {
      let byte = input[found]
      var start = found
      while start > copied, input[start &- 1] == byte { start &-= 1 }
      let end = Self.endOfRun(input, of: byte, from: found &+ 8)
      if end &- start >= Self.foldedMin {
        let kept = start &+ Self.runMax &+ 1
        take(input, copied, kept, until: end, minimumEnd)
        copied = end
      }
      found = Self.nextRun(input, from: end)
    }
    guard copied > 0 else { return false }
    take(input, copied, count, until: count, minimumEnd)
    if self.minimumEnd < 0 { self.minimumEnd = bytes.count }
    return true
  }

  /// Copies the bytes `start ..< kept`, which stand for `start ..< end`.
  private mutating func take(
    _ input: RawSpan, _ start: Int, _ kept: Int, until end: Int, _ minimumEnd: Int
  ) {
    if self.minimumEnd < 0, minimumEnd < end {
      // Inside what was cut, the run's own patterns count as new.
      self.minimumEnd =
        bytes.count &+ min(max(0, minimumEnd &- start), max(0, kept &- start &- Self.runMax &- 1))
    }
    bytes.append(input.part(start, kept &- start))
  }

  private static func endOfRun(_ input: RawSpan, of byte: UInt8, from start: Int) -> Int {
    let word = UInt64(byte) &* 0x0101_0101_0101_0101
    var position = start
    while position &+ 8 <= input.byteCount, input.load(position, as: UInt64.self) == word { position &+= 8 }
    while position < input.byteCount, input[position] == byte { position &+= 1 }
    return position
  }

  /// The longest part of a pattern in which no run is longer than `runMax`: it stands for the pattern.
  static func longestPart(_ pattern: ArraySlice<UInt8>, ignoresCase: Bool) -> ArraySlice<UInt8> {
    var best = pattern.prefix(0)
    var start = pattern.startIndex
    var run = 0
    var before: UInt8?
    for index in pattern.indices {
      let byte = ignoresCase ? pattern[index].lowercased : pattern[index]
      run = byte == before ? run + 1 : 1
      before = byte
      guard run > runMax else { continue }
      if index - start > best.count { best = pattern[start..<index] }
      start = index - runMax + 1
    }
    return pattern.endIndex - start > best.count ? pattern[start...] : best
  }
}
