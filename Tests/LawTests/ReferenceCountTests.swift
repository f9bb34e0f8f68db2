import Foundation
import Sensor
import Testing

/// What rules count to on our captures with Suricata 8.0.7: behaviours that its documentation leaves open.
@Suite struct ReferenceCountTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let capture: String
    let rule: String
    let why: String
    let count: UInt64

    init(_ capture: String, _ rule: String, _ count: UInt64, _ why: String) {
      (self.capture, self.rule, self.count, self.why) = (capture, rule, count, why)
    }

    var testDescription: String { "\(why): \(rule)" }
  }

  static let cases: [Case] = [
    Case(
      "web-shell", #"alert tcp-pkt any any -> any any (flow:established; flags:A+;"#, 238,
      "the acknowledgement that ends a handshake is not established yet"),
    Case(
      "web-shell", #"alert tcp any any -> any any (flow:not_established; ttl:>0;"#, 102,
      "the acknowledgement that ends a handshake is not established yet"),
    Case(
      "web-shell", #"alert tcp any any -> any any (content:!"HTTP/";"#, 68,
      "what must not be there is not in a packet without data"),
    Case(
      "web-shell", #"alert tcp-pkt any any -> any any (content:!"HTTP/";"#, 76,
      "what must not be there is not in a packet without data"),
    Case(
      "web-shell", #"alert tcp-stream any any -> any any (isdataat:!1;"#, 68,
      "what must not be there is not in a packet without data"),
    Case(
      "web-shell", #"alert tcp any any -> any any (flags:*SA;"#, 136,
      "flags that open or close call for a packet with one of them"),
    Case(
      "web-shell", #"alert tcp any any -> any any (flags:!SA;"#, 102,
      "flags that open or close call for a packet with one of them"),
    Case(
      "web-shell", #"alert tcp any any -> any any (flags:!F;"#, 68,
      "flags that open or close call for a packet with one of them"),
    Case(
      "web-shell", #"alert tcp any any -> any any (flags:!U;"#, 0,
      "flags that are hardly ever set call for a packet with one of them"),
    Case("web-shell", #"alert tcp any any -> any any (flags:!PA;"#, 272, "other flags do not"),
    Case(
      "web-shell", #"alert tcp-pkt any any -> any any ("#, 68,
      "a rule on addresses alone is asked once for each direction"),
    Case(
      "web-shell", #"alert tcp-stream any any -> any 80 ("#, 30,
      "a rule on addresses alone is asked once for each direction"),
    Case(
      "web-shell", #"alert tcp !1.2.3.4 any <> any any (content:"HTTP";"#, 120,
      "a rule on both ways that holds both ways says so twice"),
    Case(
      "web-shell", #"alert tcp 198.18.0.0/16 any <> any any (content:"HTTP";"#, 60,
      "a rule on both ways that holds one way says so once"),
    Case(
      "web-shell", #"alert tcp any any <> any any (content:"HTTP";"#, 60,
      "a rule with the same ends has one way"),
    Case(
      "web-shell", #"alert http !1.2.3.4 any <> any any (http.uri; content:"a";"#, 58,
      "a rule on both ways that holds both ways says so twice"),
    Case(
      "web-shell",
      #"alert tcp any any -> any any (flow:from_client; content:"HTTP"; stream_size:either,<=,2160;"#, 60,
      "a rule on the stream's size looks at packets too"),
    Case(
      "lateral", #"alert http any any -> any any (http.content_len; byte_test:2,^,13,0,string,dec;"#, 6,
      "byte_test's ^ is an exclusive or"),
    Case(
      "deserialization", #"alert tcp-stream any any -> any any (content:"G"; startswith;"#, 23,
      "each message of a stream has a beginning"),
    Case(
      "deserialization", #"alert tcp any any -> any any (content:"HTTP/1"; offset:2;"#, 82,
      "each message of a stream has a beginning"),
    Case(
      "deserialization", #"alert tcp-stream any any -> any any (content:"HTTP/1"; offset:2; depth:50;"#, 38,
      "each message of a stream has a beginning"),
    Case(
      "deserialization", #"alert tcp any any -> any any (isdataat:400;"#, 19,
      "each message of a stream has an end"),
    Case(
      "deserialization", #"alert tcp-stream any any -> any any (byte_test:1,=,0x47,0;"#, 23,
      "each message of a stream has a beginning"),
    Case(
      "deserialization", #"alert tcp-stream any any -> any any (pcre:"/^GET/";"#, 23,
      "each message of a stream has a beginning"),
    Case(
      "exfiltration",
      #"alert tcp-stream any any -> 10.0.0.0/8 any (tls.version:1.2; content:"|16 03|"; startswith;"#, 4,
      "each flight of a TLS handshake is a message"),
    Case(
      "exfiltration", #"alert tcp-stream any 443 -> any any (isdataat:0;"#, 4,
      "each flight of a TLS handshake is a message"),
    Case(
      "exfiltration", #"alert tcp-pkt any any -> any any (content:"|17 03 03|"; startswith;"#, 2,
      "payloads are not looked at once one side sends encrypted data"),
  ]

  @Test("a rule alerts as often as with Suricata", arguments: Set(cases.map(\.capture)).sorted())
  func counts(capture: String) throws {
    let cases = Self.cases.filter { $0.capture == capture }
    let rules = cases.enumerated().map { "\($1.rule) sid:\($0 + 1);)" }
    let path = Project.folder.appendingPathComponent("Captures/rules/\(capture).pcap").path
    let counts = try AlertCounts.counts(of: rules, on: path)
    for (index, example) in cases.enumerated() {
      #expect(counts[UInt32(index + 1)] == example.count, "\(example.why): \(example.rule)")
    }
  }
}

/// How often rules alert on a capture.
enum AlertCounts {
  /// Alerts by sid; a rule that was refused has none.
  static func counts(of rules: [String], on capture: String) throws -> [UInt32: UInt64] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("law.rules")
    try Data(rules.joined(separator: "\n").utf8).write(to: file)
    var request = RunRequest()
    request.ruleFiles = [file.path]
    request.areRulesExclusive = true
    request.outputFolder = folder.path
    request.checksumMode = "none"
    request.overrides = [("packet-alert-max", "255")]
    request.profilesRules = true
    let report = try PreparedRun(request, log: Log(level: .silent)).replay([capture])
    return Dictionary(report.profile.map { ($0.sid, $0.alerts) }) { first, _ in first }
  }
}
