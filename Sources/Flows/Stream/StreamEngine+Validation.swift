import Wire

// What a packet must satisfy to be believed, whatever the state.
extension StreamEngine {
  /// Whether the acknowledgement lies in what the other side may have sent; raises `packetInvalidAck` if not.
  ///
  /// `receiver` is the side whose data it acknowledges.
  func isAcceptable(
    _ segment: TCPSegment, _ receiver: TCPEnd, _ traits: TCPTraits, _ result: inout TCPResult,
    isSilent: Bool = false
  ) -> Bool {
    guard segment.has(TCPFlag.ack) else { return true }
    let acknowledgement = segment.acknowledgement
    if acknowledgement == receiver.acknowledged { return true }
    if acknowledgement.isAfter(receiver.acknowledged), acknowledgement.isAtMost(receiver.allowed) {
      return true
    }
    if acknowledgement.isBefore(receiver.acknowledged) {
      // Old, but not older than the window: a packet that was overtaken.
      if receiver.window == 0 || acknowledgement.isAtLeast(receiver.acknowledged &- receiver.window) {
        return true
      }
    } else if traits.isAsync {
      return true
    }
    if !isSilent { result.events.insert(.packetInvalidAck) }
    return false
  }

  /// Protection against wrapped sequence numbers (RFC 7323 §5): an older time stamp makes a packet invalid.
  func isTimely(
    _ segment: TCPSegment, _ sender: inout TCPEnd, _ policy: HostPolicy, _ result: inout TCPResult
  ) -> Bool {
    guard sender.usesTimestamps, segment.hasTimestamp else { return true }
    if sender.hasZeroTimestamp {
      // The handshake's zero said nothing: the first real one begins the row.
      sender.hasZeroTimestamp = segment.timestamp == 0
      sender.noteTimestamp(segment, mayBegin: true)
      return true
    }
    if segment.timestamp == 0, settings.liberalTimestamps { return true }
    let difference = Int64(Int32(bitPattern: segment.timestamp &- sender.timestamp))
    // Linux lets a stamp pass that is older by one.
    let tolerance: Int64 = policy == .linux || policy == .oldLinux ? 1 : 0
    if difference &+ tolerance < 0 {
      // After 24 days without a packet the clock may have gone round.
      if segment.seconds > sender.timestampSeconds &+ StreamEngine.timestampLifeSeconds {
        sender.noteTimestamp(segment, mayBegin: true)
        return true
      }
      result.events.insert(.packetInvalidTimestamp)
      return false
    }
    sender.noteTimestamp(segment)
    return true
  }

  /// 24 days (RFC 7323 §5.5).
  static let timestampLifeSeconds: Int64 = 2_073_600

  /// A repetition of the last byte, or of nothing, to see whether the other side is alive (RFC 9293 §3.8.4),
  /// or the answer to it.
  func isKeepAlive(_ segment: TCPSegment, _ sender: inout TCPEnd, _ receiver: inout TCPEnd) -> Bool {
    let flags = segment.flags & (TCPFlag.syn | TCPFlag.fin | TCPFlag.rst | TCPFlag.ack)
    guard flags == TCPFlag.ack else { return false }
    if segment.payloadCount <= 1, segment.sequence == sender.next &- 1,
      segment.acknowledgement == receiver.next || segment.acknowledgement == receiver.acknowledged
    {
      sender.isKeepingAlive = true
      return true
    }
    if receiver.isKeepingAlive, segment.payloadCount == 0, segment.sequence == sender.next,
      segment.acknowledgement == receiver.next,
      segment.window << UInt32(receiver.windowShift) == receiver.window
    {
      receiver.isKeepingAlive = false
      return true
    }
    sender.isKeepingAlive = false
    return false
  }

  /// A window that shrinks by more than the data that it acknowledges, from numbers that were not seen.
  func isBadWindowUpdate(_ segment: TCPSegment, _ sender: TCPEnd, _ receiver: borrowing TCPEnd) -> Bool {
    let flags = segment.flags & (TCPFlag.syn | TCPFlag.fin | TCPFlag.rst | TCPFlag.ack)
    guard flags == TCPFlag.ack, segment.payloadCount == 0 else { return false }
    let window = segment.window << UInt32(receiver.windowShift)
    guard window < receiver.window / 2, segment.acknowledgement.isAfter(receiver.next),
      segment.sequence.isAfter(sender.next)
    else { return false }
    return receiver.window &- window > segment.acknowledgement &- receiver.next
  }

  /// Whether the data was sent before: raises the event that says how.
  func isRetransmission(
    _ segment: TCPSegment, _ sender: TCPEnd, _ result: inout TCPResult
  ) -> Bool {
    guard segment.payloadCount > 0 else { return false }
    let isPartlyAcknowledged =
      segment.sequence.isBefore(sender.acknowledged) && segment.end.isAfter(sender.acknowledged)
    let isAcknowledged = segment.end.isAtMost(sender.acknowledged)
    let isInFlight = segment.end.isAtMost(sender.next)
    guard isPartlyAcknowledged || isAcknowledged || isInFlight else { return false }
    result.isRetransmission = true
    result.events.insert(isAcknowledged ? .packetSpuriousRetransmission : .packetRetransmission)
    return true
  }

  /// Whether the receiving system would take a reset with its number (RFC 9293 §3.10.7.4 and what systems
  /// make of it).
  func isAcceptableReset(
    _ segment: TCPSegment, _ sender: TCPEnd, _ receiver: borrowing TCPEnd, _ traits: TCPTraits
  ) -> Bool {
    if traits.isAsync || traits.isMidstream {
      if segment.sequence.isAtLeast(sender.next) { return true }
    }
    // Where packets were lost, the number that a reset must have is not known.
    if traits.hasGap { return true }
    switch receiver.policy {
    case .hpux11:
      return segment.sequence.isAtLeast(sender.next)
    case .oldLinux, .linux, .solaris, .oldSolaris:
      return segment.end.isAtLeast(sender.acknowledged)
        && segment.sequence.isAtMost(sender.next &+ sender.window)
    default:
      return segment.sequence == sender.numberOfReset
    }
  }
}
