extension Keyword {
  static let configuration = Keyword(
    "config", .meta,
    "The record of the transaction that a rule beginning with config matches is not written.",
    values: "logging disable, type tx, scope tx",
    example: "dns.query; content:\"example\"; config:logging disable, type tx, scope tx;",
    exampleProtocol: "dns"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split().map { $0.words().map(\.text) }
    guard parts == [["logging", "disable"], ["type", "tx"], ["scope", "tx"]] else {
      throw value.problem(
        "config:\(value.text) is not evaluated yet",
        remedy: "write config:logging disable, type tx, scope tx;")
    }
    guard builder.rule.action == .config else {
      throw value.problem(
        "only a rule that begins with config configures something", remedy: "write config instead of alert")
    }
    builder.signature.isSilent = true
    builder.signature.effects.append(.disableLogging)
  }
}
