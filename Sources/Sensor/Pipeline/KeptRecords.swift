import Events
import Protocols
import Wire

/// Which records go to the correlator besides alerts and flows, as the lines of the first EVE output.
struct KeptRecords: Sendable {
  /// Whether each protocol's records are kept, by its position in the catalogue.
  private var protocols: [Bool] = []
  private(set) var keepsFiles = false
  /// Lines of flows are kept too.
  let keepsFlowLines: Bool
  /// Protocols whose records show names, certificates or accounts.
  private static let telling: Set<String> = [
    "dns", "tls", "smb", "krb5", "ldap", "mqtt", "pgsql", "rdp", "smtp", "ftp",
  ]

  init() { keepsFlowLines = false }

  /// Those that show what ties flows; with `all`, every record, as rules look into them.
  init(all: Bool) {
    protocols = ProtocolCatalogue.all.map { all || Self.telling.contains($0.name) }
    keepsFiles = true
    keepsFlowLines = all
  }

  func keeps(_ protocolIndex: Int?) -> Bool {
    guard let protocolIndex, protocols.indices.contains(protocolIndex) else { return false }
    return protocols[protocolIndex]
  }
}

extension Worker {
  /// Keeps the latest line as a record for the correlator, where it is that of an EVE output.
  mutating func keepRecord(_ order: EventOrder, _ output: Int, _ subject: EventSubject) {
    guard output == eveOutput, let entry = buffer.entries.last else { return }
    let record = RecordEvent(
      order: order, timeNanoseconds: subject.packet.timeNanoseconds, type: "",
      line: Array(buffer.bytes[entry.start..<entry.end]))
    buffer.structured.append(EventBuffer.Structured(order: order, event: .record(record), match: -1))
  }

  /// Position of the first output that writes EVE.
  var eveOutput: Int? { context.kept.keepsFiles ? encoders.firstIndex { $0.settings.format == .eve } : nil }
}
