import CPCRE2

extension Keyword {
  static let pcre = Keyword(
    "pcre", .payload, "A regular expression (PCRE2); flags imsxAEGR, letters of buffers, and captures.",
    quotes: .optional, isNegatable: true, values: "\"/expression/flags, flow:name, pkt:name\"",
    example: "content:\"id=\"; pcre:\"/^\\d+/R\";"
  ) { (value, builder) throws(RuleProblem) in
    var syntax = try PatternSyntax(value)
    try syntax.readFlags()
    try syntax.readCaptures(&builder)
    try syntax.add(to: &builder)
  }
}

/// An expression between slashes and what stands behind it.
private struct PatternSyntax {
  let value: KeywordValue
  var condition: PatternCondition
  /// Place of the first flag in the value.
  var flagsStart: Int
  var captureNames: [KeywordValue] = []
  /// Letter of the buffer, what it names, and the letter's place.
  var buffer: (flag: UInt8, fields: [FieldReference], index: Int)?

  init(_ value: KeywordValue) throws(RuleProblem) {
    self.value = value
    guard value.bytes.first == UInt8(ascii: "/"),
      let last = value.bytes.lastIndex(of: UInt8(ascii: "/")), last > 0
    else {
      throw value.problem(
        "the expression does not stand between slashes", remedy: "write \"/expression/flags\"")
    }
    let expression = value.bytes[1..<last]
    condition = PatternCondition(expression: String(decoding: expression, as: UTF8.self), options: 0)
    condition.isNegated = value.isNegated
    flagsStart = last + 1
  }

  mutating func readFlags() throws(RuleProblem) {
    var index = flagsStart
    while index < value.bytes.count, value.bytes[index] != UInt8(ascii: ",") {
      let flag = value.bytes[index]
      switch flag {
      case UInt8(ascii: "i"): condition.options |= PatternOption.caseless
      case UInt8(ascii: "m"): condition.options |= PatternOption.multiline
      case UInt8(ascii: "s"): condition.options |= PatternOption.dotAll
      case UInt8(ascii: "x"): condition.options |= PatternOption.extended
      case UInt8(ascii: "A"): condition.options |= PatternOption.anchored
      case UInt8(ascii: "E"): condition.options |= PatternOption.dollarEndOnly
      case UInt8(ascii: "G"): condition.options |= PatternOption.ungreedy
      case UInt8(ascii: "R"): condition.isRelative = true
      // Raw bytes, and a lifted match limit: the payload is never changed, and the limits are the engine's.
      case UInt8(ascii: "B"), UInt8(ascii: "O"): break
      default:
        guard let fields = KeywordTable.standard.fields(flag: flag) else {
          throw value.problem(
            "“\(String(decoding: [flag], as: UTF8.self))” is no flag of pcre", at: index,
            remedy: "use imsxAEGRO, or a buffer's letter: UIPQHDMCSYVWZ")
        }
        guard buffer == nil else {
          throw value.problem("two flags name a buffer", at: index, remedy: "keep one of them")
        }
        buffer = (flag, fields, index)
      }
      index += 1
    }
    if index < value.bytes.count { captureNames = value.part(index + 1..<value.bytes.count).split() }
  }

  /// Captures listed behind the flags, or as named groups `flow_x` and `pkt_x`.
  mutating func readCaptures(_ builder: inout SignatureBuilder) throws(RuleProblem) {
    for name in captureNames {
      let parts = name.split(":", limit: 2)
      guard parts.count == 2, !parts[1].isEmpty, ["flow", "pkt", "alert"].contains(parts[0].text) else {
        throw name.problem("“\(name.text)” is no capture", remedy: "write flow:name or pkt:name")
      }
      guard parts[0].text != "alert" else {
        throw name.problem("captures for alerts are not evaluated yet", remedy: "write flow:name or pkt:name")
      }
      let slot = builder.context.captures.intern(parts[1].text)
      let group = condition.captures.count + 1
      condition.captures.append((group, parts[0].text == "flow" ? .flow : .packet, slot))
    }
    if captureNames.count > groupCount {
      throw value.problem(
        "\(captureNames.count) captures are named and the expression has \(groupCount) groups",
        remedy: "write a group in parentheses for each capture")
    }
    for (group, name) in namedGroups {
      if name.hasPrefix("flow_") {
        condition.captures.append((group, .flow, builder.context.captures.intern(String(name.dropFirst(5)))))
      } else if name.hasPrefix("pkt_") {
        condition.captures.append(
          (group, .packet, builder.context.captures.intern(String(name.dropFirst(4)))))
      }
    }
  }

