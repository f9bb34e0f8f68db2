extension Keyword {
  private static let form =
    "bytes,[!]operator,value,offset[,relative][,big|little][,string,hex|dec|oct][,dce][,bitmask n]"

  static let byteTest = Keyword(
    "byte_test", .payload, "Compares a number that stands in the buffer.", values: form,
    example: "content:\"LEN\"; byte_test:2,>,1000,0,relative,little;"
  ) { (value, builder) throws(RuleProblem) in
    var syntax = try ByteSyntax(value, atLeast: 4, form: form)
    let parts = syntax.parts
    let bytes = try builder.operand(parts[0], in: 0...23, "the number of bytes")
    let (comparison, isNegated) = try ByteTestSyntax.comparison(parts[1])
    var test = ByteTest(
      bytes: bytes, comparison: comparison,
      value: try builder.operand(parts[2], in: -0xffff_ffff...Int64.max, "the value"),
      offset: try builder.operand(parts[3], in: -0x8000_0000...0x7fff_ffff, "the offset"))
    test.isNegated = isNegated
    for part in parts.dropFirst(4) where try !syntax.take(part) { throw syntax.unknown(part, form) }
    try syntax.finish(bytes: bytes.constant)
    test.isRelative = syntax.isRelative
    test.format = syntax.format
    test.mask = syntax.mask
    builder.add(.byteTest(test))
  }
}

private enum ByteTestSyntax {
  /// An operator, perhaps negated; a lone `!` is not equal.
  static func comparison(_ value: KeywordValue) throws(RuleProblem) -> (ByteTest.Comparison, isNegated: Bool)
  {
    var text = value.text[...]
    var isNegated = false
    if text.hasPrefix("!") {
      isNegated = true
      text = text.dropFirst().drop { $0 == " " }
    }
    switch text {
    case "<": return (.less, isNegated)
    case ">": return (.greater, isNegated)
    case "=", "": return (.equal, isNegated)
    case "<=": return (.lessOrEqual, isNegated)
    case ">=": return (.greaterOrEqual, isNegated)
    case "&": return (.and, isNegated)
    case "^": return (.xor, isNegated)
    default:
      throw value.problem(
        "“\(value.text)” is no comparison", remedy: "write <, >, =, <=, >=, & or ^, perhaps with ! before")
    }
  }
}

extension Operand {
  /// The number, unless a variable holds it.
  var constant: Int64? {
    if case .constant(let value) = self { return value }
    return nil
  }
}
