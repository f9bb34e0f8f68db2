package import Wire

/// Requests of a flow whose event a rule has not written: their responses are transactions of their own and
/// are not written either.
final class SilencedRequests {
  private var identifiers: [UInt16] = []
  /// Nothing is remembered: what most messages find.
  private var isEmpty = true

  /// Requests remembered: those without response would stay for ever.
  private static let countMax = 64

  func insert(_ identifier: UInt16) {
    if identifiers.count >= Self.countMax { identifiers.removeFirst() }
    identifiers.append(identifier)
    isEmpty = false
  }

  /// Whether a response's request is among them, which ends with it.
  func take(_ identifier: UInt16) -> Bool {
    if isEmpty { return false }
    guard let place = identifiers.firstIndex(of: identifier) else { return false }
    identifiers.remove(at: place)
    isEmpty = identifiers.isEmpty
    return true
  }
}

/// One DNS message: requests and responses are transactions of their own, as in Suricata 8.
package final class DNSTransaction: Transaction {
  package let message: DNSMessage
  package let direction: Direction
  /// Requests of the flow whose event is not written.
  private let silenced: SilencedRequests?

  /// The message answers another.
  package var isResponse: Bool { message.isResponse }
  /// The message asks for something.
  package var hasQuestions: Bool { message.questionCount > 0 }

  init(
    _ message: consuming DNSMessage, number: UInt64, direction: Direction, silenced: SilencedRequests? = nil
  ) {
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
