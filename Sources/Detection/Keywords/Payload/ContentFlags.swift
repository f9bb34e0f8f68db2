extension Keyword {
  static let noCase = Keyword(
    "nocase", .payload, "Upper and lower case of the content are the same.", argument: .none,
    example: "content:\"abc\"; nocase;"
  ) { (value, builder) throws(RuleProblem) in
    var isSecond = false
    try builder.modifyContent("nocase") { (content) throws(RuleProblem) in
      isSecond = content.ignoresCase
      content.ignoresCase = true
    }
    if isSecond { throw builder.problem("the content has a nocase already", remedy: "remove one of them") }
  }

  static let rawBytes = Keyword(
    "rawbytes", .payload, "Taken for compatibility: the payload is always matched as it is.", argument: .none,
    example: "content:\"abc\"; rawbytes;"
  ) { (value, builder) throws(RuleProblem) in
    if let source = builder.stickyBuffer?.source, source != .payload {
      throw builder.problem(
        "rawbytes is for the payload, and the content looks in \(builder.stickyName)",
        remedy: "remove rawbytes")
    }
    try builder.modifyContent("rawbytes") { (_) throws(RuleProblem) in }
    if let raw = builder.rawContent, let last = builder.lastContent, raw == last {
      throw builder.problem("the content has a rawbytes already", remedy: "remove one of them")
    }
    builder.rawContent = builder.lastContent
  }

  static let fastPattern = Keyword(
    "fast_pattern", .payload,
    "The content by which the rule is looked up; `only`: not looked for again, `o,l`: this part of it.",
    argument: .optional, values: "only or offset,length", example: "content:\"abcdef\"; fast_pattern:1,3;"
  ) { (value, builder) throws(RuleProblem) in
    guard !builder.hasFastPattern else {
      throw builder.problem("fast_pattern stands twice", remedy: "mark only one content of the rule")
    }
    if builder.stickyBuffer?.source == .base64Data {
      throw builder.problem(
        "fast_pattern cannot be used with base64_data", remedy: "mark a content of another buffer")
    }
    let parts = value.isEmpty ? [] : value.split()
    try builder.modifyContent("fast_pattern") { (content) throws(RuleProblem) in
      if content.isNegated, content.isRelative || content.offset != nil || content.depth != nil {
        throw value.problem(
          "a negated content that has a place cannot be the fast pattern", remedy: "mark another content")
      }
      switch parts.count {
      case 0: break
      case 1:
        guard parts[0].text == "only" else {
          throw value.problem(
            "“\(value.text)” is no part of a pattern", remedy: "write only, or offset,length")
        }
        guard !content.isNegated, !content.isRelative, content.offset == nil, content.depth == nil else {
          throw value.problem(
            "fast_pattern:only needs a content without negation and place",
            remedy: "write fast_pattern without only")
        }
        content.isFastPatternOnly = true
      default:
        let offset = try parts[0].integer(in: 0...65_534, "the offset")
        let length = try parts[1].integer(in: 1...65_535, "the length")
        guard parts.count == 2, offset + length <= content.pattern.count else {
          throw value.problem(
            "the part ends behind the content, which has \(content.pattern.count) bytes",
            remedy: "write an offset and a length within it")
        }
        content.fastPatternChop = (Int(offset), Int(length))
      }
      content.isFastPattern = true
    }
    builder.hasFastPattern = !builder.contentIsBroken
  }
}
