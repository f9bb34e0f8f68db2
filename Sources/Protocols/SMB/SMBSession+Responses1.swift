import Wire

/// Transactions of SMB 1, and its responses ([MS-CIFS] §2.2.4, [MS-SMB] §2.2.4).
extension SMBSession {
  /// A call over a named pipe (§2.2.5.6): length and place of the data at 22, function (16) at 28, handle at
  /// 30.
  func transaction1(_ header: SMB1Header, _ block: borrowing SMB1Block, _ clock: PacketClock) {
    guard block.words.byteCount >= 32, block.words[26] >= 2, block.u16(28) == 0x26 else { return }
    let data = block.message.part(Int(block.u16(24)), Int(block.u16(22)))
    let handle = SMBHandle(short: block.words, at: 30)
    guard connection.takesCalls(handle) else { return }
    let pipe = connection.pipe(handle)
    connection.remember(pipe: handle, for: header.key)
    takeCalls(data, pipe, message(header, block.command), .toServer, clock)
  }

  /// A change of a file ([MS-CIFS] §2.2.6.7, §2.2.6.9): length and place of the parameters at 18, of the data
  /// at 22; subcommand (16) at 28. Only names and deletions are followed.
  func transaction2(_ header: SMB1Header, _ block: borrowing SMB1Block) -> SMBTransaction.Detail? {
    guard block.words.byteCount >= 30, block.words[26] >= 1 else { return nil }
    let subcommand = block.u16(28)
    let parameters = block.message.part(Int(block.u16(20)), Int(block.u16(18)))
    let data = block.message.part(Int(block.u16(24)), Int(block.u16(22)))
    let change = SMBFileChange()
    change.subcommand = subcommand
    switch subcommand {
    case 8 where parameters.byteCount >= 4:
      let handle = SMBHandle(short: parameters, at: 0)
      change.handle = handle
      change.name = connection.name(of: handle)
      change.level = parameters.u16(2, isLittleEndian: true)
    case 6 where parameters.byteCount >= 6:
      change.level = parameters.u16(0, isLittleEndian: true)
      change.name = SMBText.terminated(parameters, at: 6, isUnicode: header.isUnicode).text
    default: return nil
    }
    switch change.level {
    case 0x102, 1013:
      guard data.byteCount >= 1 else { return nil }
      change.isDeleted = data[0] & 1 != 0
    case 1010:
      guard data.byteCount >= 12 else { return nil }
      let name = data.part(12, Int(data.u32(8, isLittleEndian: true)))
      change.newName = SMBText.text(name, isUnicode: header.isUnicode)
    default: return nil
    }
    return .change(change)
  }

  /// The data of a read alone in its message.
  func readData1(
    _ header: SMB1Header, _ block: borrowing SMB1Block, _ left: Int, _ clock: PacketClock
  ) -> Int? {
    let (sink, start, count) = readSink1(header, block, clock)
    lanes.toClient.pass(left, dataAt: start, count, to: sink)
    return 0
  }

  /// Where a read's data go ([MS-CIFS] §2.2.4.42.2): length (16) at 10 and 14, place (16) at 12.
  private func readSink1(
    _ header: SMB1Header, _ block: borrowing SMB1Block, _ clock: PacketClock
  ) -> (sink: SMBSink, start: Int, count: Int) {
    guard let read = connection.reads.removeValue(forKey: header.key), block.words.byteCount >= 16 else {
      return (.none, 0, 0)
    }
    let start = Int(block.u16(12))
    let count = Int(block.u16(10)) &+ Int(block.u16(14)) << 16
    if connection.trees[read.tree]?.isPipe == true {
      return (.pipe(connection.pipe(read.handle), message(header, block.command)), start, count)
    }
    guard count > 0,
      let file = file(
        read.handle, .toClient, version: 1, command: UInt16(block.command),
        share: connection.trees[read.tree]?.name ?? [], clock)
    else { return (.none, start, count) }
    return (.file(file, read.offset), start, count)
  }

  /// All commands of a response.
  func responses1(_ header: SMB1Header, _ message: RawSpan, _ clock: PacketClock) {
    var (command, place) = (header.command, SMB1Header.byteCount)
    for _ in 0..<SMBLimits.chain {
      guard let block = SMB1Block(command, message, at: place) else { return note(.malformedData) }
      response1(header, block, clock)
      guard let next = block.next, next.place > place else { return }
      (command, place) = next
    }
  }

