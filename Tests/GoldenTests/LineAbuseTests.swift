import Foundation
import Testing

/// Abuse of access lines, and the honest traffic that looks much alike (`Captures/make-line-abuse.py`).
@Suite struct LineAbuseTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Captures/line-abuse")

  /// What the incident of a capture tells of lines: numbers and messages of patterns.
  private static let patterns = [
    "One account at two lines at once", "A line with a foreign hardware address",
    "An address used in another's session",
  ]

  @Test(
    "an account at two lines, a foreign modem and a hijack are in the incident; honest dialling is not",
    arguments: [
      ("account-twice", 0), ("account-moved", nil), ("modem-foreign", 1), ("modem-own", nil),
      ("session-hijacked", 2), ("session-renewed", nil),
    ] as [(String, Int?)], [1, 2])
  func abuse(capture: (String, Int?), workers: Int) throws {
    let rules = Self.folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Rules")
    let replay = try Replay(
      captures: [Self.folder.appendingPathComponent("\(capture.0).pcap").path], rules: rules.path,
      site: Self.folder.appendingPathComponent("site.yaml").path, workers: workers, keepsStore: true)
    defer { replay.remove() }
    let incidents = try replay.incidents()
    #expect(incidents.count >= 1, "\(capture.0)")
    let text = incidents.map(\.description).joined()
    let found = Self.patterns.indices.filter { text.contains(Self.patterns[$0]) }
    #expect(found == [capture.1].compactMap(\.self), "\(capture.0)")
  }
}
