import Flows

/// What is done where a limit is met or a parser fails, for each target.
struct ExceptionPolicies: Sendable {
  private var policies = [ExceptionPolicy](repeating: .ignore, count: ExceptionTarget.allCases.count)
  /// Words that do not fit where they stand, with what is wrong.
  private(set) var complaints: [String] = []

  /// The policy for a target.
  subscript(_ target: ExceptionTarget) -> ExceptionPolicy { policies[Int(target.rawValue)] }

  /// Nothing is done anywhere.
  init() {}

  /// Policies of a configuration, by their dotted paths; `exception-policy` stands for all that have none.
  init(_ words: [String: String], isInline: Bool, midstream: Bool) {
    let general = words["exception-policy"] ?? "auto"
    for target in ExceptionTarget.allCases {
      let path = Self.path(of: target)
      let own = words[path]
      let policy = Self.policy(own ?? general, target, isInline: isInline, midstream: midstream)
      policies[Int(target.rawValue)] = policy
      guard let own, own != "auto", own != "no", let asked = ExceptionPolicy(name: own) else { continue }
      if let what = Self.mistake(asked, target, isInline: isInline, midstream: midstream) {
        complaints.append("Error parsing \(path) from config file. \"\(own)\" is not \(what)")
      }
    }
  }

  private static func path(of target: ExceptionTarget) -> String {
    switch target {
    case .flowMemcap: "flow.memcap-policy"
    case .defragMemcap: "defrag.memcap-policy"
    case .sessionMemcap: "stream.memcap-policy"
    case .reassemblyMemcap: "stream.reassembly.memcap-policy"
    case .midstream: "stream.midstream-policy"
    case .applicationError: "app-layer.error-policy"
    }
  }

  /// `auto` drops flows in inline mode and does nothing otherwise. Where there is no flow, it is the packet.
  private static func policy(
    _ word: String, _ target: ExceptionTarget, isInline: Bool, midstream: Bool
  ) -> ExceptionPolicy {
    var policy: ExceptionPolicy
    switch word {
    case "auto": policy = isInline && !(target == .midstream && midstream) ? .dropFlow : .ignore
    case "no": policy = .ignore
    default: policy = ExceptionPolicy(name: word) ?? .ignore
    }
    guard target == .flowMemcap || target == .defragMemcap else { return policy }
    if policy == .dropFlow { policy = .dropPacket }
    if policy == .passFlow { policy = .passPacket }
    return policy
  }

  private static func mistake(
    _ policy: ExceptionPolicy, _ target: ExceptionTarget, isInline: Bool, midstream: Bool
  ) -> String? {
    let list = "See our documentation for a list of all possible values."
    if target == .midstream {
      if midstream, policy != .passFlow, policy != .ignore {
        return
          "a valid exception policy when midstream is enabled. Valid options are pass-flow and ignore."
      }
      if policy == .passPacket || policy == .dropPacket {
        return "valid for this exception policy. \(list)"
      }
    }
    let drops = policy == .dropFlow || policy == .dropPacket
    return drops && !isInline ? "a valid exception policy in IDS mode. \(list)" : nil
  }
}

/// How often policies came to bear.
struct ExceptionCounters: Sendable {
  private var counts = [UInt64](
    repeating: 0, count: ExceptionTarget.allCases.count * ExceptionPolicy.allCases.count)

  private static func index(_ target: ExceptionTarget, _ policy: ExceptionPolicy) -> Int {
    Int(target.rawValue) * ExceptionPolicy.allCases.count + Int(policy.rawValue)
  }

  mutating func note(_ target: ExceptionTarget, _ policy: ExceptionPolicy) {
    counts[Self.index(target, policy)] &+= 1
  }

  func count(_ target: ExceptionTarget, _ policy: ExceptionPolicy) -> UInt64 {
    counts[Self.index(target, policy)]
  }
}
