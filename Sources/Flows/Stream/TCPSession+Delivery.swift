package import Wire

/// How the owner takes up what was put in order.
extension TCPSession {
  /// Changes a direction's stream.
  @inline(__always)
  private func change(_ direction: Direction, _ body: (inout StreamBuffer) -> Void) {
    change { $0.change(direction, body) }
  }

  /// Bytes that `withDeliverable` would show.
  @inline(__always)
  package func deliverableCount(_ direction: Direction) -> Int {
    summary[direction].deliverableCount
  }

  /// Shows the application data of a direction that is in order, acknowledged and not yet used up, without
  /// copying.
  ///
  /// `body` must not change the session: what it decides is told afterwards.
  package func withDeliverable<Result>(_ direction: Direction, _ body: (RawSpan) -> Result) -> Result {
    core.read(direction) { buffer in
      body(buffer.span(from: buffer.consumed, to: buffer.limit(isInline: settings.isInline)))
    }
  }

  /// Offset in the stream of the first byte that `withDeliverable` shows.
  package func deliverableOffset(_ direction: Direction) -> UInt64 {
    UInt64(max(direction == .toServer ? core.toServer.consumed : core.toClient.consumed, 0))
  }

  /// The application layer has used up `count` of the bytes shown; the others are shown again with what
  /// follows.
  package func markConsumed(_ direction: Direction, _ count: Int) {
    change(direction) { buffer in
      let limit = buffer.limit(isInline: settings.isInline)
      buffer.consumed = min(buffer.consumed &+ Int64(max(count, 0)), max(limit, buffer.consumed))
    }
  }

  /// Takes the hole after what was delivered: how many bytes are missing for good, 0 if there is none.
  ///
  /// To be asked after the data before it was taken up, as what was not used up by then is dropped.
  package func takeGap(_ direction: Direction) -> Int {
    guard summary[direction].hasGap else { return 0 }
    var missing: Int64 = 0
    change(direction) { missing = $0.skipGap() }
    return Int(clamping: missing)
  }

  /// The data of a direction has come to its end and all of it was shown.
  package func isAtEnd(_ direction: Direction) -> Bool {
    core.isAtEnd(direction)
  }

  /// Bytes that raw inspection has not seen, those of holes among them; 0 where there is none to be shown.
  package func rawPendingCount(_ direction: Direction) -> Int {
    summary[direction].rawPendingCount
  }

  /// Bytes before an offset that Suricata still keeps of the stream: those that its parser, rules on it or
  /// frames have not done with, and as many before as may be sent at a time where overlaps are compared.
  package func keptBytes(_ direction: Direction, upTo end: UInt64) -> UInt64 {
    var from = core.read(direction) { min($0.seenEnd, $0.retainedFrom) }
    if settings.checksOverlaps {
      let window = direction == .toServer ? core.client.window : core.server.window
      from = max(0, from &- Int64(window == 0 ? 4096 : window))
    }
    return UInt64(max(0, Int64(clamping: end) &- from))
  }

  /// Nothing has come in either direction, not even behind holes, and nothing is missing.
  package var isUntouched: Bool {
    func isUntouched(_ buffer: borrowing StreamBuffer) -> Bool {
      buffer.end == 0 && buffer.regions.isEmpty && buffer.gapBytes == 0 && buffer.rest == nil
    }
    return isUntouched(core.toServer) && isUntouched(core.toClient)
  }

  /// The direction's stream has begun and never had data.
  package func isBare(_ direction: Direction) -> Bool {
    let isBegun = direction == .toServer ? core.client.isKnown : core.server.isKnown
    return isBegun && core.read(direction) { $0.end == 0 && $0.regions.isEmpty }
  }

  /// There are bytes that raw inspection has not seen and will want, once they are acknowledged.
  package func isUnacknowledged(_ direction: Direction) -> Bool {
    core.read(direction) { $0.isUnacknowledged }
  }

  /// The connection was closed before the last bytes of a direction were acknowledged.
  package func isCut(_ direction: Direction) -> Bool { core.isCutByReset[direction] || core.isCut(direction) }

  /// Bytes of a chunk in a direction: when as many are pending, raw inspection is worth while.
  package func chunkBytes(_ direction: Direction) -> Int {
    direction == .toServer ? settings.toServerChunkBytes : settings.toClientChunkBytes
  }

  /// Begins a look of raw inspection at a direction, to be ended with `markRawInspected`.
  package func beginLook(_ direction: Direction) -> RawLook {
    RawLook(from: summary[direction].inspected)
  }

  /// Shows the next part of a look: some bytes of its run seen before, at most a chunk, and those that are
  /// to be seen.
  ///
  /// `body` gets the bytes, the offset in the stream of the first, and the index of the first new one. It
  /// must not change the session. False where nothing is left to be shown.
  package func withRawPart(
    _ direction: Direction, _ look: inout RawLook,
    _ body: (_ bytes: RawSpan, _ startOffset: UInt64, _ newFrom: Int) -> Void
  ) -> Bool {
    core.read(direction) { buffer in
      guard let part = buffer.nextPart(&look, isInline: settings.isInline) else { return false }
      buffer.withPart(part, overlap: chunkBytes(direction), body)
      return true
    }
  }

