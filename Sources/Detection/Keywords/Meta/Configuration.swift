extension Keyword {
  static let configuration = Keyword(
    "config", .meta,
    "The record of the transaction that a rule beginning with config matches is not written; in a rule of "
      + "the firewall at its first hook (ip:pre_flow), the packet belongs to no flow.",
    values: "logging disable, type tx, scope tx | tracking disable, type flow, scope packet",
    example: "dns.query; content:\"example\"; config:logging disable, type tx, scope tx;",
    exampleProtocol: "dns"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split().map { $0.words().map(\.text) }
    let effect: Effect
    switch parts {
    case [["logging", "disable"], ["type", "tx"], ["scope", "tx"]]: effect = .disableLogging
    case [["tracking", "disable"], ["type", "flow"], ["scope", "packet"]]:
      guard builder.signature.firewall?.table == .preFlow else {
        throw value.problem(
          "only a rule of the firewall at the hook pre_flow can keep a packet out of its flow",
          remedy: "begin the rule with config:packet ip:pre_flow, in a file of firewall.rule-files")
      }
      effect = .disableTracking
    default:
      throw value.problem(
        "config:\(value.text) is not evaluated yet",
        remedy: "write config:logging disable, type tx, scope tx;")
    }
    guard builder.rule.action == .config else {
      throw value.problem(
        "only a rule that begins with config configures something", remedy: "write config instead of alert")
    }
    builder.signature.isSilent = true
    builder.signature.effects.append(effect)
  }
}
