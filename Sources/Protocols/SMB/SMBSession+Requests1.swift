import Wire

/// One command of a message of SMB 1: its words and bytes, as places in the message.
///
///     word count (8) | words (16 each) | byte count (16) | bytes
///
/// Commands whose name ends in AndX have the next command (8) and its place (16, at 2) in their first words
/// ([MS-CIFS] §2.2.3.4).
struct SMB1Block: ~Escapable {
  let command: UInt8
  /// The whole message, from its header: places in it count from there.
  let message: RawSpan
  let words: RawSpan
  /// Place of the first of the bytes.
  let bytesStart: Int
  let bytes: RawSpan

  /// Reads a block; nil where it is cut off before its bytes.
  @_lifetime(copy message)
  init?(_ command: UInt8, _ message: RawSpan, at place: Int) {
    guard place < message.byteCount else { return nil }
    let count = Int(message[place]) &* 2
    guard message.byteCount &- place &- 1 >= count else { return nil }
    self.command = command
    self.message = message
    words = message.part(place &+ 1, count)
    let end = place &+ 1 &+ count
    let length = end &+ 2 <= message.byteCount ? Int(message.u16(end, isLittleEndian: true)) : 0
    bytesStart = min(end &+ 2, message.byteCount)
    bytes = message.part(bytesStart, length)
  }

  /// A number in the words; 0 where they do not reach so far.
  func u16(_ place: Int) -> UInt16 {
    place &+ 2 <= words.byteCount ? words.u16(place, isLittleEndian: true) : 0
  }

  /// A number in the words; 0 where they do not reach so far.
  func u32(_ place: Int) -> UInt32 {
    place &+ 4 <= words.byteCount ? words.u32(place, isLittleEndian: true) : 0
  }

  /// A number in the words; 0 where they do not reach so far.
  func u64(_ place: Int) -> UInt64 {
    place &+ 8 <= words.byteCount ? words.u64(place).byteSwapped : 0
  }

  /// The command that follows in the same message, and its place.
  var next: (command: UInt8, place: Int)? {
    switch command {
    case 0x24, 0x2D, 0x2E, 0x2F, 0x73, 0x74, 0x75, 0xA2: break
    default: return nil
    }
    guard words.byteCount >= 4, words[0] != SMB1Header.Command.none else { return nil }
    let place = Int(u16(2))
    return place > SMB1Header.byteCount ? (words[0], place) : nil
  }

  /// Text is on an even place of the message where it is Unicode.
  func aligned(_ place: Int, isUnicode: Bool) -> Int {
    isUnicode && (bytesStart &+ place) & 1 != 0 ? place &+ 1 : place
  }
}

/// Messages of SMB 1, and their requests ([MS-CIFS] §2.2.4, [MS-SMB] §2.2.4).
extension SMBSession {
  /// Reads one message; nil: more of it must be there.
  func readMessage1(_ bytes: RawSpan, _ left: Int, _ direction: Direction, _ clock: PacketClock) -> Int? {
    guard left >= SMB1Header.byteCount &+ 3 else {
      note(.malformedData)
      lanes[direction].pass(left)
      return 0
    }
    guard bytes.byteCount >= SMB1Header.byteCount &+ 3 else { return nil }
    guard let header = SMB1Header(bytes) else { return nil }
    announceMessage((.pdu1, .header1, .data1), SMB1Header.byteCount, left)
    guard header.isResponse == (direction == .toClient) else {
      note(direction == .toServer ? .responseToServer : .requestToClient)
      lanes[direction].pass(left)
      return 0
    }
    let wordsEnd = SMB1Header.byteCount &+ 3 &+ Int(bytes[32]) &* 2
    let isData =
      header.command == SMB1Header.Command.writeAndX || header.command == SMB1Header.Command.readAndX
    if isData, header.isResponse == (header.command == SMB1Header.Command.readAndX), wordsEnd <= left {
      guard bytes.byteCount >= wordsEnd else { return nil }
      let message = bytes.part(0, left)
      if let block = SMB1Block(header.command, message, at: 32), block.next == nil {
        return header.isResponse
          ? readData1(header, block, left, clock) : readWrite1(header, block, left, clock)
      }
    }
    let needed = min(left, SMBLimits.messageBytes)
    guard bytes.byteCount >= needed else { return nil }
    let message = bytes.part(0, needed)
    if header.isResponse { responses1(header, message, clock) } else { requests1(header, message, clock) }
    lanes[direction].pass(left)
    return 0
  }

  /// A write alone in its message: the data go to their sink as they come.
  private func readWrite1(
    _ header: SMB1Header, _ block: borrowing SMB1Block, _ left: Int, _ clock: PacketClock
  ) -> Int {
    let start = Int(block.u16(22))
    let count = Int(block.u16(20)) &+ Int(block.u16(18)) << 16
    lanes.toServer.pass(left, dataAt: start, count, to: writeSink1(header, block, clock))
    return 0
  }

