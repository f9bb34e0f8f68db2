import Correlation
import Events
import Testing
import Wire

/// Certificates, files and accounts that EVE shows, and how they tie chains.
@Suite struct TraceTests {
  private typealias Line = SigmaFindingTests

  private func events(_ lines: [String]) -> [Event] {
    var reader = EVEReader()
    return lines.enumerated().compactMap { number, line in
      let bytes = Array(line.utf8)
      return reader.event(bytes, from: 0, to: bytes.count, number: UInt64(number))
    }
  }

  private func traces(_ type: String, _ more: String) -> [Trace] {
    guard
      case .record(let record)? = events([Line.line(type, 0, from: "10.1.1.1", to: "203.0.113.7", more)])
        .first
    else { return [] }
    return record.traces
  }

  @Test("each protocol's account, certificate and file is read")
  func kinds() {
    let digest = String(repeating: "ab", count: 32)
    #expect(
      traces("tls", #""tls":{"sni":"x.example","fingerprint":"AA:BB"}"#) == [Trace(.certificate, "aa:bb")])
    #expect(
      traces(
        "fileinfo",
        #""app_proto":"smb","fileinfo":{"filename":"a","state":"CLOSED","size":900,"sha256":"\#(digest)"}"#)
        == [Trace(.file, digest)])
    #expect(traces("smb", #""smb":{"ntlmssp":{"domain":"D","user":"Zhang"}}"#) == [Trace(.account, "zhang")])
    #expect(traces("krb5", #""krb5":{"cname":"li.wei"}"#) == [Trace(.account, "li.wei")])
    #expect(
      traces("ldap", #""ldap":{"request":{"operation":"bind_request","bind_request":{"name":"cn=x"}}}"#)
        == [Trace(.account, "cn=x")])
    #expect(traces("ftp", #""ftp":{"command":"USER","command_data":"wang"}"#) == [Trace(.account, "wang")])
    #expect(traces("rdp", #""rdp":{"cookie":"mstshash=chen"}"#) == [Trace(.account, "chen")])
    #expect(traces("smtp", #""smtp":{"mail_from":"<a@b.example>"}"#) == [Trace(.account, "a@b.example")])
    #expect(
      traces("pgsql", #""pgsql":{"request":{"startup_parameters":{"user":"app"}}}"#) == [
        Trace(.account, "app")
      ])
    #expect(traces("mqtt", #""mqtt":{"connect":{"username":"pump"}}"#) == [Trace(.account, "pump")])
  }

  @Test("parts of files, small ones and values of other types tell nothing")
  func nothing() {
    let digest = String(repeating: "ab", count: 32)
    for file in [
      #""state":"TRUNCATED","size":900,"sha256":"\#(digest)""#,
      #""state":"CLOSED","size":9,"sha256":"\#(digest)""#,
      #""state":"CLOSED","size":900"#, #""state":1,"size":"x","sha256":[]"#,
    ] {
      #expect(traces("fileinfo", "\"fileinfo\":{\(file)}").isEmpty)
    }
    #expect(traces("smb", #""smb":{"ntlmssp":"user"}"#).isEmpty)
    #expect(traces("ftp", #""ftp":{"command":"PASS","command_data":"secret"}"#).isEmpty)
    #expect(traces("tls", #""tls":[1,2]"#).isEmpty)
  }

  private func alert(
    _ second: Int, from source: String, to destination: String, sid: Int, tactic: String, outcome: String,
    port: Int = 443
  ) -> String {
    Line.line(
      "alert", second, from: source, to: destination, port: port,
      #""direction":"to_server","alert":{"gid":1,"signature_id":\#(sid),"rev":1,"signature":"s\#(sid)","#
        + #""metadata":{"mitre_tactic_id":["\#(tactic)"],"confidence":["High"],"#
        + #""attack_outcome":["\#(outcome)"]}}"#
    )
  }

  private func incidents(_ lines: [String]) -> [Incident] {
    var correlator = Correlator(site: SigmaFindingTests.site)
    for event in events(lines) { correlator.accept(event) }
    correlator.finish()
    return correlator.incidents()
  }

  private func beacon(_ second: Int, of host: String, to controller: String, certificate: String) -> [String]
  {
    [
      alert(second, from: host, to: controller, sid: second + 1, tactic: "TA0011", outcome: "success"),
      Line.line(
        "tls", second, from: host, to: controller, port: 443, "\"tls\":{\"fingerprint\":\"\(certificate)\"}"),
    ]
  }

  @Test(
    "two controllers with the same certificate are one incident, whichever came first, alert or certificate")
  func certificate() throws {
    let first = beacon(10, of: "10.1.1.1", to: "203.0.113.7", certificate: "aa:bb:cc")
    let second = beacon(20, of: "10.1.1.2", to: "198.51.100.9", certificate: "aa:bb:cc")
    for lines in [first + second, first.reversed() + second.reversed()] {
      let found = incidents(lines)
      #expect(found.count == 1)
      #expect(found.first?.entities.contains { $0.kind == "certificate" && $0.text == "aa:bb:cc" } ?? false)
      #expect(Set(found.first?.attackers.map(\.description) ?? []) == ["203.0.113.7", "198.51.100.9"])
    }
    let other = beacon(20, of: "10.1.1.2", to: "198.51.100.9", certificate: "dd:ee:ff")
    #expect(incidents(first + other).count == 2)
  }

  @Test("an own server's certificate ties none of its visitors")
  func ownCertificate() {
    let visits = [(10, "203.0.113.7"), (20, "198.51.100.9")].flatMap { second, source in
      [
        alert(second, from: source, to: "10.1.1.1", sid: second, tactic: "TA0002", outcome: "success"),
        Line.line(
          "tls", second, from: source, to: "10.1.1.1", port: 443, "\"tls\":{\"fingerprint\":\"aa:bb\"}"),
      ]
    }
    #expect(incidents(visits).count == 2)
  }

  @Test("an account ties once it is used, not where many guess it")
  func account() {
    func logon(_ second: Int, _ source: String, outcome: String, name: String = "zhang.san") -> [String] {
      [
        Line.line(
          "smb", second, from: source, to: "10.1.1.\(second)", port: 445,
          "\"smb\":{\"ntlmssp\":{\"user\":\"\(name)\"}}"),
        alert(
          second, from: source, to: "10.1.1.\(second)", sid: second, tactic: "TA0006", outcome: outcome,
          port: 445),
        alert(
          second, from: source, to: "10.1.1.\(second)", sid: 900, tactic: "TA0002", outcome: "success",
          port: 80),
      ]
    }
    #expect(
      incidents(logon(10, "203.0.113.7", outcome: "success") + logon(20, "198.51.100.9", outcome: "success"))
        .count == 1)
    #expect(
      incidents(logon(10, "203.0.113.7", outcome: "attempt") + logon(20, "198.51.100.9", outcome: "attempt"))
        .count == 2)
    let common = { (second: Int, source: String) in
      logon(second, source, outcome: "success", name: "Administrator")
    }
    #expect(incidents(common(10, "203.0.113.7") + common(20, "198.51.100.9")).count == 2)
  }
}
