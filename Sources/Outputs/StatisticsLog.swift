package import Events

/// The lines of stats.log: a table of all counters that are not 0, for people.
package enum StatisticsLog {
  private static let rule = String(repeating: "-", count: 99)

  /// One table.
  ///
  /// - Parameters:
  ///   - nanoseconds: time of the table, since 1970 (UTC).
  ///   - uptimeSeconds: how long the run has been going on.
  package static func text(_ statistics: Statistics, nanoseconds: Int64, uptimeSeconds: Int64) -> String {
    let date = CivilDate(daysSince1970: nanoseconds / 1_000_000_000 / 86_400)
    var time = ByteBuffer(capacity: 64)
    time.appendTimeOfDay(nanoseconds / 1_000_000_000 % 86_400)
    let uptime =
      "\(uptimeSeconds / 86_400)d, \(two(uptimeSeconds / 3600 % 24))h \(two(uptimeSeconds / 60 % 60))m "
      + "\(two(uptimeSeconds % 60))s"
    var lines = [
      rule,
      "Date: \(date.month)/\(two(date.day))/\(date.year) -- "
        + "\(String(decoding: time.copied(), as: UTF8.self)) (uptime: \(uptime))",
      rule,
      "\(padded("Counter", 60)) | \(padded("TM Name", 25)) | Value",
      rule,
    ]
    for (path, value) in statistics.flat where value != 0 {
      lines.append("\(padded(path, 60)) | \(padded("Total", 25)) | \(value)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.utf8.count, 0))
  }
}
