/// What a rule of the firewall does, and where it stands among the tables.
package struct FirewallRole: Sendable, Equatable {
  /// How far an action reaches.
  package enum Scope: String, Sendable, CaseIterable { case hook, transaction = "tx", packet, flow }

  /// What is done: accepted or dropped, how far, and who is told.
  package struct Action: Sendable, Equatable {
    package var accepts = false
    package var scope = Scope.packet
    package var reject: PacketVerdict.RejectTarget?
    /// Detection is spared the flow as well (`pass:flow`).
    package var passes = false
    /// It is reported.
    package var alerts = false
    /// The words of the rule or policy.
    package var text = ""

    package init() {}
  }

  /// The list of rules in which it stands.
  package enum Table: Sendable, Equatable {
    case preFlow, preStream, packetFilter, flowStart
    /// A protocol's hook: position of the protocol, step of the hook, and whether what comes before the hook
    /// is let through while the rule waits.
    case application(protocolIndex: Int, isToServer: Bool, step: Int, isEarly: Bool)
  }

  package var action: Action
  package var table = Table.packetFilter
  /// Name of the hook, as events tell it.
  package var hook = "packet:filter"
  /// Place among the firewall's rules: they count in the order of their files.
  package var order = 0
  /// It is one of the policies that hold where no rule does, and is never evaluated.
  package var isPolicy = false

  package init(_ action: Action) {
    self.action = action
  }
}

extension FirewallRole.Action {
  /// Reads the words of a rule or policy: `accept:hook`, `drop:flow` and `alert`, between commas. Nil if they
  /// make no action.
  package init?(words: [String]) {
    self.init()
    var hasVerb = false
    for word in words {
      let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      let scope = parts.count > 1 ? FirewallRole.Scope(rawValue: parts[1]) : nil
      guard parts.count <= 2, parts.count == 1 || scope != nil else { return nil }
      switch parts[0] {
      case "alert": alerts = true
      case "pass" where hasVerb: passes = true
      case "config" where !hasVerb:
        // It configures and lets the packet go on.
        (accepts, self.scope, hasVerb) = (true, .hook, true)
      case "accept" where !hasVerb:
        guard let scope else { return nil }
        (accepts, self.scope, hasVerb) = (true, scope, true)
      case "drop" where !hasVerb: (self.scope, hasVerb) = (scope ?? .packet, true)
      case "reject" where !hasVerb, "rejectsrc" where !hasVerb:
        (self.scope, reject, hasVerb) = (scope ?? .packet, .client, true)
      case "rejectdst" where !hasVerb: (self.scope, reject, hasVerb) = (scope ?? .packet, .server, true)
      case "rejectboth" where !hasVerb: (self.scope, reject, hasVerb) = (scope ?? .packet, .both, true)
      default: return nil
      }
    }
    guard hasVerb else { return nil }
    text = words.joined(separator: ",")
  }
}

/// What holds where no rule of the firewall does.
package struct FirewallPolicies: Sendable {
  package var isEnabled = false
  package var packetFilter = FirewallPolicies.drop(.packet)
  /// Before a packet's flow is looked up, and before its stream takes it in: on to the next table, unless
  /// something else was written.
  package var preFlow: FirewallRole.Action?
  package var preStream: FirewallRole.Action?
  /// By `protocol/hook`, with the hook's name as rules write it.
  package var hooks: [String: FirewallRole.Action] = [:]

  package init() {}

  /// The policy of a protocol's hook: the flow is dropped unless something else was written.
  func policy(_ protocolName: String, _ hook: String) -> FirewallRole.Action {
    let names = protocolName == "http" ? ["http1", "http"] : [protocolName]
    for name in names {
      if let known = hooks["\(name)/\(hook)"] { return known }
    }
    return Self.drop(.flow)
  }

  private static func drop(_ scope: FirewallRole.Scope) -> FirewallRole.Action {
    var action = FirewallRole.Action()
    action.scope = scope
    action.text = "drop:\(scope.rawValue)"
    return action
  }
}
