extension Keyword {
  private static let form =
    "bytes,offset[,relative][,multiplier n][,big|little][,string,hex|dec|oct][,align]"
    + "[,from_beginning|from_end][,post_offset n][,dce][,bitmask n]"

  static let byteJump = Keyword(
    "byte_jump", .payload, "Moves on by a number that stands in the buffer.", values: form,
    example: "content:\"LEN\"; byte_jump:2,0,relative; content:\"END\"; within:3;"
  ) { (value, builder) throws(RuleProblem) in
    var syntax = try ByteSyntax(value, atLeast: 2, form: form)
    let parts = syntax.parts
    let bytes = try builder.operand(parts[0], in: 0...23, "the number of bytes")
    var jump = ByteJump(
      bytes: bytes, offset: try builder.operand(parts[1], in: -65_535...65_535, "the offset"))
    for part in parts.dropFirst(2) where try !syntax.take(part) {
      let words = part.words()
      switch (words.first?.text, words.count) {
      case ("align", 1): jump.aligns = true
      case ("from_beginning", 1): jump.start = .beginning
      case ("from_end", 1): jump.start = .end
      case ("multiplier", 2): jump.multiplier = try words[1].integer(in: 1...65_535, "the multiplier")
      case ("post_offset", 2):
        jump.postOffset = .constant(try words[1].integer(in: -65_535...65_535, "post_offset"))
      default: throw syntax.unknown(part, form)
      }
    }
    try syntax.finish(bytes: bytes.constant)
    jump.isRelative = syntax.isRelative
    jump.format = syntax.format
    jump.mask = syntax.mask
    builder.add(.byteJump(jump))
  }
}
