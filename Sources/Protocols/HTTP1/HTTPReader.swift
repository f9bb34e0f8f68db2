import Wire

/// Where the reading of one direction stands.
struct HTTPReader {
  /// What the next byte belongs to.
  enum State: Equatable {
    case firstLine
    /// A line where a status line was expected was none: what follows decides whether it is content.
    case afterJunkLine
    case headers
    /// A body of known length: bytes still to come.
    case body(UInt64)
    case untilClose
    case chunkLength
    case chunkData(UInt64)
    /// The line break after a chunk.
    case chunkEnd
    case trailers
    /// Behind the body, a line has begun that may be more of it, or the next first line.
    case behindBody
    /// A request without version: whether headers follow decides what it is.
    case afterShortRequest
    /// CONNECT: nothing is read until the response has come.
    case waitsForResponse
    /// What follows is of no interest, or not HTTP.
    case ignored
  }

  /// What became of a line or block.
  enum Gathered {
    case whole
    case needsMore
    case tooLong
  }

  var state = State.firstLine
  /// Bytes of the first line, header block or chunk line that is being gathered.
  var pending: [UInt8] = []
  /// Offset in `pending` of the line being gathered.
  var lineStart = 0
  /// Offset in `pending` of the header that the line being gathered belongs to, if it is folded.
  private var headerStart = 0
  /// Finished lines of the block, as ranges over `pending`, without their terminators.
  var lines: [Range<Int>] = []
  var pipeline: HTTPBodyPipeline?
  /// The last line ended in a bare line feed: a carriage return after it belongs to it.
  private var endedBare = false
  /// Such a carriage return came: a doubled line break after the block belongs to it.
  private var endedOdd = false
  /// The last line held a single blank: it ends the block unless a line feed follows.
  private var mayHaveEnded = false
  /// Bytes of a line break that are to be dropped before the body.
  private var dropping: ArraySlice<UInt8> = []

  /// Bytes of a line or of headers have come that are not whole.
  var isWithinHead: Bool {
    switch state {
    case .firstLine, .headers, .trailers: !pending.isEmpty
    default: false
    }
  }

  /// What comes next are bytes of a body.
  var isWithinBody: Bool {
    switch state {
    case .body, .chunkData, .untilClose: true
    default: false
    }
  }

  /// A message is over, and of the next nothing has come.
  var isBetweenMessages: Bool { state == .firstLine && pending.isEmpty }

  /// Gathers bytes up to and including a line feed; `position` is moved past what was taken. What stands
  /// before the line counts from `start` on.
  mutating func gatherLine(
    _ bytes: RawSpan, _ position: inout Int, bytesMax: Int, from start: Int? = nil
  ) -> Gathered {
    let end = bytes.firstIndex(of: 0x0A, from: position)
    let room = max(bytesMax &- (pending.count &- (start ?? lineStart)), 0)
    let wanted = (end.map { $0 &+ 1 } ?? bytes.byteCount) &- position
    let count = min(wanted, room)
    pending.append(bytes.part(position, count))
    position &+= count
    if end != nil, count == wanted { return .whole }
    return count == room ? .tooLong : .needsMore
  }

  /// Gathers header lines up to the one that ends the block, or until there are more than `blockBytesMax`.
  /// Responses are read as browsers read them: a carriage return alone ends a line too.
  mutating func gatherBlock(
    _ bytes: RawSpan, _ position: inout Int, bytesMax: Int, blockBytesMax: Int, isResponse: Bool
  ) -> Gathered {
    if gatherPlainBlock(bytes, &position, bytesMax: bytesMax, blockBytesMax: blockBytesMax) { return .whole }
    while true {
      let result = gatherBlockLine(bytes, &position, bytesMax: bytesMax, isResponse: isResponse)
      guard result == .needsMore, position < bytes.byteCount, pending.count <= blockBytesMax else {
        return result
      }
    }
  }

  /// Takes a block that is there as a whole and is what nearly all are: lines that end in CR LF, none of them
  /// folded or too long. False where it is something else: then nothing is taken.
  private mutating func gatherPlainBlock(
    _ bytes: RawSpan, _ position: inout Int, bytesMax: Int, blockBytesMax: Int
  ) -> Bool {
    guard pending.isEmpty, lines.isEmpty, lineStart == 0, !endedBare, !endedOdd, !mayHaveEnded else {
      return false
    }
    var start = position
    while let end = bytes.firstLineBreak(from: start), end &+ 1 < bytes.byteCount, bytes[end] == 0x0D,
      bytes[end &+ 1] == 0x0A, end &+ 2 &- start <= bytesMax, end &- position <= blockBytesMax
    {
      if end == start {
        lineStart = start &- position
        headerStart = lineStart
        pending.append(bytes.part(position, end &+ 2 &- position))
        position = end &+ 2
        return true
      }
      if HTTPText.isBlank(bytes[start]) { break }
      lines.append((start &- position)..<(end &- position))
      start = end &+ 2
    }
    lines.removeAll(keepingCapacity: true)
    return false
  }

