import Protocols

extension Keyword {
  static let http2Settings = Keyword(
    "http2.settings", .protocols,
    "A setting in a SETTINGS frame of HTTP/2, and its value, if that is compared.",
    source: "RFC 9113 §6.5", values: "name, name=n, name<n, name>n, name<=n, name>=n, name=a-b",
    example: "http2.settings:SETTINGS_HEADER_TABLE_SIZE>4096;", exampleProtocol: "http2"
  ) { (value, builder) throws(RuleProblem) in
    let usable = try builder.restrict(to: HTTP2SettingSyntax.references, keyword: "http2.settings")
    let conditions = try HTTP2SettingSyntax.conditions(value)
    builder.signature.inspections.append(
      Inspection(buffer: BufferReference(.field(usable)), conditions: conditions))
  }
}

/// The argument of `http2.settings`, as conditions on settings as they are sent: two bytes of identifier,
/// four of value.
private enum HTTP2SettingSyntax {
  static let references: [FieldReference] = ProtocolCatalogue.all.enumerated().flatMap { index, entry in
    entry.fields.indices.filter { entry.fields[$0].eve == HTTP2Setting.field }.map {
      FieldReference(protocolIndex: index, fieldIndex: $0)
    }
  }

  static func conditions(_ value: KeywordValue) throws(RuleProblem) -> [BufferCondition] {
    let bytes = value.bytes
    let end = bytes.firstIndex { !isOfName($0) } ?? bytes.count
    let name = value.part(0..<end)
    guard let identifier = HTTP2Setting.identifiers[name.text.uppercased()] else {
      let near = Spelling.nearest(to: name.text.uppercased(), among: Array(HTTP2Setting.identifiers.keys))
      throw name.problem(
        "“\(name.text)” is no setting", remedy: "write \(near ?? "SETTINGS_ENABLE_PUSH"), then perhaps =1"
      )
    }
    var content = ContentCondition(
      pattern: [UInt8(truncatingIfNeeded: identifier >> 8), UInt8(truncatingIfNeeded: identifier)])
    content.startsWith = true
    let start = bytes[end...].firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.count
    guard start < bytes.count else { return [.content(content)] }
    let tests = try comparison(value.part(start..<bytes.count))
    return [.content(content)] + tests.map(BufferCondition.byteTest)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
  }

  private static func comparison(_ value: KeywordValue) throws(RuleProblem) -> [ByteTest] {
    var value = value
    // `=a-b` and `>a-b` are ranges.
    if value.bytes.contains(UInt8(ascii: "-")) {
      for sign in ["=", ">"] { if let range = value.dropping(sign) { value = range } }
    }
    switch try NumberSyntax.parse(value, maximum: Int64(UInt32.max)) {
    case .equal(let number): return [test(.equal, number)]
    case .less(let number): return [test(.less, number)]
    case .lessOrEqual(let number): return [test(.lessOrEqual, number)]
    case .greater(let number): return [test(.greater, number)]
    case .greaterOrEqual(let number): return [test(.greaterOrEqual, number)]
    case .within(let low, let high): return [test(.greaterOrEqual, low), test(.lessOrEqual, high)]
    default: throw value.problem("this comparison is not taken here", remedy: "write =n, <n, >n or =a-b")
    }
  }

  private static func test(_ comparison: ByteTest.Comparison, _ number: Int64) -> ByteTest {
    ByteTest(bytes: .constant(4), comparison: comparison, value: .constant(number), offset: .constant(2))
  }
}
