import Testing

@testable import Detection

@Suite("Number comparisons")
struct NumberSyntaxTests {
  private func value(_ text: String) -> KeywordValue {
    KeywordValue(bytes: Array(text.utf8), offset: 0, source: RuleText(file: "x", text: text, pieces: []))
  }

  @Test(
    "each form is read",
    arguments: [
      ("5", NumberTest.equal(5)), ("=5", .equal(5)), ("0x1F", .equal(31)), ("! 5", .notEqual(5)),
      ("!=5", .notEqual(5)),
      ("< 5", .less(5)), ("<=5", .lessOrEqual(5)), (">5", .greater(5)), (">=5", .greaterOrEqual(5)),
      ("1-5", .within(2, 4)), ("1<>5", .within(2, 4)), ("1 <> 5", .within(2, 4)), ("!1-5", .outside(2, 4)),
      ("&0x5=1", .maskedEqual(mask: 5, 1)), ("&5!=1", .maskedNotEqual(mask: 5, 1)), ("2kb", .equal(2048)),
      ("query", .equal(0)),
    ])
  func forms(text: String, test: NumberTest) throws {
    #expect(try NumberSyntax.parse(value(text), maximum: 65_535, names: ["query": 0]) == test)
  }

  @Test(
    "what is none is refused",
    arguments: ["", "x", "1-2", "3-1", "70000", "&5", ">", "1,2", "-1", "9999999999999999999999"])
  func refused(text: String) {
    #expect(throws: RuleProblem.self) { try NumberSyntax.parse(value(text), maximum: 65_535) }
  }

  @Test("names of versions and states become one comparison")
  func names() throws {
    let names: [String: Int64] = ["tls1.2": 12, "tls1.3": 13]
    #expect(try NumberSyntax.oneOf(value("tls1.2 , tls1.3"), names: names) == .oneOf([12, 13]))
    #expect(try NumberSyntax.oneOf(value("!tls1.2,tls1.3"), names: names) == .noneOf([12, 13]))
    #expect(throws: RuleProblem.self) { try NumberSyntax.oneOf(value("tls1.4"), names: names) }
    #expect(
      try NumberSyntax.bits(value("a|!b"), names: ["a": 1, "b": 2]) == .maskedNotEqual(mask: 3, 2))
  }

  @Test(
    "moments are seconds since 1970",
    arguments: [
      ("1970", NumberTest.equal(0)), (">2000-02-29", .greater(951_782_399)),
      ("<2015-10-22 23:59:59", .less(1_445_558_400)),
      ("2016<>2020", .within(1_451_606_400, 1_577_836_800)), ("2021-03-01T12", .equal(1_614_600_000)),
      (">1767225601", .greater(1_767_225_600)), ("20", .equal(20)),
    ])
  func dates(text: String, test: NumberTest) throws {
    #expect(try DateSyntax.parse(value(text)) == test)
  }

  @Test(
    "what is no moment is refused",
    arguments: ["", "20x", "2020-13", "2020-1", "2020-01-01-01-01-01-01", "x", "2020<>2019"])
  func refusedDates(text: String) {
    #expect(throws: RuleProblem.self) { try DateSyntax.parse(value(text)) }
  }
}
