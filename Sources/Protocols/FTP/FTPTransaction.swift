import Wire

/// A request to an FTP server and its replies; the server's greeting is one without a request.
package final class FTPTransaction: Transaction {
  /// Steps of both directions: a request is over with its line, its replies with the final one.
  enum Progress {
    static let started: UInt8 = 0
    static let complete: UInt8 = 1
  }

  /// A client asked; the server's greeting and what it says by itself are no replies.
  package internal(set) var isRequest = false
  /// The command's word in capitals, if it is known.
  package internal(set) var command: [UInt8]?
  /// What stands behind it.
  package internal(set) var argument: [UInt8] = []
  package internal(set) var isCommandCut = false
  /// Codes and texts of the replies, line by line; a line without a code is shown whole.
  package internal(set) var codes: [[UInt8]] = []
  package internal(set) var replies: [[UInt8]] = []
  private var replyBytes = 0
  package internal(set) var isReplyCut = false
  /// The final reply has come.
  package internal(set) var isAnswered = false
  /// Port of a data connection that the request proposes.
  var proposedPort: UInt16?
  /// Port of the data connection that was agreed on: known with the reply, whatever that is.
  package internal(set) var dataPort: UInt16?
  /// The server connects to the client.
  package internal(set) var isActive = false
  /// PORT names another host than the client itself.
  package internal(set) var isBounce = false

  init(number: UInt64) {
    super.init(number: number, completeFrom: Pair(both: Progress.complete))
  }

  /// The command agrees on a data connection: its mode is shown.
  package var hasMode: Bool {
    guard let command else { return false }
    return ["PORT", "EPRT", "PASV", "EPSV"].contains { command.elementsEqual($0.utf8) }
  }

  func raise(_ event: FTPEvent) {
    if !events.contains(event.rawValue) { events.append(event.rawValue) }
    revision &+= 1
  }

  /// Keeps a line of a reply, as far as there is room.
  func add(code: [UInt8]?, text: RawSpan) {
    revision &+= 1
    guard replies.count < FTPLimits.replyLines, replyBytes &+ text.byteCount <= FTPLimits.replyBytes else {
      return
    }
    replyBytes &+= text.byteCount
    replies.append(text.copied())
    if let code { codes.append(code) }
  }

  func complete() {
    isAnswered = true
    if let proposedPort { dataPort = proposedPort }
    progress = Pair(both: Progress.complete)
    revision &+= 1
  }
}

/// Events of FTP, in the order of their numbers.
package enum FTPEvent: UInt8, Sendable, CaseIterable {
  case requestTooLong, responseTooLong, tooManyTransactions, fileBeforePort, fileWithoutName

  /// Name in rules.
  var name: String {
    switch self {
    case .requestTooLong: "request_command_too_long"
    case .responseTooLong: "response_command_too_long"
    case .tooManyTransactions: "too_many_transactions"
    case .fileBeforePort: "file_before_port"
    case .fileWithoutName: "file_without_name"
    }
  }
}

/// `app-layer.protocols.ftp` of the configuration.
package struct FTPSettings: Sendable {
  /// `max-tx`: open requests from which on it is an event.
  package var transactionsMax = 1024
  /// `max-line-length`: bytes of a request or a line of a reply that are read.
  package var lineBytesMax = 4096

  package init() {}
}

/// Bounds of what an FTP flow may make the parser keep.
enum FTPLimits {
  /// Lines of the replies to one request, and the bytes of all: banners and help texts fit.
  static let replyLines = 1024
  static let replyBytes = 64 * 1024
  /// Bytes of a transferred file that are kept for detection.
  static let fileBytes = 1 << 20
}
