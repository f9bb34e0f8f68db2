import Wire

/// FTP (RFC 959): the entry in the catalogue of its control connection.
enum FTP {
  static let entry = ApplicationProtocol(
    name: "ftp", transports: [.tcp], ports: [21],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: FTPEvent.allCases.map(\.name), fields: requestFields + replyFields + dataFields,
    recognise: { bytes, direction, transport in
      direction == .toServer
        ? recogniseCommand(bytes) : RecognisedProbes.ftpBanner(bytes, direction, transport)
    },
    probe: RecognisedProbes.replyOrCommand,
    makeSession: { FTPSession($0.ftp) })

  private static let firstCommands = ["USER ", "PASS ", "PORT "].map { Array($0.utf8) }

  /// Tells a client by its first command, on any port.
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

  private static let started = Pair(both: FTPTransaction.Progress.started)
  private static let complete = Pair(both: FTPTransaction.Progress.complete)
  private static let flags: [String: Int64] = [
    "yes": 1, "on": 1, "true": 1, "1": 1, "no": 0, "off": 0, "false": 0, "0": 0,
  ]

  /// Known with a request's line, whatever is answered.
  private static let requestFields: [Field] = [
    Field(
      keyword: "ftp.command", eve: "command", .buffer, .toServer, progress: started,
      source: "RFC 959 §4.1", "Word of a request, in capitals.", example: "ftp.command; content:\"RETR\";",
      of: FTPTransaction.self
    ) { transaction, _ in value(transaction.command) },
    Field(
      keyword: "ftp.command_data", eve: "command_data", .buffer, .toServer, progress: started,
      source: "RFC 959 §4.1", "What stands behind the word of a request.",
      example: "ftp.command_data; content:\"passwd\";", of: FTPTransaction.self
    ) { transaction, _ in value(transaction.argument) },
    Field(
      keyword: "ftpbounce", .number, .toServer, progress: started, source: "RFC 2577 §3",
      "A PORT request names another host than the client.", example: "ftpbounce;", of: FTPTransaction.self
    ) { transaction, _ in transaction.isBounce ? .number(1) : .none },
  ]

  private static let replyFields: [Field] = [
    Field(
      keyword: "ftp.reply", eve: "reply", .multiBuffer, .toClient, progress: complete,
      source: "RFC 959 §4.2", "Lines of the replies to a request, without their codes.",
      example: "ftp.reply; content:\"Please specify the password.\";", of: FTPTransaction.self
    ) { transaction, _ in transaction.isRequest ? list(transaction.replies) : .none },
    Field(
      keyword: "ftp.completion_code", eve: "completion_code", .multiBuffer, .toClient, progress: complete,
      source: "RFC 959 §4.2", "Codes of the replies to a request.",
      example: "ftp.completion_code; content:\"226\";", of: FTPTransaction.self
    ) { transaction, _ in transaction.isRequest ? list(transaction.codes) : .none },
    Field(
      keyword: "ftp.reply_received", eve: "reply_received", .number, .toClient, progress: complete,
      names: flags, source: "RFC 959 §4.2", "Whether a request got its final reply: yes or no.",
      example: "ftp.reply_received:yes;", of: FTPTransaction.self
    ) { transaction, _ in
      transaction.isRequest ? .number(transaction.isAnswered ? 1 : 0) : .none
    },
  ]

  private static let dataFields: [Field] = [
    Field(
      keyword: "ftp.mode", eve: "mode", .number, nil, progress: complete,
      names: ["active": 1, "passive": 0], source: "RFC 959 §3.2",
      "Who opens the data connection that a request agrees on: active is the server, passive the client.",
      example: "ftp.mode:active;", of: FTPTransaction.self
    ) { transaction, _ in
      transaction.dataPort == nil ? .none : .number(transaction.isActive ? 1 : 0)
    },
    Field(
      keyword: "ftp.dynamic_port", eve: "dynamic_port", .number, nil, progress: complete,
      source: "RFC 959 §4.1.2, RFC 2428", "Port of the data connection that a request agrees on.",
      example: "ftp.dynamic_port:>1023;", of: FTPTransaction.self
    ) { transaction, _ in transaction.dataPort.map { .number(Int64($0)) } ?? .none },
  ]

  private static func value(_ bytes: [UInt8]?) -> FieldValue {
    guard let bytes, !bytes.isEmpty else { return .none }
    return .bytes(bytes)
  }

  private static func list(_ values: [[UInt8]]) -> FieldValue {
    values.isEmpty ? .none : .list(values)
  }
}
