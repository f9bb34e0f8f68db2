import CLinux

/// What rules cost: how often each was looked at, how often it matched, and the processor's ticks that went
/// into it. Kept only where a profile is asked for.
package struct RuleProfiler: Sendable {
  /// One rule's cost.
  package struct Entry: Sendable, BitwiseCopyable {
    /// How often it was looked at: its pattern or group called it up.
    package var checks: UInt64 = 0
    package var matches: UInt64 = 0
    /// Ticks of all checks, of those that matched, and of the longest.
    package var ticks: UInt64 = 0
    package var ticksMatched: UInt64 = 0
    package var ticksMax: UInt64 = 0

    package init() {}

    /// Adds what another worker has found.
    package mutating func add(_ other: Entry) {
      checks &+= other.checks
      matches &+= other.matches
      ticks &+= other.ticks
      ticksMatched &+= other.ticksMatched
      ticksMax = max(ticksMax, other.ticksMax)
    }
  }

  /// By the position of the rule.
  package private(set) var entries: [Entry]

  package init(ruleCount: Int) {
    entries = [Entry](repeating: Entry(), count: ruleCount)
  }

  /// The processor's ticks so far.
  @inline(__always)
  static var now: UInt64 { fengsui_ticks() }

  /// Notes a check of a rule that took from `start` until now.
  mutating func note(_ rule: Int32, since start: UInt64, isMatch: Bool) {
    let ticks = Self.now &- start
    let index = Int(rule)
    entries[index].checks &+= 1
    entries[index].ticks &+= ticks
    entries[index].ticksMax = max(entries[index].ticksMax, ticks)
    guard isMatch else { return }
    entries[index].matches &+= 1
    entries[index].ticksMatched &+= ticks
  }

  /// The same numbers for the rules that follow: those whose number is gone are forgotten.
  package func renewed(by succession: Succession) -> RuleProfiler {
    var next = RuleProfiler(ruleCount: succession.new.signatures.count)
    for (index, entry) in entries.enumerated() {
      guard let number = succession.numbered(Int32(clamping: index)) else { continue }
      next.entries[Int(number)] = entry
    }
    return next
  }
}
