import Detection
import Events
import Flows
import Protocols
import Wire

// Records for the scripts of the configuration.
extension Worker {
  /// Shows what was recorded to the scripts that take records of its kind.
  func show(
    _ kind: ScriptRecord, _ subject: EventSubject, _ bytes: RawSpan, transaction: Transaction? = nil,
    file: TransferredFile? = nil, signature: Signature? = nil
  ) {
    guard let scriptOutputs, scriptOutputs.take(kind) else { return }
    var record = ScriptSubject(
      subject.packet, subject.direction, flow: subject.flow,
      conversation: subject.flow?.application as? Conversation)
    record.transaction = transaction
    record.file = file
    record.signature = signature
    scriptOutputs.show(kind, record, bytes)
  }

  /// The transaction's record, under the names that its protocol has.
  func show(_ transaction: Transaction, _ subject: EventSubject, _ bytes: RawSpan) {
    guard let index = subject.protocolIndex else { return }
    show(.transaction(ProtocolCatalogue.all[index].name), subject, bytes, transaction: transaction)
  }
}
