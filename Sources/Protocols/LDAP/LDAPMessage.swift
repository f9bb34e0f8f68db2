import Wire

/// The first bytes of a message (RFC 4511 §4.1.1): how long it is, its number and its operation.
///
///     30 length | 02 length number | tag of the operation …
struct LDAPHeader {
  static let tag: UInt8 = 0x30

  /// Bytes of the whole message.
  let byteCount: Int
  let identifier: UInt32
  /// The operation's application tag; nil: it is none.
  let code: UInt8?

  /// Throws `.truncated` where more bytes may come, and `.malformed` once all bytes are there that the outer
  /// length promises.
  init(_ bytes: RawSpan) throws(ParseFailure) {
    var reader = ByteReader(bytes)
    let outer = try reader.u8()
    let length = try Self.length(&reader)
    byteCount = reader.position &+ length
    guard outer == Self.tag else {
      throw ParseFailure(bytes.byteCount < byteCount ? .truncated : .malformed, at: 0)
    }
    guard try reader.u8() == 0x02 else { throw ParseFailure(.malformed, at: reader.position) }
    let digits = try Self.length(&reader)
    guard 1...5 ~= digits else { throw ParseFailure(.malformed, at: reader.position) }
    var number: UInt64 = 0
    for place in 0..<digits {
      let byte = try reader.u8()
      if place == 0, byte >= 0x80 { throw ParseFailure(.malformed, at: reader.position) }
      number = number << 8 | UInt64(byte)
    }
    guard let identifier = UInt32(exactly: number) else {
      throw ParseFailure(.malformed, at: reader.position)
    }
    self.identifier = identifier
    let tag = try reader.u8()
    code = tag & 0xC0 == 0x40 && tag & 0x1F != 0x1F ? tag & 0x1F : nil
  }

  /// A length of up to four bytes; an indefinite one is not allowed (§5.1).
  private static func length(_ reader: inout ByteReader) throws(ParseFailure) -> Int {
    let first = try reader.u8()
    guard first >= 0x80 else { return Int(first) }
    guard first > 0x80, first <= 0x84 else { throw ParseFailure(.malformed, at: reader.position) }
    var length = 0
    for _ in 0..<(first & 0x7F) { length = length << 8 | Int(try reader.u8()) }
    return length
  }
}

