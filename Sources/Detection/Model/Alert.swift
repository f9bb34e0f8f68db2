package import Protocols

/// A rule matched: which, on what. The packet, flow and transaction at hand complete it when it is encoded.
package struct Alert: Sendable {
  /// Position of the signature in the rule set.
  package let signature: Int
  /// Number of the transaction it matched on, if it matched on one.
  package var transaction: UInt64?
  /// The transaction is a guess: the rule asks for none, and only one was open.
  package var isGuessed = false
  /// The frame it matched on, as it was then.
  package var frame: ProtocolFrame?
  /// It matched on reassembled stream data rather than on the packet.
  package var isOnStream = false
  /// The action after thresholds.
  package var action: RuleAction
  /// What its rule drops does not reach its receiver.
  package var isInline = false
  /// A rate filter has given it another action than its rule's.
  package var isChanged = false
  /// The packet is kept from its receiver by this alert: EVE's `blocked`. A reject works without inline mode,
  /// and where a rate filter drops, Suricata says so in any mode.
  package var isBlocked: Bool { action.drops && (isInline || isChanged || action.rejectTarget != nil) }
  /// The firewall's hook at which it was raised, and the words of the rule or policy.
  package struct Firewall: Sendable {
    package let hook: String
    package let policy: String
  }

  package var firewall: Firewall?
  /// Thresholds have been asked already.
  package var isDecided = false
  /// What lists of JSON objects say of the values that matched: EVE's `alert.context`.
  package var context: [(key: String, json: [UInt8])] = []

  package init(signature: Int, action: RuleAction) {
    self.signature = signature
    self.action = action
  }
}