  /// Where a write's data go ([MS-CIFS] §2.2.4.43): handle at 4, offset (32) at 6, length (16) at 20 and 18,
  /// place (16) at 22, upper half of the offset at 24.
  private func writeSink1(
    _ header: SMB1Header, _ block: borrowing SMB1Block, _ clock: PacketClock
  ) -> SMBSink {
    guard block.words.byteCount >= 24 else { return .none }
    let tree = UInt32(header.tree)
    let handle = SMBHandle(short: block.words, at: 4)
    if connection.trees[tree]?.isPipe == true {
      return .pipe(connection.pipe(handle), message(header, block.command))
    }
    let offset = UInt64(block.u32(6)) | UInt64(block.u32(24)) << 32
    guard
      let file = file(
        handle, .toServer, version: 1, command: UInt16(block.command),
        share: connection.trees[tree]?.name ?? [], clock)
    else { return .none }
    return .file(file, offset)
  }

  /// What calls need to know of a message.
  func message(_ header: SMB1Header, _ command: UInt8) -> SMBMessage {
    SMBMessage(
      version: 1, command: UInt16(command), key: header.key, session: UInt64(header.user),
      tree: UInt32(header.tree), status: header.isResponse ? header.outcome : nil)
  }

  /// All commands of a message.
  private func requests1(_ header: SMB1Header, _ message: RawSpan, _ clock: PacketClock) {
    var (command, place) = (header.command, SMB1Header.byteCount)
    for _ in 0..<SMBLimits.chain {
      guard let block = SMB1Block(command, message, at: place) else { return note(.malformedData) }
      request1(header, block, clock)
      guard let next = block.next, next.place > place else { return }
      (command, place) = next
    }
  }

  private func request1(_ header: SMB1Header, _ block: borrowing SMB1Block, _ clock: PacketClock) {
    var detail = SMBTransaction.Detail.none
    switch block.command {
    case SMB1Header.Command.negotiate: detail = negotiation1(block)
    case SMB1Header.Command.sessionSetupAndX: detail = setup1(header, block)
    case SMB1Header.Command.treeConnectAndX: detail = treeConnect1(header, block)
    case SMB1Header.Command.createAndX: detail = create1(header, block)
    case SMB1Header.Command.openAndX: detail = open1(header, block)
    case SMB1Header.Command.rename: detail = rename1(header, block)
    case SMB1Header.Command.close:
      if block.words.byteCount >= 2 { close(SMBHandle(short: block.words, at: 0)) }
    case SMB1Header.Command.readAndX: return askRead1(header, block)
    case SMB1Header.Command.writeAndX:
      let data = block.message.part(Int(block.u16(22)), Int(block.u16(20)) &+ Int(block.u16(18)) << 16)
      return put(data, writeSink1(header, block, clock), .toServer, clock)
    case SMB1Header.Command.write: return write1(header, block, clock)
    case SMB1Header.Command.transaction: return transaction1(header, block, clock)
    case SMB1Header.Command.transaction2:
      guard let change = transaction2(header, block) else { return }
      detail = change
    default: break
    }
    guard let transaction = begin(1, UInt16(block.command), key: header.key, clock) else { return }
    transaction.session = UInt64(header.user)
    transaction.tree = UInt32(header.tree)
    transaction.detail = detail
    if case .setup(let setup) = detail, setup.ntlmssp?.isUnusual == true {
      transaction.raise(.unusualNTLMSSPOrder)
    }
    transaction.finish(.toServer)
    // A cancelling is never answered: the command that it cancels is.
    if block.command == 0xA4 { transaction.finish(.toClient) }
  }

  /// Gives data that are there as a whole to their sink.
  func put(_ data: RawSpan, _ sink: SMBSink, _ direction: Direction, _ clock: PacketClock) {
    switch sink {
    case .none: break
    case .file(let file, let offset): file.take(data, at: offset)
    case .pipe(let pipe, let message):
      if !takeCalls(data, pipe, message, direction, clock) { noteNoCall(pipe, message, direction, clock) }
    }
  }

  /// A negotiation (§2.2.4.52): names of dialects, each after a byte of 2.
  private func negotiation1(_ block: borrowing SMB1Block) -> SMBTransaction.Detail {
    let negotiation = SMBNegotiation()
    var position = 0
    while position < block.bytes.byteCount, negotiation.dialects.count < SMBLimits.dialects {
      guard block.bytes[position] == 2 else {
        note(.malformedDialects)
        break
      }
      let (name, end) = SMBText.terminated(block.bytes, at: position &+ 1, isUnicode: false)
      negotiation.dialects.append(.named(name))
      position = end
    }
    return .negotiation(negotiation)
  }