  /// Opening parentheses that capture.
  private var groupCount: Int {
    var count = 0
    eachGroup { _, isCapturing in count += isCapturing ? 1 : 0 }
    return count
  }

  /// Numbers and names of the groups `(?<name>…)` and `(?P<name>…)`.
  private var namedGroups: [(group: Int, name: String)] {
    var names: [(group: Int, name: String)] = []
    var count = 0
    let bytes = Array(condition.expression.utf8)
    eachGroup { index, isCapturing in
      count += isCapturing ? 1 : 0
      guard isCapturing, bytes[(index + 1)...].first == UInt8(ascii: "?"),
        let open = bytes[index...].prefix(4).firstIndex(of: UInt8(ascii: "<")),
        let close = bytes[open...].firstIndex(of: UInt8(ascii: ">"))
      else { return }
      names.append((count, String(decoding: bytes[open + 1..<close], as: UTF8.self)))
    }
    return names
  }

  private func eachGroup(_ body: (Int, Bool) -> Void) {
    let bytes = Array(condition.expression.utf8)
    var index = 0
    var isInClass = false
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "["): isInClass = true
      case UInt8(ascii: "]"): isInClass = false
      case UInt8(ascii: "(") where !isInClass:
        let next = bytes[(index + 1)...].prefix(4)
        let isSpecial = next.first == UInt8(ascii: "?") || next.first == UInt8(ascii: "*")
        let opens = next.firstIndex(of: UInt8(ascii: "<"))
        let after = opens.flatMap { $0 + 1 < bytes.count ? bytes[$0 + 1] : nil }
        let isNamed =
          isSpecial && opens.map { $0 - index <= 3 } == true && after != UInt8(ascii: "=")
          && after != UInt8(ascii: "!")
        body(index, !isSpecial || isNamed)
      default: break
      }
      index += 1
    }
  }

  /// Appends the condition to the buffer that is set, or to the one that a flag names.
  mutating func add(to builder: inout SignatureBuilder) throws(RuleProblem) {
    if let reason = PatternCheck.problem(of: condition) {
      throw value.problem(
        "the expression cannot be compiled: \(reason.message)", at: min(1 + reason.offset, value.bytes.count),
        remedy: "correct it there")
    }
    guard let (flag, fields, index) = buffer else {
      if builder.stickyBuffer == nil { try checkRelative(builder.conditions) }
      builder.add(.pattern(condition))
      return
    }
    let letter = String(decoding: [flag], as: UTF8.self)
    if let sticky = builder.stickyBuffer {
      guard names(sticky.source, fields) || builder.bufferIsBroken else {
        throw value.problem(
          "the flag \(letter) names another buffer than the one that is set", at: index,
          remedy: "remove the flag, or write pkt_data before")
      }
      builder.add(.pattern(condition))
      return
    }
    let usable = try builder.restrict(to: fields, keyword: "pcre's flag \(letter)")
    let place = builder.inspection(of: BufferReference(.field(usable)))
    try checkRelative(builder.signature.inspections[place].conditions)
    builder.signature.inspections[place].conditions.append(.pattern(condition))
    builder.lastMatch = place
  }

  /// The flag's fields are those of the buffer that is set; a response's body is what file.data shows.
  private func names(_ source: BufferReference.Source, _ fields: [FieldReference]) -> Bool {
    switch source {
    case .field(let references): references.contains(where: fields.contains)
    case .fileData: fields.contains { $0.field.keyword == "http.response_body" }
    default: false
    }
  }

  private func checkRelative(_ conditions: [BufferCondition]) throws(RuleProblem) {
    guard condition.isRelative, conditions.isEmpty else { return }
    throw value.problem(
      "the flag R needs a match before it in the same buffer", at: flagsStart,
      remedy: "remove R, or write a content before the expression")
  }
}
