import Wire

/// The values of an HTTP transaction, each declared once.
extension HTTP {
  /// The step after which each part of a request or response is whole.
  private static let afterLine = Pair<UInt8>(both: HTTPTransaction.Step.headers)
  private static let afterHeaders = Pair<UInt8>(both: HTTPTransaction.Step.body)
  private static let afterBody = Pair<UInt8>(both: HTTPTransaction.Step.complete)

  static let fields: [Field] = lineFields + headerFields + bodyFields

  private static func value(_ bytes: [UInt8]?) -> FieldValue { bytes.map(FieldValue.bytes) ?? .none }

  /// Headers that are not there are no buffer, not an empty one.
  private static func filled(_ bytes: [UInt8]) -> FieldValue { bytes.isEmpty ? .none : .bytes(bytes) }

  private static func whole(_ transaction: HTTPTransaction, _ direction: Direction) -> Bool {
    transaction.message(direction).hasHeaders
  }

  private static let lineFields: [Field] = [
    Field(
      keyword: "http.uri", aliases: ["http_uri"], modifiers: ["http_uri"], pcreFlag: "U", eve: nil, .buffer,
      .toServer,
      progress: afterLine, source: "RFC 9112 §3.2", "Target of the request in normal form.",
      example: #"http.uri; content:"/index.php";"#, of: HTTPTransaction.self
    ) { transaction, _ in value(transaction.uri) },
    Field(
      keyword: "http.uri.raw", aliases: ["http_raw_uri"], modifiers: ["http_raw_uri"], pcreFlag: "I",
      eve: "url",
      .buffer, .toServer, progress: afterLine, source: "RFC 9112 §3.2",
      "Target of the request as it was sent.",
      example: #"http.uri.raw; content:"%2e%2e";"#, of: HTTPTransaction.self
    ) { transaction, _ in value(transaction.rawURI) },
    Field(
      keyword: "http.method", aliases: ["http_method"], modifiers: ["http_method"], pcreFlag: "M",
      eve: "http_method",
      .buffer, .toServer, progress: afterLine, source: "RFC 9110 §9", "Method of the request.",
      example: #"http.method; content:"POST";"#, of: HTTPTransaction.self
    ) { transaction, _ in transaction.hasRequest ? .bytes(transaction.method) : .none },
    Field(
      keyword: "http.protocol", aliases: ["http_protocol"], eve: "protocol", .buffer, nil,
      progress: afterLine,
      source: "RFC 9112 §2.3", "Version of the request or response, as sent.",
      example: #"http.protocol; content:"HTTP/1.0";"#, of: HTTPTransaction.self
    ) { transaction, direction in
      let version = direction == .toServer ? transaction.requestVersion : transaction.responseVersion
      return version.isEmpty ? .none : .bytes(version)
    },
    Field(
      keyword: "http.request_line", aliases: ["http_request_line"], .buffer, .toServer, progress: afterLine,
      source: "RFC 9112 §3", "First line of the request without its line break.",
      example: #"http.request_line; content:"GET / HTTP/1.0";"#, of: HTTPTransaction.self
    ) { transaction, _ in transaction.hasRequest ? .bytes(transaction.request.line) : .none },
    Field(
      keyword: "http.response_line", aliases: ["http_response_line"], .buffer, .toClient, progress: afterLine,
      source: "RFC 9112 §4", "First line of the response with its line break.",
      example: #"http.response_line; content:"403 Forbidden";"#, of: HTTPTransaction.self
    ) { transaction, _ in
      transaction.hasResponse ? .bytes(transaction.response.line + transaction.response.lineEnd) : .none
    },
    Field(
      keyword: "http.stat_code", aliases: ["http_stat_code"], modifiers: ["http_stat_code"], pcreFlag: "S",
      eve: "status", .buffer, .toClient, progress: afterLine, source: "RFC 9110 §15", "Status code as sent.",
      example: #"http.stat_code; content:"404";"#, of: HTTPTransaction.self
    ) { transaction, _ in value(transaction.status) },
    Field(
      keyword: "http.stat_msg", aliases: ["http_stat_msg"], modifiers: ["http_stat_msg"], pcreFlag: "Y",
      .buffer, .toClient,
      progress: afterLine, source: "RFC 9112 §4", "Reason phrase after the status code.",
      example: #"http.stat_msg; content:"Not Found";"#, of: HTTPTransaction.self
    ) { transaction, _ in value(transaction.statusMessage) },
    Field(
      keyword: "http.start", aliases: ["http_start"], .buffer, nil, progress: afterHeaders,
      source: "RFC 9112 §2.1",
      "First line and headers in normal form, up to the empty line.",
      example: #"http.start; content:"GET"; depth:3;"#, of: HTTPTransaction.self
    ) { transaction, direction in
      whole(transaction, direction) || (transaction.isHTTP09 && direction == .toServer)
        ? .bytes(transaction.message(direction).start(direction)) : .none
    },
  ]

