import Protocols
import Wire

// What is kept of what rules decide of a transaction.
extension Inspector {
  /// A message in a datagram, which is a transaction of its own (DNS): rules look at it once, unless one of
  /// them waits for something else, so that nothing has to be kept of what they decide.
  @inline(__always)
  mutating func passes(
    _ transaction: Transaction, _ reached: TransactionState, _ subject: Subject
  ) -> Bool {
    reached.onlyDirection != nil && subject.packet.isUDP && !subject.isEnd && !hasFirewall
      && transaction.lane(subject.direction) == nil
  }

  /// A lane as if just made.
  mutating func takeSpareLane() -> TransactionLane {
    var lane: TransactionLane?
    swap(&lane, &spareLane)
    guard let lane else { return TransactionLane(generation: generation) }
    lane.renew(generation: generation)
    return lane
  }

  /// What has been decided of a transaction in a direction, begun where it is missing.
  mutating func lane(of transaction: Transaction, _ direction: Direction) -> TransactionLane {
    if let known = transaction.lane(direction) as? TransactionLane, known.generation == generation {
      return known
    }
    let lane = TransactionLane(generation: generation)
    transaction.keep(lane: lane, direction)
    return lane
  }

  /// The rule has fired, or can fire no more in this direction.
  mutating func decide(
    _ number: Int32, _ rule: CompiledRule, _ lane: TransactionLane, hasFired: Bool = false
  ) {
    lane.forget(number)
    let isBareHook = rule.hookProgress > 0 && rule.transactionInspections.isEmpty
    if rule.isCalledAgain || hasFired && lane.notesFired && !isBareHook { lane.decided.append(number) }
  }

  mutating func keep(
    _ number: Int32, _ matched: UInt64, _ bodyBytes: Int, _ lane: TransactionLane,
    waitsForPacket: Bool = false, firstFile: Int = 0
  ) {
    let entry = WaitingRule(
      rule: number, matched: matched, bodyBytes: bodyBytes, waitsForPacket: waitsForPacket,
      firstFile: UInt16(clamping: firstFile))
    for (index, waiting) in lane.waiting.enumerated() where waiting.rule == number {
      lane.waiting[index] = entry
      return
    }
    if lane.waiting.count < TransactionLane.waitingMax { lane.waiting.append(entry) }
  }
}
