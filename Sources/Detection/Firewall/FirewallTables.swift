import Protocols
import Wire

/// The firewall's rules by table and hook, compiled: immutable, part of the rule set.
struct FirewallTables: Sendable {
  /// One hook of a protocol's direction.
  struct Hook: Sendable {
    /// `http:request_line`.
    var name = ""
    /// Progress from which on it is asked: the first of the steps that have its name.
    var progress: UInt8 = 0
    var rules: [Int32] = []
    /// What holds where no rule does.
    var policy = FirewallRole.Action()
    /// The first rule of all is one that stands for the hooks before its own too, of which this is one.
    var isCovered = false
  }

  var preFlow: [Int32] = []
  var preStream: [Int32] = []
  var packetFilter: [Int32] = []
  var policies = FirewallPolicies()
  /// By protocol and direction.
  var hooks: [[Hook]] = []
  /// Rules that let through what comes before their hook (`<hook`).
  var early: Set<Int32> = []
  /// Positions of the signatures that stand for policies in alerts.
  var packetPolicy: Int32 = -1
  var applicationPolicy: Int32 = -1

  /// Sorts the rules into their tables.
  init(_ signatures: [Signature], _ policies: FirewallPolicies, _ protocols: [ApplicationProtocol]) {
    self.policies = policies
    for entry in protocols {
      for direction in Direction.allCases { hooks.append(Self.hooks(of: entry, direction, policies)) }
    }
    for (index, signature) in signatures.enumerated() {
      guard let role = signature.firewall else { continue }
      let number = Int32(clamping: index)
      if role.isPolicy {
        if packetPolicy < 0 { packetPolicy = number } else { applicationPolicy = number }
        continue
      }
      switch role.table {
      case .preFlow: preFlow.append(number)
      case .preStream: preStream.append(number)
      case .packetFilter, .flowStart: packetFilter.append(number)
      case .application(let index, let isToServer, let step, let isEarly):
        let group = index * 2 + (isToServer ? 0 : 1)
        guard hooks.indices.contains(group),
          let place = hooks[group].lastIndex(where: { Int($0.progress) <= step })
        else { continue }
        hooks[group][place].rules.append(number)
        if isEarly { early.insert(number) }
      }
    }
    for group in hooks.indices {
      guard let first = hooks[group].firstIndex(where: { !$0.rules.isEmpty }),
        let rule = hooks[group][first].rules.first, early.contains(rule)
      else { continue }
      for step in 0..<first { hooks[group][step].isCovered = true }
    }
  }

  /// Rules stand at hooks of a protocol.
  func filters(_ index: Int) -> Bool {
    hooks[(index * 2)..<(index * 2 + 2)].contains { $0.contains { !$0.rules.isEmpty } }
  }

  /// There is something to be asked before the flow is looked up.
  var filtersBeforeFlow: Bool { !preFlow.isEmpty || policies.preFlow != nil }
  /// There is something to be asked before the stream takes a packet in.
  var filtersBeforeStream: Bool { !preStream.isEmpty || policies.preStream != nil }

  private static func hooks(
    of entry: ApplicationProtocol, _ direction: Direction, _ policies: FirewallPolicies
  ) -> [Hook] {
    // Steps with the same name are one hook.
    let names = entry.progress[direction]
    return names.indices.filter { $0 == 0 || names[$0] != names[$0 - 1] }.map { step in
      let name = names[step]
      var hook = Hook()
      hook.progress = UInt8(clamping: step)
      hook.name = "\(entry.name):\(name)"
      hook.policy = policies.policy(entry.name, name)
      return hook
    }
  }

  /// The signatures that stand for policies, for a rule set with a firewall.
  static func policySignatures() -> [Signature] {
    let policies: [(UInt32, String)] = [
      (2_201_000, "SURICATA FW default packet policy"), (2_201_001, "SURICATA FW default app policy"),
    ]
    return policies.map {
      var identity = SignatureIdentity()
      identity.id = $0.0
      identity.message = $0.1
      var signature = Signature(identity: identity, action: .drop, header: HeaderCondition())
      var role = FirewallRole(FirewallRole.Action())
      role.isPolicy = true
      role.order = Int($0.0)
      signature.firewall = role
      return signature
    }
  }
}
