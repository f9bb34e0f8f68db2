/// Comparisons of moments: `2020`, `<2020-02`, `>2015-10-22 23:59:59`, `2016<>2020`, in UTC, or in seconds
/// since 1970 (`>1767225600`). As in Suricata, the moment itself counts as earlier, later and between.
enum DateSyntax {
  /// The comparison, in seconds since 1970.
  static func parse(_ value: KeywordValue) throws(RuleProblem) -> NumberTest {
    let bytes = value.bytes
    if let split = bytes.indices.dropLast().first(where: { bytes[$0] == 0x3c && bytes[$0 + 1] == 0x3e }) {
      let low = try seconds(value.part(0..<split))
      let high = try seconds(value.part(split + 2..<bytes.count))
      guard high > low else {
        throw value.problem("no moment lies between the two", remedy: "write the earlier one first")
      }
      return .within(low, high)
    }
    if let later = value.dropping(">") { return .greater(try seconds(later) - 1) }
    if let earlier = value.dropping("<") { return .less(try seconds(earlier) + 1) }
    return .equal(try seconds(value))
  }

  /// The first second of a year, month, day, hour or minute, or a second.
  private static func seconds(_ value: KeywordValue) throws(RuleProblem) -> Int64 {
    // Digits alone are seconds since 1970, but for the four of a year.
    if value.bytes.count != 4, value.bytes.allSatisfy({ 0x30...0x39 ~= $0 }), !value.bytes.isEmpty {
      return try value.integer(in: 0...253_402_300_799, "the second")
    }
    var numbers: [Int64] = []
    var digits = 0
    var number: Int64 = 0
    for byte in value.bytes + [0x2d] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 4:
        number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        digits += 1
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "T"):
        guard digits == (numbers.isEmpty ? 4 : 2) else { throw malformed(value) }
        numbers.append(number)
        (number, digits) = (0, 0)
      default: throw malformed(value)
      }
    }
    let limits: [ClosedRange<Int64>] = [1_970...9_999, 1...12, 1...31, 0...23, 0...59, 0...59]
    guard numbers.count <= limits.count, zip(numbers, limits).allSatisfy({ $1.contains($0) }) else {
      throw malformed(value)
    }
    let parts = numbers + [0, 1, 1, 0, 0, 0][numbers.count...]
    let days = days(year: parts[0], month: parts[1], day: parts[2])
    return days * 86_400 + parts[3] * 3_600 + parts[4] * 60 + parts[5]
  }

  private static func malformed(_ value: KeywordValue) -> RuleProblem {
    value.problem(
      "“\(value.text)” is no moment", remedy: "write 2020, 2020-02, 2020-02-28 or 2020-02-28 23:59:59")
  }

  /// Days since 1970-01-01 of a date of the Gregorian calendar.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years that begin in March put the leap day last.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