  private static let headerFields: [Field] =
    [
      Field(
        keyword: "http.header", aliases: ["http_header"], modifiers: ["http_header"], pcreFlag: "H", .buffer,
        nil,
        progress: afterHeaders, source: "RFC 9112 §5", "Headers in normal form, without cookies.",
        example: #"http.header; content:"X-Forwarded-For";"#, of: HTTPTransaction.self,
        atEnd: { transaction, direction in
          let message = transaction.message(direction)
          return message.hasLastChunk ? .bytes(message.headerText(direction)) : .none
        }
      ) { transaction, direction in
        whole(transaction, direction) ? filled(transaction.message(direction).headerText(direction)) : .none
      },
      Field(
        keyword: "http.header.raw", aliases: ["http_raw_header"], modifiers: ["http_raw_header"],
        pcreFlag: "D", .buffer, nil,
        progress: afterHeaders, source: "RFC 9112 §5", "Header block as it was sent.",
        example: #"flow:to_server; http.header.raw; content:"|0d 0a 20|";"#, of: HTTPTransaction.self,
        atEnd: { filled($0.message($1).rawTrailers) }
      ) { transaction, direction in
        let message = transaction.message(direction)
        guard message.hasHeaders else { return .none }
        let trailers = message.rawTrailers
        return filled(trailers.isEmpty ? message.rawHeaders : message.rawHeaders + trailers)
      },
      Field(
        keyword: "http.header_names", aliases: ["http_header_names"], .buffer, nil, progress: afterHeaders,
        source: "RFC 9112 §5", "Names of the headers in order, between line breaks.",
        example: #"http.header_names; content:"|0d 0a|Host|0d 0a|";"#, of: HTTPTransaction.self
      ) { transaction, direction in
        whole(transaction, direction) ? filled(transaction.message(direction).headerNames) : .none
      },
      Field(
        keyword: "http.request_header", aliases: ["http_request_header"], .multiBuffer, .toServer,
        progress: afterHeaders, source: "RFC 9112 §5", "Each header of the request as `Name: value`.",
        example: #"http.request_header; content:"Host: ";"#, of: HTTPTransaction.self
      ) { transaction, _ in .list(transaction.request.headerList) },
      Field(
        keyword: "http.response_header", aliases: ["http_response_header"], .multiBuffer, .toClient,
        progress: afterHeaders, source: "RFC 9112 §5", "Each header of the response as `Name: value`.",
        example: #"http.response_header; content:"Server: ";"#, of: HTTPTransaction.self
      ) { transaction, _ in .list(transaction.response.headerList) },
      Field(
        keyword: "http.cookie", aliases: ["http_cookie"], modifiers: ["http_cookie"], pcreFlag: "C", .buffer,
        nil,
        progress: afterHeaders, source: "RFC 6265 §4", "Cookie of the request, or what the response sets.",
        example: #"http.cookie; content:"session=";"#, of: HTTPTransaction.self
      ) { transaction, direction in
        value(transaction.header(direction == .toServer ? .cookie : .setCookie, direction))
      },
      Field(
        keyword: "http.host", aliases: ["http_host"], modifiers: ["http_host"], pcreFlag: "W",
        eve: "hostname",
        .buffer, .toServer, progress: afterHeaders, source: "RFC 9110 §7.2",
        "Host in lower case, without port.",
        example: #"http.host; content:"example.com";"#, of: HTTPTransaction.self
      ) { transaction, _ in value(transaction.host) },
      Field(
        keyword: "http.host.raw", aliases: ["http_raw_host"], modifiers: ["http_raw_host"], pcreFlag: "Z",
        .buffer, .toServer,
        progress: afterHeaders, source: "RFC 9110 §7.2", "Host as it was sent, with port.",
        example: #"http.host.raw; content:"Example.COM:8080";"#, of: HTTPTransaction.self
      ) { transaction, _ in value(transaction.rawHost) },
      header(
        "user_agent", .userAgent, .toServer, "RFC 9110 §10.1.5", modifier: true, pcreFlag: "V",
        eve: "http_user_agent"),
      header("accept", .accept, .toServer, "RFC 9110 §12.5.1"),
      header("accept_lang", .acceptLanguage, .toServer, "RFC 9110 §12.5.4"),
      header("accept_enc", .acceptEncoding, .toServer, "RFC 9110 §12.5.3"),
      header("referer", .referer, .toServer, "RFC 9110 §10.1.3", eve: "http_refer"),
      header("connection", .connection, nil, "RFC 9110 §7.6.1"),
      header("content_len", .contentLength, nil, "RFC 9110 §8.6"),
      header("content_type", .contentType, nil, "RFC 9110 §8.3", eve: "http_content_type"),
      header("location", .location, .toClient, "RFC 9110 §10.2.2", eve: "redirect"),
      header("server", .server, .toClient, "RFC 9110 §10.2.4"),
    ]

  /// A keyword for one header's value.
  private static func header(
    _ keyword: String, _ name: HTTPHeaderName, _ direction: Direction?, _ source: String,
    modifier: Bool = false,
    pcreFlag: Character? = nil, eve: String? = nil
  ) -> Field {
    Field(
      keyword: "http." + keyword, aliases: ["http_" + keyword],
      modifiers: modifier ? ["http_" + keyword] : [],
      pcreFlag: pcreFlag, eve: eve, .buffer, direction, progress: afterHeaders, source: source,
      "Value of the \(name.text) header.", example: "http.\(keyword); content:\"a\";",
      of: HTTPTransaction.self
    ) { transaction, direction in value(transaction.header(name, direction)) }
  }

  private static let bodyFields: [Field] = [
    Field(
      keyword: "http.request_body", aliases: ["http_client_body", "http_request_body"],
      modifiers: ["http_client_body"], pcreFlag: "P", .body, .toServer, progress: afterBody,
      source: "RFC 9110 §6.4", "Body of the request, its codings undone.",
      example: #"http.request_body; content:"password=";"#, of: HTTPTransaction.self
    ) { transaction, _ in
      transaction.request.body.total > 0 ? .body(transaction.request.body) : .none
    },
    Field(
      keyword: "http.response_body", aliases: ["http_server_body", "http_response_body"],
      modifiers: ["http_server_body"], pcreFlag: "Q", .body, .toClient, progress: afterBody,
      source: "RFC 9110 §6.4", "Body of the response, its codings undone.",
      example: #"http.response_body; content:"<script";"#, of: HTTPTransaction.self
    ) { transaction, _ in
      transaction.response.body.total > 0 ? .body(transaction.response.body) : .none
    },
  ]
}
