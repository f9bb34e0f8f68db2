import Wire

/// A query, a response or an error, as a dictionary of bencoding (BEP 3, BEP 5).
///
///     y: q, r or e; t: number of the exchange; v: version of the client
///     q: name of the query; a: its arguments; r: values of a response; e: list of a code and a text
///
/// A value of another type than expected, a missing one, keys out of order and dictionaries within those that
/// are known make a message unreadable.
package struct BitTorrentMessage: Sendable {
  package struct Query: Sendable {
    package fileprivate(set) var identifier: [UInt8] = []
    package fileprivate(set) var target: [UInt8]?
    package fileprivate(set) var infoHash: [UInt8]?
    package fileprivate(set) var token: [UInt8]?
    package fileprivate(set) var impliedPort: UInt16?
    package fileprivate(set) var port: UInt16?
  }

  package struct Response: Sendable {
    package fileprivate(set) var identifier: [UInt8] = []
    package fileprivate(set) var nodes: [Node] = []
    package fileprivate(set) var nodes6: [Node] = []
    package fileprivate(set) var peers: [Node] = []
    package fileprivate(set) var token: [UInt8]?
  }

  /// A member of the DHT, or one that has what is asked for: then without identifier.
  package struct Node: Sendable {
    package let identifier: [UInt8]
    package let address: [UInt8]
    package let port: UInt16
  }

  package struct Failure: Sendable {
    package let code: UInt16
    package let text: [UInt8]
  }

  package private(set) var exchange: [UInt8] = []
  package private(set) var clientVersion: [UInt8]?
  package private(set) var queryName: [UInt8]?
  package private(set) var query: Query?
  package private(set) var response: Response?
  package private(set) var failure: Failure?

  /// Reads a message. Where it throws, what was told before is there.
  mutating func read(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = BencodeReader(bytes)
    var type: [UInt8]?
    var exchange: [UInt8]?
    var version: [UInt8]?
    var name: [UInt8]?
    var query: Query?
    var response: Response?
    var failure: Failure?
    try reader.begin(UInt8(ascii: "d"))
    var keys = BencodeKeys()
    while try !reader.ends() {
      let key = try keys.next(&reader)
      switch key {
      case Array("y".utf8): type = try reader.text()
      case Array("t".utf8): exchange = try reader.bytes()
      case Array("v".utf8): version = try reader.bytes()
      case Array("q".utf8): name = try reader.text()
      case Array("a".utf8): query = try Self.query(&reader)
      case Array("r".utf8): response = try Self.response(&reader)
      case Array("e".utf8): failure = try Self.failure(&reader)
      default: try reader.skip(depth: 2)
      }
    }
    switch type {
    case Array("q".utf8):
      guard let name else { throw ParseFailure(.malformed, at: 0) }
      queryName = name
      guard let query else { throw ParseFailure(.malformed, at: 0) }
      self.query = query
    case Array("r".utf8):
      guard let response else { throw ParseFailure(.malformed, at: 0) }
      self.response = response
    case Array("e".utf8):
      guard let failure else { throw ParseFailure(.malformed, at: 0) }
      self.failure = failure
    default: throw ParseFailure(.malformed, at: 0)
    }
    guard let exchange else { throw ParseFailure(.malformed, at: 0) }
    self.exchange = exchange
    clientVersion = version
  }

  @_lifetime(reader: copy reader)
  private static func query(_ reader: inout BencodeReader) throws(ParseFailure) -> Query {
    var query = Query()
    var identifier: [UInt8]?
    try reader.begin(UInt8(ascii: "d"))
    var keys = BencodeKeys()
    while try !reader.ends() {
      switch String(decoding: try keys.next(&reader), as: UTF8.self) {
      case "id": identifier = try reader.bytes()
      case "target": query.target = try reader.bytes()
      case "info_hash": query.infoHash = try reader.bytes()
      case "token": query.token = try reader.bytes()
      case "implied_port": query.impliedPort = UInt16(try reader.number(in: 0...255))
      case "port": query.port = UInt16(try reader.number(in: 0...65_535))
      default: try reader.skip(depth: 1)
      }
    }
    guard let identifier else { throw ParseFailure(.malformed, at: 0) }
    query.identifier = identifier
    return query
  }

  @_lifetime(reader: copy reader)
  private static func response(_ reader: inout BencodeReader) throws(ParseFailure) -> Response {
    var response = Response()
    var identifier: [UInt8]?
    try reader.begin(UInt8(ascii: "d"))
    var keys = BencodeKeys()
    while try !reader.ends() {
      switch String(decoding: try keys.next(&reader), as: UTF8.self) {
      case "id": identifier = try reader.bytes()
      case "nodes": response.nodes = nodes(try reader.bytes(), addressBytes: 4)
      case "nodes6": response.nodes6 = nodes(try reader.bytes(), addressBytes: 16)
      case "values":
        guard reader.nextIs(UInt8(ascii: "l")) else {
          try reader.skip(depth: 1)
          continue
        }
        try reader.begin(UInt8(ascii: "l"))
        while try !reader.ends() { response.peers.append(try peer(try reader.bytes())) }
      case "token": response.token = try reader.bytes()
      default: try reader.skip(depth: 1)
      }
    }
    guard let identifier else { throw ParseFailure(.malformed, at: 0) }
    response.identifier = identifier
    return response
  }

  /// Identifiers of 20 bytes, each with address and port.
  private static func nodes(_ bytes: [UInt8], addressBytes: Int) -> [Node] {
    let size = 22 &+ addressBytes
    return stride(from: 0, to: bytes.count &- bytes.count % size, by: size).map { place in
      let end = place &+ size
      return Node(
        identifier: Array(bytes[place..<place &+ 20]), address: Array(bytes[place &+ 20..<end &- 2]),
        port: UInt16(bytes[end &- 2]) << 8 | UInt16(bytes[end &- 1]))
    }
  }

  private static func peer(_ bytes: [UInt8]) throws(ParseFailure) -> Node {
    let count = bytes.count < 18 ? 4 : 16
    guard bytes.count >= count &+ 2 else { throw ParseFailure(.malformed, at: 0) }
    return Node(
      identifier: [], address: Array(bytes[0..<count]),
      port: UInt16(bytes[count]) << 8 | UInt16(bytes[count &+ 1]))
  }

  @_lifetime(reader: copy reader)
  private static func failure(_ reader: inout BencodeReader) throws(ParseFailure) -> Failure {
    var code: UInt16?
    var text: [UInt8]?
    try reader.begin(UInt8(ascii: "l"))
    while try !reader.ends() {
      if reader.nextIs(UInt8(ascii: "i")) {
        code = UInt16(try reader.number(in: 0...65_535))
      } else if reader.nextIs(UInt8(ascii: "l")) || reader.nextIs(UInt8(ascii: "d")) {
        try reader.skip(depth: 1)
      } else {
        text = try reader.text()
      }
    }
    guard let code, let text else { throw ParseFailure(.malformed, at: 0) }
    return Failure(code: code, text: text)
  }
}

