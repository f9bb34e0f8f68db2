package import Wire

extension TCPSession {
  /// Copies what is still kept of a direction's data, with words for what is missing between: what an alert
  /// on the stream shows as its payload.
  ///
  /// - Parameters:
  ///   - bytesMax: bytes copied at most.
  ///   - bytes: where they are appended.
  /// - Returns: how long the data is in all, with the words for what is missing, as Suricata counts it.
  package func dump(_ direction: Direction, bytesMax: Int, into bytes: inout [UInt8]) -> Int {
    core.read(direction) { buffer in
      var dump = StreamDump(room: max(bytesMax, 0))
      if let part = buffer.shownRemainder { part.withBytes { dump.add($0, at: part.start, into: &bytes) } }
      for part in buffer.rawRemainders { part.withBytes { dump.add($0, at: part.start, into: &bytes) } }
      dump.add(buffer.span(from: buffer.base, to: buffer.end), at: buffer.base, into: &bytes)
      for part in buffer.regions { part.withBytes { dump.add($0, at: part.start, into: &bytes) } }
      return dump.length
    }
  }
}

extension TCPSession {
  /// Copies a part of a direction's data, as far as it is still kept, with words for what is missing: what a
  /// frame shows as its payload.
  ///
  /// - Parameters:
  ///   - start: offset in the stream of the first byte, and `limit` that after the last.
  ///   - bytesMax: bytes copied at most.
  ///   - bytes: where they are appended.
  package func dump(
    _ direction: Direction, from start: UInt64, to limit: UInt64, bytesMax: Int, into bytes: inout [UInt8]
  ) {
    var dump = StreamDump(room: max(bytesMax, 0), end: Int64(clamping: start))
    withParts(direction, from: start, to: limit) { part, offset in
      dump.add(part, at: Int64(clamping: offset), into: &bytes)
    }
    // What is missing at the end is told where more has come behind it.
    if storedEnd(direction) >= limit { dump.fill(to: Int64(clamping: limit), into: &bytes) }
  }

  /// Shows what is still kept of a part of a direction's data, run by run, each with its first byte's offset.
  ///
  /// `body` must not change the session.
  package func withParts(
    _ direction: Direction, from start: UInt64, to limit: UInt64, _ body: (RawSpan, UInt64) -> Void
  ) {
    let (start, limit) = (Int64(clamping: start), Int64(clamping: limit))
    core.read(direction) { buffer in
      func show(_ part: RawSpan, at offset: Int64) {
        let skipped = Int(clamping: max(start &- offset, 0))
        let count = Int(clamping: max(limit &- offset, 0)) &- skipped
        guard skipped < part.byteCount, count > 0 else { return }
        body(part.part(skipped, count), UInt64(clamping: offset &+ Int64(skipped)))
      }
      if let part = buffer.shownRemainder { part.withBytes { show($0, at: part.start) } }
      for part in buffer.rawRemainders { part.withBytes { show($0, at: part.start) } }
      show(buffer.span(from: buffer.base, to: buffer.end), at: buffer.base)
      for part in buffer.regions { part.withBytes { show($0, at: part.start) } }
    }
  }

  /// Offset after the last byte of a direction that has come, behind holes too.
  package func storedEnd(_ direction: Direction) -> UInt64 {
    core.read(direction) { UInt64(clamping: max($0.regions.last?.end ?? $0.end, $0.end)) }
  }

  /// Offset up to which a direction's bytes are acknowledged.
  package func acknowledgedEnd(_ direction: Direction) -> UInt64 {
    core.read(direction) { UInt64(clamping: $0.acknowledged) }
  }
}

/// Puts parts of a stream one after the other.
private struct StreamDump {
  var room: Int
  private(set) var length = 0
  private var end: Int64?

  init(room: Int, end: Int64? = nil) {
    self.room = room
    self.end = end
  }

  mutating func add(_ part: RawSpan, at start: Int64, into bytes: inout [UInt8]) {
    guard part.byteCount > 0 else { return }
    fill(to: start, into: &bytes)
    copy(part, into: &bytes)
    length &+= part.byteCount
    end = start &+ Int64(part.byteCount)
  }

  /// Tells how many bytes are missing up to an offset.
  mutating func fill(to start: Int64, into bytes: inout [UInt8]) {
    guard let end, start > end else { return }
    let words = Array("[\(start &- end) bytes missing]".utf8)
    copy(words.rawSpan, into: &bytes)
    length &+= words.count
    self.end = start
  }

  private mutating func copy(_ part: RawSpan, into bytes: inout [UInt8]) {
    let count = min(part.byteCount, room)
    bytes.append(part.part(0, count))
    room &-= count
  }
}
