import Flows
import Protocols
import Wire

// Contents and other conditions on payloads: of packets, and of streams as parts of them are shown.
extension Inspector {
  /// On what a rule's payload conditions hold.
  enum PayloadMatch { case none, packet, stream }

  /// Tries a rule's payload conditions on the packet and on the stream, as its mode says.
  mutating func payloadMatch(
    _ number: Int32, _ rule: CompiledRule, _ subject: Subject, _ bytes: RawSpan, _ window: RawSpan,
    _ stream: StreamPart
  ) -> PayloadMatch {
    let mode = rule.payloadMode
    if !subject.isEnd, subject.packet.payloadLength > 0, mode != .streamOnly,
      mode != .stream || !subject.isInStream
    {
      if matchesAll(rule.payloadInspections, subject.payload(of: bytes), base: 0) { return .packet }
    }
    if mode == .packet, stream.isThere, !subject.isEnd, subject.packet.payloadLength == 0,
      matchesAll(rule.payloadInspections, window.part(0, 0), base: 0)
    {
      return .packet
    }
    guard mode != .packet, let detection = subject.detection else { return .none }
    guard stream.isThere else { return rule.looksBack && subject.isEnd ? lookBack(rule, subject) : .none }
    if rule.isOnParts && !subject.isInline && !rule.looksBack {
      return partMatch(rule, subject, window, stream)
    }
    let direction = subject.direction
    // Behind a hole, what is shown again counts again.
    let from = isInline ? 0 : min(detection.streamStart(of: number, direction), stream.newStart)
    let skipped = from > stream.start ? Int(clamping: from &- stream.start) : 0
    guard skipped < window.byteCount else { return .none }
    let part = window.part(skipped, window.byteCount &- skipped)
    let end = stream.start &+ UInt64(window.byteCount)
    let base = Int(clamping: stream.start &+ UInt64(skipped))
    let isMatch = matchesAll(rule.payloadInspections, part, base: base)
    if isMatch {
      detection.noteMatch(of: number, direction, upTo: end)
      if detection.hasPending(direction) { detection.pending[direction].removeAll { $0.rule == number } }
      return .stream
    }
    wait(number, rule, detection, direction, until: end)
    return .none
  }

  /// Tries a rule on the part of the stream that is new, as if nothing were before it. A packet without data
  /// that brings it forward shows nothing as well: what must not be there is not in it.
  private mutating func partMatch(
    _ rule: CompiledRule, _ subject: Subject, _ window: RawSpan, _ stream: StreamPart
  ) -> PayloadMatch {
    let part = window.part(stream.newFrom, window.byteCount &- stream.newFrom)
    if matchesAll(rule.payloadInspections, part, base: 0) { return .stream }
    guard !subject.isEnd, subject.packet.payloadLength == 0 else { return .none }
    return matchesAll(rule.payloadInspections, window.part(0, 0), base: 0) ? .packet : .none
  }

  /// Tries a rule on what is kept of a stream that has been shown: as in Suricata, where the end of a flow
  /// ends a body, what came before is looked at with it.
  private mutating func lookBack(_ rule: CompiledRule, _ subject: Subject) -> PayloadMatch {
    guard let session = subject.session else { return .none }
    var found = PayloadMatch.none
    let direction = subject.sessionDirection
    session.withParts(direction, from: 0, to: session.storedEnd(direction)) { part, offset in
      if matchesAll(rule.payloadInspections, part, base: Int(clamping: offset)) { found = .stream }
    }
    return found
  }

  /// Keeps a rule whose pattern is in the stream in mind until its place has left the window.
  private mutating func wait(
    _ number: Int32, _ rule: CompiledRule, _ detection: FlowDetection, _ direction: Direction,
    until end: UInt64
  ) {
    let inspection = program.inspections[rule.payloadInspections.start]
    guard inspection.steps.count > 1 || rule.payloadInspections.count > 1,
      detection.pending[direction].count < FlowDetection.Limits.pending,
      !detection.pending[direction].contains(where: { $0.rule == number })
    else { return }
    detection.pending[direction].append(PendingStreamRule(rule: number, until: end))
  }

  private mutating func matchesAll(_ range: IndexRange, _ bytes: RawSpan, base: Int) -> Bool {
    var position = range.start
    while position < range.end {
      guard matches(program.inspections[position], bytes, base: base) else { return false }
      position &+= 1
    }
    return true
  }
}
