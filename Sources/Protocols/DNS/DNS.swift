import Wire

/// DNS over UDP and TCP (RFC 1035, RFC 6891): the protocol's entry in the catalogue.
enum DNS {
  static let entry = ApplicationProtocol(
    name: "dns", transports: [.udp, .tcp], ports: [53],
    progress: Pair(["request_started", "request_complete"], ["response_started", "response_complete"]),
    events: DNSSession.Event.allCases.map(\.name), fields: fields,
    frames: DNSFrame.names,
    probe: { bytes, direction, transport in
      transport == .udp ? DNSProbe.datagram(bytes, direction) : DNSProbe.stream(bytes, direction)
    },
    makeSession: { _ in DNSSession(isStream: true) },
    makeDatagramSession: { _ in DNSSession(isStream: false) })

  /// Frames (rules: `frame:dns.pdu`).
  enum DNSFrame: String, FrameKind {
    /// A message, over TCP without the length before it.
    case pdu
  }

  static let complete = Pair<UInt8>(both: 1)

  static let fields: [Field] =
    [
      Field(
        keyword: "dns.query", aliases: ["dns_query"], eve: "queries.rrname", .multiBuffer, .toServer,
        progress: complete, source: "RFC 1035 §4.1.2", "Names asked for by a request.",
        example: "dns.query; content:\"example.com\";", of: DNSTransaction.self
      ) { transaction, _ in
        transaction.message.isResponse ? .none : transaction.names(.questions)
      },
      Field(
        keyword: "dns.response.rrname", .multiBuffer, .toClient, progress: complete,
        source: "RFC 1035 §4.1.3",
        "All names of a response: of its records, and those in their data.",
        example: "dns.response.rrname; content:\"example.com\";", of: DNSTransaction.self
      ) { transaction, _ in transaction.responseNames() },
      Field(
        keyword: "dns.opcode", eve: "opcode", .number, nil, progress: complete,
        names: DNSNames.numbers(DNSNames.operations), source: "RFC 1035 §4.1.1",
        "Kind of request: 0 is a query.",
        example: "dns.opcode:4;", of: DNSTransaction.self
      ) { transaction, direction in
        transaction.direction == direction ? .number(Int64(transaction.message.opcode)) : .none
      },
      Field(
        keyword: "dns.rcode", eve: "rcode", .number, nil, progress: complete,
        names: DNSNames.numbers(DNSNames.responseCodes), source: "RFC 1035 §4.1.1",
        "Response code: 3 says that the name does not exist.", example: "dns.rcode:3;",
        of: DNSTransaction.self
      ) { transaction, direction in
        transaction.direction == direction ? .number(Int64(transaction.message.responseCode)) : .none
      },
      Field(
        keyword: "dns.rrtype", eve: "queries.rrtype", .number, nil, progress: complete,
        names: DNSNames.numbers(DNSNames.types), source: "RFC 1035 §4.1.2",
        "Types of the records: of the questions in a request, of the answers in a response.",
        example: "dns.rrtype:16;", of: DNSTransaction.self
      ) { transaction, direction in
        guard transaction.direction == direction else { return .none }
        let places = transaction.message.places(direction == .toServer ? .questions : .answers)
        let types = places.map { Int64(transaction.message.record(at: $0).type) }
        return types.isEmpty ? .none : .numbers(types)
      },
    ] + sectionFields("dns", aliases: ["queries": "dns.query.name", "answers": "dns.answer.name"])

  /// The fields with the names of one section each, for DNS and its multicast sister.
  static func sectionFields(_ name: String, aliases: [String: String] = [:]) -> [Field] {
    [
      names(
        "\(name).queries.rrname", aliases: aliases["queries"].map { [$0] } ?? [],
        "Names in the question section of a request or response.", .questions),
      names(
        "\(name).answers.rrname", aliases: aliases["answers"].map { [$0] } ?? [],
        "Names of the records in the answer section.", .answers),
      names("\(name).authorities.rrname", "Names of the records in the authority section.", .authorities),
      names("\(name).additionals.rrname", "Names of the records in the additional section.", .additionals),
    ]
  }

  /// A field with the names of one section.
  private static func names(
    _ keyword: String, aliases: [String] = [], _ summary: String, _ section: DNSMessage.Section
  ) -> Field {
    Field(
      keyword: keyword, aliases: aliases, .multiBuffer, nil, progress: complete, source: "RFC 1035 §4.1.3",
      summary,
      example: "\(keyword); content:\"example.com\";", of: DNSTransaction.self
    ) { transaction, direction in
      transaction.direction == direction ? transaction.names(section) : .none
    }
  }
}
