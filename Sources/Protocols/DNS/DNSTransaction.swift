package import Wire

/// Requests of a flow whose event a rule has not written: their responses are transactions of their own and
/// are not written either.
final class SilencedRequests {
  private var identifiers: [UInt16] = []

  /// Requests remembered: those without response would stay for ever.
  private static let countMax = 64

  func insert(_ identifier: UInt16) {
    if identifiers.count >= Self.countMax { identifiers.removeFirst() }
    identifiers.append(identifier)
  }

  /// Whether a response's request is among them, which ends with it.
  func take(_ identifier: UInt16) -> Bool {
    guard let place = identifiers.firstIndex(of: identifier) else { return false }
    identifiers.remove(at: place)
    return true
  }
}

/// One DNS message: requests and responses are transactions of their own, as in Suricata 8.
package final class DNSTransaction: Transaction {
  package let message: DNSMessage
  package let direction: Direction
  /// Requests of the flow whose event is not written.
  private let silenced: SilencedRequests?

  init(_ message: DNSMessage, number: UInt64, direction: Direction, silenced: SilencedRequests? = nil) {
    self.message = message
    self.direction = direction
    self.silenced = silenced
    super.init(number: number, completeFrom: Pair(both: 0))
    onlyDirection = direction
    progress = Pair(both: 1)
    revision = 1
  }

  package override func disableLogging() {
    super.disableLogging()
    if !message.isResponse { silenced?.insert(message.identifier) }
  }

  /// Names of all records of a section.
  func names(_ records: ArraySlice<DNSRecord>) -> FieldValue {
    guard !records.isEmpty else { return .none }
    return .list(records.map(message.name))
  }

  /// All names of a response: of its records, and the names in their data.
  func responseNames() -> FieldValue {
    guard message.isResponse else { return .none }
    var result: [[UInt8]] = []
    for record in message.records {
      result.append(message.name(record))
    }
    for record in message.records.dropFirst(message.questionCount) {
      switch message.data(record) {
      case .name(let name, _): result.append(name)
      case .soa(let soa): result.append(soa.primary)
      case .service(let service): result.append(service.target)
      default: break
      }
    }
    return result.isEmpty ? .none : .list(result)
  }
}
