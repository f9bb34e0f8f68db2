extension Keyword {
  static let packetData = Keyword(
    "pkt_data", .payload, "Content from here on is looked for in the payload.", argument: .none,
    example: "file.data; content:\"abc\"; pkt_data; content:\"def\";", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try builder.setStickyBuffer(nil, name: "pkt_data")
  }

  static let fileData = Keyword(
    "file.data", aliases: ["file_data"], .payload, "Content of transferred files and of message bodies.",
    argument: .none, example: "file.data; content:\"MZ\"; startswith;", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try FileSyntax.checkProtocol(builder, "file.data")
    try builder.setStickyBuffer(BufferReference(.fileData), name: "file.data")
  }

  static let fileName = Keyword(
    "file.name", .payload, "Name of a transferred file.", argument: .none,
    example: "file.name; content:\".exe\"; endswith;", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try FileSyntax.checkProtocol(builder, "file.name")
    try builder.setStickyBuffer(BufferReference(.fileName), name: "file.name")
  }

  static let filename = Keyword(
    "filename", .payload, "Text that a transferred file's name holds.", quotes: .optional, isNegatable: true,
    values: "\"name\"", example: "filename:\"invoice\";", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try FileSyntax.addName(value, endsWith: false, &builder)
  }

  static let fileExtension = Keyword(
    "fileext", .payload, "End of a transferred file's name, behind the dot.", quotes: .optional,
    isNegatable: true,
    values: "\"ext\"", example: "fileext:\"exe\";", exampleProtocol: "http"
  ) { (value, builder) throws(RuleProblem) in
    try FileSyntax.addName(value, endsWith: true, &builder)
  }

  static let base64Data = Keyword(
    "base64_data", .payload, "What the base64_decode before it gave.", argument: .none,
    example: "base64_decode:bytes 12; base64_data; content:\"abc\";"
  ) { (value, builder) throws(RuleProblem) in
    guard builder.hasBase64Decode else {
      throw builder.problem(
        "base64_data needs a base64_decode before it", remedy: "write base64_decode; base64_data;")
    }
    try builder.setStickyBuffer(BufferReference(.base64Data), name: "base64_data")
  }

  static let base64Decode = Keyword(
    "base64_decode", .payload, "Decodes Base64 from here on for base64_data.", argument: .optional,
    values: "bytes n, offset n, relative",
    example: "content:\"x\"; base64_decode:bytes 8, offset 1, relative; base64_data; content:\"a\";"
  ) { (value, builder) throws(RuleProblem) in
    var bytes: Int64?
    var offset: Int64 = 0
    var isRelative = false
    for part in value.isEmpty ? [] : value.split() {
      let words = part.words(limit: 2)
      switch (words.first?.text, words.count) {
      case ("relative", 1): isRelative = true
      case ("bytes", 2): bytes = try words[1].integer(in: 1...65_535, "bytes")
      case ("offset", 2): offset = try words[1].integer(in: 0...Int64(UInt32.max), "the offset")
      default:
        throw part.problem("“\(part.text)” is unknown here", remedy: "write bytes n, offset n or relative")
      }
    }
    builder.hasBase64Decode = true
    builder.add(.base64Decode(offset: offset, bytes: bytes, isRelative: isRelative))
  }
}
