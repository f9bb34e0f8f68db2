extension Keyword {
  static let asn1 = Keyword(
    "asn1", .payload, "BER-encoded data is malformed in a way that attacks decoders.",
    values: "bitstring_overflow, double_overflow, oversize_length n, absolute_offset n, relative_offset n",
    example: "asn1:oversize_length 2048, relative_offset 27;"
  ) { (value, builder) throws(RuleProblem) in
    var check = ASN1Check()
    for part in value.split() {
      let words = part.words()
      switch (words.first?.text, words.count) {
      case ("bitstring_overflow", 1): check.findsBitStringOverflow = true
      case ("double_overflow", 1): check.findsDoubleOverflow = true
      case ("oversize_length", 2):
        check.lengthMax = try words[1].integer(in: 1...Int64(UInt32.max), "the length")
      case ("absolute_offset", 2): check.offset = try words[1].integer(in: 0...65_535, "the offset")
      case ("relative_offset", 2):
        check.offset = try words[1].integer(in: -65_535...65_535, "the offset")
        check.isRelative = true
      default:
        throw part.problem(
          "“\(part.text)” is unknown here",
          remedy: "write bitstring_overflow, double_overflow, oversize_length n or relative_offset n")
      }
    }
    guard check.findsBitStringOverflow || check.findsDoubleOverflow || check.lengthMax != nil else {
      throw value.problem(
        "asn1 looks for nothing", remedy: "add bitstring_overflow, double_overflow or oversize_length n")
    }
    builder.add(.asn1(check))
  }
}
