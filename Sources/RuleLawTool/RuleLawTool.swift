import Foundation
import RuleLaw

/// Writes rules made at random from captures, one a line: what `scripts/differential` gives to two engines.
@main
struct RuleLawTool {
  private static let usage = """
    usage: rule-law --rules N --seed S [--first SID] [--verdicts] CAPTURE…
      Rules are written to standard output; with --verdicts, what the plain matcher says of each pair instead:
      sid, capture, and fires, silent or unknown, a tab between them.
    """

  static func main() {
    var count = 400
    var seed: UInt64 = 1
    var first = 1
    var tellsVerdicts = false
    var captures: [String] = []
    var words = CommandLine.arguments.dropFirst()
    while let word = words.popFirst() {
      switch word {
      case "--rules": count = number(words.popFirst())
      case "--seed": seed = UInt64(number(words.popFirst()))
      case "--first": first = number(words.popFirst())
      case "--verdicts": tellsVerdicts = true
      case let word where word.hasPrefix("--"): fail()
      default: captures.append(word)
      }
    }
    if captures.isEmpty { fail() }
    let observations = captures.map(ObservationReader.read)
    let rules = RuleMaker.rules(count, on: observations, seed: seed, firstSID: first)
    var lines: [String] = []
    if tellsVerdicts {
      for rule in rules {
        for observation in observations {
          lines.append("\(rule.sid)\t\(observation.name)\t\(PlainMatcher.verdict(rule, on: observation))")
        }
      }
    } else {
      lines = rules.map(\.text)
    }
    FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
  }

  private static func number(_ word: String?) -> Int {
    guard let word, let number = Int(word), number >= 0 else { fail() }
    return number
  }

  private static func fail() -> Never {
    FileHandle.standardError.write(Data((usage + "\n").utf8))
    exit(2)
  }
}
