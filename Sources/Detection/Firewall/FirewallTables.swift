import Protocols
import Wire

/// The firewall's rules by table and hook, compiled: immutable, part of the rule set.
struct FirewallTables: Sendable {
  /// One hook of a protocol's direction.
  struct Hook: Sendable {
    /// `http:request_line`.
    var name = ""
    /// Progress from which on its rules are evaluated.
    var progress: UInt8 = 0
    var rules: [Int32] = []
    /// What holds where no rule does.
    var policy = FirewallRole.Action()
    /// A rule of a later hook holds for those before it: they are accepted while it waits.
    var isWaiting = false
  }

  var preFlow: [Int32] = []
  var preStream: [Int32] = []
  var packetFilter: [Int32] = []
  var policies = FirewallPolicies()
  /// By protocol and direction.
  var hooks: [[Hook]] = []
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
        guard hooks.indices.contains(group), hooks[group].indices.contains(step) else { continue }
        // A rule for all hooks up to one is asked at each of them, and accepts those before while it waits.
        for place in (isEarly ? 0 : step)...step {
          hooks[group][place].rules.append(number)
          if place < step { hooks[group][place].isWaiting = true }
        }
      }
    }
  }

  private static func hooks(
    of entry: ApplicationProtocol, _ direction: Direction, _ policies: FirewallPolicies
  ) -> [Hook] {
    entry.progress[direction].enumerated().map { step, name in
      var hook = Hook()
      hook.name = "\(entry.name):\(name)"
      hook.progress = SignatureBuilder.progress(of: name, step)
      hook.policy = policies.policy(entry.name, name)
      // Steps with the same name are one hook, which was decided at the first of them.
      hook.isWaiting = step > 0 && entry.progress[direction][step - 1] == name
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
