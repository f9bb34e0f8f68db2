import Wire

/// A share or the named pipes, connected to.
struct SMBTree {
  var name: [UInt8]
  var isPipe: Bool
}

/// An open file as far as commands refer to it by its handle alone.
struct SMBOpenFile {
  var name: [UInt8]
}

/// A read that was asked for.
struct SMBPendingRead {
  let handle: SMBHandle
  let offset: UInt64
  let tree: UInt32
  let session: UInt64
}

/// What client and server of a flow have agreed on.
final class SMBConnection {
  var dialect = SMBDialect.unknown
  private(set) var trees: [UInt32: SMBTree] = [:]
  private(set) var names: [SMBHandle: SMBOpenFile] = [:]
  private(set) var pipes: [SMBHandle: SMBPipe] = [:]
  var reads: [UInt64: SMBPendingRead] = [:]
  /// Transfers whose writes were not answered.
  private var writes: [UInt64: SMBTransaction] = [:]
  /// Named pipes of calls that were not answered.
  private var asked: [UInt64: SMBHandle] = [:]
  /// Files being read and written, by handle.
  var files = Pair<[SMBHandle: SMBFile]>(both: [:])
  /// What reads and writes of files keep for rules.
  let budget = DCERPCBudget()

  func remember(_ tree: UInt32, _ value: SMBTree) {
    if trees.count < SMBLimits.handles || trees[tree] != nil { trees[tree] = value }
  }

  func forget(tree: UInt32) { trees[tree] = nil }

  func remember(_ handle: SMBHandle, name: [UInt8]) {
    guard names.count < SMBLimits.handles || names[handle] != nil else { return }
    names[handle] = SMBOpenFile(name: name)
  }

  func remember(read key: UInt64, _ read: SMBPendingRead) {
    if reads.count < SMBLimits.handles { reads[key] = read }
  }

  func remember(write key: UInt64, _ transaction: SMBTransaction) {
    if writes.count < SMBLimits.handles { writes[key] = transaction }
  }

  /// The transfer that a write belongs to, once.
  func takeWrite(_ key: UInt64) -> SMBTransaction? { writes.removeValue(forKey: key) }

  /// A call over a named pipe was asked for: its answer does not name the pipe.
  func remember(pipe handle: SMBHandle, for key: UInt64) {
    if asked.count < SMBLimits.handles { asked[key] = handle }
  }

  /// The named pipe that an answer comes from, once.
  func takePipe(_ key: UInt64) -> SMBHandle? { asked.removeValue(forKey: key) }

  /// Forgets a file that was closed.
  func forget(_ handle: SMBHandle) {
    names[handle] = nil
    pipes[handle] = nil
  }

  func name(of handle: SMBHandle) -> [UInt8] { names[handle]?.name ?? [] }

  /// The named pipe of a handle, begun with its first data.
  func pipe(_ handle: SMBHandle) -> SMBPipe {
    if let pipe = pipes[handle] { return pipe }
    let pipe = SMBPipe(DCERPCAssociation(budget, isPipe: true))
    if pipes.count < SMBLimits.handles { pipes[handle] = pipe }
    return pipe
  }
}

/// Calls over a named pipe: the data of both directions, put together to packets.
final class SMBPipe {
  let association: DCERPCAssociation
  var pending = Pair<[UInt8]>(both: [])

  init(_ association: DCERPCAssociation) {
    self.association = association
  }

  /// Takes data and gives each whole packet; false where it is none.
  func take(_ bytes: RawSpan, _ direction: Direction, _ packet: (DCERPCHeader, RawSpan) -> Void) -> Bool {
    var position = 0
    if pending[direction].isEmpty {
      guard split(bytes, &position, packet) else { return false }
    }
    // What does not make a packet yet is gathered in pieces, so that no more than one packet is ever kept.
    while position < bytes.byteCount {
      let count = min(bytes.byteCount &- position, SMBLimits.pipePieceBytes)
      var kept: [UInt8] = []
      swap(&kept, &pending[direction])
      kept.append(bytes.part(position, count))
      position &+= count
      var used = 0
      guard split(kept.rawSpan, &used, packet) else { return false }
      if used > 0 { kept.removeSubrange(0..<used) }
      swap(&kept, &pending[direction])
    }
    return true
  }

  private func split(
    _ bytes: RawSpan, _ position: inout Int, _ packet: (DCERPCHeader, RawSpan) -> Void
  ) -> Bool {
    while bytes.byteCount &- position >= DCERPCHeader.byteCount {
      let rest = bytes.part(position, bytes.byteCount)
      guard let header = DCERPCHeader(rest) else { return false }
      guard rest.byteCount >= header.fragmentBytes else { return true }
      packet(header, rest.part(0, header.fragmentBytes))
      position &+= header.fragmentBytes
    }
    return true
  }
}
