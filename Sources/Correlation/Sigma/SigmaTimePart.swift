/// A part of a moment that a rule compares: `timestamp|hour: 3` (Sigma modifiers, time).
package enum SigmaTimePart: String, Sendable, CaseIterable {
  case minute, hour, day, week, month, year

  /// The part of a time as it is written; nil where it is none. Weeks are those of ISO 8601.
  func value(of text: String) -> Int? {
    let bytes = Array(text.utf8.prefix(19))
    func number(_ start: Int, _ count: Int) -> Int? {
      guard bytes.count >= start + count else { return nil }
      return Int(String(decoding: bytes[start..<start + count], as: UTF8.self))
    }
    switch self {
    case .minute: return number(14, 2)
    case .hour: return number(11, 2)
    case .day: return number(8, 2)
    case .month: return number(5, 2)
    case .year: return number(0, 4)
    case .week:
      guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2) else { return nil }
      return Self.week(year, month, day)
    }
  }

  private static func week(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    guard (1...12).contains(month), (1...31).contains(day), year > 0 else { return nil }
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
    func isLeap(_ year: Int) -> Bool { year % 4 == 0 && year % 100 != 0 || year % 400 == 0 }
    /// Days since the first of January of the year 1, a Monday.
    func days(_ year: Int) -> Int { 365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 }
    let ordinal = before[month - 1] + day + (month > 2 && isLeap(year) ? 1 : 0)
    let weekday = (days(year) + ordinal - 1) % 7 + 1
    func weeks(in year: Int) -> Int {
      let first = days(year) % 7
      return first == 3 || first == 2 && isLeap(year) ? 53 : 52
    }
    let week = (ordinal - weekday + 10) / 7
    if week < 1 { return weeks(in: year - 1) }
    return week > weeks(in: year) ? 1 : week
  }
}
