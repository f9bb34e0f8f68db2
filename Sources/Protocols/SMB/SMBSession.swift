package import Wire

/// Parser of SMB 1, 2 and 3 over TCP ([MS-SMB], [MS-SMB2]; RFC 1002 §4.3 for the records).
///
///     type (8) | length (24) | message          records
///
/// Messages are given to transactions by their numbers. Data of reads and writes go to their files as they
/// come; named pipes carry remote procedure calls. After a gap the records are picked up where the known
/// length says, or else where the bytes look like a record again.
package final class SMBSession: Session {
  let connection = SMBConnection()
  let settings: SMBSettings
  let files: HTTPFlowFiles
  /// Bytes of a file that are told of, where files are kept; 0: all.
  let fileBytesMax: Int
  var lanes = Pair(both: SMBLane())
  /// Where reading stands among the bytes being shown.
  private(set) var cursor = (position: 0, direction: Direction.toServer)
  /// The parser cannot follow any more.
  private var hasFailed = false
  /// The last file that was asked to be opened, for commands in the same message that refer to it.
  var lastOpened: (handle: SMBHandle, name: [UInt8])?

  init(_ settings: ProtocolSettings) {
    self.settings = settings.smb
    files = HTTPFlowFiles(settings)
    let limit = settings.hasFileLimit ? settings.fileBytesMax : settings.smb.streamDepthBytes
    fileBytesMax = settings.keepsFiles ? limit : 0
    super.init(streamDepthBytes: settings.smb.streamDepthBytes)
    // Files make up most of the stream: it comes in chunks, as Suricata has it.
    streamMessages = .none
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    var position = 0
    while position < bytes.byteCount {
      let rest = bytes.part(position, bytes.byteCount)
      cursor = (position, direction)
      let used: Int?
      if lanes[direction].hasPart {
        used = pass(rest, direction, clock)
      } else if lanes[direction].isLost {
        used = find(rest, direction)
      } else if lanes[direction].recordLeft == 0 {
        used = beginRecord(rest, direction)
      } else {
        used = readMessage(rest, direction, clock)
      }
      guard let used else { break }
      position &+= used
      if hasFailed { return Consumption(bytes: position, .failed) }
    }
    return Consumption(bytes: position)
  }

  /// Passes over what was read, and gives data to their sink.
  private func pass(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Int {
    var position = min(lanes[direction].prefix, bytes.byteCount)
    lanes[direction].prefix &-= position
    if lanes[direction].prefix == 0 {
      let count = min(lanes[direction].data, bytes.byteCount &- position)
      if count > 0 {
        deliver(bytes.part(position, count), direction, clock)
        lanes[direction].data &-= count
        position &+= count
      }
      if lanes[direction].data == 0 {
        lanes[direction].sink = .none
        let count = min(lanes[direction].suffix, bytes.byteCount &- position)
        lanes[direction].suffix &-= count
        position &+= count
      }
    }
    lanes[direction].recordLeft &-= position
    return position
  }

  private func deliver(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) {
    switch lanes[direction].sink {
    case .none: break
    case .file(let file, let offset):
      file.take(bytes, at: offset)
      lanes[direction].sink = .file(file, offset &+ UInt64(bytes.byteCount))
    case .pipe(let pipe, let message):
      guard !takeCalls(bytes, pipe, message, direction, clock) else { return }
      lanes[direction].sink = .none
      noteNoCall(pipe, message, direction, clock)
    }
  }

  /// Reads the header of a record; other types than messages are passed over.
  private func beginRecord(_ bytes: RawSpan, _ direction: Direction) -> Int? {
    guard bytes.byteCount >= 4 else { return nil }
    let length = Int(bytes.u32(0) & 0xFF_FFFF)
    lanes[direction].recordLeft = length
    switch bytes[0] {
    case 0x00: announceRecord(length)
    case 0x81...0x85: lanes[direction].pass(length)
    default:
      note(.malformedData)
      lanes[direction].recordLeft = 0
      lanes[direction].isLost = true
      return 1
    }
    return 4
  }

  /// Looks for the next record.
  private func find(_ bytes: RawSpan, _ direction: Direction) -> Int? {
    var position = 0
    while position &+ 8 <= bytes.byteCount {
      if bytes[position] == 0, Self.isMessage(bytes.u32(position &+ 4)) {
        lanes[direction].isLost = false
        return position
      }
      position &+= 1
    }
    return position > 0 ? position : nil
  }

  /// The first four bytes of a message: of either version, encrypted, or compressed.
  private static func isMessage(_ mark: UInt32) -> Bool {
    mark & 0xFF_FFFF == 0x53_4D42 && mark >> 24 >= 0xFC
  }

  /// Reads the message at the front of what is left of a record; nil: more of it must be there.
  private func readMessage(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Int? {
    let left = lanes[direction].recordLeft
    guard bytes.byteCount >= min(left, 4) else { return nil }
    switch left >= 4 ? bytes.u32(0) : 0 {
    case 0xFE53_4D42: return readMessage2(bytes, left, direction, clock)
    case 0xFF53_4D42: return readMessage1(bytes, left, direction, clock)
    case 0xFD53_4D42, 0xFC53_4D42:
      announceMessage((.pdu3, .header3, .data3), 52, left)
      lanes[direction].pass(left)
    default:
      note(.malformedData)
      lanes[direction].pass(left)
    }
    return 0
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    var left = count
    var lane = lanes[direction]
    if lane.hasPart {
      let prefix = min(lane.prefix, left)
      lane.prefix &-= prefix
      left &-= prefix
      let data = min(lane.data, left)
      if data > 0, case .file(let file, let offset) = lane.sink {
        file.lose(UInt64(data), at: offset)
        lane.sink = .file(file, offset &+ UInt64(data))
      } else if data > 0 {
        lane.sink = .none
      }
      lane.data &-= data
      left &-= data
      let suffix = min(lane.suffix, left)
      lane.suffix &-= suffix
      left &-= suffix
    } else {
      // The message at the front is incomplete: what is left of its record is of no use.
      let skipped = min(lane.recordLeft, left)
      lane.pass(lane.recordLeft &- skipped)
      left &-= skipped
    }
    lane.recordLeft &-= count &- left
    if left > 0, lane.recordLeft > 0 {
      // The gap goes on into the next command of the record.
      let skipped = min(lane.recordLeft, left)
      lane.recordLeft &-= skipped
      left &-= skipped
      lane.pass(lane.recordLeft)
    }
    lane.isLost = lane.isLost || left > 0
    lanes[direction] = lane
    for case let transaction as SMBTransaction in transactions where transaction.key != nil {
      transaction.finish(direction)
    }
    return .goesOn
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    for file in connection.files[direction].values { file.flush() }
    for case let transaction as SMBTransaction in transactions { transaction.finish(direction) }
  }

  // MARK: Transactions

  /// Begins a transaction; nil where there are too many: then nothing more is followed.
  func begin(_ version: UInt8, _ command: UInt16, key: UInt64?, _ clock: PacketClock) -> SMBTransaction? {
    guard !hasFailed else { return nil }
    let transaction = SMBTransaction(
      number: transactionCount, version: version, command: command, key: key, connection, clock)
    transactionCount &+= 1
    transactions.append(transaction)
    if transactions.count > settings.transactionsMax {
      let open = transactions.reduce(0) { $1.state.isDone ? $0 : $0 &+ 1 }
      if open > settings.transactionsMax {
        transaction.raise(.tooManyTransactions)
        hasFailed = true
      }
    }
    return transaction
  }

  /// The transaction that waits for the response to a command.
  func open(_ version: UInt8, _ command: UInt16, _ key: UInt64) -> SMBTransaction? {
    for case let transaction as SMBTransaction in transactions.reversed()
    where transaction.key == key && transaction.command == command && transaction.version == version
      && transaction.progress.toClient == 0
    {
      return transaction
    }
    return nil
  }

  /// Raises an event on the newest transaction.
  func note(_ event: SMBEvent) {
    guard let transaction = transactions.last as? SMBTransaction else { return }
    transaction.raise(event)
  }
}
