/// In how many chains a signature occurs: what many unrelated attackers cause says little of one of them.
///
/// Counted over this day and the last, a chain once a day, so that a rule that went wild is told from one
/// that is rare, and forgotten when it calms down.
struct Commonness: Sendable, Codable {
  private struct Count: Sendable, Codable {
    var period: Int64
    var now: UInt32
    var before: UInt32
  }

  private var counts: [UInt64: Count] = [:]
  private static let periodNanoseconds: Int64 = 24 * 3_600 * 1_000_000_000
  /// A rule set has some ten thousand rules.
  private static let countsMax = 200_000

  private static func key(_ group: UInt32, _ number: UInt32) -> UInt64 {
    UInt64(group) << 32 | UInt64(number)
  }

  /// The period of a time.
  static func period(of nanoseconds: Int64) -> Int64 { nanoseconds / periodNanoseconds }

  /// A further chain has this signature.
  mutating func add(_ group: UInt32, _ number: UInt32, at nanoseconds: Int64) {
    let key = Self.key(group, number)
    guard counts[key] != nil || counts.count < Self.countsMax else { return }
    let period = Self.period(of: nanoseconds)
    var count = counts[key] ?? Count(period: period, now: 0, before: 0)
    if period > count.period {
      count.before = period == count.period + 1 ? count.now : 0
      count.now = 0
      count.period = period
    }
    count.now &+= 1
    counts[key] = count
  }

  /// Chains with this signature.
  func chains(_ group: UInt32, _ number: UInt32) -> Int {
    guard let count = counts[Self.key(group, number)] else { return 0 }
    return Int(max(count.now, count.before))
  }

  /// How often the points of what so many chains have are halved: not below 4 chains, then once for each
  /// doubling.
  func damping(_ group: UInt32, _ number: UInt32) -> Int {
    let chains = chains(group, number)
    guard chains >= 4 else { return 0 }
    return Int.bitWidth - chains.leadingZeroBitCount - 2
  }
}
