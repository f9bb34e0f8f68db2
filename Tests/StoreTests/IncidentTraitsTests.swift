import Correlation
import Foundation
import Store
import Testing

/// What the alerts of an incident tell of lines and encryption.
@Suite struct IncidentTraitsTests {
  private func alert(_ time: Int, sid: Int, source: String, eve: String) throws -> AlertRecord {
    let text = """
      {"run": 1, "packet": \(time), "sequence": 0, "time": \(time), "flow": 1, "gid": 1, "sid": \(sid),
       "revision": 1, "message": "m", "category": "", "priority": 1, "action": "allowed",
       "source": "\(source)", "sourcePort": 1, "destination": "10.31.4.80", "destinationPort": 443,
       "ipProtocol": 6, "applicationProtocol": "http", "subject": "", "eve": "x"}
      """
    var record = try JSONDecoder().decode(AlertRecord.self, from: Data(text.utf8))
    record.eve = eve
    return record
  }

  private static let line =
    #"{"site": {"src": {"access_point": "A-X", "account": "gz-301", "circuit": "olt 1", "#
    + #""session": "pppoe 7"}}}"#
  private static let crypto =
    #"{"tls": {"version": "TLS 1.2", "subject": "CN=a", "handshake": {"suite": {"name": "S"}, "#
    + #""findings": ["weak_certificate", "required"]}}, "flow": {"dest_ip": "10.31.4.80", "dest_port": 443}}"#

  @Test("an account is told once for each address, with its first and last alert")
  func lines() throws {
    let traits = IncidentTraits([
      try alert(10, sid: 1, source: "10.40.7.20", eve: Self.line),
      try alert(30, sid: 1, source: "10.40.7.20", eve: Self.line),
      try alert(40, sid: 1, source: "10.40.9.9", eve: Self.line),
      try alert(50, sid: 1, source: "10.40.9.9", eve: #"{"site": {"src": {"access_point": "A-X"}}}"#),
      try alert(60, sid: 1, source: "10.40.9.9", eve: "no JSON"),
    ])
    #expect(traits.lines.map(\.address) == ["10.40.7.20", "10.40.9.9"])
    #expect(traits.lines.map(\.first) == [10, 40])
    #expect(traits.lines.map(\.last) == [30, 40])
    #expect(traits.lines.allSatisfy { $0.account == "gz-301" && $0.circuit == "olt 1" })
    #expect(traits.crypto.isEmpty)
  }

  @Test("equal findings of a service are one row; cleartext is told by the rule that saw it")
  func crypto() throws {
    let traits = IncidentTraits([
      try alert(10, sid: 9_001_211, source: "10.40.7.20", eve: Self.crypto),
      try alert(20, sid: 9_001_209, source: "10.40.7.20", eve: Self.crypto),
      try alert(30, sid: 9_001_214, source: "10.40.7.20", eve: "{}"),
      try alert(40, sid: 9_001_001, source: "10.40.7.20", eve: "{}"),
    ])
    #expect(traits.crypto.map(\.version) == ["TLS 1.2", "http"])
    #expect(traits.crypto.map(\.count) == [2, 1])
    #expect(traits.crypto.map(\.findings) == [["weak_certificate", "required"], ["required"]])
    #expect(traits.crypto.first?.suite == "S")
  }

  @Test("rows are bounded, and every finding has words in both languages")
  func bounds() throws {
    let many = try (0..<400).map { number in
      try alert(number, sid: 1, source: "10.40.\(number / 250).\(number % 250)", eve: Self.line)
    }
    #expect(IncidentTraits(many).lines.count == 200)
    let names = [
      "one_certificate_twice", "encryption_certificate_missing", "certificates_swapped", "wrong_key_usage",
      "certificate_expired", "certificate_not_yet_valid", "names_differ", "bad_signature",
      "bad_key_exchange", "foreign_issuer", "weak_certificate", "required",
    ]
    for name in names {
      let text = IncidentTraits.text(finding: name)
      #expect(text.english != name && text.chinese != name && text.english != text.chinese)
    }
  }
}
