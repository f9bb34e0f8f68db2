extension Keyword {
  static let tag = Keyword(
    "tag", .meta,
    "Packets after the alert are kept for a while; they are not written here, and that is said.",
    values: "session|host[,n,packets|seconds|bytes[,src|dst]]", example: "tag:session,10,packets;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard ["session", "host"].contains(parts[0].text) else {
      throw parts[0].problem("“\(parts[0].text)” is nothing to tag", remedy: "write session or host")
    }
    if parts.count > 1 {
      _ = try parts[1].integer(in: 1...Int64(UInt32.max), "the count")
      guard parts.count > 2, ["packets", "seconds", "bytes"].contains(parts[2].text) else {
        throw parts[1].problem("the unit of the count is missing", remedy: "add packets, seconds or bytes")
      }
    }
    if parts.count > 3 {
      guard parts.count == 4, parts[0].text == "host", ["src", "dst"].contains(parts[3].text) else {
        throw parts[3].problem(
          "“\(parts[3].text)” stands wrongly", remedy: "write src or dst behind tag:host")
      }
    }
    builder.warn(
      "the rule alerts, and the packets after its alerts are not written",
      remedy: "expect alerts only, or remove tag")
  }
}
