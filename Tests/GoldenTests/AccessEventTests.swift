import Foundation
import Testing

/// Rules and records of access lines (`Captures/make-dial-in.py`).
@Suite struct AccessEventTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func replay(_ rules: [String]) throws -> [JSONValue] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).rules")
    try rules.joined(separator: "\n").write(to: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: path) }
    let capture = Self.root.appendingPathComponent("Captures/dial-in/beside.pcap").path
    let replay = try Replay(captures: [capture], rules: path.path)
    defer { replay.remove() }
    return try replay.events()
  }

  @Test(
    "a rule on a field of a line fires on the frames that have it, and on no other",
    arguments: [
      ("pppoe", "pppoe.code:padr; pppoe.circuit_id; content:\"olt-3 1/1/7\";", 3),
      ("ppp", "ppp.protocol:chap; ppp.account; content:\"gz-301\";", 3),
      ("ip", "ppp.address; content:\"10.40.7.33\";", 1),
      ("pppoe", "pppoe.code:padt; pppoe.session_id:110;", 1),
      ("radius", "radius.status_type:start; radius.username; content:\"gz-303\";", 3),
      ("udp", "radius.framed_ip; content:\"10.40.9.6\";", 2),
      ("l2tp", "ppp.account; content:\"gz-301\";", 0),
    ])
  func rules(name: String, body: String, count: Int) throws {
    let events = try replay(["alert \(name) any any -> any any (\(body) sid:1;)"])
    #expect(events.filter { $0["event_type"] == .text("alert") }.count == count)
  }

  @Test("each message of a line has its record")
  func records() throws {
    let events = try replay([])
    func records(_ type: String) -> [JSONValue] { events.filter { $0["event_type"] == .text(type) } }
    #expect(records("pppoe").count == 27)
    #expect(records("ppp").compactMap { $0["ppp"]?["account"]?.text }.sorted().first == "gz-301")
    #expect(Set(records("radius").compactMap { $0["radius"]?["status_type"]?.text }) == ["start", "stop"])
  }
}
