extension Keyword {
  static let flowBits = Keyword(
    "flowbits", .flow, "Marks the flow, or asks for its marks.",
    values: "set|unset|toggle|isset|isnotset,name[|name…] or noalert",
    example: "flowbits:set,logged.in; flowbits:noalert;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split(limit: 2)
    let command = parts[0].text
    if command == "noalert" {
      guard parts.count == 1 else {
        throw parts[1].problem("noalert takes no name", remedy: "write flowbits:noalert;")
      }
      builder.signature.isSilent = true
      return
    }
    guard ["set", "unset", "toggle", "isset", "isnotset"].contains(command) else {
      throw parts[0].problem(
        "“\(command)” is no command of flowbits",
        remedy: "write set, unset, toggle, isset, isnotset or noalert")
    }
    guard parts.count == 2 else {
      throw value.problem("the bit's name is missing", remedy: "write flowbits:\(command),name;")
    }
    var bits: [Int] = []
    for name in parts[1].split("|") {
      try StateSyntax.checkName(name)
      bits.append(builder.context.flowBits.intern(name.text))
    }
    if bits.count > 1, command == "toggle" {
      throw parts[1].problem("toggle takes one bit", remedy: "write one flowbits option for each bit")
    }
    switch command {
    case "set": builder.signature.effects.append(.setFlowBits(bits))
    case "unset": builder.signature.effects.append(.unsetFlowBits(bits))
    case "toggle": builder.signature.effects.append(.toggleFlowBits(bits))
    case "isset": builder.signature.stateConditions.append(.flowBitsSet(bits))
    default: builder.signature.stateConditions.append(.flowBitsNotSet(bits))
    }
  }

  static let flowVariable = Keyword(
    "flowvar", .flow, "What an expression captured for the flow (`pcre` with `flow:name`) holds a text.",
    values: "name,\"text\"", example: "flowvar:user,\"admin\";"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split(limit: 2)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw value.problem("“\(value.text)” is no flowvar", remedy: "write name,\"text\"")
    }
    try StateSyntax.checkName(parts[0])
    var text = parts[1]
    let quote = UInt8(ascii: "\"")
    if text.bytes.count > 1, text.bytes.first == quote, text.bytes.last == quote {
      text = text.part(1..<text.bytes.count - 1)
    }
    let name = builder.context.captures.intern(parts[0].text)
    builder.signature.stateConditions.append(.flowVariable(name: name, text: try ContentSyntax.bytes(text)))
  }

  static let flowIntegers = Keyword(
    "flowint", .flow, "Counts in the flow, or compares what was counted.",
    values: "name,+|-|=|<|<=|>|>=|==|!=,n or name; name,isset|notset",
    example: "flowint:logins,+,1; flowint:logins,>,3;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    guard parts.count >= 2 else {
      throw value.problem("“\(value.text)” is no flowint", remedy: "write name,operator,number or name,isset")
    }
    try StateSyntax.checkName(parts[0])
    let name = builder.context.flowIntegers.intern(parts[0].text)
    switch (parts[1].text, parts.count) {
    case ("isset", 2): builder.signature.stateConditions.append(.flowInteger(name: name, .isSet))
    case ("notset", 2), ("isnotset", 2):
      builder.signature.stateConditions.append(.flowInteger(name: name, .notSet))
    case (let sign, 3):
      let operand: Operand
      if parts[2].integer != nil {
        operand = .constant(try parts[2].integer(in: 0...Int64(UInt32.max), "the number"))
      } else {
        try StateSyntax.checkName(parts[2])
        operand = .variable(builder.context.flowIntegers.intern(parts[2].text))
      }
      try StateSyntax.add(sign, parts[1], operand, name, &builder)
    default:
      throw parts[1].problem(
        "“\(parts[1].text)” stands wrongly", remedy: "write name,operator,number or name,isset")
    }
  }

  static let xbits = Keyword(
    "xbits", .flow, "Marks addresses or pairs of them for a time, or asks for their marks.",
    values: "set|unset|toggle|isset|isnotset,name,track ip_src|ip_dst|ip_pair|tx[,expire seconds] or noalert",
    example: "xbits:set,scanner,track ip_src,expire 3600;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    if parts[0].text == "noalert", parts.count == 1 {
      builder.signature.isSilent = true
      return
    }
    guard parts.count >= 2 else {
      throw value.problem(
        "the bit's name is missing", remedy: "write xbits:\(parts[0].text),name,track ip_src;")
    }
    var scope: BitScope?
    var expire: Int64 = 30
    for part in parts.dropFirst(2) {
      let words = part.words()
      switch (words.first?.text, words.count) {
      case ("track", 2): scope = try StateSyntax.scope(words[1])
      case ("expire", 2): expire = try words[1].integer(in: 1...Int64(UInt32.max), "expire")
      default: throw part.problem("“\(part.text)” is unknown here", remedy: "write track ip_src or expire n")
      }
    }
    guard let scope else {
      throw value.problem(
        "what is tracked is missing", remedy: "add track ip_src, track ip_dst or track ip_pair")
    }
    try StateSyntax.checkName(parts[1])
    let name = builder.context.xbits.intern(parts[1].text)
    if let change = try StateSyntax.change(parts[0]) {
      builder.signature.effects.append(.xbit(name: name, scope: scope, change, expireSeconds: expire))
    } else {
      builder.signature.stateConditions.append(
        .xbit(name: name, scope: scope, isSet: parts[0].text == "isset"))
    }
  }

  static let hostBits = Keyword(
    "hostbits", .flow, "Marks a host, or asks for its marks.",
    values: "set|unset|toggle|isset|isnotset,name[,src|dst] or noalert",
    example: "hostbits:isset,infected,src;"
  ) { (value, builder) throws(RuleProblem) in
    let parts = value.split()
    if parts[0].text == "noalert", parts.count == 1 {
      builder.signature.isSilent = true
      return
    }
    guard parts.count == 2 || parts.count == 3 else {
      throw value.problem("“\(value.text)” is no hostbit", remedy: "write hostbits:set,name,src;")
    }
    var scope = BitScope.source
    if parts.count == 3 {
      switch parts[2].text {
      case "src": scope = .source
      case "dst": scope = .destination
      default: throw parts[2].problem("“\(parts[2].text)” is no side", remedy: "write src or dst")
      }
    }
    try StateSyntax.checkName(parts[1])
    let name = builder.context.hostBits.intern(parts[1].text)
    if let change = try StateSyntax.change(parts[0]) {
      // A host's marks live as long as the host is known: five minutes without packets, renewed by each.
      builder.signature.effects.append(.hostBit(name: name, scope: scope, change, expireSeconds: 300))
    } else {
      builder.signature.stateConditions.append(
        .hostBit(name: name, scope: scope, isSet: parts[0].text == "isset"))
    }
  }
}

