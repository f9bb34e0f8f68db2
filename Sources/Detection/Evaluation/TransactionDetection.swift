import Protocols

/// What rules and the firewall note on one transaction as a whole, held by `Transaction.detection`: few
/// transactions have any.
final class TransactionDetection {
  /// The firewall lets all of it through.
  var isAccepted = false
  /// Bits that rules have set on it: a few at most.
  fileprivate(set) var bits: [Int] = []

  /// The notes on a transaction, begun where they are missing.
  static func of(_ transaction: Transaction) -> TransactionDetection {
    if let known = transaction.detection as? TransactionDetection { return known }
    let detection = TransactionDetection()
    transaction.detection = detection
    return detection
  }
}

extension TransactionDetection {
  /// Whether a bit is set on the transaction.
  func has(_ bit: Int) -> Bool { bits.contains(bit) }

  /// Sets, unsets or toggles a bit.
  func change(_ bit: Int, _ change: Effect.BitChange) {
    let isSet = has(bit)
    if isSet, change != .set { bits.removeAll { $0 == bit } }
    if !isSet, change != .unset, bits.count < FlowDetection.Limits.values { bits.append(bit) }
  }
}
