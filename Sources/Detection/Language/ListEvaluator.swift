/// Works out the address and port lists of rule headers.
///
/// Suricata's meaning of negation: what a list names is joined (or, if it names nothing, all ports, or all
/// addresses of the families that it excludes some of), and what it excludes is taken away. A list or
/// variable within a list is written out into it. A negated one is worked out by itself and then
/// excluded, if it is of addresses; if it is of ports, its elements change their signs.
struct ListEvaluator {
  /// Deepest nesting of brackets and variables: configurations in use have 4.
  static let depthMax = 32
  /// Most elements of one list, its variables written out: the longest in use have 3,000.
  static let elementsMax = 100_000

  private let kind: RuleVariables.GroupKind
  private let variables: RuleVariables
  private var v4: (plus: [ClosedRange<UInt32>], minus: [ClosedRange<UInt32>]) = ([], [])
  private var v6: (plus: [ClosedRange<UInt128>], minus: [ClosedRange<UInt128>]) = ([], [])
  /// What negated lists and variables exclude.
  private var nested: (v4: [ClosedRange<UInt32>], v6: [ClosedRange<UInt128>]) = ([], [])
  private var portRanges: (plus: [ClosedRange<UInt16>], minus: [ClosedRange<UInt16>]) = ([], [])
  private var elementCount = 0
  /// Names of the variables that are being written out, outermost first.
  private var open: [String] = []

  private init(_ kind: RuleVariables.GroupKind, _ variables: RuleVariables) {
    self.kind = kind
    self.variables = variables
  }

  /// The addresses that a header field names.
  static func addresses(
    _ text: String, at position: SourcePosition, _ variables: RuleVariables
  ) throws(RuleProblem) -> AddressSet {
    var evaluator = ListEvaluator(.address, variables)
    try evaluator.walk(Array(text.utf8)[...], isNegated: false, position, isLiteral: true, depth: 0)
    let (v4, v6) = try evaluator.addresses(at: position)
    var set = AddressSet(v4: v4, v6: v6)
    set.hasExclusions = evaluator.excludes.v4 || evaluator.excludes.v6
    return set
  }

  /// The ports that a header field names.
  static func ports(
    _ text: String, at position: SourcePosition, _ variables: RuleVariables
  ) throws(RuleProblem) -> PortSet {
    var evaluator = ListEvaluator(.port, variables)
    try evaluator.walk(Array(text.utf8)[...], isNegated: false, position, isLiteral: true, depth: 0)
    let (plus, minus) = evaluator.portRanges
    let excluded = RangeSet(minus)
    if excluded == .all {
      throw RuleProblem(
        at: position, "the list excludes every port", remedy: "write any, or the ports that are meant")
    }
    let taken: RangeSet<UInt16> = plus.isEmpty && !minus.isEmpty ? .all : RangeSet(plus)
    let result = taken.subtracting(excluded)
    if result.isEmpty { throw Self.nothingLeft(position, "port") }
    return PortSet(ranges: result.ranges)
  }

  private func addresses(
    at position: SourcePosition
  ) throws(RuleProblem) -> (v4: RangeSet<UInt32>, v6: RangeSet<UInt128>) {
    if RangeSet(v4.minus) == .all || RangeSet(v6.minus) == .all {
      throw RuleProblem(
        at: position, "the list excludes every address", remedy: "write any, or the addresses that are meant")
    }
    let excluded = (v4: RangeSet(v4.minus + nested.v4), v6: RangeSet(v6.minus + nested.v6))
    // A list that only excludes takes the rest of those families that it names.
    let excludesOnly = v4.plus.isEmpty && v6.plus.isEmpty
    let result4 = (excludesOnly && excludes.v4 ? .all : RangeSet(v4.plus)).subtracting(excluded.v4)
    let result6 = (excludesOnly && excludes.v6 ? .all : RangeSet(v6.plus)).subtracting(excluded.v6)
    if result4.isEmpty, result6.isEmpty { throw Self.nothingLeft(position, "address") }
    return (result4, result6)
  }

  /// The families of which the list excludes something.
  private var excludes: (v4: Bool, v6: Bool) {
    (!v4.minus.isEmpty || !nested.v4.isEmpty, !v6.minus.isEmpty || !nested.v6.isEmpty)
  }

  private static func nothingLeft(_ position: SourcePosition, _ noun: String) -> RuleProblem {
    RuleProblem(
      at: position, "no \(noun) is left after the excluded ones are taken away",
      remedy: "exclude less than is listed, or remove the rule")
  }

