package import Wire

/// Parser of FTP's control connection (RFC 959): lines both ways.
///
///     command [blank argument] CR LF
///     ddd[- ]text CR LF            three digits; with a hyphen, or without code, more lines follow
///
/// Replies answer requests in order; a code of the hundreds announces another reply. A request that moves
/// data makes the flow of its data connection known beforehand. A gap ends the parsing.
package final class FTPSession: Session {
  private let settings: FTPSettings
  private var requests: LineReader
  private var replies: LineReader
  /// Requests without their final reply, in order; nil: one too many, which is not kept.
  private var open: [FTPTransaction?] = []
  /// The data connection that was agreed on last.
  private var agreed: (port: UInt16, isActive: Bool)?
  private var client: IPAddress?
  private var server: IPAddress?
  private var clock = PacketClock(nanoseconds: 0)
  /// The code of a reply that goes on over several lines.
  private var continued: [UInt8]?
  private var asksForTLS = false
  private var hasEnded = Pair(both: false)

  init(_ settings: FTPSettings) {
    self.settings = settings
    requests = LineReader(bytesMax: settings.lineBytesMax, excess: .dropped)
    replies = LineReader(bytesMax: settings.lineBytesMax, excess: .dropped)
    super.init()
    // Commands are not shown one by one, as the reference has it: rules on them have fields.
    streamMessages = .none
  }

  package override func adopt(client: IPAddress) { self.client = client }
  package override func adopt(server: IPAddress) { self.server = server }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    var position = 0
    while position < bytes.byteCount {
      if direction == .toServer {
        request(bytes, &position)
      } else if reply(bytes, &position) {
        return Consumption(bytes: position, .changesProtocol("tls"))
      }
    }
    return Consumption(bytes: position)
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    hasEnded[direction] = true
    guard hasEnded.toServer, hasEnded.toClient else { return }
    for case let transaction? in open {
      transaction.progress = Pair(both: FTPTransaction.Progress.complete)
    }
    open = []
  }

  private func begin() -> FTPTransaction {
    let transaction = FTPTransaction(number: transactionCount)
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  // MARK: Requests

  private func request(_ bytes: RawSpan, _ position: inout Int) {
    switch requests.gather(bytes, &position) {
    case .needsMore: break
    case .whole(let range), .cut(let range): request(bytes.part(range.lowerBound, range.count))
    case .inKept, .cutInKept:
      var kept = requests.lend()
      request(kept.rawSpan)
      requests.giveBack(&kept)
    }
  }

  private func request(_ line: RawSpan) {
    let isCut = line.byteCount >= settings.lineBytesMax
    let text = Self.content(of: line, isCut: isCut)
    if open.count >= settings.transactionsMax {
      open.first??.raise(.tooManyTransactions)
      // What is never answered does not fill the memory.
      if open.count < 4 * settings.transactionsMax { open.append(nil) }
      return
    }
    let transaction = begin()
    transaction.isRequest = true
    open.append(transaction)
    defer { transaction.progress.toServer = FTPTransaction.Progress.complete }
    asksForTLS = FTPCommand.startTLS.contains { LineText.begins(text, with: $0) }
    if isCut {
      transaction.isCommandCut = true
      transaction.raise(.requestTooLong)
    }
    guard let word = FTPCommand.word(of: text) else { return }
    transaction.command = word
    let argument = text.part(word.count &+ 1, text.byteCount)
    transaction.argument = argument.copied()
    transaction.revision &+= 1
    take(word, argument, transaction)
  }

  /// What a request says about data connections.
  private func take(_ word: [UInt8], _ argument: RawSpan, _ transaction: FTPTransaction) {
    switch String(decoding: word, as: UTF8.self) {
    case "PORT":
      guard let (address, port) = FTPCommand.hostPort(argument) else { return }
      propose(port, transaction)
      if let client { transaction.isBounce = client != IPAddress(v4: address) }
    case "EPRT":
      if let port = FTPCommand.extendedPort(argument) { propose(port, transaction) }
    case "RETR", "STOR":
      if argument.byteCount == 0 { transaction.raise(.fileWithoutName) }
      if agreed == nil { transaction.raise(.fileBeforePort) }
      if argument.byteCount > 0 { expectData(word, argument.copied()) }
    case "APPE": if argument.byteCount > 0 { expectData(word, argument.copied()) }
    // The server makes up a name where the client proposes none.
    case "STOU": expectData(word, argument.byteCount > 0 ? argument.copied() : Self.namedByServer)
    case "NLST", "LIST", "MLSD": expectData(word, [])
    default: break
    }
  }

  /// What stands for the name of a file that the server names, as in the reference.
  private static let namedByServer = Array("<stou>".utf8)

  /// The client listens on a port.
  private func propose(_ port: UInt16, _ transaction: FTPTransaction) {
    transaction.proposedPort = port
    transaction.isActive = true
    agreed = (port, true)
  }

  /// The server listens on a port.
  private func agree(_ port: UInt16, _ transaction: FTPTransaction) {
    transaction.dataPort = port
    agreed = (port, false)
  }

  private func expectData(_ word: [UInt8], _ name: [UInt8]) {
    guard let (port, isActive) = agreed, let client, let server else { return }
    agreed = nil
    let (from, to) = isActive ? (server, client) : (client, server)
    expected.append(
      ExpectedFlow(
        protocolName: "ftp-data", client: from, server: to, serverPort: port,
        untilNanoseconds: clock.nanoseconds &+ ExpectedFlow.waitNanoseconds
      ) { FTPDataSession($0, command: word, fileName: name) })
  }

  // MARK: Replies

  /// Takes the next line of a reply; true where the connection changes to TLS.
  private func reply(_ bytes: RawSpan, _ position: inout Int) -> Bool {
    switch replies.gather(bytes, &position) {
    case .needsMore: return false
    case .whole(let range), .cut(let range): return reply(bytes.part(range.lowerBound, range.count))
    case .inKept, .cutInKept:
      var kept = replies.lend()
      let changes = reply(kept.rawSpan)
      replies.giveBack(&kept)
      return changes
    }
  }

  private func reply(_ line: RawSpan) -> Bool {
    let isCut = line.byteCount >= settings.lineBytesMax
    let text = Self.content(of: line, isCut: isCut)
    if open.isEmpty {
      let unasked = begin()
      unasked.onlyDirection = .toClient
      open.append(unasked)
    }
    let transaction = open.first ?? nil
    if isCut {
      transaction?.isReplyCut = true
      transaction?.raise(.responseTooLong)
    }
    let code = Self.code(text)
    let isFinal = code != nil && (text.byteCount == 3 || text[3] == 0x20)
    if isFinal, text.byteCount > 3 {
      transaction?.add(code: code, text: text.part(4, text.byteCount))
    } else {
      transaction?.add(code: nil, text: text)
    }
    let isLong = continued != nil
    if let continued {
      guard isFinal, code == continued else { return false }
      self.continued = nil
    } else if let code, !isFinal, text[3] == UInt8(ascii: "-") {
      continued = code
      return false
    }
    // A reply of the hundreds announces the one that counts; in the reference not if it has several lines.
    if isFinal, !isLong, code?.first == UInt8(ascii: "1") { return false }
    if let transaction {
      takePort(code, text, transaction)
      transaction.complete()
    }
    open.removeFirst()
    return asksForTLS && code.map { $0.elementsEqual("234".utf8) } == true
  }

  private func takePort(_ code: [UInt8]?, _ text: RawSpan, _ transaction: FTPTransaction) {
    guard let code, let command = transaction.command else { return }
    if code.elementsEqual("227".utf8), command.elementsEqual("PASV".utf8) {
      if let port = FTPCommand.passivePort(text) { agree(port, transaction) }
    } else if code.elementsEqual("229".utf8), command.elementsEqual("EPSV".utf8) {
      if let port = FTPCommand.extendedPassivePort(text) { agree(port, transaction) }
    }
  }

  private static func code(_ text: RawSpan) -> [UInt8]? {
    guard text.byteCount >= 3, (0..<3).allSatisfy({ ASCII.isDigit(text[$0]) }),
      text.byteCount == 3 || text[3] == 0x20 || text[3] == UInt8(ascii: "-")
    else { return nil }
    return text.part(0, 3).copied()
  }

  /// A line without its end and the blanks before that; one that is cut has none.
  @_lifetime(copy line)
  private static func content(of line: RawSpan, isCut: Bool) -> RawSpan {
    if isCut { return line }
    var count = line.byteCount
    while count > 0, ASCII.isSpace(line[count &- 1]) { count &-= 1 }
    return line.part(0, count)
  }
}
