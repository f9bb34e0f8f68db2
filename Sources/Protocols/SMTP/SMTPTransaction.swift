import Wire

/// A mail transaction (RFC 5321 §3.3): from the greeting or the end of the one before to the reply to the
/// message, or whatever ends it.
package final class SMTPTransaction: Transaction {
  /// Steps of a transaction, the same in both directions once the server has said something. The reference
  /// knows three of them; those between let rules on a field wait until it is whole.
  package enum Progress {
    package static let started: UInt8 = 0
    package static let greeted: UInt8 = 1
    package static let hasSender: UInt8 = 2
    package static let hasRecipients: UInt8 = 3
    package static let data: UInt8 = 4
    package static let headers: UInt8 = 5
    package static let ended: UInt8 = 6
    package static let complete: UInt8 = 7

    /// Names of the steps, as rule hooks have them: the client is done with its message before the server.
    static let requestNames = names("request", steps: [3, 3, 2])
    static let responseNames = names("response", steps: [4, 3, 1])

    private static func names(_ side: String, steps: [Int]) -> [String] {
      zip(["started", "data", "complete"], steps).flatMap { name, count in
        [String](repeating: "\(side)_\(name)", count: count)
      }
    }
  }

  /// Name that the client gives itself; of the session, shown with each of its messages.
  package internal(set) var greeting: [UInt8]?
  package internal(set) var sender: [UInt8]?
  package internal(set) var recipients: [[UInt8]] = []
  private var recipientBytes = 0
  private var isAnswered = false
  /// The message, from the command DATA on.
  package internal(set) var message: MIMEMessage?
  /// The message is one file as a whole.
  var whole: TransferredFile?

  init(number: UInt64) {
    super.init(number: number, completeFrom: Pair(both: Progress.complete))
    state.waitsForResponse = true
  }

  /// Raises an event. Each time counts, up to a bound.
  func raise(_ event: SMTPEvent) {
    revision &+= 1
    if events.count < SMTPLimits.events { events.append(event.rawValue) }
  }

  func advance(to step: UInt8) {
    revision &+= 1
    guard step > progress.toServer else { return }
    progress.toServer = step
    if isAnswered || step >= Progress.data { progress.toClient = step }
  }

  /// The server has answered something.
  func noteReply() {
    isAnswered = true
    progress.toClient = progress.toServer
    revision &+= 1
  }

  /// Keeps a recipient, as far as there is room.
  func addRecipient(_ address: RawSpan) {
    guard recipients.count < SMTPLimits.recipients,
      recipientBytes &+ address.byteCount <= SMTPLimits.recipientBytes
    else { return }
    recipientBytes &+= address.byteCount
    recipients.append(address.copied())
  }

  var isComplete: Bool { progress.toServer >= Progress.complete }
}
