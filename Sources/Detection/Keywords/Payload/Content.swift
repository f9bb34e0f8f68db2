import Protocols

extension Keyword {
  static let content = Keyword(
    "content", .payload, "Bytes that the buffer holds; hexadecimal between bars.", quotes: .mandatory,
    isNegatable: true, values: "\"text|0d 0a|\"", example: "content:\"GET |2f|\"; content:!\"HEAD\";",
    parse: ContentSyntax.parse)

  static let uricontent = Keyword(
    "uricontent", .payload, "Bytes that the normalised URI holds; the old form of http.uri with content.",
    quotes: .mandatory, isNegatable: true, values: "\"text\"", example: "uricontent:\"/login\";",
    exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try ContentSyntax.parse(value, &builder)
    // The word is older than HTTP/2, and does not speak of it.
    let protocols = builder.signature.protocols
    if let index = ProtocolCatalogue.index(named: "http"), protocols.isEmpty || protocols.contains(index) {
      builder.signature.protocols = [index]
    }
    try builder.applyModifier(KeywordTable.standard.ownBuffer("http.uri"), name: "uricontent")
  }

  static let replace = Keyword(
    "replace", .payload,
    "Bytes that take the place of the content before it, of its length, where packets can be changed.",
    quotes: .mandatory, values: "\"text\"", example: "content:\"abc\"; replace:\"xyz\";"
  ) { (value, builder) throws(RuleProblem) in
    let bytes = try ContentSyntax.bytes(value)
    try builder.modifyContent("replace") { (content) throws(RuleProblem) in
      guard !content.isNegated else {
        throw value.problem("a negated content cannot be replaced", remedy: "remove replace or the negation")
      }
      guard bytes.count == content.pattern.count else {
        throw value.problem(
          "the replacement has \(bytes.count) bytes and the content \(content.pattern.count)",
          remedy: "write a replacement of the content's length")
      }
      content.replacement = bytes
    }
    builder.requiresPacket = true
  }
}

/// Patterns as rules write them.
enum ContentSyntax {
  /// Takes a content in: what follows modifies it.
  static let parse: Keyword.Parse = { (value, builder) throws(RuleProblem) in
    builder.lastContent = nil
    builder.contentIsBroken = true
    var content = ContentCondition(pattern: try bytes(value))
    content.isNegated = value.isNegated
    builder.lastContent = builder.add(.content(content))
    builder.contentIsBroken = false
  }

  /// The bytes of a pattern: text, escapes, and hexadecimal digits between bars.
  static func bytes(_ value: KeywordValue) throws(RuleProblem) -> [UInt8] {
    let text = value.bytes
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "|"):
        let bar = index
        index += 1
        var high: UInt8?
        while index < text.count, text[index] != UInt8(ascii: "|") {
          if let digit = hexDigit(text[index]) {
            if let first = high { result.append(first << 4 | digit) }
            high = high == nil ? digit : nil
          } else if !isBlank(text[index]) {
            throw value.problem(
              "this is no hexadecimal digit", at: index,
              remedy: "write two digits from 0 to f for each byte: |0d 0a|"
            ).inSuricata(
              "detect-content",
              "Invalid hex code in content - \(value.text), hex "
                + "\(String(decoding: [text[index]], as: UTF8.self)). Invalidating signature.")
          }
          index += 1
        }
        guard index < text.count else {
          throw value.problem(
            "the bar that opens here is not closed", at: bar, remedy: "close it with |, or write |7C|")
        }
        guard high == nil else {
          throw value.problem(
            "a hexadecimal digit is missing", at: index - 1, remedy: "write two digits for each byte"
          ).inSuricata(
            "detect-content", "Incomplete hex code in content - \(value.text). Invalidating signature.")
        }
      case UInt8(ascii: "\\"):
        guard index + 1 < text.count, isEscapable(text[index + 1]) else {
          throw value.problem("a backslash stands alone", at: index, remedy: "write \\\\ for a backslash")
        }
        index += 1
        result.append(text[index])
      case UInt8(ascii: "\""):
        throw value.problem(
          "a quote stands within the quotes", at: index, remedy: "write \\\" for a quote"
        ).inSuricata("detect-content", "Invalid unescaped double quote within content section.")
      case let byte: result.append(byte)
      }
      index += 1
    }
    guard !result.isEmpty else {
      throw value.problem("the content is empty", remedy: "write at least one byte")
    }
    return result
  }
}
