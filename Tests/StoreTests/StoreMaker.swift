import Correlation
import Detection
import Events
import Foundation
import Store
import Wire

/// A database in a folder of its own, and events to put into it.
final class StoreMaker {
  let folder: URL
  private var number: UInt64 = 0
  /// 2026-11-20T01:00:00Z.
  private let begin: Int64 = 1_795_136_400

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fengsui-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var path: String { folder.appendingPathComponent("fengsui.sqlite").path }

  func open() throws -> StoreDatabase { try StoreDatabase(path: path) }

  func output(_ database: StoreDatabase, source: String = "test.pcap") throws -> StoreOutput {
    try StoreOutput(database: database, site: SiteModel(), source: source)
  }

  func alert(
    _ identifier: UInt32 = 1, from source: String = "203.0.113.7", to destination: String = "10.31.4.20",
    message: String = "rule", subject: String = "", tactic: String = "", outcome: String = "attempt",
    isToServer: Bool = true
  ) -> Event {
    number += 1
    var identity = SignatureIdentity()
    identity.id = identifier
    identity.message = message
    if !tactic.isEmpty {
      identity.metadata = [
        ("mitre_tactic_id", tactic), ("mitre_technique_id", "T1190"), ("attack_outcome", outcome),
        ("confidence", "High"),
      ]
    }
    var alert = AlertEvent(
      order: EventOrder(packet: number, flow: number, sequence: 1),
      timeNanoseconds: (begin + Int64(number)) * 1_000_000_000,
      endpoints: Endpoints(
        source: IPAddress(source) ?? IPAddress(v4: 0),
        destination: IPAddress(destination) ?? IPAddress(v4: 0),
        sourcePort: 40_000, destinationPort: 80, ipProtocol: 6),
      isToServer: isToServer, signature: identity, action: .alert, line: Array("{\"n\":\(number)}\n".utf8))
    alert.subject = subject
    return .alert(alert)
  }

  func flow(client: String = "10.31.4.20", protocolName: String = "http") -> Event {
    number += 1
    let now = (begin + Int64(number)) * 1_000_000_000
    return .flow(
      FlowEvent(
        order: EventOrder(packet: number, flow: number, sequence: 1), startNanoseconds: now,
        endNanoseconds: now + 5_000_000,
        endpoints: Endpoints(
          source: IPAddress(client) ?? IPAddress(v4: 0),
          destination: IPAddress("198.51.100.9") ?? IPAddress(v4: 0),
          sourcePort: 50_000, destinationPort: 443, ipProtocol: 6), packetsToServer: 3, packetsToClient: 2,
        bytesToServer: 300, bytesToClient: 200, applicationProtocol: protocolName, state: "closed",
        hasAlerted: false, line: []))
  }
}