  /// Where the contiguous bytes of a direction end; nil where nobody inspects the stream as such any more.
  @inline(__always)
  package func rawTail(_ direction: Direction) -> RawTail? {
    let stream = summary[direction]
    return stream.isRawDisabled ? nil : RawTail(end: stream.end, rewrites: stream.rewrites)
  }

  /// Shows the contiguous bytes of a direction from an offset on, after at most `reach` bytes that stand
  /// before it: `body` gets the bytes, and the index of the first from the offset on. It must not change the
  /// session.
  package func withTail(
    _ direction: Direction, from start: Int64, reach: Int, _ body: (_ bytes: RawSpan, _ newFrom: Int) -> Void
  ) {
    core.read(direction) { buffer in
      let from = max(start &- Int64(reach), buffer.base)
      guard from <= start else { return }
      body(buffer.span(from: from, to: buffer.end), Int(start &- from))
    }
  }

  /// Puts what the stream keeps in the place of a packet's data, as far as it is there: inline, the receiver
  /// is to get what was inspected.
  package func overwrite(
    _ data: inout [UInt8], _ range: Range<Int>, _ direction: Direction, at offset: UInt64
  ) {
    core.read(direction) { buffer in
      let start = Int64(clamping: offset)
      for (place, index) in range.enumerated() where data.indices.contains(index) {
        if let byte = buffer.byte(at: start &+ Int64(place)) { data[index] = byte }
      }
    }
  }

  /// Shows raw inspection the data behind a hole that holds an offset, with the index of the offset in it:
  /// inline, rules look at a packet's surroundings whatever is missing before. False where there is none.
  package func withRegion(
    _ direction: Direction, at offset: UInt64,
    _ body: (_ bytes: RawSpan, _ start: UInt64, _ newFrom: Int) -> Void
  ) -> Bool {
    core.read(direction) { buffer in
      let offset = Int64(clamping: offset)
      guard !buffer.isRawDisabled,
        let region = buffer.regions.first(where: { $0.start <= offset && offset < $0.end })
      else { return false }
      region.withBytes { body($0, UInt64(max(region.start, 0)), Int(offset &- region.start)) }
      return true
    }
  }

  /// Raw inspection has seen what a look has shown.
  package func markRawInspected(_ direction: Direction, _ look: RawLook) {
    change(direction) { $0.markInspected(look) }
  }

  /// No raw inspection of a direction any more.
  package func disableRaw(_ direction: Direction) {
    change(direction) { buffer in
      buffer.isRawDisabled = true
      buffer.forgetRemainders()
    }
  }

  /// No application data of a direction any more; raw inspection goes on.
  package func disableApplication(_ direction: Direction) {
    change(direction) { $0.isApplicationDisabled = true }
  }

  /// Frames of the application layer from this offset on are not done with: their bytes stay, as far as there
  /// is room.
  package func retain(_ direction: Direction, from offset: UInt64) {
    let offset = Int64(clamping: offset)
    guard core.read(direction, { $0.retainedFrom }) != offset else { return }
    change(direction) { $0.retainedFrom = offset }
  }

  /// Exchanges the two sides.
  func swapDirections() { change { $0.swapDirections() } }

  /// Neither: what comes in this direction is counted, but not kept.
  package func disableReassembly(_ direction: Direction) {
    change(direction) { buffer in
      buffer.isRawDisabled = true
      buffer.isApplicationDisabled = true
      buffer.discard()
    }
  }

  /// The flow ends: all that is there becomes deliverable, acknowledged or not.
  package func flush() {
    change { core in
      core.toServer.isFlushed = true
      core.toClient.isFlushed = true
    }
  }

  /// The session is over: storage that its data does not need is given back.
  package func shrink() {
    for direction in Direction.allCases { change(direction) { $0.shrink() } }
  }

  /// Data of a direction has holes, skipped or open.
  package func hasHole(_ direction: Direction) -> Bool {
    core.read(direction) { $0.hasGap || !$0.regions.isEmpty }
  }

  /// A hole was skipped in a direction: EVE's `tcp.ts_gap`.
  package func hasGap(_ direction: Direction) -> Bool {
    direction == .toServer ? core.toServer.hasGap : core.toClient.hasGap
  }

  /// The most separate runs of data in a direction: EVE's `tcp.ts_max_regions`.
  package func regionsMax(_ direction: Direction) -> Int {
    direction == .toServer ? core.toServer.regionsMax : core.toClient.regionsMax
  }

  /// Urgent bytes left out of a direction's stream: EVE's `tcp.ts_urgent_oob_data`.
  package func urgentBytes(_ direction: Direction) -> Int {
    direction == .toServer ? core.client.urgentBytes : core.server.urgentBytes
  }

  /// The protocol that was recognised has a depth of its own; 0: none.
  package func setDepth(_ bytes: Int) {
    if core.depthBytes != bytes { change { $0.depthBytes = bytes } }
  }

  /// The depth was reached in a direction: no more of it is put together.
  package func isDepthReached(_ direction: Direction) -> Bool {
    direction == .toServer ? core.toServer.isDepthReached : core.toClient.isDepthReached
  }
}
