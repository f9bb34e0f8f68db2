package import Wire

/// Parser of calls over a connection (C706 §12.6): packets one after the other, each with its length.
///
/// Calls may overlap; what belongs together is told by the call's number. A packet that is no packet ends the
/// parsing. After a gap the packets are picked up where the known length says, or else where the bytes look
/// like a header again.
package final class DCERPCSession: Session {
  private let association = DCERPCAssociation(FlowBudget(bytesMax: DCERPCLimits.flowStubBytes))
  private var lanes = Pair(both: Lane())

  /// Where one direction stands.
  private struct Lane {
    /// Bytes of the unfinished packet at the front of what was left over.
    var unfinished = 0
    /// Bytes still to be passed over: the rest of a packet that a gap broke.
    var skips = 0
    /// Where packets begin is not known after a gap.
    var isLost = false
    /// No more bytes will be shown.
    var isTruncated = false
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    var position = min(lanes[direction].skips, bytes.byteCount)
    lanes[direction].skips &-= position
    if lanes[direction].isLost, !find(bytes, &position, direction) { return Consumption(bytes: position) }
    while bytes.byteCount &- position >= DCERPCHeader.byteCount {
      let rest = bytes.part(position, bytes.byteCount)
      guard let header = DCERPCHeader(rest) else { return Consumption(bytes: position, .failed) }
      lanes[direction].unfinished = header.fragmentBytes
      announce(header, position, direction)
      guard rest.byteCount >= header.fragmentBytes else { break }
      take(header, rest.part(0, header.fragmentBytes), clock)
      position &+= header.fragmentBytes
      lanes[direction].unfinished = 0
    }
    return Consumption(bytes: position)
  }

  private func announce(_ header: DCERPCHeader, _ position: Int, _ direction: Direction) {
    guard frames != nil else { return }
    let size = DCERPCHeader.byteCount
    announce(DCERPCFrame.pdu, direction, at: position, length: header.fragmentBytes)
    announce(DCERPCFrame.header, direction, at: position, length: size)
    announce(DCERPCFrame.data, direction, at: position &+ size, length: header.fragmentBytes &- size)
  }

  /// Looks for the next header after a gap.
  private func find(_ bytes: RawSpan, _ position: inout Int, _ direction: Direction) -> Bool {
    while bytes.byteCount &- position >= DCERPCHeader.byteCount {
      if DCERPCHeader(bytes.part(position, DCERPCHeader.byteCount)) != nil {
        lanes[direction].isLost = false
        return true
      }
      position &+= 1
    }
    return false
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    let expected = max(lanes[direction].unfinished, lanes[direction].skips)
    lanes[direction].unfinished = 0
    lanes[direction].skips = max(expected &- count, 0)
    lanes[direction].isLost = expected < count
    // What was asked or answered before may have gone with the gap.
    for case let transaction as DCERPCTransaction in transactions { transaction.finish(direction) }
    return .goesOn
  }

  package override func truncate(_ direction: Direction) {
    lanes[direction].isTruncated = true
    for case let transaction as DCERPCTransaction in transactions { transaction.finish(direction) }
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    for case let transaction as DCERPCTransaction in transactions { transaction.finish(direction) }
  }

  private func take(_ header: DCERPCHeader, _ packet: RawSpan, _ clock: PacketClock) {
    guard let transaction = transaction(of: header, clock) else { return }
    association.take(header, packet, transaction.call)
    transaction.settle()
    for direction in Direction.allCases where lanes[direction].isTruncated { transaction.finish(direction) }
  }

  /// The transaction that a packet belongs to, begun where it is a new one; nil: the packet says nothing of a
  /// call.
  private func transaction(of header: DCERPCHeader, _ clock: PacketClock) -> DCERPCTransaction? {
    guard header.type.asks || header.type.isAnswer else { return nil }
    for case let transaction as DCERPCTransaction in transactions.reversed()
    where transaction.call.identifier == header.call {
      let call = transaction.call
      if header.type.asks {
        if header.type == .request, call.request == .request, !call.isAsked { return transaction }
        if call.request == nil, transaction.progress.toServer == 0 { return transaction }
      } else if !call.isAnswered, header.type.answers(call.request) {
        return transaction
      }
    }
    return begin(header, clock)
  }

  private func begin(_ header: DCERPCHeader, _ clock: PacketClock) -> DCERPCTransaction {
    if transactions.count >= DCERPCLimits.transactions {
      for case let old as DCERPCTransaction in transactions where !old.state.isDone {
        old.finish(.toServer)
        old.finish(.toClient)
        break
      }
    }
    let call = DCERPCCall(header.call, association.budget)
    let transaction = DCERPCTransaction(call, number: transactionCount, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }
}