  /// Writes out a list into elements. `isLiteral`: the bytes stand in the rule, so that places are exact.
  private mutating func walk(
    _ bytes: ArraySlice<UInt8>, isNegated: Bool, _ position: SourcePosition, isLiteral: Bool, depth: Int
  ) throws(RuleProblem) {
    guard depth <= Self.depthMax else {
      throw RuleProblem(
        at: position, "the list is nested more than \(Self.depthMax) deep",
        remedy: "write it with fewer brackets")
    }
    let origin = bytes.startIndex
    func place(_ index: Int) -> SourcePosition {
      guard isLiteral else { return position }
      return SourcePosition(
        file: position.file, line: position.line, column: position.column + index - origin)
    }
    var index = bytes.startIndex
    while true {
      var sign = isNegated
      while index < bytes.endIndex, isBlank(bytes[index]) || bytes[index] == UInt8(ascii: "!") {
        // A second mark changes nothing, as in Suricata.
        if bytes[index] == UInt8(ascii: "!") { sign = !isNegated }
        index += 1
      }
      let start = index
      var level = 0
      while index < bytes.endIndex, level > 0 || bytes[index] != UInt8(ascii: ",") {
        if bytes[index] == UInt8(ascii: "[") { level += 1 }
        if bytes[index] == UInt8(ascii: "]") { level -= 1 }
        if level < 0 {
          throw RuleProblem(
            at: place(index), "this bracket was never opened", remedy: "write [ before the list, or remove ]")
        }
        index += 1
      }
      if level > 0 {
        throw RuleProblem(
          at: place(start), "the bracket is not closed", remedy: "write ] at the end of the list")
      }
      var end = index
      while end > start, isBlank(bytes[end - 1]) { end -= 1 }
      try take(bytes[start..<end], isNegated: sign, place(start), isLiteral: isLiteral, depth: depth)
      guard index < bytes.endIndex else { return }
      index += 1
    }
  }

  private mutating func take(
    _ bytes: ArraySlice<UInt8>, isNegated: Bool, _ position: SourcePosition, isLiteral: Bool, depth: Int
  ) throws(RuleProblem) {
    let isList = bytes.first == UInt8(ascii: "[")
    guard isList || bytes.first == UInt8(ascii: "$") else {
      return try add(bytes, isNegated: isNegated, position)
    }
    guard kind == .address, isNegated else {
      return try writeOut(bytes, isNegated: isNegated, position, isLiteral: isLiteral, depth: depth)
    }
    var inner = ListEvaluator(kind, variables)
    inner.open = open
    try inner.writeOut(bytes, isNegated: false, position, isLiteral: isLiteral, depth: depth)
    let (excluded4, excluded6) = try inner.addresses(at: position)
    nested.v4 += excluded4.ranges
    nested.v6 += excluded6.ranges
    try count(inner.elementCount, position)
  }

  /// Walks through a bracket's or variable's elements as if they stood here.
  private mutating func writeOut(
    _ bytes: ArraySlice<UInt8>, isNegated: Bool, _ position: SourcePosition, isLiteral: Bool, depth: Int
  ) throws(RuleProblem) {
    guard bytes.first == UInt8(ascii: "[") else {
      return try expand(
        String(decoding: bytes.dropFirst(), as: UTF8.self), isNegated: isNegated, position, depth: depth)
    }
    guard bytes.last == UInt8(ascii: "]"), bytes.count > 2 else {
      throw RuleProblem(
        at: position, "the list is empty or goes on after its bracket", remedy: "write [a,b,!c]")
    }
    let inside = isLiteral ? position.moved(by: 1) : position
    try walk(
      bytes.dropFirst().dropLast(), isNegated: isNegated, inside, isLiteral: isLiteral, depth: depth + 1)
  }

  private mutating func add(
    _ bytes: ArraySlice<UInt8>, isNegated: Bool, _ position: SourcePosition
  ) throws(RuleProblem) {
    try count(1, position)
    guard kind == .address else {
      let range = try PortElement.parse(bytes, at: position)
      if isNegated { portRanges.minus.append(range) } else { portRanges.plus.append(range) }
      return
    }
    for range in try AddressElement.parse(bytes, at: position) {
      switch (range, isNegated) {
      case (.v4(let range), false): v4.plus.append(range)
      case (.v4(let range), true): v4.minus.append(range)
      case (.v6(let range), false): v6.plus.append(range)
      case (.v6(let range), true): v6.minus.append(range)
      }
    }
  }

  private mutating func count(_ elements: Int, _ position: SourcePosition) throws(RuleProblem) {
    elementCount += elements
    guard elementCount <= Self.elementsMax else {
      throw RuleProblem(
        at: position, "the list has more than \(Self.elementsMax) elements",
        remedy: "use larger networks or ranges")
    }
  }

  private mutating func expand(
    _ name: String, isNegated: Bool, _ position: SourcePosition, depth: Int
  ) throws(RuleProblem) {
    let groups = kind == .address ? variables.addresses : variables.ports
    guard let definition = groups[name] else {
      let near = Spelling.nearest(to: name, among: groups.keys).map { "write $\($0), or define" } ?? "define"
      throw RuleProblem(
        at: position, "the variable $\(name) is not defined", remedy: "\(near) it under vars.\(kind.section)")
    }
    if let first = open.firstIndex(of: name) {
      let path = (open[first...] + [name]).map { "$\($0)" }.joined(separator: " → ")
      throw RuleProblem(
        at: definition.position ?? position, "the variable $\(name) refers to itself: \(path)",
        remedy: "let one of them list its \(kind.noun)\(kind == .address ? "es" : "s") itself")
    }
    open.append(name)
    try walk(
      Array(definition.text.utf8)[...], isNegated: isNegated, definition.position ?? position,
      isLiteral: false,
      depth: depth + 1)
    open.removeLast()
  }
}

extension SourcePosition {
  /// The place some columns further on the same line.
  func moved(by columns: Int) -> SourcePosition {
    SourcePosition(file: file, line: line, column: column + columns)
  }
}
