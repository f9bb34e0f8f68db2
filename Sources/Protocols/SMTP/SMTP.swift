import Wire

/// Frames of SMTP (rules: `frame:smtp.command_line`).
enum SMTPFrame: String, FrameKind {
  case commandLine = "command_line"
  /// A message as it is sent, the line with the dot included.
  case data
  case responseLine = "response_line"
}

/// SMTP (RFC 5321) and the messages that it carries: the protocol's entry in the catalogue.
enum SMTP {
  static let entry = ApplicationProtocol(
    name: "smtp", transports: [.tcp], ports: [25, 465, 587],
    progress: Pair(SMTPTransaction.Progress.requestNames, SMTPTransaction.Progress.responseNames),
    events: SMTPEvent.allCases.map(\.name), fields: envelopeFields + messageFields,
    frames: SMTPFrame.names, hasLastingSteps: true,
    recognise: { bytes, direction, transport in
      direction == .toServer
        ? recogniseCommand(bytes) : RecognisedProbes.smtpBanner(bytes, direction, transport)
    },
    probe: { bytes, direction, transport in
      direction == .toClient ? RecognisedProbes.replyOrCommand(bytes, direction, transport) : .no
    },
    makeSession: { SMTPSession($0) })

  private static let firstCommands = ["EHLO", "HELO", "QUIT"].map { Array($0.utf8) }

  /// Tells a client by its first command.
  private static func recogniseCommand(_ bytes: RawSpan) -> Recognition {
    var result = Recognition.no
    for word in firstCommands {
      var index = 0
      while index < word.count, index < bytes.byteCount, ASCII.uppercased(bytes[index]) == word[index] {
        index &+= 1
      }
      if index == word.count { return .yes }
      if index == bytes.byteCount { result = .needsMore }
    }
    return result
  }

  private static func step(_ step: UInt8) -> Pair<UInt8> { Pair(both: step) }

  private static let envelopeFields: [Field] = [
    Field(
      keyword: "smtp.helo", eve: "helo", .buffer, .toServer,
      progress: step(SMTPTransaction.Progress.greeted), source: "RFC 5321 §4.1.1.1",
      "Name that the client gives itself.", example: "smtp.helo; content:\"mail.example\";",
      of: SMTPTransaction.self
    ) { transaction, _ in value(transaction.greeting) },
    Field(
      keyword: "smtp.mail_from", eve: "mail_from", .buffer, .toServer,
      progress: step(SMTPTransaction.Progress.hasSender), source: "RFC 5321 §4.1.1.2",
      "Sender of the envelope.", example: "smtp.mail_from; content:\"<boss@example.com>\";",
      of: SMTPTransaction.self
    ) { transaction, _ in value(transaction.sender) },
    Field(
      keyword: "smtp.rcpt_to", eve: "rcpt_to", .multiBuffer, .toServer,
      progress: step(SMTPTransaction.Progress.hasRecipients), source: "RFC 5321 §4.1.1.3",
      "Recipients of the envelope.", example: "smtp.rcpt_to; content:\"@example.com>\";",
      of: SMTPTransaction.self
    ) { transaction, _ in list(transaction.recipients) }.inParts,
  ]

  private static let messageFields: [Field] = [
    header("from", "RFC 5322 §3.6.2", "Authors of a message, as its header has them."),
    header("subject", "RFC 5322 §3.6.5", "Subject of a message."),
    header("to", "RFC 5322 §3.6.3", "Recipients of a message, as its header has them."),
    header("cc", "RFC 5322 §3.6.3", "Recipients of a message's copies, as its header has them."),
    header("date", "RFC 5322 §3.6.1", "Time at which a message says that it was written."),
    header("message_id", "RFC 5322 §3.6.4", "Identifier of a message."),
    header("x_mailer", "in wide use", "Program that a message says it was written with."),
    Field(
      keyword: "email.received", .multiBuffer, .toServer, progress: step(SMTPTransaction.Progress.headers),
      source: "RFC 5322 §3.6.7", "Servers that a message went through, the last one first.",
      example: "email.received; content:\"localhost\";", of: SMTPTransaction.self
    ) { transaction, _ in list(transaction.message?.values("received") ?? []) },
    Field(
      keyword: "email.url", .multiBuffer, .toServer, progress: step(SMTPTransaction.Progress.ended),
      source: "RFC 3986 §3", "Web addresses in the text of a message, without their scheme.",
      example: "email.url; content:\"example.com/\"; startswith;", of: SMTPTransaction.self
    ) { transaction, _ in list(transaction.message?.urls ?? []) },
  ]

  private static func header(_ name: String, _ source: String, _ summary: String) -> Field {
    let headerName = name.replacing("_", with: "-")
    return Field(
      keyword: "email.\(name)", .buffer, .toServer, progress: step(SMTPTransaction.Progress.headers),
      source: source, summary, example: "email.\(name); content:\"example\";", of: SMTPTransaction.self
    ) { transaction, _ in value(transaction.message?.value(headerName)) }
  }

  private static func value(_ bytes: [UInt8]?) -> FieldValue {
    bytes.map(FieldValue.bytes) ?? .none
  }

  private static func list(_ values: [[UInt8]]) -> FieldValue {
    values.isEmpty ? .none : .list(values)
  }
}
