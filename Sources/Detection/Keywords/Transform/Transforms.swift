extension Keyword {
  /// A transformation without argument.
  private static func transform(
    _ name: String, _ transform: Transform, _ summary: String, content: String = "abc"
  ) -> Keyword {
    Keyword(
      name, .transform, summary, argument: .none,
      example: "http.user_agent; \(name); content:\"\(content)\";",
      exampleProtocol: "http"
    ) { (value, builder) throws(RuleProblem) in
      try builder.add(transform)
    }
  }

  static let compressWhitespace = transform(
    "compress_whitespace", .compressWhitespace, "Runs of white space become one space.")
  static let stripWhitespace = transform("strip_whitespace", .stripWhitespace, "White space is removed.")
  static let toMD5 = transform("to_md5", .toMD5, "The buffer becomes its MD5.", content: "|00|")
  static let toSHA1 = transform("to_sha1", .toSHA1, "The buffer becomes its SHA-1.", content: "|00|")
  static let toSHA256 = transform("to_sha256", .toSHA256, "The buffer becomes its SHA-256.", content: "|00|")
  static let dotPrefix = transform(
    "dotprefix", .dotPrefix, "A dot is put before the buffer.", content: ".example.com")
  static let urlDecode = transform(
    "url_decode", .urlDecode, "Percent signs with digits and plus signs are decoded.")
  static let toLowercase = transform("to_lowercase", .toLowercase, "Letters become small.")
  static let toUppercase = transform("to_uppercase", .toUppercase, "Letters become capital.", content: "ABC")
  static let headerLowercase = transform(
    "header_lowercase", .headerLowercase, "Names of headers become small, up to the colon of each line.")
  static let stripPseudoHeaders = transform(
    "strip_pseudo_headers", .stripPseudoHeaders, "Lines that begin with a colon are removed.")
  static let domain = transform(
    "domain", .domain, "The registered domain of a host name.", content: "example.com")
  static let topLevelDomain = transform(
    "tld", .topLevelDomain, "The public suffix of a host name.", content: "com")

  static let xor = Keyword(
    "xor", .transform, "Bytes are combined with the key, again and again.", quotes: .mandatory,
    values: "\"0a1b2c\"",
    example: "http.request_body; xor:\"0a0b\"; content:\"abc\";", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    var digits: [UInt8] = []
    for (index, byte) in value.bytes.enumerated() {
      guard let digit = hexDigit(byte) else {
        throw value.problem(
          "this is no hexadecimal digit", at: index, remedy: "write two digits for each byte of the key")
      }
      digits.append(digit)
    }
    guard digits.count % 2 == 0, !digits.isEmpty, digits.count <= 510 else {
      throw value.problem(
        "the key has no whole number of bytes, or more than 255", remedy: "write two digits for each byte")
    }
    let key = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    try builder.add(.xor(key))
  }

  static let pcrexform = Keyword(
    "pcrexform", .transform, "The buffer becomes the first group that the expression captures.",
    quotes: .mandatory,
    values: "\"expression\"",
    example: "http.request_line; pcrexform:\"[a-zA-Z]+ (.*) HTTP\"; content:\"/index\";",
    exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    if let reason = PatternCheck.problem(of: PatternCondition(expression: value.text, options: 0)) {
      throw value.problem(
        "the expression cannot be compiled: \(reason.message)", at: reason.offset, remedy: "correct it there")
    }
    try builder.add(.pcrexform(value.text))
  }

  static let fromBase64 = Keyword(
    "from_base64", .transform, "The buffer is decoded from Base64.", argument: .optional,
    values: "bytes n, offset n, mode rfc2045|rfc4648|strict",
    example: "http.request_body; from_base64:offset 4, mode rfc4648; content:\"abc\";",
    exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    var bytes: Int64 = 0
    var offset: Int64 = 0
    var mode = Base64Mode.rfc4648
    for part in value.isEmpty ? [] : value.split() {
      let words = part.words()
      switch (words.first?.text, words.count) {
      case ("bytes", 2): bytes = try words[1].integer(in: 1...65_535, "bytes")
      case ("offset", 2): offset = try words[1].integer(in: 0...65_535, "the offset")
      case ("mode", 2):
        let modes: [String: Base64Mode] = ["rfc2045": .rfc2045, "rfc4648": .rfc4648, "strict": .strict]
        guard let named = modes[words[1].lowercasedText] else {
          throw words[1].problem("“\(words[1].text)” is no mode", remedy: "write rfc2045, rfc4648 or strict")
        }
        mode = named
      default:
        throw part.problem("“\(part.text)” is unknown here", remedy: "write bytes n, offset n or mode strict")
      }
    }
    try builder.add(.fromBase64(offset: Int(offset), bytes: Int(bytes), mode: mode))
  }

  /// A transformation that unpacks, with a bound on what it gives.
  private static func unpack(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Int) -> Transform
  ) -> Keyword {
    Keyword(
      name, .transform, summary, argument: .optional, values: "max-size n",
      example: "http.request_body; \(name):max-size 4096; content:\"abc\";", exampleProtocol: "http"
    ) { (value, builder) throws(RuleProblem) in
      var maximum: Int64 = 1024
      if !value.isEmpty {
        let words = value.words()
        guard words.count == 2, words[0].text == "max-size" else {
          throw value.problem("“\(value.text)” is unknown here", remedy: "write max-size n")
        }
        maximum = try words[1].integer(in: 1...Int64(Int32.max), "max-size")
      }
      try builder.add(make(Int(maximum)))
    }
  }

  static let gunzip = unpack("gunzip", "The buffer is unpacked with gzip.") { .gunzip(maximum: $0) }
  static let zlibDeflate = unpack("zlib_deflate", "The buffer is unpacked with zlib.") {
    .zlibDeflate(maximum: $0)
  }
}
