package import Wire

/// One DNS message: requests and responses are transactions of their own, as in Suricata 8.
package final class DNSTransaction: Transaction {
  package let message: DNSMessage
  package let direction: Direction

  init(_ message: DNSMessage, number: UInt64, direction: Direction) {
    self.message = message
    self.direction = direction
    super.init(number: number, completeFrom: Pair(both: 0))
    onlyDirection = direction
    progress = Pair(both: 1)
    revision = 1
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
