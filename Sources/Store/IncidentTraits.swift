package import Correlation
import Foundation

/// What the alerts of an incident tell beside its chain: who was behind the addresses, and what is wrong with
/// the encryption.
package struct IncidentTraits: Codable, Sendable, Equatable {
  /// Whose an address was while alerts were raised: account, line and session.
  package struct Line: Codable, Sendable, Equatable {
    package let address: String
    package let account: String
    package let circuit: String
    package let session: String
    package let accessPoint: String
    /// Nanoseconds since 1970 (UTC) of the first and last alert that says so.
    package let first: Int64
    package fileprivate(set) var last: Int64
  }

  /// What a service spoke, and what is wrong with it.
  package struct Crypto: Codable, Sendable, Equatable {
    package let server: String
    package let port: Int
    /// `TLCP 1.1`, `TLS 1.2`; the protocol's own name where nothing is encrypted.
    package let version: String
    package let suite: String
    package let subject: String
    /// Names as in `tlcp.findings` of EVE.
    package let findings: [String]
    package let first: Int64
    package fileprivate(set) var count: Int
  }

  package private(set) var lines: [Line] = []
  package private(set) var crypto: [Crypto] = []

  /// Alerts that are looked into: what an incident tells of this is told by the first thousands of them.
  package static let alertsMax = 5_000
  /// Rows of each kind: more than anybody reads.
  private static let rowsMax = 200
  /// Our own rules on TLCP (`Rules/policy`) that speak of what is no TLS at all.
  private static let cleartextSignatures: Set<Int64> = [9_001_212, 9_001_214]

  package init(_ alerts: [AlertRecord]) {
    let decoder = JSONDecoder()
    for alert in alerts.prefix(Self.alertsMax) {
      guard let eve = try? decoder.decode(EVE.self, from: Data(alert.eve.utf8)) else { continue }
      add(eve.site?.src, alert.source, alert.time)
      add(eve.site?.dest, alert.destination, alert.time)
      addCrypto(eve, alert)
    }
  }

  package var isEmpty: Bool { lines.isEmpty && crypto.isEmpty }

  private mutating func add(_ place: EVE.Place?, _ address: String, _ time: Int64) {
    let account = place?.account ?? "", circuit = place?.circuit ?? ""
    guard let place, !account.isEmpty || !circuit.isEmpty else { return }
    let known = lines.firstIndex {
      $0.address == address && $0.account == account && $0.circuit == circuit
        && $0.session == place.session ?? ""
    }
    if let known {
      lines[known].last = max(lines[known].last, time)
    } else if lines.count < Self.rowsMax {
      lines.append(
        Line(
          address: address, account: account, circuit: circuit, session: place.session ?? "",
          accessPoint: place.accessPoint ?? "", first: time, last: time))
    }
  }

  private mutating func addCrypto(_ eve: EVE, _ alert: AlertRecord) {
    let details = eve.tls?.tlcp ?? eve.tls?.handshake
    var findings = details?.findings ?? []
    let isCleartext = alert.gid == 1 && Self.cleartextSignatures.contains(alert.sid)
    if isCleartext { findings = ["required"] }
    guard !findings.isEmpty else { return }
    let server = eve.flow?.destination ?? alert.destination
    let port = eve.flow?.port ?? alert.destinationPort
    let version = isCleartext ? alert.applicationProtocol : eve.tls?.version ?? ""
    let suite = isCleartext ? "" : details?.suite?.name ?? details?.suite?.id ?? ""
    let subject = isCleartext ? "" : eve.tls?.subject ?? ""
    let known = crypto.firstIndex {
      $0.server == server && $0.port == port && $0.version == version && $0.suite == suite
        && $0.subject == subject && $0.findings == findings
    }
    if let known {
      crypto[known].count += 1
    } else if crypto.count < Self.rowsMax {
      crypto.append(
        Crypto(
          server: server, port: port, version: version, suite: suite, subject: subject, findings: findings,
          first: alert.time, count: 1))
    }
  }

  /// What a finding means, for people; the name itself where it is not known.
  package static func text(finding: String) -> Text { texts[finding] ?? Text(finding, finding) }

  private static let texts: [String: Text] = [
    "one_certificate_twice": Text("one certificate or key for both roles", "签名与加密使用同一证书或密钥"),
    "encryption_certificate_missing": Text("no encryption certificate", "缺少加密证书"),
    "certificates_swapped": Text("signing and encryption certificates swapped", "签名证书与加密证书次序颠倒"),
    "wrong_key_usage": Text("wrong key usage", "密钥用途不符"),
    "certificate_expired": Text("certificate expired", "证书已过期"),
    "certificate_not_yet_valid": Text("certificate not yet valid", "证书尚未生效"),
    "names_differ": Text("names differ", "证书名称不符"),
    "bad_signature": Text("an issuer's signature does not hold", "证书签名验证失败"),
    "bad_key_exchange": Text("the server has not the certificate's key", "密钥交换签名验证失败，服务端不持有证书私钥"),
    "foreign_issuer": Text("issuer not trusted here", "签发机构不受信任"),
    "weak_certificate": Text("weak key or digest", "密钥过短或摘要算法过弱"),
    "required": Text("TLCP is required here", "此服务须使用国密 TLCP"),
  ]
}

/// What is read of an EVE line.
private struct EVE: Decodable {
  struct Place: Decodable {
    let accessPoint: String?
    let account: String?
    let circuit: String?
    let session: String?

    enum CodingKeys: String, CodingKey { case accessPoint = "access_point", account, circuit, session }
  }

  struct Site: Decodable {
    let src: Place?
    let dest: Place?
  }

  struct Suite: Decodable {
    let id: String?
    let name: String?
  }

  struct Details: Decodable {
    let findings: [String]?
    let suite: Suite?
  }

  struct Session: Decodable {
    let version: String?
    let subject: String?
    let tlcp: Details?
    let handshake: Details?
  }

  struct Flow: Decodable {
    let destination: String?
    let port: Int?

    enum CodingKeys: String, CodingKey { case destination = "dest_ip", port = "dest_port" }
  }

  let site: Site?
  let tls: Session?
  let flow: Flow?
}

/// An incident as JSON with what its alerts tell beside.
package struct IncidentDocument: Encodable {
  private let incident: IncidentRecord
  private let traits: IncidentTraits

  package init(_ incident: IncidentRecord, _ traits: IncidentTraits) {
    self.incident = incident
    self.traits = traits
  }

  /// Writes the members of both into one object.
  package func encode(to encoder: any Encoder) throws {
    try incident.encode(to: encoder)
    try traits.encode(to: encoder)
  }
}

extension StoreDatabase {
  /// What the alerts of an incident tell beside its chain.
  package func traits(run: Int64, incident: String) throws -> IncidentTraits {
    IncidentTraits(try alerts(run: run, incident: incident, limit: IncidentTraits.alertsMax))
  }
}
