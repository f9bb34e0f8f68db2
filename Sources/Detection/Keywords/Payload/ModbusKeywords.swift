import Protocols

extension Keyword {
  static let modbus = Keyword(
    "modbus", .protocols, "A request of Modbus: its unit, and its function or what it reads or writes.",
    source: "Modbus Application Protocol V1.1b3", quotes: .optional,
    values: "[unit n,] function n[, subfunction n] or function [!]category, or "
      + "access read|write [discretes|coils|input|holding][, address n[, value n]]",
    example: "modbus:unit 1, access write coils, address 500, value 1;", exampleProtocol: "modbus"
  ) { (value, builder) throws(RuleProblem) in
    var syntax = ModbusSyntax()
    try syntax.read(value)
    for (path, tests) in syntax.tests {
      let references = FieldReference.hidden(path.rawValue, of: "modbus")
      let usable = try builder.restrict(to: references, keyword: "modbus")
      builder.signature.inspections.append(
        Inspection(
          buffer: BufferReference(.field(usable)), conditions: tests.map { .number($0, at: .any) }))
    }
  }
}

/// The argument of `modbus`, as tests of fields without keywords.
private struct ModbusSyntax {
  private(set) var tests: [(path: Modbus.Path, tests: [NumberTest])] = []

  /// Both ends are left out; where they are the same, that number alone is meant.
  private struct Bounds {
    let low: Int64
    let high: Int64

    static let most: Int64 = 65_535

    var exact: Int64? { low == high ? low : nil }

    /// For a number, of which the upper sixteen bits may say to what address it belongs.
    func test(at address: Int64? = nil) -> NumberTest {
      let base = (address ?? 0) << 16
      if let exact { return .equal(base | exact) }
      if low == 0 { return address == nil ? .less(high) : .within(base, base + high - 1) }
      if high == Self.most { return address == nil ? .greater(low) : .within(base + low + 1, base + high) }
      return .within(base + low + 1, base + high - 1)
    }
  }

  mutating func read(_ value: KeywordValue) throws(RuleProblem) {
    var parts = value.split()[...]
    if let unit = Self.word("unit", of: parts.first, needsBlank: true) {
      tests.append((.unit, [try Self.bounds(unit).test()]))
      parts.removeFirst()
      guard !parts.isEmpty else { return }
    }
    if let function = Self.word("function", of: parts.first) {
      try readFunction(function, parts.dropFirst())
    } else if let access = Self.word("access", of: parts.first) {
      try readAccess(access, parts.dropFirst())
    } else {
      throw (parts.first ?? value).problem(
        "“\((parts.first ?? value).text)” is unknown here",
        remedy: "write unit n, function n or access read"
      ).inSuricata("detect-modbus", "invalid modbus option")
    }
  }

  private mutating func readFunction(
    _ function: KeywordValue, _ rest: ArraySlice<KeywordValue>
  ) throws(RuleProblem) {
    var last = rest.first
    if let code = UInt8(function.text) {
      guard code > 0 else {
        throw function.problem("there is no function 0", remedy: "write a number from 1 to 255")
      }
      // As in the reference, functions that are not known are one.
      tests.append((.function, [.equal(1...24 ~= code || code == 43 ? Int64(code) : 0)]))
      if let subfunction = Self.word("subfunction", of: rest.first, needsBlank: true) {
        tests.append((.subfunction, [.equal(try subfunction.integer(in: 0...65_535, "the subfunction"))]))
        last = rest.dropFirst().first
      }
    } else {
      let name = function.dropping("!") ?? function
      guard let bits = Self.categories[name.text] else {
        let near = Spelling.nearest(to: name.text, among: Array(Self.categories.keys))
        throw name.problem(
          "“\(name.text)” is no function or category of functions",
          remedy: "write a number from 1 to 255, or \(near ?? "assigned")"
        ).inSuricata("detect-modbus", "invalid modbus option")
      }
      let isNegated = function.dropping("!") != nil
      let mask = isNegated ? ModbusSyntax.all.subtracting(bits) : bits
      tests.append((.category, [.maskedNotEqual(mask: Int64(mask.rawValue), 0)]))
    }
    if let last { throw Self.surplus(last) }
  }

