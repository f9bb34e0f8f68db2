/// Times as people read them, computed without a calendar library: UTC only.
package enum Moment {
  /// `2026-11-20 01:03:10` of nanoseconds since 1970.
  package static func text(_ nanoseconds: Int64) -> String {
    let (year, month, day, second) = parts(nanoseconds)
    return "\(year)-\(two(month))-\(two(day)) \(clock(second))"
  }

  /// `01:03:10`.
  package static func clock(nanoseconds: Int64) -> String { clock(parts(nanoseconds).second) }

  /// RFC 3339 with microseconds: `2026-11-20T01:03:10.120000Z`.
  package static func rfc3339(_ nanoseconds: Int64) -> String {
    let (year, month, day, second) = parts(nanoseconds)
    let micros = (nanoseconds - (nanoseconds / 1_000_000_000) * 1_000_000_000) / 1_000
    let fraction = String(1_000_000 + max(micros, 0)).dropFirst()
    return "\(year)-\(two(month))-\(two(day))T\(clock(second)).\(fraction)Z"
  }

  /// A span: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`.
  package static func duration(_ nanoseconds: Int64) -> String {
    let milliseconds = max(nanoseconds, 0) / 1_000_000
    if milliseconds < 1_000 { return "\(milliseconds) ms" }
    let seconds = milliseconds / 1_000
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
  }

  private static func clock(_ second: Int64) -> String {
    "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
  }

  private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

  /// Civil date of the proleptic Gregorian calendar from the day number, and the second of the day.
  private static func parts(_ nanoseconds: Int64) -> (year: Int64, month: Int64, day: Int64, second: Int64) {
    let seconds = nanoseconds / 1_000_000_000 - (nanoseconds % 1_000_000_000 < 0 ? 1 : 0)
    let days = (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, seconds - days * 86_400)
  }
}
