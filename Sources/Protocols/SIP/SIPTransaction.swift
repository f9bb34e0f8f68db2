import Wire

/// One SIP message: requests and responses are transactions of their own, as in the reference.
package final class SIPTransaction: Transaction {
  /// Steps of the message's direction.
  enum Progress {
    /// First line and headers are known.
    static let headers: UInt8 = 0
    /// The body as well.
    static let complete: UInt8 = 1
  }

  package let message: SIPMessage
  /// What the body says about a session, once it is whole.
  package private(set) var session: SessionDescription?

  init(_ message: SIPMessage, number: UInt64, _ direction: Direction) {
    self.message = message
    super.init(number: number, completeFrom: Pair(both: Progress.complete))
    onlyDirection = direction
    revision = 1
  }

  /// The body has come to its end; what is given of it is its beginning.
  func complete(body: RawSpan) {
    session = SessionDescription(body)
    progress = Pair(both: Progress.complete)
    revision &+= 1
  }
}