  private mutating func gatherBlockLine(
    _ bytes: RawSpan, _ position: inout Int, bytesMax: Int, isResponse: Bool
  ) -> Gathered {
    if mayHaveEnded {
      mayHaveEnded = false
      if bytes[position] != 0x0A { return .whole }
    }
    if endedBare, lineStart == pending.count {
      endedBare = false
      if bytes[position] == 0x0D {
        endedOdd = true
        pending.append(0x0D)
        lineStart &+= 1
        position &+= 1
        guard position < bytes.byteCount else { return .needsMore }
      }
    }
    let first = lineStart < pending.count ? pending[lineStart] : bytes[position]
    if !HTTPText.isBlank(first) { headerStart = lineStart }
    let result = gatherLine(bytes, &position, bytesMax: bytesMax, from: headerStart)
    guard result == .whole else { return result }
    let line = self.line
    if line.isEmpty {
      if endedOdd { dropping = [0x0D, 0x0A] }
      return .whole
    }
    endedOdd = false
    let isBare = line.upperBound &+ 1 == pending.count
    endedBare = isResponse && isBare
    if isBare, line.count == 1, HTTPText.isBlank(pending[line.lowerBound]) {
      mayHaveEnded = true
    } else if isResponse {
      appendParts(of: line)
    } else {
      lines.append(line)
    }
    lineStart = pending.count
    return .needsMore
  }

  /// Splits a line at lone carriage returns. Empty parts are dropped: they end nothing.
  mutating func appendParts(of line: Range<Int>) {
    if pending.rawSpan.part(line.lowerBound, line.count).firstIndex(of: 0x0D, from: 0) == nil {
      if !line.isEmpty { lines.append(line) }
      return
    }
    var start = line.lowerBound
    while start < line.upperBound {
      let part = partEnd(start..<line.upperBound)
      var lower = start
      while lower < part, pending[lower] == 0x0D { lower &+= 1 }
      let isEmpty = !(lower..<part).contains { pending[$0] != 0x0D && !HTTPText.isBlank(pending[$0]) }
      if lower < part, !isEmpty || lower == start { lines.append(lower..<part) }
      start = part &+ 1
    }
  }

  /// Offset of the carriage return that ends the first part of a line, or the line's end.
  func partEnd(_ line: Range<Int>) -> Int {
    var index = line.lowerBound
    while index < line.upperBound {
      let isAlone = pending[index] == 0x0D && (index &+ 1 == line.upperBound || pending[index &+ 1] != 0x0D)
      if isAlone, index > line.lowerBound { return index }
      index &+= 1
    }
    return line.upperBound
  }

  /// Moves past a doubled line break before a body. True once nothing is left to drop.
  mutating func dropLineBreak(_ bytes: RawSpan, _ position: inout Int) -> Bool {
    if dropping.isEmpty { return position < bytes.byteCount }
    while let next = dropping.first {
      guard position < bytes.byteCount else { return false }
      guard bytes[position] == next else {
        dropping = []
        return true
      }
      dropping.removeFirst()
      position &+= 1
    }
    return position < bytes.byteCount
  }

  /// Range of the line just gathered, without CR LF.
  var line: Range<Int> {
    var end = pending.count
    if end > lineStart, pending[end &- 1] == 0x0A { end &-= 1 }
    if end > lineStart, pending[end &- 1] == 0x0D { end &-= 1 }
    return lineStart..<end
  }

  /// Forgets what was gathered.
  mutating func clear() {
    pending.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    lineStart = 0
    headerStart = 0
    endedBare = false
    endedOdd = false
    mayHaveEnded = false
  }
}

extension RawSpan {
  /// Offset of the first carriage return or line feed at or after `position`, eight bytes at a time.
  func firstLineBreak(from position: Int) -> Int? {
    var index = position
    while index &+ 8 <= byteCount {
      let word = load(index, as: UInt64.self)
      let (returns, feeds) = (word ^ 0x0D0D_0D0D_0D0D_0D0D, word ^ 0x0A0A_0A0A_0A0A_0A0A)
      let found =
        ((returns &- 0x0101_0101_0101_0101) & ~returns | (feeds &- 0x0101_0101_0101_0101) & ~feeds)
        & 0x8080_8080_8080_8080
      if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
      index &+= 8
    }
    while index < byteCount {
      if self[index] == 0x0D || self[index] == 0x0A { return index }
      index &+= 1
    }
    return nil
  }

  /// Offset of the first `byte` at or after `position`, eight bytes at a time.
  func firstIndex(of byte: UInt8, from position: Int) -> Int? {
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var index = position
    while index &+ 8 <= byteCount {
      let word = load(index, as: UInt64.self) ^ pattern
      let found = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      // The lowest bit is that of the first one; those above may be wrong.
      if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
      index &+= 8
    }
    while index < byteCount {
      if self[index] == byte { return index }
      index &+= 1
    }
    return nil
  }
}
