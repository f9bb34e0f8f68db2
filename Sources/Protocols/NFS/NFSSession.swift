package import Wire

/// Parser of NFS 2 to 4 over TCP, and 2 and 3 over UDP.
///
/// A call and its reply are a transaction; reads and writes of a file are one until it is closed. Of version
/// 4 those calls are transactions that create or remove something. Data of a read or write of version 3 are
/// taken as they come; other messages are looked at as a whole, and passed over where they are too long for
/// it. After lost bytes the next message is looked for, and what was open is given up; files are for a
/// minute.
package final class NFSSession: Session {
  let settings: NFSSettings
  let isStream: Bool
  let files: FlowFiles
  let budget = FlowBudget(bytesMax: NFSLimits.flowBytes)
  let connection = NFSConnection()
  /// Calls by their numbers, until they are answered.
  var calls = NFSTable<UInt32, NFSCall>()
  /// Names by their handles.
  var names = NFSTable<[UInt8], [UInt8]>()
  var clock = PacketClock(nanoseconds: 0)
  private var lanes = Pair(both: Lane())
  private var isKnown = false

  /// The bytes of one direction.
  struct Lane {
    /// A file whose data go on, and how many bytes of them are to come.
    var file: NFSFile?
    var fileLeft = 0
    /// Bytes to be passed over.
    var skip = 0
    /// Bytes were lost: the next message is to be found; some were, ever.
    var isLost = false
    var hadGap = false
  }

  init(_ settings: ProtocolSettings, isStream: Bool) {
    self.settings = settings.nfs
    self.isStream = isStream
    files = FlowFiles(settings)
    super.init()
    pendingBytesMax = NFSLimits.messageBytes
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    guard isStream else {
      readDatagram(bytes, direction)
      return Consumption(bytes: bytes.byteCount)
    }
    var position = passOver(bytes, direction)
    if lanes[direction].isLost {
      switch find(bytes, direction, &position) {
      case .yes: lanes[direction].isLost = false
      default: return Consumption(bytes: position)
      }
    }
    while position < bytes.byteCount {
      guard bytes.byteCount &- position >= 12 else { break }
      let length = Int(bytes.u32(position) & 0x7FFF_FFFF)
      guard length >= 24, bytes.u32(position &+ 8) <= 1 else {
        raise(.malformedData)
        return Consumption(bytes: bytes.byteCount, .failed)
      }
      let record = bytes.part(position, length &+ 4)
      if record.byteCount < length &+ 4 {
        guard takePart(record, length &+ 4, direction, at: position) else { break }
        return Consumption(bytes: bytes.byteCount)
      }
      announce(NFSFrame.pdu, direction, at: position, length: length &+ 4)
      read(record, direction, at: position)
      position &+= length &+ 4
    }
    tidy(direction)
    return Consumption(bytes: position)
  }

  /// Hands on what belongs to the file at hand, and passes over what nobody wants: where it ends.
  private func passOver(_ bytes: RawSpan, _ direction: Direction) -> Int {
    var position = 0
    if let file = lanes[direction].file {
      let count = min(lanes[direction].fileLeft, bytes.byteCount)
      file.take(bytes.part(0, count))
      position = count
      lanes[direction].fileLeft &-= count
      if lanes[direction].fileLeft == 0 { lanes[direction].file = nil }
      settle(file, direction)
    }
    let skipped = min(lanes[direction].skip, bytes.byteCount &- position)
    lanes[direction].skip &-= skipped
    return position &+ skipped
  }

  /// A file that has come to its end completes its transaction.
  func settle(_ file: NFSFile, _ direction: Direction) {
    guard file.isDone, let transaction = transaction(of: file) else { return }
    transaction.transfer?.isClosed = true
    transaction.finish(direction)
  }

  private func transaction(of file: NFSFile) -> NFSTransaction? {
    for case let transaction as NFSTransaction in transactions where transaction.transfer?.file === file {
      return transaction
    }
    return nil
  }

  /// Steps to where a message begins.
  private func find(_ bytes: RawSpan, _ direction: Direction, _ position: inout Int) -> Recognition {
    while position < bytes.byteCount {
      switch RPCMessage.probe(bytes.part(position, bytes.byteCount &- position), direction) {
      case .yes: return .yes
      case .needsMore: return .needsMore
      default: position &+= 1
      }
    }
    return .no
  }

  /// Takes the head of a message whose end is not there, where it carries a file or is too long; false: it is
  /// to be waited for.
  private func takePart(_ bytes: RawSpan, _ length: Int, _ direction: Direction, at position: Int) -> Bool {
    var reader = ByteReader(bytes, at: 4)
    guard let message = try? RPCMessage(&reader) else { return false }
    let content = bytes.part(message.contentStart, bytes.byteCount &- message.contentStart)
    let rest = length &- bytes.byteCount
    if let transfer = beginTransfer(message, content, bytes: content.byteCount &+ rest) {
      announce(NFSFrame.pdu, direction, at: position, length: length)
      let data = content.part(transfer.start, transfer.count)
      let left = transfer.count &- data.byteCount
      transfer.file?.take(data)
      lanes[direction].file = left > 0 ? transfer.file : nil
      lanes[direction].fileLeft = lanes[direction].file == nil ? 0 : left
      lanes[direction].skip = rest &- lanes[direction].fileLeft
      return true
    }
    guard length > NFSLimits.messageBytes else { return false }
    raise(.malformedData)
    lanes[direction].skip = rest
    return true
  }

  /// Reads a message that is there as a whole, with its length.
  private func read(_ bytes: RawSpan, _ direction: Direction, at position: Int) {
    var reader = ByteReader(bytes, at: 4)
    guard let message = try? RPCMessage(&reader) else { return raise(.malformedData) }
    announceParts(message, bytes.byteCount, direction, at: position, headBytes: 12)
    take(message, bytes.part(message.contentStart, bytes.byteCount &- message.contentStart))
  }

  private func announceParts(
    _ message: RPCMessage, _ length: Int, _ direction: Direction, at position: Int, headBytes: Int
  ) {
    guard frames != nil else { return }
    let start = position &+ message.contentStart
    let contentBytes = length &- message.contentStart
    let version = message.isCall ? message.programVersion : calls[message.identifier]?.version ?? 0
    if message.isCall {
      announce(
        NFSFrame.credentials, direction, at: position &+ headBytes &+ 16, length: message.credentialBytes)
    } else {
      announce(NFSFrame.header, direction, at: position, length: headBytes)
      announce(NFSFrame.data, direction, at: position &+ headBytes, length: length &- headBytes)
    }
    switch version {
    case 2, 3:
      announce(NFSFrame.content, direction, at: start, length: contentBytes)
      if !message.isCall { announce(NFSFrame.status, direction, at: start, length: 4) }
    case 4:
      announce(NFSFrame.content4, direction, at: start, length: contentBytes)
      if !message.isCall { announce(NFSFrame.status4, direction, at: start, length: 4) }
      guard contentBytes > 8 else { return }
      announce(NFSFrame.header4, direction, at: start, length: 8)
      announce(NFSFrame.operations4, direction, at: start &+ 8, length: contentBytes &- 8)
    default: break
    }
  }

  private func readDatagram(_ bytes: RawSpan, _ direction: Direction) {
    announce(NFSFrame.pdu, direction, at: 0, length: bytes.byteCount)
    var reader = ByteReader(bytes)
    guard let message = try? RPCMessage(&reader) else {
      guard isKnown else { return }
      let transaction = begin()
      transaction.version = connection.version
      transaction.raise(.malformedData)
      transaction.finish()
      return
    }
    isKnown = true
    // Version 4 is for streams alone.
    if message.isCall, !(2...3 ~= message.programVersion) { return }
    announceParts(message, bytes.byteCount, direction, at: 0, headBytes: 8)
    take(message, bytes.part(message.contentStart, bytes.byteCount &- message.contentStart))
  }

  private func take(_ message: RPCMessage, _ content: RawSpan) {
    guard message.isCall else {
      guard let call = calls.remove(message.identifier) else { return }
      if connection.version == 0 { connection.version = call.version }
      switch call.version {
      case 2: takeReply2(message, call, content)
      case 3: takeReply3(message, call, content)
      case 4: takeReply4(message, call, content)
      default: raise(.nonExistingVersion)
      }
      return
    }
    switch message.programVersion {
    case 2: takeCall2(message, content)
    case 3: takeCall3(message, content)
    case 4: takeCall4(message, content)
    default: break
    }
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    self.clock = clock
    var count = count
    lanes[direction].hadGap = true
    if let file = lanes[direction].file {
      let lost = min(count, lanes[direction].fileLeft)
      file.lose(lost)
      count &-= lost
      lanes[direction].fileLeft &-= lost
      if lanes[direction].fileLeft == 0 { lanes[direction].file = nil }
      settle(file, direction)
    }
    let skipped = min(count, lanes[direction].skip)
    lanes[direction].skip &-= skipped
    if skipped < count { lanes[direction].isLost = true }
    return .goesOn
  }

  /// After lost bytes, what is open is given up: but for the newest, and files that have news.
  private func tidy(_ direction: Direction) {
    guard lanes[direction].hadGap else { return }
    for case let transaction as NFSTransaction in transactions {
      if let transfer = transaction.transfer {
        let deadline = transfer.deadline ?? clock.nanoseconds &+ NFSLimits.patience
        transfer.deadline = deadline
        guard clock.nanoseconds > deadline, !transfer.isClosed else { continue }
        transfer.file?.cut()
        transfer.isClosed = true
        transaction.finish()
      } else if transaction.number &+ 1 < transactionCount, !transaction.isComplete(.toClient) {
        transaction.finish(.toServer)
        if direction == .toClient { transaction.finish(.toClient) }
      }
    }
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    for case let transaction as NFSTransaction in transactions {
      if let transfer = transaction.transfer, transfer.direction == direction { transfer.file?.cut() }
      transaction.finish(direction)
    }
  }
}
