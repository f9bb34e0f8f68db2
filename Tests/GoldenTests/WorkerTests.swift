import Foundation
import Sensor
import Testing

/// The number of workers never shows: the same capture gives the same bytes.
@Suite struct WorkerTests {
  private static func path(_ name: String) -> String { GoldenCase.project.appendingPathComponent(name).path }

  @Test("1, 2 and 4 workers write the same events and incidents of the exercise")
  func exercise() throws {
    let replays = try [1, 2, 4].map {
      try Replay(
        captures: [Self.path("Captures/exercise-01")], rules: Self.path("Rules"),
        site: Self.path("Captures/exercise-01/site.yaml"), workers: $0, keepsStore: true)
    }
    defer { for replay in replays { replay.remove() } }
    let events = try Self.lines(replays[0])
    #expect(events.count > 500)
    let incidents = try replays[0].incidents()
    #expect(!incidents.isEmpty)
    for replay in replays.dropFirst() {
      try Self.expectEqual(try Self.lines(replay), events)
      #expect(try replay.incidents() == incidents)
      #expect(replay.report.alerts == replays[0].report.alerts)
    }
  }

  @Test(
    "1, 2 and 4 workers write the same events of captures with fragments, tunnels and thresholds",
    arguments: [
      "Captures/rules/scanning.pcap", "Captures/rules/lateral.pcap", "Captures/rules/tunnel-beacon.pcap",
      "Captures/rules/web-shell.pcap",
    ])
  func captures(name: String) throws {
    let replays = try [1, 2, 4].map {
      try Replay(captures: [Self.path(name)], rules: Self.path("Rules"), workers: $0)
    }
    defer { for replay in replays { replay.remove() } }
    let events = try Self.lines(replays[0])
    #expect(!events.isEmpty)
    for replay in replays.dropFirst() { try Self.expectEqual(try Self.lines(replay), events) }
  }

  @Test(
    "workers see fragments and thresholds of the golden cases alike",
    arguments: ["ip-fragments", "thresholds"])
  func cases(name: String) throws {
    let golden = try GoldenCase(name)
    let replays = try [1, 3].map { try Replay(captures: golden.captures, rules: golden.rules, workers: $0) }
    defer { for replay in replays { replay.remove() } }
    try Self.expectEqual(try Self.lines(replays[1]), try Self.lines(replays[0]))
  }

  @Test("1, 2, 3 and 4 workers come to bits of hosts and to thresholds in the order of packets")
  func sharedState() throws {
    let rules = FileManager.default.temporaryDirectory
      .appendingPathComponent("fengsui-\(UUID().uuidString).rules")
    defer { try? FileManager.default.removeItem(at: rules) }
    try """
    alert http any any -> any any (msg:"sets"; flow:to_server; http.uri; content:"/l"; \
      xbits:toggle,seen,track ip_src,expire 2; sid:1;)
    alert http any any -> any any (msg:"asks"; flow:to_server; http.user_agent; content:"Mozilla"; \
      xbits:isset,seen,track ip_src; sid:2;)
    alert tcp any any -> any any (msg:"toggles"; content:"HTTP/1."; hostbits:toggle,talks,dst; sid:3;)
    alert tcp any any -> any any (msg:"asks hosts"; content:"HTTP/1."; hostbits:isset,talks,src; sid:4;)
    drop tcp any any -> any any (msg:"counts"; content:"GET "; \
      threshold:type both,track by_src,count 3,seconds 2; sid:5;)
    """.write(to: rules, atomically: true, encoding: .utf8)
    let replays = try [1, 2, 3, 4].map {
      try Replay(captures: [Self.path("Captures/exercise-01")], rules: rules.path, workers: $0)
    }
    defer { for replay in replays { replay.remove() } }
    let events = try Self.lines(replays[0])
    for sid in 1...5 {
      #expect(events.contains { $0.contains("\"signature_id\":\(sid),") }, "rule \(sid) never matches")
    }
    for replay in replays.dropFirst() { try Self.expectEqual(try Self.lines(replay), events) }
  }

  /// Lines of events; the last one tells how long the run took.
  private static func lines(_ replay: Replay) throws -> [String] {
    String(decoding: try replay.bytes(), as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.contains("\"event_type\":\"stats\"") }
  }

  /// Compares and names the first line that differs.
  private static func expectEqual(_ found: [String], _ expected: [String]) throws {
    guard found != expected else { return }
    let index = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    if let index {
      Issue.record("line \(index + 1) differs:\n\(found[index])\n\(expected[index])")
    } else {
      Issue.record("\(found.count) lines instead of \(expected.count)")
    }
  }
}
