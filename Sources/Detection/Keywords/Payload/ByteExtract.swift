extension Keyword {
  private static let form =
    "bytes,offset,name[,relative][,multiplier n][,big|little][,string,hex|dec|oct][,align 2|4]"
    + "[,dce][,bitmask n]"

  static let byteExtract = Keyword(
    "byte_extract", .payload, "Keeps a number that stands in the buffer under a name for later options.",
    values: form, example: "byte_extract:1,0,size; content:\"abc\"; offset:size;"
  ) { (value, builder) throws(RuleProblem) in
    var syntax = try ByteSyntax(value, atLeast: 3, form: form)
    let parts = syntax.parts
    let bytes = try parts[0].integer(in: 1...23, "the number of bytes")
    let offset = try parts[1].integer(in: -65_534...65_534, "the offset")
    var extract = ByteExtract(bytes: Int(bytes), offset: offset, slot: 0)
    for part in parts.dropFirst(3) where try !syntax.take(part) {
      let words = part.words()
      switch (words.first?.text, words.count) {
      case ("multiplier", 2): extract.multiplier = try words[1].integer(in: 1...65_535, "the multiplier")
      case ("align", 2):
        let align = try words[1].integer(in: 0...4, "align")
        guard align == 2 || align == 4 else {
          throw words[1].problem("numbers are aligned to 2 or 4 bytes", remedy: "write align 2 or align 4")
        }
        extract.align = Int(align)
      default: throw syntax.unknown(part, form)
      }
    }
    try syntax.finish(bytes: bytes)
    extract.slot = try builder.makeSlot(parts[2])
    extract.isRelative = syntax.isRelative
    extract.format = syntax.format
    extract.mask = syntax.mask
    builder.add(.byteExtract(extract))
  }
}
