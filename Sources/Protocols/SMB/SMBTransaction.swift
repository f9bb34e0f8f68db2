import Wire

/// How a command ended: a status of NT, or class and code of DOS.
package enum SMBStatus: Sendable, Equatable {
  case nt(UInt32)
  case dos(kind: UInt8, code: UInt16)

  /// It succeeded, or will go on.
  var isSuccess: Bool { self == .nt(0) || self == .dos(kind: 0, code: 0) }
}

/// The dialect that client and server speak.
package enum SMBDialect: Sendable, Equatable {
  case unknown
  /// By its name (SMB 1).
  case named([UInt8])
  /// By its number (SMB 2 and 3): 0x0302 is 3.02.
  case numbered(UInt16)
}

/// A negotiation of the dialect.
package final class SMBNegotiation {
  package internal(set) var dialects: [SMBDialect] = []
  package internal(set) var client: [UInt8]?
  package internal(set) var server: [UInt8]?
  package internal(set) var readBytesMax: UInt32?
  package internal(set) var writeBytesMax: UInt32?
}

/// A logon, with what the client tells of itself.
package final class SMBSessionSetup {
  package internal(set) var ntlmssp: NTLMSSPAuthentication?
  package internal(set) var kerberos: KerberosService?
  /// Operating system and program, of SMB 1.
  package internal(set) var request: (system: [UInt8], manager: [UInt8])?
  package internal(set) var response: (system: [UInt8], manager: [UInt8])?
}

/// A share or the named pipes being connected to.
package final class SMBTreeConnect {
  package internal(set) var name: [UInt8] = []
  package internal(set) var isPipe = false
  /// Number of the kind of share, of SMB 2.
  package internal(set) var type: UInt8?
  /// Kind of share asked for and answered, of SMB 1.
  package internal(set) var requestedService: [UInt8]?
  package internal(set) var service: [UInt8]?
}

/// A file or pipe being opened.
package final class SMBCreate {
  package internal(set) var name: [UInt8] = []
  package internal(set) var disposition: UInt32 = 0
  package internal(set) var options: UInt32 = 0
  /// Created, accessed, modified, changed: in the units of the wire.
  package internal(set) var times: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  package internal(set) var size: UInt64 = 0
  package internal(set) var handle: SMBHandle?
}

/// A file being read or written, over all commands that do so.
package struct SMBTransfer: Sendable {
  package let name: [UInt8]
  package let share: [UInt8]
  package let handle: SMBHandle
}

/// A change of what is known of a file: its name, or that it goes when it is closed.
package final class SMBFileChange {
  package internal(set) var name: [UInt8] = []
  package internal(set) var newName: [UInt8]?
  package internal(set) var isDeleted = false
  /// Subcommand and level, of SMB 1.
  package internal(set) var subcommand: UInt16?
  package internal(set) var level: UInt16 = 0
  package internal(set) var handle: SMBHandle?
}

/// A command and its response, a call over a named pipe, or a file being read or written.
package final class SMBTransaction: Transaction {
  /// What the command is about.
  package enum Detail {
    case none
    case negotiation(SMBNegotiation)
    case setup(SMBSessionSetup)
    case tree(SMBTreeConnect)
    case create(SMBCreate)
    case transfer(SMBTransfer)
    /// Number of a device's function.
    case control(UInt32)
    case call(DCERPCCall)
    case change(SMBFileChange)
  }

  /// 1, or 2 for all later versions.
  package let version: UInt8
  package let command: UInt16
  package internal(set) var session: UInt64 = 0
  package internal(set) var tree: UInt32 = 0
  package internal(set) var status: SMBStatus?
  package internal(set) var detail = Detail.none
  /// What request and response have in common; nil: the transaction is not one pair of them.
  let key: UInt64?
  private let connection: SMBConnection

  init(
    number: UInt64, version: UInt8, command: UInt16, key: UInt64?, _ connection: SMBConnection,
    _ clock: PacketClock
  ) {
    self.version = version
    self.command = command
    self.key = key
    self.connection = connection
    super.init(number: number, completeFrom: Pair(both: 1))
    startNanoseconds = clock.nanoseconds
  }

  /// The dialect spoken by now.
  package var dialect: SMBDialect { connection.dialect }

  /// The call over a named pipe, if it is one.
  package var call: DCERPCCall? {
    if case .call(let call) = detail { call } else { nil }
  }

  /// The direction has come to its end.
  func finish(_ direction: Direction) {
    guard progress[direction] == 0 else { return }
    progress[direction] = 1
    revision &+= 1
  }

  func raise(_ event: SMBEvent) {
    guard !events.contains(event.rawValue) else { return }
    events.append(event.rawValue)
    revision &+= 1
  }
}
