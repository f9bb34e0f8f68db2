import Wire

/// Responses of SMB 2 and 3 ([MS-SMB2] §2.2).
extension SMBSession {
  private enum Status {
    static let pending: UInt32 = 0x103
    static let overflow: UInt32 = 0x8000_0005
    static let endOfFile: UInt32 = 0xC000_0011
  }

  /// The data of a read (§2.2.20): size (16) | offset (8) | reserved (8) | length (32).
  func readData2(_ header: SMB2Header, _ bytes: RawSpan, _ length: Int, _ clock: PacketClock) {
    guard header.status == 0 || header.status == Status.overflow,
      let read = connection.reads.removeValue(forKey: header.message)
    else {
      refuseRead(header)
      lanes.toClient.pass(length)
      return
    }
    let start = Int(bytes[66])
    let count = Int(bytes.u32(68, isLittleEndian: true))
    if settings.bytesMax.read > 0, count > settings.bytesMax.read { note(.readResponseTooLarge) }
    // An answer that came later does not name the tree: data of a handle that no call has used is a file.
    let isPipe =
      header.isAsynchronous
      ? connection.hasPipe(read.handle) : connection.trees[header.tree]?.isPipe == true
    var sink = SMBSink.none
    if isPipe {
      if connection.takesCalls(read.handle) { sink = .pipe(connection.pipe(read.handle), message(header)) }
    } else if let file = file(
      read.handle, .toClient, version: 2, command: header.command,
      share: connection.trees[header.tree]?.name ?? [], clock)
    {
      file.transaction.session = header.session
      file.transaction.tree = header.tree
      file.transaction.status = .nt(header.status)
      sink = .file(file, read.offset)
    }
    lanes.toClient.pass(length, dataAt: start, count, to: sink)
  }

  /// A read that failed: at the end of the file, that is known whole now.
  private func refuseRead(_ header: SMB2Header) {
    guard header.status != Status.pending,
      let read = connection.reads.removeValue(forKey: header.message),
      let file = connection.files.toClient[read.handle]
    else { return }
    file.transaction.status = .nt(header.status)
    if header.status == Status.endOfFile { file.close() }
  }

  func response2(_ header: SMB2Header, _ message: RawSpan, _ clock: PacketClock) {
    switch header.command {
    case SMB2Header.Command.read: return refuseRead(header)
    case SMB2Header.Command.write:
      if let transfer = connection.takeWrite(header.message) {
        transfer.status = .nt(header.status)
        transfer.revision &+= 1
        return
      }
    case SMB2Header.Command.control: takeControl2(header, message, clock)
    case SMB2Header.Command.close:
      if let handle = connection.takeClose(header.message) { close(handle) }
    case SMB2Header.Command.treeDisconnect: connection.forget(tree: header.tree)
    default: break
    }
    let isNegotiation = header.command == SMB2Header.Command.negotiate
    let asked = open(2, header.command, header.message)
    // A client may begin with the old negotiation and be answered with the new one.
    guard
      let transaction = asked
        ?? (isNegotiation ? openNegotiation1() : nil)
    else {
      if isNegotiation { takeNegotiation2(message, SMBNegotiation()) }
      return
    }
    transaction.revision &+= 1
    if transaction.call != nil {
      // The answer comes with a read, unless there will be none.
      guard header.status != 0, header.status != Status.overflow, header.status != Status.pending else {
        return
      }
      transaction.status = .nt(header.status)
      return transaction.finish(.toClient)
    }
    transaction.status = .nt(header.status)
    if header.status == Status.pending { return }
    take2(header, message, transaction)
    transaction.finish(.toServer)
    transaction.finish(.toClient)
  }

  private func openNegotiation1() -> SMBTransaction? {
    for case let transaction as SMBTransaction in transactions.reversed() {
      if case .negotiation = transaction.detail, transaction.progress.toClient == 0 { return transaction }
    }
    return nil
  }

  /// Takes what the response says into the transaction.
  private func take2(_ header: SMB2Header, _ message: RawSpan, _ transaction: SMBTransaction) {
    switch transaction.detail {
    case .negotiation(let negotiation):
      transaction.session = header.session
      transaction.tree = header.tree
      takeNegotiation2(message, negotiation)
    case .setup: transaction.session = header.session
    case .tree(let tree):
      if !header.isAsynchronous { transaction.tree = header.tree }
      guard header.status == 0, message.byteCount >= 67 else { return }
      tree.type = message[66]
      tree.isPipe = message[66] == 2
      connection.remember(header.tree, SMBTree(name: tree.name, isPipe: tree.isPipe))
    case .create(let create): takeCreate2(header, message, create)
    default: break
    }
  }

  /// A negotiation's result (§2.2.4): dialect (16) at 4, server (128) at 8, sizes (32) at 32 and 36.
  private func takeNegotiation2(_ message: RawSpan, _ negotiation: SMBNegotiation) {
    guard message.byteCount >= 104 else { return }
    connection.dialect = .numbered(message.u16(68, isLittleEndian: true))
    negotiation.server = SMBText.identifier(message.part(72, 16))
    let read = message.u32(96, isLittleEndian: true)
    let write = message.u32(100, isLittleEndian: true)
    negotiation.readBytesMax = read
    negotiation.writeBytesMax = write
    if settings.bytesMax.read > 0, Int(read) > settings.bytesMax.read { note(.maxReadSizeTooLarge) }
    if settings.bytesMax.write > 0, Int(write) > settings.bytesMax.write { note(.maxWriteSizeTooLarge) }
  }

  /// A file that was opened (§2.2.14): four times (64) at 8, size (64) at 48, handle at 64.
  private func takeCreate2(_ header: SMB2Header, _ message: RawSpan, _ create: SMBCreate) {
    guard header.status == 0, message.byteCount >= 144 else { return }
    create.times = (
      message.u64(72).byteSwapped, message.u64(80).byteSwapped, message.u64(88).byteSwapped,
      message.u64(96).byteSwapped
    )
    create.size = message.u64(112).byteSwapped
    let handle = SMBHandle(message, at: 128)
    create.handle = handle
    connection.remember(handle, name: create.name)
  }

  /// The data of a device's function (§2.2.32): handle at 8, offset (32) and length (32) of the data at 32.
  private func takeControl2(_ header: SMB2Header, _ message: RawSpan, _ clock: PacketClock) {
    guard header.status == 0 || header.status == Status.overflow, message.byteCount >= 112,
      message.u32(68, isLittleEndian: true) == 0x0011_C017,
      connection.hasPipe(SMBHandle(message, at: 72))
    else { return }
    let data = message.part(
      Int(message.u32(96, isLittleEndian: true)), Int(message.u32(100, isLittleEndian: true)))
    guard data.byteCount > 0 else { return }
    takeCalls(data, connection.pipe(SMBHandle(message, at: 72)), self.message(header), .toClient, clock)
  }
}