  private func response1(_ header: SMB1Header, _ block: borrowing SMB1Block, _ clock: PacketClock) {
    switch block.command {
    case SMB1Header.Command.readAndX:
      let (sink, start, count) = readSink1(header, block, clock)
      return put(block.message.part(start, count), sink, .toClient, clock)
    case SMB1Header.Command.transaction: answer1(header, block, clock)
    case SMB1Header.Command.treeDisconnect: connection.forget(tree: UInt32(header.tree))
    default: break
    }
    guard let transaction = open(1, UInt16(block.command), header.key) else { return }
    transaction.revision &+= 1
    if transaction.call != nil {
      // The answer comes with a read, unless there will be none.
      guard !header.outcome.isSuccess, header.outcome != .nt(0x8000_0005) else { return }
      transaction.status = header.outcome
      return transaction.finish(.toClient)
    }
    transaction.status = header.outcome
    take1(header, block, transaction)
    transaction.finish(.toServer)
    transaction.finish(.toClient)
  }

  /// The answer to a call (§2.2.5.6.2): length (16) and place (16) of the data at 12.
  private func answer1(_ header: SMB1Header, _ block: borrowing SMB1Block, _ clock: PacketClock) {
    guard let handle = connection.takePipe(header.key), block.words.byteCount >= 18 else { return }
    let data = block.message.part(Int(block.u16(14)), Int(block.u16(12)))
    guard data.byteCount > 0 else { return }
    takeCalls(data, connection.pipe(handle), message(header, block.command), .toClient, clock)
  }

  /// Takes what the response says into the transaction.
  private func take1(_ header: SMB1Header, _ block: borrowing SMB1Block, _ transaction: SMBTransaction) {
    switch transaction.detail {
    case .negotiation(let negotiation):
      // Nothing was logged on or connected to yet, whatever the fields hold.
      transaction.session = 0
      transaction.tree = 0
      takeNegotiation1(block, negotiation)
    case .setup(let setup):
      transaction.session = UInt64(header.user)
      takeSetup1(header, block, setup)
    case .tree(let tree):
      transaction.tree = UInt32(header.tree)
      guard header.outcome.isSuccess else { return }
      let service = SMBText.terminated(block.bytes, at: 0, isUnicode: false).text
      tree.service = service
      tree.isPipe = service.elementsEqual("IPC".utf8)
      connection.remember(UInt32(header.tree), SMBTree(name: tree.name, isPipe: tree.isPipe))
    case .create(let create):
      guard header.outcome.isSuccess else { return }
      takeCreate1(block, create)
    default: break
    }
  }

  /// A negotiation's result ([MS-SMB] §2.2.4.5.2): place of the dialect at 0, capabilities (32) at 19; with a
  /// security token, the server's identifier comes first in the bytes.
  private func takeNegotiation1(_ block: borrowing SMB1Block, _ negotiation: SMBNegotiation) {
    let index = Int(block.u16(0))
    if negotiation.dialects.indices.contains(index) { connection.dialect = negotiation.dialects[index] }
    if block.words.byteCount >= 34, block.u32(19) & 0x8000_0000 != 0, block.bytes.byteCount >= 16 {
      negotiation.server = SMBText.identifier(block.bytes.part(0, 16))
    }
  }

  /// A logon's result (§2.2.4.53.2): 4 words with a token's length at 6, or 3.
  private func takeSetup1(_ header: SMB1Header, _ block: borrowing SMB1Block, _ setup: SMBSessionSetup) {
    let length = block.words.byteCount == 8 ? Int(block.u16(6)) : 0
    guard block.words.byteCount == 8 || block.words.byteCount == 6 else { return }
    let start = block.aligned(length, isUnicode: header.isUnicode)
    setup.response = systems(block, start, isUnicode: header.isUnicode)
  }

  /// A file that was opened (§2.2.4.64.2): handle at 5, times (64) at 11, size (64) at 55; in the older way:
  /// handle at 4, size (32) at 12.
  private func takeCreate1(_ block: borrowing SMB1Block, _ create: SMBCreate) {
    let isNew = block.command == SMB1Header.Command.createAndX
    guard block.words.byteCount >= (isNew ? 63 : 16) else { return }
    let handle = SMBHandle(short: block.words, at: isNew ? 5 : 4)
    if isNew {
      create.times = (block.u64(11), block.u64(19), block.u64(27), block.u64(35))
      create.size = block.u64(55)
    } else {
      create.size = UInt64(block.u32(12))
    }
    create.handle = handle
    connection.remember(handle, name: create.name)
  }
}
