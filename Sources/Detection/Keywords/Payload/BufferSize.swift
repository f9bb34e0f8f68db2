extension Keyword {
  static let bufferSize = Keyword(
    "bsize", .payload, "Size of the buffer in bytes.", values: "n, <n, >n, !n or a<>b",
    example: "http.uri; bsize:>100;", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    guard builder.stickyBuffer != nil else {
      throw builder.problem(
        "bsize needs a sticky buffer before it", remedy: "write http.uri; bsize:10; or use dsize")
    }
    let test = try NumberSyntax.parse(value, maximum: Int64.max >> 1)
    builder.add(.size(test))
  }

  static let uriLength = Keyword(
    "urilen", .payload, "Length of the request's target: as sent with `raw`, else in normal form.",
    values: "n, <n, >n or a<>b[,norm|raw]", example: "urilen:>100;", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split(limit: 2)
    let isRaw = parts.count == 2 && parts[1].lowercasedText == "raw"
    if parts.count == 2, !isRaw, parts[1].lowercasedText != "norm" {
      throw parts[1].problem("“\(parts[1].text)” is no form of the URI", remedy: "write norm or raw")
    }
    let fields = KeywordTable.standard.ownBuffer(isRaw ? "http.uri.raw" : "http.uri")
    let test = try NumberSyntax.parse(parts[0], maximum: 65_535)
    let usable = try builder.restrict(to: fields, keyword: "urilen")
    let place = builder.inspection(of: BufferReference(.field(usable)))
    builder.signature.inspections[place].conditions.append(.size(test))
    builder.hasURILength = true
    // It asks the buffer that it stands behind, if that is the URI.
    if builder.stickyBuffer == BufferReference(.field(usable)), builder.stickyIndex == nil {
      builder.stickyIndex = place
    }
    if case .equal(let size) = test { builder.uriSizes.append((place, size)) }
  }

  static let isDataAt = Keyword(
    "isdataat", .payload, "The buffer has data at this byte; negated: it ends before it.",
    values: "[!]n or variable[,relative][,rawbytes]", example: "content:\"abc\"; isdataat:!1,relative;"
  ) { (value, builder) throws(RuleProblem) in
    var parts = value.split()
    let isNegated = parts[0].bytes.first == UInt8(ascii: "!")
    if isNegated { parts[0] = parts[0].part(1..<parts[0].bytes.count) }
    let offset = try builder.operand(parts[0], in: 0...65_535, "the place")
    var isRelative = false
    for part in parts.dropFirst() {
      switch part.text {
      case "relative": isRelative = true
      case "rawbytes": break
      default: throw part.problem("“\(part.text)” is unknown here", remedy: "write relative")
      }
    }
    if isNegated, isRelative, offset == .constant(1), builder.endNegatedContent() { return }
    builder.add(.isDataAt(offset: offset, isRelative: isRelative, isNegated: isNegated))
  }

  static let absent = Keyword(
    "absent", .payload, "The buffer is not there; `or_else`: or else the conditions behind hold.",
    argument: .optional,
    values: "or_else", example: "http.referer; absent;", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    guard value.isEmpty || value.text == "or_else" else {
      throw value.problem("“\(value.text)” is unknown here", remedy: "write absent; or absent:or_else;")
    }
    let misplaced = builder.problem(
      "absent does not stand right behind its buffer", remedy: "write http.referer; absent;"
    ).inSuricata("detect-isdataat", "absent must come first right after buffer")
    guard builder.stickyBuffer != nil, builder.conditions.isEmpty else { throw misplaced }
    let place = builder.add(.absent(orElse: !value.isEmpty))
    // The buffer may have been named before, and go on.
    guard place.condition == 0 else {
      builder.signature.inspections[place.inspection].conditions.removeLast()
      throw misplaced
    }
  }

  static let entropy = Keyword(
    "entropy", .payload, "Shannon entropy of the buffer in bits per byte, 0 to 8.",
    values: "[bytes n, ][offset n, ]value [operator] n.n", example: "file.data; entropy:value > 7.5;",
    exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    var bytes: Int64 = 0
    var offset: Int64 = 0
    var test: NumberTest?
    for part in value.split() {
      let words = part.words(limit: 2)
      switch (words.first?.text, words.count) {
      case ("bytes", 2): bytes = try words[1].integer(in: 0...Int64(Int32.max), "bytes")
      case ("offset", 2): offset = try words[1].integer(in: 0...Int64(Int32.max), "the offset")
      case ("value", 2): test = try EntropySyntax.test(words[1])
      default:
        throw part.problem("“\(part.text)” is unknown here", remedy: "write bytes n, offset n or value > n.n")
      }
    }
    guard let test else { throw value.problem("the value is missing", remedy: "write value > 7.5") }
    builder.add(.entropy(NumberOrFraction(offset: Int(offset), bytes: Int(bytes), test: test)))
  }
}

private enum EntropySyntax {
  /// A comparison with a number of up to three decimals, in thousandths.
  static func test(_ whole: KeywordValue) throws(RuleProblem) -> NumberTest {
    let isNegated = whole.bytes.first == UInt8(ascii: "!") && whole.dropping("!=") == nil
    let value = isNegated ? whole.part(1..<whole.bytes.count) : whole
    let signs: [(String, (Int64) -> NumberTest)] = [
      (">=", NumberTest.greaterOrEqual), ("<=", NumberTest.lessOrEqual), ("!=", NumberTest.notEqual),
      (">", NumberTest.greater), ("<", NumberTest.less), ("=", NumberTest.equal),
    ]
    for (sign, make) in signs {
      if let rest = value.dropping(sign) { return make(try thousandths(rest)) }
    }
    let ends = value.split("-", limit: 2)
    if ends.count == 2 {
      let low = try thousandths(ends[0])
      let high = try thousandths(ends[1])
      guard high - low > 1 else {
        throw value.problem(
          "no entropy lies between the two", remedy: "write the lower number first: 4.0-7.5")
      }
      return isNegated ? .outside(low, high) : .within(low + 1, high - 1)
    }
    return isNegated ? .notEqual(try thousandths(value)) : .equal(try thousandths(value))
  }

  private static func thousandths(_ value: KeywordValue) throws(RuleProblem) -> Int64 {
    let parts = value.split(".", limit: 2)
    let decimals = parts.count == 2 ? parts[1].bytes : []
    let digits = decimals.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    guard let whole = parts[0].integer, (0...8).contains(whole), digits, decimals.count <= 3 else {
      throw value.problem(
        "“\(value.text)” is no entropy", remedy: "write a number from 0.0 to 8.0, three decimals at most")
    }
    var fraction: Int64 = 0
    for place in 0..<3 {
      fraction = fraction * 10 + (place < decimals.count ? Int64(decimals[place] - 48) : 0)
    }
    return whole * 1000 + fraction
  }
}
