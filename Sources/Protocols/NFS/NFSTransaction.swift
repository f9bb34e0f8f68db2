import Wire

/// What all transactions of a flow share.
final class NFSConnection {
  /// Version that records tell: that of the first request or reply.
  var version: UInt32 = 0
}

/// A call and its reply, or all calls that read or write a file.
package final class NFSTransaction: Transaction {
  private let connection: NFSConnection
  package internal(set) var identifier: UInt32 = 0
  package internal(set) var procedure: UInt32 = 0
  package internal(set) var version: UInt32 = 0
  package internal(set) var name: [UInt8] = []
  package internal(set) var handle: [UInt8] = []
  /// Kind of the credentials, and what they say: machine, user, group.
  package internal(set) var credentialKind: UInt32 = 0
  package internal(set) var machine: [UInt8] = []
  package internal(set) var user: UInt32 = 0
  package internal(set) var group: UInt32 = 0
  /// State of the reply, and status of the results.
  package internal(set) var replyState: UInt32 = 0
  package internal(set) var status: UInt32 = 0
  package internal(set) var isFirst = false
  package internal(set) var isLast = false
  /// RENAME: the new name.
  package internal(set) var newName: [UInt8] = []
  package internal(set) var transfer: NFSTransfer?

  init(number: UInt64, _ connection: NFSConnection, _ clock: PacketClock) {
    self.connection = connection
    super.init(number: number, completeFrom: Pair(both: 1))
    startNanoseconds = clock.nanoseconds
  }

  /// Version of the connection.
  package var connectionVersion: UInt32 { connection.version }
  /// Numbers that rules can ask for.
  package var procedures: [UInt32] {
    transfer?.isCommitted == true ? [procedure, NFSProcedure3.commit] : [procedure]
  }

  func raise(_ event: NFSEvent) {
    if events.count < 255 { events.append(event.rawValue) }
    revision &+= 1
  }

  /// A direction has come to its end.
  func finish(_ direction: Direction) {
    progress[direction] = 1
    revision &+= 1
  }

  func finish() {
    finish(.toServer)
    finish(.toClient)
  }
}

/// A file that is read or written.
package final class NFSTransfer {
  let direction: Direction
  var isClosed = false
  /// A COMMIT came.
  var isCommitted = false
  package internal(set) var chunks: UInt32 = 0
  /// Number of the last call.
  package internal(set) var lastIdentifier: UInt32 = 0
  /// When it is given up, after bytes were lost.
  var deadline: Int64?
  var file: NFSFile?

  init(_ direction: Direction) {
    self.direction = direction
  }
}

/// Numbers of procedures of version 3 (RFC 1813 §3).
enum NFSProcedure3 {
  static let getAttributes: UInt32 = 1
  static let lookup: UInt32 = 3
  static let access: UInt32 = 4
  static let read: UInt32 = 6
  static let write: UInt32 = 7
  static let create: UInt32 = 8
  static let makeFolder: UInt32 = 9
  static let remove: UInt32 = 12
  static let removeFolder: UInt32 = 13
  static let rename: UInt32 = 14
  static let listWithHandles: UInt32 = 17
  static let commit: UInt32 = 21
}
