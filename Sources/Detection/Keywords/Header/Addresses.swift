extension Keyword {
  static let reputation = Keyword(
    "iprep", .header, "The score that the reputation files give an address in a category.",
    values: "any|src|dst|both,category,<|<=|=|!=|>=|>,score or any|src|dst|both,category,isset|isnotset",
    example: "iprep:src,Scanners,>,30;", exampleProtocol: "ip"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard parts.count >= 3 else {
      throw value.problem("“\(value.text)” is no iprep", remedy: "write iprep:src,category,>,score;")
    }
    guard let side = AddressSide(rawValue: parts[0].text) else {
      throw parts[0].problem("“\(parts[0].text)” is no side", remedy: "write any, src, dst or both")
    }
    let reputation = builder.context.environment.reputation
    guard let category = reputation.numbers[parts[1].text] else {
      let near = Spelling.nearest(to: parts[1].text, among: reputation.numbers.keys)
      let remedy =
        reputation.isEmpty
        ? "name the files in reputation-categories-file and reputation-files"
        : "write \(near ?? reputation.numbers.keys.sorted().joined(separator: ", "))"
      throw parts[1].problem(
        "there is no category of reputation “\(parts[1].text)”", remedy: remedy
      ).inSuricata("detect-iprep", "unknown iprep category \"\(parts[1].text)\"")
    }
    let (test, isNegated) = try ReputationSyntax.test(parts)
    builder.signature.flowConditions.append(
      .address(side, reputation.addresses(category, where: test), isNegated: isNegated))
  }

  static let sourceAddress = address(.source, "The address that the packet comes from: 4 or 16 bytes.")
  static let destinationAddress = address(.destination, "The address that the packet goes to: 4 or 16 bytes.")

  /// A sticky buffer of an address.
  private static func address(_ buffer: HeaderBuffer, _ summary: String) -> Keyword {
    Keyword(
      buffer.rawValue, .header, summary, argument: .none,
      example: "\(buffer.rawValue); content:\"|c0 a8 00 01|\";", exampleProtocol: "ip"
    ) { (value, builder) throws(RuleProblem) in
      try builder.setStickyBuffer(BufferReference(.header(buffer)), name: buffer.rawValue)
    }
  }
}

/// The comparison in an `iprep`.
private enum ReputationSyntax {
  /// The test, nil for any score; and whether what passes must not be listed.
  static func test(_ parts: [KeywordValue]) throws(RuleProblem) -> (NumberTest?, isNegated: Bool) {
    switch (parts[2].text, parts.count) {
    // A score of 0 is none.
    case ("isset", 3): return (.greater(0), false)
    case ("isnotset", 3): return (.greater(0), true)
    case (let sign, 4):
      let score = try parts[3].integer(in: Reputation.scores, "the score")
      switch sign {
      case "<": return (.less(score), false)
      case "<=": return (.lessOrEqual(score), false)
      case "=", "==": return (.equal(score), false)
      case "!=": return (.notEqual(score), false)
      case ">=": return (.greaterOrEqual(score), false)
      case ">": return (.greater(score), false)
      default: throw parts[2].problem("“\(sign)” compares nothing", remedy: "write <, <=, =, !=, >= or >")
      }
    default:
      throw parts[2].problem(
        "“\(parts[2].text)” stands wrongly", remedy: "write isset, isnotset, or <, =, > and a score")
    }
  }
}
