import Correlation
import Foundation
import Testing

/// The Sigma rules of Rules/sigma: each with what it finds, and what is nearly that.
@Suite struct ShippedSigmaTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Rules/sigma").standardized.path

  private typealias Line = SigmaFindingTests

  /// Titles of the rules that match and speak for themselves.
  private func found(_ lines: [String]) throws -> Set<String> {
    let rules = try SigmaFiles.load([Self.folder])
    #expect(rules.foreignCount == 0)
    var engine = SigmaEngine(rules.rules)
    let events = lines.compactMap { SigmaEvent(line: Data($0.utf8)) }
    #expect(events.count == lines.count)
    return Set(
      events.flatMap { engine.take($0) }.filter { $0.rule.level != "informational" }.map(\.rule.title))
  }

  private func smb(_ second: Int, to server: String, status: String = "STATUS_LOGON_FAILURE") -> String {
    Line.line("smb", second, from: "10.1.1.5", to: server, port: 445, "\"smb\":{\"status\":\"\(status)\"}")
  }

  @Test("logons that a file server refuses")
  func smb() throws {
    let title = "SMB passwords guessed at one server"
    #expect(try found((0..<10).map { smb($0, to: "10.1.1.9") }).contains(title))
    #expect(try found((0..<9).map { smb($0, to: "10.1.1.9") }).isEmpty)
    #expect(try found((0..<12).map { smb($0, to: "10.1.1.9", status: "STATUS_SUCCESS") }).isEmpty)
    let spray = "SMB passwords sprayed over many servers"
    #expect(try found((0..<8).map { smb($0, to: "10.1.1.\($0 + 20)") }).contains(spray))
    #expect(try found((0..<7).map { smb($0, to: "10.1.1.\($0 + 20)") }).isEmpty)
  }

  private func ftp(_ second: Int, _ code: String) -> String {
    Line.line(
      "ftp", second, from: "203.0.113.7", to: "10.1.1.9", port: 21,
      "\"ftp\":{\"command\":\"PASS\",\"completion_code\":[\"\(code)\"]}")
  }

  @Test("FTP passwords guessed, and one that was right")
  func ftp() throws {
    let title = "FTP log-in taken after guesses"
    let refused = (0..<8).map { ftp($0, "530") }
    #expect(try found(refused + [ftp(20, "230")]).contains(title))
    #expect(try !found(refused + [ftp(20, "530")]).contains(title))
    #expect(try found([ftp(0, "530"), ftp(1, "230")]).isEmpty)
  }

  private func web(_ second: Int, _ status: Int, path: String) -> String {
    Line.line(
      "http", second, from: "203.0.113.7", to: "10.1.1.9",
      "\"http\":{\"url\":\"/\(path)\",\"status\":\(status)}")
  }

  @Test("web passwords, paths and failures by the dozen")
  func web() throws {
    #expect(
      try found((0..<20).map { web($0, 401, path: "login") }).contains("Web passwords guessed at one server"))
    #expect(try found((0..<19).map { web($0, 401, path: "login") }).isEmpty)
    #expect(
      try found((0..<40).map { web($0, 404, path: "\($0)") })
        .contains("Many web paths tried that are not there"))
    #expect(try found((0..<60).map { web($0, 404, path: "favicon.ico") }).isEmpty)
    #expect(
      try found((0..<15).map { web($0, 500, path: "\($0)") })
        .contains("Many requests of one client at which a web application fails"))
    #expect(try found((0..<30).map { web($0, 503, path: "\($0)") }).isEmpty)
  }

  @Test("names that carry data, much data, many administered hosts")
  func volume() throws {
    func dns(_ second: Int, _ type: String, _ name: String) -> String {
      Line.line(
        "dns", second, from: "10.1.1.5", to: "10.1.1.2", port: 53,
        "\"dns\":{\"type\":\"query\",\"rrname\":\"\(name)\",\"rrtype\":\"\(type)\"}")
    }
    let many = "Many different names asked for records that carry data"
    #expect(try found((0..<50).map { dns($0, "TXT", "a\($0).x.example") }).contains(many))
    #expect(try !found((0..<50).map { dns($0, "A", "a\($0).x.example") }).contains(many))
    #expect(try !found((0..<50).map { dns($0, "TXT", "a\($0)._domainkey.x.example") }).contains(many))
    func flow(_ second: Int, to server: String, port: Int, bytes: Int) -> String {
      Line.line(
        "flow", second, from: "10.1.1.5", to: server, port: port,
        "\"flow\":{\"pkts_toserver\":9,\"pkts_toclient\":9,\"bytes_toserver\":\(bytes),"
          + "\"bytes_toclient\":900}"
      )
    }
    let much = "Much data sent to one outside host"
    #expect(
      try found((0..<5).map { flow($0, to: "203.0.113.7", port: 443, bytes: 100_000_000) }).contains(much))
    #expect(
      try !found((0..<5).map { flow($0, to: "10.9.9.9", port: 443, bytes: 100_000_000) }).contains(much))
    let administers = "One host administers many"
    #expect(
      try found((0..<10).map { flow($0, to: "10.2.2.\($0)", port: 3389, bytes: 900) }).contains(administers))
    #expect(
      try !found((0..<9).map { flow($0, to: "10.2.2.\($0)", port: 3389, bytes: 900) }).contains(administers))
  }
}
