/// The order in which signatures are evaluated and alert.
///
/// First by action; then those that set state before those that only ask for it, for each kind of state (for
/// xbits the other way round); then by priority, and last by group and number, so that the order of files
/// does not matter.
package enum SignatureOrder {
  /// Puts signatures into the order in which they alert.
  ///
  /// `actions` is the order of actions (`action-order`); the kinds of reject count as one.
  package static func sort(_ signatures: inout [Signature], actions: [RuleAction] = standardActions) {
    let keys = signatures.map { Key($0, actions) }
    // Rules come sorted from their loader: to copy all of them is dear.
    if zip(keys, keys.dropFirst()).allSatisfy({ $0 <= $1 }) { return }
    let order = signatures.indices.sorted { keys[$0] < keys[$1] }
    signatures = order.map { signatures[$0] }
  }

  /// The order of actions where the configuration gives none.
  package static let standardActions: [RuleAction] = [.pass, .drop, .reject, .alert]

  /// The place of an action in an order; those that are not in it come last.
  private static func rank(_ action: RuleAction, _ actions: [RuleAction]) -> UInt64 {
    let action = action.rejectTarget == nil ? action : .reject
    return UInt64(actions.firstIndex(of: action) ?? actions.count)
  }

  /// How a rule uses one kind of state: who sets stands before who asks.
  private enum Use: UInt8 { case sets, setsAndAsks, asks, none }

  private struct Key: Comparable {
    var words: (UInt64, UInt64)

    init(_ signature: Signature, _ actions: [RuleAction]) {
      var flowBits = (sets: false, asks: false)
      var flowIntegers = flowBits
      var xbits = flowBits
      var hostBits = flowBits
      var variables = flowBits
      variables.sets = Self.captures(signature, .flow)
      let packetVariables = (sets: Self.captures(signature, .packet), asks: false)
      for effect in signature.effects {
        switch effect {
        case .setFlowBits, .unsetFlowBits, .toggleFlowBits: flowBits.sets = true
        case .flowInteger: flowIntegers.sets = true
        case .xbit: xbits.sets = true
        case .hostBit: hostBits.sets = true
        case .storeFile, .storeCertificates, .bypass, .tag, .disableLogging, .disableTracking: break
        }
      }
      for condition in signature.stateConditions {
        switch condition {
        case .flowBitsSet, .flowBitsNotSet: flowBits.asks = true
        case .flowInteger: flowIntegers.asks = true
        case .xbit: xbits.asks = true
        case .hostBit: hostBits.asks = true
        case .flowVariable: variables.asks = true
        }
      }
      var high = SignatureOrder.rank(signature.action, actions)
      // As in the reference: who asks for xbits stands before who sets them, and asking for hostbits counts
      // for nothing.
      let xbitRank: UInt64 = xbits.sets ? (xbits.asks ? 1 : 2) : (xbits.asks ? 0 : 3)
      hostBits.asks = hostBits.asks && hostBits.sets
      for rank in [
        Self.rank(flowBits), Self.rank(flowIntegers), Self.rank(variables), Self.rank(packetVariables),
        xbitRank, Self.rank(hostBits),
      ] {
        high = high << 2 | rank
      }
      high = high << 8 | UInt64(signature.identity.priority)
      if let role = signature.firewall {
        words = (0, UInt64(clamping: role.order))
        return
      }
      // The firewall's rules stand before all others, in the order of their files.
      words = (high | 1 << 60, UInt64(signature.identity.id) << 32 | UInt64(signature.identity.group))
    }

    /// What expressions on the payload keep counts, not what those on other buffers do: as in the reference.
    private static func captures(_ signature: Signature, _ kind: PatternCondition.CaptureKind) -> Bool {
      for inspection in signature.inspections where inspection.buffer.source == .payload {
        for case .pattern(let pattern) in inspection.conditions
        where pattern.captures.contains(where: { $0.kind == kind }) {
          return true
        }
      }
      return false
    }

    private static func rank(_ use: (sets: Bool, asks: Bool)) -> UInt64 {
      let rank: Use = use.sets ? (use.asks ? .setsAndAsks : .sets) : (use.asks ? .asks : .none)
      return UInt64(rank.rawValue)
    }

    static func == (left: Key, right: Key) -> Bool { left.words == right.words }
    static func < (left: Key, right: Key) -> Bool { left.words < right.words }
  }
}
