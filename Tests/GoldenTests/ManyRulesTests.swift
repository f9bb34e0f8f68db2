import Foundation
import Sensor
import Testing

/// With many patterns, payloads are searched once for rules on packets and on streams, ahead of the part of
/// the stream that is shown: what is found must not depend on it.
@Suite struct ManyRulesTests {
  /// Enough patterns of packets and streams that they are joined (`LiteralDatabase.fineFrom`).
  private static let fillers = (0..<150).map { number in
    "alert tcp any any -> any any (content:\"filler \(number) of no use\"; sid:\(99_000_000 + number);)"
  }

  @Test("rules that never match change no event", arguments: GoldenCase.all)
  func fillersChangeNothing(in golden: GoldenCase) throws {
    guard golden.settings.problems == nil, golden.settings.exitStatus == nil else { return }
    guard let own = try? String(contentsOfFile: golden.rules, encoding: .utf8), own.contains("content:")
    else {
      return
    }
    // One of them is there in any case: that rules ask for streams at all may be told.
    let few = try Self.events(golden, own, fillers: 1)
    #expect(try Self.events(golden, own, fillers: Self.fillers.count) == few)
  }

  private static func events(_ golden: GoldenCase, _ own: String, fillers count: Int) throws -> [Substring] {
    let rules = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).rules")
    defer { try? FileManager.default.removeItem(at: rules) }
    let all = [own] + fillers.prefix(count) + [""]
    try all.joined(separator: "\n").write(to: rules, atomically: true, encoding: .utf8)
    let replay = try Replay(
      captures: golden.captures, rules: rules.path, site: golden.site,
      overrides: golden.settings.overrides ?? [:])
    defer { replay.remove() }
    let text = try String(decoding: replay.bytes(), as: UTF8.self)
    return text.split(separator: "\n").filter { !$0.contains(#""event_type":"stats""#) }
  }
}
