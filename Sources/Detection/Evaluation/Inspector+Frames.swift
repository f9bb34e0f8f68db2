import Flows
import Protocols
import Wire

// Rules on frames: they are asked when a frame is whole, when a chunk of a long one has come, and at the end.
extension Inspector {
  /// Asks the rules on the frames of the packet's direction that have bytes which no rule has seen.
  @inline(never)
  mutating func inspectFrames(_ subject: Subject, _ bytes: RawSpan) {
    guard let conversation = subject.conversation, !conversation.hasFailed,
      let index = conversation.protocolIndex, let log = conversation.frames,
      !log.frames[subject.direction].isEmpty
    else { return }
    let group = index * 2 + subject.direction.index
    if rules.frameGroups[group].isEmpty { return }
    for position in log.frames[subject.direction].indices {
      let frame = log.frames[subject.direction][position]
      guard rules.frameGroups[group].kinds.indices.contains(Int(frame.kind)) else { continue }
      if let session = subject.session {
        let reached = conversation.reached(subject.direction)
        guard let end = dueEnd(of: frame, reached, session, subject) else { continue }
        inspectStream(frame, end, session, group, subject, bytes)
        log.noteInspected(position, subject.direction, upTo: end)
      } else if !subject.isEnd {
        let payload = subject.packet.payload(of: bytes)
        let end = min(frame.end ?? UInt64(payload.byteCount), UInt64(payload.byteCount))
        guard frame.start < end, frame.inspected < end else { continue }
        let part = payload.part(Int(clamping: frame.start), Int(clamping: end &- frame.start))
        let view = FrameView(frame: frame, from: frame.start, end: end, isStream: false)
        inspect(view, part, group, subject, bytes)
        log.noteInspected(position, subject.direction, upTo: end)
      }
    }
  }

  /// Up to where a frame in a stream is to be inspected now; nil: not now.
  private mutating func dueEnd(
    of frame: ProtocolFrame, _ reached: UInt64, _ session: TCPSession, _ subject: Subject
  ) -> UInt64? {
    let end = min(frame.end ?? reached, reached)
    guard end > max(frame.inspected, frame.start) else { return nil }
    if frame.end == end || isInline || subject.isEnd || session.state == .closed { return end }
    // Suricata counts from the stream's start what has to be there, and from where it keeps the stream how
    // much there is.
    let progress = max(frame.inspected, frame.start) &- frame.start
    guard reached >= progress &+ Self.frameChunkBytes else { return nil }
    let kept = session.keptBytes(subject.sessionDirection, upTo: reached)
    return kept >= Self.frameChunkBytes || frame.length.map { $0 <= kept } == true ? end : nil
  }

  /// As many bytes are wanted before a frame is inspected that is not whole.
  private static let frameChunkBytes: UInt64 = 2500

  /// Shows rules the runs of bytes that are there of a frame: those that are new, and as many before as a
  /// chunk has.
  private mutating func inspectStream(
    _ frame: ProtocolFrame, _ end: UInt64, _ session: TCPSession, _ group: Int,
    _ subject: Subject, _ bytes: RawSpan
  ) {
    let overlap = UInt64(session.chunkBytes(subject.sessionDirection))
    let from = max(frame.start, frame.inspected &- min(overlap, frame.inspected))
    session.withParts(subject.sessionDirection, from: from, to: end) { part, offset in
      let partEnd = offset &+ UInt64(part.byteCount)
      guard partEnd > frame.inspected else { return }
      let view = FrameView(frame: frame, from: offset, end: partEnd, isStream: true)
      inspect(view, part, group, subject, bytes)
    }
  }

  private mutating func inspect(
    _ view: FrameView, _ part: RawSpan, _ group: Int, _ subject: Subject, _ bytes: RawSpan
  ) {
    let rulesOfKind = rules.frameGroups[group].kinds[Int(view.frame.kind)]
    for rule in rulesOfKind.always { candidates.insert(rule) }
    if rulesOfKind.database >= 0 {
      // A literal that begins in what was seen before reaches back by its length less one.
      let seen = Int(clamping: max(view.frame.inspected, view.from) &- view.from)
      let from = max(0, seen &- scans.longest(rulesOfKind.database) &+ 1)
      scan(rulesOfKind.database, part.part(from, part.byteCount &- from), after: seen &- from)
    }
    guard !candidates.isEmpty else { return }
    counters.packetCandidates &+= UInt64(candidates.count)
    candidates.sort()
    var position = 0
    let isProfiled = profile != nil
    while position < candidates.count {
      let rule = candidates[position]
      let (matches, start) = isProfiled ? (counters.matches, RuleProfiler.now) : (0, 0)
      evaluate(rule, view, part, subject, bytes)
      if isProfiled { profile?.note(rule, since: start, isMatch: counters.matches != matches) }
      position &+= 1
    }
    candidates.removeAll()
  }

  private mutating func evaluate(
    _ number: Int32, _ view: FrameView, _ part: RawSpan, _ subject: Subject, _ bytes: RawSpan
  ) {
    let rule = program.rules[Int(number)]
    guard holdsCheaply(number, subject, bytes) else { return }
    if !rule.stateSteps.isEmpty && !state.holds(rule.stateSteps, subject, program) { return }
    noteCheck(number)
    matcher.begin()
    if !rule.headerInspections.isEmpty && !holdsHeaders(rule.headerInspections, subject, bytes) { return }
    // A frame in several parts is one to its rules.
    let identifier = view.frame.identifier
    for alert in found where alert.signature == Int(number) && alert.frame?.identifier == identifier {
      return
    }
    // What a match has used up is not matched again.
    let used =
      view.isStream && !view.frame.isAgain
      ? subject.detection?.streamStart(of: number, subject.direction) ?? 0 : 0
    let from = max(view.from, used)
    guard from < view.end else { return }
    let skipped = Int(clamping: from &- view.from)
    let part = part.part(skipped, part.byteCount &- skipped)
    let base = Int(clamping: from &- view.frame.start)
    var hasMatched = false
    for place in rule.frameInspections.start..<rule.frameInspections.end {
      let inspection = program.inspections[place]
      guard inspection.frameKind == view.frame.kind else { continue }
      guard matches(inspection, part, base: base) else { return }
      hasMatched = true
    }
    guard hasMatched else { return }
    if rule.hasScripts, !holdsScripts(number, subject, bytes, nil) { return }
    if view.isStream { subject.detection?.noteMatch(of: number, subject.direction, upTo: view.end) }
    emit(
      number, subject, transaction: view.frame.transaction, isOnStream: view.isStream, frame: view.frame)
  }
}

/// The part of a frame that is at hand.
private struct FrameView: BitwiseCopyable {
  let frame: ProtocolFrame
  /// Offsets of the part's first byte, and after its last.
  let from: UInt64
  let end: UInt64
  let isStream: Bool
}
