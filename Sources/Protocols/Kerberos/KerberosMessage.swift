import Wire

/// A request, reply or error in DER (RFC 4120 §5.4, §5.9).
///
///     KDC-REQ: SEQUENCE: [1] version, [2] type, [3] data before, [4] body
///       body: [0] options, [1] client, [2] realm, [3] server, [4] [5] [6] times, [7] nonce,
///             [8] encryptions …
///     KDC-REP: SEQUENCE: [0] version, [1] type, [2] data before, [3] realm, [4] client, [5] ticket,
///              [6] encrypted
///     KRB-ERROR: SEQUENCE: [0] version, [1] type, [2] to [5] times, [6] code, [7] realm of the client,
///                [8] client, [9] realm, [10] server …
///
/// Elements in another order, of another type, or cut make a message unreadable.
struct KerberosMessage {
  let type: UInt8
  private(set) var clientName: [[UInt8]]?
  private(set) var serverName: [[UInt8]]?
  private(set) var realm: [UInt8]?
  private(set) var encryption: Int32?
  private(set) var ticketEncryption: Int32?
  private(set) var errorCode: Int32?

  /// Parts of a name that are kept: a name has two or three.
  private static let partsMax = 64

  /// There is a tag and a definite length.
  static func hasHead(_ bytes: RawSpan) -> Bool {
    var position = 1
    if bytes.byteCount > 0, bytes[0] & 0x1F == 0x1F {
      // A tag of several bytes (X.690 §8.1.2.4), of which there are no more than a number can hold.
      while position < min(bytes.byteCount, 6), bytes[position] & 0x80 != 0 { position &+= 1 }
      position &+= 1
    }
    guard bytes.byteCount > position else { return false }
    let first = bytes[position]
    return first < 0x80 || 0x81...0x88 ~= first && bytes.byteCount &- position &- 1 >= Int(first & 0x7F)
  }

  init(_ bytes: RawSpan, _ type: UInt8) throws(ParseFailure) {
    self.type = type
    var outer = DERReader(bytes)
    var wrapper = DERReader(try outer.content(0x60 | type))
    var reader = DERReader(try wrapper.content(DERReader.Tag.sequence))
    switch type {
    case 10, 12: try readRequest(&reader)
    case 11, 13: try readReply(&reader)
    default: try readError(&reader)
    }
  }

  @_lifetime(reader: copy reader)
  private mutating func readRequest(_ reader: inout DERReader) throws(ParseFailure) {
    _ = try Self.unsigned(try Self.tagged(1, &reader))
    _ = try Self.unsigned(try Self.tagged(2, &reader))
    try Self.checkEarlyData(3, &reader)
    var outer = DERReader(try Self.tagged(4, &reader))
    var body = DERReader(try outer.content(DERReader.Tag.sequence))
    try Self.checkFlags(try Self.tagged(0, &body))
    if Self.hasNext(1, body) { clientName = try Self.name(try Self.tagged(1, &body)) }
    realm = try Self.text(try Self.tagged(2, &body))
    if Self.hasNext(3, body) { serverName = try Self.name(try Self.tagged(3, &body)) }
    if Self.hasNext(4, body) { try Self.checkTime(try Self.tagged(4, &body)) }
    try Self.checkTime(try Self.tagged(5, &body))
    if Self.hasNext(6, body) { try Self.checkTime(try Self.tagged(6, &body)) }
    _ = try Self.unsigned(try Self.tagged(7, &body))
    var list = DERReader(try Self.tagged(8, &body))
    var encryptions = DERReader(try list.content(DERReader.Tag.sequence))
    while !encryptions.isAtEnd { _ = try Self.signed(&encryptions) }
  }

  @_lifetime(reader: copy reader)
  private mutating func readReply(_ reader: inout DERReader) throws(ParseFailure) {
    _ = try Self.unsigned(try Self.tagged(0, &reader))
    _ = try Self.unsigned(try Self.tagged(1, &reader))
    try Self.checkEarlyData(2, &reader)
    realm = try Self.text(try Self.tagged(3, &reader))
    clientName = try Self.name(try Self.tagged(4, &reader))
    var ticket = DERReader(try Self.tagged(5, &reader))
    var wrapper = DERReader(try ticket.content(0x61))
    var inner = DERReader(try wrapper.content(DERReader.Tag.sequence))
    guard try Self.unsigned(try Self.tagged(0, &inner)) == 5 else { throw ParseFailure(.malformed, at: 0) }
    _ = try Self.text(try Self.tagged(1, &inner))
    serverName = try Self.name(try Self.tagged(2, &inner))
    ticketEncryption = try Self.encrypted(try Self.tagged(3, &inner))
    encryption = try Self.encrypted(try Self.tagged(6, &reader))
  }

  @_lifetime(reader: copy reader)
  private mutating func readError(_ reader: inout DERReader) throws(ParseFailure) {
    _ = try Self.unsigned(try Self.tagged(0, &reader))
    _ = try Self.unsigned(try Self.tagged(1, &reader))
    if Self.hasNext(2, reader) { try Self.checkTime(try Self.tagged(2, &reader)) }
    if Self.hasNext(3, reader) { try Self.checkMicroseconds(try Self.tagged(3, &reader)) }
    try Self.checkTime(try Self.tagged(4, &reader))
    try Self.checkMicroseconds(try Self.tagged(5, &reader))
    var code = DERReader(try Self.tagged(6, &reader))
    errorCode = try Self.signed(&code)
    if Self.hasNext(7, reader) { realm = try Self.text(try Self.tagged(7, &reader)) }
    if Self.hasNext(8, reader) { clientName = try Self.name(try Self.tagged(8, &reader)) }
    _ = try Self.text(try Self.tagged(9, &reader))
    serverName = try Self.name(try Self.tagged(10, &reader))
    if Self.hasNext(11, reader) { _ = try Self.text(try Self.tagged(11, &reader)) }
  }

