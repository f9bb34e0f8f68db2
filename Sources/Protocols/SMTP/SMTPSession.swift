package import Wire

/// Parser of SMTP (RFC 5321), with pipelining (RFC 2920), chunks (RFC 3030) and STARTTLS (RFC 3207).
///
/// The client's lines are commands until the server has agreed to DATA, then the message up to the line with
/// a lone dot. Replies answer commands in order. A reply without a known code is an event and ends the
/// parsing; so is a chunk whose length cannot be read. A gap ends the parsing.
package final class SMTPSession: Session {
  /// What a command asks for, as far as its reply matters.
  enum Command {
    case other, startTLS, data, dataEnd, chunk, lastChunk, reset, quit
    /// A greeting in the midst of a message.
    case greeting
  }

  /// A command that waits for its reply.
  struct Pending {
    let command: Command
    let transaction: SMTPTransaction?
  }

  /// What the client's bytes are.
  enum State {
    case commands
    case message(SMTPTransaction)
    /// Bytes of a chunk still to come.
    case chunk(Int)
  }

  let settings: SMTPSettings
  let files: FlowFiles
  var state = State.commands
  /// The transaction that commands go to.
  var current: SMTPTransaction?
  var pending: [Pending] = []
  /// Name that the client gave itself first.
  var greeting: [UInt8]?
  /// The server's first reply is behind us.
  var hasWelcome = false
  /// The line of a reply before said that it goes on.
  var isContinued = false
  /// Takes the message at hand apart.
  var mime: MIMEReader?
  private var commands = LineReader(bytesMax: SMTPLimits.lineBytes, excess: .dropped)
  private var replies = LineReader(bytesMax: SMTPLimits.lineBytes, excess: .dropped)
  private var lines = LineReader(bytesMax: SMTPLimits.lineBytes, excess: .given)
  /// Offset in the stream of the message at hand, where frames are asked for.
  private var dataStart: UInt64?
  private var hasEnded = Pair(both: false)
  private var clock = PacketClock(nanoseconds: 0)

  /// What a line led to.
  enum Step {
    case goesOn, failed, changesProtocol
  }

  init(_ settings: ProtocolSettings) {
    self.settings = settings.smtp
    files = FlowFiles(settings)
    super.init()
    streamMessages = .marked
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    var position = 0
    defer { if direction == .toServer, let mime { flush(mime) } }
    while position < bytes.byteCount {
      let step = direction == .toServer ? request(bytes, &position) : reply(bytes, &position)
      switch step {
      case .goesOn: continue
      case .failed:
        giveUp()
        return Consumption(bytes: position, .failed)
      case .changesProtocol: return Consumption(bytes: position, .changesProtocol("tls"))
      }
    }
    return Consumption(bytes: position)
  }

  /// Hands on what was decoded. Rules on the stream are asked with all that comes of a large file until rules
  /// have looked at it, as in Suricata.
  private func flush(_ mime: MIMEReader) {
    mime.flush()
    if mime.isUnseen(from: settings.contentInspectBytesMin) { endsMessage.toServer = true }
  }

  package override func skipGap(_ count: Int, _ direction: Direction, _ clock: PacketClock)
    -> Consumption.Outcome
  {
    giveUp()
    return .failed
  }

  package override func truncate(_ direction: Direction) {
    guard direction == .toServer, case .message(let transaction) = state else { return }
    if let mime {
      // What came of the last line counts as well.
      var kept = lines.lend()
      if !kept.isEmpty { mime.take(kept.rawSpan, isContinuation: lines.isContinuation) }
      kept.removeAll(keepingCapacity: true)
      lines.giveBack(&kept)
      mime.truncate()
    }
    transaction.whole?.close(.truncated)
    transaction.revision &+= 1
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    hasEnded[direction] = true
    if hasEnded.toServer, hasEnded.toClient { giveUp() }
    guard direction == .toServer, case .message(let transaction) = state else { return }
    finishMessage(of: transaction, isCut: true)
    state = .commands
  }

  /// Nothing more will be read: what is open is over.
  private func giveUp() {
    if case .message(let transaction) = state { finishMessage(of: transaction, isCut: true) }
    state = .commands
    pending = []
    current = nil
    for case let transaction as SMTPTransaction in transactions {
      transaction.advance(to: SMTPTransaction.Progress.complete)
    }
  }

  /// Takes the client's next line, piece or chunk.
  private func request(_ bytes: RawSpan, _ position: inout Int) -> Step {
    switch state {
    case .chunk(let left):
      let count = min(left, bytes.byteCount &- position)
      position &+= count
      state = left > count ? .chunk(left &- count) : .commands
      return .goesOn
    case .message(let transaction):
      messageLine(bytes, &position, transaction)
      return .goesOn
    case .commands: break
    }
    let gathered = commands.gather(bytes, &position)
    let step: Step
    let count: Int
    let textCount: Int
    switch gathered {
    case .needsMore: return .goesOn
    case .whole(let range), .cut(let range):
      let line = bytes.part(range.lowerBound, range.count)
      (count, textCount) = (range.count, LineText.contentCount(line))
      step = command(line, isCut: count >= SMTPLimits.lineBytes)
    case .inKept, .cutInKept:
      var kept = commands.lend()
      (count, textCount) = (kept.count, LineText.contentCount(kept.rawSpan))
      step = command(kept.rawSpan, isCut: count >= SMTPLimits.lineBytes)
      commands.giveBack(&kept)
    }
    if frames != nil { announceCommand(at: position &- count, count, textCount) }
    return step
  }

  /// A command's line is a frame twice, as in Suricata: as it came, and without its end as the transaction's.
  private func announceCommand(at position: Int, _ count: Int, _ textCount: Int) {
    announce(SMTPFrame.commandLine, .toServer, at: position, length: count)
    let latest = transactionCount > 0 ? transactionCount &- 1 : nil
    announce(
      SMTPFrame.commandLine, .toServer, at: position, length: textCount,
      transaction: pending.last?.transaction?.number ?? latest, isAnother: true)
  }

  /// Takes the server's next line.
  private func reply(_ bytes: RawSpan, _ position: inout Int) -> Step {
    let transaction = pending.first?.transaction?.number
    let gathered = replies.gather(bytes, &position)
    let step: Step
    let count: Int
    switch gathered {
    case .needsMore: return .goesOn
    case .whole(let range), .cut(let range):
      count = range.count
      step = reply(bytes.part(range.lowerBound, count), isCut: count >= SMTPLimits.lineBytes)
    case .inKept, .cutInKept:
      var kept = replies.lend()
      count = kept.count
      step = reply(kept.rawSpan, isCut: count >= SMTPLimits.lineBytes)
      replies.giveBack(&kept)
    }
    announce(
      SMTPFrame.responseLine, .toClient, at: position &- count, length: count, transaction: transaction)
    return step
  }

  /// Takes a line of the message, or a piece of one.
  private func messageLine(_ bytes: RawSpan, _ position: inout Int, _ transaction: SMTPTransaction) {
    if lines.isEmpty, dataStart == nil, let frames {
      dataStart = frames.offset(of: position, .toServer)
      announce(SMTPFrame.data, .toServer, at: position, transaction: transaction.number)
    }
    switch lines.gather(bytes, &position) {
    case .needsMore: break
    case .whole(let range), .cut(let range):
      messageLine(bytes.part(range.lowerBound, range.count), transaction)
    case .inKept, .cutInKept:
      var kept = lines.lend()
      messageLine(kept.rawSpan, transaction)
      lines.giveBack(&kept)
    }
    if case .message = state { return }
    guard let start = dataStart, let frames else { return }
    let end = frames.offset(of: position, .toServer)
    frames.announce(SMTPFrame.data.number, .toServer, start: start, length: end &- min(start, end))
    dataStart = nil
  }

  private func messageLine(_ line: RawSpan, _ transaction: SMTPTransaction) {
    transaction.revision &+= 1
    let isContinuation = lines.isContinuation
    if !isContinuation, isLoneDot(line) {
      finishMessage(of: transaction, isCut: false)
      state = .commands
      if current === transaction { current = nil }
      add(.dataEnd, transaction)
      return
    }
    if let whole = transaction.whole {
      files.append(line, to: whole, bytesMax: settings.contentBytesMax)
    }
    guard let mime else { return }
    mime.take(line, isContinuation: isContinuation)
    noteEndOfFile(mime)
    noteOddities(mime, transaction)
    if mime.message.hasHeaders { transaction.advance(to: SMTPTransaction.Progress.headers) }
  }

  private func isLoneDot(_ line: RawSpan) -> Bool {
    line.byteCount <= 3 && line[0] == UInt8(ascii: ".") && LineText.contentCount(line) == 1
      && line[line.byteCount &- 1] == 0x0A
  }

  // MARK: Transactions

  /// The transaction at hand, or a new one.
  func open() -> SMTPTransaction {
    if let current { return current }
    let transaction = SMTPTransaction(number: transactionCount)
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    current = transaction
    if let greeting {
      transaction.greeting = greeting
      transaction.advance(to: SMTPTransaction.Progress.greeted)
    }
    return transaction
  }

  /// Remembers a command until its reply comes; false where there are too many.
  @discardableResult
  func add(_ command: Command, _ transaction: SMTPTransaction?) -> Bool {
    guard pending.count < SMTPLimits.commands else { return false }
    pending.append(Pending(command: command, transaction: transaction))
    return true
  }

  /// The server has answered what ends a transaction.
  func complete(_ transaction: SMTPTransaction?) {
    guard let transaction else { return }
    transaction.advance(to: SMTPTransaction.Progress.complete)
    if current === transaction { current = nil }
  }
}
