import Wire

/// Where the reading of one direction stands.
struct HTTPReader {
  /// What the next byte belongs to.
  enum State: Equatable {
    case firstLine
    case headers
    /// A body of known length: bytes still to come.
    case body(UInt64)
    case untilClose
    case chunkLength
    case chunkData(UInt64)
    /// The line break after a chunk.
    case chunkEnd
    case trailers
    /// A request without version: whether headers follow decides what it is.
    case afterShortRequest
    /// CONNECT: nothing is read until the response has come.
    case waitsForResponse
    /// What follows is of no interest, or not HTTP.
    case ignored
  }

  var state = State.firstLine
  /// Bytes of the first line, header block or chunk line that is being gathered.
  var pending: [UInt8] = []
  /// Offset in `pending` of the line being gathered.
  var lineStart = 0
  /// Finished lines of the block, as ranges over `pending`, without their terminators.
  var lines: [Range<Int>] = []
  var pipeline: HTTPBodyPipeline?

  /// Gathers bytes up to and including a line feed. True when the line is whole; `position` is moved past what was taken.
  mutating func gatherLine(_ bytes: RawSpan, _ position: inout Int) -> Bool {
    let end = bytes.firstIndex(of: 0x0A, from: position)
    let upTo = end.map { $0 &+ 1 } ?? bytes.byteCount
    pending.append(bytes.part(position, upTo &- position))
    position = upTo
    return end != nil
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
  }
}

extension RawSpan {
  /// Offset of the first `byte` at or after `position`, eight bytes at a time.
  func firstIndex(of byte: UInt8, from position: Int) -> Int? {
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var index = position
    while index &+ 8 <= byteCount {
      let word = load(index, as: UInt64.self) ^ pattern
      if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
      index &+= 8
    }
    while index < byteCount {
      if self[index] == byte { return index }
      index &+= 1
    }
    return nil
  }
}
