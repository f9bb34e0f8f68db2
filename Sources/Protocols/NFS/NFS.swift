import Wire

/// NFS 2, 3 and 4 (RFC 1094, RFC 1813, RFC 7530, RFC 8881) in ONC RPC (RFC 5531): the protocol's entry in the
/// catalogue.
enum NFS {
  static let entry = ApplicationProtocol(
    name: "nfs", transports: [.tcp, .udp], ports: [2049],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: NFSEvent.allCases.map(\.name), fields: fields, frames: NFSFrame.names,
    // Numbers of programs are few: the port must be the one of NFS.
    probe: { bytes, direction, transport in
      transport == .udp ? RPCMessage.probeDatagram(bytes, direction) : probeStream(bytes, direction)
    },
    makeSession: { NFSSession($0, isStream: true) }, makeDatagramSession: { NFSSession($0, isStream: false) })

  /// A stream that was picked up in its midst may have begun the other way.
  private static func probeStream(_ bytes: RawSpan, _ direction: Direction) -> Recognition {
    let told = RPCMessage.probe(bytes, direction)
    guard told == .no, bytes.byteCount >= 12 else { return told }
    let other: Direction = bytes.u32(8) == 0 ? .toServer : .toClient
    guard other != direction else { return .no }
    let reversed = RPCMessage.probe(bytes, other)
    return reversed == .yes ? .yesReversed : reversed
  }

  private static let atOnce = Pair<UInt8>(both: 0)

  private static let fields: [Field] = [
    Field(
      keyword: "nfs_procedure", .number, .toServer, progress: atOnce, source: "RFC 1813 §3",
      "Number of a procedure, or of an operation of version 4.", example: "nfs_procedure:17;",
      of: NFSTransaction.self
    ) { transaction, _ in .numbers(transaction.procedures.map(Int64.init)) }.growing,
    Field(
      keyword: "nfs.version", aliases: ["nfs_version"], .number, .toServer, progress: atOnce,
      source: "RFC 5531 §9", "Version of a request.", example: "nfs.version:3;", of: NFSTransaction.self
    ) { transaction, _ in .number(Int64(transaction.version)) },
  ]
}

/// Frames of NFS (rules: `frame:nfs.rpc.pdu`).
enum NFSFrame: String, FrameKind {
  /// A message; of a reply, its head and the rest; of a call, who calls.
  case pdu = "rpc.pdu"
  case header = "rpc.hdr"
  case data = "rpc.data"
  case credentials = "rpc.creds"
  /// Arguments or results; the status of results.
  case content = "nfs.pdu"
  case status = "nfs.status"
  /// The same of version 4, their head, and the operations.
  case content4 = "nfs4.pdu"
  case header4 = "nfs4.hdr"
  case operations4 = "nfs4.ops"
  case status4 = "nfs4.status"
}

/// Events of NFS, in the order of their numbers.
package enum NFSEvent: UInt8, Sendable, CaseIterable {
  case malformedData, nonExistingVersion, unsupportedVersion, tooManyTransactions
  case readQueueSizeExceeded, readQueueCountExceeded, writeQueueSizeExceeded, writeQueueCountExceeded
  case writeRequestTooLarge, readResponseTooLarge, truncatedFileData

  /// Name in rules.
  var name: String {
    switch self {
    case .malformedData: "malformed_data"
    case .nonExistingVersion: "non_existing_version"
    case .unsupportedVersion: "unsupported_version"
    case .tooManyTransactions: "too_many_transactions"
    case .readQueueSizeExceeded: "read_queue_size_exceeded"
    case .readQueueCountExceeded: "read_queue_cnt_exceeded"
    case .writeQueueSizeExceeded: "write_queue_size_exceeded"
    case .writeQueueCountExceeded: "write_queue_cnt_exceeded"
    case .writeRequestTooLarge: "write_request_too_large"
    case .readResponseTooLarge: "read_response_too_large"
    case .truncatedFileData: "truncated_file_data"
    }
  }
}

/// `app-layer.protocols.nfs` of the configuration.
package struct NFSSettings: Sendable {
  /// `max-read-size`, `max-write-size`: bytes of one read or write beyond which it is refused; 0: none.
  package var bytesMax = SMBTransfers(read: 16 << 20, write: 16 << 20)
  /// `max-read-queue-size`, `max-write-queue-size`: bytes of a file that wait for those before them.
  package var queueBytesMax = SMBTransfers(read: 64 << 20, write: 64 << 20)
  /// `max-read-queue-cnt`, `max-write-queue-cnt`: parts of a file that wait for those before them.
  package var queuePartsMax = SMBTransfers(read: 64, write: 64)

  package init() {}
}

/// Bounds of what one flow of NFS may hold.
enum NFSLimits {
  /// Calls that were not answered, and names that are known by a handle.
  static let entries = 512
  /// Bytes of a name or a handle (RFC 8881 §2.3: a handle has 128).
  static let nameBytes = 4096
  /// Bytes of one file that are kept for rules.
  static let fileBytes = 1 << 20
  /// Bytes of all open files of a flow that are kept, or wait.
  static let flowBytes = 8 << 20
  /// Bytes of a message that is looked at as a whole: reads and writes of a MiB are usual.
  static let messageBytes = 1 << 20 | 1 << 16
  /// Operations of one compound: servers take 16 to 50.
  static let operations: UInt32 = 64
  /// Nanoseconds without news after which a file is given up, where bytes were lost.
  static let patience: Int64 = 60_000_000_000
}