/// The keys of a dictionary, which stand in their order, each once (BEP 3).
private struct BencodeKeys {
  private var last: [UInt8]?

  @_lifetime(reader: copy reader)
  mutating func next(_ reader: inout BencodeReader) throws(ParseFailure) -> [UInt8] {
    let key = try reader.bytes()
    if let last, !last.lexicographicallyPrecedes(key) { throw ParseFailure(.malformed, at: 0) }
    last = key
    return key
  }
}

/// Reads bencoding (BEP 3): `4:text`, `i7e`, `l…e`, `d…e`. Leading zeros are refused.
struct BencodeReader: ~Escapable {
  private var reader: ByteReader

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) {
    reader = ByteReader(bytes)
  }

  /// The next byte is this one.
  func nextIs(_ byte: UInt8) -> Bool { !reader.isAtEnd && reader.bytes[reader.position] == byte }

  /// Steps into a list or dictionary.
  @_lifetime(self: copy self)
  mutating func begin(_ byte: UInt8) throws(ParseFailure) {
    guard try reader.u8() == byte else { throw ParseFailure(.malformed, at: reader.position) }
  }

  /// The list or dictionary is over, and stepped out of.
  @_lifetime(self: copy self)
  mutating func ends() throws(ParseFailure) -> Bool {
    guard !reader.isAtEnd else { throw ParseFailure(.truncated, at: reader.position) }
    guard nextIs(UInt8(ascii: "e")) else { return false }
    try reader.skip(1)
    return true
  }

  @_lifetime(self: copy self)
  mutating func bytes() throws(ParseFailure) -> [UInt8] {
    let length = try digits(until: UInt8(ascii: ":"))
    return try reader.take(Int(clamping: length)).copied()
  }

  /// Bytes that are UTF-8.
  @_lifetime(self: copy self)
  mutating func text() throws(ParseFailure) -> [UInt8] {
    let bytes = try bytes()
    guard String(validating: bytes, as: UTF8.self) != nil else { throw ParseFailure(.malformed, at: 0) }
    return bytes
  }

  @_lifetime(self: copy self)
  mutating func number(in range: ClosedRange<Int64>) throws(ParseFailure) -> Int64 {
    try begin(UInt8(ascii: "i"))
    let isNegative = nextIs(UInt8(ascii: "-"))
    if isNegative { try reader.skip(1) }
    let magnitude = try digits(until: UInt8(ascii: "e"))
    guard !isNegative || magnitude > 0 else { throw ParseFailure(.malformed, at: reader.position) }
    let number = isNegative ? -magnitude : magnitude
    guard range.contains(number) else { throw ParseFailure(.limit, at: reader.position) }
    return number
  }

  @_lifetime(self: copy self)
  private mutating func digits(until end: UInt8) throws(ParseFailure) -> Int64 {
    var number: Int64 = 0
    var count = 0
    while true {
      let byte = try reader.u8()
      if byte == end, count > 0 { return number }
      // Nothing that a datagram can hold has so many digits; a leading zero stands alone.
      guard 0x30...0x39 ~= byte, count < 18, count == 0 || number > 0 else {
        throw ParseFailure(.malformed, at: reader.position)
      }
      number = number &* 10 &+ Int64(byte &- 0x30)
      count &+= 1
    }
  }

  /// Passes over a value, in which there may be `depth` lists and dictionaries one in another.
  @_lifetime(self: copy self)
  mutating func skip(depth: Int) throws(ParseFailure) {
    var open = 0
    repeat {
      if nextIs(UInt8(ascii: "e")), open > 0 {
        try reader.skip(1)
        open &-= 1
      } else if nextIs(UInt8(ascii: "i")) {
        _ = try number(in: .min ... .max)
      } else if nextIs(UInt8(ascii: "l")) || nextIs(UInt8(ascii: "d")) {
        try reader.skip(1)
        open &+= 1
        guard open <= depth else { throw ParseFailure(.limit, at: reader.position) }
      } else {
        _ = try bytes()
      }
    } while open > 0
  }
}
