import Wire

/// A share or the named pipes, connected to.
struct SMBTree {
  var name: [UInt8]
  var isPipe: Bool
}

/// An open file as far as commands refer to it by its handle alone.
struct SMBOpenFile {
  var name: [UInt8]
  /// Its data are calls, if it is a pipe.
  var takesCalls: Bool
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
  private let offer = DCERPCOffer()
  var reads: [UInt64: SMBPendingRead] = [:]
  /// Transfers whose writes were not answered.
  private var writes: [UInt64: SMBTransaction] = [:]
  /// Files that are closed with the answer.
  private var closes: [UInt64: SMBHandle] = [:]
  /// Named pipes of calls that were not answered.
  private var asked: [UInt64: SMBHandle] = [:]
  /// Files being read and written, by handle.
  var files = Pair<[SMBHandle: SMBFile]>(both: [:])
  /// What reads and writes of files keep for rules.
  let budget = FlowBudget(bytesMax: SMBLimits.flowBytes)

  func remember(_ tree: UInt32, _ value: SMBTree) {
    Self.put(tree, value, into: &trees)
  }

  func forget(tree: UInt32) { trees[tree] = nil }

  func remember(_ handle: SMBHandle, name: [UInt8]) {
    Self.put(handle, SMBOpenFile(name: name, takesCalls: SMBPipe.isService(name)), into: &names)
  }

  /// Data of a file whose tree is not known turned out to be calls.
  func rememberCalls(_ handle: SMBHandle) {
    Self.put(handle, SMBOpenFile(name: name(of: handle), takesCalls: true), into: &names)
  }

  /// Whether calls are made over the named pipe of a handle: by its name, or by data seen before.
  func takesCalls(_ handle: SMBHandle) -> Bool { names[handle]?.takesCalls == true }

  func remember(read key: UInt64, _ read: SMBPendingRead) {
    Self.put(key, read, into: &reads)
  }

  func remember(write key: UInt64, _ transaction: SMBTransaction) {
    Self.put(key, transaction, into: &writes)
  }

  /// The transfer that a write belongs to, once.
  func takeWrite(_ key: UInt64) -> SMBTransaction? { writes.removeValue(forKey: key) }

  /// A call over a named pipe was asked for: its answer does not name the pipe.
  func remember(pipe handle: SMBHandle, for key: UInt64) {
    Self.put(key, handle, into: &asked)
  }

  /// The named pipe that an answer comes from, once.
  func takePipe(_ key: UInt64) -> SMBHandle? { asked.removeValue(forKey: key) }

  /// Forgets a file that was closed.
  func forget(_ handle: SMBHandle) {
    names[handle] = nil
    pipes[handle] = nil
  }

  func name(of handle: SMBHandle) -> [UInt8] { names[handle]?.name ?? Array("<unknown>".utf8) }

  /// A file was asked to be closed in the message that opened it: it is closed with the answer.
  func remember(close message: UInt64, _ handle: SMBHandle) {
    Self.put(message, handle, into: &closes)
  }

  /// The file that an answer closes, once.
  func takeClose(_ message: UInt64) -> SMBHandle? { closes.removeValue(forKey: message) }

  /// Calls were made over the named pipe of a handle.
  func hasPipe(_ handle: SMBHandle) -> Bool { pipes[handle] != nil }

  /// The named pipe of a handle, begun with its first data.
  func pipe(_ handle: SMBHandle) -> SMBPipe {
    if let pipe = pipes[handle] { return pipe }
    let pipe = SMBPipe(DCERPCAssociation(budget, pipesOffer: offer), isService: takesCalls(handle))
    Self.put(handle, pipe, into: &pipes, atMost: SMBLimits.pipes)
    return pipe
  }

  /// Keeps a value. Where there are too many, those before are forgotten: their ends were not seen.
  private static func put<Key, Value>(
    _ key: Key, _ value: Value, into values: inout [Key: Value], atMost limit: Int = SMBLimits.handles
  ) {
    if values.count >= limit, values[key] == nil { values.removeAll() }
    values[key] = value
  }
}

/// Calls over a named pipe: the data of both directions, put together to packets.
final class SMBPipe {
  let association: DCERPCAssociation
  /// The name is that of a service which takes nothing but calls.
  let isService: Bool
  private var pending = Pair<[UInt8]>(both: [])

  init(_ association: DCERPCAssociation, isService: Bool) {
    self.association = association
    self.isService = isService
  }

  /// Whether a pipe's name is that of a service whose calls are read: those that Suricata reads. Differs from
  /// it in that upper and lower case are the same, as they are to the server.
  static func isService(_ name: [UInt8]) -> Bool {
    guard name.count <= 8 else { return false }
    let text = name.drop { $0 == 0x5C }.map(ASCII.lowercased)
    return services.contains { $0.elementsEqual(text) }
  }

  private static let services = ["atsvc", "lsarpc", "samr", "spoolss", "srvsvc", "svcctl", "winreg"].map {
    Array($0.utf8)
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
