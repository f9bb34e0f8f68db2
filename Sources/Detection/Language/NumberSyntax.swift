/// The number comparisons that Suricata's integer keywords share.
///
/// `n` `=n` `!n` `!=n` `<n` `<=n` `>n` `>=n` `a-b` `a<>b` (both ends excluded) `!a-b` `&mask=n` `&mask!=n`;
/// numbers in decimal or hexadecimal (`0x1f`), sizes with `kb`, `mb` or `gb`.
enum NumberSyntax {
  /// Reads a comparison of a number that is at most `maximum`; `names` stand for numbers.
  static func parse(
    _ value: KeywordValue, maximum: Int64, names: [String: Int64] = [:]
  ) throws(RuleProblem) -> NumberTest {
    let bytes = value.bytes
    func rest(_ count: Int) -> KeywordValue { value.part(count..<bytes.count) }
    func number(_ part: KeywordValue) throws(RuleProblem) -> Int64 {
      try read(part, maximum: maximum, names: names)
    }
    switch (bytes.first, bytes.count > 1 ? bytes[1] : 0) {
    case (UInt8(ascii: ">"), UInt8(ascii: "=")): return .greaterOrEqual(try number(rest(2)))
    case (UInt8(ascii: "<"), UInt8(ascii: "=")): return .lessOrEqual(try number(rest(2)))
    case (UInt8(ascii: ">"), _): return .greater(try number(rest(1)))
    case (UInt8(ascii: "<"), _):
      let bound = try number(rest(1))
      guard bound > 0 else {
        throw value.problem("no number is below 0", remedy: "write a number above 0 behind <")
      }
      return .less(bound)
    case (UInt8(ascii: "="), _): return .equal(try number(rest(1)))
    case (UInt8(ascii: "&"), _): return try masked(rest(1), maximum: maximum)
    case (UInt8(ascii: "!"), UInt8(ascii: "=")): return .notEqual(try number(rest(2)))
    case (UInt8(ascii: "!"), _):
      let inner = rest(1)
      if let (low, high) = try range(inner, maximum: maximum, names: names) { return .outside(low, high) }
      return .notEqual(try number(inner))
    case (nil, _): throw value.problem("a number is missing", remedy: "write n, <n, >n, !n or a-b")
    default:
      if let (low, high) = try range(value, maximum: maximum, names: names) { return .within(low, high) }
      return .equal(try number(value))
    }
  }

  /// Names between commas, of which one must be the number; `!` before them all turns it round.
  static func oneOf(_ value: KeywordValue, names: [String: Int64]) throws(RuleProblem) -> NumberTest {
    let isNegated = value.bytes.first == UInt8(ascii: "!")
    let list = isNegated ? value.part(1..<value.bytes.count) : value
    var numbers: [Int64] = []
    for part in list.split() { numbers.append(try named(part, names)) }
    return isNegated ? .noneOf(numbers) : .oneOf(numbers)
  }

  /// Numbers and ranges between commas, their ends included; or a single comparison.
  static func list(_ value: KeywordValue, maximum: Int64) throws(RuleProblem) -> NumberTest {
    guard let first = value.bytes.first, hexDigit(first).map({ $0 < 10 }) == true else {
      return try parse(value, maximum: maximum)
    }
    var numbers: [Int64] = []
    let parts = value.split()
    for part in parts {
      let ends = part.split("-", limit: 2)
      let low = try ends[0].integer(in: 0...maximum, "the number")
      guard ends.count == 2 else {
        numbers.append(low)
        continue
      }
      let high = try ends[1].integer(in: 0...maximum, "the number")
      guard low < high else {
        throw part.problem("no number lies from \(low) to \(high)", remedy: "write the lower number first")
      }
      if parts.count == 1 { return .within(low, high) }
      numbers += low...high
    }
    return numbers.count == 1 ? .equal(numbers[0]) : .oneOf(numbers)
  }

  /// Names of bits between commas or bars, each perhaps with `!`: one of them must be set, or with `!` not
  /// set.
  static func bits(_ value: KeywordValue, names: [String: Int64]) throws(RuleProblem) -> NumberTest {
    var mask: Int64 = 0
    var negated: Int64 = 0
    for group in value.split("|") {
      for part in group.split() {
        let isNegated = part.bytes.first == UInt8(ascii: "!")
        let bit = try named(isNegated ? part.part(1..<part.bytes.count) : part, names)
        mask |= bit
        if isNegated { negated |= bit }
      }
    }
    return .maskedNotEqual(mask: mask, negated)
  }

