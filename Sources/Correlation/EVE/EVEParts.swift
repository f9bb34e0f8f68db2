import Events
import Wire

/// The `dns` object of an EVE line: of versions 1 to 3.
struct EVEName {
  var name = ""
  var recordType = ""
  var isMissing = false
  var isAnswer = false

  init(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x7b else {
      try reader.skip()
      return
    }
    var result = EVEName()
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      switch key {
      case "rrname": result.name = try reader.optionalString() ?? ""
      case "rrtype": result.recordType = try reader.optionalString() ?? ""
      case "rcode": result.isMissing = try reader.optionalString() == "NXDOMAIN"
      case "type":
        let type = try reader.optionalString()
        result.isAnswer = type == "answer" || type == "response"
      case "queries", "query": try result.readQueries(&reader)
      default: try reader.skip()
      }
    }
    self = result
  }

  private init() {}

  private mutating func readQueries(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x5b else { return try reader.skip() }
    var result = self
    try reader.array { (reader: inout JSONReader) throws(JSONReader.Failure) in
      guard try reader.peek() == 0x7b, result.name.isEmpty else { return try reader.skip() }
      try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
        switch key {
        case "rrname": result.name = try reader.optionalString() ?? ""
        case "rrtype": result.recordType = try reader.optionalString() ?? ""
        default: try reader.skip()
        }
      }
    }
    self = result
  }
}

/// The `flow` object of an EVE line.
struct EVEFlow {
  private var packetsToServer: UInt64 = 0
  private var packetsToClient: UInt64 = 0
  private var bytesToServer: UInt64 = 0
  private var bytesToClient: UInt64 = 0
  private var start: Int64?
  private var end: Int64?
  private var state = ""
  private var hasAlerted = false

  init() {}

  init(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard try reader.peek() == 0x7b else {
      try reader.skip()
      return
    }
    var result = EVEFlow()
    try reader.object { (reader: inout JSONReader, key: String) throws(JSONReader.Failure) in
      switch key {
      case "pkts_toserver": result.packetsToServer = try reader.optionalNumber() ?? 0
      case "pkts_toclient": result.packetsToClient = try reader.optionalNumber() ?? 0
      case "bytes_toserver": result.bytesToServer = try reader.optionalNumber() ?? 0
      case "bytes_toclient": result.bytesToClient = try reader.optionalNumber() ?? 0
      case "start": result.start = try reader.optionalString().flatMap { EVETime.nanoseconds($0) }
      case "end": result.end = try reader.optionalString().flatMap { EVETime.nanoseconds($0) }
      case "state": result.state = try reader.optionalString() ?? ""
      default: try reader.skip()
      }
    }
    self = result
  }

  func event(
    _ order: EventOrder, _ time: Int64, _ endpoints: Endpoints, _ applicationProtocol: String,
    _ vlans: [UInt16], _ line: [UInt8]
  ) -> FlowEvent {
    var flow = FlowEvent(
      order: order, startNanoseconds: start ?? time, endNanoseconds: end ?? time, endpoints: endpoints,
      packetsToServer: packetsToServer, packetsToClient: packetsToClient, bytesToServer: bytesToServer,
      bytesToClient: bytesToClient, applicationProtocol: applicationProtocol, state: state,
      hasAlerted: hasAlerted, line: line)
    flow.vlans = vlans
    return flow
  }
}

/// Times as EVE writes them: `2026-11-20T01:03:14.460000+0000`.
enum EVETime {
  /// Nanoseconds since 1970, or nil.
  static func nanoseconds(_ text: String) -> Int64? {
    var bytes = Array(text.utf8.prefix(40))
    // EVE's offset has no colon; RFC 3339 wants one.
    if bytes.count >= 24, let sign = bytes.dropFirst(19).lastIndex(where: { $0 == 0x2b || $0 == 0x2d }),
      bytes.count == sign + 5
    {
      bytes.insert(0x3a, at: sign + 3)
    }
    return Timestamp.nanoseconds(bytes)
  }
}
