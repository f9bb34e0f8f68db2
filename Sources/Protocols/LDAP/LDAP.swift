import Wire

/// LDAP (RFC 4511) over TCP and UDP: the protocol's entry in the catalogue.
package enum LDAP {
  static let entry = ApplicationProtocol(
    name: "ldap", transports: [.tcp, .udp], ports: [389, 3268],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: LDAPEvent.allCases.map(\.name), fields: fields, frames: LDAPFrame.names,
    probe: { recognise($0, $1, $2) },
    makeSession: { LDAPSession($0.ldap, isStream: true) },
    makeDatagramSession: { LDAPSession($0.ldap, isStream: false) })

  /// Says whether a message begins here, and who sends it; a datagram has all of it.
  private static func recognise(
    _ bytes: RawSpan, _ direction: Direction, _ transport: ApplicationProtocol.Transport
  ) -> Recognition {
    if bytes.byteCount > 0, bytes[0] != LDAPHeader.tag { return .no }
    do throws(ParseFailure) {
      let header = try LDAPHeader(bytes)
      guard let code = header.code, LDAPOperation.names[code] != nil else { return .no }
      if transport == .udp { _ = try LDAPMessage(bytes.part(0, header.byteCount), header) }
      let isRequest = LDAPOperation.isRequest(code)
      return isRequest == (direction == .toServer) ? .yes : .yesReversed
    } catch {
      return error.reason == .truncated && transport == .tcp ? .needsMore : .no
    }
  }
}

/// Frames of LDAP (rules: `frame:ldap.pdu`).
enum LDAPFrame: String, FrameKind {
  /// A message; a request in a datagram is the datagram.
  case pdu
}

/// Events of LDAP, in the order of their numbers.
enum LDAPEvent: UInt8, CaseIterable {
  case tooManyTransactions, invalidData, requestNotFound, incompleteData, tooManyResponses

  /// Name in rules.
  var name: String {
    switch self {
    case .tooManyTransactions: "too_many_transactions"
    case .invalidData: "invalid_data"
    case .requestNotFound: "request_not_found"
    case .incompleteData: "incomplete_data"
    case .tooManyResponses: "too_many_responses"
    }
  }
}

/// `app-layer.protocols.ldap` of the configuration.
package struct LDAPSettings: Sendable {
  /// `max-tx`: open requests of a flow; more end the oldest.
  package var transactionsMax = 256
  /// `max-responses`: responses kept to one request.
  package var responsesMax = 1024

  package init() {}
}

/// Bounds of what an LDAP flow may make the parser keep.
enum LDAPLimits {
  /// Bytes of a message that is read; a larger one is stepped over and counts as what its first bytes say.
  static let messageBytes = 128 * 1024
  /// Bytes of the responses to one request that are kept with all that they say.
  static let responseBytes = 1 << 20
  /// Attributes, values and changes kept of a message.
  static let elements = 4096
}

/// A request and the responses to it.
package final class LDAPTransaction: Transaction {
  package let request: LDAPMessage?
  package private(set) var responses: [LDAPMessage] = []
  private var responseBytes = 0

  init(_ request: LDAPMessage?, number: UInt64) {
    self.request = request
    super.init(number: number, completeFrom: Pair(both: 1))
    revision = 1
  }

  var isComplete: Bool { progress.toServer > 0 }

  /// Keeps a response, as far as there is room; false where there are too many.
  func add(_ response: LDAPMessage, byteCount: Int, max: Int) -> Bool {
    revision &+= 1
    guard responses.count < max else { return false }
    responseBytes &+= byteCount
    responses.append(responseBytes <= LDAPLimits.responseBytes ? response : response.cut)
    return true
  }

  func raise(_ event: LDAPEvent) {
    if !events.contains(event.rawValue) { events.append(event.rawValue) }
    revision &+= 1
  }

  func complete() {
    progress = Pair(both: 1)
    revision &+= 1
  }
}