  private static func hasNext(_ number: UInt8, _ reader: borrowing DERReader) -> Bool {
    reader.nextTag == 0xA0 | number
  }

  /// Content of the next element, which must have this number.
  @_lifetime(copy reader)
  @_lifetime(reader: copy reader)
  private static func tagged(_ number: UInt8, _ reader: inout DERReader) throws(ParseFailure) -> RawSpan {
    try reader.content(0xA0 | number)
  }

  /// A number in two's complement of 32 bits, in as few bytes as it needs (X.690 §8.3.2).
  @_lifetime(reader: copy reader)
  private static func signed(_ reader: inout DERReader) throws(ParseFailure) -> Int32 {
    let bytes = try reader.content(DERReader.Tag.integer)
    guard 1...4 ~= bytes.byteCount, isShortest(bytes) else { throw ParseFailure(.malformed, at: 0) }
    var number: UInt32 = bytes[0] & 0x80 != 0 ? .max : 0
    for place in 0..<bytes.byteCount { number = number << 8 | UInt32(bytes[place]) }
    return Int32(bitPattern: number)
  }

  private static func unsigned(_ bytes: RawSpan) throws(ParseFailure) -> UInt32 {
    var reader = DERReader(bytes)
    let bytes = try reader.content(DERReader.Tag.integer)
    guard 1...5 ~= bytes.byteCount, bytes[0] & 0x80 == 0, isShortest(bytes) else {
      throw ParseFailure(.malformed, at: 0)
    }
    guard bytes.byteCount < 5 || bytes[0] == 0 else { throw ParseFailure(.limit, at: 0) }
    var number: UInt32 = 0
    for place in 0..<bytes.byteCount { number = number << 8 | UInt32(bytes[place]) }
    return number
  }

  private static func isShortest(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount > 1 else { return true }
    return !(bytes[0] == 0 && bytes[1] < 0x80 || bytes[0] == 0xFF && bytes[1] >= 0x80)
  }

  private static func text(_ bytes: RawSpan) throws(ParseFailure) -> [UInt8] {
    var reader = DERReader(bytes)
    return try text(&reader)
  }

  /// A GeneralString of ASCII.
  @_lifetime(reader: copy reader)
  private static func text(_ reader: inout DERReader) throws(ParseFailure) -> [UInt8] {
    let text = try reader.content(0x1B).copied()
    guard text.allSatisfy({ $0 < 0x80 }) else { throw ParseFailure(.malformed, at: 0) }
    return text
  }

  /// SEQUENCE: [0] type, [1] SEQUENCE of texts (§5.2.2).
  private static func name(_ bytes: RawSpan) throws(ParseFailure) -> [[UInt8]] {
    var outer = DERReader(bytes)
    var reader = DERReader(try outer.content(DERReader.Tag.sequence))
    var type = DERReader(try tagged(0, &reader))
    _ = try signed(&type)
    var list = DERReader(try tagged(1, &reader))
    var texts = DERReader(try list.content(DERReader.Tag.sequence))
    var parts: [[UInt8]] = []
    while !texts.isAtEnd {
      let part = try text(&texts)
      if parts.count < partsMax { parts.append(part) }
    }
    return parts
  }

  /// SEQUENCE: [0] encryption, [1] version of the key, [2] OCTET STRING (§5.2.9).
  private static func encrypted(_ bytes: RawSpan) throws(ParseFailure) -> Int32 {
    var outer = DERReader(bytes)
    var reader = DERReader(try outer.content(DERReader.Tag.sequence))
    var number = DERReader(try tagged(0, &reader))
    let encryption = try signed(&number)
    if hasNext(1, reader) { _ = try unsigned(try tagged(1, &reader)) }
    var content = DERReader(try tagged(2, &reader))
    _ = try content.content(DERReader.Tag.octetString)
    return encryption
  }

  /// SEQUENCE of (SEQUENCE: [1] type, [2] OCTET STRING), which may be missing (§5.2.7).
  @_lifetime(reader: copy reader)
  private static func checkEarlyData(_ number: UInt8, _ reader: inout DERReader) throws(ParseFailure) {
    guard hasNext(number, reader) else { return }
    var outer = DERReader(try tagged(number, &reader))
    var list = DERReader(try outer.content(DERReader.Tag.sequence))
    while !list.isAtEnd {
      var entry = DERReader(try list.content(DERReader.Tag.sequence))
      var type = DERReader(try tagged(1, &entry))
      _ = try signed(&type)
      var value = DERReader(try tagged(2, &entry))
      _ = try value.content(DERReader.Tag.octetString)
    }
  }

  /// BIT STRING: bits of the last byte that are not used (8) | bits.
  private static func checkFlags(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = DERReader(bytes)
    let bits = try reader.content(0x03)
    guard bits.byteCount > 0, bits[0] < 8 else { throw ParseFailure(.malformed, at: 0) }
  }

  private static func checkMicroseconds(_ bytes: RawSpan) throws(ParseFailure) {
    guard try unsigned(bytes) < 1_000_000 else { throw ParseFailure(.malformed, at: 0) }
  }

  /// `20261127023000Z`.
  private static func checkTime(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = DERReader(bytes)
    let text = try reader.content(DERReader.Tag.generalizedTime).copied()
    guard text.count >= 15, text.last == UInt8(ascii: "Z"), text.prefix(14).allSatisfy({ 0x30...0x39 ~= $0 })
    else { throw ParseFailure(.malformed, at: 0) }
  }
}
