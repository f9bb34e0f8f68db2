import Protocols

extension Keyword {
  static let dcerpcInterface = Keyword(
    "dcerpc.iface", aliases: ["dce_iface"], .protocols,
    "The interface that a remote procedure call is for, with its version: `=`, `!`, `<` or `>` and a number.",
    source: "C706 §12.6.4.9", values: "uuid[,operator version][,any_frag]",
    example: "dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003,>1,any_frag;", exampleProtocol: "dcerpc"
  ) { (value, builder) throws(RuleProblem) in
    let usable = try builder.restrict(to: InterfaceSyntax.references, keyword: "dcerpc.iface")
    let conditions = try InterfaceSyntax.conditions(value)
    builder.signature.inspections.append(
      Inspection(buffer: BufferReference(.field(usable)), conditions: conditions))
  }
}

/// The argument of `dcerpc.iface`, as conditions on the form that `DCERPC` packs interfaces in: sixteen bytes
/// of identifier, two of version, and one that tells whether the request's first fragment was seen.
private enum InterfaceSyntax {
  /// The fields of all protocols that carry calls.
  static let references: [FieldReference] = ProtocolCatalogue.all.enumerated().flatMap { index, entry in
    entry.fields.indices.filter { entry.fields[$0].eve == DCERPC.interfaceField }.map {
      FieldReference(protocolIndex: index, fieldIndex: $0)
    }
  }

  static func conditions(_ value: KeywordValue) throws(RuleProblem) -> [BufferCondition] {
    let parts = value.split()
    guard parts.count <= 3, let bytes = identifier(parts[0].bytes) else {
      throw parts[0].problem(
        "“\(parts[0].text)” is no interface",
        remedy: "write one like 367abb81-9844-35f1-ad32-98f038001003, then a version, then any_frag"
      ).inSuricata("detect-dce-iface", "error parsing dce_iface option in signature")
    }
    var content = ContentCondition(pattern: bytes)
    content.startsWith = true
    var conditions: [BufferCondition] = [.content(content)]
    var isAnyFragment = false
    for part in parts.dropFirst() {
      if part.text == "any_frag", !isAnyFragment {
        isAnyFragment = true
      } else if conditions.count == 1, !isAnyFragment {
        conditions.append(.byteTest(try version(part)))
      } else {
        throw part.problem("“\(part.text)” is unknown here", remedy: "write any_frag, or remove it")
      }
    }
    if !isAnyFragment {
      conditions.append(
        .byteTest(
          ByteTest(bytes: .constant(1), comparison: .equal, value: .constant(1), offset: .constant(18))))
    }
    return conditions
  }

  private static func version(_ part: KeywordValue) throws(RuleProblem) -> ByteTest {
    let comparisons: [(String, ByteTest.Comparison, Bool)] = [
      ("<", .less, false), (">", .greater, false), ("=", .equal, false), ("!", .equal, true),
    ]
    for (sign, comparison, isNegated) in comparisons {
      guard let number = part.dropping(sign) else { continue }
      let version = try number.integer(in: 0...65_535, "the version")
      var test = ByteTest(
        bytes: .constant(2), comparison: comparison, value: .constant(version), offset: .constant(16))
      test.isNegated = isNegated
      return test
    }
    throw part.problem("“\(part.text)” is no version", remedy: "write one like =1, !1, <2 or >0")
  }

  private static func identifier(_ text: [UInt8]) -> [UInt8]? {
    guard text.count == 36 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for (index, byte) in text.enumerated() {
      if [8, 13, 18, 23].contains(index) {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = hexDigit(byte) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return bytes
  }
}
