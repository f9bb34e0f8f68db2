import Wire

/// A request and what the server says to it, up to its next readiness; or what it says of its own.
package final class PostgreSQLTransaction: Transaction {
  /// What the client asks for.
  package enum Request: Sendable {
    case encryption
    case start(version: UInt32, parameters: [Parameter])
    case cancel(process: UInt32, key: UInt32)
    case password([UInt8])
    case mechanism(name: [UInt8], response: [UInt8])
    case mechanismResponse([UInt8])
    case query([UInt8])
    /// Rows that come behind COPY.
    case copy
    case termination
  }

  /// One message of the server. Rows and copied data are only counted, where the first of them stands.
  package enum Response: Sendable {
    case encryption(Bool)
    case login(kind: UInt32, data: [UInt8])
    case parameter(Parameter)
    case key(process: UInt32, key: UInt32)
    case columns(UInt16)
    case rows
    case copyIn(columns: UInt16)
    case copyOut(columns: UInt16)
    case copied
    case copyDone
    case completion([UInt8])
    /// An error or a notice: letters of its fields, and their texts.
    case failure([(letter: UInt8, text: [UInt8])])
  }

  /// A name and its value.
  package struct Parameter: Sendable {
    package let name: [UInt8]
    package let value: [UInt8]
  }

  package internal(set) var request: Request?
  package private(set) var responses: [Response] = []
  /// Rows of the response, or copied either way, and the bytes of their values.
  package private(set) var rows: UInt64 = 0
  package private(set) var rowBytes: UInt64 = 0
  /// The client has ended a COPY.
  package internal(set) var isCopyDone = false
  /// Why the client gives a COPY up.
  package internal(set) var copyFailure: [UInt8]?

  init(number: UInt64, _ clock: PacketClock) {
    super.init(number: number, completeFrom: Pair(both: 1))
    startNanoseconds = clock.nanoseconds
  }

  func raise(_ event: PostgreSQLEvent) {
    events.append(event.rawValue)
    revision &+= 1
  }

  func add(_ response: Response) {
    guard responses.count < PostgreSQLLimits.responses else { return }
    responses.append(response)
    revision &+= 1
  }

  /// Counts a row whose values have `count` bytes.
  func countRow(_ count: Int) {
    rows &+= 1
    rowBytes &+= UInt64(max(count, 0))
  }

  /// Nothing more comes of a direction.
  func complete(_ direction: Direction) {
    progress[direction] = 1
    revision &+= 1
  }

  func complete() {
    complete(.toServer)
    complete(.toClient)
  }
}
