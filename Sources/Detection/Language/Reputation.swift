import Wire

/// Scores of addresses by category, for `iprep`: what the files of `reputation-files` say.
///
/// Immutable while rules run: a condition on it is worked out to plain ranges of addresses when the rules are
/// loaded, so that a packet costs a lookup and no more.
package struct Reputation: Sendable {
  /// Most addresses and networks of all files, if nothing else is said: a list of that many takes 40 MB.
  package static let entriesMax = 2_000_000
  /// Categories have these numbers, scores lie below 128.
  package static let categories: ClosedRange<Int64> = 1...59
  package static let scores: ClosedRange<Int64> = 0...127

  /// Numbers of categories by their short names.
  private(set) var numbers: [String: UInt8] = [:]
  private var scores: [UInt8: [IPPrefix: UInt8]] = [:]
  private var count = 0
  /// Categories or scores were read: without any, rules with `iprep` cannot be meant.
  package var isEmpty: Bool { numbers.isEmpty }

  private let entriesMax: Int

  /// Knows nothing yet; takes in `entriesMax` addresses and networks.
  package init(entriesMax: Int = entriesMax) {
    self.entriesMax = entriesMax
  }

  /// Reads the file of categories: `number,short name,description` lines.
  package mutating func readCategories(_ text: String, file: String) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    var lines = ConfigurationLines(text, file: file)
    while let line = lines.next() {
      let parts = line.split(limit: 3)
      guard parts.count == 3, let number = parts[0].integer, Self.categories.contains(number),
        !parts[1].isEmpty
      else {
        problems.append(
          line.problem(
            "this is no category of reputation", .warning,
            remedy: "write number,name,description with a number from 1 to 59"))
        continue
      }
      numbers[parts[1].text] = UInt8(number)
    }
    return problems
  }

  /// Reads a file of scores: `address,category,score` lines, the address perhaps with `/bits`.
  package mutating func readScores(_ text: String, file: String) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    var lines = ConfigurationLines(text, file: file)
    while let line = lines.next() {
      let parts = line.split()
      guard parts.count == 3, let prefix = IPPrefix(parts[0].text), let category = parts[1].integer,
        Self.categories.contains(category), let score = parts[2].integer, Self.scores.contains(score)
      else {
        problems.append(
          line.problem(
            "this is no score of an address", .warning,
            remedy: "write address,category,score with a category from 1 to 59 and a score up to 127"))
        continue
      }
      guard count < entriesMax else {
        problems.append(
          line.problem("there are more than \(entriesMax) scores", .warning, remedy: "use fewer files"))
        return problems
      }
      count += 1
      scores[UInt8(category), default: [:]][prefix] = UInt8(score)
    }
    return problems
  }

  /// The addresses whose score in a category passes a test; nil asks for any score. Of several networks
  /// around an address the smallest counts.
  func addresses(_ category: UInt8, where test: NumberTest?) -> AddressSet {
    var byLength: [UInt8: [(prefix: IPPrefix, passes: Bool)]] = [:]
    for (prefix, score) in scores[category] ?? [:] {
      // Lengths of both families are kept apart.
      let key = prefix.address.isIPv6 ? prefix.length + 64 : prefix.length
      byLength[key, default: []].append((prefix, test.map { $0.holds(Int64(score)) } ?? true))
    }
    var v4 = Claims<UInt32>()
    var v6 = Claims<UInt128>()
    for (_, entries) in byLength.sorted(by: { $0.key > $1.key }) {
      let wide = entries.filter(\.prefix.address.isIPv6)
      let narrow = entries.filter { !$0.prefix.address.isIPv6 }
      v4.add(
        narrow.map { entry in
          let low = UInt32(truncatingIfNeeded: entry.prefix.address.low)
          return (low...max(low, UInt32(truncatingIfNeeded: entry.prefix.last.low)), entry.passes)
        })
      v6.add(
        wide.map { entry in
          let low = entry.prefix.address.wide
          return (low...max(low, entry.prefix.last.wide), entry.passes)
        })
    }
    return AddressSet(v4: v4.passing, v6: v6.passing)
  }
}

/// Ranges that smaller ranges have taken, and those among them that pass.
private struct Claims<Number: FixedWidthInteger & Sendable> {
  private var taken = RangeSet<Number>()
  private(set) var passing = RangeSet<Number>()

  mutating func add(_ entries: [(range: ClosedRange<Number>, passes: Bool)]) {
    guard !entries.isEmpty else { return }
    let new = RangeSet(entries.filter(\.passes).map(\.range)).subtracting(taken)
    passing = RangeSet(passing.ranges + new.ranges)
    taken = RangeSet(taken.ranges + entries.map(\.range))
  }
}

extension NumberTest {
  /// Whether a number passes. For what is worked out at loading: the engine has its own.
  func holds(_ value: Int64) -> Bool {
    switch self {
    case .equal(let number): value == number
    case .notEqual(let number): value != number
    case .less(let number): value < number
    case .lessOrEqual(let number): value <= number
    case .greater(let number): value > number
    case .greaterOrEqual(let number): value >= number
    case .within(let low, let high): value >= low && value <= high
    case .outside(let low, let high): value < low || value > high
    case .maskedEqual(let mask, let number): value & mask == number
    case .maskedNotEqual(let mask, let number): value & mask != number
    case .oneOf(let numbers): numbers.contains(value)
    case .noneOf(let numbers): !numbers.contains(value)
    }
  }
}
