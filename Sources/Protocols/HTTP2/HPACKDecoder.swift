import Wire

/// A header as HTTP/2 carries it, or a change of the table's size among the headers.
package struct HTTP2Header: Sendable {
  package var name: [UInt8]
  package var value: [UInt8]
  /// The block announces that the sender's table now takes as many bytes.
  package var tableSize: UInt64?
}

/// One direction's header compression (RFC 7541): the table that both ends build up, and the reading of
/// blocks.
///
/// Everything is bounded: the table by its size, a block by the number and the bytes of its headers.
struct HPACKDecoder {
  enum Failure: Error {
    /// The block's bytes make no headers.
    case damaged
    /// A number is larger than any that means something.
    case overflow
    /// More headers, or more bytes, than are taken.
    case tooLong
  }

  /// Bounds of a block: what servers take at most is far below.
  enum Limits {
    static let headers = 1024
    static let textBytes = 64 * 1024
    static let blockBytes = 256 * 1024
    /// The greatest size of the table that is followed (`http2.max-table-size`'s default).
    static let tableBytes = 65536
  }

  /// Entries added by the sender, newest last, and their size as the RFC counts it (§4.1).
  private var table: [(name: [UInt8], value: [UInt8])] = []
  private var tableBytes = 0
  private var tableBytesMax = 4096

  /// Reads a whole header block.
  mutating func decode(_ block: RawSpan) throws(Failure) -> [HTTP2Header] {
    var headers: [HTTP2Header] = []
    var position = 0
    var bytes = 0
    while position < block.byteCount {
      guard headers.count < Limits.headers, bytes < Limits.blockBytes else { throw .tooLong }
      let header = try next(block, &position)
      bytes &+= header.name.count &+ header.value.count &+ 32
      headers.append(header)
    }
    return headers
  }

  private mutating func next(_ block: RawSpan, _ position: inout Int) throws(Failure) -> HTTP2Header {
    let first = block[position]
    if first & 0x80 != 0 {
      let (name, value) = try entry(try number(block, &position, prefix: 7))
      return HTTP2Header(name: name, value: value)
    }
    if first & 0xE0 == 0x20 {
      let size = try number(block, &position, prefix: 5)
      tableBytesMax = Int(min(size, UInt64(Limits.tableBytes)))
      shrink()
      return HTTP2Header(name: [], value: [], tableSize: size)
    }
    let isKept = first & 0x40 != 0
    let index = try number(block, &position, prefix: isKept ? 6 : 4)
    let name = index == 0 ? try text(block, &position) : try entry(index).name
    let value = try text(block, &position)
    if isKept { add(name, value) }
    return HTTP2Header(name: name, value: value)
  }

  /// An integer (§5.1).
  private func number(_ block: RawSpan, _ position: inout Int, prefix: UInt8) throws(Failure) -> UInt64 {
    guard position < block.byteCount else { throw .damaged }
    let mask = UInt8(truncatingIfNeeded: (1 << Int(prefix)) - 1)
    var value = UInt64(block[position] & mask)
    position &+= 1
    guard value == UInt64(mask) else { return value }
    var shift: UInt64 = 0
    while true {
      guard position < block.byteCount else { throw .damaged }
      guard shift < 35 else { throw .overflow }
      let byte = block[position]
      position &+= 1
      value &+= UInt64(byte & 0x7F) << shift
      shift &+= 7
      if byte & 0x80 == 0 { break }
    }
    guard value <= UInt64(UInt32.max) else { throw .overflow }
    return value
  }

  /// A string (§5.2).
  private func text(_ block: RawSpan, _ position: inout Int) throws(Failure) -> [UInt8] {
    guard position < block.byteCount else { throw .damaged }
    let isCoded = block[position] & 0x80 != 0
    let length = try number(block, &position, prefix: 7)
    guard length <= UInt64(block.byteCount &- position) else { throw .damaged }
    guard length <= UInt64(Limits.textBytes) else { throw .tooLong }
    let bytes = block.part(position, Int(length))
    position &+= Int(length)
    if !isCoded { return bytes.copied() }
    var text: [UInt8] = []
    guard HPACKHuffman.decode(bytes, into: &text, bytesMax: Limits.textBytes) else { throw .damaged }
    return text
  }

  private func entry(_ index: UInt64) throws(Failure) -> (name: [UInt8], value: [UInt8]) {
    if index >= 1, index <= UInt64(Self.fixed.count) { return Self.fixed[Int(index) - 1] }
    let place = index &- UInt64(Self.fixed.count) &- 1
    guard index > UInt64(Self.fixed.count), place < UInt64(table.count) else { throw .damaged }
    return table[table.count - 1 - Int(place)]
  }

  private mutating func add(_ name: [UInt8], _ value: [UInt8]) {
    table.append((name, value))
    tableBytes &+= name.count &+ value.count &+ 32
    shrink()
  }

  private mutating func shrink() {
    var gone = 0
    while tableBytes > tableBytesMax, gone < table.count {
      tableBytes &-= table[gone].name.count &+ table[gone].value.count &+ 32
      gone += 1
    }
    if gone > 0 { table.removeFirst(gone) }
  }

  /// The entries that every table begins with (appendix A).
  private static let fixed: [(name: [UInt8], value: [UInt8])] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"),
    (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"), (":status", "200"),
    (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
    (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""),
    ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""),
    ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
    ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""),
    ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
    ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
    ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""),
    ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
    ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
    ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""),
    ("via", ""), ("www-authenticate", ""),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
}
