import Flows
import Protocols
import Wire

// Rules on frames: on that part of a frame that the packet, or the part of the stream shown, has of it.
extension Inspector {
  /// Asks the rules on the frames of the packet's direction that have bytes which no rule has seen.
  @inline(never)
  mutating func inspectFrames(
    _ subject: borrowing Subject, _ bytes: RawSpan, _ window: RawSpan, _ stream: StreamPart
  ) {
    guard let conversation = subject.conversation, let index = conversation.protocolIndex,
      let log = conversation.session?.frames, !log.frames[subject.direction].isEmpty
    else { return }
    let group = index * 2 + subject.direction.index
    if rules.frameGroups[group].isEmpty { return }
    if subject.flow?.tcp != nil {
      guard stream.isThere else { return }
      inspectFrames(log, group, subject, bytes, window, from: stream.start, isStream: true)
    } else if !subject.isEnd {
      inspectFrames(log, group, subject, bytes, subject.packet.payload(of: bytes), from: 0, isStream: false)
    }
  }

  /// The frames of a window of the stream, or of a datagram.
  private mutating func inspectFrames(
    _ log: FrameLog, _ group: Int, _ subject: borrowing Subject, _ bytes: RawSpan, _ window: RawSpan,
    from start: UInt64, isStream: Bool
  ) {
    let limit = start &+ UInt64(window.byteCount)
    for position in log.frames[subject.direction].indices {
      let frame = log.frames[subject.direction][position]
      let end = min(frame.end ?? limit, limit)
      guard frame.start < end, frame.inspected < end, start < end else { continue }
      let view = FrameView(
        frame: frame, from: max(frame.start, start), windowStart: start, end: end, isStream: isStream)
      inspect(view, group, subject, bytes, window)
      log.noteInspected(position, subject.direction, upTo: end)
    }
  }

  private mutating func inspect(
    _ view: borrowing FrameView, _ group: Int, _ subject: borrowing Subject, _ bytes: RawSpan,
    _ window: RawSpan
  ) {
    let kind = Int(view.frame.kind)
    guard kind < rules.frameGroups[group].kinds.count else { return }
    let rulesOfKind = rules.frameGroups[group].kinds[kind]
    for rule in rulesOfKind.always { candidates.insert(rule) }
    if rulesOfKind.database >= 0 {
      // A literal that begins in what was seen before reaches back by its length less one.
      let reach = UInt64(max(rules.databases[Int(rulesOfKind.database)].longest &- 1, 0))
      let seen = max(view.frame.inspected, view.from)
      let from = max(view.from, seen &- min(reach, seen))
      let part = view.part(window, from: from)
      scan(rulesOfKind.database, part, after: Int(clamping: seen &- from))
    }
    guard !candidates.isEmpty else { return }
    counters.packetCandidates &+= UInt64(candidates.count)
    candidates.sort()
    var position = 0
    let isProfiled = profile != nil
    while position < candidates.count {
      let rule = candidates[position]
      let (matches, start) = isProfiled ? (counters.matches, RuleProfiler.now) : (0, 0)
      evaluate(rule, view, subject, bytes, window)
      if isProfiled { profile?.note(rule, since: start, isMatch: counters.matches != matches) }
      position &+= 1
    }
    candidates.removeAll()
  }

  private mutating func evaluate(
    _ number: Int32, _ view: borrowing FrameView, _ subject: borrowing Subject, _ bytes: RawSpan,
    _ window: RawSpan
  ) {
    let rule = program.rules[Int(number)]
    guard holdsCheaply(number, subject, bytes) else { return }
    if !rule.stateSteps.isEmpty && !state.holds(rule.stateSteps, subject, program) { return }
    noteCheck(number)
    matcher.begin()
    if !rule.headerInspections.isEmpty && !holdsHeaders(rule.headerInspections, subject, bytes) { return }
    // What a match has used up is not matched again.
    let used = view.isStream ? subject.detection?.streamStart(of: number, subject.direction) ?? 0 : 0
    let from = max(view.from, used)
    guard from < view.end else { return }
    let part = view.part(window, from: from)
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
private struct FrameView {
  let frame: ProtocolFrame
  /// Offset of the first byte of the frame that is there.
  let from: UInt64
  /// Offset of the first byte of the window.
  let windowStart: UInt64
  /// Offset after the last byte of the frame that is there.
  let end: UInt64
  let isStream: Bool

  /// The frame's bytes from an offset on.
  @_lifetime(copy window)
  func part(_ window: RawSpan, from offset: UInt64) -> RawSpan {
    window.part(Int(clamping: offset &- windowStart), Int(clamping: end &- offset))
  }
}
