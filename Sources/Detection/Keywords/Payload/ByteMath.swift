extension Keyword {
  private static let form =
    "bytes n, offset n, oper +|-|*|/|<<|>>, rvalue n, result name[, relative][, endian big|little]"
    + "[, string hex|dec|oct][, dce][, bitmask n]"

  static let byteMath = Keyword(
    "byte_math", .payload,
    "Reckons with a number that stands in the buffer and keeps the result under a name.",
    values: form,
    example: "byte_math:bytes 1, offset 0, oper +, rvalue 4, result size; content:\"abc\"; offset:size;"
  ) { (value, builder) throws(RuleProblem) in
    var syntax = try ByteSyntax(value, atLeast: 5, form: form)
    var named: [String: KeywordValue] = [:]
    for part in syntax.parts {
      let words = part.words()
      if words.count == 2, ["bytes", "offset", "oper", "rvalue", "result"].contains(words[0].text) {
        guard named.updateValue(words[1], forKey: words[0].text) == nil else {
          throw part.problem("\(words[0].text) stands twice", remedy: "remove one of them")
        }
      } else if words.count == 2, words[0].text == "endian" || words[0].text == "string" {
        if words[0].text == "string" { syntax.format.text = .decimal }
        guard try syntax.take(words[1]) else { throw syntax.unknown(part, form) }
      } else if try !syntax.take(part) {
        throw syntax.unknown(part, form)
      }
    }
    let math = try ByteMathSyntax.math(named, value, &builder)
    try syntax.finish(bytes: math.bytes.constant)
    var result = math
    result.isRelative = syntax.isRelative
    result.format = syntax.format
    result.mask = syntax.mask
    if result.isRelative, builder.stickyBuffer != nil, builder.conditions.isEmpty {
      throw value.problem(
        "byte_math: relative specified without previous pattern match", remedy: "remove relative")
    }
    builder.add(.byteMath(result))
  }
}

private enum ByteMathSyntax {
  static func math(
    _ named: [String: KeywordValue], _ value: KeywordValue, _ builder: inout SignatureBuilder
  ) throws(RuleProblem) -> ByteMath {
    func need(_ name: String) throws(RuleProblem) -> KeywordValue {
      guard let part = named[name] else {
        throw value.problem("\(name) is missing", remedy: "write bytes, offset, oper, rvalue and result")
      }
      return part
    }
    let operations: [String: ByteMath.Operation] = [
      "+": .add, "-": .subtract, "*": .multiply, "/": .divide, "<<": .shiftLeft, ">>": .shiftRight,
    ]
    let sign = try need("oper")
    guard let operation = operations[sign.text] else {
      throw sign.problem("“\(sign.text)” is no operation", remedy: "write +, -, *, /, << or >>")
    }
    let bytes = try builder.operand(try need("bytes"), in: 1...23, "the number of bytes")
    let isShift = operation == .shiftLeft || operation == .shiftRight
    if isShift, let count = bytes.constant, count > 4 {
      throw value.problem("\(sign.text) takes four bytes at most", remedy: "read fewer, or use * or /")
        .inSuricata("detect-bytemath", "invalid bytemath values")
    }
    let offset = try need("offset").integer(in: -65_535...65_535, "the offset")
    let operand = try builder.operand(try need("rvalue"), in: 0...Int64(UInt32.max), "rvalue")
    if operation == .divide, operand == .constant(0) {
      builder.warn("a division by zero never has a result", remedy: "write another rvalue")
    }
    return ByteMath(
      bytes: bytes, offset: offset, operation: operation, value: operand,
      slot: try builder.makeSlot(try need("result")))
  }
}
