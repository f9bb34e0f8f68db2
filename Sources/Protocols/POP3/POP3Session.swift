package import Wire

/// Parser of POP3 (RFC 1939, RFC 2449, RFC 5034): lines both ways.
///
///     command [blank argument]… CR LF
///     +OK text CR LF, -ERR text CR LF, or + text CR LF: the client goes on
///
/// Replies to some commands have more lines, up to one with a lone dot. A gap ends the parsing.
package final class POP3Session: Session {
  private let settings: POP3Settings
  private var requests = LineReader(bytesMax: POP3Limits.lineBytes, excess: .dropped)
  private var replies = LineReader(bytesMax: POP3Limits.lineBytes, excess: .dropped)
  /// Requests without reply, in order.
  private var open: [Pending] = []
  /// The reply at hand goes on up to a lone dot.
  private var isListing = false
  /// The server asked for the next line of an authentication.
  private var isAuthenticating = false
  private var clock = PacketClock(nanoseconds: 0)
  private var hasEnded = Pair(both: false)

  private struct Pending {
    let transaction: POP3Transaction
    /// A good reply has more lines.
    let hasLines: Bool
    let isMessage: Bool
    let startsTLS: Bool
  }

  /// How many arguments the commands take.
  private static let commands: [String: ClosedRange<Int>] = [
    "USER": 1...1, "PASS": 1...1, "APOP": 2...2, "STAT": 0...0, "LIST": 0...1, "RETR": 1...1, "DELE": 1...1,
    "NOOP": 0...0, "RSET": 0...0, "QUIT": 0...0, "TOP": 2...2, "UIDL": 0...1, "CAPA": 0...0, "STLS": 0...0,
    "AUTH": 1...2,
  ]

  init(_ settings: POP3Settings) {
    self.settings = settings
    super.init()
    streamMessages = .marked
  }

  package override func consume(_ bytes: RawSpan, _ direction: Direction, _ clock: PacketClock) -> Consumption
  {
    self.clock = clock
    var position = 0
    while position < bytes.byteCount {
      if direction == .toServer {
        let gathered = requests.gather(bytes, &position)
        var kept = requests.lend()
        _ = take(gathered, bytes, kept.rawSpan) { line in
          request(line)
          return false
        }
        requests.giveBack(&kept)
      } else {
        let gathered = replies.gather(bytes, &position)
        var kept = replies.lend()
        let changes = take(gathered, bytes, kept.rawSpan) { reply($0) }
        replies.giveBack(&kept)
        if changes { return Consumption(bytes: position, .changesProtocol("tls")) }
      }
    }
    return Consumption(bytes: position)
  }

  package override func end(_ direction: Direction, _ clock: PacketClock) {
    hasEnded[direction] = true
    guard hasEnded.toServer, hasEnded.toClient else { return }
    for pending in open { pending.transaction.complete() }
    open = []
  }

  /// Shows a line to whoever reads it, from where it lies.
  private func take(
    _ gathered: LineReader.Gathered, _ bytes: RawSpan, _ kept: RawSpan, _ body: (RawSpan) -> Bool
  ) -> Bool {
    switch gathered {
    case .needsMore: false
    case .whole(let range), .cut(let range): body(bytes.part(range.lowerBound, range.count))
    case .inKept, .cutInKept: body(kept)
    }
  }

  private func begin() -> POP3Transaction {
    let transaction = POP3Transaction(number: transactionCount)
    transaction.startNanoseconds = clock.nanoseconds
    transactionCount &+= 1
    transactions.append(transaction)
    return transaction
  }

  // MARK: Requests

  private func request(_ line: RawSpan) {
    let transaction = begin()
    endsMessage.toServer = true
    if open.count >= settings.transactionsMax {
      open.first?.transaction.raise(.tooManyTransactions)
      if open.count >= 2 * settings.transactionsMax { open.removeFirst().transaction.complete() }
    }
    if line.byteCount >= POP3Limits.lineBytes { transaction.raise(.requestTooLong) }
    if isAuthenticating {
      transaction.command = Array("<SASL DATA>".utf8)
      add(transaction, hasLines: false)
      return
    }
    let words = Self.words(line.part(0, LineText.contentCount(line)))
    transaction.command = words.first ?? []
    transaction.arguments = Array(words.dropFirst())
    let name = String(decoding: words.first ?? [], as: UTF8.self)
    let count = transaction.arguments.count
    if let wanted = Self.commands[name] {
      if !wanted.contains(count) { transaction.raise(.incorrectArgumentCount) }
    } else {
      transaction.raise(.unknownCommand)
    }
    let isList = ["LIST", "UIDL", "AUTH"].contains(name) && count == 0
    add(
      transaction, hasLines: isList || name == "CAPA" || name == "TOP" || name == "RETR",
      isMessage: name == "RETR", startsTLS: name == "STLS")
  }

  private func add(
    _ transaction: POP3Transaction, hasLines: Bool, isMessage: Bool = false, startsTLS: Bool = false
  ) {
    open.append(
      Pending(transaction: transaction, hasLines: hasLines, isMessage: isMessage, startsTLS: startsTLS))
  }

  /// The words of a line: those behind a command are few.
  private static func words(_ line: RawSpan) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var position = 0
    while position < line.byteCount, words.count < 64 {
      let start = LineText.afterSpaces(line, from: position)
      guard start < line.byteCount else { break }
      let end = line.firstIndex(of: 0x20, from: start) ?? line.byteCount
      words.append(line.part(start, end &- start).copied())
      position = end
    }
    return words
  }

  // MARK: Replies

  /// Takes a line of a reply; true where the connection changes to TLS.
  private func reply(_ line: RawSpan) -> Bool {
    if open.isEmpty { add(begin(), hasLines: false) }
    guard let pending = open.first else { return false }
    let transaction = pending.transaction
    if line.byteCount >= POP3Limits.lineBytes { transaction.raise(.responseTooLong) }
    let text = line.part(0, LineText.contentCount(line))
    if isListing {
      if text.byteCount == 1, text[0] == UInt8(ascii: ".") {
        finish()
      } else if !pending.isMessage {
        let isStuffed = text.byteCount > 1 && text[0] == UInt8(ascii: ".") && text[1] == UInt8(ascii: ".")
        transaction.add(text.part(isStuffed ? 1 : 0, text.byteCount))
      }
      return false
    }
    let isGood = text.byteCount > 0 && text[0] == UInt8(ascii: "+")
    let isMore = isGood && (text.byteCount == 1 || text[1] == 0x20)
    isAuthenticating = isMore
    if !pending.isMessage || !isGood {
      transaction.reply = POP3Transaction.Reply(isSuccess: isGood, header: Self.header(text))
      transaction.revision &+= 1
    }
    if isGood, !isMore, pending.hasLines {
      isListing = true
      return false
    }
    finish(isMore: isMore)
    return pending.startsTLS && isGood
  }

  /// The reply is over. One that asks for more is no message for itself to rules on the stream.
  private func finish(isMore: Bool = false) {
    isListing = false
    if !isMore { endsMessage.toClient = true }
    guard !open.isEmpty else { return }
    open.removeFirst().transaction.complete()
  }

  /// What stands behind the first word.
  private static func header(_ text: RawSpan) -> [UInt8] {
    guard let blank = text.firstIndex(of: 0x20, from: 0) else { return [] }
    return text.part(blank &+ 1, text.byteCount).copied()
  }
}
