import Wire

/// Parser of IKE over UDP: each datagram is a message and a transaction.
///
/// A datagram of another length than its header says, or of another version, is a failure; so is one of
/// version 1 whose association is cut. Of one of version 2 that cannot be read, the header is told.
final class IKESession: Session {
  private var participants = Pair(both: IKEParticipant())
  private var domain: UInt32?
  private var suite = IKESuite()

  override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption {
    guard bytes.byteCount >= IKEHeader.bytes else { return Consumption(bytes: bytes.byteCount, .failed) }
    let header = IKEHeader(bytes)
    guard header.length == bytes.byteCount, 1...2 ~= header.majorVersion else {
      return Consumption(bytes: bytes.byteCount, .failed)
    }
    let transaction = IKETransaction(number: transactionCount, header, direction, clock)
    transactionCount &+= 1
    let payloads = bytes.part(IKEHeader.bytes, bytes.byteCount &- IKEHeader.bytes)
    if header.majorVersion == 1 {
      guard read1(payloads, transaction) else { return Consumption(bytes: bytes.byteCount, .failed) }
    } else {
      read2(payloads, transaction)
    }
    transactions.append(transaction)
    return Consumption(bytes: bytes.byteCount)
  }

  private func read1(_ bytes: RawSpan, _ transaction: IKETransaction) -> Bool {
    if transaction.isEncrypted {
      transaction.content = IKEContent(encrypted: transaction.header.firstPayload)
    } else {
      guard let content = try? IKEContent(bytes, first: transaction.header.firstPayload) else { return false }
      domain = content.domain ?? domain
      let direction = transaction.direction
      let known =
        content.payloads.contains(IKEContent.association) ? 0 : participants[direction].proposalCount
      // As in the reference, what is odd is noted on the message before, where that is not finished with.
      if direction == .toClient, known <= 1, known &+ content.proposals.count > 1 {
        raise(.severalProposals)
      }
      if content.hasRest { raise(.extraData) }
      participants[direction].note(content)
      transaction.content = content
    }
    transaction.participants = participants
    transaction.domain = domain
    return true
  }

  private func raise(_ event: IKEEvent) {
    (transactions.last as? IKETransaction)?.raise(event)
  }

  private func read2(_ bytes: RawSpan, _ transaction: IKETransaction) {
    if let payloads = try? IKEPayloads(bytes, first: transaction.header.firstPayload) {
      transaction.payloads = payloads.kinds
      transaction.notifications = payloads.notifications
      for proposal in payloads.proposals { judge(proposal, transaction) }
    }
    transaction.suite = suite
  }

  /// Says what is weak about a proposal, and notes what a server has chosen.
  private func judge(_ proposal: IKEPayloads.Proposal, _ transaction: IKETransaction) {
    for algorithm in proposal.algorithms {
      if let event = Self.weakness(algorithm.kind, algorithm.number) { transaction.raise(event) }
    }
    if !proposal.algorithms.contains(where: { $0.kind == 4 }) { transaction.raise(.noKeyExchange) }
    // Authentication alone.
    if proposal.protocolNumber == 2 { transaction.raise(.noEncryption) }
    let isProtected = proposal.algorithms.contains {
      $0.kind == 3 && $0.number != 0 || $0.kind == 1 && Self.authenticated.contains($0.number)
    }
    if !isProtected { transaction.raise(.noIntegrity) }
    guard transaction.direction == .toClient else { return }
    for algorithm in proposal.algorithms where 1...5 ~= algorithm.kind {
      suite.note(algorithm.kind, algorithm.number)
      transaction.algorithms.append(algorithm)
    }
  }

  /// Encryptions that protect integrity as well: CCM, GCM, ChaCha20-Poly1305.
  private static let authenticated: Set<UInt16> = [14, 15, 16, 18, 19, 20, 25, 26, 27, 28]

  /// What is to be said of an algorithm (RFC 8247).
  private static func weakness(_ kind: UInt8, _ number: UInt16) -> IKEEvent? {
    switch (kind, number) {
    case (1, 1...9), (1, 11): .weakEncryption
    case (2, 0), (4, 0): .invalidProposal
    case (2, 1...2): .weakPseudoRandom
    case (3, 1...7): .weakIntegrity
    case (4, 1...2), (4, 5), (4, 22): .weakKeyExchange
    case (1...5, _): nil
    default: .unknownProposal
    }
  }
}