/// What the keywords on state have in common.
private enum StateSyntax {
  static func checkName(_ name: KeywordValue) throws(RuleProblem) {
    guard !name.isEmpty, !name.bytes.contains(where: { isBlank($0) }) else {
      throw name.problem("“\(name.text)” is no name", remedy: "write a name without blanks")
    }
  }

  /// The change that a command makes; nil for the commands that ask.
  static func change(_ command: KeywordValue) throws(RuleProblem) -> Effect.BitChange? {
    switch command.text {
    case "set": return .set
    case "unset": return .unset
    case "toggle": return .toggle
    case "isset", "isnotset": return nil
    default:
      throw command.problem(
        "“\(command.text)” is no command", remedy: "write set, unset, toggle, isset or isnotset")
    }
  }

  static func scope(_ word: KeywordValue) throws(RuleProblem) -> BitScope {
    switch word.text {
    case "ip_src": return .source
    case "ip_dst": return .destination
    case "ip_pair": return .pair
    case "tx": return .transaction
    default:
      throw word.problem("“\(word.text)” is nothing to track", remedy: "write ip_src, ip_dst, ip_pair or tx")
    }
  }

  /// Takes `sign operand` in as a condition or as a change.
  static func add(
    _ sign: String, _ place: KeywordValue, _ operand: Operand, _ name: Int, _ builder: inout SignatureBuilder
  ) throws(RuleProblem) {
    let comparisons: [String: IntegerComparison] = [
      "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual, "==": .equal, "!=": .notEqual,
    ]
    let changes: [String: Effect.FlowIntegerChange] = [
      "=": .set(operand), "+": .add(operand), "-": .subtract(operand),
    ]
    if let comparison = comparisons[sign] {
      let test: StateCondition.IntegerTest
      switch operand {
      case .constant(let number): test = .compare(numberTest(comparison, number))
      case .variable(let other): test = .compareVariable(comparison, other)
      }
      builder.signature.stateConditions.append(.flowInteger(name: name, test))
    } else if let change = changes[sign] {
      builder.signature.effects.append(.flowInteger(name: name, change))
    } else {
      throw place.problem(
        "“\(sign)” is no operator of flowint", remedy: "write +, -, =, <, <=, >, >=, == or !=")
    }
  }

  private static func numberTest(_ comparison: IntegerComparison, _ number: Int64) -> NumberTest {
    switch comparison {
    case .less: .less(number)
    case .lessOrEqual: .lessOrEqual(number)
    case .greater: .greater(number)
    case .greaterOrEqual: .greaterOrEqual(number)
    case .equal: .equal(number)
    case .notEqual: .notEqual(number)
    }
  }
}
