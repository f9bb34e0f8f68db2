extension Keyword {
  static let depth = Keyword(
    "depth", .payload, "The content lies within so many bytes from its offset or the buffer's start.",
    values: "n or variable", example: "content:\"abc\"; depth:10;"
  ) { (value, builder) throws(RuleProblem) in
    let operand = try builder.operand(value, in: 0...65_535, "the depth")
    try builder.modifyContent("depth") { (content) throws(RuleProblem) in
      try ContentPlace.refuseMixture(content, relative: false, value, "depth")
      guard content.depth == nil, !content.startsWith else {
        throw value.problem(
          "the content has a depth already", remedy: "remove depth or startswith"
        ).inSuricata("detect-depth", "can't use multiple depths for the same content.")
      }
      if case .constant(let depth) = operand, depth < content.pattern.count {
        throw value.problem(
          "the depth \(depth) is smaller than the content, which has \(content.pattern.count) bytes",
          remedy: "write depth:\(content.pattern.count) or more"
        ).inSuricata(
          "detect-depth", "depth:\(depth) smaller than content of len \(content.pattern.count).")
      }
      content.depth = operand
    }
  }

  static let offset = Keyword(
    "offset", .payload, "The content begins at this byte of the buffer or behind it.",
    values: "n or variable",
    example: "content:\"abc\"; offset:4;"
  ) { (value, builder) throws(RuleProblem) in
    let operand = try builder.operand(value, in: 0...65_535, "the offset")
    try builder.modifyContent("offset") { (content) throws(RuleProblem) in
      try ContentPlace.refuseMixture(content, relative: false, value, "offset")
      guard content.offset == nil, !content.startsWith else {
        throw value.problem(
          "the content has an offset already", remedy: "remove offset or startswith"
        ).inSuricata("detect-offset", "can't use multiple offsets for the same content.")
      }
      content.offset = operand
    }
  }

  static let distance = Keyword(
    "distance", .payload, "The content begins so many bytes behind the match before it, or later.",
    values: "n or variable", example: "content:\"abc\"; content:\"def\"; distance:4;"
  ) { (value, builder) throws(RuleProblem) in
    let operand = try builder.operand(value, in: -1_048_576...1_048_576, "the distance")
    try builder.modifyContent("distance") { (content) throws(RuleProblem) in
      try ContentPlace.refuseMixture(content, relative: true, value, "distance")
      guard content.distance == nil else {
        throw value.problem(
          "the content has a distance already", remedy: "remove one of them"
        ).inSuricata("detect-distance", "can't use multiple distances for the same content.")
      }
      content.distance = operand
    }
  }

  static let within = Keyword(
    "within", .payload,
    "The content ends at most so many bytes behind the match before it, its distance counted.",
    values: "n or variable", example: "content:\"abc\"; content:\"def\"; within:10;"
  ) { (value, builder) throws(RuleProblem) in
    let operand = try builder.operand(value, in: -1_048_576...1_048_576, "within")
    try builder.modifyContent("within") { (content) throws(RuleProblem) in
      try ContentPlace.refuseMixture(content, relative: true, value, "within")
      guard content.within == nil else {
        throw value.problem(
          "the content has a within already", remedy: "remove one of them"
        ).inSuricata("detect-within", "can't use multiple withins for the same content.")
      }
      if case .constant(let within) = operand, within < content.pattern.count {
        throw value.problem(
          "within \(within) is smaller than the content, which has \(content.pattern.count) bytes",
          remedy: "write within:\(content.pattern.count) or more"
        ).inSuricata(
          "detect-within", "within:\(within) smaller than content of len \(content.pattern.count).")
      }
      content.within = operand
    }
  }

  static let startsWith = Keyword(
    "startswith", .payload, "The content stands at the buffer's start.", argument: .none,
    example: "content:\"abc\"; startswith;"
  ) { (value, builder) throws(RuleProblem) in
    let problem = builder.problem(
      "startswith cannot stand with depth, offset, within or distance",
      remedy: "remove startswith or the other one")
    try builder.modifyContent("startswith") { (content) throws(RuleProblem) in
      guard content.depth == nil, content.offset == nil, !content.isRelative, !content.startsWith else {
        throw problem
      }
      content.startsWith = true
    }
  }

  static let endsWith = Keyword(
    "endswith", .payload, "The content stands at the buffer's end.", argument: .none,
    example: "content:\"abc\"; endswith;"
  ) { (value, builder) throws(RuleProblem) in
    let problem = builder.problem("the content has an endswith already", remedy: "remove one of them")
    try builder.modifyContent("endswith") { (content) throws(RuleProblem) in
      guard !content.endsWith else { throw problem }
      content.endsWith = true
    }
  }
}

/// Checks that the keywords on a content's place share.
private enum ContentPlace {
  /// Places from the buffer's start and from the match before exclude one another.
  static func refuseMixture(
    _ content: ContentCondition, relative: Bool, _ value: KeywordValue, _ keyword: String
  ) throws(RuleProblem) {
    let clashes =
      relative ? content.depth != nil || content.offset != nil || content.startsWith : content.isRelative
    if clashes {
      throw value.problem(
        "\(keyword) cannot stand with \(relative ? "depth, offset or startswith" : "distance or within")",
        remedy: "place the content either from the buffer's start or from the match before"
      ).inSuricata(
        "detect-\(keyword)",
        "can't use a relative keyword like within/distance with a absolute relative keyword like "
          + "depth/offset for the same content.")
    }
    if content.isFastPatternOnly {
      throw value.problem(
        "\(keyword) cannot stand with fast_pattern:only", remedy: "write fast_pattern without only")
    }
  }
}
