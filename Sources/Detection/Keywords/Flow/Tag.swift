extension Keyword {
  static let tag = Keyword(
    "tag", .flow, "Keeps the packets that follow a match: of its session, or of one of its hosts.",
    values: "session|host[,n,packets|bytes|seconds[,src|dst]]", example: "tag:session,10,packets;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    var tag = Tag()
    switch parts[0].lowercasedText {
    case "session": tag.scope = .session
    case "host": tag.scope = .source
    default: throw parts[0].problem("“\(parts[0].text)” cannot be tagged", remedy: "write session or host")
    }
    if parts.count > 1 {
      guard parts.count > 2 else {
        throw value.problem("what is counted is missing", remedy: "write packets, bytes or seconds")
      }
      tag.limit = try parts[1].integer(in: 1...Int64(UInt32.max), "the number")
      switch parts[2].lowercasedText {
      case "packets": tag.metric = .packets
      case "bytes": tag.metric = .bytes
      case "seconds": tag.metric = .seconds
      default: throw parts[2].problem("“\(parts[2].text)” is not counted", remedy: "write packets or seconds")
      }
    }
    if parts.count > 3 {
      switch (parts[3].lowercasedText, tag.scope) {
      case ("src", .source): break
      case ("dst", .source): tag.scope = .destination
      default: throw parts[3].problem("“\(parts[3].text)” is no side", remedy: "write src or dst after host")
      }
    }
    guard parts.count <= 4, parts.count == 1 || tag.scope == .session || parts.count == 4 else {
      throw value.problem("“\(value.text)” is no tag", remedy: "write tag:host,100,packets,src;")
    }
    builder.signature.effects.append(.tag(tag))
  }
}
