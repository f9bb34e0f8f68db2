/// Takes one rule's text apart.
struct RuleScanner {
  private let bytes: [UInt8]
  private let text: RuleText
  private var position = 0
  /// Problems that did not stop the scan.
  private(set) var problems: [RuleProblem] = []

  init(bytes: [UInt8], text: RuleText) {
    self.bytes = bytes
    self.text = text
  }

  /// The rule. Problems of single options are collected; what makes the rest unreadable is thrown.
  mutating func rule() throws(RuleProblem) -> Rule {
    let (action, words) = try action()
    let (protocolName, hook) = try protocolAndHook()
    let source = try field("source address")
    let sourcePorts = try field("source port")
    let arrow = try arrow()
    let destination = try field("destination address")
    let destinationPorts = try field("destination port")
    let options = try options()
    var rule = Rule(
      action: action, protocolName: protocolName, hook: hook, source: source, sourcePorts: sourcePorts,
      arrow: arrow,
      destination: destination, destinationPorts: destinationPorts, options: options, text: text)
    rule.actionWords = words
    return rule
  }

  private func problem(_ offset: Int, _ message: String, remedy: String) -> RuleProblem {
    RuleProblem(at: text.position(at: offset), message, remedy: remedy)
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private mutating func skipBlanks() {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
  }

  /// Bytes up to the next blank.
  private mutating func word() -> Range<Int> {
    skipBlanks()
    let start = position
    while position < bytes.count, !isBlank(bytes[position]) { position += 1 }
    return start..<position
  }

  /// The action, and its words where they say more: how far it reaches, and what is done besides.
  private mutating func action() throws(RuleProblem) -> (RuleAction, [String]) {
    let range = word()
    let name = string(range)
    let words = name.lowercased().split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let first = words[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let actions: [String: RuleAction] = [
      "alert": .alert, "drop": .drop, "pass": .pass, "reject": .reject, "rejectsrc": .rejectSource,
      "rejectdst": .rejectDestination, "rejectboth": .rejectBoth, "config": .config, "accept": .pass,
    ]
    guard let verb = first.first, let action = actions[verb] else {
      throw problem(
        range.lowerBound, "“\(name.prefix(40))” is no action",
        remedy: "begin the rule with alert, drop, pass, reject, rejectsrc, rejectdst or rejectboth")
    }
    if words.count == 1, first.count == 1, verb != "accept" { return (action, []) }
    let isKnown = action == .alert || action == .config || verb == "pass"
    guard isKnown && first.count == 2 && words.count == 1 || FirewallRole.Action(words: words) != nil else {
      throw problem(
        range.lowerBound, "“\(name.prefix(40))” is no action of a firewall",
        remedy: "write accept:hook, accept:tx, accept:packet, accept:flow, drop:packet or drop:flow")
    }
    return (action, words)
  }

  private mutating func protocolAndHook() throws(RuleProblem) -> (Rule.HeaderField, Rule.HeaderField?) {
    let range = word()
    guard !range.isEmpty, bytes[range.lowerBound] != UInt8(ascii: "(") else {
      throw problem(
        range.lowerBound, "the protocol is missing", remedy: "write tcp, udp, icmp, ip, http, dns, tls …")
    }
    guard let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")) else {
      return (Rule.HeaderField(string(range), offset: range.lowerBound), nil)
    }
    return (
      Rule.HeaderField(string(range.lowerBound..<colon), offset: range.lowerBound),
      Rule.HeaderField(string(colon + 1..<range.upperBound), offset: colon + 1)
    )
  }

  private mutating func arrow() throws(RuleProblem) -> Rule.Arrow {
    let range = word()
    guard let arrow = Rule.Arrow(rawValue: string(range)) else {
      throw problem(
        range.lowerBound, "“\(string(range).prefix(20))” is no direction", remedy: "write ->, <> or => here")
    }
    return arrow
  }

  /// An address or port field: blanks may stand within its brackets.
  private mutating func field(_ what: String) throws(RuleProblem) -> Rule.HeaderField {
    skipBlanks()
    let start = position
    var depth = 0
    scan: while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"):
        depth -= 1
        if depth < 0 {
          throw problem(
            position, "this bracket was never opened", remedy: "write [ before the list, or remove ]")
        }
      case UInt8(ascii: "("): break scan
      case let byte where isBlank(byte) && depth == 0: break scan
      default: break
      }
      position += 1
    }
    guard depth == 0 else {
      throw problem(start, "the list of the \(what) is not closed", remedy: "write ] at the end of the list")
    }
    guard position > start else {
      throw problem(start, "the \(what) is missing", remedy: "write an address, a port, a $VARIABLE or any")
    }
    return Rule.HeaderField(string(start..<position), offset: start)
  }

  private mutating func options() throws(RuleProblem) -> [Rule.Option] {
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "(") else {
      throw problem(
        position, "the opening parenthesis of the options is missing",
        remedy: "write ( before the first option")
    }
    position += 1
    var options: [Rule.Option] = []
    options.reserveCapacity(16)
    while true {
      skipBlanks()
      guard position < bytes.count else {
        // Suricata takes such a rule, and all of its options are there.
        problems.append(
          RuleProblem(
            .warning, at: text.position(at: bytes.count), "the closing parenthesis is missing",
            remedy: "write ) after the last option's semicolon"))
        break
      }
      if bytes[position] == UInt8(ascii: ")"), rest(from: position + 1) == bytes.count { break }
      let start = position
      if let option = try option() { options.append(option) }
      guard options.count <= RuleParser.optionsMax else {
        throw problem(
          start, "a rule has at most \(RuleParser.optionsMax) options", remedy: "split it into several rules")
      }
    }
    return options
  }

  /// Position of the next byte that is no blank.
  private func rest(from offset: Int) -> Int {
    var index = offset
    while index < bytes.count, isBlank(bytes[index]) { index += 1 }
    return index
  }

  /// One option with its semicolon; nil if it was not well formed, which is noted.
  private mutating func option() throws(RuleProblem) -> Rule.Option? {
    let bytes = self.bytes
    let start = position
    var end = start
    var colon = -1
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: ";"), end == start || bytes[end - 1] != UInt8(ascii: "\\") { break }
      if byte == UInt8(ascii: ":"), colon < 0 { colon = end }
      end += 1
    }
    guard end < bytes.count else { throw unterminated(start) }
    position = end + 1
    let name = trimmed(start..<(colon < 0 ? end : colon))
    guard !name.isEmpty else {
      problems.append(
        problem(
          start, "an option has no name", remedy: "remove the extra semicolon or colon"
        ).inSuricata("detect-parse", "unknown rule keyword ''."))
      return nil
    }
    guard colon >= 0 else {
      return Rule.Option(name: string(name), value: nil, offset: start, valueOffset: end)
    }
    let value = trimmed(colon + 1..<end)
    if let quoteProblem = unclosedQuote(value) {
      problems.append(
        quoteProblem.inSuricata(
          "detect-parse",
          "bad option value formatting (possible missing semicolon) for keyword \(string(name)): "
            + "'\(string(value))'"))
      return nil
    }
    return Rule.Option(
      name: string(name), value: string(value), offset: start, valueOffset: value.lowerBound)
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, isBlank(bytes[low]) { low += 1 }
    while high > low, isBlank(bytes[high - 1]) { high -= 1 }
    return low..<high
  }

  /// The problem of a value that opens a quote and does not close it before its semicolon.
  private func unclosedQuote(_ value: Range<Int>) -> RuleProblem? {
    var first = value.lowerBound
    if first < value.upperBound, bytes[first] == UInt8(ascii: "!") { first = rest(from: first + 1) }
    guard first < value.upperBound, bytes[first] == UInt8(ascii: "\"") else { return nil }
    let last = value.upperBound - 1
    if last > first, bytes[last] == UInt8(ascii: "\""), !isEscaped(last) { return nil }
    return problem(
      first, "the quote that opens here is not closed before the semicolon",
      remedy: "close it, or write \\; for a semicolon within the value")
  }

  /// An odd number of backslashes stands before the byte.
  private func isEscaped(_ offset: Int) -> Bool {
    var count = 0
    while offset - count > 0, bytes[offset - count - 1] == UInt8(ascii: "\\") { count += 1 }
    return count % 2 == 1
  }

  /// What is wrong with an option that no semicolon ends.
  private func unterminated(_ start: Int) -> RuleProblem {
    let rest = trimmed(start..<bytes.count)
    if bytes[rest].last != UInt8(ascii: ")"), bytes[..<start].contains(UInt8(ascii: ")")) {
      return problem(
        start, "there is text after the closing parenthesis",
        remedy: "remove it, or begin a new line for a new rule")
    }
    return problem(
      start, "the last option is not ended by a semicolon", remedy: "write ; before the closing parenthesis")
  }
}