  /// A comparison and, behind a comma, which of several numbers it is about.
  static func placed(
    _ value: KeywordValue, maximum: Int64, names: [String: Int64]
  ) throws(RuleProblem) -> (test: NumberTest, place: NumberPlace) {
    let parts = value.split(limit: 2)
    let test = try parse(parts[0], maximum: maximum, names: names)
    guard parts.count == 2 else { return (test, .any) }
    switch parts[1].text {
    case "any": return (test, .any)
    case "all": return (test, .all)
    default:
      guard let position = parts[1].integer, let index = Int32(exactly: position) else {
        throw parts[1].problem(
          "“\(parts[1].text)” says not which of them", remedy: "write any, all, 0, 1 … or -1, -2 …")
      }
      return (test, .at(Int(index)))
    }
  }

  /// Names of bits of a byte between commas or blanks: all must be set, those with `!` not set. Or a
  /// comparison of the byte as a whole.
  static func flags(_ value: KeywordValue, names: [String: Int64]) throws(RuleProblem) -> NumberTest {
    // Behind a `!` that stands alone comes a name or a number.
    let head = value.bytes.first == UInt8(ascii: "!") ? value.bytes.dropFirst() : value.bytes[...]
    if let first = head.first, hexDigit(first).map({ $0 < 10 }) == true || "<>=&".utf8.contains(first) {
      return try parse(value, maximum: Int64(UInt8.max))
    }
    var mask: Int64 = 0
    var wanted: Int64 = 0
    for group in value.split() {
      for part in group.split(" ") where !part.isEmpty {
        let isNegated = part.bytes.first == UInt8(ascii: "!")
        let bit = try named(isNegated ? part.part(1..<part.bytes.count) : part, names)
        guard mask & bit == 0 else {
          throw part.problem("“\(part.text)” is said twice", remedy: "remove one of them")
        }
        mask |= bit
        if !isNegated { wanted |= bit }
      }
    }
    guard mask != 0 else {
      throw value.problem("a flag is missing", remedy: "write names of flags between commas, or a number")
    }
    return .maskedEqual(mask: mask, wanted)
  }

  private static func named(_ value: KeywordValue, _ names: [String: Int64]) throws(RuleProblem) -> Int64 {
    guard let number = names[value.lowercasedText] else {
      let known = names.keys.sorted()
      let near = Spelling.nearest(to: value.text, among: known) ?? known.joined(separator: ", ")
      throw value.problem("“\(value.text)” is no known name", remedy: "write \(near)")
    }
    return number
  }

  /// The inclusive bounds that `a-b` or `a<>b` leave: both ends are excluded.
  private static func range(
    _ value: KeywordValue, maximum: Int64, names: [String: Int64]
  ) throws(RuleProblem) -> (Int64, Int64)? {
    let bytes = value.bytes
    var split: (low: Int, high: Int)?
    for index in bytes.indices.dropFirst() {
      if bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: ">") {
        split = (index, index + 2)
        break
      }
      // A dash within a name is no range.
      if bytes[index] == UInt8(ascii: "-"), hexDigit(bytes[0]).map({ $0 < 10 }) == true {
        split = (index, index + 1)
        break
      }
    }
    guard let split else { return nil }
    let low = try read(value.part(0..<split.low), maximum: maximum, names: names)
    let high = try read(value.part(split.high..<bytes.count), maximum: maximum, names: names)
    guard low < high, high - low > 1 else {
      throw value.problem(
        "no number lies between \(low) and \(high)",
        remedy: "both ends of a range are excluded: write the lower number first, and leave room between them"
      )
    }
    return (low + 1, high - 1)
  }

  private static func masked(_ value: KeywordValue, maximum: Int64) throws(RuleProblem) -> NumberTest {
    guard let equals = value.bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
      throw value.problem("the mask has no comparison", remedy: "write &mask=value or &mask!=value")
    }
    let isNegated = value.bytes[equals - 1] == UInt8(ascii: "!")
    let mask = try read(value.part(0..<(isNegated ? equals - 1 : equals)), maximum: maximum, names: [:])
    let number = try read(value.part(equals + 1..<value.bytes.count), maximum: maximum, names: [:])
    return isNegated ? .maskedNotEqual(mask: mask, number) : .maskedEqual(mask: mask, number)
  }

  private static func read(
    _ value: KeywordValue, maximum: Int64, names: [String: Int64]
  ) throws(RuleProblem) -> Int64 {
    if !names.isEmpty, let number = names[value.lowercasedText] { return number }
    let units: [(String, Int64)] = [("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30)]
    let text = value.lowercasedText
    for (unit, factor) in units where text.hasSuffix(unit) && !text.hasPrefix("0x") {
      let count = try value.part(0..<value.bytes.count - 2).integer(in: 0...(maximum / factor), "the size")
      return count * factor
    }
    if value.integer == nil, !names.isEmpty {
      let known = names.keys.sorted().prefix(12).joined(separator: ", ")
      throw value.problem(
        "“\(value.text)” is neither a number nor a known name", remedy: "write one of \(known), …")
    }
    return try value.integer(in: 0...maximum, "the number")
  }
}
