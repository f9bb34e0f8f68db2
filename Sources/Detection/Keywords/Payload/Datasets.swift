extension Keyword {
  static let dataset = Keyword(
    "dataset", .payload, "Asks whether the buffer is in a set of values, or changes the set.",
    values: "isset|isnotset|set|unset,name[,type string|md5|sha256|ipv4|ip][,load file][,save file]"
      + "[,state file][,memcap n][,hashsize n][,match subdomain][,format json|ndjson,value_key path,"
      + "context_key name[,array_key path][,remove_key]]",
    example: "dns.query; dataset:set,dns-seen,type string;", exampleProtocol: "dns"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    let commands: [String: DatasetCondition.Command] = [
      "isset": .isSet, "isnotset": .isNotSet, "set": .set, "unset": .unset,
    ]
    guard let command = commands[parts[0].text] else {
      throw parts[0].problem(
        "dataset action \"\(parts[0].text)\" is not supported",
        remedy: "write isset, isnotset, set or unset")
    }
    try DatasetSyntax.checkName(parts, builder)
    var options = DatasetSyntax(keyword: "dataset")
    for part in parts.dropFirst(2) { try options.take(part, &builder) }
    try options.checkForm(parts[1], command)
    let number = try builder.context.datasets.set(parts[1], options.wish)
    builder.add(
      .dataset(
        DatasetCondition(
          dataset: number, command: command, matchesSubdomains: options.matchesSubdomains,
          contextKey: options.contextKey)))
  }

  static let datarep = Keyword(
    "datarep", .payload, "Compares the reputation that a list gives the buffer.",
    values: "name,>|<|==,n[,load file,type string|md5|sha256|ipv4|ip][,memcap n][,hashsize n]",
    example: "dns.query; datarep:dns-scores,>,100,load dns-scores.lst,type string;", exampleProtocol: "dns"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard parts.count >= 3 else {
      throw value.problem(
        "a name, a comparison and a number are wanted",
        remedy: "write datarep:bad,>,100,load bad.lst,type md5")
    }
    try DatasetSyntax.checkName([parts[0], parts[0]], builder)
    let number = try parts[2].integer(in: 0...65_535, "the reputation")
    let test: NumberTest
    switch parts[1].text {
    case ">": test = .greater(number)
    case "<": test = .less(number)
    case "==": test = .equal(number)
    default:
      throw parts[1].problem(
        "datarep operation \"\(parts[1].text)\" is not supported", remedy: "write >, < or =="
      ).inSuricata("detect-datarep", "datarep operation \"\(parts[1].text)\" is not supported.")
    }
    var options = DatasetSyntax(keyword: "datarep")
    options.wish.form.hasReputation = true
    for part in parts.dropFirst(3) { try options.take(part, &builder) }
    if options.wish.load != nil, options.wish.kind == nil {
      throw value.problem("if load is used type must be set as well", remedy: "write type string behind it")
    }
    let set = try builder.context.datasets.set(parts[0], options.wish)
    builder.add(.dataset(DatasetCondition(dataset: set, command: .reputation(test))))
  }
}

/// The options of `dataset` and `datarep`.
private struct DatasetSyntax {
  let keyword: String
  var wish = DatasetRegister.Wish()
  var matchesSubdomains = false
  var contextKey: String?

  init(keyword: String) {
    self.keyword = keyword
  }

  static func checkName(_ parts: [KeywordValue], _ builder: SignatureBuilder) throws(RuleProblem) {
    guard builder.stickyBuffer != nil else {
      throw builder.problem(
        "datasets are only supported for sticky buffers", remedy: "write dns.query; dataset:… ;")
    }
    guard parts.count > 1, !parts[1].isEmpty else {
      throw parts[0].problem("the name of the set is missing", remedy: "write it behind the first comma")
    }
    guard parts[1].bytes.count <= 63 else {
      throw parts[1].problem("the name of the set is too long", remedy: "write 63 characters at most")
    }
  }

