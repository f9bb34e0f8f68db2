import Wire

/// POP3 (RFC 1939): the protocol's entry in the catalogue.
enum POP3 {
  static let entry = ApplicationProtocol(
    name: "pop3", transports: [.tcp], ports: [110],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: POP3Event.allCases.map(\.name), fields: [],
    // Other servers say "+OK", too: the port must be one of POP3.
    probe: { bytes, direction, transport in
      direction == .toClient ? greeting(bytes) : RecognisedProbes.popCommand(bytes, direction, transport)
    },
    makeSession: { POP3Session($0.pop3) })

  private static func greeting(_ bytes: RawSpan) -> Recognition {
    for (index, byte) in "+OK".utf8.enumerated() {
      guard index < bytes.byteCount else { return .needsMore }
      guard bytes[index] == byte else { return .no }
    }
    return .yes
  }
}

/// Events of POP3, in the order of their numbers.
package enum POP3Event: UInt8, Sendable, CaseIterable {
  case tooManyTransactions, requestTooLong, incorrectArgumentCount, unknownCommand, responseTooLong

  /// Name in rules.
  var name: String {
    switch self {
    case .tooManyTransactions: "too_many_transactions"
    case .requestTooLong: "request_too_long"
    case .incorrectArgumentCount: "incorrect_argument_count"
    case .unknownCommand: "unknown_command"
    case .responseTooLong: "response_too_long"
    }
  }
}

/// `app-layer.protocols.pop3` of the configuration.
package struct POP3Settings: Sendable {
  /// `max-tx`: open requests from which on it is an event.
  package var transactionsMax = 256

  package init() {}
}

/// Bounds of what a POP3 flow may make the parser keep.
enum POP3Limits {
  /// Bytes of a line: RFC 2449 §4 allows 255 and 512.
  static let lineBytes = 4096
  /// Lines of a reply, and the bytes of all: lists of large mailboxes fit.
  static let replyLines = 8192
  static let replyBytes = 256 * 1024
}

/// A request and its reply; the server's greeting is one without a request.
package final class POP3Transaction: Transaction {
  /// The request's word as it was sent.
  package internal(set) var command: [UInt8]?
  package internal(set) var arguments: [[UInt8]] = []
  /// The reply, once its first line has come; a message that is fetched is none.
  package internal(set) var reply: Reply?
  private var replyBytes = 0

  /// What the server answers.
  package struct Reply: Sendable {
    package let isSuccess: Bool
    package let header: [UInt8]
    package internal(set) var lines: [[UInt8]] = []
  }

  init(number: UInt64) {
    super.init(number: number, completeFrom: Pair(both: 1))
  }

  func raise(_ event: POP3Event) {
    if !events.contains(event.rawValue) { events.append(event.rawValue) }
    revision &+= 1
  }

  /// Keeps a line of the reply, as far as there is room.
  func add(_ line: RawSpan) {
    revision &+= 1
    guard let reply, reply.lines.count < POP3Limits.replyLines,
      replyBytes &+ line.byteCount <= POP3Limits.replyBytes
    else { return }
    replyBytes &+= line.byteCount
    self.reply?.lines.append(line.copied())
  }

  func complete() {
    progress = Pair(both: 1)
    revision &+= 1
  }
}
