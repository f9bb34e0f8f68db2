import Foundation
import Testing

/// Captures of TLCP against what is known of them (`Captures/tlcp/facts.json`).
@Suite struct TLCPTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = root.appendingPathComponent("Captures/tlcp")

  private static func facts() throws -> JSONValue {
    let data = try Data(contentsOf: folder.appendingPathComponent("facts.json"))
    return try JSONDecoder().decode(JSONValue.self, from: data)
  }

  /// What is wrong with captures, by the beginning of their names.
  private static let faults: [(String, [String])] = [
    ("08", ["certificate_expired"]), ("09", ["one_certificate_twice"]),
    ("10", ["encryption_certificate_missing"]), ("11c", ["wrong_key_usage"]),
    ("11", ["certificates_swapped", "wrong_key_usage"]),
  ]

  @Test("versions, suites, certificates, resumption, alerts and findings of TLCP are the known ones")
  func knownFacts() throws {
    let facts = try Self.facts()
    let certificates = try #require(facts["certificates"])
    var count = 0
    for capture in facts["captures"]?.elements ?? [] {
      let name = capture["file"]?.text ?? ""
      let replay = try Replay(captures: [Self.folder.appendingPathComponent(name).path], rules: nil)
      defer { replay.remove() }
      let records = try replay.events().filter { $0["event_type"] == .text("tls") }
      for flow in capture["flows"]?.elements ?? [] {
        let found = records.filter { $0["src_port"] == flow["client_port"] }
        #expect(found.count == 1, "\(name)")
        guard let tls = found.first?["tls"] else { continue }
        guard let details = tls["tlcp"] ?? tls["handshake"] else {
          // Ordinary TLS is shown as ever.
          #expect(name.hasPrefix("13") || name.hasPrefix("18"), "\(name)")
          continue
        }
        count += 1
        #expect(Self.read(tls, details) == Self.known(flow, certificates), "\(name)")
        let wrong = Self.faults.first { name.hasPrefix($0.0) }?.1 ?? []
        #expect((details["findings"]?.elements ?? []).compactMap(\.text) == wrong, "\(name)")
      }
    }
    #expect(count == 45)
  }

  @Test("a service that must speak TLCP and speaks plain TLS, or none, is told of; TLCP is not")
  func obligation() throws {
    let site = FileManager.default.temporaryDirectory.appendingPathComponent("site-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: site) }
    let text = "assets: [{id: G, name: g, address: 203.0.113.80, role: web, must_speak: tlcp}]\n"
    try Data(text.utf8).write(to: site)
    let replay = try Replay(
      captures: [Self.folder.appendingPathComponent("13-tlcp-tls12-tls13-one-port.pcap").path],
      rules: Self.root.appendingPathComponent("Rules/policy").path, site: site.path)
    defer { replay.remove() }
    let alerts = try replay.events().filter { $0["event_type"] == .text("alert") }
    let ports = alerts.flatMap { [$0["src_port"], $0["dest_port"]].compactMap { $0?.number } }
    #expect(Set(ports) == [443, 44_930, 44_946])
    #expect(Set(alerts.compactMap { $0["alert"]?["signature_id"]?.number }) == [9_001_211])
  }

  private static let faulty = root.appendingPathComponent("Captures/tlcp-certificates")

  @Test("each fault of certificates and key exchange is named, in the record and as an alert, and no other")
  func faultsOfCertificates() throws {
    let data = try Data(contentsOf: Self.faulty.appendingPathComponent("facts.json"))
    let captures = try JSONDecoder().decode(JSONValue.self, from: data)["captures"]?.elements ?? []
    var named: Set<String> = []
    for capture in captures {
      let name = capture["file"]?.text ?? ""
      let wanted = (capture["findings"]?.elements ?? []).compactMap(\.text).sorted()
      let replay = try Replay(
        captures: [Self.faulty.appendingPathComponent(name).path],
        rules: Self.root.appendingPathComponent("Rules/policy").path,
        overrides: [
          "app-layer.protocols.tls.trusted-roots.0": Self.faulty.appendingPathComponent("roots.pem").path
        ])
      defer { replay.remove() }
      let events = try replay.events()
      let record = events.first { $0["event_type"] == .text("tls") }?["tls"]?["tlcp"]
      #expect((record?["findings"]?.elements ?? []).compactMap(\.text).sorted() == wanted, "\(name)")
      let anomalies = events.filter { $0["event_type"] == .text("anomaly") }
        .compactMap { $0["anomaly"]?["event"]?.text?.lowercased() }
      #expect(anomalies.sorted() == wanted.map { "tlcp_" + $0 }, "\(name)")
      let alerts = events.filter { $0["event_type"] == .text("alert") }
      // An event has no side: a fault of the client's certificates alerts as well.
      #expect(alerts.count == wanted.count, "\(name)")
      #expect((record?["server_key_exchange_valid"] == .bool(false)) == name.hasPrefix("bad-key-exchange"))
      named.formUnion(wanted)
    }
    #expect(captures.count == 26)
    #expect(named.count == 11)
  }

  @Test(
    "where TLCP is asked for, plain TLS and cleartext become one incident, and none elsewhere"
  )
  func policyBecomesIncident() throws {
    let replay = try Replay(
      captures: [Self.faulty.appendingPathComponent("policy.pcap").path],
      rules: Self.root.appendingPathComponent("Rules/policy").path,
      site: Self.faulty.appendingPathComponent("site.yaml").path, keepsStore: true)
    defer { replay.remove() }
    let alerts = try replay.events().filter { $0["event_type"] == .text("alert") }
    let numbers = alerts.compactMap { $0["alert"]?["signature_id"]?.number }
    #expect(numbers.sorted() == [9_001_209, 9_001_211, 9_001_212])
    let servers = alerts.flatMap { [$0["src_ip"]?.text, $0["dest_ip"]?.text] }.compactMap { $0 }
    #expect(Set(servers) == ["10.40.7.20", "10.31.4.80"])
    let incidents = try replay.incidents()
    #expect(incidents.count == 1)
  }

  private static func read(_ tls: JSONValue, _ details: JSONValue) -> [String] {
    var lines = ["version \(details["suite"] == nil ? "null" : tls["version"]?.text ?? "")"]
    lines.append("offered \((details["suites_offered"]?.elements ?? []).compactMap { $0["id"]?.text })")
    lines.append("suite \(details["suite"]?["id"]?.text ?? "")")
    for side in ["server_certificates", "client_certificates"] {
      lines += (details[side]?.elements ?? []).map { certificate in
        let serial = certificate["serial"]?.text?.replacing(":", with: "") ?? ""
        let uses = (certificate["key_usage"]?.elements ?? []).compactMap(\.text)
        return "\(side) \(serial) \(certificate["notafter"]?.text ?? "")Z \(uses)"
      }
    }
    lines.append("complete \(details["complete"] == .bool(true))")
    lines.append("resumed \(details["suite"] != nil && details["resumed"] == .bool(true))")
    lines += alerts(details["alerts"])
    return lines
  }

  private static func known(_ flow: JSONValue, _ certificates: JSONValue) -> [String] {
    func identifier(_ suite: JSONValue) -> String { String((suite.text ?? "").prefix(4)) }
    var lines = ["version \(flow["version"]?.text ?? "null")"]
    lines.append("offered \((flow["client_hello"]?["cipher_suites"]?.elements ?? []).map(identifier))")
    lines.append("suite \(flow["server_hello"]?["cipher_suite"].map(identifier) ?? "")")
    for side in ["server_certificates", "client_certificates"] {
      lines += (flow[side]?.elements ?? []).map { label in
        let certificate = certificates[label.text ?? ""]
        let uses = (certificate?["key_usage"]?.elements ?? []).compactMap(\.text)
        let (serial, end) = (certificate?["serial"]?.text ?? "", certificate?["not_after"]?.text ?? "")
        return "\(side) \(serial) \(end) \(uses)"
      }
    }
    lines.append("complete \(flow["handshake_complete"] == .bool(true))")
    lines.append("resumed \(flow["resumed"] == .bool(true))")
    lines += alerts(flow["alerts"])
    return lines
  }

  private static func alerts(_ list: JSONValue?) -> [String] {
    (list?.elements ?? []).filter { $0["encrypted"] == .bool(false) }.map { alert in
      "alert \(alert["sender"]?.text ?? "") \(alert["level"]?.text ?? "") \(alert["description"]?.text ?? "")"
    }.sorted()
  }
}

extension JSONValue {
  var elements: [JSONValue] { if case .list(let values) = self { values } else { [] } }
  var text: String? { if case .text(let value) = self { value } else { nil } }
  var number: Double? { if case .number(let value) = self { value } else { nil } }
}