  private mutating func readAccess(
    _ access: KeywordValue, _ rest: ArraySlice<KeywordValue>
  ) throws(RuleProblem) {
    let isRead = access.dropping("read") != nil
    guard let kind = access.dropping("read") ?? access.dropping("write") else {
      throw access.problem("“\(access.text)” is no access", remedy: "write read or write")
    }
    var wanted: [NumberTest] = [
      .maskedNotEqual(mask: Int64((isRead ? ModbusAccess.read : .write).rawValue), 0)
    ]
    if !kind.isEmpty {
      let kinds: [String: ModbusAccess] =
        isRead
        ? ["discretes": .discretes, "coils": .coils, "input": .input, "holding": .holding]
        : ["coils": .coils, "holding": .holding]
      guard let bits = kinds[kind.text] else {
        throw kind.problem(
          "“\(kind.text)” cannot be \(isRead ? "read" : "written")",
          remedy: "write \(kinds.keys.sorted().joined(separator: ", "))"
        ).inSuricata("detect-modbus", "invalid modbus option")
      }
      wanted.append(.maskedNotEqual(mask: Int64(bits.rawValue), 0))
    }
    tests.append((.access, wanted))
    guard let next = rest.first else { return }
    guard let address = Self.word("address", of: next, needsBlank: true) else { throw Self.surplus(next) }
    let bounds = try Self.bounds(address)
    addAddress(bounds)
    guard let next = rest.dropFirst().first else { return }
    guard let value = Self.word("value", of: next, needsBlank: true) else { throw Self.surplus(next) }
    guard let exact = bounds.exact else {
      throw value.problem("a value needs one address", remedy: "write address n, value n")
    }
    guard !isRead else {
      throw value.problem("a value goes with what is written", remedy: "write access write, or no value")
    }
    tests.append((.values, [try Self.bounds(value).test(at: exact)]))
    if let last = rest.dropFirst(2).first { throw Self.surplus(last) }
  }

  /// Some of the addresses of a request are within the bounds.
  private mutating func addAddress(_ bounds: Bounds) {
    if let exact = bounds.exact {
      tests.append((.firstAddress, [.lessOrEqual(exact)]))
      tests.append((.lastAddress, [.greaterOrEqual(exact)]))
      return
    }
    if bounds.low == 0 || bounds.high < Bounds.most { tests.append((.firstAddress, [.less(bounds.high)])) }
    if bounds.low > 0 { tests.append((.lastAddress, [.greater(bounds.low)])) }
  }

  /// What follows a word.
  private static func word(_ word: String, of part: KeywordValue?, needsBlank: Bool = false) -> KeywordValue?
  {
    guard let part, let rest = part.dropping(word) else { return nil }
    let isApart = part.bytes.count > word.utf8.count && isBlank(part.bytes[word.utf8.count])
    return needsBlank && !isApart ? nil : rest
  }

  /// `n`, `<n`, `>n` or `n<>m`.
  private static func bounds(_ value: KeywordValue) throws(RuleProblem) -> Bounds {
    if let place = value.bytes.firstIndex(of: UInt8(ascii: "<")), place > 0,
      place + 1 < value.bytes.count, value.bytes[place + 1] == UInt8(ascii: ">")
    {
      let low = try value.part(0..<place).integer(in: 0...Bounds.most, "the lower bound")
      let upper = value.part((place + 2)..<value.bytes.count)
      let high = try upper.integer(in: 0...Bounds.most, "the upper bound")
      return Bounds(low: low, high: high)
    }
    if let high = value.dropping("<") {
      return Bounds(low: 0, high: try high.integer(in: 0...Bounds.most, "the bound"))
    }
    if let low = value.dropping(">") {
      return Bounds(low: try low.integer(in: 0...Bounds.most, "the bound"), high: Bounds.most)
    }
    let exact = try value.integer(in: 0...Bounds.most, "the number")
    return Bounds(low: exact, high: exact)
  }

  private static func surplus(_ part: KeywordValue) -> RuleProblem {
    part.problem("“\(part.text)” is of no use here", remedy: "remove it").inSuricata(
      "detect-modbus", "invalid modbus option")
  }

  private static let all: ModbusCategory = [.assigned, .unassigned, .user, .reserved]

  private static let categories: [String: ModbusCategory] = [
    "assigned": .assigned, "unassigned": .unassigned, "public": [.assigned, .unassigned], "user": .user,
    "reserved": .reserved, "all": all,
  ]
}
