/// Works out the address and port lists of rule headers.
///
/// Suricata's meaning of negation: brackets and variables only multiply signs. All elements with an even number of
/// `!` above them are joined, or everything taken if there are none, and all with an odd number taken away.
struct ListEvaluator {
  /// Deepest nesting of brackets and variables: configurations in use have 4.
  static let depthMax = 32
  /// Most elements of one list, its variables written out: the longest in use have 3,000.
  static let elementsMax = 100_000

  private struct Element {
    var bytes: ArraySlice<UInt8>
    var isNegated: Bool
    var position: SourcePosition
  }

  private let kind: RuleVariables.GroupKind
  private let variables: RuleVariables
  private var elements: [Element] = []
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
    var v4: (plus: [ClosedRange<UInt32>], minus: [ClosedRange<UInt32>]) = ([], [])
    var v6: (plus: [ClosedRange<UInt128>], minus: [ClosedRange<UInt128>]) = ([], [])
    for element in evaluator.elements {
      for range in try AddressElement.parse(element.bytes, at: element.position) {
        switch (range, element.isNegated) {
        case (.v4(let range), false): v4.plus.append(range)
        case (.v4(let range), true): v4.minus.append(range)
        case (.v6(let range), false): v6.plus.append(range)
        case (.v6(let range), true): v6.minus.append(range)
        }
      }
    }
    let excluded = (v4: RangeSet(v4.minus), v6: RangeSet(v6.minus))
    if excluded.v4 == .all || excluded.v6 == .all {
      throw RuleProblem(
        at: position, "the list excludes every address", remedy: "write any, or the addresses that are meant")
    }
    let takesAll = v4.plus.isEmpty && v6.plus.isEmpty && !evaluator.elements.isEmpty
    let result4 = (takesAll ? .all : RangeSet(v4.plus)).subtracting(excluded.v4)
    let result6 = (takesAll ? .all : RangeSet(v6.plus)).subtracting(excluded.v6)
    if result4.isEmpty, result6.isEmpty { throw nothingLeft(position, "address") }
    return AddressSet(v4: result4, v6: result6)
  }

  /// The ports that a header field names.
  static func ports(
    _ text: String, at position: SourcePosition, _ variables: RuleVariables
  ) throws(RuleProblem) -> PortSet {
    var evaluator = ListEvaluator(.port, variables)
    try evaluator.walk(Array(text.utf8)[...], isNegated: false, position, isLiteral: true, depth: 0)
    var plus: [ClosedRange<UInt16>] = []
    var minus: [ClosedRange<UInt16>] = []
    for element in evaluator.elements {
      let range = try PortElement.parse(element.bytes, at: element.position)
      if element.isNegated { minus.append(range) } else { plus.append(range) }
    }
    let excluded = RangeSet(minus)
    if excluded == .all {
      throw RuleProblem(at: position, "the list excludes every port", remedy: "write any, or the ports that are meant")
    }
    let taken: RangeSet<UInt16> = plus.isEmpty && !minus.isEmpty ? .all : RangeSet(plus)
    let result = taken.subtracting(excluded)
    if result.isEmpty { throw nothingLeft(position, "port") }
    return PortSet(ranges: result.ranges)
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
        at: position, "the list is nested more than \(Self.depthMax) deep", remedy: "write it with fewer brackets")
    }
    let origin = bytes.startIndex
    func place(_ index: Int) -> SourcePosition {
      guard isLiteral else { return position }
      return SourcePosition(file: position.file, line: position.line, column: position.column + index - origin)
    }
    var index = bytes.startIndex
    while true {
      var sign = isNegated
      while index < bytes.endIndex, isBlank(bytes[index]) || bytes[index] == UInt8(ascii: "!") {
        if bytes[index] == UInt8(ascii: "!") { sign.toggle() }
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
        throw RuleProblem(at: place(start), "the bracket is not closed", remedy: "write ] at the end of the list")
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
    switch bytes.first {
    case UInt8(ascii: "["):
      guard bytes.last == UInt8(ascii: "]"), bytes.count > 2 else {
        throw RuleProblem(at: position, "the list is empty or goes on after its bracket", remedy: "write [a,b,!c]")
      }
      let inside = isLiteral ? position.moved(by: 1) : position
      try walk(
        bytes.dropFirst().dropLast(), isNegated: isNegated, inside, isLiteral: isLiteral, depth: depth + 1)
    case UInt8(ascii: "$"):
      try expand(String(decoding: bytes.dropFirst(), as: UTF8.self), isNegated: isNegated, position, depth: depth)
    default:
      guard elements.count < Self.elementsMax else {
        throw RuleProblem(
          at: position, "the list has more than \(Self.elementsMax) elements", remedy: "use larger networks or ranges")
      }
      elements.append(Element(bytes: bytes, isNegated: isNegated, position: position))
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
      Array(definition.text.utf8)[...], isNegated: isNegated, definition.position ?? position, isLiteral: false,
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
