import Wire

// What the client says.
extension SMTPSession {
  private enum Word {
    static let helo = Array("HELO".utf8)
    static let ehlo = Array("EHLO".utf8)
    static let mail = Array("MAIL FROM".utf8)
    static let recipient = Array("RCPT TO".utf8)
    static let data = Array("DATA".utf8)
    static let chunk = Array("BDAT".utf8)
    static let startTLS = Array("STARTTLS".utf8)
    static let reset = Array("RSET".utf8)
    static let quit = Array("QUIT".utf8)
    static let last = Array("LAST".utf8)
  }

  /// Takes a command. One that is cut is read as far as it goes, its end being lost.
  func command(_ line: RawSpan, isCut: Bool) -> Step {
    // Each command is a message to rules on the stream; what a mail holds comes with the command behind it.
    endsMessage.toServer = true
    let text = isCut ? line : line.part(0, LineText.contentCount(line))
    let isReset = LineText.begins(text, with: Word.reset)
    let isQuit = LineText.begins(text, with: Word.quit)
    // What only ends a message begins none behind another.
    if (isReset || isQuit) && current == nil && transactionCount > 0 {
      return add(isReset ? .reset : .quit, nil) ? .goesOn : .failed
    }
    if LineText.begins(text, with: Word.mail) { leaveEnvelope() }
    let transaction = open()
    if isCut { transaction.raise(.truncatedLine) }
    if let last = pending.last, last.command == .data || last.command == .startTLS {
      // Neither may be followed by anything before its reply (RFC 2920 §3.1, RFC 3207 §4).
      transaction.raise(.invalidPipelinedSequence)
    }
    let kind: Command
    if isReset {
      kind = .reset
    } else if isQuit {
      kind = .quit
    } else if LineText.begins(text, with: Word.data) {
      guard beginMessage(transaction) else { return .failed }
      kind = .data
    } else if LineText.begins(text, with: Word.chunk) {
      guard let isLast = beginChunk(text, transaction) else { return .failed }
      kind = isLast ? .lastChunk : .chunk
    } else {
      kind = takeEnvelope(text, transaction)
    }
    return add(kind, transaction) ? .goesOn : .failed
  }

  /// A sender behind a command that ends the message at hand, before its reply, is that of the next.
  private func leaveEnvelope() {
    guard let current, let last = pending.last, last.transaction === current else { return }
    if last.command == .reset || last.command == .greeting { self.current = nil }
  }

  /// Greetings, senders, recipients and all that is not looked into.
  private func takeEnvelope(_ text: RawSpan, _ transaction: SMTPTransaction) -> Command {
    if LineText.begins(text, with: Word.helo) || LineText.begins(text, with: Word.ehlo) {
      if greeting == nil {
        greeting = argument(text, from: 5).copied()
        transaction.greeting = greeting
        transaction.advance(to: SMTPTransaction.Progress.greeted)
      } else {
        transaction.raise(.duplicateFields)
      }
      return transaction.sender == nil ? .other : .greeting
    }
    if LineText.begins(text, with: Word.mail) {
      if transaction.sender == nil {
        transaction.sender = argument(text, from: 10).copied()
        transaction.advance(to: SMTPTransaction.Progress.hasSender)
      } else {
        transaction.raise(.duplicateFields)
      }
    } else if LineText.begins(text, with: Word.recipient) {
      transaction.addRecipient(argument(text, from: 8))
      transaction.revision &+= 1
    } else if LineText.begins(text, with: Word.startTLS) {
      return .startTLS
    }
    return .other
  }

  /// The word behind the blanks at an offset.
  @_lifetime(copy text)
  private func argument(_ text: RawSpan, from offset: Int) -> RawSpan {
    let start = LineText.afterSpaces(text, from: offset)
    let end = text.firstIndex(of: 0x20, from: start) ?? text.byteCount
    return text.part(start, end &- start)
  }

  // MARK: Messages

  /// DATA: prepares for the message. False where the server has not answered the one before.
  ///
  /// Differs from Suricata: a message behind one that was refused is read, where its lines count as commands
  /// there; a client that the server bears with would hide its mail. The event is raised all the same.
  private func beginMessage(_ transaction: SMTPTransaction) -> Bool {
    if transaction.message != nil || transaction.whole != nil {
      transaction.raise(.unparsableContent)
      guard !pending.contains(where: { $0.command == .data }) else { return false }
      transaction.whole?.close(.truncated)
      (transaction.message, transaction.whole) = (nil, nil)
    }
    transaction.advance(to: SMTPTransaction.Progress.hasRecipients)
    if settings.extractsWhole {
      transaction.whole = MIMEFiles(files, settings, transaction).begin(Array("rawmsg".utf8))
    } else if settings.mime.isEnabled {
      transaction.message = MIMEMessage()
    }
    return true
  }

  /// The server wants the message.
  func startMessage(_ transaction: SMTPTransaction) {
    transaction.advance(to: SMTPTransaction.Progress.data)
    state = .message(transaction)
    guard let message = transaction.message else { return }
    mime = MIMEReader(message, settings.mime, MIMEFiles(files, settings, transaction))
  }

  /// The message has come to its end, or will not be read on.
  func finishMessage(of transaction: SMTPTransaction, isCut: Bool) {
    if let mime {
      mime.finish(isCut: isCut)
      noteOddities(mime, transaction)
      self.mime = nil
    }
    transaction.whole?.close(isCut ? .truncated : .closed)
    transaction.advance(to: SMTPTransaction.Progress.ended)
  }

  /// Rules on the stream are asked when a boundary has ended a file in the message, as in Suricata; what the
  /// end of the message ends comes with the command behind it.
  func noteEndOfFile(_ mime: MIMEReader) {
    guard mime.hasEndedFile else { return }
    mime.hasEndedFile = false
    endsMessage.toServer = true
  }

  /// Turns what is odd about the message into events.
  func noteOddities(_ mime: MIMEReader, _ transaction: SMTPTransaction) {
    guard !mime.oddities.isEmpty else { return }
    for oddity in mime.oddities { transaction.raise(SMTPEvent(oddity)) }
    mime.oddities.removeAll(keepingCapacity: true)
  }

  /// BDAT: a length, and whether it is the last chunk. Nil where neither can be read.
  private func beginChunk(_ text: RawSpan, _ transaction: SMTPTransaction) -> Bool? {
    var position = 5
    var length = 0
    while position < text.byteCount, let digit = ASCII.decimalDigit(text[position]) {
      length = length &* 10 &+ Int(digit)
      guard length <= Int(UInt32.max) else { break }
      position &+= 1
    }
    let hasLength = position > 5 && length <= Int(UInt32.max)
    let word = text.part(LineText.afterSpaces(text, from: position), text.byteCount)
    let isLast = word.byteCount == Word.last.count && LineText.begins(word, with: Word.last)
    guard hasLength, isLast || word.byteCount == 0 else {
      transaction.raise(.invalidChunk)
      return nil
    }
    transaction.advance(to: SMTPTransaction.Progress.hasRecipients)
    if length > 0 { state = .chunk(length) }
    if isLast { current = nil }
    return isLast
  }
}
