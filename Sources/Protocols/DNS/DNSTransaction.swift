package import Wire

/// One DNS message: requests and responses are transactions of their own, as in Suricata 8.
package final class DNSTransaction: Transaction {
  package let message: DNSMessage
  package let direction: Direction

  /// The message answers another.
  package var isResponse: Bool { message.isResponse }
  /// The message asks for something.
  package var hasQuestions: Bool { message.questionCount > 0 }

  init(_ message: consuming DNSMessage, number: UInt64, direction: Direction) {
    self.message = message
    self.direction = direction
    super.init(number: number, completeFrom: Pair(both: 0))
    onlyDirection = direction
    progress = Pair(both: 1)
    revision = 1
  }

  /// Names of a section's records, up to one that is the root's: as in the reference, an empty name ends the
  /// list.
  func names(_ section: DNSMessage.Section) -> FieldValue {
    var result: [[UInt8]] = []
    for place in message.places(section) {
      let name = message.name(message.record(at: place))
      if name.isEmpty { break }
      result.append(name)
    }
    return result.isEmpty ? .none : .list(result)
  }

  /// All names of a response: of its records, and the names in their data, each section up to a record whose
  /// name is the root's.
  func responseNames() -> FieldValue {
    guard message.isResponse else { return .none }
    var result: [[UInt8]] = []
    for section in [message.questions, message.answers, message.authorities, message.additionals] {
      for record in section {
        let name = message.name(record)
        if name.isEmpty { break }
        result.append(name)
        if let inner = dataName(record), !inner.isEmpty { result.append(inner) }
      }
    }
    return result.isEmpty ? .none : .list(result)
  }

  /// The name in a record's data; questions have none.
  private func dataName(_ record: DNSRecord) -> [UInt8]? {
    guard record.dataLength > 0 else { return nil }
    return switch message.data(record) {
    case .name(let name, _): name
    case .soa(let soa): soa.primary
    default: nil
    }
  }
}
