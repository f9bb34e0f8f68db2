package import Protocols
package import Wire

/// Where a transaction's members are shown: they differ a little.
package enum RecordPlace: Sendable {
  /// In a record of its own.
  case own
  /// Within an alert, a file's record or another event.
  case alert, file
}

/// The transaction to encode, and what is wanted of it.
package struct RecordContext {
  package let transaction: Transaction
  /// Direction of the packet or file at hand.
  package let direction: Direction
  package let place: RecordPlace
  /// Who writes it: its settings are many, and looked at in place.
  private let encoder: EVEEncoder

  init(_ transaction: Transaction, _ direction: Direction, _ place: RecordPlace, _ encoder: EVEEncoder) {
    self.transaction = transaction
    self.direction = direction
    self.place = place
    self.encoder = encoder
  }

  /// The same for another transaction that belongs to it.
  init(_ transaction: Transaction, of context: RecordContext) {
    self.init(transaction, context.direction, context.place, context.encoder)
  }

  var settings: EVESettings { _read { yield encoder.settings } }
}

/// How the transactions of one protocol are written. One for each protocol, made once: events pass it on.
package final class TransactionRecord: Sendable {
  /// The protocol's name in its catalogue.
  package let protocolName: String
  package let type: EVEType
  /// The type of those transactions that are told of under another one; nil: none are.
  package let variant: (@Sendable (Transaction) -> EVEType?)?
  /// The record's own ends are those of the flow, client first, whichever packet completed it.
  package let isClientFirst: Bool
  /// The record's own ends are those of the packet that brought it to light, whichever way its message goes.
  package let followsPacket: Bool
  /// The record has `tx_id` at its top level.
  package let hasNumber: Bool
  /// The record has an `xff` member, if that is configured.
  package let hasForwarded: Bool
  /// Alerts tell how far both directions are (`ts_progress`); protocols without steps have nothing to tell.
  package let hasProgress: Bool
  /// Anomalies of the protocol's parser are named in capitals, as the reference has it for its older
  /// protocols.
  package let hasUppercaseEvents: Bool
  /// Whether the settings want a record of its own for this transaction now.
  package let isWanted: @Sendable (RecordContext) -> Bool
  /// Writes the protocol's object with its key.
  package let encode: @Sendable (RecordContext, inout JSONWriter) -> Void

  /// The type under which a transaction is told of.
  @inline(__always)
  func type(of transaction: Transaction) -> EVEType {
    if let variant, let other = variant(transaction) { return other }
    return type
  }

  package init(
    protocolName: String, type: EVEType, variant: (@Sendable (Transaction) -> EVEType?)? = nil,
    isClientFirst: Bool = true, followsPacket: Bool = false, hasNumber: Bool = false,
    hasForwarded: Bool = false, hasProgress: Bool = true, hasUppercaseEvents: Bool = false,
    isWanted: @escaping @Sendable (RecordContext) -> Bool = { _ in true },
    encode: @escaping @Sendable (RecordContext, inout JSONWriter) -> Void
  ) {
    self.protocolName = protocolName
    self.type = type
    self.variant = variant
    self.isClientFirst = isClientFirst
    self.followsPacket = followsPacket
    self.hasNumber = hasNumber
    self.hasForwarded = hasForwarded
    self.hasProgress = hasProgress
    self.hasUppercaseEvents = hasUppercaseEvents
    self.isWanted = isWanted
    self.encode = encode
  }
}
