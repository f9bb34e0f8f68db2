import CPCRE2
import Testing
import Wire

@testable import Detection

@Suite("Byte operations")
struct ByteOperationTests {
  private func condition(
    _ bytes: Int64, _ comparison: ByteTest.Comparison, _ value: Int64, _ offset: Int64,
    _ change: (inout ByteTest) -> Void = { _ in }
  ) -> BufferCondition {
    var test = ByteTest(
      bytes: .constant(bytes), comparison: comparison, value: .constant(value), offset: .constant(offset))
    change(&test)
    return .byteTest(test)
  }

  @Test("byte_test reads big and little endian numbers, and text")
  func byteTest() {
    #expect(Fixture.holds([condition(2, .equal, 0x0102, 0)], [1, 2]))
    #expect(Fixture.holds([condition(2, .equal, 0x0201, 0) { $0.format.isLittleEndian = true }], [1, 2]))
    #expect(!Fixture.holds([condition(2, .equal, 0x0102, 1)], [1, 2]))
    #expect(Fixture.holds([condition(3, .greater, 99, 0) { $0.format.text = .decimal }], "100"))
    #expect(Fixture.holds([condition(4, .equal, 0x1f, 0) { $0.format.text = .hexadecimal }], "0x1f"))
    #expect(Fixture.holds([condition(1, .and, 0x80, 0)], [0xc0]))
    #expect(!Fixture.holds([condition(1, .and, 0x80, 0) { $0.isNegated = true }], [0xc0]))
    #expect(Fixture.holds([condition(1, .equal, 3, 0) { $0.mask = 0x30 }], [0x3f]))
  }

  @Test("where no call says its byte order, dce extracts little-endian numbers and compares big-endian ones")
  func orderOfCalls() {
    var extract = ByteExtract(bytes: 2, offset: 0, slot: 0)
    extract.format.usesDCE = true
    #expect(Fixture.holds([condition(2, .equal, 0x0102, 0) { $0.format.usesDCE = true }], [1, 2]))
    var compared = ByteTest(
      bytes: .constant(2), comparison: .equal, value: .variable(0), offset: .constant(0))
    compared.format.isLittleEndian = true
    #expect(Fixture.holds([.byteExtract(extract), .byteTest(compared)], [1, 2], variables: 1))
    compared.format.isLittleEndian = false
    #expect(!Fixture.holds([.byteExtract(extract), .byteTest(compared)], [1, 2], variables: 1))
  }

  @Test("byte_jump moves to where the number points, and no further than the buffer")
  func byteJump() {
    var jump = ByteJump(bytes: .constant(1), offset: .constant(0))
    let after = Fixture.content("x") {
      $0.distance = .constant(0)
      $0.within = .constant(1)
    }
    #expect(Fixture.holds([.byteJump(jump), after], [2, 0, 0, 120]))
    #expect(!Fixture.holds([.byteJump(jump), after], [9, 0, 0, 120]))
    jump.aligns = true
    #expect(Fixture.holds([.byteJump(jump), after], [3, 0, 0, 0, 0, 120]))
    jump.aligns = false
    jump.start = .beginning
    #expect(Fixture.holds([.byteJump(jump), after], [2, 0, 120]))
    jump.start = .end
    jump.postOffset = .constant(-4)
    #expect(Fixture.holds([.byteJump(jump), after], [1, 0, 120, 0, 0]))
  }

  @Test("byte_extract and byte_math fill variables that later conditions use")
  func variables() {
    let extract = ByteExtract(bytes: 1, offset: 0, slot: 0)
    let content = Fixture.content("ab") {
      $0.offset = .variable(0)
      $0.depth = nil
    }
    #expect(Fixture.holds([.byteExtract(extract), content], [3, 0, 0, 97, 98], variables: 1))
    #expect(!Fixture.holds([.byteExtract(extract), content], [4, 0, 0, 97, 98], variables: 1))
    let math = ByteMath(bytes: .constant(1), offset: 0, operation: .multiply, value: .constant(2), slot: 0)
    #expect(Fixture.holds([.byteMath(math), content], [2, 0, 0, 0, 97, 98], variables: 1))
    let divide = ByteMath(bytes: .constant(1), offset: 0, operation: .divide, value: .constant(0), slot: 0)
    #expect(!Fixture.holds([.byteMath(divide)], [2], variables: 1))
  }

  @Test("isdataat asks for a byte, relative to the last match or from the start")
  func isDataAt() {
    func isDataAt(_ offset: Int64, relative: Bool = false, negated: Bool = false) -> BufferCondition {
      .isDataAt(offset: .constant(offset), isRelative: relative, isNegated: negated)
    }
    #expect(Fixture.holds([isDataAt(2)], "abc"))
    #expect(!Fixture.holds([isDataAt(3)], "abc"))
    #expect(Fixture.holds([Fixture.content("c"), isDataAt(1, relative: true, negated: true)], "abc"))
    #expect(!Fixture.holds([Fixture.content("b"), isDataAt(1, relative: true, negated: true)], "abc"))
  }

  @Test("a relative expression begins where the last match ended, and tries again")
  func patterns() {
    var pattern = PatternCondition(expression: "^[0-9]{2}", options: 0)
    pattern.isRelative = true
    #expect(Fixture.holds([Fixture.content("id="), .pattern(pattern)], "id=x;id=42"))
    #expect(!Fixture.holds([Fixture.content("id="), .pattern(pattern)], "id=x;id=4"))
    var negated = PatternCondition(expression: "evil", options: UInt32(PCRE2_CASELESS))
    negated.isNegated = true
    #expect(Fixture.holds([.pattern(negated)], "good"))
    #expect(!Fixture.holds([.pattern(negated)], "EVIL"))
  }

  @Test("base64_decode gives its bytes to base64_data")
  func base64() throws {
    var signature = Fixture.signature(1, [.base64Decode(offset: 0, bytes: nil, isRelative: false)])
    signature.inspections.append(
      Inspection(buffer: BufferReference(.base64Data), conditions: [Fixture.content("hello")]))
    let rules = RuleSet([signature])
    #expect(Fixture.alerts(rules, Array("aGVsbG8gd29ybGQ=".utf8)) == [1])
    #expect(Fixture.alerts(rules, Array("Z29vZGJ5ZQ==".utf8)) == [])
  }

  @Test("entropy is counted in bits per byte")
  func entropy() {
    #expect(Entropy.bitsPerByte([UInt8]([1, 1, 1, 1]).rawSpan) == 0)
    #expect(Entropy.bitsPerByte([UInt8]([1, 2, 1, 2]).rawSpan) == 1)
    #expect(Entropy.bitsPerByte([UInt8](0...255).rawSpan) == 8)
  }

  @Test("numbers as text end at the first byte that is no digit, and may not overflow")
  func numberText() {
    func parse(_ text: String, _ base: NumberFormat.Text = .decimal) -> UInt64? {
      NumberText.parse(Array(text.utf8).rawSpan, base)?.value
    }
    #expect(parse("12x") == 12)
    #expect(parse(" 7") == 7)
    #expect(parse("x") == nil)
    #expect(parse("ff", .hexadecimal) == 255)
    #expect(parse("18446744073709551616") == nil)
  }
}
