import Wire

/// Messages of SMB 2 and 3, and their requests ([MS-SMB2] §2.2).
extension SMBSession {
  /// Reads one command; nil: more of it must be there.
  func readMessage2(_ bytes: RawSpan, _ left: Int, _ direction: Direction, _ clock: PacketClock) -> Int? {
    guard left >= SMB2Header.byteCount else {
      note(.malformedData)
      lanes[direction].pass(left)
      return 0
    }
    guard bytes.byteCount >= SMB2Header.byteCount else { return nil }
    guard var header = SMB2Header(bytes) else { return nil }
    let isChained = header.next >= SMB2Header.byteCount && header.next <= left
    let length = isChained ? header.next : left
    announceMessage((.pdu2, .header2, .data2), SMB2Header.byteCount, length)
    header.relate(session: lanes[direction].session, tree: lanes[direction].tree)
    guard header.isResponse == (direction == .toClient) else {
      note(direction == .toServer ? .responseToServer : .requestToClient)
      lanes[direction].pass(length)
      return 0
    }
    if !header.isResponse, header.command == SMB2Header.Command.write, length >= 112 {
      guard readWrite2(header, bytes, length, clock) else { return nil }
    } else if header.isResponse, header.command == SMB2Header.Command.read, length >= 80 {
      guard bytes.byteCount >= 80 else { return nil }
      readData2(header, bytes, length, clock)
    } else {
      let needed = min(length, SMBLimits.messageBytes)
      guard bytes.byteCount >= needed else { return nil }
      let message = bytes.part(0, needed)
      if header.isResponse { response2(header, message, clock) } else { request2(header, message, clock) }
      lanes[direction].pass(length)
    }
    lanes[direction].session = header.session
    lanes[direction].tree = header.tree
    return 0
  }

  /// A write (§2.2.21): size (16) | data offset (16) | length (32) | offset (64) | handle (128) | … 16 more
  /// bytes. False: more of it must be there.
  private func readWrite2(_ header: SMB2Header, _ bytes: RawSpan, _ length: Int, _ clock: PacketClock) -> Bool
  {
    guard bytes.byteCount >= 112 else { return false }
    let start = Int(bytes.u16(66, isLittleEndian: true))
    let count = Int(bytes.u32(68, isLittleEndian: true))
    let known = connection.trees[header.tree]
    let isProbed = known == nil && start >= 112 && count >= DCERPCHeader.byteCount && start &+ 16 <= length
    guard !isProbed || bytes.byteCount >= start &+ DCERPCHeader.byteCount else { return false }
    let handle = resolve(SMBHandle(bytes, at: 80))
    if isProbed, Self.looksLikeCall(bytes.part(start, DCERPCHeader.byteCount)) {
      connection.remember(header.tree, SMBTree(name: [], isPipe: true))
      connection.rememberCalls(handle)
    }
    if settings.bytesMax.write > 0, count > settings.bytesMax.write { note(.writeRequestTooLarge) }
    let offset = bytes.u64(72).byteSwapped
    var sink = SMBSink.none
    if connection.trees[header.tree]?.isPipe == true {
      if connection.takesCalls(handle) { sink = .pipe(connection.pipe(handle), message(header)) }
    } else if let file = file(
      handle, .toServer, version: 2, command: header.command, share: known?.name ?? [], clock)
    {
      file.transaction.session = header.session
      file.transaction.tree = header.tree
      connection.remember(write: header.message, file.transaction)
      sink = .file(file, offset)
    }
    lanes.toServer.pass(length, dataAt: start, count, to: sink)
    return true
  }

  /// What calls need to know of a message.
  func message(_ header: SMB2Header) -> SMBMessage {
    SMBMessage(
      version: 2, command: header.command, key: header.message, session: header.session, tree: header.tree,
      status: header.isResponse ? .nt(header.status) : nil)
  }

  private func request2(_ header: SMB2Header, _ message: RawSpan, _ clock: PacketClock) {
    let body = message.part(SMB2Header.byteCount, message.byteCount)
    var detail = SMBTransaction.Detail.none
    switch header.command {
    case SMB2Header.Command.negotiate: detail = negotiation2(body)
    case SMB2Header.Command.sessionSetup: detail = setup2(message)
    case SMB2Header.Command.treeConnect: detail = treeConnect2(message)
    case SMB2Header.Command.create: detail = create2(header, message)
    case SMB2Header.Command.close: close2(header, body)
    case SMB2Header.Command.control:
      guard let control = control2(header, message, clock) else { return }
      detail = control
    case SMB2Header.Command.read: return askRead2(header, body)
    case SMB2Header.Command.setInfo:
      guard let change = setInfo2(message) else { return }
      detail = change
    case SMB2Header.Command.queryInfo, SMB2Header.Command.write: return
    default: break
    }
    guard let transaction = begin(2, header.command, key: header.message, clock) else { return }
    transaction.session = header.session
    transaction.tree = header.tree
    transaction.detail = detail
    if case .setup(let setup) = detail, setup.ntlmssp?.isUnusual == true {
      transaction.raise(.unusualNTLMSSPOrder)
    }
    transaction.finish(.toServer)
    // It is never answered: the command that it cancels is.
    if header.command == SMB2Header.Command.cancel { transaction.finish(.toClient) }
  }

  /// A negotiation (§2.2.3): size (16) | dialects (16) | … | client (128, at 12) | … | dialects (16 each, at
  /// 36).
  private func negotiation2(_ body: RawSpan) -> SMBTransaction.Detail {
    let negotiation = SMBNegotiation()
    guard body.byteCount >= 36 else { return .negotiation(negotiation) }
    negotiation.client = SMBText.identifier(body.part(12, 16))
    let count = min(Int(body.u16(2, isLittleEndian: true)), SMBLimits.dialects)
    for index in 0..<count where 38 &+ index &* 2 <= body.byteCount {
      negotiation.dialects.append(.numbered(body.u16(36 &+ index &* 2, isLittleEndian: true)))
    }
    return .negotiation(negotiation)
  }

