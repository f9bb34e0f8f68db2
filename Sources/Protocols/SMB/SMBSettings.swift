/// `app-layer.protocols.smb` of the configuration.
package struct SMBSettings: Sendable {
  /// `stream-depth`: bytes of each direction that are put together; 0: all.
  package var streamDepthBytes = 0
  /// `max-tx`: open transactions of a flow, beyond which it is not followed any more.
  package var transactionsMax = 1024
  /// `max-read-size`, `max-write-size`: bytes of one read or write beyond which there is an event; 0: none.
  package var bytesMax = SMBTransfers(read: 16 << 20, write: 16 << 20)
  /// `max-read-queue-size`, `max-write-queue-size`: bytes of a file that wait for those before them.
  package var queueBytesMax = SMBTransfers(read: 4 << 20, write: 4 << 20)
  /// `max-read-queue-cnt`, `max-write-queue-cnt`: parts of a file that wait for those before them.
  package var queuePartsMax = SMBTransfers(read: 64, write: 64)

  package init() {}
}

/// A number for what comes from the server and one for what goes to it.
package struct SMBTransfers: Sendable {
  package var read: Int
  package var write: Int
}

/// Bounds of what one flow of SMB may hold.
enum SMBLimits {
  /// Bytes of one message that are looked at as a whole; what is longer is a listing or a file.
  static let messageBytes = 128 * 1024
  /// Files and pipes that are open at once, trees, and reads that were not answered.
  static let handles = 2048
  /// Commands chained in one message of SMB 1.
  static let chain = 8
  /// Bytes of a name, and dialects of a negotiation.
  static let nameBytes = 4096
  static let dialects = 64
  /// Bytes of one file that are kept for rules.
  static let fileBytes = 1 << 20
  /// Bytes of all open files and calls of a flow that are kept, or wait.
  static let flowBytes = 8 << 20
  /// Named pipes with calls that are open at once: each may hold an unfinished packet of each direction.
  static let pipes = 64
  /// Bytes by which an unfinished packet on a named pipe grows at a time; its length has 16 bits.
  static let pipePieceBytes = 8192
}
