import Foundation
import Sensor
import Testing

/// A reload never shows: whenever rules are exchanged, the same capture gives the same bytes.
@Suite struct ReloadTests {
  private static func path(_ name: String) -> String { GoldenCase.project.appendingPathComponent(name).path }

  @Test(
    "rules exchanged before every packet give the events of a run without",
    arguments: [
      "content-across-segments", "dns-over-tcp", "flowbits", "http-gzip-body", "ip-fragments",
      "out-of-order-segments", "stream-overlap", "thresholds", "tls-sni",
    ])
  func everyPacket(name: String) throws {
    let golden = try GoldenCase(name)
    try Self.expectSame(golden.captures, golden.rules, everyPackets: 1, workers: [1, 2])
  }

  @Test(
    "rules exchanged within flows give the events of a run without, with several workers too",
    arguments: ["web-shell", "injection", "lateral", "exfiltration"])
  func captures(name: String) throws {
    try Self.expectSame(
      [Self.path("Captures/rules/\(name).pcap")], Self.path("Rules"), everyPackets: 41, workers: [1, 3])
  }

  /// Replays without any exchange, and with exchanges for the same rules in another order among others.
  private static func expectSame(_ captures: [String], _ rules: String, everyPackets: UInt64, workers: [Int])
    throws
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fengsui-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let other = try otherRules(rules, in: folder)
    var expected: [String]?
    for count in workers {
      var request = request(captures, rules, folder.appendingPathComponent("\(count)"), workers: count)
      let run = try PreparedRun(request, log: Log(level: .silent))
      let plain = try lines(run.replay(captures))
      request.ruleFiles = [other]
      let next = try run.following(request)
      let changed = try lines(run.replay(captures, exchangingRulesWith: next, everyPackets: everyPackets))
      #expect(changed == plain)
      #expect(plain == expected ?? plain)
      expected = plain
    }
  }

  private static func request(_ captures: [String], _ rules: String, _ output: URL, workers: Int)
    -> RunRequest
  {
    var request = RunRequest()
    request.mode = .captures(captures)
    request.ruleFiles = [rules]
    request.areRulesExclusive = true
    request.outputFolder = output.path
    request.workers = workers
    return request
  }

  /// A folder with the same rules from the last to the first, among others that match nothing.
  private static func otherRules(_ rules: String, in folder: URL) throws -> String {
    let other = folder.appendingPathComponent("rules")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    var files = [rules]
    if !rules.hasSuffix(".rules") {
      files = try FileManager.default.contentsOfDirectory(atPath: rules)
        .filter { $0.hasSuffix(".rules") || $0.hasSuffix(".config") }.map { "\(rules)/\($0)" }
    }
    var lines: [Substring] = []
    for file in files.sorted() {
      let text = try String(contentsOfFile: file, encoding: .utf8)
      if file.hasSuffix(".rules") {
        lines += text.split(separator: "\n")
      } else if file.hasSuffix(".config") {
        let name = (file as NSString).lastPathComponent
        try Data(text.utf8).write(to: other.appendingPathComponent(name))
      }
    }
    lines.reverse()
    for number in 0..<20 {
      lines.append(
        "alert http any any -> any any (http.uri; content:\"/none-\(number)\"; "
          + "flowbits:set,n\(number); sid:\(99_000 + number);)"
      )
      lines.append("alert ip 203.0.113.\(number) any -> any any (sid:\(98_000 + number);)")
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: other.appendingPathComponent("all.rules"))
    return other.path
  }

  /// The lines of events, without those that tell of the run itself. The file goes: the next run would
  /// append to it.
  private static func lines(_ report: RunReport) throws -> [String] {
    let path = "\(report.outputFolder)/eve.json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n").map(String.init)
      .filter { !$0.contains("\"event_type\":\"stats\"") && !$0.contains("\"event_type\":\"engine\"") }
  }
}
