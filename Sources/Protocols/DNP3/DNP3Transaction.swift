import Wire

/// A message of DNP3: a request or a response, put together from the segments of its transport (IEEE
/// 1815-2012 §4, §8 and §9).
package final class DNP3Transaction: Transaction {
  /// What the first frame says: the link layer's and the application's headers.
  package struct Header: Sendable {
    package let length: UInt8
    package let control: UInt8
    package let destination: UInt16
    package let source: UInt16
    package let checksum: UInt16
    package let applicationControl: UInt8
    package let function: UInt8
    /// Internal indications of a response.
    package let indications: UInt16
  }

  package let isRequest: Bool
  /// Nil where it only carries what was wrong with a frame.
  package let header: Header?
  /// The transport's header of the last segment.
  package internal(set) var transport: UInt8
  /// The application's message, as far as it has come.
  let message = Body()
  package internal(set) var objects: [DNP3Object] = []
  /// Nothing more comes of it.
  package private(set) var isDone = false
  /// All objects could be read.
  package internal(set) var isWhole = false

  /// The application's message.
  package var bytes: [UInt8] { message.bytes }

  init(number: UInt64, isRequest: Bool, _ header: Header?, transport: UInt8, _ clock: PacketClock) {
    self.isRequest = isRequest
    self.header = header
    self.transport = transport
    super.init(number: number, completeFrom: Pair(both: 1))
    onlyDirection = isRequest ? .toServer : .toClient
    startNanoseconds = clock.nanoseconds
    revision = 1
  }

  func raise(_ event: DNP3Event) {
    guard events.count < DNP3Limits.events else { return }
    events.append(event.rawValue)
    revision &+= 1
  }

  /// Takes a segment's part of the message.
  func append(_ block: RawSpan) { message.append(block, bytesMax: 0) }

  func noteGrown() { noteBody(isRequest ? .toServer : .toClient, isDue: true) }

  /// Nothing more comes of it.
  func finish() {
    isDone = true
    leave()
  }

  /// Nobody waits for what is missing of it.
  func leave() {
    message.isComplete = true
    progress = Pair(both: 1)
    revision &+= 1
  }
}