  /// A logon (§2.2.4.53; [MS-SMB] §2.2.4.6.1 with a token): 12 words with a token's length at 14, or 13 with
  /// the passwords' lengths at 14 and 16.
  private func setup1(_ header: SMB1Header, _ block: borrowing SMB1Block) -> SMBTransaction.Detail {
    let setup = SMBSessionSetup()
    let isUnicode = header.isUnicode
    var position: Int
    if block.words.byteCount == 24 {
      let length = Int(block.u16(14))
      takeToken(block.bytes.part(0, length), setup)
      position = block.aligned(length, isUnicode: isUnicode)
    } else if block.words.byteCount == 26 {
      position = block.aligned(Int(block.u16(14)) &+ Int(block.u16(16)), isUnicode: isUnicode)
      position = SMBText.terminated(block.bytes, at: position, isUnicode: isUnicode).end
      position = SMBText.terminated(block.bytes, at: position, isUnicode: isUnicode).end
    } else {
      return .setup(setup)
    }
    setup.request = systems(block, position, isUnicode: isUnicode)
    return .setup(setup)
  }

  /// Operating system and program, one after the other.
  func systems(
    _ block: borrowing SMB1Block, _ start: Int, isUnicode: Bool
  ) -> (system: [UInt8], manager: [UInt8]) {
    let (system, end) = SMBText.terminated(block.bytes, at: start, isUnicode: isUnicode)
    return (system, SMBText.terminated(block.bytes, at: end, isUnicode: isUnicode).text)
  }

  /// A tree (§2.2.4.55): the password's length at 6; then password, path, kind of share.
  private func treeConnect1(_ header: SMB1Header, _ block: borrowing SMB1Block) -> SMBTransaction.Detail {
    let tree = SMBTreeConnect()
    let start = block.aligned(Int(block.u16(6)), isUnicode: header.isUnicode)
    let (path, end) = SMBText.terminated(block.bytes, at: start, isUnicode: header.isUnicode)
    // Shown with one of the two strokes at its front, as Suricata has it.
    tree.name = path.starts(with: [0x5C, 0x5C]) ? Array(path.dropFirst()) : path
    tree.requestedService = SMBText.terminated(block.bytes, at: end, isUnicode: false).text
    return .tree(tree)
  }

  /// A file (§2.2.4.64): length of the name at 5, disposition (32) at 35, options (32) at 39.
  private func create1(_ header: SMB1Header, _ block: borrowing SMB1Block) -> SMBTransaction.Detail {
    let create = SMBCreate()
    create.disposition = block.u32(35)
    create.options = block.u32(39)
    let start = block.aligned(0, isUnicode: header.isUnicode)
    create.name = SMBText.text(block.bytes.part(start, Int(block.u16(5))), isUnicode: header.isUnicode)
    return .create(create)
  }

  /// A file (§2.2.4.41), in the older way.
  private func open1(_ header: SMB1Header, _ block: borrowing SMB1Block) -> SMBTransaction.Detail {
    let create = SMBCreate()
    let start = block.aligned(0, isUnicode: header.isUnicode)
    create.name = SMBText.terminated(block.bytes, at: start, isUnicode: header.isUnicode).text
    return .create(create)
  }

  /// A change of a name (§2.2.4.8): each of the two after a byte of 4.
  private func rename1(_ header: SMB1Header, _ block: borrowing SMB1Block) -> SMBTransaction.Detail {
    let change = SMBFileChange()
    let start = block.aligned(1, isUnicode: header.isUnicode)
    let (old, end) = SMBText.terminated(block.bytes, at: start, isUnicode: header.isUnicode)
    change.name = old
    let next = block.aligned(end &+ 1, isUnicode: header.isUnicode)
    change.newName = SMBText.terminated(block.bytes, at: next, isUnicode: header.isUnicode).text
    return .change(change)
  }

  /// A read (§2.2.4.42): handle at 4, offset (32) at 6, its upper half at 20.
  private func askRead1(_ header: SMB1Header, _ block: borrowing SMB1Block) {
    guard block.words.byteCount >= 20 else { return }
    connection.remember(
      read: header.key,
      SMBPendingRead(
        handle: SMBHandle(short: block.words, at: 4),
        offset: UInt64(block.u32(6)) | UInt64(block.u32(20)) << 32, tree: UInt32(header.tree),
        session: UInt64(header.user)))
  }

  /// A write in the oldest way (§2.2.4.12): handle, count, offset (32) at 4; data after three bytes.
  private func write1(_ header: SMB1Header, _ block: borrowing SMB1Block, _ clock: PacketClock) {
    guard block.words.byteCount >= 10 else { return }
    let handle = SMBHandle(short: block.words, at: 0)
    let data = block.bytes.part(3, Int(block.u16(2)))
    if connection.trees[UInt32(header.tree)]?.isPipe == true {
      return put(data, .pipe(connection.pipe(handle), message(header, block.command)), .toServer, clock)
    }
    let offset = UInt64(block.u32(4))
    let file = file(
      handle, .toServer, version: 1, command: UInt16(block.command),
      share: connection.trees[UInt32(header.tree)]?.name ?? [], clock)
    file?.take(data, at: offset)
  }
}

extension SMB1Header {
  /// How the command ended.
  var outcome: SMBStatus {
    hasNTStatus
      ? .nt(status)
      : .dos(kind: UInt8(truncatingIfNeeded: status), code: UInt16(truncatingIfNeeded: status >> 16))
  }
}
