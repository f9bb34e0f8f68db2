import Sensor
import Testing

/// A profile tells what rules cost; it changes nothing of what they find.
@Suite struct ProfileTests {
  private func profile() throws -> [RunReport.RuleProfile] {
    func path(_ name: String) -> String { GoldenCase.project.appendingPathComponent(name).path }
    return try RuleTrial.profile(
      [path("Rules")], on: [path("Captures/rules/web-shell.pcap")], configurationPath: nil, checksumMode: nil)
  }

  @Test("checks, matches and ticks of each rule add up")
  func numbers() throws {
    let rules = try profile()
    let checked = rules.filter { $0.checks > 0 }
    #expect(!checked.isEmpty && checked.contains { $0.matches > 0 && $0.alerts > 0 })
    #expect(checked.allSatisfy { $0.matches <= $0.checks && $0.ticks > 0 && $0.ticksMax <= $0.ticks })
    #expect(checked.allSatisfy { $0.ticksAverage <= Double($0.ticksMax) + 1 })
    #expect(abs(checked.reduce(0) { $0 + $1.percent } - 100) < 1)
    #expect(rules.filter { $0.checks == 0 }.allSatisfy { $0.ticks == 0 && $0.matches == 0 })
  }

  @Test("rules are put in order by any of the numbers", arguments: RunReport.RuleProfile.Order.allCases)
  func order(by order: RunReport.RuleProfile.Order) throws {
    let rules = try profile().sorted { order.puts($0, before: $1) }
    for (first, second) in zip(rules, rules.dropFirst()) { #expect(!order.puts(second, before: first)) }
    let number: (RunReport.RuleProfile) -> Double = { rule in
      switch order {
      case .ticks: Double(rule.ticks)
      case .checks: Double(rule.checks)
      case .matches: Double(rule.matches)
      case .average: rule.ticksAverage
      case .longest: Double(rule.ticksMax)
      case .averageMatch: rule.ticksAverageMatch
      case .averageNoMatch: rule.ticksAverageNoMatch
      }
    }
    #expect(zip(rules, rules.dropFirst()).allSatisfy { number($0) >= number($1) })
  }
}
