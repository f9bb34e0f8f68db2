package import Wire

/// FTP's data connections, known from what the control connection said.
enum FTPData {
  static let entry = ApplicationProtocol(
    name: "ftp-data", transports: [.tcp], ports: [],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: [], fields: fields,
    makeSession: { FTPDataSession($0, command: [], fileName: []) })

  private static let fields: [Field] = [
    Field(
      keyword: "ftpdata_command", aliases: ["ftpdata.command"], .number, nil, progress: Pair(both: 0),
      names: Dictionary(uniqueKeysWithValues: commands.enumerated().map { ($1.lowercased(), Int64($0) + 1) }),
      source: "RFC 959 §4.1.3, RFC 3659 §7",
      "Request that a data connection was opened for; asked in both directions.",
      example: "ftpdata_command:stor;", of: FTPDataTransaction.self
    ) { transaction, _ in
      let index = commands.firstIndex { transaction.command.elementsEqual($0.utf8) }
      return index.map { .number(Int64($0) + 1) } ?? .none
    }
  ]

  /// Requests that open data connections.
  private static let commands = ["RETR", "STOR", "APPE", "STOU", "NLST", "LIST", "MLSD"]
}

/// One data connection.
package final class FTPDataTransaction: Transaction {
  /// The request that it was opened for.
  package let command: [UInt8]
  package let fileName: [UInt8]

  init(command: [UInt8], fileName: [UInt8]) {
    self.command = command
    self.fileName = fileName
    super.init(number: 0, completeFrom: Pair(both: 1))
  }
}

/// Takes the bytes of a data connection as a file, if it moves one: the first direction with bytes is the
/// file's. A gap is counted in it.
package final class FTPDataSession: Session {
  private let files: FlowFiles
  private let transaction: FTPDataTransaction

  init(_ settings: ProtocolSettings, command: [UInt8], fileName: [UInt8]) {
    files = FlowFiles(settings)
    transaction = FTPDataTransaction(command: command, fileName: fileName)
    super.init()
    transactions = [transaction]
    transactionCount = 1
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    if transaction.startNanoseconds == 0 { transaction.startNanoseconds = clock.nanoseconds }
    transaction.revision &+= 1
    if let file = file(direction) { files.append(bytes, to: file, bytesMax: FTPLimits.fileBytes) }
    return Consumption(bytes: bytes.byteCount)
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    file(direction)?.skip(UInt64(clamping: count))
    transaction.revision &+= 1
    return .goesOn
  }

  package override func truncate(_ direction: Direction) { file(direction)?.close(.truncated) }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    transaction.files.first { $0.direction == direction }?.close()
    transaction.progress[direction] = 1
    transaction.revision &+= 1
  }

  /// The file that goes in a direction, begun with its first byte.
  private func file(_ direction: Direction) -> TransferredFile? {
    if let file = transaction.files.first { return file.direction == direction ? file : nil }
    guard !transaction.fileName.isEmpty else { return nil }
    let file = files.make(direction, transaction.fileName)
    transaction.files.append(file)
    return file
  }
}
