import Wire

extension SIP {
  static let fields: [Field] = lineFields + headerFields + descriptionFields

  private static let atHeaders = Pair(both: SIPTransaction.Progress.headers)
  private static let complete = Pair(both: SIPTransaction.Progress.complete)

  /// What the first line says.
  private static let lineFields: [Field] = [
    line("sip.method", "method", .toServer, "§7.1", "Method of a request.", "INVITE") { start in
      if case .request(let method, _) = start { method } else { nil }
    },
    line("sip.uri", "uri", .toServer, "§7.1", "Whom a request is for.", "sip:100@") { start in
      if case .request(_, let uri) = start { uri } else { nil }
    },
    line("sip.stat_code", "code", .toClient, "§7.2", "Code of a response.", "401") { start in
      if case .response(let code, _) = start { code } else { nil }
    },
    line("sip.stat_msg", "reason", .toClient, "§7.2", "Words behind a response's code.", "Trying") { start in
      if case .response(_, let reason) = start { reason } else { nil }
    },
    text("sip.protocol", "version", nil, "§7.1", "Version in the first line.", "SIP/2.0") { $0.version },
    text(
      "sip.request_line", "request_line", .toServer, "§7.1", "First line of a request, without its end.",
      "REGISTER sip:"
    ) { $0.line },
    text(
      "sip.response_line", "response_line", .toClient, "§7.2", "First line of a response, without its end.",
      "SIP/2.0 200 OK"
    ) { $0.line },
  ]

  private static let headerFields: [Field] = [
    header("sip.from", .from, "§20.20", "Values of the header From.", "sip:100@"),
    header("sip.to", .to, "§20.39", "Values of the header To.", "sip:100@"),
    header("sip.via", .via, "§20.42", "Values of the header Via.", "SIP/2.0/UDP"),
    header(
      "sip.user_agent", .userAgent, "§20.41", "Values of the header User-Agent.", "friendly-scanner"),
    header("sip.content_type", .contentType, "§20.15", "Values of the header Content-Type.", "sdp"),
    header("sip.content_length", .contentLength, "§20.14", "Values of the header Content-Length.", "0"),
  ]

  /// What the body says about a session.
  private static let descriptionFields: [Field] = [
    one("origin", "§5.2", "Who began the session (o=).", "IN IP4") { $0.origin },
    one("session_name", "§5.3", "Name of the session (s=).", "call") { $0.name },
    one("session_info", "§5.4", "Text about the session (i=).", "talk") { $0.information },
    one("uri", "§5.5", "Address of more about the session (u=).", "https://") { $0.uri },
    one("email", "§5.6", "Mail address of who is responsible (e=).", "@example.com") { $0.email },
    one("phone_number", "§5.6", "Phone number of who is responsible (p=).", "+1") { $0.phone },
    one("connection_data", "§5.7", "Address of the session's media (c=).", "IN IP4") { $0.connection },
    one("timezone", "§5.11", "Changes of the time zone (z=).", "-1h") { $0.zone },
    one("encryption_key", "§5.12", "Key of the session (k=).", "prompt") { $0.key },
    several("bandwidth", "§5.8", "Bandwidths of the session (b=).", "AS:") { $0.bandwidths },
    several("time", "§5.9", "Times of the session (t=).", "0 0") { $0.times.map(\.time) },
    several("repeat_time", "§5.10", "Repetitions of the session's times (r=).", "7d") {
      $0.times.compactMap(\.repeat)
    },
    several("attribute", "§5.13", "Attributes of the session (a=).", "sendrecv") { $0.attributes },
    several("media.media", "§5.14", "Kind, port and formats of each medium (m=).", "audio") {
      $0.media.map(\.media)
    },
    several("media.media_info", "§5.4", "Text about each medium (i=).", "talk") {
      $0.media.compactMap(\.information)
    },
    several("media.connection_data", "§5.7", "Address of each medium (c=).", "IN IP4") {
      $0.media.compactMap(\.connection)
    },
    several("media.encryption_key", "§5.12", "Key of each medium (k=).", "prompt") {
      $0.media.compactMap(\.key)
    },
  ]

  private static func line(
    _ keyword: String, _ eve: String, _ direction: Direction, _ source: String, _ summary: String,
    _ example: String, _ value: @escaping @Sendable (SIPMessage.Start) -> [UInt8]?
  ) -> Field {
    text(keyword, eve, direction, source, summary, example) { value($0.start) }
  }

  private static func text(
    _ keyword: String, _ eve: String, _ direction: Direction?, _ source: String, _ summary: String,
    _ example: String, _ value: @escaping @Sendable (SIPMessage) -> [UInt8]?
  ) -> Field {
    Field(
      keyword: keyword, eve: eve, .buffer, direction, progress: atHeaders, source: "RFC 3261 \(source)",
      summary, example: "\(keyword); content:\"\(example)\";", of: SIPTransaction.self
    ) { transaction, direction in
      guard transaction.onlyDirection == direction else { return .none }
      return filled(value(transaction.message))
    }
  }

  private static func header(
    _ keyword: String, _ header: SIPMessage.Header, _ source: String, _ summary: String, _ example: String
  ) -> Field {
    Field(
      keyword: keyword, .multiBuffer, nil, progress: atHeaders, source: "RFC 3261 \(source)", summary,
      example: "\(keyword); content:\"\(example)\";", of: SIPTransaction.self
    ) { transaction, direction in
      guard transaction.onlyDirection == direction else { return .none }
      return list(transaction.message.values(header))
    }
  }

  private static func one(
    _ name: String, _ source: String, _ summary: String, _ example: String,
    _ value: @escaping @Sendable (SessionDescription) -> [UInt8]?
  ) -> Field {
    Field(
      keyword: "sdp.\(name)", .buffer, nil, progress: complete, source: "RFC 8866 \(source)", summary,
      example: "sdp.\(name); content:\"\(example)\";", of: SIPTransaction.self
    ) { transaction, direction in
      guard transaction.onlyDirection == direction else { return .none }
      return filled(transaction.session.flatMap(value))
    }
  }

  private static func several(
    _ name: String, _ source: String, _ summary: String, _ example: String,
    _ values: @escaping @Sendable (SessionDescription) -> [[UInt8]]
  ) -> Field {
    Field(
      keyword: "sdp.\(name)", .multiBuffer, nil, progress: complete, source: "RFC 8866 \(source)", summary,
      example: "sdp.\(name); content:\"\(example)\";", of: SIPTransaction.self
    ) { transaction, direction in
      guard transaction.onlyDirection == direction else { return .none }
      return list(transaction.session.map(values) ?? [])
    }
  }

  private static func filled(_ value: [UInt8]?) -> FieldValue {
    value.flatMap { $0.isEmpty ? nil : FieldValue.bytes($0) } ?? .none
  }

  private static func list(_ values: [[UInt8]]) -> FieldValue {
    values.isEmpty ? .none : .list(values)
  }
}