/// A message.
package struct LDAPMessage: Sendable {
  package let identifier: UInt32
  /// The operation's application tag.
  package let code: UInt8
  package let operation: LDAPOperation

  /// The same without its contents.
  var cut: LDAPMessage { LDAPMessage(identifier: identifier, code: code, operation: .cut) }

  private init(identifier: UInt32, code: UInt8, operation: LDAPOperation) {
    self.identifier = identifier
    self.code = code
    self.operation = operation
  }

  /// One that is too large to be read; nil where its operation is unknown.
  init?(cut header: LDAPHeader) {
    guard let code = header.code, LDAPOperation.names[code] != nil else { return nil }
    self.init(identifier: header.identifier, code: code, operation: .cut)
  }

  /// Reads a whole message.
  init(_ bytes: RawSpan, _ header: LDAPHeader) throws(ParseFailure) {
    var outer = DERReader(bytes)
    var message = DERReader(try outer.content())
    _ = try message.content()
    guard let code = header.code, let tag = message.nextTag, tag & 0x1F == code else {
      throw ParseFailure(.malformed, at: 0)
    }
    identifier = header.identifier
    self.code = code
    operation = try Self.read(code, try message.content())
  }

  private static func read(_ code: UInt8, _ bytes: RawSpan) throws(ParseFailure) -> LDAPOperation {
    var reader = LDAPElements(bytes)
    switch code {
    case 0: return try bind(&reader)
    case 2: return .unbind
    case 3: return .search(try search(&reader))
    case 6: return .modify(object: try reader.text(), changes: try changes(&reader))
    case 8: return .add(entry: try reader.text(), attributes: try attributes(&reader))
    case 10: return .delete(entry: bytes.copied())
    case 12:
      return .rename(
        entry: try reader.text(), newName: try reader.text(), deletesOld: try reader.flag(),
        newSuperior: try reader.optional(0x80))
    case 14:
      let entry = try reader.text()
      var assertion = LDAPElements(try reader.content())
      return .compare(entry: entry, attribute: try assertion.text(), value: try assertion.text())
    case 16: return .abandon
    case 23:
      guard let name = try reader.optional(0x80) else { throw ParseFailure(.malformed, at: 0) }
      return .extendedRequest(name: name, value: try reader.optional(0x81))
    default: return try response(code, &reader)
    }
  }

  private static func response(
    _ code: UInt8, _ reader: inout LDAPElements
  ) throws(ParseFailure) -> LDAPOperation {
    switch code {
    case 1:
      return .bindResponse(try result(&reader), credentials: try reader.optional(0x87))
    case 4: return .entry(object: try reader.text(), attributes: try attributes(&reader))
    case 5, 7, 9, 11, 13, 15: return .result(try result(&reader))
    case 19: return .reference
    case 24:
      return .extendedResponse(
        try result(&reader), name: try reader.optional(0x8A), value: try reader.optional(0x8B))
    case 25: return .intermediate(name: try reader.optional(0x80), value: try reader.optional(0x81))
    default: throw ParseFailure(.malformed, at: 0)
    }
  }

  private static func bind(_ reader: inout LDAPElements) throws(ParseFailure) -> LDAPOperation {
    let version = try reader.number()
    let name = try reader.text()
    guard reader.nextTag == 0xA3 else {
      guard reader.nextTag == 0x80 else { throw ParseFailure(.malformed, at: 0) }
      // The password is nobody's business.
      return .bind(version: version, name: name, sasl: nil)
    }
    var sasl = LDAPElements(try reader.content())
    return .bind(
      version: version, name: name,
      sasl: LDAPOperation.Credentials(mechanism: try sasl.text(), credentials: try sasl.optional(0x04)))
  }

  private static func search(_ reader: inout LDAPElements) throws(ParseFailure) -> LDAPOperation.Search {
    let base = try reader.text()
    let (scope, aliases) = (try reader.number(), try reader.number())
    let (sizeLimit, timeLimit) = (try reader.number(), try reader.number())
    let typesOnly = try reader.flag()
    guard let filter = reader.nextTag, 0xA0...0xA9 ~= filter || filter == 0x87 else {
      throw ParseFailure(.malformed, at: 0)
    }
    let present = try reader.content()
    var list = LDAPElements(try reader.content())
    var attributes: [[UInt8]] = []
    while !list.isAtEnd, attributes.count < LDAPLimits.elements { attributes.append(try list.text()) }
    return LDAPOperation.Search(
      base: base, scope: scope, aliases: aliases, sizeLimit: sizeLimit, timeLimit: timeLimit,
      typesOnly: typesOnly, present: filter == 0x87 ? present.copied() : nil, attributes: attributes)
  }

  private static func result(_ reader: inout LDAPElements) throws(ParseFailure) -> LDAPOperation.Result {
    let result = LDAPOperation.Result(
      code: try reader.number(), matched: try reader.text(), message: try reader.text())
    // Referrals (§4.1.10).
    if reader.nextTag == 0xA3 { _ = try reader.content() }
    return result
  }

  private static func changes(_ reader: inout LDAPElements) throws(ParseFailure) -> [LDAPOperation.Change] {
    var list = LDAPElements(try reader.content())
    var changes: [LDAPOperation.Change] = []
    var room = LDAPLimits.elements
    while !list.isAtEnd, room > 0 {
      var change = LDAPElements(try list.content())
      let operation = try change.number()
      var attribute = LDAPElements(try change.content())
      changes.append(
        LDAPOperation.Change(operation: operation, attribute: try Self.attribute(&attribute, &room)))
    }
    return changes
  }

  private static func attributes(
    _ reader: inout LDAPElements
  ) throws(ParseFailure) -> [LDAPOperation.Attribute] {
    var list = LDAPElements(try reader.content())
    var attributes: [LDAPOperation.Attribute] = []
    var room = LDAPLimits.elements
    while !list.isAtEnd, room > 0 {
      var attribute = LDAPElements(try list.content())
      attributes.append(try Self.attribute(&attribute, &room))
    }
    return attributes
  }

  private static func attribute(
    _ reader: inout LDAPElements, _ room: inout Int
  ) throws(ParseFailure) -> LDAPOperation.Attribute {
    let name = try reader.text()
    var list = LDAPElements(try reader.content())
    var values: [[UInt8]] = []
    room &-= 1
    while !list.isAtEnd, room > 0 {
      values.append(try list.text())
      room &-= 1
    }
    return LDAPOperation.Attribute(name: name, values: values)
  }
}

/// Elements of a message, one after the other.
struct LDAPElements: ~Escapable {
  private var reader: DERReader

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) {
    reader = DERReader(bytes)
  }

  var isAtEnd: Bool { reader.isAtEnd }
  var nextTag: UInt8? { reader.nextTag }

  /// Content of the next element, whatever it is.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  mutating func content() throws(ParseFailure) -> RawSpan { try reader.content() }

  @_lifetime(self: copy self)
  mutating func text() throws(ParseFailure) -> [UInt8] {
    try reader.content(DERReader.Tag.octetString).copied()
  }

  /// An integer or an enumerated value of up to eight bytes.
  @_lifetime(self: copy self)
  mutating func number() throws(ParseFailure) -> Int64 {
    guard let tag = reader.nextTag, tag == DERReader.Tag.integer || tag == 0x0A else {
      throw ParseFailure(.malformed, at: 0)
    }
    let bytes = try reader.content()
    guard 1...8 ~= bytes.byteCount else { throw ParseFailure(.malformed, at: 0) }
    var number: Int64 = bytes[0] & 0x80 != 0 ? -1 : 0
    for index in 0..<bytes.byteCount { number = number << 8 | Int64(bytes[index]) }
    return number
  }

  @_lifetime(self: copy self)
  mutating func flag() throws(ParseFailure) -> Bool {
    let bytes = try reader.content(DERReader.Tag.boolean)
    guard bytes.byteCount == 1 else { throw ParseFailure(.malformed, at: 0) }
    return bytes[0] != 0
  }

  /// An element with a tag of its own, if it is the next.
  @_lifetime(self: copy self)
  mutating func optional(_ tag: UInt8) throws(ParseFailure) -> [UInt8]? {
    reader.nextTag == tag ? try reader.content().copied() : nil
  }
}
