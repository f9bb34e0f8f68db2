import Wire

// What the server answers.
extension SMTPSession {
  /// Takes a line of a reply (RFC 5321 §4.2): a code, then a blank, or a hyphen where more lines follow.
  func reply(_ line: RawSpan, isCut: Bool) -> Step {
    let text = line.part(0, LineText.contentCount(line))
    let transaction = pending.first?.transaction ?? current
    if isCut { transaction?.raise(.truncatedLine) }
    guard let code = Self.code(text), Self.codes.contains(code) else {
      transaction?.raise(.invalidReply)
      return .failed
    }
    // Rules on the stream see a reply of many lines as far as it has come.
    if !pending.isEmpty { endsMessage.toClient = true }
    if text.byteCount > 3, text[3] == UInt8(ascii: "-") { return .goesOn }
    if !hasWelcome {
      hasWelcome = code == 220 || code == 554 || transaction == nil
      if !hasWelcome { transaction?.raise(.noWelcome) }
    }
    transaction?.noteReply()
    guard !pending.isEmpty else { return .goesOn }
    return answer(pending.removeFirst(), code)
  }

  private func answer(_ command: Pending, _ code: Int) -> Step {
    let isAccepted = 200..<300 ~= code
    switch command.command {
    case .other, .chunk: break
    case .greeting:
      // A greeting in the midst of a message puts it aside as a reset does (RFC 5321 §4.1.4).
      if isAccepted { complete(command.transaction) }
    case .startTLS:
      guard code == 220 else {
        command.transaction?.raise(.tlsRejected)
        break
      }
      complete(command.transaction)
      return .changesProtocol
    case .data:
      guard let transaction = command.transaction else { break }
      guard code == 354 else {
        transaction.raise(.dataRejected)
        break
      }
      guard !transaction.isComplete, case .commands = state else { break }
      startMessage(transaction)
    case .reset, .quit: if isAccepted { complete(command.transaction) }
    case .dataEnd, .lastChunk: complete(command.transaction)
    }
    return .goesOn
  }

  /// The three digits that begin a reply.
  private static func code(_ text: RawSpan) -> Int? {
    guard text.byteCount >= 3 else { return nil }
    var code = 0
    for index in 0..<3 {
      guard let digit = ASCII.decimalDigit(text[index]) else { return nil }
      code = code &* 10 &+ Int(digit)
    }
    return code
  }

  /// Codes that a server may answer with (RFC 5321 §4.2.3 and the extensions).
  private static let codes: Set<Int> = [
    211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 401, 402, 421, 435, 450, 451, 452, 454, 455, 500, 501,
    502, 503, 504, 511, 521, 522, 525, 530, 534, 535, 541, 543, 550, 551, 552, 553, 554, 555,
  ]
}