  mutating func take(_ part: KeywordValue, _ builder: inout SignatureBuilder) throws(RuleProblem) {
    let words = part.words(limit: 2)
    guard words.count == 2 else {
      guard part.text == "remove_key" else {
        throw part.problem(
          "“\(part.text)” is unknown here", remedy: "write a word and its value: type string")
      }
      wish.form.removesValue = true
      return
    }
    let value = words[1]
    switch words[0].text {
    case "type":
      guard let kind = DatasetKind(word: value.text) else {
        throw value.problem(
          "bad type \(value.text)", remedy: "write string, md5, sha256, ipv4, ipv6 or ip")
      }
      wish.kind = kind
    case "load": wish.load = value
    case "save": wish.save = value
    case "state": wish.state = value
    case "memcap": takeMemcap(value, &builder)
    case "hashsize":
      wish.hashSize = Int(try value.integer(in: 1...Int64(UInt32.max), "hashsize"))
    case "match" where value.text == "subdomain": matchesSubdomains = true
    case "format": try takeFormat(value)
    case "value_key": wish.form.valueKey = value.text
    case "array_key": wish.form.arrayKey = value.text
    case "context_key", "enrichment_key": contextKey = value.text
    default:
      throw part.problem(
        "“\(part.text)” is unknown here",
        remedy: "write type, load, save, state, memcap, hashsize, match or format")
    }
  }

  private mutating func takeMemcap(_ value: KeywordValue, _ builder: inout SignatureBuilder) {
    if let bytes = SizeSyntax.bytes(value.text), bytes > 0 {
      wish.memcapBytes = bytes
    } else {
      builder.warn(
        "invalid value for memcap: \(value.text), resetting to default", remedy: "write a size like 64mb")
    }
  }

  private mutating func takeFormat(_ value: KeywordValue) throws(RuleProblem) {
    switch value.text {
    case "csv": wish.form.format = .lines
    case "json": wish.form.format = .json
    case "ndjson", "jsonline": wish.form.format = .lineJSON
    default: throw value.problem("unknown format \(value.text)", remedy: "write csv, json or ndjson")
    }
  }

  /// What the JSON formats need, and do not allow.
  func checkForm(_ name: KeywordValue, _ command: DatasetCondition.Command) throws(RuleProblem) {
    guard wish.form.format != .lines else { return }
    if case .set = command { throw refused(name, "'set'") }
    if case .unset = command { throw refused(name, "'unset'") }
    if wish.save != nil || wish.state != nil {
      throw name.problem(
        "json format is not supported with 'save' or 'state' option", remedy: "write load alone")
    }
    guard contextKey != nil else {
      throw name.problem(
        "json format needs a 'context_key' parameter", remedy: "write context_key and a name for the alert")
    }
    guard !wish.form.valueKey.isEmpty else {
      throw name.problem(
        "json format needs a 'value_key' parameter", remedy: "write value_key and the member of the value")
    }
  }

  private func refused(_ name: KeywordValue, _ command: String) -> RuleProblem {
    name.problem(
      "json format is not supported for \(command) command", remedy: "write isset or isnotset")
  }
}

/// Sizes with units of 1,024: `64mb`, `100kb`, `2560`.
enum SizeSyntax {
  /// The bytes, or nil where it is no size.
  static func bytes(_ text: String) -> Int? {
    let text = text.lowercased()
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let factors = [
      "": 1, "b": 1, "kb": 1 << 10, "kib": 1 << 10, "mb": 1 << 20, "mib": 1 << 20, "gb": 1 << 30,
      "gib": 1 << 30,
    ]
    guard let factor = factors[text.dropFirst(digits.count).trimmingBlanks] else { return nil }
    let (size, overflows) = number.multipliedReportingOverflow(by: factor)
    return overflows ? nil : size
  }
}

extension Substring {
  /// Without blanks at its beginning.
  fileprivate var trimmingBlanks: String { String(drop { $0 == " " }) }
}