  /// A logon (§2.2.5): fixed fields of 24 bytes, then the token, which is read as far as the message goes.
  private func setup2(_ message: RawSpan) -> SMBTransaction.Detail {
    let setup = SMBSessionSetup()
    takeToken(message.part(SMB2Header.byteCount &+ 24, message.byteCount), setup)
    return .setup(setup)
  }

  /// Reads what a client tells of itself in a security token.
  func takeToken(_ token: RawSpan, _ setup: SMBSessionSetup) {
    if let start = NTLMSSP.find(token) {
      let message = token.part(start, token.byteCount)
      if NTLMSSP.type(message) == 3 { setup.ntlmssp = NTLMSSP.authentication(message) }
    } else if token.byteCount > 0 {
      setup.kerberos = KerberosTicket.find(token)
    }
  }

  /// A tree (§2.2.9): offset (16) and length (16) of its path at 4.
  private func treeConnect2(_ message: RawSpan) -> SMBTransaction.Detail {
    let tree = SMBTreeConnect()
    tree.name = SMBText.utf8(message.slice(offsetAt: 68, lengthAt: 70))
    return .tree(tree)
  }

  /// A file (§2.2.13): disposition (32) at 36, options (32) at 40, offset and length of its name at 44.
  private func create2(_ header: SMB2Header, _ message: RawSpan) -> SMBTransaction.Detail {
    let create = SMBCreate()
    guard message.byteCount >= 112 else { return .create(create) }
    create.disposition = message.u32(100, isLittleEndian: true)
    create.options = message.u32(104, isLittleEndian: true)
    create.name = SMBText.utf8(message.slice(offsetAt: 108, lengthAt: 110))
    lastOpened = (SMBHandle(openedBy: header.message), create.name)
    return .create(create)
  }

  /// The file that a handle means within its message.
  private func resolve(_ handle: SMBHandle) -> SMBHandle {
    guard handle.isRelated, let lastOpened else { return handle }
    connection.remember(lastOpened.handle, name: lastOpened.name)
    return lastOpened.handle
  }

  /// A file's end (§2.2.15): handle at 8.
  private func close2(_ header: SMB2Header, _ body: RawSpan) {
    guard body.byteCount >= 24 else { return }
    let handle = resolve(SMBHandle(body, at: 8))
    if handle.isRelated { connection.remember(close: header.message, handle) } else { close(handle) }
  }

  private func askRead2(_ header: SMB2Header, _ body: RawSpan) {
    guard body.byteCount >= 32 else { return }
    let count = Int(body.u32(4, isLittleEndian: true))
    if settings.bytesMax.read > 0, count > settings.bytesMax.read { note(.readRequestTooLarge) }
    connection.remember(
      read: header.message,
      SMBPendingRead(
        handle: resolve(SMBHandle(body, at: 16)), offset: body.u64(8).byteSwapped, tree: header.tree,
        session: header.session))
  }

  /// A device's function (§2.2.31): number (32) at 4, handle at 8, offset (32) and length (32) of the data at
  /// 24. Nil: it carries a call.
  private func control2(_ header: SMB2Header, _ message: RawSpan, _ clock: PacketClock)
    -> SMBTransaction.Detail?
  {
    guard message.byteCount >= 120 else { return SMBTransaction.Detail.none }
    let function = message.u32(68, isLittleEndian: true)
    let handle = resolve(SMBHandle(message, at: 72))
    if function == 0x0011_C017, connection.takesCalls(handle) {
      let data = message.part(
        Int(message.u32(88, isLittleEndian: true)), Int(message.u32(92, isLittleEndian: true)))
      let pipe = connection.pipe(handle)
      if data.byteCount >= DCERPCHeader.byteCount, DCERPCHeader(data) != nil {
        takeCalls(data, pipe, self.message(header), .toServer, clock)
        return nil
      }
    }
    return .control(function)
  }

  /// A change of a file (§2.2.39): class (8) at 2, level (8) at 3, length (32) at 4, offset (16) at 8, handle
  /// at 16. Only names and deletions are followed.
  private func setInfo2(_ message: RawSpan) -> SMBTransaction.Detail? {
    guard message.byteCount >= 96, message[66] == 1 else { return nil }
    let data = message.part(
      Int(message.u16(72, isLittleEndian: true)), Int(message.u32(68, isLittleEndian: true)))
    let change = SMBFileChange()
    let handle = resolve(SMBHandle(message, at: 80))
    change.handle = handle
    change.name = connection.name(of: handle)
    switch message[67] {
    case 10 where data.byteCount >= 20:
      let length = Int(data.u32(16, isLittleEndian: true))
      change.newName = SMBText.utf8(data.part(20, length))
    case 13 where data.byteCount >= 1: change.isDeleted = data[0] & 1 != 0
    default: return nil
    }
    return .change(change)
  }
}

extension RawSpan {
  /// The part of a message whose offset and length (16 bits each) stand at these places.
  @_lifetime(copy self)
  fileprivate func slice(offsetAt: Int, lengthAt: Int) -> RawSpan {
    guard byteCount >= max(offsetAt, lengthAt) &+ 2 else { return part(0, 0) }
    return part(Int(u16(offsetAt, isLittleEndian: true)), Int(u16(lengthAt, isLittleEndian: true)))
  }
}
