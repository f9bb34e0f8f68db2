import Detection
import Events
import Flows
import Protocols
import Wire

// From packet and transactions to alerts and records.
extension Worker {
  /// Rules first, then the records of what is complete, as Suricata orders them.
  func inspect(_ packet: Packet, _ bytes: RawSpan, _ flow: Flow, _ direction: Direction, _ result: TCPResult?)
  {
    let conversation = flow.application as? Conversation
    let logical = conversation?.direction(direction) ?? direction
    var subject = EventSubject(packet: packet, direction: logical, flow: flow)
    subject.captureFile = captureFile
    subject.interface = context.interface
    subject.origin = packet.isReassembled ? .defragmented : .wire
    runRules(subject, bytes, flow, conversation, logical, result)
    guard let conversation else { return }
    finishTransactions(conversation, subject, bytes, logical, isEnd: false)
  }

  /// A packet of no flow: fragments, other protocols, what decoding refused.
  func inspectWithoutFlow(_ packet: Packet, _ bytes: RawSpan) {
    reportARP(packet, bytes)
    guard inspector != nil else { return }
    var subject = EventSubject(packet: packet, direction: .toServer)
    subject.captureFile = captureFile
    subject.interface = context.interface
    subject.origin = packet.isReassembled ? .defragmented : .wire
    runRules(subject, bytes, nil, nil, .toServer, nil)
  }

  func runRules(
    _ subject: EventSubject, _ bytes: RawSpan, _ flow: Flow?, _ conversation: Conversation?,
    _ direction: Direction, _ result: TCPResult?
  ) {
    guard inspector != nil else { return }
    alerts.removeAll(keepingCapacity: true)
    inspector?.inspect(
      subject.packet, bytes, direction, flow: flow, conversation: conversation, stream: result, into: &alerts)
    for alert in alerts { report(alert, subject, bytes, flow, conversation) }
  }

  /// Writes the records of transactions and files that have come to their end, and lets them go.
  func finishTransactions(
    _ conversation: Conversation, _ subject: EventSubject, _ bytes: RawSpan, _ direction: Direction,
    isEnd: Bool
  ) {
    reportConversationEvents(conversation, subject, bytes)
    guard let session = conversation.session, !session.transactions.isEmpty else { return }
    var subject = subject
    describe(conversation, in: &subject)
    for transaction in session.transactions {
      reportTransactionEvents(transaction, subject, bytes)
      if inspector == nil {
        transaction.isInspected = Pair(both: true)
      } else if isEnd || transaction.isComplete(direction) {
        transaction.isInspected[direction] = true
      }
      reportFiles(of: transaction, subject, bytes, isEnd: isEnd)
      let isDone = transaction.isComplete(.toServer) && transaction.isComplete(.toClient)
      guard !transaction.isLogged, isDone || transaction.isLoggable || isEnd else { continue }
      transaction.isLogged = true
      reportTransaction(transaction, subject, bytes)
    }
    conversation.removeFinished()
  }

  func describe(_ conversation: Conversation, in subject: inout EventSubject) {
    subject.protocolIndex = conversation.protocolIndex
    subject.applicationProtocol = conversation.state.name ?? ""
    let (toServer, toClient) = (
      conversation.sides.toServer.name ?? "", conversation.sides.toClient.name ?? ""
    )
    if toServer != subject.applicationProtocol { subject.applicationProtocolToServer = toServer }
    if toClient != subject.applicationProtocol { subject.applicationProtocolToClient = toClient }
    subject.applicationProtocolBefore = conversation.original.name ?? ""
    subject.applicationProtocolExpected = conversation.expected.name ?? ""
  }
}
