import Detection
import Events
import Wire

/// Makes alerts for tests, one packet after the other.
struct AlertMaker {
  private var number: UInt64 = 0
  /// 2026-11-20T01:00:00Z.
  private let begin: Int64 = 1_795_136_400

  mutating func alert(
    _ identifier: UInt32, from source: String, to destination: String, atSecond second: Int64,
    tactic: String = "", outcome: String = "attempt", confidence: String = "High", classType: String = "",
    isToServer: Bool = true
  ) -> AlertEvent {
    number += 1
    var identity = SignatureIdentity()
    identity.id = identifier
    identity.message = "rule \(identifier)"
    identity.classType = classType
    if !tactic.isEmpty {
      identity.metadata = [
        ("mitre_tactic_id", tactic), ("mitre_technique_id", "T1190"), ("attack_outcome", outcome),
        ("confidence", confidence),
      ]
    }
    return AlertEvent(
      order: EventOrder(packet: number, flow: number, sequence: 1),
      timeNanoseconds: (begin + second) * 1_000_000_000,
      endpoints: Endpoints(
        source: IPAddress(source) ?? IPAddress(v4: 0),
        destination: IPAddress(destination) ?? IPAddress(v4: 0),
        sourcePort: 40_000, destinationPort: 80, ipProtocol: 6),
      isToServer: isToServer, signature: identity, action: .alert, line: [])
  }
}
