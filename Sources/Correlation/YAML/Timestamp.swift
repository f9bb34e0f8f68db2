/// Times in RFC 3339, without a calendar library: the same on every machine.
package enum Timestamp {
  private static let second: Int64 = 1_000_000_000

  /// Nanoseconds since 1970 of `2026-11-20T01:03:10.120Z` or `…+08:00` (RFC 3339 §5.6). Nil for anything
  /// else, and for years outside 1970 to 2199.
  package static func nanoseconds(_ text: some StringProtocol) -> Int64? {
    nanoseconds(Array(text.utf8.prefix(64)))
  }

  /// The same out of the text's bytes.
  static func nanoseconds(_ bytes: [UInt8]) -> Int64? {
    guard bytes.count >= 20, bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[13] == 0x3a, bytes[16] == 0x3a,
      [0x54, 0x74, 0x20].contains(bytes[10]),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
      let seconds = number(bytes[17..<19]),
      (1970...2199).contains(year), (1...12).contains(month), day >= 1, day <= days(in: month, of: year),
      hour < 24, minute < 60, seconds <= 60
    else { return nil }
    var rest = bytes[19...]
    var fraction: Int64 = 0
    if rest.first == 0x2e {
      let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard !digits.isEmpty, digits.count <= 9, let value = number(digits) else { return nil }
      fraction = (digits.count..<9).reduce(value) { result, _ in result * 10 }
      rest = rest.dropFirst(digits.count + 1)
    }
    guard let offset = offset(Array(rest)) else { return nil }
    let total = (dayNumber(year, month, day) * 24 + hour) * 3_600 + minute * 60 + seconds - offset
    return total * second + fraction
  }

  /// `2026-11-20T01:03:10.120Z`: in UTC, milliseconds rounded down.
  package static func text(_ nanoseconds: Int64) -> String {
    let seconds = floor(nanoseconds, second)
    let milliseconds = (nanoseconds - seconds * second) / 1_000_000
    let days = floor(seconds, 86_400)
    let clock = seconds - days * 86_400
    let (year, month, day) = date(days)
    let time = "\(padded(clock / 3_600, 2)):\(padded(clock / 60 % 60, 2)):\(padded(clock % 60, 2))"
    return
      "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(time).\(padded(milliseconds, 3))Z"
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    return value
  }

  /// Seconds east of Greenwich: `Z`, `+08:00`.
  private static func offset(_ bytes: [UInt8]) -> Int64? {
    if bytes == [0x5a] || bytes == [0x7a] { return 0 }
    guard bytes.count == 6, bytes[3] == 0x3a, bytes[0] == 0x2b || bytes[0] == 0x2d,
      let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
    else { return nil }
    return (hours * 3_600 + minutes * 60) * (bytes[0] == 0x2d ? -1 : 1)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days since 1970 of a civil date; the year begins in March.
  private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = year - (month <= 2 ? 1 : 0)
    let index = (month + 9) % 12
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * index + 2) / 5 + day - 719_469
  }

  private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floor(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let index = (5 * dayOfYear + 2) / 153
    let month = index < 10 ? index + 3 : index - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    value / divisor - (value % divisor < 0 ? 1 : 0)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(width - text.count, 0)) + text
  }
}
