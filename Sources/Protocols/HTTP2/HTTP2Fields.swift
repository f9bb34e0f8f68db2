import Wire

/// The values of HTTP/2: those of HTTP, where both have them, and its own.
extension HTTP2 {
  /// Keywords that HTTP/2 has nothing for, or has otherwise.
  private static let ownWay: Set<String> = [
    "http.header.raw", "http.header_names", "http.start", "http.connection", "http.request_header",
    "http.response_header", "http.request_line", "http.response_line",
  ]

  static let sharedFields: [Field] = HTTP.fields.filter { !ownWay.contains($0.keyword ?? "") }
    .map(\.withoutOldSpellings)

  private static let atOnce = Pair<UInt8>(both: HTTPTransaction.Step.started)
  private static let afterHeaders = Pair<UInt8>(both: HTTPTransaction.Step.body)

  static let fields: [Field] = [
    Field(
      keyword: "http.request_line", aliases: ["http_request_line"], .buffer, .toServer,
      progress: afterHeaders,
      source: "RFC 9113 §8.3.1",
      "Method, path and version as HTTP/1 has them; of the connection itself, the version alone.",
      example: #"http.request_line; content:"GET / HTTP/2|0d 0a|";"#, of: HTTP2Transaction.self
    ) { transaction, _ in
      guard transaction.stream == 0 || transaction.hasRequest else { return .none }
      return .bytes(transaction.method + [0x20] + (transaction.rawURI ?? []) + Array(" HTTP/2\r\n".utf8))
    },
    Field(
      keyword: "http.response_line", aliases: ["http_response_line"], .buffer, .toClient,
      progress: afterHeaders,
      source: "RFC 9113 §8.3.2",
      "Version and status as HTTP/1 has them; of the connection itself, the version alone.",
      example: #"http.response_line; content:"HTTP/2 200|0d 0a|";"#, of: HTTP2Transaction.self
    ) { transaction, _ in
      guard transaction.stream == 0 || transaction.hasResponse else { return .none }
      return .bytes(Array("HTTP/2 ".utf8) + (transaction.status ?? []) + Array("\r\n".utf8))
    },
    headerList("http.request_header", .toServer, "Each header of the request as `name: value`."),
    headerList("http.response_header", .toClient, "Each header of the response as `name: value`."),
    block(
      "http.header.raw", old: [], "Each header as `name: value`, in order.",
      example: #"flow:to_server; http.header.raw; content:":path: /";"#
    ) { headers in headers.flatMap { $0.name + [0x3A, 0x20] + $0.value + [0x0D, 0x0A] } },
    block(
      "http.header_names", old: ["http_header_names"],
      "Names of the headers in order, repeated ones as well.",
      example: #"http.header_names; content:"|0d 0a|cookie|0d 0a|cookie|0d 0a|";"#
    ) { headers in [0x0D, 0x0A] + headers.flatMap { $0.name + [0x0D, 0x0A] } + [0x0D, 0x0A] },
    Field(
      keyword: "http2.header_name", .multiBuffer, nil, progress: afterHeaders, source: "RFC 9113 §8.2",
      "Name of each header.", example: #"http2.header_name; content:"agent";"#, of: HTTP2Transaction.self
    ) { transaction, direction in
      list(transaction.signals[direction].headers.filter { $0.tableSize == nil }.map(\.name))
    },
    Field(
      eve: HTTP2Setting.field, .multiBuffer, nil, progress: atOnce, source: "RFC 9113 §6.5",
      "Each setting as it was sent.", of: HTTP2Transaction.self
    ) { transaction, direction in list(transaction.signals[direction].settings.map(\.bytes)) },
    number(
      "http2.frametype", names: names(HTTP2FrameType.names), "RFC 9113 §6", "Type of a frame.",
      example: "http2.frametype:GOAWAY;"
    ) { $0.types.map(Int64.init) },
    number(
      "http2.errorcode", names: names(HTTP2ErrorCode.ruleNames), "RFC 9113 §7",
      "Code of a RST_STREAM or GOAWAY frame.", example: "http2.errorcode:NO_ERROR;"
    ) { signals in signals.errorCode.map { [Int64($0)] } ?? [] },
    number(
      "http2.priority", "RFC 9113 §5.3", "Weight in a HEADERS or PRIORITY frame, less one.",
      example: "http2.priority:>100;"
    ) { $0.priorities.map(Int64.init) },
    number(
      "http2.window", "RFC 9113 §6.9", "Increment in a WINDOW_UPDATE frame.", example: "http2.window:<42;"
    ) { $0.windows.map(Int64.init) },
    number(
      "http2.size_update", "RFC 7541 §6.3", "Size that the table of headers changes to.",
      example: "http2.size_update:>4096;"
    ) { $0.tableSizes.map { Int64(clamping: $0) } },
  ]

  private static func list(_ values: [[UInt8]]) -> FieldValue { values.isEmpty ? .none : .list(values) }

  private static func names(_ list: [String]) -> [String: Int64] {
    Dictionary(uniqueKeysWithValues: list.enumerated().map { ($0.element.lowercased(), Int64($0.offset)) })
  }

  /// A buffer made of all headers of a side, as they came; an update of the decoder's table counts as one
  /// without name and value, as in Suricata.
  private static func block(
    _ keyword: String, old: [String], _ summary: String, example: String,
    _ text: @escaping @Sendable ([HTTP2Header]) -> [UInt8]
  ) -> Field {
    Field(
      keyword: keyword, aliases: old, .buffer, nil, progress: afterHeaders, source: "RFC 9113 §8.2",
      summary, example: example, of: HTTP2Transaction.self
    ) { transaction, direction in
      let headers = transaction.signals[direction].headers
      return headers.isEmpty ? .none : .bytes(text(headers))
    }
  }

  private static func headerList(_ keyword: String, _ direction: Direction, _ summary: String) -> Field {
    Field(
      keyword: keyword, aliases: [keyword.split(separator: ".").joined(separator: "_")], .multiBuffer,
      direction,
      progress: afterHeaders, source: "RFC 9113 §8.2", summary, example: "\(keyword); content:\"a: \";",
      of: HTTP2Transaction.self
    ) { transaction, direction in list(transaction.headerList(direction)) }
  }

  private static func number(
    _ keyword: String, names: [String: Int64] = [:], _ source: String, _ summary: String, example: String,
    _ values: @escaping @Sendable (HTTP2Signals) -> [Int64]
  ) -> Field {
    Field(
      keyword: keyword, .number, nil, progress: atOnce, names: names, source: source, summary,
      example: example,
      of: HTTP2Transaction.self
    ) { transaction, direction in
      let found = values(transaction.signals[direction])
      return found.isEmpty ? .none : .numbers(found)
    }
  }
}
