import Foundation
import Testing

/// Lines that change their addresses while an intrusion goes on (`Captures/make-dial-in.py`).
@Suite struct DialInTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  @Test(
    "an intrusion over three addresses of a line is one incident, and names no other line",
    arguments: ["sessions", "beside", "radius"], [1, 2])
  func oneIncident(tap: String, workers: Int) throws {
    let replay = try Replay(
      captures: [Self.path("Captures/dial-in/\(tap).pcap")], rules: Self.path("Rules"),
      site: Self.path("Captures/dial-in/site.yaml"), workers: workers, keepsStore: true)
    defer { replay.remove() }
    let events = try replay.events()
    let alerts = events.filter { $0["event_type"] == .text("alert") }
    let sources = Set(alerts.flatMap { [$0["src_ip"]?.text, $0["dest_ip"]?.text].compactMap { $0 } })
    #expect(sources.isSuperset(of: ["10.40.7.20", "10.40.7.33", "10.40.9.4"]))
    let other = alerts.filter { $0["dest_ip"] == .text("10.31.4.21") }
    #expect(other.compactMap { $0["site"]?["src"]?["access_point"]?.text } == ["A-Z"])
    for alert in alerts where alert["dest_ip"] != .text("10.31.4.21") {
      let ends = [alert["site"]?["src"], alert["site"]?["dest"]].compactMap { $0 }
      let line = try #require(ends.first { $0["account"] != nil })
      #expect(ends.allSatisfy { $0["access_point"] == .text("A-X") || $0["access_point"] == .text("A-S") })
      #expect(line["access_point"] == .text("A-X"))
      #expect(line["by"] == .text("account"))
      #expect(line["account"] == .text("gz-301"))
      #expect(line["circuit"] == .text("olt-3 1/1/7"))
    }
    // The address that line X had first is line Z's later.
    let taken = events.filter {
      $0["event_type"] == .text("http") && $0["src_ip"] == .text("10.40.7.20")
    }
    #expect(Set(taken.compactMap { $0["site"]?["src"]?["access_point"]?.text }) == ["A-X", "A-Z"])
    let incidents = try replay.incidents()
    #expect(incidents.count == 1)
    let text = incidents.first?.description ?? ""
    #expect(text.contains("A-X") && !text.contains("A-Z") && !text.contains("A-Y"))
    #expect(!text.contains("10.31.4.21"))
  }
}
