extension Keyword {
  static let message = Keyword(
    "msg", .meta, "What the alert says.", quotes: .mandatory, values: "\"text\"",
    example: "msg:\"Something happened\";"
  ) { (value, builder) throws(RuleProblem) in
    try builder.once("msg")
    builder.signature.identity.message = String(decoding: value.unescaped, as: UTF8.self)
  }

  /// A number of the rule that it has once.
  private static func number(
    _ name: String, from minimum: Int64, _ summary: String,
    _ set: @escaping @Sendable (inout SignatureIdentity, UInt32) -> Void
  ) -> Keyword {
    Keyword(name, .meta, summary, quotes: .optional, values: "n", example: name == "sid" ? "" : "\(name):1;")
    {
      (value, builder) throws(RuleProblem) in
      try builder.once(name)
      set(&builder.signature.identity, UInt32(try value.integer(in: minimum...Int64(UInt32.max), name)))
    }
  }

  static let signatureID = number("sid", from: 1, "Number of the rule.") { $0.id = $1 }
  static let revision = number("rev", from: 0, "Revision of the rule.") { $0.revision = $1 }
  static let group = number("gid", from: 0, "Group that the number belongs to.") { $0.group = $1 }

  static let priority = Keyword(
    "priority", .meta, "Urgency of the alert, 1 is the highest; goes before that of the class type.",
    values: "n",
    example: "priority:1;"
  ) { (value, builder) throws(RuleProblem) in
    builder.seen.insert("priority")
    let priority = try value.integer(in: 0...Int64.max, "the priority")
    if priority > 255 { builder.warn("a priority above 255 counts as 255", remedy: "write a lower one") }
    builder.signature.identity.priority = UInt8(clamping: priority)
  }

  static let classType = Keyword(
    "classtype", .meta, "Class of the alert, as classification.config lists them.", quotes: .optional,
    values: "name",
    example: "classtype:trojan-activity;"
  ) { (value, builder) throws(RuleProblem) in
    let known = builder.context.environment.classifications
    guard let entry = known[value.text] else {
      if builder.signature.identity.classType.isEmpty { builder.signature.identity.classType = value.text }
      if builder.context.complaints.insert("classtype \(value.text)").inserted {
        let near =
          Spelling.nearest(to: value.text, among: known.entries.keys).map { "write \($0), or add" } ?? "add"
        builder.problems.append(
          value.problem(
            "the class type “\(value.text)” is not known", .warning,
            remedy: "\(near) it to classification.config"))
      }
      return
    }
    builder.signature.identity.classType = value.lowercasedText
    builder.signature.identity.category = entry.description
  }

  static let reference = Keyword(
    "reference", .meta, "Where more is written about it.", quotes: .optional, values: "kind,value",
    example: "reference:cve,2021-44228;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split(limit: 2)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw value.problem(
        "the reference has no kind or no value", remedy: "write reference:url,example.com/page;")
    }
    let kind = parts[0].lowercasedText
    guard let prefix = builder.context.environment.references[kind] else {
      if builder.context.complaints.insert("reference \(kind)").inserted {
        builder.problems.append(
          parts[0].problem(
            "unknown reference key “\(kind)”", .warning,
            remedy: "add it to reference.config, or write url"))
      }
      return
    }
    builder.signature.identity.references.append((kind, prefix, parts[1].text))
  }

  static let metadata = Keyword(
    "metadata", .meta, "Keys and values about the rule, which its alerts carry.", quotes: .optional,
    values: "key value[, key value]…", example: "metadata:attack_target Server, deployment Perimeter;"
  ) { (value, builder) throws(RuleProblem) in
    for part in value.split() {
      let words = part.words(limit: 2)
      if words.count == 2 { builder.signature.identity.metadata.append((words[0].text, words[1].text)) }
    }
  }

  static let target = Keyword(
    "target", .meta, "Which side is attacked.", values: "src_ip or dest_ip", example: "target:dest_ip;"
  ) { (value, builder) throws(RuleProblem) in
    switch value.text {
    case "src_ip": builder.signature.identity.target = .source
    case "dest_ip": builder.signature.identity.target = .destination
    default: throw value.problem("“\(value.text)” is no side", remedy: "write src_ip or dest_ip")
    }
  }
}
